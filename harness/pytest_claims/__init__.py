"""The court: judges claims over measurements. Imports no torch and touches no network.

What the author of a claim needs is here: ``from harness import claim, pearson``.
"""

from pytest_claims.base.heard import heard

with heard():  # pandas may warn when it is imported, which -W error would make an end of pytest itself
    import xarray  # noqa: F401

from pytest_claims.asking.claim import Original, claim, undecided
from pytest_claims.data.panel import Panel
from pytest_claims.stats.correlation import equivalence, partial_correlation, pearson
from pytest_claims.stats.dependent import difference_of_dependent_correlations
from pytest_claims.stats.estimate import Finding
from pytest_claims.stats.mantel import mantel, mantel_difference
from pytest_claims.stats.rates import heterogeneity, pooled_rate, rate_equivalence, share
from pytest_claims.stats.reliability import intraclass_correlation
from pytest_claims.stats.rounding import PrintedCorrelation, recomputable
from pytest_claims.stats.scan import stands_out, strongest_correlation

__all__ = [
    "Finding",
    "Original",
    "Panel",
    "PrintedCorrelation",
    "claim",
    "difference_of_dependent_correlations",
    "equivalence",
    "heterogeneity",
    "intraclass_correlation",
    "mantel",
    "mantel_difference",
    "partial_correlation",
    "pearson",
    "pooled_rate",
    "rate_equivalence",
    "recomputable",
    "share",
    "stands_out",
    "strongest_correlation",
    "undecided",
]
