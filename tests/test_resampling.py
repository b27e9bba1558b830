from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special
from shapes import a_better, arm_higher, items, runs
from worlds import DESIGN, TRIES, case_of, counted, examine, rises_as_elsewhere, said, table_with, world

from pytest_claims import Original, Rate, claim, heterogeneity
from pytest_claims.robustness.drawing import Strata
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
    found = examine("bootstrap-units", table, rises_as_elsewhere, draws=1000)
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
    one, two = (examine("bootstrap-units", table, rises_as_elsewhere).replicates for table in (first, second))
    assert one == two
    shifted = first.changed(rate=first["rate"] / 2)  # another subject, the same order of rows
    np.testing.assert_allclose(examine("bootstrap-units", shifted, rises_as_elsewhere).replicates, one, atol=1e-4)


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


def test_items_are_drawn_within_their_data_sets_and_data_sets_with_all_their_items():
    table, seen = items(12, datasets=3), []

    def body(some):
        seen.append((some["dataset"].tolist(), some.rows))
        a_better(some)

    found = examine("bootstrap-units", table, body, unit="item")
    assert (found.names, found.interval) == (("dataset",), "percentile")
    assert all(
        sorted(of) == sorted(table["dataset"].tolist()) for of, _ in seen[-201:-1]
    )  # the last has each item twice
    seen.clear()
    found = examine("bootstrap-units", table, body, unit="dataset")
    assert found.names == ()
    in_set = {frozenset(row for row in table.rows if int(row[1:]) % 3 == of) for of in range(3)}
    for of, rows in seen[-402:-202]:  # data sets come before items
        drawn = [frozenset(row for name, row in zip(of, rows, strict=True) if name == one) for one in set(of)]
        assert set(drawn) <= in_set


def test_replicates_are_kept_of_the_main_unit_alone():
    table = items(12, datasets=3)
    kept = {unit: examine("bootstrap-units", table, as_elsewhere, unit=unit).replicates for unit in ("dataset", "item")}
    assert len(kept["dataset"]) == 200
    assert kept["item"] == ()


@claim(
    "as-elsewhere",
    source="nowhere",
    original=Original(subject="made@elsewhere", value=0.3, n=9, symbol="Δ", low=0.1, high=0.5),
)
def as_elsewhere(table):
    """Model a is better, as elsewhere."""
    a_better(table)


def test_one_item_in_each_data_set_leaves_nothing_to_draw():
    table = items(3, datasets=3)
    found = examine("bootstrap-units", table, a_better, unit="item")
    assert said(found, table) == "Does not apply: there is one item in each dataset: no other items can be drawn."


def test_interval_of_a_mean_over_clusters_is_as_wide_as_its_standard_error_says():
    """Of 40 runs of 2 rows: 2 times 1.96 standard errors of the means of runs, by numpy, and not those of rows."""
    table = runs("x" * 20 + "y" * 20, questions=2, rollouts=1)
    shift = np.random.default_rng(1).normal(size=40)
    table = table.changed(score=table["score"] + 2 * np.repeat(shift, 2))
    found = examine("bootstrap-units", table, arm_higher, unit="run", draws=1000).numbers
    means = table.cells("score", "run", "question", mean=True).mean(axis=1)
    error = np.sqrt(sum(np.var(arm, ddof=1) / 20 for arm in (means[:20], means[20:])))
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * error, rel=0.15)


def test_draws_of_one_stratum_are_those_of_numpy():
    """Numbers on record rest on it."""
    table = world(0.5, 7, seed=0)
    found = list(Strata.nested(table, "item").draws(np.random.default_rng(5), 20))
    np.testing.assert_array_equal(found, np.random.default_rng(5).integers(7, size=(20, 7)))


def with_errors(values, errors):
    design = replace(DESIGN, rates=(), errors={"rate": "other"})
    return table_with({"score": np.linspace(-0.5, 0.5, len(values)), "rate": values, "other": errors}, design=design)


def test_values_with_a_standard_error_are_drawn_within_it_and_their_limits():
    table, random = with_errors([0.5, 0.98, 0.2], [0.1, 0.1, 0.0]), np.random.default_rng(0)
    draws = np.array([tried_again(table, random)["rate"] for _ in range(4000)])
    assert draws[:, 0].std() == pytest.approx(0.1, rel=0.06)
    assert draws[:, 0].mean() == pytest.approx(0.5, abs=0.008)
    assert draws.max() == 1
    assert (draws[:, 2] == 0.2).all()


def test_claim_that_does_not_look_at_values_with_errors_says_so():
    def body(table):
        assert table["score"].size
        heterogeneity(np.array([1.0, 2.0]), np.array([10.0, 10.0]))

    table = with_errors([0.5, 0.9, 0.2], [0.1, 0.1, 0.1])
    assert said(examine("bootstrap-counts", table, body), table) == (
        "Does not apply: nothing in it depends on column 'rate', which is drawn again within its standard error."
    )


def test_every_rate_is_tried_again():
    rates = (*DESIGN.rates, Rate(name="other", successes="length", trials="depth"))
    more = {"other": [0.5] * 4, "length": [10] * 4, "depth": [20] * 4}
    table = counted([0.1, 0.4, 0.6, 0.9])
    table = table_with({**table.columns, **more}, design=replace(DESIGN, rates=rates))
    again = tried_again(table, np.random.default_rng(0))
    assert (again["hits"] != table["hits"]).any()
    assert (again["length"] != table["length"]).any()
    np.testing.assert_allclose(again["other"], again["length"] / 20)
    np.testing.assert_allclose(again["rate"], again["hits"] / TRIES)


def test_table_without_counts_or_errors_says_so():
    table = items(12)
    for check in ("bootstrap-counts", "bootstrap-both"):
        assert said(examine(check, table, a_better), table) == (
            "Does not apply: the finding declares no counts and no standard errors; declare them in finding.toml."
        )


@given(st.lists(st.integers(1, 6), min_size=1, max_size=6), st.integers(0, 1000), st.sampled_from([1, 2]))
def test_levels_are_drawn_from_their_own_strata(sizes, seed, times):
    """As many from each as it has, or twice as many; and each of its levels comes up."""
    codes = np.random.default_rng(seed).permutation(sum(sizes))
    strata = Strata(unit="item", levels=tuple(np.split(codes, np.cumsum(sizes)[:-1])))
    several = list(strata.draws(np.random.default_rng(seed), 40, times * len(strata)))
    for drawn in several:
        assert [int(np.isin(drawn, levels).sum()) for levels in strata.levels] == [times * size for size in sizes]
    assert set(np.concatenate(several).tolist()) == set(codes.tolist())
