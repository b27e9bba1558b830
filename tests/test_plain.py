from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest
from worlds import rises, world

from pytest_claims.asking.answer import ask
from pytest_claims.asking.plain import plain

if TYPE_CHECKING:
    from pytest_claims.data.panel import Panel

SEEN = []
LIMIT = 2.0


def with_defaults(panel: Panel, limit: float = 0.5, *, note: str = "yes") -> None:
    """Made up. Its annotations are names that are there for type checkers only."""
    SEEN.append((limit, note))
    assert panel.cosine.max() > limit, "too low"


def reads_a_global(panel):
    assert panel.cosine.max() > LIMIT


class Suite:
    most = 3

    def test_method(self, panel):
        assert len(panel) > self.most
        assert self.__hidden(panel) > self.most

    def __hidden(self, panel):
        return len(panel)


def opposite(function):
    @functools.wraps(function)
    def inner(panel):
        with pytest.raises(AssertionError):
            function(panel)

    return inner


@opposite
def decorated(panel):
    assert panel.cosine.max() > 2


def closure(outer):
    def inner(panel):
        assert len(panel) > outer

    return inner


@pytest.mark.parametrize(
    "body", [rises, with_defaults, reads_a_global, Suite().test_method, closure(3), closure(30), decorated]
)
def test_plain_body_says_the_same(body):
    for seed in range(20):
        panel = world(0.6, 8, seed)
        assert ask(plain(body), panel) == ask(body, panel)


@pytest.mark.parametrize("body", [with_defaults, reads_a_global, Suite().test_method, closure(3)])
def test_plain_body_is_not_rewritten(body):
    assert "@pytest_ar" in body.__code__.co_names
    assert "@pytest_ar" not in plain(body).__code__.co_names


def test_defaults_and_messages_are_kept():
    panel = world(0.5, 8, seed=0)
    SEEN.clear()
    reason = ask(lambda some: plain(with_defaults)(some, limit=2.0), panel).reason
    assert reason.startswith("too low: assert ")
    with pytest.raises(AssertionError, match="too low"):
        plain(with_defaults)(panel)
    assert SEEN == [(2.0, "yes"), (0.5, "yes")]


def test_globals_are_those_of_the_module(monkeypatch):
    body = plain(reads_a_global)
    monkeypatch.setattr(f"{__name__}.LIMIT", -2.0)
    assert ask(body, world(0.5, 8, seed=0)).outcome == "held"


def test_what_has_no_file_stays_as_it_is():
    for function in (eval("lambda panel: None"), len):  # noqa: S307
        assert plain(function) is function
