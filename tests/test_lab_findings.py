"""The experiments of the findings in a run: each of them is measured for its own claims, for a live run only."""

import shutil
import sys

import court as _imported  # noqa: F401  what it imports, runs within this process would forget
import pytest
from asked import EXPERIMENT, write_finding
from tiny import save_tiny_model

from pytest_claims.verdicts.record import read_record
from pytest_claims_lab.commands import measure

NOT_ITS_NAME = EXPERIMENT.replace("yew", "fir")
WITH_RECIPES = f"""{EXPERIMENT}
from pytest_claims_lab import Recipe
RECIPES = {{"short": Recipe(), "long": Recipe()}}
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A tiny model, of which something was measured: what that imports, runs within this process would forget."""
    folder = save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")
    finding = write_finding(tmp_path_factory.mktemp("first") / "trees")
    assert measure([str(finding), "--model", str(folder), "--device=cpu", "--store", str(finding / "store")]) == 0
    return folder


class Live:
    """Runs with a live subject, in a folder of their own."""

    def __init__(self, pytester, model) -> None:
        self.pytester, self.path, self.model = pytester, pytester.path, model

    def judge(self, *words) -> pytest.RunResult:
        for compiled in self.path.rglob("__pycache__"):  # a file counts as fresh if second and size are the same
            shutil.rmtree(compiled)
        live = [f"--claims-model={self.model}", "--claims-store=store", "--claims-device=cpu"]
        return self.pytester.runpytest_inprocess(*live, "--claims-robustness=none", *words)

    @property
    def record(self):
        whole, part = (self.path / "reports" / f"claims{part}.json" for part in ("", ".partial"))
        return read_record(part if part.is_file() else whole)

    @property
    def answers(self):
        """The results in the store that a model was asked for, with when they were written."""
        return {path: path.stat().st_mtime_ns for path in self.path.glob("store/answers/*/*")}


@pytest.fixture
def live(pytester, model):
    return Live(pytester, model)


def refused(result) -> str:
    """The one line in which a run was refused."""
    assert result.ret == pytest.ExitCode.USAGE_ERROR, result.stdout.str() + result.stderr.str()
    (line,) = filter(None, result.stderr.lines)
    return line


def test_every_finding_below_the_folder_has_a_live_subject_of_its_own(live):
    """Two findings may be measured on one model under recipes of one name."""
    write_finding(live.path / "claims" / "trees")
    write_finding(live.path / "claims" / "more" / "woods", experiment=NOT_ITS_NAME)
    live.judge("claims").assert_outcomes(passed=2)
    assert sorted((one.finding, one.name) for one in live.record.subjects) == [
        ("trees", "tiny@pocket"),
        ("woods", "tiny@pocket"),
    ]
    assert len(list(live.path.glob("store/measurement/*"))) == 2
    assert {one.finding: sorted(one.rows) for one in live.record.subjects} == {
        "trees": ["ash", "elm", "oak", "yew"],
        "woods": ["ash", "elm", "fir", "oak"],
    }


@pytest.mark.parametrize("named", ["trees", "trees/test_trees.py::test_long"])
def test_the_findings_that_are_named_are_measured_and_no_other(live, named):
    write_finding(live.path / "claims" / "trees")
    write_finding(live.path / "claims" / "woods", experiment="raise ValueError('nobody asked for it')")
    live.judge(f"claims/{named}").assert_outcomes(passed=1)
    assert [one.finding for one in live.record.subjects] == ["trees"]


def test_folder_without_an_experiment_is_refused_in_one_line(live):
    (write_finding(live.path / "claims" / "trees") / "experiment.py").unlink()
    line = refused(live.judge("claims"))
    assert line.startswith(f"ERROR: --claims-model {live.model}: no experiment.py beside a finding.toml in claims, so ")
    assert line.endswith("; write one, or name the folder of a finding that has one")


BROKEN = {
    "def experiment(recipe:": "SyntaxError: '(' was never closed",
    "import nothing_of_that_name": "ModuleNotFoundError: No module named 'nothing_of_that_name'",
    "1 / 0": "cannot be run: ZeroDivisionError: division by zero (experiment.py, line 1); correct it",
    "RECIPES = {}": "defines no experiment(recipe); add it, and let it give an Experiment",
    "def experiment(recipe): return 3": "experiment() gives int, wanted an Experiment",
    "def experiment(recipe): return {}['x']": "experiment() cannot be run: KeyError: 'x' (experiment.py, line 1); ",
}


@pytest.mark.parametrize("code", BROKEN)
def test_broken_experiment_is_told_in_one_line_with_its_file(live, code):
    write_finding(live.path / "claims" / "trees", experiment=f"{code}\n")
    line = refused(live.judge("claims"))
    assert "trees/experiment.py" in line
    assert BROKEN[code] in line


def test_recipe_that_one_experiment_lacks_is_refused_with_the_name_of_that_finding(live):
    write_finding(live.path / "claims" / "trees", experiment=WITH_RECIPES)
    write_finding(live.path / "claims" / "woods")
    line = refused(live.judge("claims", "--claims-recipe=long"))
    assert line.startswith("ERROR: woods: unknown recipe 'long'; ")
    assert "known are pocket" in line
    assert not live.answers
    live.judge("claims/trees", "--claims-recipe=long").assert_outcomes(passed=1)
    assert [one.name for one in live.record.subjects] == ["tiny@long"]


def test_another_score_counts_at_once_and_nothing_is_asked_again(live, monkeypatch):
    """From a folder that is no package, of a finding whose finding.toml alone makes the table."""
    finding = write_finding(live.path / "my_finding")
    live.judge("my_finding").assert_outcomes(passed=1)
    (before,), answers = live.record.subjects, live.answers
    assert len(answers) >= 2
    edited = EXPERIMENT.replace("return len(text) > 0", "return len(text) > 99")
    (finding / "experiment.py").write_text(edited)
    monkeypatch.setattr("pytest_claims_lab.bench.load_model", None)  # any use of the model would fail
    live.judge("my_finding").assert_outcomes(passed=1)
    (after,) = live.record.subjects
    assert live.answers == answers
    assert list(after.columns["long"]) == [0.0] * 4
    assert list(before.columns["long"]) != [0.0] * 4


def test_judging_what_is_recorded_runs_no_experiment_and_imports_no_torch(pytester):
    finding = write_finding(pytester.path / "claims" / "trees", experiment="raise ValueError('nobody asked for it')")
    (finding.parents[1] / "made.csv").write_text("item,longs,answers\noak,1,1\nash,0,1\nyew,1,1\nelm,1,1\n")
    pytester.makepyfile(
        check="""
        import sys, pytest
        code = pytest.main(["claims/", "--claims-measurement=made.csv", "--claims-robustness=none"])
        found = {"torch", "transformers", "pytest_claims_lab.experiment_file"} & set(sys.modules)
        sys.exit(f"imported {found}" if found or "pytest_claims_lab.plugin" not in sys.modules else int(code))
        """
    )
    result = pytester.run(sys.executable, "check.py")
    assert result.ret == 0, result.stdout.str() + result.stderr.str()
    result.assert_outcomes(passed=1)
