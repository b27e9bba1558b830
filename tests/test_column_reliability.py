"""How much of each column of a claim is noise: by repetitions, counts or standard errors, or nobody knows.

Right values are by Spearman's formulas, from sums that stand here.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from orchard import DESIGN as GROVE
from orchard import TREES, YEARS, grove
from worlds import DESIGN, examine, made, rises, said, table_with, world

from pytest_claims import Table, claim, heterogeneity, pearson
from pytest_claims.base.errors import InputError
from pytest_claims.data.array import ROWS, Array
from pytest_claims.data.design import Parts, Unit, Words
from pytest_claims.robustness.battery import FULL, checks_of
from pytest_claims.robustness.result import CheckResult, ColumnReliability
from pytest_claims.words.reliability import reliable

ERRORS = replace(DESIGN, rates=(), errors={"score": "score_error"}, columns=())


def columns_of(table, body=rises):
    found = examine("reliability", table, body)
    return {one.column: one for one in found.columns}, found.numbers


def share_of_counts(rates, trials):
    """Of the variance of rates, what binomial sampling leaves."""
    noise = np.mean(rates * (1 - rates) / (trials - 1))
    return 1 - noise / np.var(rates, ddof=1)


def test_rate_is_known_by_its_counts_and_a_score_by_nothing():
    table = world(0.8, 30, seed=0)
    table = table_with({**table.columns, "rate": table["hits"] / table["tries"]})
    columns, numbers = columns_of(table)
    assert set(columns) == {"score", "rate"}  # counts tell of others, and are none of their own
    assert columns["score"] == ColumnReliability(column="score")
    assert columns["rate"].by == "counts"
    assert columns["rate"].value == pytest.approx(share_of_counts(table["rate"], table["tries"]))
    r = np.corrcoef(table["score"], table["rate"])[0, 1]
    assert numbers == {"corrected": pytest.approx(r / math.sqrt(columns["rate"].value))}


def test_standard_errors_tell_and_both_columns_correct():
    random = np.random.default_rng(1)
    true = random.normal(size=40)
    columns = {"score": true + random.normal(0, 0.5, 40), "rate": true + random.normal(0, 0.3, 40)}
    columns |= {"score_error": np.full(40, 0.5), "rate_error": np.full(40, 0.3)}
    design = replace(ERRORS, errors={"score": "score_error", "rate": "rate_error"})
    found, numbers = columns_of(table_with(columns, design=design))
    shares = [1 - error**2 / np.var(columns[name], ddof=1) for name, error in (("score", 0.5), ("rate", 0.3))]
    assert [(one.column, one.by) for one in found.values()] == [("score", "errors"), ("rate", "errors")]
    assert [one.value for one in found.values()] == pytest.approx(shares)
    r = np.corrcoef(columns["score"], columns["rate"])[0, 1]
    assert numbers["corrected"] == pytest.approx(r / math.sqrt(shares[0] * shares[1]))
    assert numbers["corrected"] > r  # noise makes a correlation smaller


@claim("set-rises", source="nowhere")
def set_rises(table: Table) -> None:
    """Taller trees set more fruits."""
    assert pearson(table["height"], table["share_set"]).value > 0


def test_repetitions_come_before_counts():
    """ICC(1,k) of Shrout and Fleiss by hand: (BMS - WMS) / BMS of the rates of each year."""
    table = replace(grove(), design=replace(GROVE, units=(Unit(name="tree"), Unit(name="year"))))
    rates = table.arrays["set"].values / table.arrays["flowers"].values
    k, n = rates.shape
    between = k * np.var(rates.mean(axis=0), ddof=1)
    within = np.sum((rates - rates.mean(axis=0)) ** 2) / (n * (k - 1))
    (columns, _), by_hand = columns_of(table, set_rises), max(0.0, (between - within) / between)
    one = columns["share_set"]
    assert (one.by, one.unit, one.count) == ("repetitions", "year", len(YEARS))
    assert one.value == pytest.approx(by_hand)
    assert columns["height"].value is None
    assert len(table) == len(TREES)


def with_parts(values, dims=("question", ROWS)):
    """A score that is the mean of what was asked, and a rate of which nobody knows."""
    columns = {"score": values.mean(axis=0), "rate": np.random.default_rng(1).normal(size=values.shape[1])}
    parts = {"score": Parts(array="score by question", called="questions")}
    table = table_with(columns, design=replace(ERRORS, errors={}, parts=parts))
    return replace(table, arrays={"score by question": Array(values=values, dims=dims)})


def test_parts_tell_of_the_column_that_is_their_mean():
    """By Cronbach's formula: k / (k - 1) times what the variances of parts leave of that of their sum."""
    values = np.random.default_rng(0).normal(size=(5, 12)) + np.linspace(-2, 2, 12)
    columns, _ = columns_of(with_parts(values))
    alpha = 5 / 4 * (1 - values.var(axis=1, ddof=1).sum() / values.sum(axis=0).var(ddof=1))
    told = ColumnReliability(column="score", value=pytest.approx(alpha), by="parts", unit="questions", count=5)
    assert columns["score"] == told
    turned = replace(with_parts(values), arrays={"score by question": Array(values=values.T, dims=(ROWS, "question"))})
    assert columns_of(turned)[0]["score"] == told
    assert columns["rate"].value is None


def test_parts_that_a_subject_lacks_tell_nothing():
    table = with_parts(np.random.default_rng(0).normal(size=(5, 12)))
    assert columns_of(replace(table, arrays={}))[0]["score"] == ColumnReliability(column="score")


def test_parts_that_lie_otherwise_are_refused():
    values = np.random.default_rng(0).normal(size=(12, 12))
    with pytest.raises(
        InputError, match=r"score, array 'score by question', lie along rows, rows; wanted rows and one"
    ):
        columns_of(with_parts(values, dims=(ROWS, ROWS)))


@claim("spread", source="nowhere")
def spread(table: Table) -> None:
    """Rates differ."""
    assert heterogeneity(table["hits"], table["tries"]).p < 0.05


def test_claim_that_uses_no_column_but_counts_is_not_told_of_any():
    found = examine("reliability", made(), spread)
    assert not found.applies
    assert str(found.gap) == "the claim uses no column of its table"


@pytest.mark.parametrize(
    ("hits", "why"),
    [([5.0] * 6, "all values are the same"), ([0.0, 100.0, 50.0], "3 values; a reliability takes at least 4")],
)
def test_what_cannot_be_computed_says_why(hits, why):
    rates = np.array(hits) / 100
    columns = {"score": np.arange(float(len(hits))), "rate": rates, "hits": hits, "tries": np.full(len(hits), 100.0)}

    @claim("above", source="nowhere")
    def above(table):
        """Rates are above scores less three."""
        assert (table["rate"] > table["score"] - 9).all()

    found, numbers = columns_of(table_with(columns), above)
    assert found["rate"].value is None
    assert found["rate"].why.startswith(why)
    assert numbers == {}


def test_rows_that_lack_a_number_are_no_error():
    """As a column may have gaps: its reliability is that of the rows that have one."""
    columns = {"score": [0.1, 0.5, 0.2, 0.9, 0.4, np.nan], "score_error": [*[0.05] * 5, np.nan], "rate": np.arange(6.0)}
    table = table_with(columns, design=replace(ERRORS, gaps=frozenset({"score", "score_error"})))

    @claim("some", source="nowhere")
    def some(table):
        """Some score is above 0."""
        assert table.complete("score")["score"].max() > 0

    found, _ = columns_of(table, some)
    assert found["score"].value == pytest.approx(1 - 0.05**2 / np.var(columns["score"][:5], ddof=1))


def test_noise_larger_than_the_variance_leaves_nothing_and_corrects_nothing():
    columns = {"score": np.linspace(0, 0.1, 6), "score_error": np.full(6, 3.0), "rate": np.linspace(0, 1, 6)}
    found, numbers = columns_of(table_with(columns, design=ERRORS))
    assert (found["score"].value, numbers) == (0.0, {})


@given(seed=st.integers(0, 10_000), rows=st.integers(5, 30))
def test_correction_never_makes_a_correlation_smaller(seed, rows):
    found = examine("reliability", made(rows, seed))
    r = np.corrcoef(made(rows, seed)["score"], made(rows, seed)["rate"])[0, 1]
    assert all(0 <= one.value <= 1 for one in found.columns if one.value is not None)
    if "corrected" in found.numbers:
        assert abs(found.numbers["corrected"]) >= abs(r) - 1e-12
        assert found.numbers["corrected"] * r >= 0


def test_only_the_headline_is_corrected():
    """A claim may use columns that its correlation is not about."""

    @claim("partly", source="nowhere")
    def partly(table):
        """Scores and rates are related."""
        assert table["other"].max() > 0
        assert pearson(table["score"] ** 2, table["rate"]).value > -1

    columns, numbers = columns_of(made(12), partly)
    assert set(columns) == {"score", "other", "rate"}
    assert numbers == {}


WORDS = Words(plurals=(("seed", "seeds"),))
NOISY = ColumnReliability(column="rate", value=0.857, by="counts")
SEEDED = ColumnReliability(column="loss", value=0.5, by="repetitions", unit="seed", count=3)
MEASURED = ColumnReliability(column="score", value=0.99, by="errors")
HALVED = ColumnReliability(column="cosine", value=0.9, by="parts", unit="halves of the questions", count=2)
UNKNOWN, OTHER = ColumnReliability(column="cosine"), ColumnReliability(column="js")


@pytest.mark.parametrize(
    ("columns", "numbers", "sentence"),
    [
        ((NOISY,), {}, "86% of the variance of rate is no noise (beyond the chance of its counts)."),
        ((SEEDED,), {}, "50% of the variance of loss is no noise (by 3 seeds)."),
        ((HALVED,), {}, "90% of the variance of cosine is no noise (by 2 halves of the questions)."),
        ((UNKNOWN,), {}, "the noise of cosine is not known, for want of replicates."),
        ((UNKNOWN, OTHER), {}, "the noise of cosine and js is not known, for want of replicates."),
        (
            (NOISY, MEASURED),
            {"corrected": 0.714},
            "86% of the variance of rate is no noise (beyond the chance of its counts); 99% of the variance of score "
            "is no noise (beyond its standard errors); without the noise r would be +0.71.",
        ),
        (
            (NOISY, UNKNOWN),
            {"corrected": -0.5},
            "86% of the variance of rate is no noise (beyond the chance of its counts); the noise of cosine is not "
            "known, for want of replicates; without the noise of rate r would be -0.50.",
        ),
    ],
)
def test_it_is_told_in_a_sentence(columns, numbers, sentence):
    assert reliable(CheckResult(check="reliability", columns=columns, numbers=numbers), WORDS) == sentence


def test_of_three_columns_the_warning_stands_at_the_end():
    """A claim that one predicts better than another compares how well both are measured, too."""
    told = reliable(CheckResult(check="reliability", columns=(NOISY, UNKNOWN, OTHER)), WORDS)
    assert told.endswith("; of two columns, the one with less noise predicts better, whatever it measures.")


def test_nothing_is_corrected_where_nothing_is_known():
    columns = {"score": np.linspace(0, 1, 8), "rate": np.linspace(0, 1, 8) ** 2}
    table = table_with(columns, design=replace(ERRORS, errors={}))
    found = examine("reliability", table)
    assert said(found, table) == "the noise of score and rate is not known, for want of replicates."


def test_it_is_a_check_of_the_quick_battery_that_draws_nothing():
    (quick,) = (check for check in checks_of("quick") if check.name == "reliability")
    (full,) = (check for check in FULL if check.name == "reliability")
    assert quick == full
    assert quick.draws == 0
