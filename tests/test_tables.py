"""Any dataclass becomes tables of columns, which their schema describes, and comes back from them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass

import hypothesis.strategies as st
import jsonschema
import pydantic
import pytest
from hypothesis import given, settings

from pytest_claims.base.errors import InputError
from pytest_claims.base.table_shape import shapes_of
from pytest_claims.base.tables import content_of, tables_of
from pytest_claims.base.tables_schema import tables_schema


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A ``value`` of ``parts``."""

    value: float = 0.5
    parts: tuple[str, ...] = ("a",)


@dataclass(frozen=True, kw_only=True)
class Twig:
    """What has a ``name``, and may have everything else.

    Attributes:
        name: of it.
        leaf: the only one.
        perhaps: one that may be missing, though all of it has defaults.
        pair: two numbers.
        leaves: many.
        numbers, lists, named: by name.
    """

    name: bool
    leaf: Leaf = field(default_factory=lambda: Leaf(value=2.0))
    perhaps: Leaf | None = Leaf(value=3.0)
    pair: tuple[float, float] | None = None
    leaves: tuple[Leaf, ...] = (Leaf(),)
    numbers: Mapping[str, float] = field(default_factory=lambda: {"x": 1.0})
    lists: Mapping[str, tuple[float | None, ...]] = field(default_factory=dict)
    named: Mapping[str, Leaf] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A ``title``, and ``twigs``, and ``rest``.

    Attributes:
        either: a number or a word.
    """

    title: str
    either: int | float | str | None = None
    twigs: tuple[Twig, ...] = ()
    rest: tuple[Leaf, ...] = ()
    more: tuple[Twig, ...] = ()


plain = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, 1.0, -2.0, 0.5])
names = st.text(max_size=3)
leaf = st.builds(Leaf, value=plain, parts=st.lists(names, max_size=2).map(tuple))
twig = st.builds(
    Twig,
    name=st.booleans(),
    leaf=leaf,
    perhaps=st.none() | leaf,
    pair=st.none() | st.tuples(plain, plain),
    leaves=st.lists(leaf, max_size=3).map(tuple),
    numbers=st.dictionaries(names, plain, max_size=2),
    lists=st.dictionaries(names, st.lists(st.none() | plain, max_size=3).map(tuple), max_size=2),
    named=st.dictionaries(names, leaf, max_size=2),
)
twigs = st.lists(twig, max_size=4).map(tuple)
either = st.none() | plain | st.integers() | names
tree = st.builds(Tree, title=names, either=either, twigs=twigs, rest=st.lists(leaf, max_size=3).map(tuple), more=twigs)
adapter = pydantic.TypeAdapter(Tree)
SCHEMA = tables_schema(Tree, title="trees", description="of leaves", beside={})
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def tables(of: Tree) -> dict:
    return json.loads(json.dumps(tables_of(Tree, adapter.dump_python(of, mode="json"))))


@settings(max_examples=40, deadline=None)
@given(tree)
def test_there_and_back_again(one):
    file = tables(one)
    assert adapter.validate_python(content_of(Tree, file)) == one
    VALIDATOR.validate(file)
    again = adapter.dump_python(adapter.validate_python(content_of(Tree, file)), mode="json")
    assert tables_of(Tree, again) == tables_of(Tree, adapter.dump_python(one, mode="json"))


def test_defaults_and_empty_tables_are_left_out():
    one = Tree(title="t", twigs=(Twig(name=True, perhaps=None, leaves=(), numbers={"x": 1.0}),) * 2)
    assert tables(one) == {
        "title": "t",
        "either": None,
        "tables": {"twigs": {"name": [True, True], "leaf.value": [2, 2]}},
    }


def test_rows_that_say_nothing_are_counted():
    one = Tree(title="t", rest=(Leaf(), Leaf()))
    assert tables(one)["tables"] == {"rest": {"in": {"runs": [2]}}}
    assert adapter.validate_python(content_of(Tree, tables(one))) == one
    VALIDATOR.validate(tables(one))


def test_rows_say_which_row_above_they_belong_to():
    one = Tree(title="t", twigs=tuple(Twig(name=True, leaves=(Leaf(value=1.5),) * count) for count in (2, 0, 1)))
    assert tables(one)["tables"]["twigs.leaves"] == {"in": {"runs": [2, 0, 1]}, "value": [1.5, 1.5, 1.5]}


def test_schema_is_one_and_describes_every_column():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    found = SCHEMA["$defs"]["tables"]["properties"]
    assert set(found) == {
        *("twigs", "twigs.leaves", "twigs.named", "rest", "more", "more.leaves", "more.named"),
    }
    assert found["twigs"]["properties"]["numbers.key"]["description"] == "by name."
    assert found["twigs"]["properties"]["leaf.value"]["description"] == "A value of parts."
    assert found["twigs"]["properties"]["pair"]["default"] is None


@pytest.mark.parametrize("column", [["x"], {"runs": [1]}, [True, "x"], [None]])
def test_schema_refuses_what_is_no_column_of_this_type(column):
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate({"title": "t", "either": 1, "tables": {"twigs": {"name": column}}})


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (None, "'tables' are missing"),
        ({"twigs": []}, "no tables of columns"),
        ({"twigs": {"name": [True], "leaf.value": [1, 2]}}, "'twigs' has columns of 1 and 2 values"),
        (
            {"twigs": {"name": [True]}, "twigs.leaves": {"in": [1], "value": [1]}},
            "'twigs.leaves' belongs to row 1 ",
        ),
        ({"twigs": {"name": [True]}, "twigs.leaves": {"value": [1]}}, "'twigs.leaves' does not say"),
        ({"twigs": {"name": [True]}, "twigs.named": {"in": [0], "value.value": [1]}}, "has no 'key'"),
        ({"twigs": {"name": [True], "numbers.key": [["x"]]}}, "keys and values of 'numbers'"),
        ({"twigs": {"name": [True], "numbers.key": [["x"]], "numbers.value": [[]]}}, "keys and values of 'numbers'"),
        ({"twigs": {"name": 3}}, "cannot be read"),
    ],
)
def test_broken_tables_are_refused(broken, message):
    with pytest.raises(InputError, match=message):
        content_of(Tree, {"title": "t", "tables": broken})


@pytest.mark.parametrize("hint", [Leaf | Twig, tuple[Leaf, ...] | None, list[Leaf], tuple[tuple[Leaf, ...], ...]])
def test_what_fits_into_no_table_is_refused(hint):
    with pytest.raises(TypeError, match=r"odd is .*; wanted one dataclass"):
        shapes_of(make_dataclass("Odd", [("odd", hint)]))
