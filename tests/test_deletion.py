import itertools
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds import DESIGN, case_of, counted, examine, outcome, rises, said, table_with, world

from pytest_claims import ROWS, Array, Design, Table, pooled
from pytest_claims.data.design import Unit


@given(seed=st.integers(0, 10_000), r=st.sampled_from([0.3, 0.6, 0.9]))
@settings(max_examples=30)
def test_smallest_deletion_is_the_smallest(seed, r):
    """By looking at every subset, smallest first, without the check's own search."""
    table = world(r, 8, seed)
    found = examine("smallest-deletion", table, draws=1000)
    subsets = [gone for size in range(1, 5) for gone in itertools.combinations(table.rows, size)]
    flipping = [gone for gone in subsets if outcome(table.without(*gone)) != outcome(table)]
    assert found.flips is bool(flipping)
    assert len(found.names) == (min(map(len, flipping)) if flipping else 0)
    assert not flipping or found.names in flipping
    assert found.numbers["exact"] == 1
    assert found.numbers["tried"] == (subsets.index(flipping[0]) + 1 if flipping else len(subsets))


def test_large_tables_get_an_upper_bound_that_flips():
    table = world(0.6, 60, seed=1)
    found = examine("smallest-deletion", table, draws=200)
    assert outcome(table.without(*found.names)) != outcome(table)
    assert found.numbers["exact"] == 0
    assert "not all were tried" in said(found, table)


def test_every_row_is_left_out_however_many_there_are():
    table = counted(list(np.linspace(0.1, 0.9, 30)))
    found = examine("smallest-deletion", table, draws=10)
    assert found.numbers["none_up_to"] == 1
    assert said(found, table) == "No deletion of up to 1 item overturns it, nor any that was tried of up to 15."


def test_leave_two_out_asks_about_every_pair():
    seen = []

    def body(table):
        seen.append(set(table.rows))
        rises(table)

    table = world(0.97, 7, seed=0)
    case = case_of(table, body)
    seen.clear()
    found = examine("leave-two-out", table, body)
    assert sum(len(rows) == 5 for rows in seen) == 21
    assert found.numbers["held"] + found.numbers["failed"] == 21
    assert case.outcome == "held"


def test_many_levels_are_deleted_in_groups():
    table = world(0.3, 201, seed=0)
    found = examine("smallest-deletion", table, draws=10)
    assert (found.numbers["grouped"], outcome(table)) == (201, "held")
    assert re.match(r"Deleting \d+ of 200 groups of items overturns it", said(found, table))


def without(table, unit="item", *, families=False, body=rises):
    """What a verdict says without each level of a unit, or each family of them."""
    return next(one for one in case_of(table, body).left_out if (one.unit, one.families) == (unit, families))


def test_family_that_carries_the_claim_is_named():
    rates, score = [0.5, 0.5, 0.52, 0.5, 0.51, 0.9, 0.91, 0.95], [0.0, 0.1, 0.0, 0.1, 0.05, 0.6, 0.6, 0.7]
    families = {f"item_{row}": ("plain", "plain", "bare", "bare", "bare", "odd", "odd", "odd")[row] for row in range(8)}
    found = without(counted(rates, score, families=families), families=True)
    assert found.overturning("held") == ("odd",)


@pytest.mark.parametrize(
    ("families", "said"),
    [
        ({"item_0": "a"}, "1 family of items cannot be left out one by one: that takes 3"),
        ({"item_0": "a", "item_1": "b"}, "2 families of items cannot be left out one by one: that takes 3"),
    ],
)
def test_table_with_too_few_families_says_so(families, said):
    found = without(counted([0.1, 0.2, 0.3, 0.4, 0.5], families=families), families=True)
    assert (found.gap.reason, found.deletions) == (said, ())


SEEDS = replace(DESIGN, units=(*DESIGN.units, Unit(name="seed", plural="seeds")))


def of_seeds(count: int, seed: int = 0) -> Table:
    """A table of five items that were tried again under each of so many seeds."""
    random = np.random.default_rng(seed)
    tries = random.integers(5, 20, (count, 5)).astype(float)
    arrays = {
        name: Array(values=values, dims=("seed", ROWS), outcome=True)
        for name, values in (("tries", tries), ("hits", np.floor(tries * random.uniform(size=tries.shape))))
    }
    columns = {"score": random.uniform(-1, 1, 5), **pooled(SEEDS, arrays)}
    return table_with(columns, arrays=arrays, labels={"seed": tuple(range(count))}, design=SEEDS)


def test_seeds_are_left_out_one_by_one():
    seen = []

    def body(some):
        seen.append(some["tries"].tolist())
        assert seen

    three = of_seeds(3)
    tries = three.arrays["tries"].values
    without(three, "seed", body=body)
    assert all((tries.sum(0) - tries[seed]).tolist() in seen for seed in range(3))
    assert without(of_seeds(2), "seed").gap.reason == "2 seeds cannot be left out one by one: that takes 3"


def test_seed_that_carries_the_claim_is_named():
    table = of_seeds(3)
    most = float((table["tries"] - table.arrays["tries"].values[1]).max())

    def needs_it(some):
        assert some["tries"].max() > most

    assert "1" in without(table, "seed", body=needs_it).overturning("held")
    assert examine("smallest-deletion", table, needs_it, unit="seed").numbers["size"] == 1


def test_columns_that_no_seed_changes_are_not_said_to_survive_one():
    """Without a rate the table cannot make a column anew, and of any claim it said 'still held in 3 of 3 copies'."""
    score, kept = np.linspace(0.1, 0.9, 5), Array(values=np.zeros((3, 5)), dims=("seed", ROWS))
    table = Table(
        subject="made",
        rows=("a", "b", "c", "d", "e"),
        columns={"score": score, "rate": score**2},
        labels={"seed": (0, 1, 2)},
        arrays={"kept": kept},
        design=Design(units=(Unit(name="row", plural="rows"), Unit(name="seed"))),
    )
    for check in ("smallest-deletion", "bootstrap-units"):
        found = examine(check, table, unit="seed")
        assert said(found, table) == "Does not apply: nothing in it depends on what is kept by seed."
    assert without(replace(table, arrays={}), "seed").gap.reason == "nothing of the table is kept by seed"


def test_seed_without_which_a_row_was_never_tried_is_undecided():
    """It was an error, and no claim could be judged on such a subject."""
    whole = of_seeds(3)
    tries, hits = (whole.arrays[name].values.copy() for name in ("tries", "hits"))
    tries[1:, 2] = hits[1:, 2] = 0  # of the third item, seed 0 alone is left
    arrays = {name: replace(whole.arrays[name], values=values) for name, values in (("tries", tries), ("hits", hits))}
    columns = {"score": whole["score"], **pooled(SEEDS, arrays)}
    table = table_with(columns, arrays=arrays, labels=whole.labels, design=SEEDS)

    def body(some):
        assert some["tries"].sum() > 0

    outcomes = [deletion.answer.outcome for deletion in without(table, "seed", body=body).deletions]
    assert outcomes == ["undecided", "held", "held"]


def test_claim_that_no_copy_answers_is_not_said_to_survive():
    from pytest_claims import undecided

    def body(table):
        if len(table) < 6:
            undecided("all six are needed")
        assert table["score"].size

    table = counted(list(np.linspace(0.1, 0.6, 6)))
    found = examine("smallest-deletion", table, body)
    assert not found.applies
    assert "all six are needed" in said(found, table)
