"""Evenness: whether what is missing is missing alike under all levels of a factor.

Knows nothing about what is missing. Rows count as independent, which clustered ones are not: p is a hint, no test.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

_LEAST_EXPECTED: Final = 5.0  # of which in every cell the chi-squared test wants as many, Cochran 1954


def uneven(lost: Sequence[int], of: Sequence[int], *, same: bool = False) -> float | None:
    """The p-value that missing rows are spread as unevenly over levels, if all were alike; None where nothing tells.

    Args:
        lost: how many are missing of each level.
        of: how many there are of each.
        same: whether these are the same items under each level. Then a sign test, for two levels.

    Of two levels Fisher's exact test; of more the chi-squared test, where five are expected everywhere.
    """
    missing, count = np.array(lost), np.array(of)
    if len(missing) < 2 or not missing.any() or (missing == count).all():
        return None
    from scipy import stats  # takes a second, and most claims lose nothing

    if same:
        return float(stats.binomtest(int(missing[0]), int(missing.sum())).pvalue) if len(missing) == 2 else None
    table = np.array([missing, count - missing])
    if len(missing) == 2:
        return float(stats.fisher_exact(table).pvalue)
    found = stats.chi2_contingency(table)
    return float(found.pvalue) if found.expected_freq.min() >= _LEAST_EXPECTED else None
