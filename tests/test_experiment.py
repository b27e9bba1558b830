"""The language of experiments: what is no experiment is told when it is written down, and not when it was measured."""

import re

import pytest
from experiments import ITEMS, length, made_file, made_plan, probe
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims_lab import (
    Condition,
    Example,
    Experiment,
    Greedy,
    Item,
    Judged,
    LogLikelihood,
    Probe,
    Reading,
    Recipe,
    Sampled,
    TokenCount,
)
from pytest_claims_lab.asking import Likelihood

EXAMPLE = Example(user="Why?", answer="So.")
DRAWN = {"how": Sampled(tokens=3), "score": None}
JUDGED = Judged(model="judge", prompt=lambda item, text: item.prompt, score=length)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"probes": [probe("a"), probe("a")]}, "two probes give an array 'a'; rename one"),
        ({"probes": [probe("a")], "before": [probe("a")]}, "two probes give an array 'a'"),
        ({"probes": [probe("a", of="b"), probe("b")]}, "two probes give an array 'b'"),
        ({"probes": [probe("a", of="n"), probe("b", of="n")]}, "two probes give an array 'n'"),
        ({"probes": [probe("a", of="a")]}, "two probes give an array 'a'"),
        ({"probes": [probe("a"), probe("b", score=None)]}, "probe 'b' has no score; give one, or ask it before"),
        ({"probes": [], "before": [probe(score=None)]}, "no probe of the experiment has a score, so nothing is meas"),
        ({"probes": []}, "no probe of the experiment has a score"),
        ({"conditions": []}, "the experiment has no conditions; give one, or leave conditions out"),
        ({"conditions": [Condition(), Condition()]}, "two conditions lie without labels, so that nobody could tell"),
        (
            {"conditions": [Condition(at={"a": "x"}), Condition(at={"a": "y"}), Condition(at={"a": "x"})]},
            "two conditions lie x, so that nobody could tell them apart",
        ),
        (
            {"conditions": [Condition(at={"a": 1, "b": 2}), Condition(at={"b": 2, "a": 1})]},
            "a condition lies at b, a, and the first at a, b; label all along the same dimensions, in one order",
        ),
        (
            {"conditions": [Condition(at={"a": 1}), Condition()]},
            "a condition lies at nothing, and the first at a; label all along the same dimensions",
        ),
    ],
)
def test_what_is_no_experiment(changes, said):
    with pytest.raises(InputError, match=re.escape(said)):
        Experiment(**{"probes": [probe()]} | changes)


def test_arrays_alone_are_an_experiment():
    """Of readings, say."""
    assert Experiment(probes=[], arrays=lambda results: results.data)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda: probe(items=[]), "probe 'long' has no items, so it asks nothing; give some, or leave it out"),
        (
            lambda: probe(how=LogLikelihood(), score=JUDGED),
            "probe 'long': a judge is told an answer, and none comes of LogLikelihood(); ask Sampled or Greedy",
        ),
        (lambda: probe(how=TokenCount(), score=JUDGED), "a judge is told an answer, and none comes of TokenCount()"),
        (lambda: Condition(at={"a": "x"}, examples=[]), "condition x has no examples; give some, or leave examples"),
        (lambda: Condition(examples=[EXAMPLE], adapter="b"), "without labels has examples and adapter; wanted one of"),
        (lambda: Condition(adapter="a", model="b"), "condition without labels has adapter and model; wanted one"),
        (lambda: Greedy(tokens=0), "tokens is 0; wanted 1 or more"),
        (lambda: Sampled(tokens=0), "tokens is 0; wanted 1 or more"),
        (lambda: Sampled(tokens=1, completions=0), "completions is 0; wanted 1 or more"),
        (lambda: Sampled(tokens=1, temperature=0.0), "temperature 0 and top_p 1; wanted a temperature above 0, and"),
        (lambda: Sampled(tokens=1, top_p=0.0), "temperature 1 and top_p 0; wanted"),
        (lambda: Sampled(tokens=1, top_p=1.5), "temperature 1 and top_p 1.5; wanted"),
        (lambda: Sampled(tokens=1, temperature=float("nan")), "temperature nan and top_p 1; wanted"),
        (
            lambda: Reading(name="r", contexts={"a": "A."}, questions=["Why?"], responder="b", tokens=3),
            "reading 'r': no context 'b': have a",
        ),
        (
            lambda: Reading(name="r", contexts={"a": "A."}, questions=["Why?"], responder="a", tokens=3, halves=True),
            "reading 'r': halves of 1 questions; wanted at least 2; ask more, or leave halves out",
        ),
        (lambda: probe(samples=0), "probe 'long': 0 samples; wanted 1 or more"),
        (
            lambda: probe(samples=2),
            "probe 'long' has 2 samples; wanted that only of answers that are Sampled, to items",
        ),
        (lambda: probe(samples=2, how=Sampled(tokens=3)), "without a score or each_seed; leave samples out"),
        (lambda: probe(samples=2, **DRAWN, each_seed=True), "without a score or each_seed; leave samples out"),
        (lambda: probe(samples=2, **DRAWN, items=lambda given: []), "to items that are listed"),
    ],
)
def test_what_is_no_part_of_one(made, said):
    with pytest.raises(InputError, match=re.escape(said)):
        made()


def test_file_that_gives_something_else(tmp_path):
    file = made_file([probe()])
    with pytest.raises(InputError, match=r"made_up/experiment.py: experiment\(\) gives list, wanted an Experiment"):
        file.make(Recipe())


@pytest.mark.parametrize(
    ("changes", "trains", "draws"),
    [
        ({}, False, False),
        ({"conditions": [Condition(examples=[EXAMPLE])]}, True, True),
        ({"conditions": [Condition(examples=lambda given: [EXAMPLE])]}, True, True),
        ({"conditions": [Condition(adapter="a")]}, False, False),
        ({"probes": [probe(how=Sampled(tokens=3))]}, False, True),
        ({"before": [probe("b", how=Sampled(tokens=3))]}, False, False),
        ({"before": [probe("b", how=Sampled(tokens=3), each_seed=True)]}, False, True),
        ({"before": [probe("b", each_seed=True)]}, False, False),
        ({"before": [probe("b", **DRAWN, samples=2)]}, False, True),
    ],
)
def test_seeds_make_a_difference_where_something_is_trained_or_drawn_anew(changes, trains, draws, tmp_path):
    experiment = Experiment(**{"probes": [probe()]} | changes)
    assert (experiment.trains, experiment.draws) == (trains, draws)
    if "adapter" in str(changes):  # of which there is none
        return
    if draws:
        assert made_plan(experiment, tmp_path, seeds=2).seeds == (0, 1)
    else:
        with pytest.raises(InputError, match="2 seeds, and this experiment trains nothing and draws nothing"):
            made_plan(experiment, tmp_path, seeds=2)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seeds": 0}, "no seeds: at least one is needed; give --claims-seeds 1 or more"),
        ({"dtype": "int8"}, "unknown dtype 'int8': have float32, bfloat16, float16"),
        ({"quantised": "3bit"}, "'3bit'"),
    ],
)
def test_what_cannot_be_planned(changes, said, tmp_path):
    with pytest.raises(InputError, match=said):
        made_plan(Experiment(probes=[probe()]), tmp_path, **changes)


KINDS = [lambda **said: Item(at={}, **said), lambda **said: Example(answer="So.", **said)]


@given(st.sampled_from(KINDS), st.text(), st.text(), st.booleans())
def test_items_and_examples_are_asked_as_they_say(kind, system, user, plain):
    if plain and system:
        with pytest.raises(InputError, match=r"a plain text has the system text .*; wanted none: write it into user"):
            kind(system=system, user=user, plain=plain)
    else:
        assert kind(system=system, user=user, plain=plain).prompt == (system, user, plain)


@given(st.floats(-99, 0), st.integers(1, 99))
def test_likelihood_of_an_answer_is_that_of_its_tokens(per_token, tokens):
    assert Likelihood(per_token=per_token, tokens=tokens).nats == per_token * tokens


def test_what_comes_of_a_probe():
    """Texts, of which only those that are scored become arrays, or numbers, which always do."""
    kinds = [(Greedy(tokens=3), None), (Sampled(tokens=3), length), (LogLikelihood(), None), (TokenCount(), None)]
    probes = [Probe(name="a", items=ITEMS, how=how, score=score) for how, score in kinds]
    assert [one.is_answered for one in probes] == [True, True, False, False]
    assert [one.is_scored for one in probes] == [False, True, True, True]
    assert probe(title="A title").called == "A title"
    assert probe().called == "long"


def test_what_a_generator_gives_is_there_for_every_seed():
    """It gives it once: of two seeds the second had no examples, and a probe no items."""
    condition = Condition(examples=(EXAMPLE for _ in range(2)))
    asked = Probe(name="asked", items=(item for item in ITEMS), how=Greedy(tokens=2), score=length)
    made = Experiment(conditions=(one for one in [condition]), probes=(one for one in [asked]))
    for _ in range(2):
        assert [len(list(one.examples)) for one in made.conditions] == [2]
        assert [list(one.items) for one in made.probes] == [list(ITEMS)]


def test_two_readings_of_one_name():
    """The last one was read."""
    several = [Reading(name="r", contexts={who: "A."}, questions=["Q?"], responder=who, tokens=2) for who in "xy"]
    with pytest.raises(InputError, match="two readings are called 'r'; rename one"):
        Experiment(probes=[probe()], readings=several)


@pytest.mark.parametrize("how", [Greedy, "greedy", None])
def test_how_that_is_none(how):
    with pytest.raises(InputError, match=r"how is .*; wanted Sampled\(...\), Greedy\(...\), LogLikelihood\(\)"):
        Probe(name="asked", items=ITEMS, how=how)


def test_answers_that_are_one_text():
    """Each letter of it was taken for an answer."""
    with pytest.raises(InputError, match=r"the answers of an item are 'Yes'; wanted several, as in \(answer,\)"):
        Item(at={"who": "a"}, answers="Yes")
