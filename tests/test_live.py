"""A live run, as a user sees it: it says where it is, ends in one line where it is interrupted, and goes on.

One measurement is interrupted twice and finished, each time in another way, and each time with every warning an error
by the user's own wish, while libraries warn when they are imported and when they train.
"""

import io
import os
import subprocess
import sys

import pytest
from court import CLAIM
from planned import FEW_FILE, FOLDER, write_panel
from tiny import SOURCES, save_tiny_model

from conftest import ROOT
from pytest_claims.verdicts.record import read_record
from pytest_claims_lab.progress import Shown

# Libraries that warn, and an interrupt where the environment wants one.
SURROUNDINGS = """
import os, signal, sys, warnings
from importlib.abc import MetaPathFinder
signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a terminal: what runs in the background ignores it
from pytest_claims_lab import progress

class Finder(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "pytest_claims_lab.laboratory":
            warnings.warn("imported the old way", DeprecationWarning)
            import torch
            step = torch.optim.AdamW.step
            def warning(self, *arguments, **options):
                warnings.warn("stepped the old way", FutureWarning)
                return step(self, *arguments, **options)
            torch.optim.AdamW.step = warning

sys.meta_path.insert(0, Finder())
track = progress.Shown.track

def interrupting(self, items, label):
    for number, item in enumerate(track(self, items, label)):
        if os.environ.get("INTERRUPTED") == f"{label} {number}":
            os.kill(os.getpid(), signal.SIGINT)
        yield item

progress.Shown.track = interrupting
"""
COMMAND = (
    "import surroundings; import sys; from pytest_claims_lab.commands import measure; sys.exit(measure(sys.argv[1:]))"
)
EXPERIMENT = "from claims.marker_coupling.experiment import RECIPES, experiment, search\n"
INI = "[pytest]\nfilterwarnings = error\n"
CONFTEST = "import surroundings\nfrom claims.marker_coupling.conftest import pytest_claims_table\n"


class Run:
    """What one command said, and how it ended."""

    def __init__(self, folder, words, *, interrupted, prefix="--claims-"):
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join([*SOURCES, str(ROOT), str(folder)]), "PYTHONWARNINGS": "error",
            "INTERRUPTED": interrupted,
        }  # fmt: skip
        model = [f"{prefix}model", "tiny", f"{prefix}recipe", "tiny.toml", f"{prefix}set", "panel=five.toml"]
        model += [f"{prefix}store", "store", f"{prefix}device", "cpu"]
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-W", "error", *words, *model], cwd=folder, env=environment,
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        self.folder = folder
        self.status, self.said = done.returncode, done.stdout + done.stderr
        self.lines = self.said.splitlines()


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("live")
    save_tiny_model(folder / "tiny")
    write_panel(folder / "five.toml")
    (folder / "tiny.toml").write_text(FEW_FILE)
    (folder / "surroundings.py").write_text(SURROUNDINGS)
    (folder / "experiment.py").write_text(EXPERIMENT)
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "finding.toml").write_bytes((FOLDER / "finding.toml").read_bytes())
    (folder / "pytest.ini").write_text(INI)
    (folder / "test_claims.py").write_text(CLAIM)
    judging = ["-m", "pytest", "-p", "no:cacheprovider", "--claims-subject=tiny*", "--claims-robustness=none"]
    Run(folder, [*judging, "-k", "no_such_claim"], interrupted="")  # registers all claims, and judges none
    return [
        Run(folder, ["-c", COMMAND, "."], interrupted="completions 1", prefix="--"),
        Run(folder, judging, interrupted="completions 1"),
        Run(folder, [*judging, "-p", "no:capture", "-n2"], interrupted=""),
        Run(folder, [*judging, "-W", "error", "-p", "no:capture"], interrupted=""),
    ]


def test_command_says_all_before_it_computes_and_then_where_it_is(runs):
    lines = [line for line in runs[0].lines if line.startswith(("tiny@", "  ", "stage"))]
    start = next(number for number, line in enumerate(lines) if line.startswith("tiny@tiny-five: to do: answers, "))
    assert [line.split(":")[0].strip() for line in lines[start + 1 : start + 6]] == [
        "there already", "store", "base model", "memory", "time",
    ]  # fmt: skip
    assert lines[start + 6] == "stage 1 of 10: answers ..."
    assert any(line.startswith("stage 1 of 10: answers: done in ") for line in lines)
    assert "stage 8 of 10: adapters: 4 of 4 to make" in lines
    assert lines[-1] == "stage 9 of 10: completions: 4 of 4 to make"


def test_interrupted_command_says_what_is_kept_and_how_to_go_on(runs):
    """It said KeyboardInterrupt, and no tests ran."""
    last = runs[0].lines[-1]
    assert last.startswith("pytest-claims measure: interrupted in stage 9 of 10: completions; kept in store: answers, ")
    goes_on = "the same command goes on from there: pytest-claims measure . --model "
    assert f", adapters, 1 of 4 completions; {goes_on}" in last
    assert runs[0].status == 130


def test_interrupted_judging_does_the_same(runs):
    there = (
        "answers, completions without adapter, prompt_tokens, readings, centre, answer_tokens, answer_nll, adapters, "
    )
    assert f"  there already: {there}1 of 4 completions" in runs[1].lines
    assert "stage 9 of 10: completions: 3 of 4 to make" in runs[1].lines
    assert "interrupted in stage 9 of 10: completions; kept in store: " in runs[1].said
    assert ", adapters, 2 of 4 completions; " in runs[1].said
    assert "the same command goes on from there: pytest -p no:cacheprovider " in runs[1].said
    assert runs[1].status == 130


def test_workers_find_measured_what_was_measured_before_them(runs):
    """And without pytest's capturing, which ended in an AttributeError."""
    assert "tiny@tiny-five: to do: 2 of 4 completions, measurement" in runs[2].lines
    assert runs[2].said.count("stage 9 of 10: completions: done in ") == 1
    assert runs[2].status == 0


def test_what_is_there_is_judged_at_once(runs):
    assert "stage 1" not in runs[3].said
    assert "to do" not in runs[3].said
    assert runs[3].status == 0


def test_claims_that_were_there_before_anything_was_measured_are_registered(runs):
    (verdict,) = read_record(runs[3].folder / "reports" / "claims.partial.json").verdicts
    assert verdict.registered.word == "registered"
    assert verdict.registered.registered <= verdict.registered.begun


def test_no_warning_ends_anything_and_each_is_told_once(runs):
    for run in runs:
        assert "Traceback" not in run.said
        assert "KeyboardInterrupt" not in run.said
    assert runs[0].said.count("DeprecationWarning: imported the old way") == 1
    assert runs[0].said.count("FutureWarning: stepped the old way") == 1
    assert runs[0].said.count("notice: tiny has no ladder") == 1


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("kind", [Terminal, io.StringIO])
def test_bars_are_for_terminals_and_lines_for_all(kind, monkeypatch):
    shown, stream = Shown(), kind()
    monkeypatch.setattr("sys.stderr", stream)
    with shown.stage("stage 1 of 2: adapters", missing=3, of=4):
        assert list(shown.track(range(3), "training 3")) == [0, 1, 2]
    with shown.stage("stage 2 of 2: counts", missing=0, of=1):
        pass
    said = stream.getvalue()
    assert said.startswith("stage 1 of 2: adapters: 3 of 4 to make\n")
    assert said.endswith("stage 1 of 2: adapters: done in 0 s\n")
    assert ("stage 1 of 2: adapters, training 3:   0%|" in said) == (kind is Terminal)
    assert "counts" not in said


@pytest.mark.parametrize("said", ["", "interrupted in stage 2 of 8"])
def test_interrupt_while_a_command_ends_shows_nothing_more(said):
    """A second Ctrl-C ended in the traceback of whatever was being tidied up."""
    program = f"""
import atexit, os, signal
from pytest_claims_lab.command import as_command
atexit.register(lambda: os.kill(os.getpid(), signal.SIGINT))
with as_command("pytest-claims measure", []):
    raise KeyboardInterrupt({said!r})
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    wanted = said or "interrupted; what was finished before is kept, and the same command goes on from there"
    assert done.stderr == f"pytest-claims measure: {wanted}\n"
    assert done.returncode == 130
