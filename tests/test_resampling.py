import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from worlds import case_of, counted, examine, rises_as_elsewhere, said, table_with, world

from pytest_claims import heterogeneity
from pytest_claims.robustness.resampling import tried_again


@given(rates=st.lists(st.floats(0, 1), min_size=4, max_size=9), seed=st.integers(0, 1000))
def test_items_tried_again_have_counts_of_as_many(rates, seed):
    table = counted(rates)
    again = tried_again(table, np.random.default_rng(seed))
    assert (again["tries"] == table["tries"]).all()
    assert (again["hits"] == np.round(again["hits"])).all()
    assert ((again["hits"] >= 0) & (again["hits"] <= again["tries"])).all()
    np.testing.assert_allclose(again["rate"], again["hits"] / again["tries"])
    certain = (table["hits"] == 0) | (table["hits"] == table["tries"])
    assert (again["hits"][certain] == table["hits"][certain]).all()  # a rate of 0 or 1 has no binomial noise


def test_items_tried_again_have_the_binomial_mean_and_variance():
    table, random = counted([0.2, 0.5, 0.7, 0.9]), np.random.default_rng(0)
    draws = np.array([tried_again(table, random)["hits"] for _ in range(4000)])
    rate = table["rate"]
    np.testing.assert_allclose(draws.mean(0), 100 * rate, atol=0.35)  # five standard errors
    np.testing.assert_allclose(draws.var(0), 100 * rate * (1 - rate), rtol=0.12)


def test_interval_is_bca():
    """By the formulas of Efron (1987), J. Am. Stat. Assoc. 82, 171-185, on the same replicates."""
    table = world(0.6, 20, seed=3)
    found = examine("bootstrap-rows", table, rises_as_elsewhere, draws=1000)
    replicates, case = np.array(found.replicates), case_of(table)
    observed = case.answer.estimate.value
    left = np.array([deletion.answer.estimate.value for deletion in case.deletions])
    bias = special.ndtri(np.mean(replicates < observed))
    away = left.mean() - left
    skew = (away**3).sum() / (6 * (away**2).sum() ** 1.5)
    levels = [special.ndtr(bias + (bias + z) / (1 - skew * (bias + z))) for z in special.ndtri([0.025, 0.975])]
    expected = np.quantile(replicates, levels)
    assert found.interval == "BCa"
    assert "BCa 95% interval" in said(found, table)
    assert (found.numbers["low"], found.numbers["high"]) == pytest.approx(expected, abs=0.01)


def test_resamples_are_the_same_for_every_subject():
    """Pooling over subjects with the same rows rests on it."""
    first, second = (world(r, 10, seed=5) for r in (0.5, 0.5))
    one, two = (examine("bootstrap-rows", table, rises_as_elsewhere).replicates for table in (first, second))
    assert one == two
    shifted = first.changed(rate=first["rate"] / 2)  # another subject, the same order of rows
    np.testing.assert_allclose(examine("bootstrap-rows", shifted, rises_as_elsewhere).replicates, one, atol=1e-4)


def test_share_that_holds_grows_with_the_effect():
    weak, strong = (examine("bootstrap-both", world(r, 10, seed=2)).numbers["share"] for r in (0.1, 0.95))
    assert weak < 0.5 < strong


def test_claim_that_does_not_look_at_counts_is_not_tried_again():
    def body(table):
        assert table["score"].size
        heterogeneity(np.array([1.0, 2.0]), np.array([10.0, 10.0]))

    table = counted([0.1, 0.2, 0.3, 0.4])
    found = examine("bootstrap-counts", table, body)
    assert (
        said(found, table) == "Does not apply: nothing in it depends on column 'rate', whose tries are sampled again."
    )


def test_claim_without_an_estimate_is_not_said_to_be_independent_of_what_never_flips_it():
    def body(table):
        assert table["rate"].mean() > 0.01

    table = counted([0.1, 0.2, 0.3, 0.4])
    found = examine("bootstrap-counts", table, body)
    assert said(found, table) == (
        "Does not apply: no copy has another outcome, and no estimate shows whether it depends on column 'rate', "
        "whose tries are sampled again."
    )


def test_rates_without_counts_are_undecided_with_the_reason():
    table = world(0.5, 8, seed=0)
    bare = table_with({name: table[name] for name in ("score", "rate")})
    for check in ("bootstrap-counts", "bootstrap-both", "adversary"):
        found = examine(check, bare)
        assert not found.applies
        assert found.gap.missing == "tries"
        assert "no column 'tries'" in said(found, bare)
