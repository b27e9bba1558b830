"""The court: judges claims over measurements. Imports no torch and touches no network.

What the author of a claim needs is here: ``from pytest_claims import claim, pearson``. Each is imported when it is
asked for, because the plugin is loaded in every run of pytest, and most have no claims.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from pytest_claims.base.heard import heard

if TYPE_CHECKING:
    from pytest_claims.asking.claim import claim, undecided
    from pytest_claims.asking.original import Original
    from pytest_claims.base.arrays import FloatArray
    from pytest_claims.base.errors import InputError, Undecided
    from pytest_claims.base.schema import refuse_unknown
    from pytest_claims.data.design import Design, Rate, Words
    from pytest_claims.data.gap import Gap
    from pytest_claims.data.measurement import Measurement
    from pytest_claims.data.subject import Subject, recorded_in
    from pytest_claims.data.table import ROWS, Alternatives, Array, Table, pooled
    from pytest_claims.data.variables import Variable, check_rounding, check_variables
    from pytest_claims.stats.correlation import equivalence, partial_correlation, pearson
    from pytest_claims.stats.dependent import difference_of_dependent_correlations
    from pytest_claims.stats.estimate import Estimate
    from pytest_claims.stats.mantel import mantel, mantel_difference
    from pytest_claims.stats.rates import heterogeneity, pooled_rate, rate_equivalence, share
    from pytest_claims.stats.reliability import intraclass_correlation
    from pytest_claims.stats.rounding import PrintedCorrelation, recomputable
    from pytest_claims.stats.scan import stands_out, strongest_correlation
    from pytest_claims.verdicts.record import Record, SubjectRecord

__all__ = [
    "ROWS",
    "Alternatives",
    "Array",
    "Design",
    "Estimate",
    "FloatArray",
    "Gap",
    "InputError",
    "Measurement",
    "Original",
    "PrintedCorrelation",
    "Rate",
    "Record",
    "Subject",
    "SubjectRecord",
    "Table",
    "Undecided",
    "Variable",
    "Words",
    "check_rounding",
    "check_variables",
    "claim",
    "difference_of_dependent_correlations",
    "equivalence",
    "heterogeneity",
    "intraclass_correlation",
    "mantel",
    "mantel_difference",
    "partial_correlation",
    "pearson",
    "pooled",
    "pooled_rate",
    "rate_equivalence",
    "recomputable",
    "recorded_in",
    "refuse_unknown",
    "share",
    "stands_out",
    "strongest_correlation",
    "undecided",
]
_MODULES: Final = {  # as above: a test holds that they agree
    "asking.claim": (
        "claim",
        "undecided",
    ),
    "asking.original": ("Original",),
    "base.arrays": ("FloatArray",),
    "base.errors": (
        "InputError",
        "Undecided",
    ),
    "base.schema": ("refuse_unknown",),
    "data.design": (
        "Design",
        "Rate",
        "Words",
    ),
    "data.gap": ("Gap",),
    "data.measurement": ("Measurement",),
    "data.subject": (
        "Subject",
        "recorded_in",
    ),
    "data.table": (
        "ROWS",
        "Alternatives",
        "Array",
        "Table",
        "pooled",
    ),
    "data.variables": (
        "Variable",
        "check_rounding",
        "check_variables",
    ),
    "stats.correlation": (
        "equivalence",
        "partial_correlation",
        "pearson",
    ),
    "stats.dependent": ("difference_of_dependent_correlations",),
    "stats.estimate": ("Estimate",),
    "stats.mantel": (
        "mantel",
        "mantel_difference",
    ),
    "stats.rates": (
        "heterogeneity",
        "pooled_rate",
        "rate_equivalence",
        "share",
    ),
    "stats.reliability": ("intraclass_correlation",),
    "stats.rounding": (
        "PrintedCorrelation",
        "recomputable",
    ),
    "stats.scan": (
        "stands_out",
        "strongest_correlation",
    ),
    "verdicts.record": (
        "Record",
        "SubjectRecord",
    ),
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
