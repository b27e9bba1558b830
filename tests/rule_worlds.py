"""Worlds in which a claim may hold for rows in general, or hold by one row, one family or one model alone.

Each kind is made in two ways: where ``general`` the relation is there in all rows, and otherwise only in what is
special. What is special is there in both, so that it does not tell them apart. Of no finding: cues have a strength
and a score.
"""

import itertools
from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt
from shape_worlds import cues_rise

from pytest_claims import Table, claim, dealt, paired_difference, pearson
from pytest_claims.asking.answer import ask
from pytest_claims.asking.claim import claim_of
from pytest_claims.data.design import Design, Factor, Unit, Words
from pytest_claims.data.levels import Levels
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.verdict import Verdict

Floats = npt.NDArray[np.float64]
Make = Callable[[int, bool], Table]
Body = Callable[[Table], object]

ALONE = Design(words=Words(unit="cue", units="cues"), units=(Unit(name="cue"),))
CROSSED = Design(words=Words(unit="cell", units="cells"), units=(Unit(name="cue"), Unit(name="model")))
PAIRED = Design(
    words=Words(unit="item", units="items"),
    units=(Unit(name="item"),),
    factors=(Factor(name="arm", columns=("first", "second")),),
)
SIZES = (0.4, 0.6, 0.8)  # the correlation where the relation is general


@claim("score-rises", source="nowhere", null=dealt("score", across="cue"))
def score_rises(table: Table) -> None:
    """Stronger cues score higher."""
    estimate = pearson(table["strength"], table["score"])
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim("first-higher", source="nowhere", null="none")
def first_higher(table: Table) -> None:
    """The first arm scores higher on the same items."""
    estimate = paired_difference(table["first"], table["second"])
    assert estimate.value > 0
    assert estimate.p < 0.05


def plain(seed: int, general: bool, *, rows: int = 20) -> Table:
    """Both columns normal, and nothing special."""
    return _cues(*_related(np.random.default_rng(seed), general, rows))


def outlying(seed: int, general: bool, *, rows: int = 20, share: float = 0.5) -> Table:
    """In a ``share`` of worlds one row is 3 to 8 standard deviations off in both columns, in either direction."""
    random = np.random.default_rng(seed)
    columns = _related(random, general, rows)
    if random.random() < share:
        columns[:, 0] = random.uniform(3, 8, 2) * random.choice([-1, 1], 2)
    return _cues(*columns)


def heavy(seed: int, general: bool, *, rows: int = 20, df: int = 3) -> Table:
    """Student's t with ``df`` degrees of freedom, whose extremes are the same rows in both columns."""
    random = np.random.default_rng(seed)
    return _cues(*_related(random, general, rows) * np.sqrt(df / random.chisquare(df, rows)))


def in_families(seed: int, general: bool, *, rows: int = 20, families: int = 4, share: float = 0.5) -> Table:
    """In a ``share`` of worlds one of some families is 1.5 to 4 standard deviations higher in both columns."""
    random, family = np.random.default_rng(seed), np.arange(rows) % families
    columns = _related(random, general, rows)
    if random.random() < share:
        columns[:, family == 0] += random.uniform(1.5, 4, (2, 1))
    return _cues(*columns, family=family)


def by_models(seed: int, general: bool, *, rows: int = 20, models: int = 4) -> Table:
    """Cues are given to models, of which the first scores more widely, and relates by itself where others may not."""
    random, cell = np.random.default_rng(seed), np.array(list(itertools.product(range(rows), range(models)))).T
    r = random.choice(SIZES) * random.uniform(0.5, 1.2, models) if general else np.eye(models)[0] * 0.8
    spread = np.append(random.uniform(1, 3), random.uniform(0.5, 2, models - 1))
    strength = random.normal(size=rows)
    score = spread * (strength[:, None] * r + random.normal(size=(rows, models)) * np.sqrt(1 - r**2))
    levels = {
        name: Levels(names=_names(name, count), codes=codes)
        for name, count, codes in zip(("cue", "model"), (rows, models), cell, strict=True)
    }
    columns = {"strength": strength[cell[0]], "score": score.ravel()}
    return Table(
        subject="made@models", rows=_names("cell", rows * models), columns=columns, levels=levels, design=CROSSED
    )


def paired(seed: int, general: bool, *, rows: int = 20, extreme: bool = False) -> Table:
    """Differences that are half a standard deviation, or none; one item may be 3 to 8 off, in either direction."""
    random = np.random.default_rng(seed)
    first, second = random.normal(0, np.sqrt(0.5), (2, rows))
    first += 0.5 * general
    if extreme:
        first[0] = second[0] + random.uniform(3, 8) * random.choice([-1, 1])
    columns = {"first": first, "second": second}
    return Table(subject="made@pairs", rows=_names("item", rows), columns=columns, design=PAIRED)


KINDS: tuple[tuple[str, Make, Body], ...] = (
    ("nothing special", plain, score_rises),
    ("one outlier row in every other world", outlying, score_rises),
    ("heavy tails", heavy, score_rises),
    ("one of 4 families high in every other world", in_families, score_rises),
    ("4 models, where it is false one carries it", by_models, cues_rise),
    ("pairs, one extreme item", lambda seed, general: paired(seed, general, extreme=True), first_higher),
)


def held(make: Make, body: Body, worlds: int, *, low: float, high: float) -> Iterator[tuple[bool, Verdict]]:
    """Of so many worlds of either truth, whether it is true, and the verdict, of those that hold with p from low on.

    No null world is made: of claims that p is below .05 none holds in a third of those, so that no word rests on it.
    """
    told = claim_of(body)
    assert told is not None
    for seed, general in itertools.product(range(worlds), (True, False)):
        table = make(2 * seed + general, general)
        answer = ask(body, table)
        if answer.outcome == "held" and low <= (answer.estimates[0].p or 0.0) < high:
            yield general, judge(told, body, table)


def _related(random: np.random.Generator, general: bool, rows: int) -> Floats:
    """Two columns (2, rows) that correlate where ``general``, by one of :data:`SIZES`."""
    r = random.choice(SIZES) * general
    x, noise = random.normal(size=(2, rows))
    return np.array([x, r * x + np.sqrt(1 - r**2) * noise])


def _cues(strength: Floats, score: Floats, *, family: npt.NDArray[np.intp] | None = None) -> Table:
    names = _names("cue", len(strength))
    families = {} if family is None else {name: f"family_{of}" for name, of in zip(names, family, strict=True)}
    columns = {"strength": strength, "score": score}
    return Table(subject="made@cues", rows=names, columns=columns, families=families, design=ALONE)


def _names(what: str, count: int) -> tuple[str, ...]:
    return tuple(f"{what}_{one}" for one in range(count))
