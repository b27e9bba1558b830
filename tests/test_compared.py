"""What an estimate was computed from: the numbers, and the names that the table has for them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import table_with

from pytest_claims import (
    claim,
    difference_between_arms,
    difference_of_dependent_correlations,
    equivalent,
    heterogeneity,
    intraclass_correlation,
    mantel,
    mcnemar,
    paired_difference,
    partial_correlation,
    pearson,
    proportion_of,
    spearman,
    strongest_correlation,
)
from pytest_claims.asking.claim import claim_of
from pytest_claims.stats.compared import MOST_ROWS, compares, listening
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.record import from_json, to_json
from pytest_claims.verdicts.verdict import Verdict

RANDOM = np.random.default_rng(4)
X, Y, Z = RANDOM.normal(size=(3, 12))
MARKS, OTHERS = np.tile([0.0, 1.0], 6), np.repeat([0.0, 1.0], 6)
SQUARE = RANDOM.normal(size=(2, 5, 5))
COLUMNS = {
    "x": X,
    "y": Y,
    "z": Z,
    "marks": MARKS,
    "others": OTHERS,
    "hits": np.arange(12.0),
    "tries": np.full(12, 40.0),
}
TABLE = table_with(COLUMNS)


def arm(t):
    return np.array(["a", "b", "c"])[(t["hits"] % 3).astype(int)]


def seen(compute, table=TABLE):
    @claim("made-up", source="nowhere", null="none")
    def made(some):
        """Made up."""
        assert compute(some).value > -np.inf

    return judge(claim_of(made), made, table).compared


@pytest.mark.parametrize(
    ("compute", "kind", "names"),
    [
        (lambda t: pearson(t["x"], t["y"]), "correlated", {"x": "x", "y": "y"}),
        (lambda t: spearman(t["x"], t["y"]), "correlated", {"x": "x", "y": "y"}),
        (lambda t: partial_correlation(t["x"], t["y"], t["z"]), "correlated", {"x": "x", "y": "y", "control": "z"}),
        (
            lambda t: difference_of_dependent_correlations(-t["x"], t["z"], t["y"]),
            "correlated",
            {"x": "-x", "other": "z", "y": "y"},
        ),
        (lambda t: paired_difference(t["x"], t["y"]), "paired", {"first": "x", "second": "y"}),
        (lambda t: equivalent(paired_difference(t["x"], t["y"]), low=-1, high=1), "paired", {"first": "x"}),
        (lambda t: mcnemar(t["marks"], t["others"]), "paired", {"first": "marks", "second": "others"}),
        (lambda t: difference_between_arms(t["x"], arm(t), arms=("a", "b")), "arms", {"value": "x"}),
        (lambda t: heterogeneity(t["hits"], t["tries"]), "rates", {"successes": "hits", "trials": "tries"}),
        (lambda t: proportion_of(t["hits"], t["tries"]), "rates", {"successes": "hits", "trials": "tries"}),
        (lambda t: mantel(*SQUARE + 0 * t["x"][0]), "matrices", {}),
        (lambda t: strongest_correlation(np.array([t["x"], t["z"]]), t["y"]), "places", {}),
        (lambda t: intraclass_correlation(np.array([t["x"], t["x"] + 0.1 * t["z"]])), "repeated", {}),
    ],
)
def test_statistic_says_what_it_compares(compute, kind, names):
    compared = seen(compute)
    assert compared.kind == kind
    assert names.items() <= compared.names.items()
    assert len({len(values) for values in compared.columns.values()}) == 1
    one_per_row = kind not in ("matrices", "places", "repeated")
    assert compared.rows == (TABLE.rows if one_per_row else ())


def test_rows_of_which_a_claim_leaves_some_out_keep_their_names():
    """Of a column in which rows are alike they are known by the other column."""

    def upper(t):
        kept = t["x"] > np.sort(X)[3]
        return pearson(t["x"][kept], t["marks"][kept])

    compared, kept = seen(upper), np.sort(X)[3] < X
    assert compared.names == {"x": "x", "y": "marks"}
    assert compared.rows == tuple(np.array(TABLE.rows)[kept])
    assert compared.columns["y"] == tuple(MARKS[kept])


def test_numbers_that_the_table_does_not_hold_have_no_names():
    compared = seen(lambda t: pearson(np.exp(t["x"]), np.exp(t["y"])))
    assert (compared.names, compared.rows) == ({}, TABLE.rows)
    assert seen(lambda t: pearson(np.exp(t["x"])[:7], np.exp(t["y"])[:7])).rows == ()


@given(size=st.integers(4, 3 * MOST_ROWS))
def test_no_more_rows_are_kept_than_anybody_sees(size):
    x = np.random.default_rng(0).normal(size=size)
    compared = seen(lambda t: pearson(t["x"], t["y"]), table_with({"x": x, "y": np.sin(17 * x)}))
    assert compared.of == size
    assert len(compared.columns["x"]) == len(compared.rows) == min(size, MOST_ROWS)
    assert (compared.columns["x"][0], compared.columns["x"][-1]) == (x[0], x[-1])


def test_pairs_of_matrices_are_those_of_different_rows_that_both_know():
    holed = SQUARE.copy()
    holed[0, 1, 2] = np.nan
    compared = seen(lambda t: mantel(holed[1] + 0 * t["x"][0], holed[0]))
    assert compared.of == 5 * 4 - 1
    assert None not in compared.columns["y"]


def test_estimate_that_decides_is_the_one_that_is_shown():
    def second(t):
        pearson(t["x"], t["y"])
        return paired_difference(t["x"], t["z"])

    assert seen(second).kind == "paired"


def test_estimate_of_which_nothing_was_said_shows_nothing():
    @claim("order", source="nowhere", null="none")
    def order(table):
        """Somebody is last."""
        assert table["x"].min() < 100

    assert judge(claim_of(order), order, TABLE).compared is None


def test_nobody_listens_unless_asked():
    made = Estimate(method="", symbol="r", value=0.0, n=1)
    assert compares(made, "rates", lambda: {}) is made
    with listening() as heard:
        compares(made, "rates", lambda: {})
    assert [one.estimate for one in heard] == [made]


def test_verdict_keeps_it_in_a_record():
    @claim("kept", source="nowhere")
    def kept(table):
        """They are related."""
        assert pearson(table["x"], table["y"]).p < 0.05

    verdict = judge(claim_of(kept), kept, TABLE)
    assert from_json(Verdict, to_json(verdict)).compared == verdict.compared
