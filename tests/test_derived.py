"""What is derived of a table is derived once of all copies that are asked the same, and is the same as without that."""

import gc

import numpy as np
import pytest
from worlds import world

from pytest_claims import InputError, Undecided, derived, pearson
from pytest_claims.asking.watched import Watched
from pytest_claims.base.stack import stacks_of
from pytest_claims.data import siblings as kept
from pytest_claims.data.siblings import Siblings


def made(make):
    """A derived function with the tables that it was called with."""
    calls = []

    @derived
    def of(table, *told):
        calls.append(table)
        return make(table, *told)

    return of, calls


def copies(count=4, rows=7):
    table = world(0.5, rows, seed=1)
    return [table.resampled(np.random.default_rng(seed).integers(rows, size=rows)) for seed in range(count)]


def change(table):
    return table["rate"] - table["score"]


def test_of_all_copies_it_is_computed_once():
    (of, calls), siblings = made(change), Siblings(copies())
    for _ in range(2):
        values = [of(copy.again()) for copy in siblings.copies]
    assert [value.tolist() for value in values] == [change(copy).tolist() for copy in siblings.copies]
    assert len(calls) == len(siblings.copies)
    assert stacks_of([values[2], siblings.copies[2]["rate"]])[1] == 2
    found = pearson(values[3], siblings.copies[3]["rate"])
    assert repr(found) == repr(pearson(change(siblings.copies[3]), np.array(siblings.copies[3]["rate"])))


def test_a_table_by_itself_and_a_copy_of_a_copy_are_asked_themselves():
    (of, calls), siblings = made(change), Siblings(copies())
    table = world(0.5, 7, seed=1)
    assert of(table).tolist() == change(table).tolist()
    of(siblings.copies[0])
    smaller = siblings.copies[0].highest(5, "score")
    assert of(smaller).tolist() == change(smaller).tolist()
    assert len(calls) == 1 + len(siblings.copies) + 1


def test_what_else_it_is_told_tells_values_apart():
    (of, calls), siblings = made(lambda table, times: times * table["rate"]), Siblings(copies())
    one, other = of(siblings.copies[0], 2), of(siblings.copies[0], 3)
    assert (one * 3).tolist() == (other * 2).tolist()
    assert len(calls) == 2 * len(siblings.copies)


def test_it_is_read_only():
    of, _ = made(change)
    for table in (world(0.5, 7, seed=1), Siblings(copies()).copies[0]):
        with pytest.raises(ValueError, match="read-only"):
            of(table)[0] = 1


@pytest.mark.parametrize("error", [Undecided("too few"), InputError("odd"), ValueError("a bug")])
def test_a_copy_that_raises_raises_when_it_is_asked_and_keeps_no_other_from_its_values(error):
    siblings = Siblings(copies())
    first = siblings.copies[0].places

    def picky(table):
        if table.places is first:
            raise error
        return change(table)

    of, _ = made(picky)
    assert of(siblings.copies[1]).tolist() == change(siblings.copies[1]).tolist()
    with pytest.raises(type(error), match=str(error)):
        of(siblings.copies[0])


def test_values_of_several_shapes_are_kept_without_a_stack():
    (of, calls), siblings = made(lambda table: np.unique(table["rate"])), Siblings(copies())
    values = [of(copy) for copy in siblings.copies for _ in range(2)][::2]
    assert [value.tolist() for value in values] == [np.unique(copy["rate"]).tolist() for copy in siblings.copies]
    assert len(calls) == len(siblings.copies)
    assert stacks_of(values[:1]) is None


def test_what_takes_much_room_is_not_kept(monkeypatch):
    monkeypatch.setattr(kept, "_MOST_NUMBERS", 20)
    (of, calls), siblings = made(change), Siblings(copies())
    assert [of(copy).tolist() for copy in siblings.copies] == [change(copy).tolist() for copy in siblings.copies]
    assert len(calls) == 1 + len(siblings.copies)  # one was enough to know


def test_copies_outlive_what_keeps_them_together():
    of, _ = made(change)
    several = copies()
    siblings = Siblings(several)
    before = of(several[0]).tolist()
    del siblings
    gc.collect()
    assert of(several[0]).tolist() == before


def test_whether_it_looks_at_the_data_is_seen_although_it_is_kept():
    blind, looks = derived(lambda table: np.ones(4)), made(change)[0]
    siblings = Siblings(copies())
    for of, looked in ((blind, False), (looks, True)):
        of(siblings.copies[0])
        watched = Watched.of(siblings.copies[0])
        of(watched)
        assert watched.looked == looked


def test_it_keeps_its_name_and_what_is_said_of_it():
    of = derived(change)
    assert (of.__name__, of.__module__) == (change.__name__, __name__)
