"""What a claim compares: a column that is part of the one that it predicts, and a length that explains it."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from worlds import DESIGN, table_with

from pytest_claims import Design, claim, difference_between_arms, paired_difference, partial_correlation, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.verdicts.judge import judge

RANDOM = np.random.default_rng(7)
X, Y, Z, NOISE = RANDOM.normal(size=(4, 24))
LENGTHS = st.sampled_from(["prompt_tokens", "length", "n words", "Len", "a-chars"])
SEEDS = st.integers(0, 2**32 - 1)


def found(columns, compute=lambda t: pearson(t["x"], t["y"]), design=None):
    """By name, what was looked for in what a claim compares."""

    @claim("made-up", source="nowhere", null="none")
    def made(some):
        """Made up."""
        assert compute(some).value > -np.inf

    table = table_with(columns, design=design or Design())
    return {one.name: one for one in judge(claim_of(made), made, table).pitfalls}


def normal(seed, rows, columns=3):
    return np.random.default_rng(seed).normal(size=(columns, rows))


@pytest.mark.parametrize(
    ("columns", "besides"),
    [
        ({"x": X, "y": 3 * X - 1}, ()),
        ({"x": X, "y": X + 0.2 * Z, "z": Z}, ("z",)),  # a total, and a part of it
        ({"x": X, "y": Z - X, "z": Z}, ("z",)),  # a gain, and what it began with
        ({"x": np.exp(X), "y": np.exp(Z - X), "z": np.exp(Z)}, ("z",)),  # a ratio, and what it is divided by
        ({"x": np.exp(X), "y": np.exp(2 * X)}, ()),  # its square
    ],
)
def test_outcome_that_contains_its_predictor_is_told(columns, besides):
    told = found(columns)["part-of-outcome"]
    assert told.is_met
    assert (told.where, told.against, told.names) == ("x", ("y",), besides)


def test_counts_and_the_rate_of_them_are_part_of_each_other_as_it_is_declared():
    hits = np.array([3.0, 9, 4, 7])
    columns = {"score": [1, 2, 3, 5], "hits": hits, "tries": [10.0, 20, 9, 8], "rate": hits / [10, 20, 9, 8]}
    told = found(columns, lambda t: pearson(t["hits"], t["rate"]), DESIGN)["part-of-outcome"]
    assert told.is_met
    assert "part-of-outcome" not in found(columns, lambda t: pearson(t["score"], t["rate"]), DESIGN)  # so few rows


@given(seed=SEEDS, rows=st.integers(10, 40))
def test_columns_of_noise_are_no_part_of_each_other(seed, rows):
    x, y, z = normal(seed, rows)
    told = found({"x": x, "y": y, "z": z, "w": y * z, "hits": np.round(y)})["part-of-outcome"]
    assert not told.is_met
    assert 0 <= told.value < 1
    assert told.names == ()


def test_what_the_outcome_follows_from_without_the_predictor_says_nothing_of_it():
    """As a rate follows from successes, where all were tried equally often."""
    assert not found({"x": X, "y": 2 * Z, "z": Z})["part-of-outcome"].is_met


def test_answers_of_yes_and_no_are_not_looked_at():
    columns = {"x": np.tile([0.0, 1.0], 12), "y": np.tile([0.0, 1.0], 12)}
    assert "part-of-outcome" not in found(columns)


@given(seed=SEEDS, rows=st.integers(6, 40), name=LENGTHS)
def test_length_that_explains_better_than_the_predictor_is_told(seed, rows, name):
    x, y, noise = normal(seed, rows)
    told = found({"x": x, "y": y, name: y + 0.1 * noise, "other": y})["length-explains"]
    length, own = (abs(stats.pearsonr(one, y).statistic) for one in (y + 0.1 * noise, x))
    assume(abs(length - own) > 1e-6)
    assert told.numbers["length"] == pytest.approx(length)
    assert told.numbers["predictor"] == pytest.approx(own)
    assert told.is_met == (length > own and stats.pearsonr(y + 0.1 * noise, y).pvalue < 0.05)
    assert (told.where, told.against) == (name, ("x", "y"))


@pytest.mark.parametrize("name", ["lengthy", "wordsmith", "tokenised", "strength", "depth"])
def test_column_that_is_not_named_as_a_length_is_none(name):
    assert "length-explains" not in found({"x": X, "y": Y, name: Y})


def test_lengths_of_noise_are_told_as_seldom_as_chance_wants():
    """Two of them, and a predictor without effect, in 200 worlds: 5% are expected at most."""
    met = 0
    for seed in range(200):
        x, y, one, other = normal(seed, 12, 4)
        met += found({"x": x, "y": y, "tokens": one, "words": other})["length-explains"].is_met
    assert met / 200 < 0.05 + 2 * np.sqrt(0.05 * 0.95 / 200)


def test_strong_predictor_beside_a_related_length_is_none():
    assert not found({"x": Y + 0.1 * X, "y": Y, "tokens": Y + 0.5 * Z})["length-explains"].is_met


def test_length_that_is_taken_out_or_predicts_itself_is_not_looked_for():
    columns = {"x": X, "y": Y, "tokens": Y + 0.1 * Z}
    assert "length-explains" not in found(columns, lambda t: partial_correlation(t["x"], t["y"], t["tokens"]))
    assert "length-explains" not in found(columns, lambda t: pearson(t["tokens"], t["y"]))
    assert "length-explains" not in found(columns, lambda t: pearson(t["x"], t["tokens"]))


def test_outcome_is_what_was_counted_whatever_stands_first():
    hits = np.arange(12.0)
    columns = {"score": X[:12], "hits": hits, "tries": np.full(12, 20.0), "rate": hits / 20, "length": hits + Z[:12]}
    one = found(columns, lambda t: pearson(t["score"], t["rate"]), DESIGN)["length-explains"]
    other = found(columns, lambda t: pearson(-t["rate"], t["score"]), DESIGN)["length-explains"]
    assert one == other
    assert one.against == ("score", "rate")


def test_arm_is_a_predictor_among_the_rows_of_both_arms():
    group = np.arange(24) % 3
    names = np.array(["another", "not", "treated"])
    arms = {"y": Y, "group": group, "tokens": Y + 0.1 * Z}
    told = found(
        arms, lambda t: difference_between_arms(t["y"], names[t["group"].astype(int)], arms=("treated", "not"))
    )["length-explains"]
    compared = group > 0
    assert told.is_met
    assert told.against == ("arm", "y")
    assert told.numbers["predictor"] == pytest.approx(abs(stats.pearsonr(group[compared], Y[compared]).statistic))


def test_what_is_computed_of_unknown_columns_or_pairs_is_not_looked_at():
    columns = {"x": X, "y": Y, "tokens": Y}
    assert found(columns, lambda t: pearson(t["x"] ** 2, t["y"])) == {}
    assert found(columns, lambda t: paired_difference(t["x"], t["y"])) == {}


@pytest.mark.parametrize("scale", [1e-9, 1e12, 1e200, 1e307])
def test_numbers_of_any_size_are_compared(scale):
    told = found({"x": X, "y": Y, "z": Z * scale, "tokens": (Y + 0.1 * Z) * scale})
    assert told["length-explains"].is_met
    assert not told["part-of-outcome"].is_met


def test_columns_with_gaps_or_without_variation_are_left_aside():
    gaps = np.where(np.arange(24) == 3, np.nan, Y)
    design = replace(Design(), gaps=frozenset({"tokens"}))
    told = found({"x": X, "y": Y, "tokens": gaps, "words": np.ones(24)}, design=design)
    assert {*told} == {"part-of-outcome"}
