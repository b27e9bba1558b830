"""Student's t of a difference: the interval and the two-sided p that follow from its standard error.

Knows nothing about where the standard error comes from.
"""

from dataclasses import dataclass
from typing import Final

from scipy import special

from pytest_claims.base.errors import InputError, Undecided

NEGLIGIBLE: Final = 1e-12  # next to the largest value of a column; what rounding leaves of a sum that is 0


@dataclass(frozen=True, kw_only=True)
class StudentT:
    """The interval of a difference, and its two-sided p against 0."""

    low: float
    high: float
    p: float


# Every test agrees on p = 1 where nothing differs at all, though t is 0 / 0.
NO_DIFFERENCE: Final = StudentT(low=0.0, high=0.0, p=1.0)


def student_t(difference: float, se: float, df: float, *, scale: float, confidence: float) -> StudentT:
    """Test of ``difference`` against 0 with ``df`` degrees of freedom, and its interval at level ``confidence``.

    Args:
        difference, se: in the unit of the data.
        df: degrees of freedom, above 0.
        scale: the largest value of the data without its sign; a standard error that is nothing next to it is 0.
        confidence: level of the interval, in (0, 1).

    Raises:
        Undecided: if the standard error is 0: any difference would have p = 0, be there two rows or two thousand.
        InputError: for another confidence.
    """
    if se <= NEGLIGIBLE * scale:
        raise Undecided(
            f"nothing varies around the difference of {difference:g}: no t is defined",
            remedy="measure pairs or clusters that differ",
        )
    low, high = t_interval(difference, se, df, confidence)
    return StudentT(low=low, high=high, p=two_sided_p(difference / se, df))


def t_interval(value: float, se: float, df: float, confidence: float) -> tuple[float, float]:
    """Value plus and minus the quantile of t with ``df`` degrees of freedom times ``se``."""
    check_confidence(confidence)
    half = float(special.stdtrit(df, 0.5 + confidence / 2)) * se
    return value - half, value + half


def two_sided_p(t: float, df: float) -> float:
    """Probability of a t at least as far from 0 on either side."""
    return min(1.0, float(2 * special.stdtr(df, -abs(t))))


def check_confidence(confidence: float) -> None:
    """Raise InputError unless ``confidence`` is a level, such as 0.95."""
    if not 0 < confidence < 1:
        raise InputError(f"confidence {confidence}; wanted a level between 0 and 1, such as 0.95")
