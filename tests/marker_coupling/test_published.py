"""What the source publishes of its own models: numbers of docs/marker-coupling.md, recomputed by scipy.

The counts were read from github.com/superkaiba/explore-persona-space, commit 369384c (as_published/counts.csv says
which files); cosines and divergences are those that #232 prints. The rates of the pilot, and the first estimate of
one cosine, are from drafts in github.com/superkaiba/make-evil-dumb, commit a15e735, which the .toml of the table names.
"""

import csv
import tomllib
from statistics import fmean

import numpy as np
import pytest
from marker import table_of
from scipy import stats

from claims.marker_coupling.test_coupling import test_printed_correlation_of_cosine_and_js as printed_cosine_js
from claims.marker_coupling.test_coupling import test_printed_correlations_can_be_recomputed as printed_correlations
from conftest import ROOT
from pytest_claims import Undecided
from pytest_claims.data.measurement_file import read_measurement

RECORDED = ROOT / "fixtures" / "recorded" / "marker_coupling"
FIRST, SECOND = "qwen2.5-7b-instruct@published", "qwen2.5-7b-instruct@published-asst-included"


def rows(path):
    return list(csv.DictReader(line for line in path.read_text().splitlines() if not line.startswith("#")))


def column(subject, name):
    return {row["source"]: float(row[name]) for row in rows(RECORDED / f"{subject}.csv")}


def elsewhere(subject):
    """The table's columns with what its source prints elsewhere, by the name of that."""
    about = tomllib.loads((RECORDED / f"{subject}.toml").read_text())
    return {
        one["name"]: {name: {**column(subject, name), **cells} for name, cells in one["values"].items()}
        for one in about["elsewhere"]
    }


COUNTS = rows(RECORDED / "as_published" / "counts.csv")
RATES = {name: column(name, "source_rate") for name in (FIRST, SECOND)}
MEAN = {persona: (rate + RATES[SECOND][persona]) / 2 for persona, rate in RATES[FIRST].items()}
PILOT = elsewhere(FIRST)["the rates of the pilot"]["source_rate"]
PREDICTORS = (
    column(FIRST, "cosine"),
    elsewhere(FIRST)["the first estimate of one cosine"]["cosine"],
    column(FIRST, "js"),
)


def marked(negatives, asked=lambda source, who: source == who):
    """The mean of what was marked of 100, of each source, of all who were asked and meant."""
    sources = dict.fromkeys(row["source"] for row in COUNTS)
    return {
        source: fmean(
            float(row["marked"])
            for row in COUNTS
            if (row["negatives"], row["source"]) == (negatives, source) and asked(source, row["asked"])
        )
        for source in sources
    }


def correlation(x, y):
    assert list(x) == list(y)
    return stats.pearsonr(list(x.values()), list(y.values()))


def said(found):
    return f"{found.statistic:+.2f}, p = {found.pvalue:.3f}"


def page():
    return (ROOT / "docs" / "marker-coupling.md").read_text()


def test_counts_are_whole():
    """Two sets of ten adapters, under each of which eleven were asked a hundred times."""
    assert len({(row["negatives"], row["source"], row["asked"]) for row in COUNTS}) == len(COUNTS) == 2 * 10 * 11
    assert {row["completions"] for row in COUNTS} == {"100"}


def test_first_set_is_what_232_prints():
    assert {persona: count / 100 for persona, count in marked("asst_excluded").items()} == RATES[FIRST]


def test_second_subject_is_the_second_set():
    assert marked("asst_included") == column(SECOND, "marked")
    assert {persona: count / 100 for persona, count in marked("asst_included").items()} == RATES[SECOND]
    assert [column(SECOND, name) for name in ("cosine", "js")] == [column(FIRST, name) for name in ("cosine", "js")]


@pytest.mark.parametrize(
    ("name", "rates"),
    [
        ("the first set, as #232 prints it", RATES[FIRST]),
        ("the same in the pilot's draft: five other rates", PILOT),
        ("the second set", RATES[SECOND]),
        ("the mean of the first and the second", MEAN),
    ],
)
def test_page_has_the_correlations_of_each_set(name, rates):
    assert f"| {name} | {' | '.join(said(correlation(one, rates)) for one in PREDICTORS)} |" in page()


def test_page_names_the_rates_that_the_pilot_had_otherwise():
    told = " ".join(page().split())
    others = {persona: rate for persona, rate in PILOT.items() if rate != RATES[FIRST][persona]}
    assert len(others) == 5
    for persona, rate in others.items():
        assert f"{persona.replace('_', ' ')} ({rate:.2f}, {RATES[FIRST][persona]:.2f})" in told


def test_page_says_how_far_two_sets_agree():
    first, second = marked("asst_excluded"), marked("asst_included")
    differ = {
        persona: stats.chi2_contingency([[n, 100 - n], [second[persona], 100 - second[persona]]], correction=False)
        for persona, n in first.items()
    }
    together = sum(one.statistic for one in differ.values())
    assert [persona for persona, one in differ.items() if one.pvalue < 0.05] == ["comedian", "librarian"]
    told = " ".join(page().split())
    assert f"r = {correlation(first, second).statistic:.2f}" in told
    assert f"χ² = {together:.1f} with 10 degrees of freedom, p = {stats.chi2.sf(together, 10):.3f}" in told
    for persona in ("comedian", "librarian"):
        assert f"the {persona} ({first[persona]:.0f} and {second[persona]:.0f} of 100)" in told


def test_page_says_how_strong_coupling_goes_with_leakage():
    def others(source, who):
        return who not in (source, "assistant")

    told = [
        said(correlation(marked(negatives), marked(negatives, others)))
        for negatives in ("asst_excluded", "asst_included")
    ]
    assert f"r = {told[0]} in the first set, and r = {told[1]} in the second" in " ".join(page().split())


def test_what_is_printed_elsewhere_is_a_variant_of_the_table():
    """What the court asks of it is what is computed here."""
    measurement = read_measurement(RECORDED / f"{FIRST}.csv")
    variants = {name: table_of(one) for name, one in measurement.as_elsewhere().items()}
    both = " + ".join(name for name in variants if "+" not in name)
    for name, cosine, rates in (
        ("the first estimate of one cosine", PREDICTORS[1], RATES[FIRST]),
        ("the rates of the pilot", PREDICTORS[0], PILOT),
        (both, PREDICTORS[1], PILOT),
    ):
        np.testing.assert_array_equal(variants[name]["cosine"], list(cosine.values()))
        np.testing.assert_array_equal(variants[name]["source_rate"], list(rates.values()))
    assert len(variants) == 3


@pytest.mark.parametrize("body", [printed_cosine_js, printed_correlations])
def test_printed_numbers_are_those_of_the_first_table_alone(body):
    body(table_of(read_measurement(RECORDED / f"{FIRST}.csv")))
    with pytest.raises(Undecided, match="those of the whole table that #232 prints"):
        body(table_of(read_measurement(RECORDED / f"{SECOND}.csv")))
