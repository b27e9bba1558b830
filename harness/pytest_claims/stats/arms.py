"""Two arms of an experiment, each with clusters of its own, such as runs of training.

Knows nothing about what was done in an arm.
"""

import math

import numpy as np
import numpy.typing as npt

from pytest_claims.base.arrays import FloatArray, IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.clusters import Grouping, Labels, group
from pytest_claims.stats.columns import numeric_columns
from pytest_claims.stats.compared import compares
from pytest_claims.stats.estimate import Tested, note
from pytest_claims.stats.student import NEGLIGIBLE, NO_DIFFERENCE, check_confidence, student_t


def difference_between_arms(
    outcome: npt.ArrayLike,
    arm: npt.ArrayLike,
    *,
    arms: tuple[str, str],
    clusters: Labels | None = None,
    equal_variances: bool = True,
    confidence: float = 0.95,
) -> Tested:
    """Mean outcome of the first arm less that of the second, by Student's t over clusters.

    What was assigned to an arm is a cluster, so a cluster counts once, by the mean of its rows, however many
    there are: t has G - 2 degrees of freedom for G clusters, or Welch's if variances may differ. Rows of other arms are
    left out; ``n`` is G. Where all cluster means are the same, p is 1 and the interval [0, 0].

    Args:
        outcome: shape (N,).
        arm: the label of each row's arm, shape (N,).
        arms: the two arms to compare, as text.
        clusters: the label of each row's cluster, shape (N,); None if each row is one.
        equal_variances: whether clusters vary alike in both arms. Welch's test, which needs no such thing, has little
            power with 2 or 3 clusters an arm.
        confidence: level of the interval.

    Raises:
        Undecided: if an arm has no cluster, both have fewer than 3 together (without equal variances: one has
            fewer than 2), or clusters do not vary within the arms though the arms differ.
        InputError: if the shapes differ, a value is missing, or a cluster has rows in two arms.

    Source: Student (1908), Biometrika 6, 1-25; Welch (1947), Biometrika 34, 28-35; means of clusters are those of
    Donner and Klar (2000), Design and Analysis of Cluster Randomization Trials.
    """
    check_confidence(confidence)
    (values,) = numeric_columns(outcome=outcome)
    first, second = _cluster_means(values, arm, arms, clusters)
    _check_enough(len(first), len(second), arms, "row" if clusters is None else "cluster", equal_variances)
    over = "" if clusters is None else " over clusters"
    found = note(_compared(first, second, equal_variances, over, confidence))
    return compares(found, "arms", lambda: {"value": values, "arm": _places(arm, arms)}, labels=arms)


def _places(arm: npt.ArrayLike, arms: tuple[str, str]) -> FloatArray:
    """The place of each row's arm among those that are compared, (N,); NaN for another."""
    places = {label: float(place) for place, label in enumerate(arms)}
    return np.array([places.get(str(label), np.nan) for label in np.asarray(arm).tolist()])


def _compared(first: FloatArray, second: FloatArray, equal_variances: bool, over: str, confidence: float) -> Tested:
    name, spread = ("Student", _pooled) if equal_variances else ("Welch", _welch)
    se, df = spread(first, second)
    means, difference = np.concatenate([first, second]), float(first.mean() - second.mean())
    scale = float(np.abs(means).max())
    alike = float(np.ptp(means)) <= NEGLIGIBLE * scale
    t = NO_DIFFERENCE if alike else student_t(difference, se, df, scale=scale, confidence=confidence)
    counts = {"clusters": len(means), "clusters_first": len(first), "clusters_second": len(second)}
    return Tested(
        method=f"{name}'s t test{over}",
        symbol="Δ",
        value=0.0 if alike else difference,
        n=len(means),
        p=t.p,
        low=t.low,
        high=t.high,
        confidence=confidence,
        details={"se": se, "df": df, **counts},
    )


def _cluster_means(
    outcome: FloatArray, arm: npt.ArrayLike, arms: tuple[str, str], clusters: Labels | None
) -> tuple[FloatArray, FloatArray]:
    """Mean outcome of each cluster, of the first and of the second arm."""
    if isinstance(clusters, tuple):
        raise InputError("clusters is a tuple; an arm is given to clusters of one kind, so wanted labels of shape (N,)")
    if len(set(arms)) != 2:
        raise InputError(f"arms are {arms!r}; wanted two different ones")
    rows = len(outcome)
    by_arm = group(arm, rows)
    by_cluster = group(np.arange(rows) if clusters is None else clusters, rows)
    arm_of_cluster = by_arm.codes[by_cluster.first_rows]
    _check_one_arm(by_arm, by_cluster, arm_of_cluster, clusters)
    names = [str(label) for label in np.asarray(arm)[by_arm.first_rows]]
    means = by_cluster.sums(outcome) / by_cluster.sizes
    first, second = (means[arm_of_cluster == (names.index(name) if name in names else -1)] for name in arms)
    return first, second


def _check_one_arm(by_arm: Grouping, by_cluster: Grouping, arm_of_cluster: IntArray, clusters: Labels | None) -> None:
    mixed = arm_of_cluster[by_cluster.codes] != by_arm.codes
    if mixed.any():
        name = np.asarray(clusters)[mixed.argmax()]
        raise InputError(f"cluster {name} has rows in two arms; a cluster lies in one arm: take paired_difference")


def _check_enough(first: int, second: int, arms: tuple[str, str], what: str, equal_variances: bool) -> None:
    for count, name in zip((first, second), arms, strict=True):
        if count < (1 if equal_variances else 2):
            least = "a comparison of arms takes at least 1" if equal_variances else "Welch's test takes at least 2"
            missing = {} if count else {"missing": name, "what": "arm"}
            raise Undecided(f"{count} {what}s in arm {name}; {least}", **missing)
    if first + second < 3:
        raise Undecided(f"1 {what} in each arm; Student's t takes at least 3 in both together")


def _pooled(first: FloatArray, second: FloatArray) -> tuple[float, float]:
    """Standard error of the difference of means, and Student's degrees of freedom."""
    df = len(first) + len(second) - 2
    within = _squares(first) + _squares(second)
    return math.sqrt(within / df * (1 / len(first) + 1 / len(second))), df


def _welch(first: FloatArray, second: FloatArray) -> tuple[float, float]:
    """Standard error of the difference of means, and Welch's degrees of freedom (of Satterthwaite)."""
    a, b = (_squares(means) / (len(means) - 1) / len(means) for means in (first, second))
    if a + b == 0:  # no t is defined, so its degrees of freedom are not, either
        return 0.0, len(first) + len(second) - 2
    return math.sqrt(a + b), (a + b) ** 2 / (a**2 / (len(first) - 1) + b**2 / (len(second) - 1))


def _squares(means: FloatArray) -> float:
    """Sum of squared distances from the mean."""
    around = means - means.mean()
    return float(around @ around)
