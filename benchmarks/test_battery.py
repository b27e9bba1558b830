"""What it costs to ask a claim once more, beside one correlation by scipy; and what the batteries add to a run.

Each group is measured in one run, so that its ratios do not depend on what else the machine does.
Run by `make bench`.
"""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from pytest_claims import Table, claim, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.robustness.case import Case
from pytest_claims.verdicts.judge import judge

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.filterwarnings("error", "default::pytest_claims.base.errors.Notice")
ROWS = 10


@claim("rises", source="nowhere")
def rises(table: Table) -> None:
    """The rate rises with the score."""
    estimate = pearson(table["score"], table["rate"])
    assert estimate.value > 0
    assert estimate.p < 0.05


@pytest.fixture
def case() -> Case:
    random = np.random.default_rng(0)
    columns = {"score": random.uniform(-1, 1, ROWS), "rate": random.uniform(0, 1, ROWS)}
    table = Table(subject="made@up", rows=tuple(f"item_{row}" for row in range(ROWS)), columns=columns)
    verdict = judge(claim_of(rises), rises, table)
    return Case(body=rises, table=table, answer=verdict.answer, deletions=verdict.deletions)


@pytest.mark.benchmark(group="one more question on 10 rows")
def test_ask_again_on_resampled_rows(benchmark, case):
    rows = np.random.default_rng(0).integers(ROWS, size=ROWS)
    benchmark(lambda: case.ask(case.table.resampled(rows)))


@pytest.mark.benchmark(group="one more question on 10 rows")
def test_one_correlation_by_scipy(benchmark, case):
    benchmark(stats.pearsonr, case.table["score"], case.table["rate"])


@pytest.mark.benchmark(group="batteries over all recorded subjects, nothing cached")
@pytest.mark.parametrize(("battery", "rounds"), [("none", 3), ("quick", 3), ("full", 1)])
def test_battery(benchmark, tmp_path, battery, rounds):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "claims"]
    options = [f"--claims-report-dir={tmp_path}", f"--claims-robustness={battery}"]

    def run() -> None:
        subprocess.run([*command, *options], cwd=ROOT, check=True, capture_output=True)  # noqa: S603

    benchmark.pedantic(run, rounds=rounds)
