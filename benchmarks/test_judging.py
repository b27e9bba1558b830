"""How long judging the recorded data takes, beside collecting an empty folder with the same pytest.

The two are measured alternately in one run, so that their ratio does not depend on what else the
machine does. Run by `make bench`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.filterwarnings("error", "default::pytest_claims.base.errors.Notice")


def run(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], cwd=ROOT, check=True, capture_output=True)  # noqa: S603


@pytest.mark.benchmark(group="judging the recorded data")
def test_judge_recorded(benchmark, tmp_path):
    benchmark.pedantic(run, args=("claims", f"--claims-report-dir={tmp_path}"), rounds=5, warmup_rounds=1)


@pytest.mark.benchmark(group="judging the recorded data")
def test_collect_nothing(benchmark, tmp_path):
    def collect() -> None:
        command = [sys.executable, "-m", "pytest", "-q", "--collect-only", str(tmp_path)]
        done = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True)  # noqa: S603
        assert done.returncode == pytest.ExitCode.NO_TESTS_COLLECTED

    benchmark.pedantic(collect, rounds=5, warmup_rounds=1)
