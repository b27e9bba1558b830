"""One binomial model of several studies whose rows may be the same: what each predictor says, alone and beside others.

Knows nothing about what a study or a row is. All rows are of one mixed model: log odds by study, and by predictors in
standard deviations within each study; what rows of one level, family or model share is random. Two things are said of
each predictor: the mean of the slopes of these very models, and a slope of models like these.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import Undecided
from pytest_claims.stats.mixed_model import MixedFit, MixedModel, of_groups, of_slopes
from pytest_claims.stats.student import t_interval, two_sided_p

LEAST_MODELS: Final = 3  # of two the spread of slopes is one difference
MOST_ROWS: Final = 500  # 2.5 s of 300 rows, 6 s of 500 (two predictors, 20 clusters, one core; 2026-11-28)
_CONFIDENCE: Final = 0.95


@dataclass(frozen=True, kw_only=True, eq=False)
class Studies:
    """Counts of the R rows of several studies, and of each row what it belongs to.

    Attributes:
        successes: how many of the ``trials`` of each row, repetition and cluster are one, (R, repetitions, clusters);
            no trials where a row has no such repetition.
        trials: see ``successes``.
        study: the number of each row's study, (R,), as are those of its ``model`` and its ``level``.
        model: see ``study``.
        level: see ``study``.
        predictors: by name, (R,), standardised within each study.
    """

    successes: FloatArray
    trials: FloatArray
    study: IntArray
    model: IntArray
    level: IntArray
    predictors: Mapping[str, FloatArray]


@dataclass(frozen=True, kw_only=True)
class Slope:
    """A slope, by Student's t.

    Attributes:
        value: log odds per standard deviation.
        low, high: its 95% interval.
        p: two-sided, against 0.
        df: degrees of freedom.
    """

    value: float
    low: float
    high: float
    p: float
    df: float


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a predictor says beside others, if there are any.

    Attributes:
        predictor: its name; ``beside`` those of the others.
        these: the mean of the slopes of these very models, with levels and clusters drawn anew.
        like_these: the slope of models like these, with models drawn anew, too; None with fewer than 3.
        spread: the standard deviation of slopes between models; 0 where the most likely is none.
        slopes: by the number of each model, its own.
        se: the standard error of the mean of slopes, and ``clusters_se`` what clusters add to it, by their squares.
        clusters_se: see ``se``.
    """

    predictor: str
    beside: tuple[str, ...] = ()
    these: Slope
    like_these: Slope | None = None
    spread: float = 0.0
    slopes: tuple[float, ...] = ()
    se: float
    clusters_se: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """The effects of some predictors together; ``spreads`` are the standard deviations of all random effects."""

    effects: tuple[Effect, ...]
    spreads: Mapping[str, float] = field(default_factory=dict)


def fitted(studies: Studies, effects: Mapping[str, IntArray], repeated: str, predictors: Sequence[str]) -> Fitted:
    """One model with these predictors.

    Args:
        studies: the counts.
        effects: what rows have in common, by the name of a random effect: of each row the number of its group, (R,).
        repeated: the name of what each repetition of a row has by itself; empty where there is one of each.
        predictors: which of those of the studies.

    The intervals are Student's t: of these very models with as many degrees of freedom as there are levels, less the
    slopes and one; of models like these with one fewer than there are models, whatever their spread is fitted as, as it
    is fitted as none in some worlds in which there is one. Clusters are left out one by one (jackknife), and their
    variance is added to that of the model, which has some of it already: the interval is a little too wide.

    Raises:
        Undecided: for too many rows, for slopes that cannot be told apart, and where the fit does not converge.

    Source: Cameron, Gelbach and Miller (2011), J. Bus. Econ. Stat. 29, 238-249, on adding variances of two kinds.
    """
    if len(studies.level) > MOST_ROWS:
        raise Undecided(f"{len(studies.level)} rows; such a model is made of up to {MOST_ROWS}")
    slopes = {slope_of(name): of_slopes(studies.model, studies.predictors[name]) for name in predictors}
    random = {name: of_groups(groups) for name, groups in effects.items()}
    several = int(studies.model.max()) + 1 >= LEAST_MODELS
    common = [studies.predictors[name] for name in predictors]
    by_model = [_of_model(studies, name, model) for name in predictors for model in range(studies.model.max() + 1)]
    own = _model(studies, random, repeated, by_model)
    _refuse_aliased(own.fixed, predictors)
    fit = _model(studies, random | (slopes if several else {}), repeated, common).fit()
    at = {name: fit.spreads[name] for name in own.names}
    fixed = own.at(at, fit.odds)
    left_out = [_without(own, studies, cluster).at(at, fixed.odds) for cluster in _clusters(studies)]
    return Fitted(
        effects=tuple(_effect(studies, fit, fixed, left_out, predictors, place) for place in range(len(predictors))),
        spreads=fit.spreads,
    )


def standardised(values: npt.ArrayLike, study: IntArray) -> FloatArray:
    """Values (R,) less their mean, in standard deviations (of n - 1), within each study."""
    found = np.array(values, dtype=float)
    for one in np.unique(study):
        of_study = found[study == one]
        found[study == one] = (of_study - of_study.mean()) / of_study.std(ddof=1)
    return found


def slope_of(predictor: str) -> str:
    """What the spread of a predictor's slopes between models is called among the random effects."""
    return f"slope of {predictor}"


def _model(
    studies: Studies, random: Mapping[str, FloatArray], repeated: str, predictors: Sequence[FloatArray]
) -> MixedModel:
    """The mixed model with an intercept of each study, and these columns; each repetition of a row is a count."""
    rows, repetitions, _ = studies.trials.shape
    intercepts = np.asarray(studies.study[:, None] == np.arange(studies.study.max() + 1), dtype=float)
    return MixedModel(
        successes=studies.successes.sum(axis=2).ravel(),
        trials=studies.trials.sum(axis=2).ravel(),
        row=np.repeat(np.arange(rows), repetitions),
        fixed=np.column_stack([intercepts, *predictors]),
        random=random,
        repeated=repeated,
    )


def _refuse_aliased(fixed: FloatArray, predictors: Sequence[str]) -> None:
    """Raises Undecided where slopes cannot be told apart from each other, or from the intercepts, on some model."""
    if np.linalg.matrix_rank(fixed) < fixed.shape[1]:
        raise Undecided(
            f"slopes of {' and '.join(predictors)} cannot be told apart on some base model: it has too few "
            "rows, or one predictor follows from the others"
        )


def _of_model(studies: Studies, predictor: str, model: int) -> FloatArray:
    return np.where(studies.model == model, studies.predictors[predictor], 0.0)


def _clusters(studies: Studies) -> range:
    """Those that can be left out: all, if there is more than one."""
    return range(studies.trials.shape[2] if studies.trials.shape[2] > 1 else 0)


def _without(model: MixedModel, studies: Studies, cluster: int) -> MixedModel:
    return replace(
        model,
        successes=model.successes - studies.successes[:, :, cluster].ravel(),
        trials=model.trials - studies.trials[:, :, cluster].ravel(),
    )


def _effect(
    studies: Studies,
    fit: MixedFit,
    fixed: MixedFit,
    left_out: Sequence[MixedFit],
    predictors: Sequence[str],
    place: int,
) -> Effect:
    """That of the predictor at a place, of the model with slopes of models in common, and that with their own."""
    intercepts, models = int(studies.study.max()) + 1, int(studies.model.max()) + 1
    own = slice(intercepts + place * models, intercepts + (place + 1) * models)
    mean = float(fixed.coefficients[own].mean())
    clusters = _jackknifed([float(one.coefficients[own].mean()) for one in left_out])
    variance = float(fixed.covariance[own, own].mean()) + clusters
    levels = int(studies.level.max()) + 1
    common, of_common = fit.coefficients[intercepts + place], fit.covariance[intercepts + place, intercepts + place]
    several, name = models >= LEAST_MODELS, predictors[place]
    return Effect(
        predictor=name,
        beside=tuple(other for other in predictors if other != name),
        these=_tested(mean, variance, max(levels - len(predictors) - 1, 1)),
        like_these=_tested(float(common), float(of_common) + clusters, models - 1) if several else None,
        spread=fit.spreads.get(slope_of(name), 0.0),
        slopes=tuple(map(float, fixed.coefficients[own])),
        se=float(np.sqrt(variance)),
        clusters_se=float(np.sqrt(clusters)),
    )


def _tested(value: float, variance: float, df: float) -> Slope:
    se = float(np.sqrt(variance))
    low, high = t_interval(value, se, df, _CONFIDENCE)
    return Slope(value=value, low=low, high=high, p=two_sided_p(value / se, df), df=df)


def _jackknifed(values: Sequence[float]) -> float:
    """The variance that follows from values without each cluster in turn; 0 where there is none."""
    count = len(values)
    return float(np.var(values) * (count - 1)) if count else 0.0
