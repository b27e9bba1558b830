"""The command ``pytest-claims compare``: what two records say differently, without judging anything.

Knows nothing about where records come from.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.visible import visible
from pytest_claims.session.options import FAILING
from pytest_claims.verdicts.failing import Failing, failing_of
from pytest_claims.verdicts.known import Baseline, Place, known_of
from pytest_claims.verdicts.record import Record, read_record
from pytest_claims.verdicts.since import Since, since
from pytest_claims.words.news import changes
from pytest_claims.words.verdict import several

_RECORD: Final = "claims.json"
_MOST: Final = 10  # verdicts of one record alone that are named
_CHANGED: Final = 1
_REFUSED: Final = 2  # as argparse ends where arguments are off


def compare(arguments: Sequence[str]) -> int:
    """Say what two records say differently; exit status 1 if that counts, 2 if one of them is no record."""
    asked = _parser().parse_args(arguments)
    try:
        failing = failing_of(asked.fail)
        before, after = (read_record(path / _RECORD if path.is_dir() else path) for path in (asked.before, asked.after))
    except InputError as error:
        print(f"pytest-claims compare: {error}", file=sys.stderr)  # noqa: T201  a command's answer
        return _REFUSED
    return _compared(before, after, failing)


def _compared(before: Record, after: Record, failing: Failing) -> int:
    was = known_of(before)
    there = {(one.claim.id, one.subject) for one in after.verdicts}
    found = since(after, was, missing=[place for place in was.verdicts if place not in there])
    for line in _lines(after, was, found):
        print(visible(line))  # noqa: T201  a command's answer
    counts = any(map(failing.counts, found.changed.values())) or (failing.number and found.data)
    return _CHANGED if counts or found.missing else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pytest-claims compare", description=compare.__doc__)
    for name, which in (("before", "earlier"), ("after", "later")):
        parser.add_argument(name, type=Path, help=f"the {which} claims.json, or the folder of reports that has it")
    parser.add_argument(
        "--fail", default=FAILING, metavar="CHANGES", help="which changes give exit status 1, as --claims-compare-fail"
    )
    return parser


def _lines(after: Record, was: Baseline, found: Since) -> Iterator[str]:
    yield from (f"{kind}: {said}" for kind, said in changes(after, found))
    new = [(one.claim.id, one.subject) for one in after.verdicts if (one.claim.id, one.subject) not in was.verdicts]
    yield from _alone("missing in the later one", found.missing)
    yield from _alone("new in the later one", new)
    yield f"{several(found.unchanged, 'verdict')} of {len(was.verdicts):,} unchanged"


def _alone(where: str, places: Sequence[Place]) -> Iterator[str]:
    yield from (f"{where}: {claim} on {subject}" for claim, subject in places[:_MOST])
    if len(places) > _MOST:
        yield f"{where}: {several(len(places) - _MOST, 'verdict')} more"
