"""Two arms with clusters of their own: scipy as reference, and what must hold of any runs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.stats.arms import difference_between_arms
from pytest_claims.stats.estimate import ledger

seeds = st.integers(0, 2**32 - 1)
ARMS = ("trained", "control")


def world(seed, runs=(4, 3)):
    """Outcomes of rollouts (N,), the arm and the run of each; runs have different numbers of rollouts, 1 to 6."""
    random = np.random.default_rng(seed)
    sizes = random.integers(1, 7, size=sum(runs))
    run = np.repeat(np.arange(sum(runs)), sizes)
    arm = np.repeat(ARMS, runs)[run]
    return random.normal(size=len(run)) + random.normal(size=sum(runs))[run], arm, run


def run_means(outcome, arm, run):
    return [[outcome[run == one].mean() for one in np.unique(run[arm == name])] for name in ARMS]


def numbers(estimate):
    return np.array([estimate.value, estimate.low, estimate.high, estimate.p])


def test_published_runs():
    # Rounded run means; in R: t.test(c(.497, .494, .441), c(.010, .015), var.equal = TRUE) has t(3) = 19.735.
    means, arm = [0.497, 0.494, 0.441, 0.010, 0.015], ["a", "a", "a", "b", "b"]
    found = difference_between_arms(means, arm, arms=("a", "b"))
    assert found.p == pytest.approx(0.0003, abs=5e-5)
    assert found.value == pytest.approx(0.4648, abs=5e-5)
    assert found.value / found.details["se"] == pytest.approx(19.735, abs=5e-4)
    assert (found.symbol, found.n, found.details["df"], found.details["clusters"]) == ("Δ", 5, 3, 5)
    assert (found.details["clusters_first"], found.details["clusters_second"]) == (3, 2)
    assert found.method == "Student's t test"


@given(seeds, st.booleans(), st.sampled_from([0.9, 0.95]))
def test_difference_is_that_of_scipy_on_run_means(seed, equal, confidence):
    outcome, arm, run = world(seed)
    found = difference_between_arms(outcome, arm, arms=ARMS, clusters=run, equal_variances=equal, confidence=confidence)
    first, second = run_means(outcome, arm, run)
    theirs = stats.ttest_ind(first, second, equal_var=equal)
    interval = theirs.confidence_interval(confidence)
    expected = [np.mean(first) - np.mean(second), interval.low, interval.high, theirs.pvalue]
    assert numbers(found) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert found.details["df"] == pytest.approx(theirs.df)
    assert found.method == ("Student" if equal else "Welch") + "'s t test over clusters"


@given(seeds)
def test_swapped_arms_change_the_sign(seed):
    outcome, arm, run = world(seed)
    value, low, high, p = numbers(difference_between_arms(outcome, arm, arms=ARMS, clusters=run))
    swapped = difference_between_arms(outcome, arm, arms=ARMS[::-1], clusters=run)
    assert numbers(swapped) == pytest.approx([-value, -high, -low, p])


@given(seeds, st.floats(-100, 100), st.floats(0.01, 100))
def test_zero_and_unit_of_the_outcome(seed, shift, unit):
    outcome, arm, run = world(seed)
    before = numbers(difference_between_arms(outcome, arm, arms=ARMS, clusters=run))
    after = numbers(difference_between_arms(unit * outcome + shift, arm, arms=ARMS, clusters=run))
    assert after == pytest.approx(before * [unit, unit, unit, 1], rel=1e-6, abs=1e-9)


@given(seeds)
def test_order_of_rows_names_of_runs_and_other_arms_do_not_matter(seed):
    outcome, arm, run = world(seed)
    expected = difference_between_arms(outcome, arm, arms=ARMS, clusters=run)
    outcome, arm = np.append(outcome, [9.0, 99.0]), np.append(arm, ["other", "other"])
    names = np.array([f"run {code}" for code in np.append(run, [90, 91])], dtype=object)
    order = np.random.default_rng(seed).permutation(len(arm))
    found = difference_between_arms(outcome[order], arm[order], arms=ARMS, clusters=names[order])
    assert numbers(found) == pytest.approx(numbers(expected))
    assert found.n == expected.n == 7


@given(seeds, st.integers(2, 5))
def test_more_rows_of_the_same_runs_tell_nothing_new(seed, copies):
    outcome, arm, run = world(seed)
    once = difference_between_arms(outcome, arm, arms=ARMS, clusters=run)
    often = [np.repeat(column, copies) for column in (outcome, arm, run)]
    assert numbers(difference_between_arms(*often[:2], arms=ARMS, clusters=often[2])) == pytest.approx(numbers(once))


@given(seeds)
def test_rows_alone_are_clusters_of_one(seed):
    outcome, arm, _ = world(seed)
    alone = difference_between_arms(outcome, arm, arms=ARMS)
    labelled = difference_between_arms(outcome, arm, arms=ARMS, clusters=np.arange(len(arm)))
    assert numbers(alone) == pytest.approx(numbers(labelled))


def test_arms_may_be_numbers_or_truth_values():
    outcome = [1.0, 1.5, 3.0, 3.25]
    found = difference_between_arms(outcome, [0, 0, 1, 1], arms=("1", "0"))
    assert found.value == 1.875
    assert difference_between_arms(outcome, np.array([False, False, True, True]), arms=("True", "False")) == found


def test_an_arm_of_one_run_is_enough_for_student():
    first, second = [1.0], [2.0, 2.5, 2.75]
    found = difference_between_arms(first + second, ["a", "b", "b", "b"], arms=("a", "b"))
    assert found.details["df"] == 2
    spread = np.std(second, ddof=1) * np.sqrt(1 + 1 / 3)
    assert found.p == pytest.approx(2 * stats.t.sf(abs(found.value) / spread, 2))


@pytest.mark.parametrize(
    ("arm", "equal", "message"),
    [
        ("aaa", True, "0 clusters in arm b; a comparison of arms takes at least 1"),
        ("ab", True, "1 cluster in each arm; Student's t takes at least 3 in both together"),
        ("aab", False, "1 clusters in arm b; Welch's test takes at least 2"),
        ("aacc", True, "0 clusters in arm b; a comparison of arms takes at least 1"),
        ("aacc", False, "0 clusters in arm b; Welch's test takes at least 2"),
    ],
)
def test_too_few_clusters_are_undecided(arm, equal, message):
    rows = np.arange(len(arm))
    with pytest.raises(Undecided, match=message):
        difference_between_arms(rows, list(arm), arms=("a", "b"), clusters=rows, equal_variances=equal)


@pytest.mark.parametrize("equal", [True, False])
def test_runs_that_do_not_vary(equal):
    arm = ["a", "a", "b", "b"]
    same = difference_between_arms([0.1, 0.1, 0.1, 0.1], arm, arms=("a", "b"), equal_variances=equal)
    assert numbers(same).tolist() == [0, 0, 0, 1]
    assert same.details["df"] == 2
    rounded = difference_between_arms([0.3, 0.3, 0.1 + 0.2, 0.3], arm, arms=("a", "b"), equal_variances=equal)
    assert numbers(rounded).tolist() == [0, 0, 0, 1]
    with pytest.raises(Undecided, match="nothing varies around the difference of 1: no t is defined"):
        difference_between_arms([1, 1, 0, 0], arm, arms=("a", "b"), equal_variances=equal)


def test_what_compares_no_arms_is_refused():
    outcome, arm, run = [1.0, 2.0, 3.0, 4.0], ["a", "b", "b", "b"], np.array(["r1", "r2", "r3", "r1"])
    with pytest.raises(InputError, match="cluster r1 has rows in two arms"):
        difference_between_arms(outcome, arm, arms=("a", "b"), clusters=run)
    with pytest.raises(InputError, match=r"arms are \('a', 'a'\); wanted two different ones"):
        difference_between_arms(outcome, arm, arms=("a", "a"))
    with pytest.raises(InputError, match=r"arms are \('a', 'b', 'c'\); wanted two different ones"):
        difference_between_arms(outcome, arm, arms=("a", "b", "c"))
    with pytest.raises(InputError, match="clusters is a tuple"):
        difference_between_arms(outcome, arm, arms=("a", "b"), clusters=(run, run))
    with pytest.raises(InputError, match=r"labels of shape \(3,\) for 4 rows"):
        difference_between_arms(outcome, arm[:3], arms=("a", "b"))
    with pytest.raises(InputError, match="outcome is nan in row 0"):
        difference_between_arms([np.nan, 2, 3, 4], arm, arms=("a", "b"))
    with pytest.raises(InputError, match="a label is missing"):
        difference_between_arms(outcome, ["a", None, "b", "b"], arms=("a", "b"))


def test_interval_covers_the_truth_where_runs_differ():
    random, run = np.random.default_rng(3), np.repeat(np.arange(6), 20)
    arm, over_runs, over_rows = np.where(run < 3, "trained", "control"), 0, 0
    for _ in range(300):
        outcome = (run < 3) + random.normal(size=6)[run] + random.normal(size=120)
        by_run, by_row = (difference_between_arms(outcome, arm, arms=ARMS, clusters=some) for some in (run, None))
        over_runs += by_run.low <= 1 <= by_run.high
        over_rows += by_row.low <= 1 <= by_row.high
    assert 0.91 <= over_runs / 300 <= 0.985
    assert over_rows / 300 < 0.6


def test_it_is_noted():
    with ledger() as estimates:
        found = difference_between_arms([1, 2, 4], ["a", "a", "b"], arms=("a", "b"))
    assert estimates == [found]


@pytest.mark.parametrize(("arm", "equal", "missing"), [("aaa", True, "b"), ("aaa", False, "b"), ("aab", False, "")])
def test_only_an_arm_without_clusters_is_missing(arm, equal, missing):
    rows = np.arange(len(arm))
    with pytest.raises(Undecided) as raised:
        difference_between_arms(rows, list(arm), arms=("a", "b"), clusters=rows, equal_variances=equal)
    assert (raised.value.missing, raised.value.what) == (missing, "arm" if missing else "")
