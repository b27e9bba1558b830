"""The page of statistics has all of them, and no other, with the symbol and the needs that they have."""

import inspect
import re

import pytest

import pytest_claims
from pytest_claims.stats.estimate import Estimate

NAME = re.compile(r"`([a-z_]+)\(")


@pytest.fixture
def table(root):
    text = (root / "docs" / "statistics.md").read_text()
    return text.partition("## All of them")[2].partition("## Ties")[0]


def statistics():
    """The public functions that give an estimate."""
    for name in pytest_claims.__all__:
        found = getattr(pytest_claims, name)
        returns = inspect.signature(found).return_annotation if inspect.isfunction(found) else None
        if inspect.isclass(returns) and issubclass(returns, Estimate):
            yield name


def test_all_statistics_are_on_their_page_and_nothing_else_is(table):
    assert set(NAME.findall(table)) == set(statistics())


def test_arguments_are_called_as_they_are(table):
    for call in re.findall(r"`([a-z_]+\([^`]*\))`", table):
        name, _, rest = call.partition("(")
        known = inspect.signature(getattr(pytest_claims, name)).parameters
        for argument in filter(None, re.split(r"[,=)] *", rest)):
            assert argument in known, call


def test_whatever_else_the_page_names_is_there(root):
    text = (root / "docs" / "statistics.md").read_text().partition("## All of them")[0]
    for name in re.findall(r"`([a-z_]+)(?:\(|`)", text):
        assert hasattr(pytest_claims, name) or name == "clusters"
