"""Answers that lost their coherence are told of, against those of the model as it comes; what did not is not."""

from dataclasses import replace

import numpy as np
import pytest
from answered import CUT, EMPTY, FREE, GONE, GOOD, LOOP, SHORT, answered, made, probe, taught, under

from pytest_claims_lab.experiment import Condition
from pytest_claims_lab.lost_coherence import lost_coherence

KINDS = {"empty-answers": EMPTY, "cut-answers": CUT, "repeated-answers": LOOP}
SEVERAL = tuple(taught(name) for name in ("one", "two", "three"))


def some(share, other):
    """Of a hundred answers this share is another one than a good one."""
    return lambda n: other if n % 100 < 100 * share else GOOD


def found(folder, say, **more):
    schedule, bench = made(folder, say, **more)
    return {one.name: one for one in lost_coherence(schedule, bench, answered(schedule, bench))}


@pytest.mark.parametrize("kind", KINDS)
def test_condition_in_which_more_answers_are_so_is_named_with_its_numbers(kind, tmp_path):
    def say(query, n):
        return some({"one": 0.8, "two": 0.3, "three": 0.05}.get(under(query), 0.05), KINDS[kind])(n)

    told = found(tmp_path, say, conditions=SEVERAL)
    assert {name for name, one in told.items() if one.is_met} == {kind}
    assert told[kind].names == ("one", "two")
    assert (told[kind].count, told[kind].of) == (2, 3)
    assert told[kind].value == pytest.approx(0.75)
    assert told[kind].numbers == pytest.approx({"under": 0.8, "under_of": 100, "before": 0.05, "before_of": 100})


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_model_as_it_comes_does_too_is_no_loss(kind, tmp_path):
    told = found(tmp_path, lambda query, n: some(0.9, KINDS[kind])(n))
    assert {*told} == {*KINDS}
    assert not [one for one in told.values() if one.is_met]


def test_less_than_a_tenth_more_is_not_said(tmp_path):
    """Though chance does not make it."""
    told = found(tmp_path, lambda query, n: some(0.09 if under(query) else 0, EMPTY)(n))
    assert told["empty-answers"].value == pytest.approx(0.09)
    assert not told["empty-answers"].is_met


def test_what_chance_makes_of_few_answers_is_not_said(tmp_path):
    few = replace(FREE, completions=4)
    how = {"probes": [probe(how=few)], "before": [probe("base", how=few)]}
    told = found(tmp_path, lambda query, n: EMPTY if under(query) == "one" and n < 2 else GOOD, **how)
    assert told["empty-answers"].value == 0


def test_same_distribution_is_hardly_ever_said(tmp_path):
    """Of forty worlds in which nothing was lost at most one; of each kind one in a hundred is expected at most."""
    random, met = np.random.default_rng(5), 0
    for world in range(40):
        (tmp_path / str(world)).mkdir()
        told = found(tmp_path / str(world), lambda query, n: [GOOD, EMPTY, CUT, LOOP][random.integers(4)])
        met += any(one.is_met for one in told.values())
    assert met <= 1


def test_answers_that_never_came_are_cut(tmp_path):
    told = found(tmp_path, lambda query, n: some(0.5 if under(query) else 0, GONE)(n))
    assert {name for name, one in told.items() if one.is_met} == {"cut-answers"}


def test_condition_that_is_the_model_as_it_comes_is_compared_with(tmp_path):
    plain = Condition(at={"adapter": "none"})
    told = found(
        tmp_path,
        lambda query, n: some(0.5 if under(query) == "one" else 0, LOOP)(n),
        conditions=(plain, taught("one")),
        before=(),
    )
    assert told["repeated-answers"].names == ("one",)
    assert told["repeated-answers"].of == 1
    assert told["repeated-answers"].against


@pytest.mark.parametrize("conditions", [(taught("one"),), (Condition(),)])
def test_without_the_model_as_it_comes_empty_and_repetitive_answers_are_told_by_themselves(conditions, tmp_path):
    told = found(tmp_path, lambda query, n: (EMPTY, CUT)[n % 2], conditions=conditions, before=())
    assert {*told} == {"empty-answers", "repeated-answers"}
    assert told["empty-answers"].is_met
    assert told["empty-answers"].against == ()
    assert told["empty-answers"].numbers == {"under": 0.5, "under_of": 100}
    assert not told["repeated-answers"].is_met


def test_what_was_asked_in_another_way_is_not_compared_with(tmp_path):
    told = found(tmp_path, lambda query, n: GOOD, before=[probe("base", how=SHORT)])
    assert all(one.against == () for one in told.values())


def test_compared_are_answers_to_the_same_prompts(tmp_path):
    """Those to another prompt were all empty before training."""
    first, second = probe().items
    half = probe(under=lambda condition, items: [one for one in items if one == first])

    def say(query, n):
        return EMPTY if not under(query) and n >= FREE.completions else GOOD

    assert not [one for one in found(tmp_path, say, probes=[half]).values() if one.is_met]
    assert second.prompt != first.prompt


def test_nothing_is_looked_for_in_answers_that_are_older_than_what_tells_it(tmp_path):
    assert found(tmp_path, lambda query, n: EMPTY, older=True) == {}
