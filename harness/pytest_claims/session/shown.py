"""What is in the data of each finding, shown in place of judging them.

Knows nothing about verdicts. It is imported where there are claims, and it was asked for.
"""

import functools
from collections.abc import Iterator, Sequence

import pytest

from pytest_claims.asking.plain import plain
from pytest_claims.asking.used import used
from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.heard import heard
from pytest_claims.base.visible import visible
from pytest_claims.data.layout import layout_of
from pytest_claims.data.summary import summary_of
from pytest_claims.data.table import Table
from pytest_claims.reading.cells import Cells
from pytest_claims.session.admission import DATA
from pytest_claims.session.asked import arguments_of, parameters, subject_of
from pytest_claims.session.called import call
from pytest_claims.session.offer import Loaded, Offer, lacking
from pytest_claims.session.reader import Reader, reader_of
from pytest_claims.words.summary import summary_lines


class Shown:
    """The pytest plugin object that shows data. ``claims`` are the tests of a session that would be judged."""

    def __init__(self, offer: Offer, claims: Sequence[pytest.Function]) -> None:
        self._offer, self._claims = offer, claims
        self._lines: list[str] = []
        self._failed: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Read all data; no test is run."""
        by_finding: dict[str, list[pytest.Function]] = {}
        for item in self._claims:
            by_finding.setdefault(reader_of(item).name, []).append(item)
        for name, items in by_finding.items():
            self._lines += self._finding(name, items)
        if self._failed:
            session.testsfailed = len(self._failed)
        return True

    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Print them."""
        terminalreporter.section("data")
        for line in self._lines:
            terminalreporter.write_line(visible(line))
        for line in self._failed:
            terminalreporter.write_line(f"ERROR: {visible(line)}", red=True)

    def _finding(self, name: str, items: Sequence[pytest.Function]) -> Iterator[str]:
        finding = reader_of(items[0]).finding
        yield f"{name}: {finding.title}" if finding else "claims of no finding"
        asked: dict[str, list[pytest.Function]] = {}
        for item in items:
            if subject := subject_of(item):
                asked.setdefault(subject.name, []).append(item)
        for several in asked.values():
            yield from self._subject(several)

    def _subject(self, items: Sequence[pytest.Function]) -> Iterator[str]:
        """What is in the data of the subject of these claims, or that it cannot be had."""
        subject, reader = subject_of(items[0]), reader_of(items[0])
        assert subject is not None  # noqa: S101  claims without any are refused before
        try:
            loaded = self._offer.load(subject, reader)
        except Exception as error:
            told = in_one_line(error)
            if told is None:  # a bug, of which the traceback is wanted
                raise
            self._failed.append(f"{lacking(subject)}: {told}")
            return
        unread, summed = _left(loaded, reader)
        summary = summary_of(loaded.table, unread=unread, unused=_unused(loaded, reader, items), summed=summed)
        yield from (f"  {line}" for line in summary_lines(summary))


def _left(loaded: Loaded, reader: Reader) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is in the data and nobody asked for, and the dimensions of arrays over which counts were summed."""
    if isinstance(loaded.data, Cells):
        return loaded.data.unread, ()
    if reader.finding is None or not reader.declares:
        return (), ()
    layout = layout_of(loaded.data, reader.finding.declared)
    return layout.unread, tuple(f"{dim} ({loaded.data.data.sizes[dim]:,})" for dim in layout.summed)


def _unused(loaded: Loaded, reader: Reader, items: Sequence[pytest.Function]) -> tuple[str, ...]:
    """What the finding declares and none of the claims asks for."""
    asked = set[str]()
    for item in items:
        values = parameters(item)
        arguments = {name: values[name] for name in arguments_of(item) if name != DATA}
        with heard(own=False):
            asked |= used(functools.partial(call, plain(item.obj), arguments), loaded.table)
    return tuple(name for name in _declared(loaded.table) if name not in asked)


def _declared(table: Table) -> Iterator[str]:
    """Columns, and factors that are labels: units are there for checks, too, and counts go with their rates."""
    counts = {name for rate in table.design.rates for name in (rate.successes, rate.trials)}
    errors = set(table.design.errors.values())
    yield from (name for name in table.columns if name not in counts | errors)
    yield from (factor.name for factor in table.design.factors if factor.name in table.levels)
