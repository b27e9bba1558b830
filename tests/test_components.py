"""Variance components of counted rates, in worlds whose shares are known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims import variance_components
from pytest_claims.base.errors import InputError, Undecided

BATCH = np.repeat([0, 1, 2], 3)
seeds = st.integers(0, 2**32 - 1)


def world(random, *, targets=0.12, batches=0.06, repetitions=0.04, n=10, batch=BATCH, trials=100):
    """Counts (k, N) of rates around one half whose effects have these standard deviations."""
    codes = np.unique(batch, return_inverse=True)[1]
    rates = 0.5 + random.normal(0, targets, n) + random.normal(0, batches, (codes.max() + 1, n))[codes]
    rates = np.clip(rates + random.normal(0, repetitions, (len(batch), n)), 0, 1)
    return random.binomial(trials, rates).astype(float), np.full(rates.shape, float(trials))


def worlds(count, **sizes):
    random = np.random.default_rng(1)
    return [variance_components(*world(random, **sizes), sizes.get("batch", BATCH)) for _ in range(count)]


def test_components_by_hand():
    """Two batches of two repetitions, by the mean squares of a nested analysis of variance, which stand here."""
    base = np.array([40.0, 50, 60, 50])  # of 100
    counts = base + np.array([[6.0, -1, 2, 5], [3, -2, 4, 1], [-5, 0, -1, -4], [-4, 3, -5, -2]])
    rates, mean = counts / 100, counts.mean(axis=0) / 100
    batches = np.array([rates[:2].mean(axis=0), rates[2:].mean(axis=0)])
    ms = (
        4 * ((mean - mean.mean()) ** 2).sum() / 3,
        2 * ((batches - mean) ** 2).sum() / 4,
        ((rates - np.repeat(batches, 2, axis=0)) ** 2).sum() / 8,
    )
    target, batch = (ms[0] - ms[1]) / 4, (ms[1] - ms[2]) / 2
    found = variance_components(counts, np.full((4, 4), 100.0), [7, 7, 3, 3])
    counting = min(ms[2], (rates * (1 - rates) / 99).mean())
    assert found.value == pytest.approx(target / (target + batch))
    total = target + batch + ms[2]
    assert {name: found.details[f"share of {name}"] for name in ("targets", "batches", "counting")} == pytest.approx(
        {"targets": target / total, "batches": batch / total, "counting": counting / total}
    )
    assert (found.details["batches"], found.details["repetitions"], found.n) == (2, 4, 4)


def test_components_are_those_of_restricted_maximum_likelihood():
    """Which are those of the analysis of variance, where batches are of one size and none is 0: statsmodels."""
    from statsmodels.regression.mixed_linear_model import MixedLM

    counts, trials = world(np.random.default_rng(3), n=12)
    repetition, target = np.indices(counts.shape)
    table = {"y": (100 * counts / trials).ravel(), "target": target.ravel(), "batch": BATCH[repetition.ravel()]}
    model = MixedLM.from_formula(
        "y ~ 1", groups="target", re_formula="1", vc_formula={"batch": "0 + C(batch)"}, data=pd.DataFrame(table)
    )
    theirs = model.fit(reml=True)
    wanted = {"targets": float(theirs.cov_re.iloc[0, 0]), "batches": float(theirs.vcomp[0])}
    within = float(theirs.scale)
    details = variance_components(counts, trials, BATCH).details
    for name, value in wanted.items():
        assert details[f"share of {name}"] == pytest.approx(value / (sum(wanted.values()) + within), abs=2e-3)


@given(seeds, st.permutations(range(9)), st.permutations(range(10)), st.permutations(range(3)))
def test_order_of_repetitions_targets_and_batches_decides_nothing(seed, repetitions, targets, names):
    counts, trials = world(np.random.default_rng(seed))
    found = variance_components(counts, trials, BATCH)
    moved = variance_components(
        counts[np.ix_(repetitions, targets)], trials, np.array(names)[BATCH][np.array(repetitions)]
    )
    assert (moved.value, moved.low, moved.high, moved.p) == pytest.approx(
        (found.value, found.low, found.high, found.p), abs=1e-9
    )
    assert dict(moved.details) == pytest.approx(dict(found.details), abs=1e-9)


@given(seeds, st.sampled_from([BATCH, np.array([0, 1, 2, 0, 1, 2, 0]), np.array([0, 0, 0, 1])]))
def test_shares_are_shares(seed, batch):
    found = variance_components(*world(np.random.default_rng(seed), batch=batch), batch)
    shares = [value for name, value in found.details.items() if name.startswith("share of ")]
    assert sum(shares) == pytest.approx(1)
    assert min(shares) >= 0
    assert 0 <= found.low <= found.high <= 1
    assert 0 <= found.p <= 1


@pytest.mark.parametrize(
    ("batch", "sizes"),
    [
        (BATCH, {"targets": 0.12, "batches": 0.06, "repetitions": 0.04}),
        (BATCH, {"targets": 0.06, "batches": 0.06, "repetitions": 0.02}),
        (BATCH, {"targets": 0.06, "batches": 0.1, "repetitions": 0.0}),
        (np.array([0, 1, 2, 0, 1, 2, 0]), {"targets": 0.1, "batches": 0.06, "repetitions": 0.04}),
    ],
)
def test_interval_contains_the_share_as_often_as_it_says(batch, sizes):
    """Of 400 worlds of ten targets: 93% is what chance leaves of 95% but once in 40 times."""
    true = sizes["targets"] ** 2 / (sizes["targets"] ** 2 + sizes["batches"] ** 2)
    found = worlds(400, batch=batch, **sizes)
    assert np.mean([one.low <= true <= one.high for one in found]) >= 0.93
    assert np.mean([one.low > true for one in found]) <= 0.045  # the end that a claim rests on
    assert np.mean([one.value for one in found]) == pytest.approx(true, abs=0.08)


def test_shares_of_many_worlds_are_those_that_they_were_made_with():
    found = worlds(300, targets=0.12, batches=0.08, repetitions=0.05, n=40)
    squares = {"targets": 0.12**2, "batches": 0.08**2, "repetitions": 0.05**2}
    counting = (0.25 - sum(squares.values())) / 100  # of p (1 - p) / n what effects leave on average
    total = sum(squares.values()) + counting
    for name, value in {**squares, "counting": counting}.items():
        assert np.mean([one.details[f"share of {name}"] for one in found]) == pytest.approx(value / total, abs=0.015)


@pytest.mark.parametrize("batch", [BATCH, np.array([0, 1, 2, 0, 1, 2, 0])])
def test_where_targets_are_alike_p_is_as_small_as_chance_makes_it(batch):
    p = [one.p for one in worlds(400, targets=0.0, batch=batch)]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=0.025)


def test_batches_that_do_nothing_leave_all_to_the_targets():
    found = worlds(100, batches=0.0, targets=0.15)
    assert np.median([one.value for one in found]) > 0.98
    assert np.median([one.low for one in found]) > 0.8


COUNTS = world(np.random.default_rng(0))


@pytest.mark.parametrize(
    ("counts", "trials", "batch", "kind", "said"),
    [
        (*COUNTS, [0] * 9, Undecided, "all repetitions are of one batch"),
        (*COUNTS, range(9), Undecided, "each batch has one repetition"),
        (COUNTS[0][:, :3], COUNTS[1][:, :3], BATCH, Undecided, "3 targets; variance components take at least 4"),
        (COUNTS[0] * 0, COUNTS[1] * 0, BATCH, Undecided, "0 trials of a rate"),
        (COUNTS[0] * 0, COUNTS[1], BATCH, Undecided, "rates vary no more between targets and batches than within"),
        (COUNTS[0] / 3, COUNTS[1], BATCH, InputError, "must be whole counts"),
        (*COUNTS, BATCH[:4], InputError, "successes, trials and batch of shapes"),
    ],
)
def test_what_has_no_components(counts, trials, batch, kind, said):
    with pytest.raises(kind, match=said):
        variance_components(counts, trials, list(batch))
