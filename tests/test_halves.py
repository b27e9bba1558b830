"""Readings of each half of the questions: what would have been read of those questions alone."""

import numpy as np
import pytest
import xarray as xr
from experiments import made_file
from planned import laboratory_for
from tiny import save_tiny_model

from pytest_claims_lab.experiment import Experiment, Reading
from pytest_claims_lab.making import make_plan

QUESTIONS = ("Why is that so?", "How?", "When did it begin, and where?", "Who?", "What is it?")
CONTEXTS = {"a": "You are a.", "b": "You are b, who says more.", "none": ""}


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """By name what was read of all questions, with halves and without, and of the questions of each half."""
    folder, found = tmp_path_factory.mktemp("halves"), {}
    readings = [
        Reading(name=name, contexts=CONTEXTS, questions=some, responder="a", tokens=4, halves=name == "halves")
        for name, some in {"halves": QUESTIONS, "all": QUESTIONS, "0": QUESTIONS[::2], "1": QUESTIONS[1::2]}.items()
    ]

    def arrays(results):
        found.update(results.readings)
        return xr.Dataset({"x": ("one", [0.0])}, coords={"one": ["a"]})

    file = made_file(Experiment(probes=[], readings=readings, arrays=arrays))
    model = save_tiny_model(folder / "tiny")
    plan = make_plan(file=file, model=str(model), recipe=file.recipe("pocket"), weights_dir=folder, dtype="float32")
    laboratory_for(plan, folder).measure()
    return found


def test_half_is_what_its_questions_alone_give(read):
    assert read["halves"].halves.shape == (2, *read["halves"].states.shape)
    for number, half in enumerate(read["halves"].halves):
        np.testing.assert_allclose(half, read[str(number)].states, atol=1e-5)
    assert not np.allclose(*read["halves"].halves)


def test_halves_weighted_by_their_questions_are_the_mean(read):
    even, odd = read["halves"].halves.astype(float)
    np.testing.assert_allclose((3 * even + 2 * odd) / 5, read["halves"].states, atol=1e-5)


def test_what_else_is_read_does_not_change_with_them(read):
    """To the last bit."""
    for name in ("states", "divergence"):
        np.testing.assert_array_equal(getattr(read["halves"], name), getattr(read["all"], name))
    assert read["all"].halves is None
