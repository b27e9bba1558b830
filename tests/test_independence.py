"""Levels that subjects have in common: which of their names count, and what follows."""

from dataclasses import replace

import numpy as np
import pytest
from declared import written
from shapes import ITEMS, items, runs
from worlds import made

from pytest_claims import Table
from pytest_claims.data.design import Design, Unit, Words
from pytest_claims.data.levels import Levels
from pytest_claims.verdicts.independence import Shared, groups, share, shared_by
from pytest_claims.verdicts.unit_record import MOST_NAMES, UnitRecord, unit_records


def seen(*names: str, unit: str = "item", shared: bool | None = True) -> UnitRecord:
    kept = names if shared else ()
    return UnitRecord(unit=unit, count=len(names), shared=shared, names=kept, sha256="".join(names) if shared else "")


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        (["a", "b"], ["c", "d"], ()),
        (["a", "b"], ["b", "c"], (Shared(unit="item", levels=("b",), count=1),)),
        (["a", "b"], ["b", "a"], (Shared(unit="item", levels=("a", "b"), count=2),)),
        (list("abcde"), list("abcde"), (Shared(unit="item", levels=("a", "b", "c"), count=5),)),
    ],
)
def test_levels_of_one_name_are_shared(one, other, common):
    first, second = [seen(*one)], [seen(*other)]
    assert share(first, second) == share(second, first) == bool(common)
    assert shared_by([first, second]) == common


def test_levels_of_two_units_are_not_the_same():
    assert not share([seen("a", unit="item")], [seen("a", unit="model")])
    assert not share([], [seen("a")])


def test_one_unit_in_common_is_enough():
    one = [seen("a", unit="item"), seen("x", unit="dataset")]
    other = [seen("b", unit="item"), seen("x", unit="dataset")]
    assert share(one, other)
    assert shared_by([one, other]) == (Shared(unit="dataset", levels=("x",), count=1),)


@pytest.mark.parametrize("shared", [True, False, None])
def test_unit_that_is_not_shared_in_one_of_them_is_not(shared):
    assert not share([seen("0", "1", unit="seed", shared=False)], [seen("0", "1", unit="seed", shared=shared)])


@pytest.mark.parametrize("other", [seen("a", shared=None), seen("b")])
def test_what_is_not_known_to_differ_is_not_independent(other):
    one = [seen("a", shared=None)]
    assert share(one, [other])
    assert shared_by([one, [other]]) == (Shared(unit="item", count=0),)


def test_what_several_share_is_counted_once():
    subjects = [[seen("a", "b")], [seen("b", "c")], [seen("c", "b")]]
    assert shared_by(subjects) == (Shared(unit="item", levels=("b", "c"), count=2),)


def test_groups_have_nothing_in_common():
    subjects = {"one": [seen("a")], "two": [seen("b")], "three": [seen("c")], "four": [seen("b", "c")]}
    assert groups(subjects) == (("one",), ("two", "three", "four"))
    del subjects["four"]
    assert groups(subjects) == (("one",), ("two",), ("three",))
    assert groups({}) == ()


def test_rows_are_levels_of_the_first_unit():
    (unit,) = unit_records(made(3))
    assert (unit.unit, unit.count, unit.shared, unit.names) == ("item", 3, True, ("item_0", "item_1", "item_2"))
    assert unit.sha256 == unit_records(made(3, seed=9))[0].sha256  # of names alone, and not of numbers
    assert unit.sha256 != unit_records(made(4))[0].sha256


def test_of_many_levels_names_are_not_kept_and_yet_the_same_are_known():
    few, many = made(MOST_NAMES), made(MOST_NAMES + 1)
    assert len(unit_records(few)[0].names) == MOST_NAMES
    assert unit_records(many)[0].names == ()
    assert shared_by([unit_records(many)] * 2) == (Shared(unit="item", count=MOST_NAMES + 1),)
    assert shared_by([unit_records(many), unit_records(few)]) == (Shared(unit="item", count=0),)


def test_nested_unit_is_the_same_where_what_it_lies_in_is():
    dataset, item = unit_records(items())
    assert (dataset.shared, dataset.names) == (True, ("d0", "d1", "d2"))
    assert (item.shared, item.count, item.names) == (False, 12, ())
    assert len(item.sha256) == 64
    (_, other) = unit_records(items(datasets=4))  # the same names of items, which lie in others
    assert item.sha256 != other.sha256


def test_unit_that_is_nested_in_what_is_absent_counts_by_itself():
    alone = replace(items(), levels={"item": items().levels["item"]})
    (item,) = unit_records(alone)
    assert item.shared is True
    assert item.names[:2] == ("i0", "i1")


def test_items_of_other_data_sets_are_independent():
    table = items()
    of = table.levels["dataset"]
    moved = replace(
        table, levels={**table.levels, "dataset": Levels(names=("e0", "e1", "e2"), codes=np.asarray(of.codes))}
    )
    assert not share(unit_records(table), unit_records(moved))
    assert share(unit_records(table), unit_records(table))


def test_finding_says_that_seeds_are_not_shared():
    design = replace(ITEMS, units=(Unit(name="dataset", shared=False), ITEMS.units[1]))
    table = replace(items(), design=design)
    assert not share(unit_records(table), unit_records(table))
    assert [unit.sha256 for unit in unit_records(table)] == ["", ""]  # nor are the items in them


def test_every_unit_that_is_not_nested_counts():
    assert [(unit.unit, unit.shared) for unit in unit_records(runs())] == [
        ("run", True),
        ("question", True),
        ("rollout", False),
    ]


def test_units_along_arrays_count():
    design = Design(words=Words(unit="item"), units=(Unit(name="item"), Unit(name="seed", shared=False)))
    table = Table(
        subject="a",
        rows=("x", "y"),
        columns={"score": np.zeros(2)},
        levels={"item": Levels.of(("x", "y"))},
        labels={"seed": (0, 1, 2)},
        design=design,
    )
    assert [(unit.unit, unit.count, unit.shared) for unit in unit_records(table)] == [
        ("item", 2, True),
        ("seed", 3, False),
    ]


MEASURED = "[measured]\nscore = {}\n"


def units_of(folder, toml: str, text: str) -> tuple[UnitRecord, ...]:
    finding = written(folder, 'data = "answers.csv"\n' + toml + MEASURED, {"answers.csv": text})
    return unit_records(finding.table(finding.subjects[0].measurement()))


def test_declared_units_are_shared_unless_the_finding_says_otherwise(tmp_path):
    toml = "[units]\nitem = {}\nseed = { shared = false }\n"
    item, seed = units_of(tmp_path, toml, "item,seed,score\na,0,1\nb,1,2\n")
    assert (item.shared, item.names) == (True, ("a", "b"))
    assert (seed.shared, seed.names, seed.sha256) == (False, (), "")


def test_of_rows_without_a_unit_nobody_knows_what_they_are(tmp_path):
    (row,) = units_of(tmp_path, "", "score\n1\n2\n")
    assert (row.shared, row.names, row.sha256) == (None, (), "")
    assert shared_by([(row,), (row,)]) == (Shared(unit="row", count=0),)
