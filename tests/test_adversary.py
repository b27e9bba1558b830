"""Changes of single values: the smallest that flips, and those within the printed rounding."""

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import counted, examine, outcome, world

from pytest_claims import share
from pytest_claims.robustness.change import changed, standard_errors
from pytest_claims.robustness.rounding import shifted


def most_above_half(panel):
    assert share(panel.source_rate > 0.5, np.ones(len(panel), dtype=bool)).estimate > 0.5


def test_the_smallest_change_is_found_and_quoted():
    """Five rates, three above one half: the nearest one to it decides, by 3 of 100 completions."""
    found = examine("adversary", counted([0.9, 0.8, 0.53, 0.2, 0.1]), most_above_half)
    assert found.sentence.startswith("persona_2 0.53 → 0.50 alone flips it")
    assert found.personas == ("persona_2",)


@given(seed=st.integers(0, 1000))
@settings(max_examples=10, suppress_health_check=[HealthCheck.nested_given])
def test_no_change_of_a_single_rate_is_smaller(seed):
    """By trying every count of every persona."""
    panel = world(0.7, 6, seed)
    found, errors = examine("adversary", panel), standard_errors(panel)
    singles = [
        abs(by) / errors[row]
        for row in range(len(panel))
        for by in range(int(-panel.marked[row]), int(panel.completions[row] - panel.marked[row]) + 1)
        if by and abs(by) / errors[row] <= 4 and outcome(changed(panel, {row: by})) != outcome(panel)
    ]
    if singles:
        assert found.flips
        assert found.numbers["standard_errors"] <= min(singles) + 1e-9


def test_no_change_flips_what_nothing_can():
    found = examine("adversary", counted([0.9, 0.95, 0.92, 0.91]), most_above_half)
    assert not found.flips
    assert found.sentence.startswith("No change of up to 3 rates")


def test_standard_error_of_a_rate_of_0_or_1_is_not_0():
    assert (standard_errors(counted([0.0, 1.0, 0.5, 0.2])) > 1).all()


def printed(rates, half):
    return counted(rates, rounding={"source_rate": half, "cosine": 0.0})


def test_rounding_that_decides_is_found():
    assert examine("rounding", printed([0.9, 0.8, 0.502, 0.2, 0.1], half=0.005), most_above_half).flips
    safe = examine("rounding", printed([0.9, 0.8, 0.6, 0.2, 0.1], half=0.005), most_above_half)
    assert not safe.flips
    assert safe.sentence.startswith("Values within the printed rounding flip it in none of 202 tables")


def test_what_was_measured_was_not_rounded():
    assert "nothing was rounded" in examine("rounding", counted([0.1, 0.2, 0.3, 0.4]), most_above_half).sentence


@given(seed=st.integers(0, 1000), half=st.floats(0, 0.2))
def test_shifted_values_stay_within_the_rounding_and_their_bounds(seed, half):
    panel, random = world(0.5, 8, seed), np.random.default_rng(seed)
    moved = shifted(panel, {name: half * random.uniform(-1, 1, 8) for name in ("cosine", "source_rate")})
    for name in ("cosine", "source_rate"):
        assert (np.abs(moved.columns[name] - panel.columns[name]) <= half + 1e-12).all()
    assert ((moved.source_rate >= 0) & (moved.source_rate <= 1)).all()


def test_extreme_tables_reach_further_than_random_ones():
    panel = world(0.6, 10, seed=0)
    tables = []

    def body(some):
        from pytest_claims import pearson

        tables.append(pearson(some.cosine, some.source_rate).r)
        assert tables

    rounded = type(panel)(subject="made@up", personas=panel.personas, columns=panel.columns,
                          rounding={"source_rate": 0.01, "cosine": 0.005})  # fmt: skip
    examine("rounding", rounded, body)
    extreme, random = tables[-203:-201], tables[-201:-1]
    assert min(extreme) <= min(random)
    assert max(extreme) >= max(random)
