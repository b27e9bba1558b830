import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import case_of, counted, examine, outcome, rises, world

from conftest import make_measurement
from pytest_claims.data.panel import panel_of
from pytest_claims.robustness.deletion import MOST_PAIRS


@given(seed=st.integers(0, 10_000), r=st.sampled_from([0.3, 0.6, 0.9]))
@settings(max_examples=30)
def test_smallest_deletion_is_the_smallest(seed, r):
    """By looking at every subset, smallest first, without the check's own search."""
    panel = world(r, 8, seed)
    found = examine("smallest-deletion", panel, draws=1000)
    subsets = (gone for size in range(1, 5) for gone in itertools.combinations(panel.personas, size))
    flipping = [gone for gone in subsets if outcome(panel.without(*gone)) != outcome(panel)]
    assert found.flips is bool(flipping)
    assert len(found.personas) == (min(map(len, flipping)) if flipping else 0)
    assert not flipping or found.personas in flipping


def test_large_panels_get_an_upper_bound_that_flips():
    panel = world(0.6, 60, seed=1)
    found = examine("smallest-deletion", panel, draws=200)
    assert outcome(panel.without(*found.personas)) != outcome(panel)
    assert found.numbers["exact"] == 0
    assert "not all were tried" in found.sentence


def test_leave_two_out_asks_about_every_pair():
    seen = []

    def body(panel):
        seen.append(set(panel.personas))
        rises(panel)

    panel = world(0.97, 7, seed=0)
    case = case_of(panel, body)
    seen.clear()
    found = examine("leave-two-out", panel, body)
    assert sum(len(personas) == 5 for personas in seen) == 21
    assert found.numbers["held"] + found.numbers["failed"] == 21
    assert case.outcome == "held"


def test_too_many_pairs_are_not_tried():
    assert f"more than the {MOST_PAIRS} that are tried" in examine("leave-two-out", world(0.5, 201, seed=0)).sentence


def test_family_that_carries_the_claim_is_named():
    rates, cosine = [0.5, 0.5, 0.52, 0.5, 0.51, 0.9, 0.91, 0.95], [0.0, 0.1, 0.0, 0.1, 0.05, 0.6, 0.6, 0.7]
    families = {f"persona_{row}": "plain" if row < 5 else "odd" for row in range(8)}
    found = examine("leave-one-family-out", counted(rates, cosine, families=families))
    assert "odd" in found.personas
    assert "flips without" in found.sentence


@pytest.mark.parametrize(("families", "words"), [({}, "no families"), ({"persona_0": "a"}, "1 families")])
def test_panel_without_families_says_so(families, words):
    found = examine("leave-one-family-out", counted([0.1, 0.2, 0.3, 0.4, 0.5], families=families))
    assert not found.applies
    assert words in found.sentence


def test_seeds_are_left_out_one_by_one():
    one = make_measurement()
    two = make_measurement_of_seeds(2)
    panel = panel_of(two)
    assert "there is one seed only" in examine("leave-one-seed-out", panel_of(one), measurement=one).sentence
    assert "no seeds are on record" in examine("leave-one-seed-out", panel).sentence
    seen = []

    def body(some):
        seen.append(some.column("completions").sum())
        assert seen

    examine("leave-one-seed-out", panel, body, measurement=two)
    assert seen[-2:] == [panel_of(two.without_seed(seed)).completions.sum() for seed in (0, 1)]


def make_measurement_of_seeds(count):
    from dataclasses import replace

    import xarray as xr

    parts = [make_measurement(seed=seed).data.assign_coords(seed=[seed]) for seed in range(count)]
    counts = xr.concat([part[["marked", "completions"]] for part in parts], "seed")
    return replace(make_measurement(), data=parts[0].drop_dims("seed").merge(counts))


def test_claim_that_no_copy_answers_is_not_said_to_survive():
    from pytest_claims import undecided

    def body(panel):
        if len(panel) < 6:
            undecided("all six are needed")
        assert panel.cosine.size

    found = examine("smallest-deletion", counted(list(np.linspace(0.1, 0.6, 6))), body)
    assert not found.applies
    assert "all six are needed" in found.sentence
