"""The court: judges claims over measurements. Imports no torch and touches no network.

What the author of a claim needs is here: ``from harness import claim, pearson``.
"""

from pytest_claims.base.heard import heard

with heard():  # pandas may warn when it is imported, which -W error would make an end of pytest itself
    import xarray  # noqa: F401

from pytest_claims.asking.claim import Original, claim, undecided
from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.schema import refuse_unknown
from pytest_claims.data.design import Design, Rate, Words
from pytest_claims.data.gap import Gap
from pytest_claims.data.measurement import Measurement
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
    "refuse_unknown",
    "share",
    "stands_out",
    "strongest_correlation",
    "undecided",
]
