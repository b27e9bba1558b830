"""Curves fitted to points."""

import math

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.curve import fitted_curve
from pytest_claims.stats.estimate import ledger

seeds = st.integers(0, 2**32 - 1)


def line(x, slope, level):
    return slope * x + level


def scaling(n, a, b, c):
    return a * n**-b + c


def points(seed, n=15):
    x, noise = np.random.default_rng(seed).normal(size=(2, n))
    return x, 0.5 * x + 1 + noise


SIZES = np.geomspace(1e6, 1e9, 12) / 1e6
LOSSES = scaling(SIZES, 2.0, 0.34, 1.7) + np.random.default_rng(0).normal(0, 0.01, 12)
START = {"a": 1.0, "b": 0.5, "c": 1.0}


@given(seeds)
@example(146022646)  # of a slope of -2e-5
@settings(max_examples=30)
def test_a_line_is_that_of_scipy(seed):
    x, y = points(seed)
    expected = stats.linregress(x, y)
    found = fitted_curve(line, x, y, parameter="slope", start={"slope": 0, "level": 0})
    assert (found.symbol, found.n, found.details["df"]) == ("slope", 15, 13)
    assert found.value == pytest.approx(expected.slope, rel=1e-6, abs=1e-7)
    # Of a slope near zero, curve_fit's steps are so small that rounding shows in what they find.
    assert found.details["se"] == pytest.approx(expected.stderr, rel=1e-5 if abs(found.value) > 1e-3 else 1e-3)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-4)
    assert found.details["level"] == pytest.approx(expected.intercept, rel=1e-6, abs=1e-7)
    half = stats.t.ppf(0.975, 13) * expected.stderr
    assert (found.low, found.high) == pytest.approx((expected.slope - half, expected.slope + half), rel=1e-4, abs=1e-6)


@given(seeds)
@settings(max_examples=30)
def test_weights_are_those_of_statsmodels(seed):
    x, y = points(seed)
    sigma = np.random.default_rng(seed).uniform(0.5, 2, 15)
    fit = sm.WLS(y, sm.add_constant(x), weights=sigma**-2).fit()
    found = fitted_curve(line, x, y, parameter="level", start={"slope": 0, "level": 0}, sigma=sigma)
    assert found.value == pytest.approx(fit.params[0], rel=1e-6, abs=1e-7)
    assert found.details["se"] == pytest.approx(fit.bse[0], rel=1e-5)
    assert found.details["residual_se"] == pytest.approx(math.sqrt(fit.scale), rel=1e-6)


# Misra1a of NIST's Statistical Reference Datasets (nonlinear, lower difficulty; dental research, monomolecular
# adsorption): certified b1 = 238.94212918, standard error 2.7070075241; b2 = 5.5015643181E-04, 7.2668688436E-06;
# residual standard deviation 0.10187876330. R's nls is held to the same values.
VOLUMES = [10.07, 14.73, 17.94, 23.93, 29.61, 35.18, 40.02, 44.82, 50.76, 55.05, 61.01, 66.40, 75.47, 81.78]
PRESSURES = [77.6, 114.9, 141.1, 190.8, 239.9, 289.0, 332.8, 378.4, 434.8, 477.3, 536.8, 593.1, 689.1, 760.0]


@pytest.mark.parametrize(("parameter", "value", "se"), [("b1", 238.94212918, 2.7070075241),
                                                        ("b2", 5.5015643181e-4, 7.2668688436e-6)])  # fmt: skip
def test_the_certified_values_of_nist(parameter, value, se):
    def misra1a(x, b1, b2):
        return b1 * (1 - np.exp(-b2 * x))

    found = fitted_curve(misra1a, PRESSURES, VOLUMES, parameter=parameter, start={"b1": 250, "b2": 5e-4})
    assert found.value == pytest.approx(value, rel=1e-6)
    assert found.details["se"] == pytest.approx(se, rel=1e-4)
    assert found.details["residual_se"] == pytest.approx(0.10187876330, rel=1e-6)
    assert found.method == "least squares fit of misra1a"


def test_a_scaling_law_is_found_from_elsewhere_and_with_bounds():
    found = fitted_curve(scaling, SIZES, LOSSES, parameter="b", start=START)
    assert found.low < 0.34 < found.high
    assert found.details["residual_se"] == pytest.approx(0.01, rel=0.5)
    bounds = {"b": (0.0, 2.0), "c": (0.0, np.inf)}
    for start in ({"a": 5.0, "b": 0.2, "c": 0.5}, {"a": 1.5, "b": 0.9, "c": 2.0}):
        again = fitted_curve(scaling, SIZES, LOSSES, parameter="b", start=start, bounds=bounds)
        assert (again.value, again.low, again.p) == pytest.approx((found.value, found.low, found.p), rel=1e-3)


@given(seeds)
@settings(max_examples=10)
def test_the_order_of_points_does_not_matter_and_a_factor_is_one(seed):
    order = np.random.default_rng(seed).permutation(12)
    found = fitted_curve(scaling, SIZES, LOSSES, parameter="a", start=START)
    moved = fitted_curve(scaling, SIZES[order], 10 * LOSSES[order], parameter="a", start=START)
    assert (moved.value, moved.low, moved.high) == pytest.approx(
        (10 * found.value, 10 * found.low, 10 * found.high), rel=1e-3
    )


def test_the_interval_holds_the_true_exponent_as_often_as_it_says():
    """In 200 worlds: 95%, with a standard error of 1.5%."""
    random, covered = np.random.default_rng(1), 0
    for _ in range(200):
        losses = scaling(SIZES, 2.0, 0.34, 1.7) + random.normal(0, 0.01, 12)
        found = fitted_curve(scaling, SIZES, losses, parameter="b", start=START)
        covered += found.low <= 0.34 <= found.high
    assert 0.91 <= covered / 200 <= 0.985


def test_a_small_parameter_is_not_taken_for_one_at_its_bound():
    x, y = points(3)
    found = fitted_curve(
        line, x * 1e8, y, parameter="slope", start={"slope": 1e-8, "level": 0}, bounds={"slope": (0, 1)}
    )
    assert found.value == pytest.approx(stats.linregress(x, y).slope / 1e8, rel=1e-5)


def test_a_curve_may_have_several_variables():
    x, z = np.random.default_rng(2).normal(size=(2, 20))
    y = 2 * x - z + np.random.default_rng(3).normal(size=20)
    fit = sm.OLS(y, np.stack([x, z], axis=1)).fit()
    found = fitted_curve(lambda xs, u, v: u * xs[0] + v * xs[1], [x, z], y, parameter="v", start={"u": 1, "v": 1})
    assert (found.value, found.details["se"]) == pytest.approx((fit.params[1], fit.bse[1]), rel=1e-5)


def test_where_points_cannot_answer():
    def fit(curve=scaling, x=SIZES, y=LOSSES, start=START, **options):
        fitted_curve(curve, x, y, parameter=next(iter(start)), start=start, **options)

    with pytest.raises(Undecided, match="3 points; a curve of 3 parameters needs at least 4"):
        fit(x=SIZES[:3], y=LOSSES[:3])
    with pytest.raises(Undecided, match="the search for the best fit finds none; start nearer"):
        fit(y=np.log(SIZES))  # is the limit of the curve for b to 0 and a to infinity
    with pytest.raises(Undecided, match="goes through every point"):
        fit(y=scaling(SIZES, 2.0, 0.34, 1.7))
    with pytest.raises(Undecided, match="goes through every point"):
        fit(line, y=np.zeros(12), start={"slope": 1, "level": 1})
    with pytest.raises(Undecided, match="the best fit has c at its bound"):
        fit(bounds={"c": (0, 1.5)})


@pytest.mark.parametrize("bounds", [None, {"b": (-50, 50)}])
@pytest.mark.parametrize("curve", [lambda x, a, b: a + b + 0 * x, lambda x, a, b: a + 0 * b * x])
def test_parameters_that_give_the_same_curve_are_not_told_apart(curve, bounds):
    with pytest.raises(Undecided, match=r"do not tell the parameters of the curve apart|the best fit finds none"):
        fitted_curve(curve, SIZES, LOSSES, parameter="a", start={"a": 1, "b": 2}, bounds=bounds)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parameter": "d"}, "parameter 'd'; the curve has a, b, c"),
        ({"start": {"a": 1, "b": 1}}, "start has a, b; wanted a value for each of a, b, c"),
        ({"bounds": {"d": (0, 1)}}, r"bounds \(0, 1\) of 'd'"),
        ({"bounds": {"b": (1, 2)}}, r"bounds \(1, 2\) of 'b'; wanted \(least, largest\)"),
        ({"curve": lambda x, *a: x}, r"the curve takes \(\*a\) after x; wanted parameters by name"),
        ({"curve": lambda x: x}, r"the curve takes \(\) after x"),
        ({"curve": lambda x, a, se: a * x}, "a parameter of the curve is called 'se'"),
        (
            {"curve": lambda x, a, b, c: 1.0},
            r"at its start the curve gives \(\), finite: True; wanted a number for each",
        ),
        ({"curve": lambda x, a, b, c: np.log(-x)}, r"at its start the curve gives \(12,\), finite: False"),
        ({"x": SIZES[:5]}, r"x of shape \(5,\) for y of \(12,\)"),
        ({"y": np.where(SIZES > 900, np.nan, LOSSES)}, r"y is nan at \[11\]"),
        ({"sigma": np.zeros(12)}, r"sigma of shape \(12,\); wanted \(12,\), all above 0"),
    ],
)
def test_what_is_no_fit(change, message):
    options = {"curve": scaling, "x": SIZES, "y": LOSSES, "parameter": "b", "start": START, **change}
    with pytest.raises(InputError, match=message):
        fitted_curve(options.pop("curve"), options.pop("x"), options.pop("y"), **options)


def test_it_is_noted():
    with ledger() as estimates:
        found = fitted_curve(scaling, SIZES, LOSSES, parameter="c", start=START)
    assert estimates == [found]
    assert set(found.details) == {"a", "b", "c", "se", "df", "residual_se"}


@pytest.mark.parametrize("start", [1e-9, 0.5])
def test_small_units_do_not_end_a_bounded_search_at_its_start(start):
    """It gave 1e-9, where it began, and from 0.5 the value 1.5e-5 with p = 9e-6."""
    y = np.array([1.0, 1.2, 1.4, 1.3, 1.45]) * 1e-9
    found = fitted_curve(
        lambda x, level: np.full_like(x, level),
        np.arange(5.0),
        y,
        parameter="level",
        start={"level": start},
        bounds={"level": (0, 1)},
    )
    assert found.value == pytest.approx(y.mean(), rel=1e-4)
