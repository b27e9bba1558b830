"""A table of ten rows, and what one more question costs when it is asked of many copies of it in a set.

Run as a script it prints microseconds for each copy. Knows nothing about who compares them with what.
"""

import statistics
import time
from dataclasses import replace
from typing import Any

import numpy as np

from pytest_claims import Table, claim, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.robustness.battery import QUICK
from pytest_claims.robustness.case import Case
from pytest_claims.robustness.resampling import bootstrap_units
from pytest_claims.verdicts.judge import judge

ROWS = 10
COPIES = 2000
TABLES = 7


@claim("rises", source="nowhere")
def rises(table: Table) -> None:
    """The rate rises with the score."""
    estimate = pearson(table["score"], table["rate"])
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim("other-rises", source="nowhere")
def other_rises(table: Table) -> None:
    """The other rate rises with the other score."""
    estimate = pearson(table["other_score"], table["other_rate"])
    assert estimate.value > 0
    assert estimate.p < 0.05


def ten_rows(seed: int = 0) -> Table:
    """Random scores and rates."""
    random = np.random.default_rng(seed)
    lows = {"score": -1, "rate": 0, "other_score": -1, "other_rate": 0}
    columns = {name: random.uniform(low, 1, ROWS) for name, low in lows.items()}
    return Table(subject="made@up", rows=tuple(f"item_{row}" for row in range(ROWS)), columns=columns)


def case_of(body: Any, table: Table) -> Case:
    """A claim on all rows and without each, ready to be asked again."""
    verdict = judge(claim_of(body), body, table)
    return Case(body=body, table=table, answer=verdict.answer, left_out=verdict.left_out)


def microseconds() -> float:
    """For each copy, the whole check: asking a claim, counting, and the interval.

    The copies were made when another claim was asked, of other columns; nothing of this claim's was. The median of
    several tables.
    """
    check = next(replace(one, draws=COPIES) for one in QUICK if one.name == "bootstrap-units")
    taken = []
    for seed in range(TABLES):
        table = ten_rows(seed)
        check = replace(check, unit=table.design.units[0].name)
        bootstrap_units(check, case_of(other_rises, table))
        case = case_of(rises, table)
        start = time.perf_counter()
        bootstrap_units(check, case)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken) / COPIES * 1e6


if __name__ == "__main__":
    print(microseconds())
