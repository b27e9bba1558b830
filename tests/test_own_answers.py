"""A seed draws its own training answers, where the recipe says so; what was measured on shared ones stays as it is."""

import json
from dataclasses import replace

import numpy as np
import pytest
from test_inputs import NAMES, write_panel
from test_plan import planned
from test_stages import ADAPTER, ANSWERS, COMPLETIONS, LENGTHS
from tiny import save_tiny_model

from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab.laboratory import Laboratory
from pytest_claims_lab.plan import make_plan
from pytest_claims_lab.progress import Display
from pytest_claims_lab.recipe import RECIPES, Recipe, Sampling, Training, with_answers
from pytest_claims_lab.store import Store, digest

pytestmark = pytest.mark.filterwarnings("ignore:.*no adapter produced the marker")
TINY = Recipe(
    name="tiny",
    training=Training(questions=2, answer_tokens=4, epochs=1, batch_size=4, learning_rate=1e-3, dropout=0.0),
    sampling=Sampling(questions=2, completions=2, base_completions=1, completion_tokens=3, bystanders="assistant"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


def laboratory(folder, store, answers, seeds, **changes):
    plan = make_plan(
        model=str(folder), recipe=with_answers(TINY, answers), panel=write_panel(folder.parent / "five.toml", NAMES),
        questions="everyday", dtype="float32", weights_dir=store / "w", seeds=seeds,
    )  # fmt: skip
    return Laboratory(
        plan=plan, store=Store(store), weights_dir=store / "w", display=Display(), device="cpu", **changes
    )


@pytest.fixture(scope="module")
def own(folder, tmp_path_factory):
    """Two seeds with answers of their own, measured."""
    lab = laboratory(folder, tmp_path_factory.mktemp("own"), "own", 2)
    lab.measure()
    return lab


@pytest.mark.parametrize(
    ("key", "kept"),
    [  # as they were when there were no others
        (ANSWERS.key, "dca693ea9b81b46439b685c6a28818e3"),
        (LENGTHS.key, "60475f7955dbf218f8d6d9ecd6011ec0"),
        (ADAPTER.key, "c4e21af739ee94e832eb96b0759c1b84"),
        (COMPLETIONS.key, "32252debf9654fcf3aecb6aa04f5ddec"),
        (RECIPES["full"].as_key(), "9c43d3a37cd18d169eb734f85aa8ee19"),
        (with_answers(RECIPES["pocket"], "shared").as_key(), "b04da25fdf607d4726b53c5e892a2647"),
    ],
)
def test_what_was_measured_before_is_found(key, kept):
    assert digest(key) == kept


def test_each_seed_has_its_answers_and_the_first_those_that_all_shared(folder, tmp_path):
    shared, own = (laboratory(folder, tmp_path, answers, 3).plan for answers in ("shared", "own"))
    assert len(shared.answers) == 1
    assert [one.seed for one in own.answers] == [0, 1, 2]
    assert own.answers[0].key == shared.answers[0].key
    assert {one.answers.seed for one in shared.adapters} == {0}
    assert all(one.answers.seed == one.seed for one in own.adapters)
    same = [one.key == other.key for one, other in zip(own.adapters, shared.adapters, strict=True)]
    assert same == [one.seed == 0 for one in own.adapters]
    assert own.lengths.key == shared.lengths.key


def test_answers_of_seeds_differ_and_adapters_are_trained_on_them(own, folder, tmp_path):
    store, plan = own.store, own.plan
    first, second = (
        json.loads((store.find(one.kind, one.key).path / "answers.json").read_text()) for one in plan.answers
    )
    assert first != second
    shared = laboratory(folder, tmp_path, "shared", 2)
    shared.measure()
    arrays = [
        [
            read_measurement(lab.store.find(one.kind, one.key).path / "measurement.nc").data["cosine"]
            for one in [lab.plan.measured]
        ]
        for lab in (own, shared)
    ]
    np.testing.assert_array_equal(*[one[0].values for one in arrays])
    weights = [[weights_of(lab, one) for one in lab.plan.adapters] for lab in (own, shared)]
    for adapter, mine, theirs in zip(plan.adapters, *weights, strict=True):
        assert (mine == theirs) == (adapter.seed == 0)


def weights_of(lab, adapter):
    return (lab.store.find(adapter.kind, adapter.key).path / "adapter_model.safetensors").read_bytes()


def test_run_that_was_killed_between_answers_goes_on_to_the_same(own, folder, tmp_path):
    lab = laboratory(folder, tmp_path, "own", 2)
    stages = lab.plan.answers
    with lab._shown(1, 1, stages[:1]) as bench:
        lab._make(stages[:1], bench)
    assert [lab.store.find(one.kind, one.key) is not None for one in stages] == [True, False]
    lab.measure()
    for one in lab.plan.adapters:
        assert weights_of(lab, one) == weights_of(own, one)


def test_provenance_says_whose_answers(own):
    measured = own.plan.measured
    provenance = read_measurement(own.store.find(measured.kind, measured.key).path / "measurement.nc").provenance
    assert provenance["training answers"] == "drawn anew for each seed"
    assert json.loads(provenance["recipe"])["answers"] == "own"
    shared = replace(own.plan, recipe=TINY).measured.about
    assert "training answers" not in shared
    assert "answers" not in json.loads(shared["recipe"])


@pytest.mark.parametrize(
    ("option", "answers"), [([], "own"), (["--answers=shared"], "shared"), (["--answers=own"], "own")]
)
def test_recipe_says_whose_unless_the_option_does(folder, option, answers):
    plan = planned(folder, "--recipe=pocket", "--learning-rate=1e-3", "--seeds=2", *option)
    assert plan.recipe.answers == answers
    assert ("--claims-answers" in plan.notes["repeat"]) == bool(option)


def test_answers_of_nobody_are_refused(folder):
    with pytest.raises(InputError, match="unknown answers 'mine': have shared, own"):
        planned(folder, "--answers=mine", "--learning-rate=1e-3")


def test_full_recipe_shares_them_as_the_recorded_measurements_did():
    assert {name: one.answers for name, one in RECIPES.items()} == {
        "full": "shared", "full-shuffled": "shared", "pocket": "own", "pocket-shuffled": "own",
    }  # fmt: skip
