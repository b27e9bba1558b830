"""Units as jobs of a real Slurm, on one node that `slurm.sh` starts: an array, of which one is killed, one has a full
disk and one is requeued, ends as one process that measures all of it.

It wants Debian's slurm-wlm and munge, root (slurmd starts jobs as their users, and a disk that is full has to be
mounted), and submitit; where one of these is not there, the tests are skipped and say which.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from planned import FOLDER
from solo import RENAMED
from studies import PANEL, make_study, results_in
from tiny import SOURCES

from pytest_claims_lab.commands import measure
from pytest_claims_lab.inventory import damaged_in
from pytest_claims_lab.store import Store

SCRIPT = Path(__file__).with_name("slurm.sh")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "mount")
LACKING = [name for name in PROGRAMS if shutil.which(name) is None]
LACKING += [] if importlib.util.find_spec("submitit") else ["submitit"]
LACKING += [] if os.geteuid() == 0 else ["root"]
WANTED = pytest.mark.skipif(bool(LACKING), reason=f"no {', '.join(LACKING)}: see tests/slurm.sh")
pytestmark = [WANTED, RENAMED]
NAME = "tiny@few-five-epochs-80"
KILLED, FULL, REQUEUED = (f"{NAME}-seed-{seed}" for seed in range(3))
ASKED = {"timeout_min": 20, "cpus_per_task": 1, "mem_gb": 0.2}
LONG = {**PANEL, "training": {"epochs": 80}}  # seconds, in which something may happen
DISK = 24 << 20  # bytes of a disk that is enough for a unit, until somebody else fills it
PATIENCE = 120  # seconds


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """The environment in which jobs of a running Slurm are submitted."""
    folder = Path("/tmp", f"claims-slurm-{os.getpid()}")  # noqa: S108  munge wants folders that others may look into
    folder.mkdir()
    configuration = sh(["bash", SCRIPT, "start", folder]).strip()
    try:
        yield os.environ | {"SLURM_CONF": configuration, "PYTHONPATH": os.pathsep.join(SOURCES), "OMP_NUM_THREADS": "1"}
    finally:
        sh(["bash", SCRIPT, "stop", folder])
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    make_study(folder, seeds=3, set=[LONG], slurm=ASKED)
    return folder


@pytest.fixture(scope="module")
def alone(folder):
    """The results of one process that measures one seed after the other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for seeds in ("1", "2", "3"):
            measure([str(FOLDER), "--model", "tiny", "--recipe", "few.toml", "--set", "panel=five.toml",
                     "--set", "training.epochs=80", "--seeds", seeds, "--store", "alone"])  # fmt: skip
    return results_in(folder / "alone")


@pytest.fixture
def disk(folder):
    """The folder of a unit as a disk of its own."""
    place = folder / "store-units" / f"marker_coupling-{FULL}"
    place.mkdir(parents=True)
    sh(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", place])
    yield place
    sh(["umount", place])


def sh(words, **options) -> str:
    """What a command says. It has to succeed."""
    done = subprocess.run(list(map(str, words)), capture_output=True, text=True, check=False, **options)  # noqa: S603
    assert done.returncode == 0, done.stderr
    return done.stdout


def waited_for(what):
    """What a function gives, once it gives anything."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what.__name__}: not within {PATIENCE} s")


class Cluster:
    """A study on Slurm: its jobs, by unit, and what they said."""

    def __init__(self, folder, environment):
        self.folder, self.environment = folder, environment

    def submit(self) -> dict[str, str]:
        words = [sys.executable, "-m", "pytest_claims_lab.study", "STUDY.toml", "--slurm"]
        lines = sh(words, cwd=self.folder, env=self.environment).splitlines()
        return dict(reversed(line.split(": ")) for line in lines[:-1])

    def scontrol(self, *words) -> str:
        return sh(["scontrol", *words], env=self.environment)

    def wait(self) -> None:
        """Until nothing is in the queue."""

        def is_empty():
            return not sh(["squeue", "--noheader"], env=self.environment).strip()

        waited_for(is_empty)

    def said(self, job) -> str:
        (file,) = (self.folder / "store-units/slurm").glob(f"{job}_0_log.err")
        return file.read_text()

    def is_training(self, job) -> bool:
        files = list((self.folder / "store-units/slurm").glob(f"{job}_0_log.err"))
        return any(": adapters: " in file.read_text() and "adapters: done" not in file.read_text() for file in files)

    def wait_for_training(self, job) -> None:
        def is_training():
            return self.is_training(job)

        waited_for(is_training)

    def state(self, job) -> str:
        return self.scontrol("show", "job", job).partition("JobState=")[2].split()[0]


def process_of(unit) -> int:
    """The process that computes a unit: not that of submitit, which waits for it."""
    found = sh(["pgrep", "-f", f"pytest_claims_lab.study STUDY.toml --unit {unit}$"]).split()
    return int(found[-1])


@pytest.mark.slow
def test_array_of_which_three_meet_with_misfortune_ends_as_one_process(folder, slurm, alone, disk):
    make_study(folder, seeds=3, set=[LONG], slurm=ASKED, record="measured")
    cluster = Cluster(folder, slurm)
    jobs = cluster.submit()
    assert list(jobs) == [f"{NAME}-before", KILLED, FULL, REQUEUED]
    cluster.wait_for_training(jobs[KILLED])
    os.kill(process_of(KILLED), signal.SIGKILL)
    cluster.wait_for_training(jobs[FULL])
    (disk / "of somebody else").write_bytes(bytes(shutil.disk_usage(disk).free - 4096))
    cluster.wait_for_training(jobs[REQUEUED])
    cluster.scontrol("requeue", jobs[REQUEUED])
    cluster.wait()
    assert [cluster.state(jobs[unit]) for unit in (KILLED, FULL, REQUEUED)] == ["FAILED", "FAILED", "COMPLETED"]
    assert "Restarts=1" in cluster.scontrol("show", "job", jobs[REQUEUED])
    assert "No space left on device; free some space on its disk" in cluster.said(jobs[FULL])
    assert "died with <Signals.SIGKILL: 9>" in cluster.said(jobs[KILLED])
    assert not list(damaged_in(Store(folder / "store").finished()))
    assert not (folder / "measured").exists(), "two seeds are missing"
    (disk / "of somebody else").unlink()
    assert list(cluster.submit()) == [KILLED, FULL], "what is done is not submitted again"
    cluster.wait()
    assert results_in(folder / "store") == alone
    assert list((folder / "measured").glob("*.nc.gz"))
    assert not list(damaged_in(Store(folder / "store").finished()))


def test_what_slurm_refuses_is_told_in_a_line(folder, slurm):
    make_study(folder, seeds=3, set=[LONG], store="refused", slurm={**ASKED, "slurm_partition": "none"})
    words = [sys.executable, "-m", "pytest_claims_lab.study", "STUDY.toml", "--slurm"]
    done = subprocess.run(words, cwd=folder, env=slurm, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 1
    assert "[slurm] is refused (" in done.stderr
    assert "invalid partition" in done.stderr
    assert done.stderr.rstrip().endswith("correct it")
