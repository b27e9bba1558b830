"""The court: judges claims over measurements. Imports no torch and touches no network.

What the author of a claim needs is here: ``from pytest_claims import claim, pearson``. Each is imported when it is
asked for, because the plugin is loaded in every run of pytest, and most have no claims.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from pytest_claims.base.heard import heard

if TYPE_CHECKING:
    from pytest_claims.asking.claim import claim, undecided
    from pytest_claims.asking.null import dealt, swapped
    from pytest_claims.asking.original import Original
    from pytest_claims.base.arrays import FloatArray
    from pytest_claims.base.errors import InputError, Undecided
    from pytest_claims.base.schema import Content, Many, Name, read_toml, refuse_unknown
    from pytest_claims.data.array import ROWS, Alternatives, Array
    from pytest_claims.data.derived import derived
    from pytest_claims.data.design import Design, Factor, Rate, Unit, Words
    from pytest_claims.data.finding import Finding, read_finding
    from pytest_claims.data.gap import Gap
    from pytest_claims.data.levels import Levels
    from pytest_claims.data.measurement import Measurement
    from pytest_claims.data.pooled import pooled
    from pytest_claims.data.subject import Subject, recorded_in
    from pytest_claims.data.table import Table
    from pytest_claims.data.variables import Variable, check_rounding, check_variables
    from pytest_claims.stats.agreement import cohen_kappa, krippendorff_alpha
    from pytest_claims.stats.arms import difference_between_arms
    from pytest_claims.stats.components import variance_components
    from pytest_claims.stats.correlation import equivalence, partial_correlation, pearson
    from pytest_claims.stats.curve import fitted_curve
    from pytest_claims.stats.dependent import difference_of_dependent_correlations
    from pytest_claims.stats.estimate import Estimate
    from pytest_claims.stats.first import ranks_first
    from pytest_claims.stats.mantel import mantel, mantel_difference
    from pytest_claims.stats.own import estimated
    from pytest_claims.stats.paired import mcnemar, paired_difference
    from pytest_claims.stats.proportion import proportion, proportion_of
    from pytest_claims.stats.ranks import kendall, spearman
    from pytest_claims.stats.rates import heterogeneity, pooled_rate, rate_equivalence, share
    from pytest_claims.stats.reliability import intraclass_correlation
    from pytest_claims.stats.rounding import PrintedCorrelation, recomputable
    from pytest_claims.stats.scan import stands_out, strongest_correlation
    from pytest_claims.stats.two_one_sided import equivalent
    from pytest_claims.verdicts.alone import judge
    from pytest_claims.verdicts.record import Record, SubjectRecord
    from pytest_claims.words.explanation import explain

__all__ = [
    "ROWS",
    "Alternatives",
    "Array",
    "Content",
    "Design",
    "Estimate",
    "Factor",
    "Finding",
    "FloatArray",
    "Gap",
    "InputError",
    "Levels",
    "Many",
    "Measurement",
    "Name",
    "Original",
    "PrintedCorrelation",
    "Rate",
    "Record",
    "Subject",
    "SubjectRecord",
    "Table",
    "Undecided",
    "Unit",
    "Variable",
    "Words",
    "check_rounding",
    "check_variables",
    "claim",
    "cohen_kappa",
    "dealt",
    "derived",
    "difference_between_arms",
    "difference_of_dependent_correlations",
    "equivalence",
    "equivalent",
    "estimated",
    "explain",
    "fitted_curve",
    "heterogeneity",
    "intraclass_correlation",
    "judge",
    "kendall",
    "krippendorff_alpha",
    "mantel",
    "mantel_difference",
    "mcnemar",
    "paired_difference",
    "partial_correlation",
    "pearson",
    "pooled",
    "pooled_rate",
    "proportion",
    "proportion_of",
    "ranks_first",
    "rate_equivalence",
    "read_finding",
    "read_toml",
    "recomputable",
    "recorded_in",
    "refuse_unknown",
    "share",
    "spearman",
    "stands_out",
    "strongest_correlation",
    "swapped",
    "undecided",
    "variance_components",
]
_MODULES: Final = {  # as above: a test holds that they agree
    "asking.claim": (
        "claim",
        "undecided",
    ),
    "asking.null": (
        "dealt",
        "swapped",
    ),
    "asking.original": ("Original",),
    "base.arrays": ("FloatArray",),
    "base.errors": (
        "InputError",
        "Undecided",
    ),
    "base.schema": (
        "Content",
        "Many",
        "Name",
        "read_toml",
        "refuse_unknown",
    ),
    "data.array": (
        "ROWS",
        "Alternatives",
        "Array",
    ),
    "data.derived": ("derived",),
    "data.design": (
        "Design",
        "Factor",
        "Rate",
        "Unit",
        "Words",
    ),
    "data.finding": (
        "Finding",
        "read_finding",
    ),
    "data.gap": ("Gap",),
    "data.measurement": ("Measurement",),
    "data.subject": (
        "Subject",
        "recorded_in",
    ),
    "data.levels": ("Levels",),
    "data.pooled": ("pooled",),
    "data.table": ("Table",),
    "data.variables": (
        "Variable",
        "check_rounding",
        "check_variables",
    ),
    "stats.agreement": (
        "cohen_kappa",
        "krippendorff_alpha",
    ),
    "stats.arms": ("difference_between_arms",),
    "stats.components": ("variance_components",),
    "stats.correlation": (
        "equivalence",
        "partial_correlation",
        "pearson",
    ),
    "stats.curve": ("fitted_curve",),
    "stats.dependent": ("difference_of_dependent_correlations",),
    "stats.estimate": ("Estimate",),
    "stats.first": ("ranks_first",),
    "stats.mantel": (
        "mantel",
        "mantel_difference",
    ),
    "stats.own": ("estimated",),
    "stats.paired": (
        "mcnemar",
        "paired_difference",
    ),
    "stats.proportion": (
        "proportion",
        "proportion_of",
    ),
    "stats.ranks": (
        "kendall",
        "spearman",
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
    "stats.two_one_sided": ("equivalent",),
    "verdicts.alone": ("judge",),
    "words.explanation": ("explain",),
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
