"""Is the court calibrated? Thousands of worlds of which the truth is known; `make calibrate` runs it.

Writes reports/calibration.md: what was expected, what was found, and the Monte Carlo error between them.
"""

import datetime
import math
import os
import platform
from collections import Counter
from importlib import metadata

import numpy as np
import pingouin
import pytest
from worlds import examine, outcome, rises_as_elsewhere, world

from conftest import ROOT
from pytest_claims.asking.claim import claim_of
from pytest_claims.data.table import Table
from pytest_claims.robustness.battery import checks_of
from pytest_claims.verdicts.judge import judge

WORLDS = 2000
PLANTED = [(0.4, 10), (0.6, 10), (0.8, 10), (0.4, 40), (0.6, 20)]
ROWS: list[str] = []


def report(*cells: str) -> None:
    ROWS.append("| " + " | ".join(cells) + " |")


def error(share: float, worlds: int) -> float:
    return math.sqrt(share * (1 - share) / worlds)


def held(r: float, rows: int) -> float:
    return sum(outcome(world(r, rows, seed)) == "held" for seed in range(WORLDS)) / WORLDS


def exactly(r: float, rows: int) -> Table:
    """A table whose observed correlation is r to rounding."""
    random = np.random.default_rng(0)
    x, y = random.normal(size=(2, rows))
    x = (x - x.mean()) / x.std()
    y -= y.mean() + x * (x @ (y - y.mean())) / (x @ x)
    return world(0, rows, seed=0).changed(score=0.1 * x, rate=0.5 + 0.08 * (r * x + math.sqrt(1 - r**2) * y / y.std()))


def test_claim_of_one_direction_holds_by_chance_in_2_5_per_cent():
    found, tolerance = held(0.0, 10), 3 * error(0.025, WORLDS)
    report(
        "no effect, N = 10: holds",
        "2.5%",
        f"{found:.2%} of {WORLDS} worlds",
        f"±{tolerance:.2%}",
    )
    assert abs(found - 0.025) <= tolerance


def test_battery_says_the_same_of_chance():
    shares = [examine("permutation", world(0.0, 10, seed)).numbers["share"] for seed in range(200)]
    found, tolerance = float(np.mean(shares)), 3 * float(np.std(shares)) / math.sqrt(len(shares)) + 1e-3
    report(
        "no effect, N = 10: 'by chance' as the battery says",
        "2.5%",
        f"{found:.2%}, mean of 200 worlds",
        f"±{tolerance:.2%}",
    )
    assert abs(found - 0.025) <= tolerance


@pytest.mark.parametrize(("r", "rows"), PLANTED)
def test_stated_power_is_the_observed_one(r, rows):
    stated = examine("planted-effect", exactly(r, rows), draws=WORLDS).numbers["share"]
    found, theory = held(r, rows), float(pingouin.power_corr(r=r, n=rows))
    tolerance = 3 * math.hypot(error(found, WORLDS), error(stated, WORLDS)) + 0.005  # rates are cut off at 0 and 1
    report(
        f"r = {r}, N = {rows}: power",
        f"stated {stated:.1%}, theory {theory:.1%}",
        f"{found:.1%} of {WORLDS} worlds",
        f"±{tolerance:.1%}",
    )
    assert abs(found - stated) <= tolerance


@pytest.mark.parametrize("r", [0.0, 0.6, 0.9])
def test_words_on_worlds_of_known_truth(r):
    words = Counter(
        str(judge(claim_of(rises_as_elsewhere), rises_as_elsewhere, world(r, 10, seed), checks=checks_of("none")))
        for seed in range(500)
    )
    counted = ", ".join(f"{word} {count / 500:.0%}" for word, count in words.most_common())
    report(
        f"r = {r}, N = 10, the source having said 0.6: words",
        "",
        counted,
        "",
    )
    assert (words["held, robust"] > words["held, fragile"]) is (r == 0.9)  # with N = 10 only a strong effect is robust
    assert words["failed, underpowered"] >= words["failed, clear"] or r == 0.0


@pytest.fixture(scope="module", autouse=True)
def page():
    yield
    libraries = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "scipy", "pingouin"))
    where = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {libraries}"
    (ROOT / "reports" / "calibration.md").write_text(
        "# Calibration\n\n"
        f"Written by `make calibrate` on {datetime.date.today()}: {where}.\n"
        "The claim: r > 0 and p < 0.05 (Pearson). Tolerances are three Monte Carlo standard errors.\n\n"
        "| world | expected | found | tolerance |\n| --- | --- | --- | --- |\n" + "\n".join(ROWS) + "\n"
    )
