"""Corrected p-values are those of statsmodels, to the last bit; and what is said where none are corrected."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from pytest_claims.verdicts.multiplicity import corrected
from pytest_claims.words.multiplicity import of_subjects

PS = st.lists(st.floats(0, 1) | st.sampled_from([0.0, 0.01, 0.05, 1.0]), min_size=1, max_size=12)


@pytest.mark.parametrize("count", [1, 2, 7, 30])  # few, for it collects garbage at each call
def test_they_are_those_of_statsmodels(count):
    ps = np.random.default_rng(count).choice([0.0, 0.001, 0.01, 0.04, 0.05, 0.3, 1.0, 0.123], size=count)
    expected = [multipletests(ps, method=method)[1] for method in ("holm", "fdr_bh")]
    np.testing.assert_array_equal(corrected(ps), expected)


@given(PS)
def test_benjamini_and_hochbergs_is_that_of_scipy(ps):
    np.testing.assert_allclose(corrected(np.array(ps))[1], stats.false_discovery_control(ps), rtol=1e-14)


@given(PS)
def test_no_p_becomes_smaller_and_holm_is_the_larger(ps):
    holm, hochberg = corrected(np.array(ps))
    assert (np.array(ps) <= hochberg + 1e-15).all()
    assert (hochberg <= holm + 1e-15).all()
    assert (holm <= 1).all()


def on_subject(p: float | None, outcome: str = "held") -> SimpleNamespace:
    """Of a verdict what is asked about its p; None stands for a claim without an estimate."""
    estimate = None if p is None else SimpleNamespace(p=p)
    return SimpleNamespace(outcome=outcome, answer=SimpleNamespace(estimate=estimate))


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([], ""),
        ([on_subject(0.03), on_subject(None), on_subject(0.2, "undecided")], ""),
        ([on_subject(0.03), on_subject(0.0, "failed")], "p of 2 subjects, none corrected for there being several."),
    ],
)
def test_where_several_subjects_have_a_p_it_says_that_none_is_corrected_for_that(verdicts, said):
    assert of_subjects(verdicts) == said
