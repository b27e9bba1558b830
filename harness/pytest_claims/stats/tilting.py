"""Exponential tilting: weights under which values observed where there is nothing have another mean.

Knows nothing about where the values come from.
"""

import math
from typing import Final

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError, Undecided

LEAST_EFFECTIVE: Final = 20.0  # values that the weights must be worth: with fewer a share says nothing
_FAR: Final = 50.0  # standard deviations to tilt by: behind that the farthest value has all the weight


def tilted(values: FloatArray, mean: float) -> FloatArray:
    """The weights closest to equal ones, in relative entropy, under which the mean of ``values`` is ``mean``.

    Worlds without an effect, so weighted, stand for worlds that differ from them by one of that size, and in nothing
    else.

    Args:
        values: (n,) finite.

    Returns:
        (n,) weights that add up to 1.

    Raises:
        Undecided: where too few values lie around the mean: the weights would be worth fewer than 20 of them.
        InputError: for values that are not finite, or a mean that is not.

    Source: Efron (1981), Can. J. Stat. 9, 139-172, section 11.
    """
    from scipy.optimize import brentq

    if not (np.isfinite(values).all() and math.isfinite(mean)):
        raise InputError("values or a mean that are not finite; leave out those that are not")
    if not len(values) or not values.min() < mean < values.max():
        raise Undecided(f"no value lies beyond {mean:g}")
    spread = float(values.std())

    def beyond(by: float) -> float:
        return float(_weights(values, by / spread) @ values - mean)

    lies_between = beyond(-_FAR) < 0 < beyond(_FAR)
    weights = _weights(values, brentq(beyond, -_FAR, _FAR) / spread) if lies_between else None
    if weights is None or effective(weights) < LEAST_EFFECTIVE:
        raise Undecided(f"too few values lie around {mean:g}")
    return weights


def effective(weights: FloatArray) -> float:
    """How many equal weights they are worth, after Kish: in [1, n] for weights that add up to 1."""
    return float(1 / (weights @ weights))


def _weights(values: FloatArray, by: float) -> FloatArray:
    exponents = by * values
    raised = np.exp(exponents - exponents.max())
    return np.asarray(raised / raised.sum())
