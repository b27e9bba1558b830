"""The court: judges claims over measurements. Imports no torch and touches no network.

What the author of a claim needs is here: ``from harness import claim, pearson``.
"""

from harness.heard import heard

with heard():  # pandas may warn when it is imported, which -W error would make an end of pytest itself
    import xarray  # noqa: F401

from harness.claim import Original, claim, undecided
from harness.panel import Panel
from harness.stats.correlation import equivalence, partial_correlation, pearson
from harness.stats.dependent import difference_of_dependent_correlations
from harness.stats.finding import Finding
from harness.stats.mantel import mantel, mantel_difference
from harness.stats.rates import heterogeneity, pooled_rate, rate_equivalence, share
from harness.stats.reliability import intraclass_correlation
from harness.stats.rounding import PrintedCorrelation, recomputable
from harness.stats.scan import stands_out, strongest_correlation

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
