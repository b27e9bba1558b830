"""Corrected p-values are those of statsmodels, to the last bit; and what is said of one claim on several subjects."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from pytest_claims.verdicts.multiplicity import across_subjects, corrected
from pytest_claims.words.multiplicity import of_subjects

PS = st.lists(st.floats(0, 1) | st.sampled_from([0.0, 0.01, 0.05, 1.0]), min_size=1, max_size=12)


@pytest.mark.parametrize("count", [1, 2, 7, 30])  # few, for it collects garbage at each call
def test_they_are_those_of_statsmodels(count):
    ps = np.random.default_rng(count).choice([0.0, 0.001, 0.01, 0.04, 0.05, 0.3, 1.0, 0.123], size=count)
    expected = [multipletests(ps, method=method)[1] for method in ("holm", "fdr_bh")]
    np.testing.assert_array_equal(corrected(ps), expected)


@given(PS)
def test_benjamini_and_hochbergs_is_that_of_scipy(ps):
    least = np.finfo(float).tiny  # below it numbers have fewer digits
    np.testing.assert_allclose(corrected(np.array(ps))[1], stats.false_discovery_control(ps), rtol=1e-14, atol=least)


@given(PS)
def test_no_p_becomes_smaller_and_holm_is_the_larger(ps):
    holm, hochberg = corrected(np.array(ps))
    assert (np.array(ps) <= hochberg + 1e-15).all()
    assert (hochberg <= holm + 1e-15).all()
    assert (holm <= 1).all()


def on_subject(p: float | None, subject: str = "a@full", outcome: str = "held") -> SimpleNamespace:
    """Of a verdict what is asked about its p; None stands for a claim without an estimate."""
    estimate = None if p is None else SimpleNamespace(p=p)
    answer, model = SimpleNamespace(estimate=estimate), subject.partition("@")[0]
    return SimpleNamespace(outcome=outcome, answer=answer, subject=subject, base_model=model)


@pytest.mark.parametrize(
    ("verdicts", "said"),
    [
        ([], ""),
        ([on_subject(0.03), on_subject(None), on_subject(0.2, outcome="undecided")], ""),
        (
            [on_subject(0.03), on_subject(0.0, "a@more", outcome="failed")],
            "Corrected for 2 subjects of one base model (Holm), where it holds: p = 0.030 on a@full.",
        ),
        (
            [on_subject(0.03), on_subject(0.04, "b@full"), on_subject(0.5, "b@more")],
            "Corrected for 3 subjects of 2 base models (Holm), where it holds: p = 0.090 on a@full, p = 0.090 on "
            "b@full.",
        ),
        (
            [on_subject(0.3), on_subject(0.4, "b@full")],
            "On none of 2 subjects of 2 base models it holds with p below 0.05.",
        ),
    ],
)
def test_where_several_subjects_have_a_p_it_is_corrected_for_their_number(verdicts, said):
    assert of_subjects(across_subjects(verdicts)) == said


@given(PS)
def test_across_subjects_it_is_holms(ps):
    several = across_subjects([on_subject(p, f"{place}@full") for place, p in enumerate(ps)])
    expected = corrected(np.array(ps))[0].tolist() if len(ps) > 1 else []
    assert [one.holm for one in several] == expected
    assert [one.p for one in several] == (ps if len(ps) > 1 else [])
