"""Units of a study that are run by themselves, in any order, end as one process that measures all of it."""

import json
import os
import re
import sys
import time
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
import torch
import xarray as xr
from planned import FOLDER
from solo import RENAMED
from studies import make_study, results_in
from tiny import SOURCES

from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab.commands import measure, study
from pytest_claims_lab.store import Store
from pytest_claims_lab.study.launching import Launcher, run_here

pytestmark = RENAMED
NAME = "tiny@few-five"
BEFORE, FIRST, SECOND = (f"{NAME}-{part}" for part in ("before", "seed-0", "seed-1"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("study")


@pytest.fixture(scope="module")
def alone(folder):
    """The store of one process that measures one seed after the other."""
    make_study(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        settings = ["--set", "panel=five.toml", "--set", "training.learning_rate=0.001"]
        for seeds in ("1", "2"):
            measure([str(FOLDER), "--model", "tiny", "--recipe", "few.toml",
                     *settings, "--seeds", seeds, "--store", "alone", "--record", "alone-measured"])  # fmt: skip
    return folder / "alone"


@pytest.fixture
def here(folder, alone, monkeypatch):
    """Runs the command on a study with a store of its own; gives what it says, and the line with which it ends."""
    monkeypatch.chdir(folder)

    def call(*arguments, capsys, **changes):
        make_study(folder, **changes)
        try:
            study(["STUDY.toml", *arguments])
        except SystemExit as ended:
            return capsys.readouterr().out, str(ended.code)
        return capsys.readouterr().out, ""

    return call


def test_units_in_any_order_end_as_one_process(here, folder, alone, capsys):
    """With dropout; and to the last bit. Arrays are those of one process, too."""
    changes = {"store": "apart", "record": "measured", "capsys": capsys}
    for number, name in enumerate((BEFORE, SECOND, FIRST)):
        out, _ = here(**changes)
        assert f"1 measurement in 3 units, {3 - number} with something to make" in out
        assert here("--unit", name, **changes) == (f"{NAME}: measured/{NAME}.nc.gz\n" if number == 2 else "", "")
    assert results_in(folder / "apart") == results_in(alone)
    one, other = (read_measurement(folder / kind / f"{NAME}.nc.gz") for kind in ("measured", "alone-measured"))
    xr.testing.assert_identical(one.data, other.data)
    texts = [(folder / kind / f"{NAME}.completions.jsonl.xz").read_bytes() for kind in ("measured", "alone-measured")]
    assert texts[0] == texts[1]
    assert not list((folder / "apart-units").glob("*@*"))
    assert not list((folder / "apart").glob("adapter/*"))
    out, _ = here(**changes)
    assert f"  {NAME}: measured\n" in out
    assert re.search(r"store: apart, [0-9.]+ GB free\n$", out)
    assert here("--shell", **changes) == ("", "")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"record": "few.toml"}, "record: few.toml is no folder; give the path of one, or of one that can be made"),
        ({"store": "few.toml/store"}, "store: few.toml is no folder; give the path of one"),
        ({"experiment": "none"}, "STUDY.toml: experiment: none is not there, as seen from "),
        ({"experiment": str(FOLDER / "experiment.py")}, "experiment.py is a file; give the folder of a finding"),
        ({"set": [{"pannel": "ten"}]}, "STUDY.toml: --claims-set: unknown setting 'pannel'; did you mean 'panel'?"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_computed(here, folder, capsys, changes, said):
    out, ended = here("--run", **{"store": "refused", **changes}, capsys=capsys)
    assert out == ""
    assert said in ended
    assert not (folder / "refused").exists()


def test_plan_makes_nothing(here, folder, capsys):
    assert here(store="planned/only", capsys=capsys)[1] == ""
    assert not (folder / "planned").exists()


@pytest.mark.skipif(torch.cuda.device_count() > 1, reason="this machine has several GPUs")
def test_more_gpus_than_there_are_is_refused(here, capsys):
    assert "gpus = 2, and this machine has " in here("--run", store="refused", gpus=2, capsys=capsys)[1]


def test_model_that_is_spread_takes_all_of_its_devices(here, capsys):
    """Of several GPUs one computes at a time."""
    plan = {"store": "planned", "machine": {"device": "cuda", "tflops": 1e-7, "memory_gb": 84.4}, "capsys": capsys}
    times = [here(**plan, **more)[0].partition("completions; ")[2].partition(" h of one device")[0]
             for more in ({}, {"gpus": 4}, {"gpus": 4, "spread": True})]  # fmt: skip
    assert float(times[0]) > 10
    assert times[0] == times[1]
    assert float(times[2]) == pytest.approx(4 * float(times[0]), rel=0.02)


def test_unit_that_goes_on_from_another_says_so(here, capsys):
    _, ended = here("--unit", FIRST, store="waiting", capsys=capsys)
    assert ended == (
        f"pytest-claims study: {FIRST} goes on from what {BEFORE} makes, which is not in waiting; run that first, to "
        "its end"
    )


def test_other_content_under_one_key_is_refused_and_the_unit_keeps_what_it_made(here, folder, capsys):
    changes = {"store": "other", "capsys": capsys}
    here("--unit", BEFORE, **changes)
    store, own = Store(folder / "other"), Store(folder / "other-units" / f"marker_coupling-{FIRST}")
    answers = next(one for one in store.finished() if one.parent.name == "answers")
    key = json.loads((answers / "entry.json").read_bytes())["key"]
    own.get("answers", key, lambda folder: (folder / "texts.json").write_text("[]"))
    before = results_in(store.root)
    out, ended = here("--unit", FIRST, **changes)
    assert out == ""
    assert f"1 refused of other: answers/{answers.name} (there is other content under its key" in ended
    assert own.find("answers", key)
    assert results_in(store.root) == before


def test_unit_that_is_interrupted_goes_on(here, folder, alone, capsys, monkeypatch):
    """What was made is there when it is run again, and nothing of it was handed over before it was whole."""
    changes = {"store": "cut", "capsys": capsys}
    here("--unit", BEFORE, **changes)
    before = results_in(folder / "cut")
    monkeypatch.setattr("pytest_claims_lab.laboratory.Respondent", interrupted)
    _, ended = here("--unit", FIRST, **changes)
    assert ended == "130"
    assert results_in(folder / "cut") == before
    assert len(list((folder / "cut-units" / f"marker_coupling-{FIRST}").glob("adapter/*"))) == 4
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    assert here("--unit", FIRST, **changes) == ("", "")
    assert results_in(folder / "cut").items() <= results_in(alone).items()


def interrupted(*_):
    raise KeyboardInterrupt


@pytest.mark.slow
def test_what_is_missing_is_run_here(here, folder, alone, capsys, monkeypatch):
    """In a process of its own, as a user calls it."""
    changes = {"store": "here", "record": "here-measured", "capsys": capsys}
    for name in (BEFORE, SECOND):
        here("--unit", name, **changes)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(SOURCES))
    assert here("--run", **changes)[1] == ""
    assert results_in(folder / "here") == results_in(alone)
    assert (folder / "here-measured" / f"{NAME}.nc.gz").exists()


def test_what_goes_on_from_a_unit_that_failed_is_not_run(here, folder, capsys, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(folder / "nothing"))  # where there is no laboratory
    monkeypatch.setattr("pytest_claims_lab.study.launching.sys.executable", "false")
    _, ended = here("--run", store="failing", capsys=capsys)
    assert ended == (
        f"pytest-claims study: failed: {BEFORE}; not run, since they go on from these: {FIRST}, {SECOND}; the others "
        "are done, and --run goes on from there"
    )


def test_machine_that_is_not_this_one_is_planned_for(here, capsys):
    machine = {"device": "cuda", "tflops": 780.0, "memory_gb": 84.4}
    out, _ = here(store="planned", machine=machine, capsys=capsys)
    assert "    memory: 1 MB weights, 4 adapters at once 3 MB, " in out
    assert " of 84.4 GB free on cuda\n" in out
    hours = [float(word) for word in out.rpartition("between ")[2].split() if word.isdigit()]
    faster, _ = here(store="planned", machine={**machine, "tflops": 1e9}, capsys=capsys)
    assert hours >= [float(word) for word in faster.rpartition("between ")[2].split() if word.isdigit()]
    out, _ = here(store="planned", machine={**machine, "memory_gb": 0.001}, capsys=capsys)
    assert "    does not fit: memory does not hold 1 MB of weights" in out


@dataclass(frozen=True, kw_only=True)
class Scripts(Launcher):
    """Units that are lines of Python."""

    def words(self, name):
        return [sys.executable, "-c", name]


def works(*names):
    return [SimpleNamespace(unit=SimpleNamespace(name=name)) for name in names]


def test_each_slot_has_one_unit_at_a_time_and_a_gpu(tmp_path, monkeypatch):
    script = "import os; open(f'{os.getpid()}.said', 'w').write(os.environ['CUDA_VISIBLE_DEVICES'])"  # no slash
    launcher = Scripts(path=tmp_path / "S", gpus=1)
    monkeypatch.chdir(tmp_path)
    names = [f"{script}; print({number})" for number in range(4)]
    short = [f"import sys; sys.exit({number})" for number in (0, 3)]
    assert run_here(works(*names), launcher, ["0", "1"], tmp_path / "logs") == []
    assert sorted(file.read_text() for file in tmp_path.glob("*.said")) == ["0", "0", "1", "1"]
    assert run_here(works(*short), launcher, [""], tmp_path) == [short[1]]


def test_interrupt_ends_what_runs_and_waits_for_it(tmp_path, monkeypatch):
    """The unit is asked to end, as a scheduler asks, and says its last."""
    script = (
        "import signal, sys, time, pathlib\n"
        f"said = pathlib.Path({str(tmp_path)!r}, 'said')\n"
        "signal.signal(signal.SIGTERM, lambda *_: (said.write_text('ended'), sys.exit(143)))\n"
        "said.write_text('begun'); time.sleep(60)"
    )

    def look(_):
        if (tmp_path / "said").exists():
            raise KeyboardInterrupt
        os.sched_yield()

    monkeypatch.setattr("pytest_claims_lab.study.launching.time", SimpleNamespace(sleep=look))
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run_here(works(script, script), Scripts(path=tmp_path / "S", gpus=1), [""], tmp_path)
    assert time.monotonic() - begun < 50
    assert (tmp_path / "said").read_text() == "ended"
