"""Worlds of which the truth is known, and claims about them."""

from collections.abc import Callable

import numpy as np

from pytest_claims import claim, pearson
from pytest_claims.asking.answer import ask
from pytest_claims.asking.claim import Claim, Original, claim_of
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.panel import Panel
from pytest_claims.robustness.battery import ALWAYS, FULL
from pytest_claims.robustness.case import Case, Check
from pytest_claims.robustness.result import CheckResult
from pytest_claims.verdicts.judge import judge

COMPLETIONS = 100


@claim("rises", source="nowhere")
def rises(panel: Panel) -> None:
    """Source rate rises with cosine."""
    finding = pearson(panel.cosine, panel.source_rate)
    assert finding.r > 0
    assert finding.p < 0.05


@claim("rises-too", source="nowhere", family="made up", original=Original(subject="made@elsewhere", r=0.6, n=10))
def rises_as_elsewhere(panel: Panel) -> None:
    """Source rate rises with cosine, as it did elsewhere."""
    rises(panel)


def world(r: float, rows: int, seed: int) -> Panel:
    """Cosine and source rate from a bivariate normal distribution with correlation ``r``."""
    random = np.random.default_rng(seed)
    x, noise = random.normal(size=(2, rows))
    y = r * x + np.sqrt(1 - r**2) * noise
    rate = np.clip(0.5 + 0.1 * y, 0, 1)
    return Panel(
        subject="made@up",
        personas=tuple(f"persona_{row}" for row in range(rows)),
        columns={
            "cosine": np.clip(0.1 * x, -1, 1),
            "source_rate": rate,
            "completions": np.full(rows, float(COMPLETIONS)),
            "marked": np.round(COMPLETIONS * rate),
        },
    )


def counted(rates: list[float], cosine: list[float] | None = None, **more: object) -> Panel:
    """A panel with these rates of 100 completions."""
    marked = np.round(np.array(rates) * COMPLETIONS)
    return Panel(
        subject="made@up",
        personas=tuple(f"persona_{row}" for row in range(len(rates))),
        columns={
            "cosine": np.array(cosine if cosine is not None else np.linspace(-0.5, 0.5, len(rates))),
            "source_rate": marked / COMPLETIONS,
            "marked": marked,
            "completions": np.full(len(rates), float(COMPLETIONS)),
        },
        **more,
    )


def case_of(panel: Panel, body: Callable[[Panel], object] = rises, measurement: Measurement | None = None) -> Case:
    """The case of a claim on a panel."""
    about = claim_of(body) or Claim(id="made-up", statement="Made up.", source="nowhere")
    return Case(body=body, panel=panel, measurement=measurement, verdict=judge(about, body, panel))


def examine(
    name: str,
    panel: Panel,
    body: Callable[[Panel], object] = rises,
    *,
    draws: int = 200,
    measurement: Measurement | None = None,
) -> CheckResult:
    """The result of one check of the battery."""
    (check,) = [check for check in (*FULL, *ALWAYS) if check.name == name]
    thorough = Check(name=name, question=check.question, draws=draws, run=check.run)
    return thorough.examine(case_of(panel, body, measurement))


def outcome(panel: Panel, body: Callable[[Panel], object] = rises) -> str:
    """The outcome on a panel."""
    return ask(body, panel).outcome
