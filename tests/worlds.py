"""Worlds of which the truth is known, and claims about them. Of no finding: items have scores, and hits of tries."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from pytest_claims import Alternatives, Design, Original, Rate, Table, Words, claim, dealt, pearson
from pytest_claims.asking.answer import ask
from pytest_claims.asking.claim import Claim, claim_of
from pytest_claims.robustness.battery import FULL
from pytest_claims.robustness.case import Case
from pytest_claims.robustness.result import CheckResult
from pytest_claims.verdicts.judge import judge
from pytest_claims.words.checks import sentence

TRIES = 100
DESIGN = Design(
    words=Words(unit="item", units="items", outcomes="rates", trials="tries", alternatives="scorings"),
    rates=(Rate(name="rate", successes="hits", trials="tries"),),
    limits={"score": (-1.0, 1.0), "rate": (0.0, 1.0)},
    controls=("length", "depth"),
    residuals=("score", "rate"),
    columns=("score", "other", "rate", "hits", "tries", "length", "depth"),
)


DEALT = dealt("rate", across="item")


@claim("rises", source="nowhere", null=DEALT)
def rises(table: Table) -> None:
    """The rate rises with the score."""
    estimate = pearson(table["score"], table["rate"])
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim(
    "rises-too",
    source="nowhere",
    null=DEALT,
    family="made up",
    original=Original(subject="made@elsewhere", value=0.6, n=10),
)
def rises_as_elsewhere(table: Table) -> None:
    """The rate rises with the score, as it did elsewhere."""
    rises(table)


def table_with(columns: dict[str, Any], *, subject: str = "made@up", **more: Any) -> Table:
    """A table with these columns, of as many items as they are long."""
    arrays = {name: np.asarray(values, dtype=float) for name, values in columns.items()}
    rows = tuple(f"item_{row}" for row in range(len(next(iter(arrays.values())))))
    return Table(**{"subject": subject, "rows": rows, "columns": arrays, "design": DESIGN, **more})


def made(rows: int = 6, seed: int = 0, **more: Any) -> Table:
    """A table of random columns."""
    random = np.random.default_rng(seed)
    hits = random.integers(1, 99, rows).astype(float)
    columns = {
        "score": random.uniform(-1, 1, rows),
        "other": random.uniform(0, 0.5, rows),
        "rate": hits / TRIES,
        "hits": hits,
        "tries": np.full(rows, float(TRIES)),
    }
    return table_with(columns, **more)


def world(r: float, rows: int, seed: int) -> Table:
    """Scores and rates from a bivariate normal distribution with correlation ``r``."""
    random = np.random.default_rng(seed)
    x, noise = random.normal(size=(2, rows))
    y = r * x + np.sqrt(1 - r**2) * noise
    rate = np.clip(0.5 + 0.1 * y, 0, 1)
    columns = {
        "score": np.clip(0.1 * x, -1, 1),
        "rate": rate,
        "tries": np.full(rows, float(TRIES)),
        "hits": np.round(TRIES * rate),
    }
    return table_with(columns)


def counted(rates: list[float], score: list[float] | None = None, **more: Any) -> Table:
    """A table with these rates of 100 tries."""
    hits = np.round(np.array(rates) * TRIES)
    columns = {
        "score": score if score is not None else np.linspace(-0.5, 0.5, len(rates)),
        "rate": hits / TRIES,
        "hits": hits,
        "tries": np.full(len(rates), float(TRIES)),
    }
    return table_with(columns, **more)


def scored(table: Table, count: int = 4, seed: int = 0) -> Table:
    """The table with ``count`` other scorings beside its own, which comes first; two of all are ordinary."""
    others = np.random.default_rng(seed).uniform(-1, 1, (count, len(table)))
    values = np.vstack([table["score"], others])
    several = Alternatives(column="score", values=values, ordinary=np.arange(count + 1) < 2)
    return table_with(dict(table.columns), alternatives=several)


def case_of(table: Table, body: Callable[[Table], object] = rises) -> Case:
    """The case of a claim on a table."""
    verdict = judge(claim_of(body) or Claim(id="made-up", statement="Made up.", source="nowhere"), body, table)
    keeps = verdict.claim.original is not None
    null = verdict.claim.null
    return Case(
        body=body, table=table, answer=verdict.answer, null=null, left_out=verdict.left_out, keeps_replicates=keeps
    )


def examine(
    name: str, table: Table, body: Callable[[Table], object] = rises, *, draws: int = 200, unit: str = ""
) -> CheckResult:
    """The result of one check of the battery, of one unit or else the first that it is made of."""
    (check,) = [check for check in FULL if check.name == name]
    results = replace(check, draws=draws).examine(case_of(table, body))
    return next(one for one in results if unit in ("", one.unit))


def said(result: CheckResult, table: Table, outcome: str = "held") -> str:
    """The sentence of a result of :func:`rises`, or a claim like it; ``outcome`` is that on all the data."""
    return sentence(result, outcome, table.design.words, null=DEALT)


def outcome(table: Table, body: Callable[[Table], object] = rises) -> str:
    """The outcome on a table."""
    return ask(body, table).outcome
