"""What is derived of a table is derived once of all copies that are asked the same, and is the same as without that."""

import gc

import numpy as np
import pytest
from worlds import world

from pytest_claims import InputError, Undecided, claim, derived, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.asking.watched import Watched
from pytest_claims.base.stack import stacks_of
from pytest_claims.data import siblings as kept
from pytest_claims.data.siblings import Siblings
from pytest_claims.robustness.battery import QUICK
from pytest_claims.verdicts.judge import judge


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


@pytest.mark.parametrize("kind", [bool, int, np.float32])
def test_what_is_no_float_is_as_it_is_for_each_copy(kind):
    (of, _), siblings = made(lambda table: (table["rate"] * 4).astype(kind)), Siblings(copies())
    for copy in siblings.copies:
        alone = (copy["rate"] * 4).astype(kind)
        assert of(copy).dtype == alone.dtype
        assert of(copy).tolist() == alone.tolist()


def test_a_mask_stays():
    (of, _), siblings = made(lambda table: np.ma.masked_less(np.array(table["rate"]), 0.5)), Siblings(copies())
    masks = [of(copy).mask.tolist() for copy in siblings.copies]
    assert masks == [(copy["rate"] < 0.5).tolist() for copy in siblings.copies]


def test_memory_that_is_used_again_changes_no_value_that_was_given():
    memory = np.zeros((2, 7))

    def view(table):
        memory[0] = table["rate"]
        return memory[0]

    (of, _), siblings = made(view), Siblings(copies())
    assert [of(copy).tolist() for copy in siblings.copies] == [copy["rate"].tolist() for copy in siblings.copies]


@pytest.mark.parametrize("told", [(1, True), (0.0, -0.0)])
def test_what_is_equal_and_not_the_same_is_told_apart(told):
    (of, _), siblings = made(lambda table, what: np.array([float(repr(what) == repr(told[1]))])), Siblings(copies())
    assert [of(siblings.copies[0], one).tolist() for one in told] == [[0.0], [1.0]]


@pytest.mark.parametrize("give", [lambda table: 1.0, lambda table: [1.0], lambda table: None])
def test_what_is_no_array_is_refused_alike_for_a_table_and_its_copies(give):
    of, _ = made(give)
    for table in (world(0.5, 7, seed=1), Siblings(copies()).copies[0]):
        with pytest.raises(InputError, match=r"of is @derived and gives .*, wanted an array"):
            of(table)


def test_what_cannot_be_known_again_is_refused():
    of, _ = made(lambda table, several: np.array(several))
    with pytest.raises(InputError, match="give it what is hashable"):
        of(world(0.5, 7, seed=1), [1.0])


def test_a_function_that_is_another_each_time_is_soon_asked_alone():
    siblings, calls = Siblings(copies()), []
    for _ in range(kept._MOST_KINDS + 5):
        derived(lambda table: calls.append(1) or change(table))(siblings.copies[0])
    assert len(calls) == kept._MOST_KINDS * len(siblings.copies) + 5


def test_what_it_is_told_by_name_is_told_each_time():
    of = derived(lambda table, times: times * np.array(table["rate"]))
    siblings = Siblings(copies())
    assert of(siblings.copies[0], times=2).tolist() == of(siblings.copies[0], 2).tolist()


def noting(table):
    pearson(table["rate"], table["score"])
    assert table["rate"].max() > 0.2
    return change(table)


def test_statistics_and_asserts_inside_are_those_of_no_other_copy():
    """A claim was refused for two answers, or for catching an assertion, that were of its copies."""
    of = derived(noting)

    @claim("made-up", source="nowhere")
    def body(table):
        """Made up."""
        assert pearson(of(table), table["rate"]).p < 0.9

    verdict = judge(claim_of(body), body, world(0.9, 8, seed=3), checks=QUICK)
    assert len(verdict.answer.estimates) == 1


def test_it_keeps_its_name_and_what_is_said_of_it():
    of = derived(change)
    assert (of.__name__, of.__module__) == (change.__name__, __name__)
