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
from rule_worlds import KINDS
from rule_worlds import held as held_of_kind
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
from word_worlds import WORDS, rows
from worlds import examine, outcome, world

from conftest import ROOT
from pytest_claims.asking.answer import ask
from pytest_claims.asking.claim import claim_of
from pytest_claims.asking.deletion import Deletion, LeftOut
from pytest_claims.asking.leaving import leavings
from pytest_claims.data.table import Table
from pytest_claims.robustness.battery import FULL
from pytest_claims.robustness.case import Case

WORLDS = 2000
PLANTED = [(0.4, 10), (0.6, 10), (0.8, 10), (0.4, 40), (0.6, 20)]
NUMBERS, WORD_ROWS, RULE_ROWS = [], [], []  # of the page's three tables: what a row is of, and its other cells
WORLD_ROWS = list(rows())


def report(*cells: str) -> None:
    NUMBERS.append(((cells[0],), cells[1:]))


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


def named(several):
    return pytest.mark.parametrize("row", several, ids=[row.name for row in several])


def told_share(count, of):
    share = f"{count / of:.0%}" if count else ""
    return {"0%": "<1%", "100%": "100%" if count == of else ">99%"}.get(share, share)


@named(WORLD_ROWS)
def test_every_world_gets_one_of_the_words(row):
    counts = row.words()
    assert set(counts) <= set(WORDS)
    shares = [told_share(counts[word], row.worlds) for word in WORDS]
    WORD_ROWS.append(((row.shape, row.size, row.what), (row.truth, str(row.worlds), *shares)))


@named([row for row in WORLD_ROWS if row.level])
def test_false_claim_is_held_no_more_often_than_its_level(row):
    assert row.share("held") <= row.level + 3 * error(row.level, row.worlds)


@named([row for row in WORLD_ROWS if row.truth == "true"])
def test_true_claim_is_hardly_ever_contradicted(row):
    assert row.share("contradicted") <= row.excluded + 3 * error(row.excluded, row.worlds)


@named([row for row in WORLD_ROWS if row.what == "ρ = 0" and row.claim.id == "falls"])
def test_few_rows_leave_a_false_claim_open_and_many_contradict_it(row):
    prevails = {"N = 10": "inconclusive", "N = 100": "contradicted"}.get(row.size)
    assert prevails is None or row.share(prevails) > 0.5


@named([row for row in WORLD_ROWS if row.truth == "true" and row.claim.id in ("falls", "first-higher", "arm-x-higher")])
def test_no_row_carries_most_true_claims_that_hold(row):
    assert row.share("held", "robust") > 4 * row.share("held", "fragile")


@named(WORLD_ROWS)
def test_only_what_holds_easily_is_uninformative(row):
    uninformative = row.share("held", "uninformative")
    assert row.easy or uninformative == 0
    assert row.claim.id != "below-zero" or uninformative == row.share("held") > 0


@pytest.mark.parametrize("below", [9, 10])
def test_order_that_most_worlds_without_the_effect_have_is_uninformative(below):
    """Where nine of ten are negative, so are the five highest in half of these worlds; where all are, in each."""
    (row,) = [row for row in WORLD_ROWS if row.what == f"ρ = 0, {below} of ten negative"]
    assert row.share("held", "uninformative") == row.share("held") > 0.3


@named([row for row in WORLD_ROWS if row.claim.id == "unrelated"])
def test_what_only_is_not_significant_is_never_shown(row):
    assert row.share("held", "not shown otherwise") == row.share("held") > 0 or row.share("contradicted") > 0.9


@named([row for row in WORLD_ROWS if row.claim.id == "negligible" and row.size in ("N = 10", "N = 100")])
def test_equivalence_is_beyond_reach_of_ten_rows_and_not_of_a_hundred(row):
    few = row.size == "N = 10"
    assert row.share("held") + row.share("inconclusive") == 0 or not few
    assert row.share("undecided") > 0.5 or not few or row.what == "ρ = 0.6"
    assert row.share("undecided") == 0 or few


@pytest.mark.parametrize(("kind", "make", "body"), KINDS, ids=[kind for kind, *_ in KINDS])
def test_robust_claims_are_true_more_often_than_fragile_ones_of_the_same_p(kind, make, body):
    told = Counter((verdict.robustness, true) for true, verdict in held_of_kind(make, body, 2000, low=0.01, high=0.05))
    robust, fragile = (told[word, True] + told[word, False] for word in ("robust", "fragile"))
    shares = [
        f"{told[word, True] / of:.0%} of {of}" if of else "" for word, of in (("robust", robust), ("fragile", fragile))
    ]
    RULE_ROWS.append(((kind,), (".01-.05", f"{robust / (robust + fragile):.0%}", *shares)))
    assert told.total() == robust + fragile > 100
    if fragile >= 20:
        true = told["robust", True] / robust, told["fragile", True] / fragile
        assert true[0] - true[1] > 2 * math.hypot(error(true[0], robust), error(true[1], fragile))
    else:  # where no part is special there is nothing to tell
        assert robust / (robust + fragile) > 0.9


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


PAGE = ROOT / "reports" / "calibration.md"
ABOUT_WORDS = (
    "A row is a claim on worlds of one size and truth, and says in what share of them the harness gave each word; an "
    "empty cell is none. The claim asks for p < .05 where it says nothing else; it is 'too small' where an effect is "
    "there that is below the smallest to count."
)
ABOUT_RULE = (
    "A row is a kind of world: of the claims that held there with the same p, true or false, how many the harness "
    "called robust, and how many of those, and of the fragile ones, were true. Of 2000 worlds of either truth."
)
ABOUT_NUMBERS = (
    "A row is a number that can be known otherwise. The claim is r > 0 and p < 0.05 (Pearson) where no shape is named; "
    "of shapes it is one of p < 0.05 over clusters, in one direction but for counts. Tolerances are three Monte Carlo "
    "standard errors, and what the row says."
)


def table(head, named_rows):
    lines = [head, ("---",) * len(head), *((*name, *cells) for name, cells in named_rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def lost(old):
    """The lines of tables of an old page whose rows are not among the new ones."""
    names = [f"| {' | '.join(name)} |" for name, _ in (*NUMBERS, *WORD_ROWS, *RULE_ROWS)]
    heads = ("| ---", "| world |", "| claim |", "| kind of world |")
    return [line for line in old.splitlines() if line.startswith("| ") and not line.startswith((*names, *heads))]


@pytest.fixture(scope="module", autouse=True)
def page():
    yield
    if gone := lost(PAGE.read_text() if PAGE.exists() else ""):
        pytest.fail(f"{PAGE.name} stays as it was, for it has {len(gone)} rows that this run has not, as {gone[0]}")
    libraries = ", ".join(f"{name} {metadata.version(name)}" for name in ("numpy", "scipy", "pingouin"))
    where = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {libraries}"
    PAGE.write_text(
        "# Calibration\n\n"
        f"Written by `make calibrate` on {datetime.date.today()}: {where}.\n\n"
        f"## Words on worlds of known truth\n\n{ABOUT_WORDS}\n\n"
        f"{table(('claim', 'data', 'in the world', 'claim is', 'worlds', *WORDS.values()), WORD_ROWS)}\n\n"
        f"## Robust and fragile at the same p\n\n{ABOUT_RULE}\n\n"
        f"{table(('kind of world', 'p', 'robust', 'true if robust', 'true if fragile'), RULE_ROWS)}\n\n"
        f"## Chance, power and intervals\n\n{ABOUT_NUMBERS}\n\n"
        f"{table(('world', 'expected', 'found', 'tolerance'), NUMBERS)}\n"
    )
