"""Is the court calibrated? Thousands of worlds of which the truth is known; `make calibrate` runs it.

Writes reports/calibration.md: what was expected, what was found, and the Monte Carlo error between them.
"""

import datetime
import math
import os
import platform
from collections import Counter
from dataclasses import replace
from importlib import metadata

import numpy as np
import pingouin
import pytest
from shape_worlds import (
    arm_x_higher,
    arms,
    beds_differ,
    cells,
    cells_rise,
    counts,
    cues_rise,
    first_better,
    half_sprout,
    pairs,
    pairs_and_truth,
)
from worlds import examine, outcome, rises_as_elsewhere, world

from conftest import ROOT
from pytest_claims.asking.answer import ask
from pytest_claims.asking.claim import claim_of
from pytest_claims.asking.deletion import Deletion, LeftOut
from pytest_claims.asking.leaving import leavings
from pytest_claims.data.table import Table
from pytest_claims.robustness.battery import FULL, checks_of
from pytest_claims.robustness.case import Case
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


SHAPES = [
    ("paired items, 20 data sets", pairs, first_better, 0.025),
    ("runs in arms, 5 and 5", arms, arm_x_higher, 0.025),
    ("crossed cells, 10 cues in 4 models", cells, cues_rise, 0.025),
    ("counts, 12 beds", counts, beds_differ, 0.05),
]


@pytest.mark.parametrize(("shape", "make", "body", "nominal"), SHAPES)
def test_claim_holds_by_chance_as_often_as_its_threshold_says(shape, make, body, nominal):
    found = share_held(body, map(make, range(WORLDS)))
    tolerance = 3 * error(nominal, WORLDS)
    report(f"{shape}, no effect: holds", f"{nominal:.1%}", f"{found:.2%} of {WORLDS} worlds", f"±{tolerance:.2%}")
    assert abs(found - nominal) <= tolerance


def asked(name, table, body, *, unit="", draws=200):
    """The result of a check of one unit, with nothing left out but what that check needs: a third of the time."""
    (check,) = [check for check in FULL if check.name == name]
    left_out = [one for one in leavings(table) if one.unit == unit]
    deleted = (Deletion(level=name, answer=ask(body, copy)) for one in left_out for name, copy in one.copies(table))
    without = LeftOut(unit=unit, count=sum(one.count for one in left_out), deletions=tuple(deleted))
    case = Case(body=body, table=table, answer=ask(body, table), null=claim_of(body).null, left_out=(without,))
    check = replace(check, unit=unit, draws=draws)
    return check.run(check, case)


def share_held(body, tables):
    return float(np.mean([outcome(table, body) == "held" for table in tables]))


@pytest.mark.parametrize(
    ("shape", "make", "body"),
    [(shape, make, body) for shape, make, body, _ in SHAPES[:3]]
    + [("crossed cells, each cell taken for one of its own", cells, cells_rise)],
)
def test_null_world_says_how_often_it_holds_by_chance(shape, make, body):
    """Of a claim that is too easy, too: there lies the use of it."""
    expected = share_held(body, map(make, range(WORLDS)))
    shares = [asked("permutation", make(seed), body).numbers["share"] for seed in range(150)]
    found, spread = float(np.mean(shares)), float(np.std(shares)) / math.sqrt(len(shares))
    tolerance = 3 * math.hypot(spread, error(expected, WORLDS)) + 1e-3
    report(
        f"{shape}, no effect: 'by chance' as the battery says",
        f"{expected:.2%} of {WORLDS} worlds",
        f"{found:.2%}, mean of 150 worlds",
        f"±{tolerance:.2%}",
    )
    assert abs(found - expected) <= tolerance


# Where there are few levels the bootstrap is known to be too narrow: by about (n - 1) / n, and by the normal for t.
@pytest.mark.parametrize(
    ("what", "make", "body", "unit", "least"),
    [
        ("5 data sets drawn", lambda seed: (pairs(seed, datasets=5), 0.0), first_better, "dataset", 0.75),
        ("10 data sets drawn", lambda seed: (pairs(seed, datasets=10), 0.0), first_better, "dataset", 0.85),
        ("40 data sets drawn", lambda seed: (pairs(seed, datasets=40), 0.0), first_better, "dataset", 0.92),
        (
            "items drawn in the same 10 data sets of 20",
            lambda seed: pairs_and_truth(seed, datasets=10, each=20),
            first_better,
            "item",
            0.92,
        ),
        ("3 and 3 runs drawn", lambda seed: (arms(seed, runs=3), 0.0), arm_x_higher, "run", 0.70),
        ("20 and 20 runs drawn", lambda seed: (arms(seed, runs=20), 0.0), arm_x_higher, "run", 0.92),
    ],
)
def test_interval_of_drawn_levels_covers(what, make, body, unit, least):
    covered = [
        covers(asked("bootstrap-units", table, body, unit=unit), truth) for table, truth in map(make, range(200))
    ]
    told_of_coverage(what, covered, least)


def test_interval_of_seeds_that_are_sown_again_covers():
    beds = (counts(seed, rates=(0.2, 0.7)) for seed in range(200))
    covered = [covers(asked("bootstrap-counts", table, half_sprout), 0.45) for table in beds]
    told_of_coverage("seeds sown again in 12 beds", covered, 0.92)


def covers(result, truth):
    return result.numbers["low"] <= truth <= result.numbers["high"]


def told_of_coverage(what, covered, least):
    found, tolerance = float(np.mean(covered)), 3 * error(0.95, len(covered))
    report(
        f"{what}: 95% interval of the estimate covers",
        "95%" if least > 0.9 else "less than 95%: few levels",
        f"{found:.1%} of {len(covered)} worlds",
        f"±{tolerance:.1%}",
    )
    assert least - tolerance / 2 <= found <= 0.95 + tolerance
    assert least > 0.9 or found < 0.95


@pytest.mark.parametrize(
    ("shape", "make", "body", "unit"),
    [
        ("paired items", lambda seed, datasets: pairs(seed, effect=0.3, datasets=datasets), first_better, "dataset"),
        ("runs in arms", lambda seed, runs: arms(seed, effect=0.6, runs=runs // 2), arm_x_higher, "run"),
    ],
)
def test_stated_size_has_eighty_per_cent_power(shape, make, body, unit):
    """The size as a large study states it; the next smaller one that is tried is a fifth below."""
    size = int(asked("planted-effect", make(0, 400), body, draws=800, unit=unit).numbers["size_for_80_percent"])
    found, less = (share_held(body, (make(seed, some) for seed in range(WORLDS))) for some in (size, round(size / 1.5)))
    report(f"{shape}: power with {size} {unit}s, as stated", "80% to 88%", f"{found:.1%} of {WORLDS} worlds", "±6%")
    assert 0.80 - 0.06 <= found <= 0.88 + 0.06  # a study of 400 has the effect to about a twentieth
    assert less < 0.80


@pytest.fixture(scope="module", autouse=True)
def page():
    yield
    libraries = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "scipy", "pingouin"))
    where = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {libraries}"
    (ROOT / "reports" / "calibration.md").write_text(
        "# Calibration\n\n"
        f"Written by `make calibrate` on {datetime.date.today()}: {where}.\n"
        "The claim is r > 0 and p < 0.05 (Pearson) where no shape is named; of shapes it is one of p < 0.05 over "
        "clusters, in one direction but for counts. Tolerances are three Monte Carlo standard errors, "
        "and what the row says.\n\n"
        "| world | expected | found | tolerance |\n| --- | --- | --- | --- |\n" + "\n".join(ROWS) + "\n"
    )
