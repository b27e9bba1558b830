"""Copies that all claims of a subject share: the same for each, and made once."""

from dataclasses import replace

import numpy as np
import pytest
from shapes import a_better, items
from worlds import case_of, examine, rises, rises_as_elsewhere, world

from pytest_claims import dealt
from pytest_claims.robustness.battery import FULL
from pytest_claims.robustness.shared import MOST_ROWS, shared

CHECKS = {check.name: check for check in FULL}


def counting(table, calls):
    def make():
        calls.append(len(table))
        return (table.resampled(np.array(range(len(table)))) for _ in range(3))

    return make


def test_copies_are_made_once_for_a_table_and_a_check():
    table, check, calls = world(0.5, 6, seed=0), CHECKS["bootstrap-units"], []
    first, again = (list(shared(table, check, counting(table, calls))) for _ in range(2))
    assert calls == [6]
    assert all(one is other for one, other in zip(first, again, strict=True))


def test_another_table_draw_unit_or_null_has_copies_of_its_own():
    table, check, calls = world(0.5, 6, seed=0), CHECKS["permutation"], []
    others = [
        (table, check, None),
        (world(0.5, 6, seed=0), check, None),
        (table, replace(check, draws=7), None),
        (table, replace(check, unit="item"), None),
        (table, replace(check, main=False), None),
        (table, check, dealt("rate", across="item")),
    ]
    for some, one, of in others:
        list(shared(some, one, counting(some, calls), of=of))
    assert len(calls) == len(others)


def test_what_is_kept_is_bounded_and_the_oldest_goes_first():
    many = replace(CHECKS["bootstrap-units"], draws=MOST_ROWS // 20)
    tables, calls = [world(0.5, 10, seed) for seed in range(3)], []

    def ask(table):
        return sum(len(one) for one in shared(table, many, lambda: calls.append(table) or [table] * many.draws))

    assert [ask(tables[place]) for place in (0, 1, 0, 2, 0, 1)] == [MOST_ROWS // 2] * 6
    assert [tables.index(table) for table in calls] == [0, 1, 2, 1]  # the third made room in place of the second


def test_larger_sets_are_not_kept():
    table, calls = world(0.5, 6, seed=0), []
    check = replace(CHECKS["bootstrap-units"], draws=MOST_ROWS)
    for _ in range(2):
        list(shared(table, check, counting(table, calls)))
    assert len(calls) == 2


@pytest.mark.parametrize("name", ["bootstrap-units", "bootstrap-counts", "bootstrap-both", "permutation"])
def test_claims_are_asked_on_the_same_copies(name):
    """Of two claims of one subject, one after the other, and of each alone."""
    table, alone = world(0.5, 7, seed=1), [world(0.5, 7, seed=1) for _ in range(2)]
    together = [examine(name, table, body).numbers for body in (rises, rises_as_elsewhere)]
    apart = [examine(name, one, body).numbers for one, body in zip(alone, (rises, rises_as_elsewhere), strict=True)]
    assert together == apart
    assert together[0] == together[1]


def test_what_was_asked_of_one_unit_is_not_given_for_another():
    table = items(12, datasets=3)
    case = case_of(table, a_better)
    results = {one.unit: one for one in replace(CHECKS["bootstrap-units"], draws=100).examine(case)}
    assert results["item"].numbers != results["dataset"].numbers
