"""The figures that findings bring: ``figures.py`` beside the claims, which says what to draw of a record.

Knows nothing about what they show. Such a file defines ``drawings(record)``, which gives each as
:class:`pytest_claims.figures.Named`. It is loaded by its path, wherever tests ran, when figures are drawn.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pytest_claims.base.module_file import module_at
from pytest_claims.base.schema import shown
from pytest_claims.report.drawing import Named
from pytest_claims.verdicts.record import Record

FILE: Final = "figures.py"


def drawings_beside(folders: Iterable[Path], record: Record, notices: list[str]) -> Iterator[Named]:
    """What each of these folders draws of the record; of a file that cannot be loaded or fails, a notice."""
    for folder in sorted(set(folders)):
        file = folder / FILE
        if not file.is_file():
            continue
        try:
            for one in module_at(file).drawings(record):
                if not isinstance(one, Named):
                    raise TypeError(f"drawings gives {shown(one)}, wanted pytest_claims.figures.Named")
                yield one
        except (Exception, SystemExit) as error:  # whatever a user's file does: no verdict hangs on a figure
            notices.append(f"{file} draws nothing ({type(error).__name__}: {error}); the tables have the numbers")
