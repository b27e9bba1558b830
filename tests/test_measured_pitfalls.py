"""What commonly goes wrong is looked for when a model is measured: told where it is so, and not where it is not."""

import pytest
import xarray as xr
from answered import GONE, GOOD, made, probe, shown, taught, under
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims_lab.batch import Tokens
from pytest_claims_lab.experiment import Condition
from pytest_claims_lab.pitfalls import pitfalls_of, steps_of
from pytest_claims_lab.recipe import Training
from pytest_claims_lab.stages import Adapter, Model
from pytest_claims_lab.train import Job, _steps

ONE = (taught("one"),)


def found(folder, say=lambda query, n: GOOD, arrays=None, **more):
    """By name, those that were looked for; arrays are 0 unless they are given: (shown, of) by condition, or before."""
    schedule, bench = made(folder, say, **more)
    return {one.name: one for one in pitfalls_of(schedule, bench, data_of(schedule, arrays or {}))}


def data_of(schedule, arrays):
    """The arrays of all probes, by condition; each has one cell for each."""
    data = {}
    for query in (*schedule.before, *schedule.under):
        if query.probe.is_scored:
            at = dict(query.condition.at) if query.condition else {}
            told = arrays.get(under(query), (0.0, 100))
            for name, value in zip((query.probe.name, query.probe.of), told, strict=True):
                if name:
                    data.setdefault(name, []).append((at, value))
    return xr.Dataset({name: _array(cells) for name, cells in data.items()})


def _array(cells):
    values = [value for _, value in cells]
    if cells[0][0]:
        return xr.DataArray(values, dims="adapter", coords={"adapter": [at["adapter"] for at, _ in cells]})
    return xr.DataArray(values[0])


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
    told = found(tmp_path, arrays={"": (shown_before, 100), "one": (50, 100)}, conditions=ONE)["known-before"]
    assert told.is_met == met
    assert (told.where, told.against, told.count, told.of) == ("said", ("base",), shown_before, 100)
    assert told.numbers == {"under": 0.5}


def test_condition_that_is_the_model_as_it_comes_counts_as_before(tmp_path):
    conditions = (Condition(at={"adapter": "none"}), *ONE)
    told = found(tmp_path, arrays={"none": (20, 100), "one": (90, 100)}, conditions=conditions, before=())
    assert told["known-before"].against == ("none",)
    assert told["known-before"].value == pytest.approx(0.2)
    assert told["known-before"].numbers == pytest.approx({"under": 0.9})


def test_means_are_told_without_counts(tmp_path):
    probes, before = [probe(of="")], [probe("base", of="")]
    arrays = {"": (0.3, None), "one": (0.9, None)}
    told = found(tmp_path, arrays=arrays, conditions=ONE, probes=probes, before=before)["known-before"]
    assert (told.value, told.count, told.of) == (pytest.approx(0.3), 0, 0)


@pytest.mark.parametrize(
    "before",
    [
        [],
        [probe("base", score=lambda item, text: shown(item, text))],  # another score
        [probe("base", score=None, of="")],
    ],
)
def test_without_the_same_score_before_nobody_can_look(before, tmp_path):
    assert "known-before" not in found(tmp_path, conditions=ONE, before=before)


def test_scores_that_are_no_shares_are_nothing_to_look_for(tmp_path):
    assert "known-before" not in found(tmp_path, arrays={"": (150, 100), "one": (170, 100)}, conditions=ONE)


def test_what_is_looked_for_stands_in_the_measurement(tmp_path):
    """And of a clean one nothing is worth saying."""
    told = found(tmp_path, conditions=ONE)
    wanted = {"optimiser-steps", "rows-dropped", "known-before", "empty-answers", "cut-answers", "repeated-answers"}
    assert {*told} == wanted
    assert not [one for one in told.values() if one.is_met]
