"""Plans: what the options make of a recipe, how a measurement is called, and the command that measures it again."""

import shlex

import pytest
from planned import marker_file, write_panel

from pytest_claims.base.errors import InputError, Notice
from pytest_claims_lab.ladder import Rung, own_ladder_file, write_ladder
from pytest_claims_lab.options import command_parser, plan_of, settings_in
from pytest_claims_lab.plan import Plan
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.store import Store
from pytest_claims_lab.weights import find_weights


@pytest.fixture
def ladders(monkeypatch, tmp_path):
    """The folder of a user's ladders, empty."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
    folder = own_ladder_file("marker_coupling", "own-model", "full").parent
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def model(tmp_path, monkeypatch):
    """A folder that can be planned for: nothing is loaded."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "Own-Model"
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(b"")
    return folder


def planned(model, *options: str) -> Plan:
    return plan_of(marker_file(), str(model), settings_in(command_parser("test", "").parse_args(options)))


def write_rung(model, recipe: str, rate: float) -> None:
    own = own_ladder_file("marker_coupling", "own-model", recipe, sha256=find_weights(str(model), model).sha256)
    write_ladder([Rung(learning_rate=rate, counts={"a": (1, 2)})], own)


def test_ladder_decides_for_a_recipe_and_its_control_and_the_option_over_both(model, ladders):
    write_rung(model, "full", 5e-4)
    for recipe in ("full", "full-shuffled"):
        plan = planned(model, "--recipe", recipe)
        assert (plan.recipe.training.learning_rate, plan.notes["learning rate"]) == (5e-4, "0.0005, by the ladder")
    plan = planned(model, "--recipe", "full", "--learning-rate", "3e-5")
    assert (plan.recipe.training.learning_rate, plan.notes["learning rate"]) == (3e-5, "3e-05, given")


def test_rate_that_is_set_is_given_and_what_trains_otherwise_has_another_ladder(model, ladders):
    """A ladder went before a rate that was set, and was taken for whatever else was."""
    write_rung(model, "full", 5e-4)
    plan = planned(model, "--recipe", "full", "--claims-set", "training.learning_rate=3e-5")
    assert (plan.recipe.training.learning_rate, plan.notes["learning rate"]) == (3e-5, "3e-05, given")
    assert planned(model, "--recipe", "full", "--claims-set", "panel=hundred").recipe.training.learning_rate == 5e-4
    longer = ("--recipe", "full", "--claims-set", "training.epochs=9")
    with pytest.warns(Notice, match=r"has no ladder for the recipe full-epochs-9, .* --set training.epochs=9$"):
        planned(model, *longer)
    write_rung(model, "full-epochs-9", 2e-5)
    assert planned(model, *longer).recipe.training.learning_rate == 2e-5


def test_ladder_of_another_model_of_the_same_name_is_not_taken(model, ladders):
    write_rung(model, "full", 5e-4)
    (model / "model.safetensors").write_bytes(b"other")
    with pytest.warns(Notice, match="own-model has no ladder for the recipe full,"):
        planned(model, "--recipe", "full")


def test_rate_without_a_ladder_is_the_recipes_own_and_said_aloud(model, ladders):
    write_rung(model, "full", 5e-4)
    command = "pytest-claims learning-rate .*marker_coupling --model .*Own-Model --recipe pocket$"
    with pytest.warns(Notice, match=f"own-model has no ladder for the recipe pocket, .*0.002, is taken; .*{command}"):
        plan = planned(model, "--recipe", "pocket-shuffled")
    assert (plan.recipe.training.learning_rate, plan.notes["learning rate"]) == (2e-3, "0.002, the recipe's own")


@pytest.mark.parametrize("rate", ["0", "-1e-3", "nan", "inf"])
def test_rates_that_are_none(model, rate):
    with pytest.raises(InputError, match=r"a learning rate of .*; wanted a number above 0"):
        planned(model, f"--learning-rate={rate}")


@pytest.mark.parametrize(
    ("setting", "recipe", "name"),
    [
        ("panel=ten", "full", "own-model@full"),
        ("panel=ten", "full-shuffled", "own-model@full-shuffled"),
        ("panel=hundred", "full", "own-model@full-hundred"),
        ("panel=hundred", "full-shuffled", "own-model@full-hundred-shuffled"),
        ("panel=my panel.toml", "pocket", "own-model@pocket-my-panel"),
        ("sampling.completions=3", "full", "own-model@full-completions-3"),
        ("sampling.completions=5", "full", "own-model@full"),
    ],
)
def test_name_says_what_is_set_unless_it_is_the_recipes(model, setting, recipe, name):
    write_panel(model.parent / "my panel.toml")
    assert planned(model, "--set", setting, "--recipe", recipe, "--learning-rate=1e-3").name == name


@pytest.mark.parametrize(
    ("options", "command"),
    [
        ([], "--claims-recipe pocket --claims-seeds 1 --claims-dtype float32"),
        (
            ["--recipe=full", "--seeds=5", "--dtype=bfloat16", "--device=cpu"],
            "--claims-recipe full --claims-seeds 5 --claims-dtype bfloat16",
        ),
        (
            ["--set=panel=./my panel.toml", "--set=questions=q.toml", "--learning-rate=2e-4"],
            "--claims-recipe pocket --claims-seeds 1 --claims-dtype float32 --claims-learning-rate 0.0002 "
            "--claims-set 'panel=./my panel.toml' --claims-set questions=q.toml",
        ),
        (
            ["--set=sampling.completions=3", "--transcript"],
            "--claims-recipe pocket --claims-seeds 1 --claims-dtype float32 --claims-set sampling.completions=3 "
            "--claims-transcript",
        ),
    ],
)
def test_provenance_has_the_command_that_measures_again(model, ladders, options, command, tmp_path):
    write_rung(model, "full", 5e-4)
    write_rung(model, "pocket", 1e-3)
    write_panel(model.parent / "my panel.toml")
    banks = ("train", 20), ("evaluation", 10)
    (model.parent / "q.toml").write_text(
        "\n".join(f"{bank} = {[f'{bank} {n}?' for n in range(size)]}" for bank, size in banks)
    )
    plan = planned(model, *options)
    assert plan.notes["repeat"] == f"pytest claims/marker_coupling --claims-model Own-Model {command}"
    _, _, _, folder, *words = shlex.split(plan.notes["repeat"])
    again = planned(folder, *words)
    store = Store(tmp_path / "store")
    assert Schedule(again, store).measured == Schedule(plan, store).measured


def test_bystanders_decide_completions_and_nothing_before_them(model, tmp_path):
    every, few, fewer = (
        Schedule(bystanders(model, several), Store(tmp_path / "store")) for several in ("", '"a", "b"', '"a"')
    )
    first = [schedule.groups for schedule in (every, few, fewer)]
    named = [{group.title: group.stages for group in groups} for groups in first]
    assert len({groups["completions"][0] for groups in named}) == 3
    assert len({groups["measurement"] for groups in named}) == 3
    for title in set(named[0]) - {"completions", "measurement"}:
        assert named[0][title] == named[1][title] == named[2][title], title


def test_bystanders_of_a_panel_decide_nothing_where_only_the_assistant_is_asked(model, tmp_path):
    every, few = (
        Schedule(bystanders(model, several, "--recipe=pocket"), Store(tmp_path / "store")).groups
        for several in ("", '"a", "b"')
    )
    assert [one.stages for one in every if one.title == "completions"] == [
        one.stages for one in few if one.title == "completions"
    ]


def bystanders(model, several, *options) -> Plan:
    """A plan for a panel of five, of whom those are asked everywhere."""
    path = model.parent / "panel.toml"
    write_panel(path)
    line = f"bystanders = [{several}]\n" if several else ""
    path.write_text(line + path.read_text())
    return planned(model, "--set=panel=panel.toml", "--learning-rate=1e-3", *(options or ("--recipe=full",)))
