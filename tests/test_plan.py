import re
import shlex
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_claims_lab.personas import Persona, PersonaPanel, read_panel
from test_inputs import NAMES, write_panel
from tiny import FEW, save_tiny_model

from pytest_claims.base.errors import InputError, Notice
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab.laboratory import Laboratory
from pytest_claims_lab.ladder import Rung, write_ladder
from pytest_claims_lab.options import command_parser, plan_of, settings_in
from pytest_claims_lab.plan import Plan
from pytest_claims_lab.progress import Display
from pytest_claims_lab.store import Store


@pytest.fixture
def ladders(tmp_path, monkeypatch):
    """The folder of ladders, empty."""
    folder = tmp_path / "ladders"
    folder.mkdir()
    monkeypatch.setattr("pytest_claims_lab.ladder.LADDERS", folder)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "own"))
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
    return plan_of(str(model), settings_in(command_parser("test", "").parse_args(options)))


def write_rung(ladders, name: str, rate: float) -> None:
    write_ladder([Rung(learning_rate=rate, counts={"a": (1, 2)})], ladders / f"{name}.csv")


def test_ladder_decides_for_a_recipe_and_its_control_and_the_option_over_both(model, ladders):
    write_rung(ladders, "own-model@full", 5e-4)
    for recipe in ("full", "full-shuffled"):
        plan = planned(model, "--recipe", recipe)
        assert (plan.recipe.training.learning_rate, plan.notes["learning rate"]) == (5e-4, "0.0005, by the ladder")
    plan = planned(model, "--recipe", "full", "--learning-rate", "3e-5")
    assert (plan.recipe.training.learning_rate, plan.notes["learning rate"]) == (3e-5, "3e-05, given")


def test_rate_without_a_ladder_is_the_recipes_own_and_said_aloud(model, ladders):
    write_rung(ladders, "own-model@full", 5e-4)
    command = "pytest-claims learning-rate --model .*Own-Model --recipe pocket$"
    with pytest.warns(Notice, match=f"own-model has no ladder for the recipe pocket, .*0.002, is taken; .*{command}"):
        plan = planned(model, "--recipe", "pocket-shuffled")
    assert (plan.recipe.training.learning_rate, plan.notes["learning rate"]) == (2e-3, "0.002, the recipe's own")


@pytest.mark.parametrize("rate", ["0", "-1e-3", "nan", "inf"])
def test_rates_that_are_none(model, rate):
    with pytest.raises(InputError, match=r"a learning rate of .*; wanted a number above 0"):
        planned(model, f"--learning-rate={rate}")


@pytest.mark.parametrize(
    ("panel", "recipe", "name"),
    [
        ("ten", "full", "own-model@full"),
        ("ten", "full-shuffled", "own-model@full-shuffled"),
        ("hundred", "full", "own-model@full-hundred"),
        ("hundred", "full-shuffled", "own-model@full-hundred-shuffled"),
        ("my panel.toml", "pocket", "own-model@pocket-my-panel"),
    ],
)
def test_name_says_the_panel_unless_it_is_the_ten(model, panel, recipe, name):
    write_panel(model.parent / "my panel.toml", NAMES)
    assert planned(model, "--panel", panel, "--recipe", recipe, "--learning-rate=1e-3").name == name


@pytest.mark.parametrize(
    ("options", "command"),
    [
        ([], "--claims-recipe pocket --claims-seeds 1 --claims-dtype float32"),
        (
            ["--recipe=full", "--seeds=5", "--dtype=bfloat16", "--device=cpu"],
            "--claims-recipe full --claims-seeds 5 --claims-dtype bfloat16",
        ),
        (
            ["--panel=./my panel.toml", "--questions=q.toml", "--learning-rate=2e-4"],
            "--claims-recipe pocket --claims-seeds 1 --claims-dtype float32 --claims-panel 'my panel.toml' "
            "--claims-questions q.toml --claims-learning-rate 0.0002",
        ),
    ],
)
def test_provenance_has_the_command_that_measures_again(model, ladders, options, command):
    write_rung(ladders, "own-model@full", 5e-4)
    write_rung(ladders, "own-model@pocket", 1e-3)
    write_panel(model.parent / "my panel.toml", NAMES)
    banks = ("train", 20), ("evaluation", 10)
    (model.parent / "q.toml").write_text(
        "\n".join(f"{bank} = {[f'{bank} {n}?' for n in range(size)]}" for bank, size in banks)
    )
    plan = planned(model, *options)
    assert plan.notes["repeat"] == f"pytest claims/ --claims-model Own-Model {command}"
    _, _, _, folder, *words = shlex.split(plan.notes["repeat"])
    assert planned(folder, *words).measured.key == plan.measured.key


@given(data=st.data(), names=st.permutations([*NAMES, "e", "f"]))
def test_source_and_assistant_are_always_asked_and_the_bystanders_if_there_are_any(data, names):
    personas = tuple(Persona(name=name, prompt="You are someone.") for name in names)
    sources = [name for name in names if name != "assistant"]
    chosen = tuple(data.draw(st.lists(st.sampled_from(sources), unique=True)))
    panel = PersonaPanel(name="p", personas=personas, bystanders=chosen)
    for source in sources:
        asked = panel.asked(source)
        assert set(asked) == ({source, "assistant", *chosen} if chosen else set(names))
        assert list(asked) == sorted(asked, key=names.index)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('["x"]', "panel 'panel': unknown bystander 'x'; known are a, b, c, d"),
        ('["a", "b", "a"]', "bystander a appears more than once"),
        ('["assistant"]', "bystander 'assistant' is always asked; leave it out"),
        ("[]", r"bystanders is \[\], wanted at least one, or no such line"),
        ('"a"', "bystanders is 'a', wanted a list"),
        ("[1]", "bystanders 1 is 1, wanted a string"),
    ],
)
def test_bad_bystanders(tmp_path, line, message):
    path = write_panel(tmp_path / "panel.toml", NAMES)
    (tmp_path / "panel.toml").write_text(f"bystanders = {line}\n" + (tmp_path / "panel.toml").read_text())
    with pytest.raises(InputError, match=message):
        read_panel(path)


def test_bystanders_of_the_hundred_are_the_first_of_each_family():
    hundred = read_panel("hundred")
    first = {hundred.families[name]: name for name in reversed(hundred.sources)}
    assert set(hundred.bystanders) == set(first.values())
    assert list(hundred.bystanders) == sorted(hundred.bystanders, key=hundred.names.index)


def test_bystanders_decide_completions_and_nothing_before_them(model):
    every = planned(model, "--recipe=full", "--learning-rate=1e-3")
    few = replace(every, panel=replace(every.panel, bystanders=("villain", "librarian")))
    fewer = replace(every, panel=replace(every.panel, bystanders=("villain",)))
    for stage in (lambda plan: plan.completions[0], lambda plan: plan.counts, lambda plan: plan.measured):
        assert stage(every).key != stage(few).key != stage(fewer).key != stage(every).key
    for name in ("adapters", "answers", "readings", "unadapted", "lengths"):
        assert getattr(every, name) == getattr(few, name)


def test_bystanders_of_a_panel_decide_nothing_where_only_the_assistant_is_asked(model):
    every = planned(model, "--recipe=pocket", "--learning-rate=1e-3")
    few = replace(every, panel=replace(every.panel, bystanders=("villain",)))
    assert every.counts.key == few.counts.key


def test_whoever_is_not_asked_has_no_completions(tmp_path):
    path = write_panel(tmp_path / "few.toml", NAMES)
    (tmp_path / "few.toml").write_text('bystanders = ["c", "a"]\n' + (tmp_path / "few.toml").read_text())
    plan = planned(save_tiny_model(tmp_path / "tiny"), "--panel", path, "--learning-rate=1e-3")
    plan = replace(plan, recipe=FEW, questions=plan.questions.first(train=2, evaluation=2))
    lab = Laboratory(
        plan=plan, store=Store(tmp_path / "s"), weights_dir=tmp_path / "w", display=Display(), device="cpu"
    )
    measurement = read_measurement(lab.measure().path / "measurement.nc")
    sampled = measurement.data["completions"].sum(["seed", "question"]).to_pandas()
    for source in "abcd":
        asked = {"assistant", "a", "c", source}
        assert dict(sampled.loc[source]) == {name: 4 * (name in asked) for name in NAMES}
    assert measurement.provenance["bystanders"] == "assistant, c, a"
    assert re.match("pytest claims/ --claims-model tiny .*--claims-panel few.toml", measurement.provenance["repeat"])
