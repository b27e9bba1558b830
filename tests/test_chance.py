import math

import numpy as np
import pingouin
import pytest
from scipy import stats
from shapes import a_better, arm_higher, items, runs
from worlds import DEALT, counted, examine, rises, said, table_with, world

from pytest_claims import Design, claim, dealt, heterogeneity, mcnemar, pearson, swapped
from pytest_claims.data.design import Factor, Unit
from pytest_claims.robustness.planted import of_new_rows
from pytest_claims.stats.estimate import Estimate, note


def test_claim_at_five_per_cent_of_one_direction_holds_by_chance_in_2_5_per_cent():
    found = examine("permutation", world(0.9, 20, seed=0), draws=2000)
    assert abs(found.numbers["share"] - 0.025) < 3 * math.sqrt(0.025 * 0.975 / 2000)


def test_claim_that_dealing_leaves_alone_has_no_rate_by_chance():
    @claim("rates-differ", source="nowhere", null=DEALT)
    def differ(table):
        """Rates differ."""
        assert heterogeneity(table["hits"], table["tries"]).p < 0.05

    table = counted([0.1, 0.4, 0.6, 0.9])
    found = examine("permutation", table, differ)
    assert said(found, table) == "Does not apply: nothing in it depends on which item has which rate."


def test_new_rows_correlate_as_those_observed():
    table = world(0.7, 12, seed=4)
    observed = np.corrcoef(table["score"], table["rate"])[0, 1]
    large = next(of_new_rows(table, 20_000, np.random.default_rng(0), 1))
    assert np.corrcoef(large["score"], large["rate"])[0, 1] == pytest.approx(observed, abs=0.02)
    assert (large["hits"] == np.round(large["hits"])).all()


def test_new_rows_keep_to_the_limits_of_their_columns():
    table = table_with({"score": [-0.9, 0.9, 0.8, -0.7], "rate": [0.0, 1.0, 1.0, 0.1], "other": [-5.0, 5.0, 4.0, -4.0]})
    large = next(of_new_rows(table, 1000, np.random.default_rng(0), 1))
    assert (large["score"].min(), large["score"].max()) == (-1, 1)
    assert (large["rate"].min(), large["rate"].max()) == (0, 1)
    assert large["other"].max() > 5  # of which no limit is declared


def test_power_is_that_of_theory():
    """pingouin's power of a two-sided test; the claim holds in one direction only, which here is all of it."""
    table = world(0.6, 10, seed=8)
    r = np.corrcoef(table["score"], table["rate"])[0, 1]
    expected = float(pingouin.power_corr(r=r, n=10))
    found = examine("planted-effect", table, draws=2000)
    assert found.numbers["share"] == pytest.approx(expected, abs=0.04)
    needed = float(pingouin.power_corr(r=r, power=0.8))
    assert found.numbers["size_for_80_percent"] == pytest.approx(needed, rel=0.25)  # the ladder's steps are a fifth


def test_claim_about_a_named_item_has_no_planted_effect():
    def named(table):
        rises(table)
        assert table.rank("rate", "item_0") >= 1

    table = world(0.9, 8, seed=0)
    found = examine("planted-effect", table, named)
    assert said(found, table).startswith("Does not apply: it asks about these very items, or else")


def test_world_without_variation_is_undecided_not_an_error():
    def body(table):
        assert heterogeneity(table["hits"], table["tries"]).p > 0

    flat = counted([0.5, 0.5, 0.5, 0.5, 0.5], score=[0.1] * 5)
    for check in ("permutation", "planted-effect", "bootstrap-units", "bootstrap-both", "adversary"):
        assert said(examine(check, flat), flat) == "Not checked: the claim is undecided."
        assert said(examine(check, flat, body, draws=20), flat)


def test_outcome_that_is_declared_and_not_there_is_not_said_to_be_undeclared():
    table = table_with({"score": [0.1, 0.2, 0.4, 0.3, 0.6], "other": [0.1, 0.3, 0.3, 0.4, 0.5]})

    @claim("made-up", source="nowhere", null=DEALT)
    def body(some):
        """Made up."""
        assert pearson(some["score"], some["other"]).p < 0.5

    found = examine("permutation", table, body)
    assert said(found, table) == "Does not apply: no column rate: have score, other; add it."


def test_claim_without_a_null_says_so():
    def body(table):
        assert pearson(table["score"], table["rate"]).p < 0.5

    table = world(0.9, 8, seed=0)
    assert said(examine("permutation", table, body), table) == (
        "Does not apply: not declared: the claim does not say what a world without its effect is; say null=dealt(...), "
        "null=swapped(...) or null='none' in @claim."
    )


def test_every_way_is_asked_once_where_there_are_few():
    """Of ten ways to give 3 and 2 runs their arms one is as observed, in which the difference is the largest."""
    table = runs("xxxyy").changed(score=np.repeat([0.5, 0.4, 0.45, 0.1, 0.15], 8))

    @claim("largest", source="nowhere", null=dealt("arm", across="run"))
    def largest(some):
        """Arm x is 0.3 above arm y."""
        x, y = (some["score"][some["arm"] == arm] for arm in "xy")
        assert note(Estimate(method="made up", symbol="Δ", value=float(x.mean() - y.mean()), n=5)).value > 0.3

    for draws in (10, 200):
        numbers = examine("permutation", table, largest, draws=draws).numbers
        assert (numbers["ways"], numbers["held"], numbers["failed"]) == (10, 1, 9)
    assert "ways" not in examine("permutation", table, largest, draws=9).numbers


@pytest.mark.parametrize(
    "columns",
    [
        {"score": [0, 1, 1, 0]},
        {"hits": [1, 2, 3, 4], "tries": [9, 9, 9, 9]},
    ],
)
def test_levels_are_drawn_where_new_rows_would_be_unlike_those_at_hand(columns):
    table, seen = table_with(columns), []

    def body(some):
        first = next(iter(some.columns.values()))
        seen.append(set(first.tolist()))
        assert first.sum() > -1

    found = examine("planted-effect", table, body, draws=20)
    assert (found.numbers["levels"], found.numbers["share"]) == (4, 1)
    assert all(values <= set(map(float, next(iter(columns.values())))) for values in seen)


def test_too_few_levels_cannot_stand_for_others():
    one, table = table_with({"score": [0.5]}), items(12, datasets=2)

    def body(some):
        assert some["score"].sum() > -1

    wanted = "Does not apply: {} cannot stand for others like them: that takes 3."
    assert said(examine("planted-effect", one, body, draws=20), one) == wanted.format("1 item")
    found = examine("planted-effect", table, a_better, draws=20, unit="dataset")
    assert said(found, table) == wanted.format("2 data sets")


def test_no_arm_is_lost_where_runs_are_drawn():
    table, seen = runs("xxxyy"), []

    @claim("counts-arms", source="nowhere", null=dealt("arm", across="run"))
    def counts_arms(some):
        """Arm x is higher."""
        of_run = dict(zip(some["run"].tolist(), some["arm"].tolist(), strict=True))
        seen.append(tuple(sum(arm == one for arm in of_run.values()) for one in "xy"))
        arm_higher(some)

    found = examine("planted-effect", table, counts_arms, draws=50, unit="run")
    assert (found.numbers["levels"], found.numbers["undecided"]) == (5, 0)
    assert all(min(arms) >= 1 for arms in seen)
    assert {(3, 2), (2, 1)} < set(seen)  # as many as there are, and other sizes in the same proportion


def test_power_of_drawn_items_is_that_of_theory():
    """The power of an exact binomial test of pairs that differ, by scipy, where the share of each is as observed."""
    a = np.array([1.0] * 24 + [0.0] * 10 + [1.0] * 66)
    b = np.array([0.0] * 24 + [1.0] * 10 + [1.0] * 66)
    design = Design(units=(Unit(name="item"),), factors=(Factor(name="model", columns=("a", "b")),))
    table = table_with({"a": a, "b": b}, design=design)

    @claim("a-better-by-mcnemar", source="nowhere", null=swapped("model", within="item"))
    def better(some):
        """Model a is better."""
        estimate = mcnemar(some["a"], some["b"])
        assert estimate.value > 0
        assert estimate.p < 0.05

    def power(count):
        split = stats.binom(count, 0.34).pmf(np.arange(count + 1))
        return sum(share * held(differ) for differ, share in enumerate(split) if share > 1e-6)

    def held(differ):
        above = range(differ // 2 + 1, differ + 1)
        enough = [wins for wins in above if stats.binomtest(wins, differ).pvalue < 0.05] if differ else []
        return stats.binom(differ, 24 / 34).sf(enough[0] - 1) if enough else 0.0

    found = examine("planted-effect", table, better, draws=1000)
    assert found.numbers["share"] == pytest.approx(power(100), abs=0.05)  # three errors of 1,000 draws
    size = int(found.numbers["size_for_80_percent"])
    assert power(round(size / 1.22**2)) < 0.8 < power(round(size * 1.22))


def test_sizes_are_tried_up_to_about_600():
    """5 * 1.22**24 is 591: a claim that holds in no world has no size up to that."""

    def never(table):
        assert pearson(table["score"], table["rate"]).r > 2

    found = examine("planted-effect", world(0.5, 8, seed=0), never, draws=20)
    assert found.numbers["no_size_up_to"] == 591
    assert found.numbers["share"] == 0
