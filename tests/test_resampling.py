import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from worlds import case_of, counted, examine, rises_as_elsewhere, world

from pytest_claims import heterogeneity
from pytest_claims.robustness.resampling import sampled_again


@given(rates=st.lists(st.floats(0, 1), min_size=4, max_size=9), seed=st.integers(0, 1000))
def test_completions_sampled_again_are_counts_of_as_many(rates, seed):
    panel = counted(rates)
    again = sampled_again(panel, np.random.default_rng(seed))
    assert (again.completions == panel.completions).all()
    assert (again.marked == np.round(again.marked)).all()
    assert ((again.marked >= 0) & (again.marked <= again.completions)).all()
    np.testing.assert_allclose(again.source_rate, again.marked / again.completions)
    certain = (panel.marked == 0) | (panel.marked == panel.completions)
    assert (again.marked[certain] == panel.marked[certain]).all()  # a rate of 0 or 1 has no binomial noise


def test_completions_sampled_again_have_the_binomial_mean_and_variance():
    panel, random = counted([0.2, 0.5, 0.7, 0.9]), np.random.default_rng(0)
    draws = np.array([sampled_again(panel, random).marked for _ in range(4000)])
    rate = panel.source_rate
    np.testing.assert_allclose(draws.mean(0), 100 * rate, atol=0.35)  # five standard errors
    np.testing.assert_allclose(draws.var(0), 100 * rate * (1 - rate), rtol=0.12)


def test_interval_is_bca():
    """By the formulas of Efron (1987), J. Am. Stat. Assoc. 82, 171-185, on the same replicates."""
    panel = world(0.6, 20, seed=3)
    found = examine("bootstrap-personas", panel, rises_as_elsewhere, draws=1000)
    replicates, case = np.array(found.replicates), case_of(panel)
    observed = case.answer.finding.estimate
    left = np.array([deletion.answer.finding.estimate for deletion in case.verdict.deletions])
    bias = special.ndtri(np.mean(replicates < observed))
    away = left.mean() - left
    skew = (away**3).sum() / (6 * (away**2).sum() ** 1.5)
    levels = [special.ndtr(bias + (bias + z) / (1 - skew * (bias + z))) for z in special.ndtri([0.025, 0.975])]
    expected = np.quantile(replicates, levels)
    assert "BCa 95% interval" in found.sentence
    assert (found.numbers["low"], found.numbers["high"]) == pytest.approx(expected, abs=0.01)


def test_resamples_are_the_same_for_every_subject():
    """Pooling over subjects with the same personas rests on it."""
    first, second = (world(r, 10, seed=5) for r in (0.5, 0.5))
    one, two = (examine("bootstrap-personas", panel, rises_as_elsewhere).replicates for panel in (first, second))
    assert one == two
    shifted = first.changed(source_rate=first.source_rate / 2)  # another subject, the same order of personas
    np.testing.assert_allclose(examine("bootstrap-personas", shifted, rises_as_elsewhere).replicates, one, atol=1e-4)


def test_share_that_holds_grows_with_the_effect():
    weak, strong = (examine("bootstrap-both", world(r, 10, seed=2)).numbers["share"] for r in (0.1, 0.95))
    assert weak < 0.5 < strong


def test_claim_that_does_not_look_at_completions_is_not_sampled_again():
    def body(panel):
        assert panel.cosine.size
        heterogeneity(np.array([1.0, 2.0]), np.array([10.0, 10.0]))

    found = examine("bootstrap-completions", counted([0.1, 0.2, 0.3, 0.4]), body)
    assert found.sentence == "Does not apply: nothing in it depends on the completions."


def test_rates_without_counts_are_undecided_with_the_reason():
    panel = world(0.5, 8, seed=0)
    bare = type(panel)(subject="made@up", personas=panel.personas,
                       columns={name: panel.columns[name] for name in ("cosine", "source_rate")})  # fmt: skip
    for check in ("bootstrap-completions", "bootstrap-both", "adversary"):
        found = examine(check, bare)
        assert not found.applies
        assert "no column 'completions'" in found.sentence
