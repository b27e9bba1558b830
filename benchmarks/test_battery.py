"""What it costs to ask a claim once more, alone and not in a set, beside one correlation or one test by scipy.

Each group is measured in one run, so that its ratios do not depend on what else the machine does.
Run by `make bench`.
"""

import numpy as np
import pytest
from scipy import stats
from ten_rows import ROWS, case_of, rises, ten_rows

from pytest_claims import Design, Table, claim, paired_difference, swapped
from pytest_claims.asking.answer import ask
from pytest_claims.asking.claim import claim_of
from pytest_claims.data.design import Factor, Unit
from pytest_claims.data.levels import Levels
from pytest_claims.robustness.case import Case
from pytest_claims.robustness.drawing import Strata
from pytest_claims.robustness.null_world import null_world

pytestmark = pytest.mark.filterwarnings("error", "default::pytest_claims.base.errors.Notice")
ITEMS = 1000


@pytest.fixture
def case() -> Case:
    return case_of(rises, ten_rows())


@pytest.mark.benchmark(group="one more question on 10 rows")
def test_ask_again_on_resampled_rows(benchmark, case):
    rows = np.random.default_rng(0).integers(ROWS, size=ROWS)
    benchmark(lambda: case.ask(case.table.resampled(rows)))


@pytest.mark.benchmark(group="one more question on 10 rows")
def test_one_correlation_by_scipy(benchmark, case):
    benchmark(stats.pearsonr, case.table["score"], case.table["rate"])


@claim("first-better", source="nowhere", null=swapped("arm", within="item"))
def first_better(table: Table) -> None:
    """The first arm scores higher on the same items."""
    estimate = paired_difference(table["first"], table["second"], clusters=table["dataset"])
    assert estimate.value > 0
    assert estimate.p < 0.05


@pytest.fixture
def pairs() -> Case:
    """1,000 items in 20 data sets, each marked right or wrong in two arms."""
    random, of = np.random.default_rng(0), np.arange(ITEMS) % 20
    names = tuple(f"item_{item}" for item in range(ITEMS))
    table = Table(
        subject="made@pairs",
        rows=names,
        columns={arm: random.integers(0, 2, ITEMS).astype(float) for arm in ("first", "second")},
        levels={
            "dataset": Levels(names=tuple(f"dataset_{one}" for one in range(20)), codes=of),
            "item": Levels(names=names, codes=np.arange(ITEMS)),
        },
        design=Design(
            units=(Unit(name="dataset"), Unit(name="item", within=("dataset",))),
            factors=(Factor(name="arm", columns=("first", "second")),),
        ),
    )
    return Case(body=first_better, table=table, answer=ask(first_better, table))


@pytest.mark.benchmark(group="one more question on 1,000 items in 2 arms")
@pytest.mark.parametrize("unit", ["dataset", "item"])
def test_ask_again_on_drawn_levels(benchmark, pairs, unit):
    draws = Strata.nested(pairs.table, unit).draws(np.random.default_rng(0), 1_000_000)
    benchmark(lambda: pairs.ask(pairs.table.resampled(next(draws), unit)))


@pytest.mark.benchmark(group="one more question on 1,000 items in 2 arms")
def test_ask_again_without_the_effect(benchmark, pairs):
    world, random = null_world(claim_of(first_better).null, pairs.table), np.random.default_rng(0)
    benchmark(lambda: pairs.ask(world.draw(random)))


@pytest.mark.benchmark(group="one more question on 1,000 items in 2 arms")
def test_one_paired_test_by_scipy(benchmark, pairs):
    benchmark(stats.ttest_rel, pairs.table["first"], pairs.table["second"])
