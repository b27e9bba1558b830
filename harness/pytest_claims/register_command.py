"""The command ``pytest-claims register``: writes down what claims say now, before there are data to judge them on.

Knows nothing about what is written: it has pytest collect the claims.
"""

import argparse
import io
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import is_given
from pytest_claims.base.whole_file import write_whole
from pytest_claims.data.registration import FILE, RegisteredClaim, Registration, Registrations, read_registrations
from pytest_claims.session.registering import Registrar
from pytest_claims.words.listed import listed
from pytest_claims.words.verdict import several

if TYPE_CHECKING:
    from pytest_claims.data.finding import Finding

_PROVES: Final = (
    "Commit it before data are collected, and push it, or a signed tag of it: the date in a file proves nothing, and "
    "the history that others have does."
)


def register(arguments: Sequence[str]) -> int:
    """Write down what claims say now, to be committed before their data are collected."""
    folder: Path = _parser().parse_args(arguments).folder
    if not folder.is_dir():
        raise InputError(f"no folder {str(folder)!r}; give that of a finding, as claims/mine, or of all of them")
    registrar = Registrar()
    if status := _collect(folder, registrar):
        return status
    written = False
    for finding, registration in registrar.registrations:
        lines, wrote = added(finding, registration)
        written = written or wrote
        print(*lines, sep="\n")  # noqa: T201  a command's answer
    if written:
        print(_PROVES)  # noqa: T201
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pytest-claims register", description=register.__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=Path("claims"), help="of a finding, or of several; claims/ by default"
    )
    return parser


def _collect(folder: Path, registrar: Registrar) -> int:
    """Have pytest collect the claims; 0, or its exit status where it cannot."""
    said = io.StringIO()
    with redirect_stdout(said):
        status = pytest.main(
            [
                *(str(folder), "--collect-only", "-qq", "--no-header", "-p", "no:cacheprovider"),
                *("--claims-no-baseline", "--claims-no-report"),
                *("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"),  # this one was
            ],
            plugins=[registrar],
        )
    if status in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        if not registrar.registrations:
            raise InputError(f"no claims in {folder}; write one, or give another folder")
        return 0
    print(said.getvalue(), end="", file=sys.stderr)  # noqa: T201
    return int(status)


def added(finding: "Finding | None", registration: Registration) -> tuple[list[str], bool]:
    """Add what is new or changed to the file of a finding: what is said of that, and whether there was anything."""
    if finding is None:
        count = several(len(registration.claims), "claim")
        return [f"not registered: {count} of no finding; write a finding.toml beside, as pytest-claims new does"], False
    path = Path(os.path.relpath(finding.folder)) / FILE
    known = read_registrations(path) if is_given(path) else Registrations()
    latest = known.latest
    gone = [name for name in latest if name not in registration.claims] if registration.whole else []
    lines = [f"{path}: registered before, and not there any more: {listed(gone)}"] if gone else []
    changed = {name: one for name, one in registration.claims.items() if latest.get(name) != one}
    if not changed and (known.whole or not registration.whole):
        return [*lines, f"{path}: nothing to add, {several(len(registration.claims), 'claim')} as registered"], False
    new = registration.model_copy(update={"claims": changed})
    write_whole(known.model_copy(update={"registrations": (*known.registrations, new)}).text(), path)
    return [*lines, f"{path}: {_counted(changed, latest)}"], True


def _counted(changed: Mapping[str, RegisteredClaim], latest: Mapping[str, RegisteredClaim]) -> str:
    """How many claims are new, and which of those that were registered are not what they were."""
    anew = [name for name in changed if name in latest]
    parts = [f"{several(len(changed) - len(anew), 'claim')} registered"] if len(changed) > len(anew) or not anew else []
    return ", ".join([*parts, *([f"{several(len(anew), 'claim')} registered anew ({listed(anew)})"] if anew else [])])
