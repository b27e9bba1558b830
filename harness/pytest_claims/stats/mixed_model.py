"""A binomial mixed model: log odds by fixed effects and by normal random ones, fitted by Laplace's approximation.

Knows nothing about what rows or effects are. Of a row there are one or several counts, which differ by an effect of
their own; all other effects are between rows, so that what is solved is as large as there are rows.

lme4 and glmmTMB, which the tests hold it to, are R's, and pymer4 needs R, too. Of what pip installs, on 530 counts that
were recorded of one finding (2026-11-28): statsmodels' BinomialBayesMixedGLM knows no number of trials (its issue
5777), so that 53,000 rows would stand for 530, and wants priors; glmm 0.6.2 refuses slopes without their own
intercepts; gpboost 1.8.0 stopped after 59 s at a log likelihood of -1769.0, where glmmTMB finds -1763.0. The last two
have no restricted likelihood of counts, which the spread of slopes between three models needs.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
from scipy import linalg, special

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import Undecided
from pytest_claims.base.one_thread import one_thread

_STEPS: Final = 100  # of the mode, which Newton finds in fewer than 10
_LONGEST: Final = 2.0  # a step in log odds: from far away a full one may overshoot
_NEAR: Final = 1e-9
# Standard deviations of log odds: where the search begins, its end, and what is called 0, which no data tell from it.
_TYPICAL: Final = 0.1
_LARGEST: Final = 10.0
_SMALLEST: Final = 1e-3


@dataclass(frozen=True, kw_only=True, eq=False)
class MixedModel:
    """N counts of R rows.

    Attributes:
        successes: how many of the ``trials`` of each count are one, both (N,); without trials it says nothing.
        trials: see ``successes``.
        row: of which row each count is, (N,).
        fixed: the fixed effects, (R, P), with their intercepts.
        random: of each random effect by its name, its covariance (R, R) between rows at a standard deviation of 1:
            see :func:`of_groups` and :func:`of_slopes`.
        repeated: the name of the effect that each count has by itself; empty where counts have none.
    """

    successes: FloatArray
    trials: FloatArray
    row: IntArray
    fixed: FloatArray
    random: Mapping[str, FloatArray] = field(default_factory=dict)
    repeated: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Of all random effects, in the order in which their standard deviations stand."""
        return (*self.random, *([self.repeated] if self.repeated else []))

    def fit(self) -> "MixedFit":
        """The most likely standard deviations, with the fixed effects integrated out, and all that follows from them.

        It is the restricted likelihood, which of few groups gives no too small standard deviations: Laplace's
        approximation over fixed and random effects together, as in glmmTMB with ``REML=TRUE``.

        Raises:
            Undecided: where it does not converge, as where all trials of a fixed effect have the same outcome.

        Source: Breslow and Clayton (1993), J. Am. Stat. Assoc. 88, 9-25; Brooks et al. (2017), R Journal 9, 378-400.
        """
        if not self.names:
            return self.at({})
        # Imported here: a run without such a model must not wait for it.
        from scipy import optimize

        last: FloatArray | None = None

        def unlikely(variances: FloatArray) -> float:
            """In squares of a typical spread: by spreads the likelihood is flat at 0, and a search ends there."""
            nonlocal last
            mode = self._mode(_TYPICAL * np.sqrt(variances), last)
            last = mode.odds
            return -mode.restricted

        with one_thread():
            found = optimize.minimize(
                unlikely,
                [1.0] * len(self.names),
                method="L-BFGS-B",
                bounds=[(0.0, (_LARGEST / _TYPICAL) ** 2)] * len(self.names),
                tol=1e-12,
            )
        spreads = _TYPICAL * np.sqrt(found.x)
        spreads[spreads < _SMALLEST] = 0
        return self.at(dict(zip(self.names, map(float, spreads), strict=True)), last)

    def at(self, spreads: Mapping[str, float], near: FloatArray | None = None) -> "MixedFit":
        """The fixed effects at these standard deviations. Raises Undecided as :meth:`fit` does.

        ``near`` are the log odds (N,) of a fit that is much like this one: the search then takes fewer steps.
        """
        with one_thread():
            mode = self._mode(np.array([spreads[name] for name in self.names]), near)
        return MixedFit(
            coefficients=mode.coefficients,
            covariance=linalg.inv(mode.information),
            spreads={name: spreads[name] for name in self.names},
            log_likelihood=mode.likelihood,
            restricted=mode.restricted,
            odds=mode.odds,
        )

    def _mode(self, spreads: FloatArray, near: FloatArray | None) -> "_Mode":
        """Where the effects are most likely, by Newton's method from log odds nearby, or else from what was counted."""
        covariance = np.zeros((len(self.fixed), len(self.fixed)))
        for spread, one in zip(spreads, self.random.values(), strict=False):
            covariance += spread**2 * one
        own = float(spreads[-1] ** 2) if self.repeated else 0.0
        odds = special.logit((self.successes + 0.5) / (self.trials + 1)) if near is None else near
        for taken in range(_STEPS):
            solved = _solved(self, odds, covariance, own)
            step = solved.odds - odds
            odds = odds + np.clip(step, -_LONGEST, _LONGEST)
            # The first step is never the last: what is solved belongs to the odds before a step.
            if taken and np.abs(step).max() < _NEAR:
                return solved
        raise _undecided()


@dataclass(frozen=True, kw_only=True, eq=False)
class MixedFit:
    """A mixed model that was fitted.

    Attributes:
        coefficients: the fixed effects, (P,), in log odds, and their ``covariance`` (P, P).
        spreads: by random effect, the standard deviation of log odds; 0 where the most likely is none.
        log_likelihood: Laplace's approximation, at the mode of fixed and random effects, and ``restricted`` with the
            fixed effects integrated out.
        odds: the log odds of each count, (N,).
    """

    coefficients: FloatArray
    covariance: FloatArray
    spreads: Mapping[str, float]
    log_likelihood: float
    restricted: float
    odds: FloatArray


def of_groups(groups: IntArray) -> FloatArray:
    """Of an effect that rows of one group have in common, (R, R); ``groups`` (R,) are their numbers."""
    return np.asarray(groups[:, None] == groups[None, :], dtype=float)


def of_slopes(groups: IntArray, values: FloatArray) -> FloatArray:
    """Of a slope of ``values`` (R,) that rows of one group have in common, (R, R)."""
    return of_groups(groups) * np.outer(values, values)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Mode:
    """One step of Newton's method: what follows from working with ``odds`` before, and what the data say there."""

    odds: FloatArray  # (N,), after the step
    coefficients: FloatArray
    information: FloatArray  # of the fixed effects (P, P)
    penalty: float  # the square of the random effects, in units of their covariance
    log_determinant: float
    model: MixedModel

    @cached_property
    def likelihood(self) -> float:
        """Laplace's approximation; at the mode, where the step was none."""
        k, n, shares = self.model.successes, self.model.trials, special.expit(self.odds)
        choices = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
        data = special.xlogy(k, shares) + special.xlog1py(n - k, -shares) + choices
        return float(data.sum() - (self.penalty + self.log_determinant) / 2)

    @cached_property
    def restricted(self) -> float:
        """The same, with the fixed effects integrated out."""
        count, (_, log_determinant) = len(self.coefficients), np.linalg.slogdet(self.information)
        return self.likelihood + (count * math.log(2 * math.pi) - float(log_determinant)) / 2


def _solved(model: MixedModel, odds: FloatArray, covariance: FloatArray, own: float) -> _Mode:
    """The weighted linear model that is next to the data at these log odds, solved row by row."""
    shares = special.expit(odds)
    weights = np.maximum(model.trials * shares * (1 - shares), 1e-12)
    working = odds + (model.successes - model.trials * shares) / weights
    noise = 1 / weights + own
    precision = _summed(model, 1 / noise)
    means = _summed(model, working / noise) / precision
    variance = covariance.copy()
    variance.flat[:: len(variance) + 1] += 1 / precision
    root = _root(variance)
    solved = linalg.cho_solve((root, True), np.column_stack([model.fixed, means]), check_finite=False)
    information = model.fixed.T @ solved[:, :-1]
    coefficients = linalg.solve(information, model.fixed.T @ solved[:, -1], assume_a="pos")
    pulls = solved[:, -1] - solved[:, :-1] @ coefficients
    effects = covariance @ pulls
    rows = (model.fixed @ coefficients + effects)[model.row]
    rest = (working - rows) / noise
    return _Mode(
        odds=rows + own * rest,
        coefficients=coefficients,
        information=information,
        penalty=float(pulls @ effects + own * (rest @ rest)),
        log_determinant=float(
            np.log(noise * weights).sum() + 2 * np.log(np.diag(root)).sum() + np.log(precision).sum()
        ),
        model=model,
    )


def _root(variance: FloatArray) -> FloatArray:
    try:
        return np.asarray(linalg.cholesky(variance, lower=True, check_finite=False))
    except linalg.LinAlgError as error:
        raise _undecided() from error


def _undecided() -> Undecided:
    return Undecided("the mixed model does not converge, as where all trials of a kind have the same outcome")


def _summed(model: MixedModel, values: FloatArray) -> FloatArray:
    """Values of counts (N,) by row (R,)."""
    return np.bincount(model.row, values, len(model.fixed)).astype(float)
