"""Worlds by which the words of verdicts are measured: claims of several shapes, of data of a size, and what is true.

A world is made anew by each seed. Of no finding: rows have a reading and a score.
"""

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from shape_worlds import arm_x_higher, arms, beds_differ, counts
from worlds import outcome

from pytest_claims import (
    Original,
    Table,
    claim,
    dealt,
    difference_of_dependent_correlations,
    equivalence,
    paired_difference,
    pearson,
    share,
    swapped,
)
from pytest_claims.asking.claim import Claim, claim_of
from pytest_claims.data.design import Design, Factor, Unit
from pytest_claims.robustness.battery import checks_of
from pytest_claims.verdicts.judge import judge

Body = Callable[[Table], object]
Truth = Literal["true", "too small", "false"]  # too small: there, and below the smallest effect of interest
ROWS: Final = Design(units=(Unit(name="row"),), factors=(Factor(name="arm", columns=("first", "second")),))
DEALT: Final = dealt("score", across="row")
WORDS: Final = {
    ("held", "robust"): "held, robust",
    ("held", "fragile"): "held, fragile",
    ("held", "uninformative"): "held, unin\N{SOFT HYPHEN}formative",
    ("held", "not shown otherwise"): "held, not shown otherwise",
    ("contradicted", ""): "contra\N{SOFT HYPHEN}dicted",
    ("failed", ""): "failed",
    ("inconclusive", ""): "incon\N{SOFT HYPHEN}clusive",
    ("undecided", ""): "un\N{SOFT HYPHEN}decided",
}


@claim("falls", source="nowhere", null=DEALT)
def falls(table: Table) -> None:
    """The score falls as the reading rises."""
    estimate = pearson(table["reading"], table["score"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("below-zero", source="nowhere", null=DEALT)
def below_zero(table: Table) -> None:
    """The correlation is negative, however small."""
    estimate = pearson(table["reading"], table["score"])
    assert estimate.r < 0


@claim("unrelated", source="nowhere", null=DEALT)
def unrelated(table: Table) -> None:
    """The score does not go with the reading."""
    assert pearson(table["reading"], table["score"]).p >= 0.05


@claim("negligible", source="nowhere", null="none")
def negligible(table: Table) -> None:
    """The correlation is negligible."""
    assert equivalence(table["reading"], table["score"], bound=0.30).p < 0.05


@claim("top-five-negative", source="nowhere", null=DEALT)
def top_five_negative(table: Table) -> None:
    """The five rows that score highest all have a negative reading."""
    highest = table.highest(5, "score").rows
    assert share(table["reading"] < 0, np.array([row in highest for row in table.rows])).value == 1


@claim("first-higher", source="nowhere", null=swapped("arm", within="row"))
def first_higher(table: Table) -> None:
    """The first arm scores higher on the same rows."""
    estimate = paired_difference(table["first"], table["second"])
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim("predicts-better", source="nowhere", null=DEALT)
def predicts_better(table: Table) -> None:
    """The reading A predicts the score better than the reading B does."""
    assert difference_of_dependent_correlations(table["a"], table["b"], table["score"]).p < 0.05


@dataclass(frozen=True)
class Row:
    """A claim on worlds of one size and truth.

    Attributes:
        shape, size, what: the claim, the size of the data, and what is so in the world.
        truth: whether that makes the claim true; ``too small`` where there is an effect that is not to count.
        level: in how many worlds it may hold though nothing is there; None where its words promise nothing of that.
        excluded: in how many it may be contradicted though true.
        easy: whether it holds in many worlds without the effect, too, by what it demands.
    """

    shape: str
    size: str
    what: str
    truth: Truth
    claim: Claim
    body: Body
    make: Callable[[int], Table]
    worlds: int = field(default=200, kw_only=True)
    level: float | None = field(default=None, kw_only=True)
    excluded: float = field(default=0.025, kw_only=True)
    easy: bool = field(default=False, kw_only=True)

    @property
    def name(self) -> str:
        """What tells it from the others."""
        return f"{self.shape}, {self.size}, {self.what}"

    @cache  # noqa: B019  as many as there are rows
    def words(self) -> Counter[tuple[str, str]]:
        """How many worlds get each word, by the harness itself."""
        return Counter(_word(self.claim, self.body, self.make(seed)) for seed in range(self.worlds))

    def share(self, ruling: str, *robustness: str) -> float:
        """The share of worlds with a ruling, and one of these words for its firmness where any is named."""
        return (
            sum(
                count
                for (ruled, firm), count in self.words().items()
                if ruled == ruling and (not robustness or firm in robustness)
            )
            / self.worlds
        )


def _word(told: Claim, body: Body, table: Table) -> tuple[str, str]:
    """Ruling and firmness, the latter of what held: only there does the word rest on the null world."""
    holds = outcome(table, body) == "held"
    verdict = judge(told, body, table, checks=checks_of("none") if holds else ())
    return verdict.ruling, verdict.robustness if holds else ""


def rows() -> Iterator[Row]:
    """All of them."""
    for make in (_presence, _of_the_source, _absence, _equivalence, _paired, _arms, _rates, _better, _easy):
        yield from make()


def _told(body: Body, smallest: float | None = None, original: Original | None = None) -> Claim:
    told = claim_of(body)
    assert told is not None
    return replace(told, smallest=smallest, original=original)


def _presence() -> Iterator[Row]:
    shape, told = "r < 0; smallest effect 0.30", _told(falls, 0.30)
    yield from _falling(shape, told, 0.30)
    for n in (10, 40):
        yield _fallen(shape, told, n, -0.6, "false")


def _of_the_source() -> Iterator[Row]:
    original = Original(subject="made@elsewhere", value=-0.66, n=10)
    yield from _falling("r < 0; of a source with r = -.66 of 10, so 0.50", _told(falls, None, original), 0.5)


def _falling(shape: str, told: Claim, smallest: float) -> Iterator[Row]:
    for n, rho in itertools.product((10, 20, 40, 100), (0.0, 0.3, 0.6, 0.8)):
        yield _fallen(shape, told, n, rho, "false" if rho == 0 else "true" if rho >= smallest else "too small")


def _fallen(shape: str, told: Claim, n: int, rho: float, truth: Truth) -> Row:
    make, worlds = partial(related, rho=-rho, rows=n), 400 if n == 10 else 200
    level = 0.025 if truth == "false" else None
    return Row(shape, f"N = {n}", _rho(-rho), truth, told, falls, make, worlds=worlds, level=level)


def _absence() -> Iterator[Row]:
    for n, rho in itertools.product((10, 40), (0.0, 0.6)):
        truth: Truth = "false" if rho else "true"
        make = partial(related, rho=rho, rows=n)
        yield Row("no effect: p ≥ .05", f"N = {n}", _rho(rho), truth, _told(unrelated), unrelated, make, excluded=0.05)


def _equivalence() -> Iterator[Row]:
    shape, told = "equivalence: r in ±.30", _told(negligible)
    for n, rho in itertools.product((10, 40, 100, 200), (0.0, 0.3, 0.6)):
        truth, level = ("false", 0.05) if rho else ("true", None)
        make, worlds = partial(related, rho=rho, rows=n), 100 if n == 200 else 200
        size = f"N = {n}"
        yield Row(shape, size, _rho(rho), truth, told, negligible, make, worlds=worlds, level=level, excluded=0.05)


def _paired() -> Iterator[Row]:
    shape, told = "paired difference > 0; smallest effect 0.30 sd", _told(first_higher, 0.30)
    effects: dict[float, Truth] = {0.0: "false", 0.15: "too small", 0.6: "true"}
    for n, (effect, truth) in itertools.product((20, 200), effects.items()):
        make, worlds = partial(paired, effect=effect, rows=n), 100 if n == 200 else 200
        level = None if effect else 0.025
        yield Row(shape, f"{n} items", f"{effect:g} sd", truth, told, first_higher, make, worlds=worlds, level=level)


def _arms() -> Iterator[Row]:
    shape, told = "arm x above arm y; smallest effect 0.5", _told(arm_x_higher, 0.5)
    effects: dict[float, Truth] = {0.0: "false", 0.25: "too small", 1.5: "true"}
    for runs, (effect, truth) in itertools.product((5, 20), effects.items()):
        make, worlds = partial(arms, effect=effect, runs=runs, each=2), 100 if runs == 20 else 200
        size, level = f"{runs} + {runs} runs of 2", None if effect else 0.025
        yield Row(shape, size, f"{effect:g}", truth, told, arm_x_higher, make, worlds=worlds, level=level)


def _rates() -> Iterator[Row]:
    shape = "rates differ by persona, one adapter each"
    spreads: dict[str, tuple[float, Truth]] = {
        "all alike": (0.0, "false"),
        "personas alike, adapters differ, sd .05": (0.05, "false"),
        "personas alike, adapters differ, sd .10": (0.10, "false"),
        "personas differ, sd .10, and adapters, .05": (float(np.hypot(0.10, 0.05)), "true"),
    }
    for what, (spread, truth) in spreads.items():
        make, level = partial(counts, beds=10, seeds=100, spread=spread), None if spread else 0.05
        yield Row(shape, "10 of 100 tries", what, truth, _told(beds_differ), beds_differ, make, level=level)


def _better() -> Iterator[Row]:
    shape, told = "A predicts better than B", _told(predicts_better)
    kinds: dict[str, tuple[float, float, Truth]] = {
        "B reads the same, as reliably (.95)": (0.95, 0.0, "false"),
        "B reads the same, less reliably (.40)": (0.40, 0.0, "false"),
        "B reads something else": (0.95, 1.0, "true"),
    }
    for n, (what, (reliability, own, truth)) in itertools.product((10, 40), kinds.items()):
        make = partial(two_readings, rows=n, reliability=reliability, own=own)
        level = 0.05 if truth == "false" and reliability == 0.95 else None
        yield Row(shape, f"N = {n}", what, truth, told, predicts_better, make, level=level, excluded=0.05)


def _easy() -> Iterator[Row]:
    """Claims that hold easily: of an order of few rows, and of a sign."""
    shape, told = "five highest of ten all negative", _told(top_five_negative)
    for rho, below in ((0.0, 5), (0.0, 8), (0.0, 9), (0.0, 10), (-0.9, 5)):
        truth, what = ("true" if rho else "false"), f"{_rho(rho)}, {below} of ten negative"
        make = partial(related, rho=rho, rows=10, below=below)
        yield Row(shape, "N = 10", what, truth, told, top_five_negative, make, easy=below >= 8)
    for rho in (0.0, -0.6):
        make, truth = partial(related, rho=rho, rows=10), "true" if rho else "false"
        yield Row("r < 0 without a p", "N = 10", _rho(rho), truth, _told(below_zero), below_zero, make, easy=True)


def _rho(rho: float) -> str:
    return f"ρ = {rho or 0:g}"


def related(seed: int, rho: float, rows: int, *, below: int | None = None) -> Table:
    """Readings and scores that correlate, both normal with sd 1; readings are moved so that ``below`` are negative."""
    reading, noise = np.random.default_rng(seed).normal(size=(2, rows))
    score = rho * reading + np.sqrt(1 - rho**2) * noise
    if below is not None:
        ends = np.sort(np.append(reading, reading.max() + 1))
        reading -= (ends[below - 1] + ends[below]) / 2
    return _table(reading=reading, score=score)


def paired(seed: int, effect: float, rows: int) -> Table:
    """Rows in two arms, with differences of sd 1 about ``effect``."""
    first, second = np.random.default_rng(seed).normal(0, np.sqrt(0.5), (2, rows))
    return _table(first=first + effect, second=second)


def two_readings(seed: int, rows: int, reliability: float, own: float) -> Table:
    """A (reliability .95) and B read what the score goes with (ρ = .8); or B, where ``own``, something else."""
    what, other, *noise = np.random.default_rng(seed).normal(size=(5, rows))
    read = np.sqrt(1 - own) * what + np.sqrt(own) * other
    a, b = (
        np.sqrt(share) * of + np.sqrt(1 - share) * error
        for share, of, error in zip((0.95, reliability), (what, read), noise, strict=False)
    )
    return _table(a=a, b=b, score=0.8 * what + 0.6 * noise[2])


def _table(**columns: npt.NDArray[np.float64]) -> Table:
    names = tuple(f"row_{one}" for one in range(len(next(iter(columns.values())))))
    factors = ROWS if "first" in columns else Design(units=ROWS.units)
    return Table(subject="made@rows", rows=names, columns=columns, design=factors)
