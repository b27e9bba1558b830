"""What a finding adds to the view of a subject: ``views.py`` beside its claims.

Knows nothing about pytest or about what is shown. Such a file defines one or both of

- ``charts(subject)``, which gives :class:`pytest_claims.views.Chart`,
- ``replies(subject)``, which gives :class:`pytest_claims.views.Reply`,

of a :class:`Viewed`. It is loaded by its path. Whatever is wrong with it is a notice: no verdict hangs on it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pytest_claims.base.module_file import module_at
from pytest_claims.base.schema import shown
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.subject import Subject
from pytest_claims.page.chart import Chart
from pytest_claims.page.given_chart import given_chart
from pytest_claims.page.reply import Reply, first_of_each
from pytest_claims.reading.cells import Cells
from pytest_claims.verdicts.record import SubjectRecord

FILE: Final = "views.py"
MOST_REPLIES: Final = 1_000  # of a subject
_MAY: Final = ("charts", "replies")


@dataclass(frozen=True, kw_only=True)
class Viewed:
    """A subject as a finding's views see it.

    Attributes:
        record: what it was judged by.
        measurement: its data, as they were measured or read.
        file: where they are recorded, None for those of no one file.
        folder: where that lies, and what else may lie beside it.
    """

    record: SubjectRecord
    measurement: Measurement | Cells
    folder: Path | None = None
    file: Path | None = None

    @classmethod
    def of(cls, record: SubjectRecord, measurement: Measurement | Cells, subject: Subject) -> "Viewed":
        """The same, with the places of its data that its subject names, if they are there."""
        path = Path(subject.origin) if subject.recorded and subject.origin else None
        if path is None and subject.beside:
            path = subject.beside()
        if path is None or not path.exists():
            return cls(record=record, measurement=measurement)
        folder, file = (path.parent, path) if path.is_file() else (path, None)
        return cls(record=record, measurement=measurement, folder=folder, file=file)


def views_beside(folder: Path, viewed: Viewed, notices: list[str]) -> tuple[list[Chart], list[Reply]]:
    """What ``views.py`` in a finding's ``folder`` adds of a subject; nothing where there is no such file."""
    file = folder / FILE
    given: dict[str, Callable[[Viewed], Any]] = {}
    if file.is_file():
        with _telling(f"{file} adds nothing to the page", notices):
            given = _functions(file)
    where = f"of {viewed.record.name}"
    charts = _charts(given["charts"], viewed, f"{file}, charts {where}", notices) if "charts" in given else []
    replies = _replies(given["replies"], viewed, f"{file}, replies {where}", notices) if "replies" in given else []
    return charts, replies


def _functions(file: Path) -> dict[str, Callable[[Viewed], Any]]:
    module = module_at(file)
    found = {name: getattr(module, name) for name in _MAY if hasattr(module, name)}
    if not found:
        raise AttributeError(f"it defines neither {' nor '.join(_MAY)}")
    return found


def _charts(given: Callable[[Viewed], Any], viewed: Viewed, where: str, notices: list[str]) -> list[Chart]:
    """All that can be drawn: one that cannot leaves the others."""
    found: dict[str, Chart] = {}
    with _telling(f"{where}: some are missing on the page", notices):
        for one in given(viewed):
            with _telling(f"{where}: one is missing on the page", notices):
                chart = given_chart(one)
                if chart.name in found:
                    raise ValueError(f"two charts are named {chart.name}; name each once")
                found[chart.name] = chart
    return list(found.values())


def _replies(given: Callable[[Viewed], Any], viewed: Viewed, where: str, notices: list[str]) -> list[Reply]:
    found: list[Reply] = []
    with _telling(f"{where}: some are missing on the page", notices):
        first = first_of_each(map(_reply, given(viewed)))
        for one in islice(first, MOST_REPLIES):
            found.append(one)  # one by one: what came before a failure is kept
        if next(first, None) is not None:
            raise ValueError(f"there are more than {MOST_REPLIES:,}; give fewer of each condition")
    return found


def _reply(given: object) -> Reply:
    if not isinstance(given, Reply):
        raise TypeError(f"replies gives {shown(given)}, wanted pytest_claims.views.Reply")
    return given


@contextmanager
def _telling(what: str, notices: list[str]) -> Iterator[None]:
    """Make a notice, once, of whatever a user's file does."""
    try:
        yield
    except (Exception, SystemExit) as error:
        notice = f"{what} ({type(error).__name__}: {error})"
        if notice not in notices:
            notices.append(notice)
