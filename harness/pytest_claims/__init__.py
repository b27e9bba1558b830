"""The court: judges claims over measurements. Imports no torch and touches no network.

What the author of a claim needs is here: ``from pytest_claims import claim, pearson``. Each is imported when it is
asked for, because the plugin is loaded in every run of pytest, and most have no claims.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from pytest_claims.base.heard import heard

if TYPE_CHECKING:
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
_MODULES: Final = {  # as above: a test holds that they agree
    "asking.claim": ("Original", "claim", "undecided"),
    "data.panel": ("Panel",),
    "stats.correlation": ("equivalence", "partial_correlation", "pearson"),
    "stats.dependent": ("difference_of_dependent_correlations",),
    "stats.estimate": ("Finding",),
    "stats.mantel": ("mantel", "mantel_difference"),
    "stats.rates": ("heterogeneity", "pooled_rate", "rate_equivalence", "share"),
    "stats.reliability": ("intraclass_correlation",),
    "stats.rounding": ("PrintedCorrelation", "recomputable"),
    "stats.scan": ("stands_out", "strongest_correlation"),
}
_PLACES: Final = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with heard():  # a library may warn when it is imported, which -W error would make an end of pytest itself
        found = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    globals()[name] = found  # asked for once
    return found


def __dir__() -> list[str]:
    return __all__
