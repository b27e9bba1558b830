"""The page of statistics has all of them, and no other, each with its symbol, interval and p."""

import inspect
import re

import numpy as np
import pytest

import pytest_claims
from pytest_claims.stats.estimate import Estimate

NAME = re.compile(r"`([a-z_]+)\(")


@pytest.fixture
def table(root):
    text = (root / "docs" / "statistics.md").read_text()
    return text.partition("## All of them")[2].partition("## Ties")[0]


def statistics():
    """The public functions that give an estimate."""
    for name in pytest_claims.__all__:
        found = getattr(pytest_claims, name)
        returns = inspect.signature(found).return_annotation if inspect.isfunction(found) else None
        if inspect.isclass(returns) and issubclass(returns, Estimate):
            yield name


def test_all_statistics_are_on_their_page_and_nothing_else_is(table):
    assert set(NAME.findall(table)) == set(statistics())


def test_arguments_are_called_as_they_are(table):
    for call in re.findall(r"`([a-z_]+\([^`]*\))`", table):
        name, _, rest = call.partition("(")
        known = inspect.signature(getattr(pytest_claims, name)).parameters
        for argument in filter(None, re.split(r"[,=)] *", rest)):
            assert argument in known, call


def test_whatever_else_the_page_names_is_there(root):
    text = (root / "docs" / "statistics.md").read_text().partition("## All of them")[0]
    for name in re.findall(r"`([a-z_]+)(?:\(|`)", text):
        assert hasattr(pytest_claims, name) or name == "clusters"


def made():
    """One estimate of each statistic, on numbers that mean nothing."""
    random = np.random.default_rng(0)
    x, y, z = random.standard_normal((3, 12))
    one, other = random.integers(0, 2, (2, 12))
    squares, places = random.standard_normal((3, 6, 6)), random.standard_normal((3, 12))
    counts = np.array([3, 14, 9]), np.array([20, 20, 20])
    court = pytest_claims
    batched = random.integers(0, 20, (4, 12)), np.full((4, 12), 20), [0, 0, 1, 1]
    return {
        "pearson": court.pearson(x, y),
        "spearman": court.spearman(x, y),
        "kendall": court.kendall(x, y),
        "partial_correlation": court.partial_correlation(x, y, z),
        "difference_of_dependent_correlations": court.difference_of_dependent_correlations(x, y, z),
        "equivalence": court.equivalence(x, y, bound=0.5),
        "paired_difference": court.paired_difference(x, y),
        "mcnemar": court.mcnemar(one, other),
        "difference_between_arms": court.difference_between_arms(x, np.array(["a", "b"] * 6), arms=("a", "b")),
        "proportion": court.proportion(one, null=0.5),
        "proportion_of": court.proportion_of(*counts, null=0.5),
        "pooled_rate": court.pooled_rate(*counts),
        "heterogeneity": court.heterogeneity(*counts),
        "rate_equivalence": court.rate_equivalence(*counts, margin=0.1),
        "share": court.share(one == 1, other == 1),
        "ranks_first": court.ranks_first(places.T, ["a", "b", "c"], who="a"),
        "cohen_kappa": court.cohen_kappa(one, other),
        "krippendorff_alpha": court.krippendorff_alpha(random.integers(0, 3, (3, 12))),
        "intraclass_correlation": court.intraclass_correlation(places),
        "variance_components": court.variance_components(*batched),
        "mantel": court.mantel(*squares[:2]),
        "mantel_difference": court.mantel_difference(*squares),
        "strongest_correlation": court.strongest_correlation(places[:, :6], x[:6]),
        "stands_out": court.stands_out(places[:, :6], x[:6], place=1),
    }


def cells(table):
    """Symbol, interval and p of each statistic, as the page has them."""
    lines = [re.split(r" (?<!\\)\| ", line.strip("| ")) for line in table.splitlines() if line.startswith("| `")]
    return {name: (symbol.replace("\\", ""), *rest) for call, symbol, *rest in lines for name in NAME.findall(call)}


def test_symbol_interval_and_p_are_as_the_page_says(table):
    told, estimates = cells(table), made()
    assert set(told) - set(estimates) == {"equivalent", "fitted_curve", "recomputable", "estimated"}  # of the caller
    for name, one in estimates.items():
        symbol, interval, p, *_ = told[name]
        assert symbol == one.symbol, name
        assert (interval == "none") == (one.low is None), name
        assert (p == "none") == (one.p is None), name
        if "-sided" in p and "tests" not in p:
            assert ("one-sided" in p) == (one.side == "above"), name
