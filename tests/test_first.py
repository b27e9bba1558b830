"""Who is first of several."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.estimate import ledger
from pytest_claims.stats.first import ranks_first

seeds = st.integers(0, 2**32 - 1)
NAMES = ("a", "b", "c", "d")


def table(seed, items=20):
    random = np.random.default_rng(seed)
    return random.normal(size=(items, 1)) + random.normal([0.6, 0.2, 0.0, 0.3], size=(items, 4))


@given(seeds)
def test_it_is_scipys_paired_t_tests(seed):
    scores = table(seed)
    tests = {name: stats.ttest_rel(scores[:, 0], scores[:, place], alternative="greater") for place, name in
             enumerate(NAMES) if place}  # fmt: skip
    means = dict(zip(NAMES, scores.mean(axis=0), strict=True))
    found = ranks_first(scores, NAMES, who="a")
    nearest = max("bcd", key=means.__getitem__)
    both_sides = stats.ttest_rel(scores[:, 0], scores[:, NAMES.index(nearest)]).confidence_interval(0.95)
    assert found.rival == nearest
    assert found.value == pytest.approx(means["a"] - means[nearest])
    assert found.p == pytest.approx(max(test.pvalue for test in tests.values()))
    assert (found.low, found.high) == pytest.approx(tuple(both_sides))
    assert found.details["df"] == 19
    assert found.details["rivals"] == 3


@given(seeds)
def test_at_most_one_is_first(seed):
    scores = table(seed)
    found = [ranks_first(scores, NAMES, who=name) for name in NAMES]
    assert sum(one.value > 0 for one in found) == 1
    assert sum(one.p < 0.5 for one in found) <= 1


@given(seeds, st.booleans())
def test_neither_order_nor_what_items_have_in_common_matters(seed, clustered):
    scores, random = table(seed), np.random.default_rng(seed)
    clusters = np.arange(20) % 6 if clustered else None
    found = ranks_first(scores, NAMES, who="b", clusters=clusters)
    items, columns = random.permutation(20), random.permutation(4)
    moved = ranks_first(
        (scores + random.normal(size=(20, 1)))[items][:, columns],
        [NAMES[column] for column in columns],
        who="b",
        clusters=clusters[items] if clustered else None,
    )
    assert moved.rival == found.rival
    assert (moved.value, moved.p, moved.low, moved.high) == pytest.approx(
        (found.value, found.p, found.low, found.high), abs=1e-9
    )


def test_the_largest_p_need_not_be_that_of_the_nearest_rival():
    """``c`` is further behind than ``b``, but on one item alone."""
    first = np.arange(8.0)
    scores = np.stack([first, first - 0.1 + 0.01 * np.array([1, -1] * 4), first - [8, 0, 0, 0, 0, 0, 0, 0.1]], axis=1)
    found = ranks_first(scores, "abc", who="a")
    assert found.rival == "b"
    assert found.low > 0
    assert found.p == pytest.approx(stats.ttest_rel(scores[:, 0], scores[:, 2], alternative="greater").pvalue)
    assert found.p > 0.05


def test_items_that_repeat_each_other_are_no_more_items():
    scores = table(4)
    once = ranks_first(scores, NAMES, who="a")
    five = ranks_first(np.repeat(scores, 5, axis=0), NAMES, who="a", clusters=np.repeat(np.arange(20), 5))
    assert (five.value, five.p, five.low) == pytest.approx((once.value, once.p, once.low))
    assert five.n == 100


def test_of_equals_hardly_any_is_said_to_be_first():
    """The first of four equals: p < 0.05 for ``a`` in at most 5% of 400 worlds; in which it is, is another matter."""
    random = np.random.default_rng(6)
    said = [ranks_first(random.normal(size=(15, 2)), "ab", who="a").p < 0.05 for _ in range(400)]
    assert 0.02 <= np.mean(said) <= 0.08
    said = [ranks_first(random.normal(size=(15, 4)), NAMES, who="a").p < 0.05 for _ in range(400)]
    assert np.mean(said) <= 0.05


def test_who_is_equal_to_a_rival_in_all_items_is_not_first():
    scores = table(0)
    scores[:, 3] = scores[:, 0]
    for clusters in (None, np.arange(20) % 5):
        found = ranks_first(scores, NAMES, who="a", clusters=clusters)
        assert found.p == 1
        assert found.value <= 0
    alone = ranks_first(scores[:, [0, 3]], "ad", who="a")
    assert (alone.value, alone.low, alone.high, alone.p) == (0, 0, 0, 1)


def test_where_nobody_can_say():
    scores = table(0)
    with pytest.raises(Undecided, match="'e' is not among the contestants: have a, b, c, d"):
        ranks_first(scores, NAMES, who="e")
    with pytest.raises(Undecided, match="'a' has no rival; measure another contestant"):
        ranks_first(scores[:, :1], "a", who="a")
    with pytest.raises(Undecided, match="1 items; a margin needs at least 2"):
        ranks_first(scores[:1], NAMES, who="a")
    with pytest.raises(Undecided, match="the same without each of the clusters"):
        ranks_first(scores[:, [0, 0]] - [0, 0.1], "ab", who="a")


def test_bad_tables_are_refused():
    scores = table(0)
    with pytest.raises(InputError, match=r"scores of shape \(20, 4\) for 3 contestants"):
        ranks_first(scores, "abc", who="a")
    with pytest.raises(InputError, match=r"scores of shape \(20, 4, 1\) for 4 contestants"):
        ranks_first(scores[:, :, None], NAMES, who="a")
    with pytest.raises(InputError, match=r"scores of shape \(4,\) for 4 contestants"):
        ranks_first(scores[0], NAMES, who="a")
    with pytest.raises(InputError, match="contestant 'a' is there twice"):
        ranks_first(scores, "abca", who="a")
    with pytest.raises(InputError, match=r"scores is nan at \[2, 1\]"):
        ranks_first(np.where(np.arange(80).reshape(20, 4) == 9, np.nan, scores), NAMES, who="a")
    with pytest.raises(InputError, match="for 20 items; wanted a label for each item"):
        ranks_first(scores, NAMES, who="a", clusters=np.arange(4))


def test_the_rival_is_named_on_the_verdict_too():
    with ledger() as estimates:
        found = ranks_first(table(1), ["x", "y", "z\x1b", "w"], who="x")
    assert estimates == [found]
    assert found.method.startswith(f"margin over the nearest rival, {found.rival}".replace("\x1b", r"\x1b"))


def test_who_is_drawn_twice_is_no_rival_of_its_own():
    scores = np.random.default_rng(1).normal([1.0, 0.0, 0.0], size=(12, 3))
    alone = ranks_first(scores, ["a", "b", "c"], who="a")
    again = ranks_first(scores[:, [0, 0, 1, 2]], ["a", "a#2", "b", "c"], who="a")
    assert (again.value, again.p, again.rival) == (alone.value, alone.p, alone.rival)
    twins = ranks_first(scores[:, [0, 1, 1]], ["a", "b", "b#2"], who="a")
    assert twins.rival in {"b", "b#2"}
    with pytest.raises(Undecided, match="'a' has no rival"):
        ranks_first(scores[:, [0, 0]], ["a", "a#2"], who="a")


@given(seeds, st.permutations(["1", "2", "10", "a"]))
def test_contestants_may_be_called_by_numbers(seed, names):
    scores = table(seed)
    found, plain = ranks_first(scores, names, who=names[0]), ranks_first(scores, NAMES, who="a")
    assert found.rival == names[NAMES.index(plain.rival)]
    assert (found.value, found.p, found.details["rivals"]) == (plain.value, plain.p, plain.details["rivals"])
