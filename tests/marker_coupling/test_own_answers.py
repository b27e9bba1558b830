"""A seed draws its own training answers, where the recipe says so; and the run of such a recipe from end to end."""

import json
from dataclasses import replace

import numpy as np
import pytest
from planned import TINY, laboratory_for, marker_file, marker_plan, write_panel
from tiny import save_tiny_model

from claims.marker_coupling.experiment import RECIPES, Data
from claims.marker_coupling.measured import VARIABLES, check
from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab.options import command_parser, plan_of, settings_in
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.store import Store
from pytest_claims_lab.texts import write_texts

pytestmark = pytest.mark.filterwarnings("ignore:.*shows what adapters were taught")


def with_answers(recipe, answers):
    return replace(recipe, data=replace(recipe.data, answers=answers))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


def laboratory(folder, store, answers, seeds, *, data=None, **changes):
    panel, recipe = write_panel(folder.parent / "five.toml"), with_answers(TINY, answers)
    recipe = replace(recipe, data=replace(recipe.data, **data or {}))
    plan = marker_plan(folder, recipe, weights_dir=store / "w", seeds=seeds, panel=panel)
    return laboratory_for(plan, store, **changes)


@pytest.fixture(scope="module")
def own(folder, tmp_path_factory):
    """Two seeds with answers of their own, measured."""
    lab = laboratory(folder, tmp_path_factory.mktemp("own"), "own", 2)
    lab.measure()
    return lab


def answers_of(lab):
    """The stages that draw training answers."""
    return next(group.stages for group in lab.schedule.groups if group.title == "answers")


def measured(lab):
    stage = lab.schedule.measured
    return read_measurement(lab.store.find(stage.kind, stage.key).path / "measurement.nc")


def test_each_seed_has_its_answers_and_the_first_those_that_all_shared(folder, tmp_path):
    shared, own = (laboratory(folder, tmp_path, answers, 3) for answers in ("shared", "own"))
    assert len(answers_of(shared)) == 1
    assert [one.seed for one in answers_of(own)] == [0, 1, 2]
    assert answers_of(own)[0].key == answers_of(shared)[0].key


def test_answers_of_seeds_differ_and_adapters_are_trained_on_them(own, folder, tmp_path):
    store = own.store
    first, second = ((store.find(one.kind, one.key).path / "answers.jsonl.gz").read_bytes() for one in answers_of(own))
    assert first != second
    shared = laboratory(folder, tmp_path, "shared", 2)
    shared.measure()
    np.testing.assert_array_equal(measured(own).data["cosine"], measured(shared).data["cosine"])
    np.testing.assert_array_equal(measured(own).data["answer_tokens"], measured(shared).data["answer_tokens"])
    for place, adapter in own.schedule.adapters.items():
        seed, _ = place
        other = shared.schedule.adapters[place]
        assert (adapter.key == other.key) == (seed == 0)
        assert (weights_of(own, adapter) == weights_of(shared, other)) == (seed == 0)


def test_first_sample_is_what_all_seeds_shared(folder, tmp_path):
    """So that what was trained on it is found; a seed with another sample is trained anew."""
    shared, several = (laboratory(folder, tmp_path, "shared", 4, data={"samples": samples}) for samples in (1, 3))
    for lab in (shared, several):
        for stage in answers_of(lab):
            lab.store.get(
                stage.kind, stage.key, lambda at, of=stage: write_texts([[f"{of.seed}"]] * len(of.prompts), at)
            )
        lab.schedule.look_again()
    assert [one.seed for one in answers_of(several)] == [0, 1, 2]
    for seed, number in shared.schedule.adapters:
        same = several.schedule.adapters[seed, number].key == shared.schedule.adapters[seed, number].key
        assert same == (seed in (0, 3))
    first, second = (several.schedule.adapters[seed, 0].examples for seed in (0, 1))
    assert {one.answer.split()[0] for one in first} == {"0"}
    assert {one.answer.split()[0] for one in second} == {"1"}


def weights_of(lab, adapter):
    return (lab.store.find(adapter.kind, adapter.key).path / "adapter_model.safetensors").read_bytes()


def test_run_that_was_killed_between_answers_goes_on_to_the_same(own, folder, tmp_path):
    lab = laboratory(folder, tmp_path, "own", 2)
    stages = answers_of(lab)
    lab._make(0, [replace(lab.schedule.groups[0], stages=stages[:1])])
    assert [lab.store.find(one.kind, one.key) is not None for one in stages] == [True, False]
    lab.measure()
    assert lab.schedule.adapters == own.schedule.adapters
    for one in lab.schedule.adapters.values():
        assert weights_of(lab, one) == weights_of(own, one)


def test_what_is_measured_is_laid_out_as_claims_read_it(own):
    """All of it but what only printed tables have."""
    measurement = measured(own)
    check(measurement)
    dims = {str(name): array.dims for name, array in measurement.data.data_vars.items()}
    assert dims == {name: one.dims for name, one in VARIABLES.items() if name != "source_rate"}


def test_whoever_is_not_asked_has_no_completions(folder, tmp_path):
    panel = write_panel(tmp_path / "few.toml")
    (tmp_path / "few.toml").write_text('bystanders = ["c", "a"]\n' + (tmp_path / "few.toml").read_text())
    lab = laboratory_for(marker_plan(folder, weights_dir=tmp_path / "w", panel=panel), tmp_path)
    lab.measure()
    measurement = measured(lab)
    sampled = measurement.data["completions"].sum(["seed", "question"]).to_pandas()
    for source in "abcd":
        asked = {"assistant", "a", "c", source}
        assert dict(sampled.loc[source]) == {name: 4 * (name in asked) for name in ("assistant", *"abcd")}
    assert measurement.provenance["bystanders"] == "assistant, c, a"


def test_provenance_says_whose_answers(own):
    provenance = measured(own).provenance
    assert provenance["training answers"] == "drawn anew for each seed"
    assert json.loads(provenance["recipe"])["data"]["answers"] == "own"
    shared = replace(own.plan, recipe=TINY, experiment=marker_file().make(TINY)).about
    assert "training answers" not in shared
    assert json.loads(shared["recipe"])["data"]["answers"] == "shared"


@pytest.mark.parametrize(
    ("option", "answers"),
    [([], "own"), (["--set=data.answers=shared"], "shared"), (["--set=data.answers=own"], "own")],
)
def test_recipe_says_whose_unless_the_option_does(folder, option, answers, tmp_path):
    options = ["--recipe=pocket", "--learning-rate=1e-3", "--seeds=2", *option]
    plan = plan_of(marker_file(), str(folder), settings_in(command_parser("test", "").parse_args(options)))
    assert plan.recipe.data.answers == answers
    assert ("--claims-set" in plan.notes["repeat"]) == bool(option)
    (group,) = (one for one in Schedule(plan, Store(tmp_path / "store")).groups if one.title == "answers")
    assert len(group.stages) == (2 if answers == "own" else 1)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--set=data.answers=mine"], "answers is 'mine', wanted 'shared' or 'own'"),
        (["--recipe=full", "--set=data.samples=0"], "data.samples is 0; wanted at least one sample"),
        (["--recipe=pocket", "--set=data.samples=3"], "data.samples is 3, and data.answers is own, by which each seed"),
    ],
)
def test_answers_of_nobody_are_refused(folder, options, said):
    options = [*options, "--learning-rate=1e-3"]
    with pytest.raises(InputError, match=said):
        plan_of(marker_file(), str(folder), settings_in(command_parser("test", "").parse_args(options)))


def test_full_recipe_shares_them_as_the_recorded_measurements_did():
    assert {name: one.data.answers for name, one in RECIPES.items()} == {
        "full": "shared", "full-shuffled": "shared", "pocket": "own", "pocket-shuffled": "own",
    }  # fmt: skip
    assert Data().answers == "shared"
