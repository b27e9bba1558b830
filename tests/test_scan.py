"""The strongest of many correlations, and the place that stands out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pytest_claims import stands_out, strongest_correlation
from pytest_claims.base.errors import InputError
from pytest_claims.stats.analysis import analysed

seeds = st.integers(0, 2**32 - 1)


@given(seeds)
@settings(max_examples=20)
def test_strongest_correlation_is_the_strongest(seed):
    random = np.random.default_rng(seed)
    columns, y = random.normal(size=(5, 9)), random.normal(size=9)
    rs = [stats.pearsonr(column, y).statistic for column in columns]
    with analysed(tables=99):
        found = strongest_correlation(columns, y)
    assert found.value == pytest.approx(max(rs, key=abs))
    assert found.details["place"] == np.argmax(np.abs(rs))


def test_scan_pays_for_looking_and_not_for_looking_twice():
    random = np.random.default_rng(0)
    x, noise = random.normal(size=(2, 12))
    y = x + noise
    single = strongest_correlation(x[None], y).p
    assert single == pytest.approx(stats.pearsonr(x, y).pvalue, abs=0.03)  # a permutation test of one place
    assert strongest_correlation(np.stack([x, x, -x]), y).p == single
    assert strongest_correlation(np.vstack([x[None], random.normal(size=(40, 12))]), y).p > single


def test_scan_of_nothing_finds_it_in_5_per_cent():
    random = np.random.default_rng(0)
    with analysed(tables=199):
        ps = [strongest_correlation(random.normal(size=(6, 10)), random.normal(size=10)).p for _ in range(400)]
    assert abs(np.mean(np.array(ps) <= 0.05) - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 400)


def test_place_that_stands_out():
    random = np.random.default_rng(1)
    y = random.normal(size=20)
    columns = np.vstack([random.normal(size=(4, 20)), y + 0.1 * random.normal(size=20)])
    assert stands_out(columns, y, place=4).p < 0.01
    assert stands_out(columns, y, place=0).p > 0.2
    assert stands_out(columns, y, place=4).details["rank"] == 1
    with pytest.raises(InputError, match="place 5 of 5"):
        stands_out(columns, y, place=5)


@given(seeds)
@settings(max_examples=20)
def test_ranks_are_those_of_the_strengths(seed):
    random = np.random.default_rng(seed)
    columns, y = random.normal(size=(5, 9)), random.normal(size=9)
    with analysed(tables=9):
        found = [stands_out(columns, y, place=place).details["rank"] for place in range(5)]
    strengths = [abs(stats.pearsonr(column, y).statistic) for column in columns]
    assert found == stats.rankdata([-strength for strength in strengths]).tolist()
