"""The laboratory as pytest and a user's command line meet it: its options, their old names, and where it is missing."""

import importlib
import os
import re
import subprocess
import sys
import tomllib
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from asked import write_finding
from planned import FOLDER, write_panel
from tiny import SOURCES, save_tiny_model

from conftest import ROOT
from pytest_claims.base.option import value, values
from pytest_claims_lab.experiment_file import read_experiment
from pytest_claims_lab.needs import PACKAGES
from pytest_claims_lab.options import MODEL, OPTIONS, Settings, command_parser, plan_of, settings_in
from pytest_claims_lab.plugin import live_subjects
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.store import Store

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
GIVEN = Settings(
    recipe="full", set=("panel=p.toml", "data.answers=shared"), seeds=3, learning_rate=1e-3, dtype="bfloat16",
    device="cuda", weights_dir="w", store="s", remeasure=True, transcript=True, quantise="4bit", spread=True,
)  # fmt: skip
HIDDEN = sorted({*PACKAGES} - {"packaging"})  # which pytest needs itself
PLUGINS = ["-p", "pytest_claims.plugin", "-p", "pytest_claims_lab.plugin"]
HIDING = ["-m", "pytest", "-p", "hidden", *PLUGINS]


def words(settings: Settings, prefix: str) -> list[str]:
    """A command line that says all of this."""
    said = {f"{prefix}{name.replace('_', '-')}": value for name, value in asdict(settings).items()}
    each = [(flag, one) for flag, value in said.items() for one in (value if isinstance(value, tuple) else [value])]
    return [flag if value is True else f"{flag}={value}" for flag, value in each]


def test_where_nothing_is_given_settings_are_the_usual(pytester):
    config = pytester.parseconfig()
    assert value(config, MODEL.key) == []
    assert settings_in(values(config, OPTIONS)) == Settings()
    assert settings_in(command_parser("test", "").parse_args([])) == Settings()


@pytest.mark.parametrize("prefix", ["--claims-", "--"])
def test_settings_are_what_is_given_by_the_new_names_and_the_old(pytester, prefix):
    given = GIVEN if prefix == "--claims-" else replace(GIVEN, set=())  # which never had an old name
    told = words(given, prefix)
    config = pytester.parseconfig(f"{prefix}model=a", f"{prefix}model", "b", *told)
    assert value(config, MODEL.key) == ["a", "b"]
    assert settings_in(values(config, OPTIONS)) == given
    assert settings_in(command_parser("test", "").parse_args(words(GIVEN, prefix))) == GIVEN


def test_settings_are_what_the_ini_file_says(pytester):
    values_of = {name: "".join(f"\n  {one}" for one in value) if isinstance(value, tuple) else value
                 for name, value in asdict(GIVEN).items()}  # fmt: skip
    lines = [f"claims_{name} = {value}" for name, value in values_of.items()]
    pytester.makeini("\n".join(["[pytest]", "claims_model =", "  a", "  b", *lines]))
    config = pytester.parseconfig()
    assert value(config, MODEL.key) == ["a", "b"]
    assert settings_in(values(config, OPTIONS)) == GIVEN


def test_plugin_that_has_nothing_to_measure_is_light():
    """It is loaded in every run of pytest."""
    code = "import sys, pytest_claims_lab.plugin; print(*sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(SOURCES)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)  # noqa: S603
    heavy = {"numpy", "xarray", "pandas", "pydantic", *PACKAGES} - {"packaging"}
    assert not heavy & set(done.stdout.split())


def test_live_subject_knows_where_its_completions_lie_once_they_are_made(pytester):
    folder, store = save_tiny_model(pytester.path / "tiny"), pytester.path / "store"
    finding = write_finding(pytester.path / "claims")
    options = [f"--claims-model={folder}", "--claims-recipe=pocket", f"--claims-store={store}"]
    (subject,) = live_subjects(pytester.parseconfig(finding, *options))
    assert subject.beside() is None
    plan = plan_of(read_experiment(finding), str(folder), Settings(recipe="pocket", store=str(store)))
    stage = Schedule(plan, Store(store)).measured
    made = Store(store).get(stage.kind, stage.key, lambda folder: (folder / "made").touch())
    assert subject.beside() == made.path


def test_help_of_a_command_has_no_option_twice(capsys):
    with pytest.raises(SystemExit):
        command_parser("test", "").parse_args(["--help"])
    said = capsys.readouterr().out
    assert "--learning-rate" in said
    assert "--claims-" not in said


def test_what_is_needed_is_what_the_extra_installs():
    extra = PROJECT["optional-dependencies"]["lab"]
    assert {re.match(r"[\w-]+", package)[0].replace("-", "_") for package in extra} == set(PACKAGES)


@pytest.mark.parametrize("name", ["measure", "learning-rate", "store"])
def test_commands_are_where_the_distribution_says(name, capsys):
    module, _, function = PROJECT["entry-points"]["pytest_claims.commands"][name].partition(":")
    with pytest.raises(SystemExit) as ended:
        getattr(importlib.import_module(module), function)(["--help"])
    assert not ended.value.code
    assert capsys.readouterr().out.startswith(f"usage: pytest-claims {name} ")


@pytest.fixture
def without_the_extra(pytester, monkeypatch):
    """Runs Python in an environment where nothing can be measured."""
    pytester.makepyfile(hidden=f"import sys\nsys.modules.update(dict.fromkeys({HIDDEN!r}))\n")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([*SOURCES, str(pytester.path)]))

    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # platformdirs is a plugin, too

    def run(*arguments):
        return pytester.run(sys.executable, *arguments)

    return run


def test_options_are_not_shown_where_nothing_can_be_measured(without_the_extra):
    shown = without_the_extra(*HIDING, "--help").stdout.str()
    assert "--claims-robustness" in shown
    assert "--claims-learning-rate=" not in shown
    assert "training and measuring" not in shown


@pytest.mark.parametrize("option", ["--claims-model=x", "--model=x", "--claims-store=x"])
def test_option_is_refused_in_one_line_where_nothing_can_be_measured(without_the_extra, option):
    result = without_the_extra(*HIDING, option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    flag = option.partition("=")[0].replace("--model", "--claims-model")
    line = f"ERROR: {flag} needs {', '.join(HIDDEN)}, not installed here; run pip install 'pytest-claims[lab]'"
    assert list(filter(None, result.stderr.lines)) == [line]


def test_ini_file_that_says_how_to_measure_keeps_nobody_from_judging(without_the_extra, pytester):
    pytester.makeini("[pytest]\nclaims_store = s\nclaims_recipe = full\naddopts = --strict-config\n")
    pytester.makepyfile(test_plain="def test_it(): pass")
    result = without_the_extra(*HIDING, "-W", "error", "test_plain.py")
    assert result.ret == 0, result.stdout.str()


@pytest.mark.parametrize("name", ["measure", "learning-rate", "store"])
def test_command_is_refused_in_one_line_where_nothing_can_be_measured(without_the_extra, name):
    code = f"import hidden; from pytest_claims_lab.commands import {name.replace('-', '_')} as command; command([])"
    result = without_the_extra("-c", code)
    assert result.ret == 1
    (line,) = filter(None, result.stderr.lines)
    assert line.startswith(f"pytest-claims {name}: needs accelerate, ")
    assert line.endswith("; run pip install 'pytest-claims[lab]'")


def test_two_models_of_one_name_are_a_usage_error(pytester):
    for folder in ("a/small", "b/small"):
        model = pytester.path / folder
        model.mkdir(parents=True)
        (model / "config.json").write_text("{}")
        (model / "model.safetensors").write_bytes(b"")
    write_finding(pytester.path / "claims")
    result = pytester.runpytest_inprocess("--claims-model=a/small", "--claims-model=b/small")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    named = "*two subjects are named 'small@pocket': --claims-model a/small and --claims-model b/small; leave one out*"
    result.stderr.fnmatch_lines([named])


@pytest.mark.slow
def test_checkout_that_is_not_installed_measures_and_has_claims(tmp_path):
    """Nothing of the distribution's metadata is there: once each run ended in PackageNotFoundError."""
    site = tmp_path / "site"
    site.mkdir()
    for package in Path(pytest.__file__).parents[1].iterdir():
        if not re.match(r"_*(editable_impl_)?(pytest|executable)_claims|__editable__", package.name):
            (site / package.name).symlink_to(package)
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([*SOURCES, str(site)])}
    save_tiny_model(tmp_path / "tiny")
    write_panel(tmp_path / "five.toml")
    measuring = ["--model=tiny", "--set=panel=five.toml", "--store=store", "--device=cpu"]
    judging = [word.replace("--", "--claims-", 1) for word in measuring]
    for command in (
        ["-c", "import importlib.metadata as m; assert not [*m.entry_points(group='pytest11', name='claims')]"],
        ["-m", "pytest_claims_lab", str(FOLDER), *measuring],
        ["-m", "pytest", *PLUGINS, str(FOLDER), "--collect-only", "-q", *judging],
    ):
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-S", *command], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert "tiny@pocket-five" in done.stdout
