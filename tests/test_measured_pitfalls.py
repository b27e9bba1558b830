"""What commonly goes wrong is looked for when a model is measured: told where it is so, and not where it is not."""

import pytest
from answered import GONE, GOOD, answered, made, probe, shown, taught, under
from experiments import ITEMS, length
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims_lab.batch import Tokens
from pytest_claims_lab.experiment import Condition, Item
from pytest_claims_lab.pitfalls import pitfalls_of, steps_of
from pytest_claims_lab.recipe import Training
from pytest_claims_lab.scoring import Asked, Scored, texts_scored
from pytest_claims_lab.stages import Adapter, Model
from pytest_claims_lab.train import Job, _steps

ONE = (taught("one"),)
SHOWN = ("It is shown.", 1.0, 0.0)


def found(folder, say=lambda query, n: GOOD, **more):
    """By name, those that were looked for."""
    schedule, bench = made(folder, say, **more)
    texts = answered(schedule, bench)
    return {one.name: one for one in pitfalls_of(schedule, bench, texts, scored(schedule, texts))}


def saying(**counts):
    """Of the hundred answers under a condition, or of the base, the first so many show what is looked for."""
    return lambda query, n: SHOWN if n < counts.get(under(query) or "base", 0) else GOOD


def scored(schedule, texts):
    """By probe, the scores of all answers."""
    several = {}
    for query in (*schedule.before, *schedule.under):
        if query.probe.is_scored:
            asked = [
                Asked(at={}, item=item, came=came) for item, came in zip(query.items, texts[query.stage], strict=True)
            ]
            several.setdefault(query.probe.name, []).extend(
                Scored(condition=query.condition, asked=one, scores=scores)
                for one, scores in zip(asked, texts_scored(query.probe, asked), strict=True)
            )
    return several


@given(examples=st.integers(1, 40), epochs=st.integers(1, 3), batch_size=st.integers(1, 9), seed=st.integers(0, 3))
def test_steps_are_those_that_training_takes(examples, epochs, batch_size, seed):
    training = Training(epochs=epochs, batch_size=batch_size)
    stage = Adapter(
        model=Model(sha256="0", dtype="float32"), training=training, examples=taught("x", examples).examples, seed=seed
    )
    job = Job(seed=seed, examples=[Tokens(prompt=[1], answer=[2])] * examples)
    assert steps_of(stage) == len(list(_steps(job, training)))


def test_conditions_that_are_trained_for_longer_than_most_are_named(tmp_path):
    told = found(tmp_path, conditions=(taught("a", 32), taught("b", 32), taught("long", 48)))["optimiser-steps"]
    assert told.is_met
    assert (told.names, told.count, told.of) == (("long",), 1, 3)
    assert told.value == pytest.approx(1 - told.numbers["least"] / told.numbers["most"])
    assert told.numbers["most"] / told.numbers["least"] == pytest.approx(1.5)


@pytest.mark.parametrize("counts", [(32, 32, 32), (17, 32, 18)])  # of the second the last batch is not full
def test_equally_many_steps_are_nothing_to_say(counts, tmp_path):
    conditions = tuple(taught(f"of {n} {place}", n) for place, n in enumerate(counts))
    told = found(tmp_path, conditions=conditions)["optimiser-steps"]
    assert not told.is_met
    assert told.names == ()


def test_what_trains_nothing_has_no_steps(tmp_path):
    assert "optimiser-steps" not in found(tmp_path, conditions=(Condition(),), before=())


@pytest.mark.parametrize(("gone", "met"), [(0, False), (5, False), (6, True)])
def test_answers_that_never_came_are_counted(gone, met, tmp_path):
    told = found(tmp_path, lambda query, n: GONE if n < gone else GOOD, conditions=ONE)["rows-dropped"]
    assert told.is_met == met
    assert (told.where, told.count, told.of) == ("said", gone, 100)


@pytest.mark.parametrize(("shown_before", "met"), [(0, False), (1, False), (2, True), (40, True)])
def test_answer_that_the_model_as_it_comes_gives_too_is_told(shown_before, met, tmp_path):
    told = found(tmp_path, saying(base=shown_before, one=50), conditions=ONE)["known-before"]
    assert told.is_met == met
    assert (told.where, told.against, told.count, told.of) == ("said", ("base",), shown_before, 100)
    assert told.numbers == {"under": 0.5}


def test_condition_that_is_the_model_as_it_comes_counts_as_before(tmp_path):
    conditions = (Condition(at={"adapter": "none"}), *ONE)
    told = found(tmp_path, saying(none=20, one=90), conditions=conditions, before=())["known-before"]
    assert told.against == ("none",)
    assert told.value == pytest.approx(0.2)
    assert told.numbers == pytest.approx({"under": 0.9})


def test_means_are_told_without_counts(tmp_path):
    probes, before = [probe(of="")], [probe("base", of="")]
    told = found(tmp_path, saying(base=30, one=90), conditions=ONE, probes=probes, before=before)["known-before"]
    assert (told.value, told.count, told.of) == (pytest.approx(0.3), 0, 0)


def test_only_items_that_both_were_asked_are_compared(tmp_path):
    """The same score of other items says nothing: the first fifty answers are to the item that both have."""
    how, _ = ITEMS
    before = [probe("base", items=(how, Item(at={"question": "where"}, user="where?")))]
    told = found(tmp_path, saying(base=60, one=20), conditions=ONE, before=before)["known-before"]
    assert (told.count, told.of) == (50, 50)
    assert told.numbers == pytest.approx({"under": 0.4})


def test_an_item_is_the_same_wherever_its_score_stands(tmp_path):
    elsewhere = [Item(at={"place": item.user}, user=item.user) for item in ITEMS]
    told = found(tmp_path, saying(base=30), conditions=ONE, before=[probe("base", items=elsewhere)])["known-before"]
    assert (told.count, told.of) == (30, 100)


@pytest.mark.parametrize(
    "before",
    [
        [],
        [probe("base", score=lambda item, text: shown(item, text))],  # another score
        [probe("base", score=None, of="")],
        [probe("base", items=[Item(at={"question": "where"}, user="where?")])],
        [probe("base", items=[Item(at=item.at, user=item.user, answers=("So.",)) for item in ITEMS])],
    ],
)
def test_without_the_same_score_of_the_same_before_nobody_can_look(before, tmp_path):
    assert "known-before" not in found(tmp_path, conditions=ONE, before=before)


def test_scores_that_are_no_shares_are_nothing_to_look_for(tmp_path):
    more = {"probes": [probe(score=length)], "before": [probe("base", score=length)]}
    assert "known-before" not in found(tmp_path, conditions=ONE, **more)


def test_what_is_looked_for_stands_in_the_measurement(tmp_path):
    """And of a clean one nothing is worth saying."""
    told = found(tmp_path, conditions=ONE)
    wanted = {"optimiser-steps", "rows-dropped", "known-before", "empty-answers", "cut-answers", "repeated-answers"}
    assert {*told} == wanted
    assert not [one for one in told.values() if one.is_met]
