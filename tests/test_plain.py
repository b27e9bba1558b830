from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest
from worlds import rises, world

from pytest_claims.asking.answer import ask
from pytest_claims.asking.plain import plain

if TYPE_CHECKING:
    from pytest_claims.data.table import Table

SEEN = []
LIMIT = 2.0


def with_defaults(table: Table, limit: float = 0.5, *, note: str = "yes") -> None:
    """Made up. Its annotations are names that are there for type checkers only."""
    SEEN.append((limit, note))
    assert table["score"].max() > limit, "too low"


def reads_a_global(table):
    assert table["score"].max() > LIMIT


class Suite:
    most = 3

    def test_method(self, table):
        assert len(table) > self.most
        assert self.__hidden(table) > self.most

    def __hidden(self, table):
        return len(table)


def opposite(function):
    @functools.wraps(function)
    def inner(table):
        with pytest.raises(AssertionError):
            function(table)

    return inner


@opposite
def decorated(table):
    assert table["score"].max() > 2


def closure(outer):
    def inner(table):
        assert len(table) > outer

    return inner


@pytest.mark.parametrize(
    "body", [rises, with_defaults, reads_a_global, Suite().test_method, closure(3), closure(30), decorated]
)
def test_plain_body_says_the_same(body):
    for seed in range(20):
        table = world(0.6, 8, seed)
        assert ask(plain(body), table) == ask(body, table)


@pytest.mark.parametrize("body", [with_defaults, reads_a_global, Suite().test_method, closure(3)])
def test_plain_body_is_not_rewritten(body):
    assert "@pytest_ar" in body.__code__.co_names
    assert "@pytest_ar" not in plain(body).__code__.co_names


def test_defaults_and_messages_are_kept():
    table = world(0.5, 8, seed=0)
    SEEN.clear()
    assert ask(lambda some: plain(with_defaults)(some, limit=2.0), table).unmet.message == "too low"
    with pytest.raises(AssertionError, match="too low"):
        plain(with_defaults)(table)
    assert SEEN == [(2.0, "yes"), (0.5, "yes")]


def test_globals_are_those_of_the_module(monkeypatch):
    body = plain(reads_a_global)
    monkeypatch.setattr(f"{__name__}.LIMIT", -2.0)
    assert ask(body, world(0.5, 8, seed=0)).outcome == "held"


def test_what_has_no_file_stays_as_it_is():
    for function in (eval("lambda table: None"), len):  # noqa: S307
        assert plain(function) is function
