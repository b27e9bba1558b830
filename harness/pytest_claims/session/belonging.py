"""Which finding a claim belongs to: the nearest folder at or above its file that declares one.

Knows nothing about what a finding declares.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from pytest_claims.base.errors import InputError
from pytest_claims.data.declaration_file import FILE
from pytest_claims.session import options

if TYPE_CHECKING:
    from pytest_claims.data.finding import Finding

_FINDINGS: Final = pytest.StashKey[dict[Path, "Finding"]]()


def finding_at(config: pytest.Config, file: Path) -> "Finding | None":
    """The finding of the claims in a file; None where no folder of the project above it declares one.

    Raises:
        InputError: for a declaration that cannot be read, and for two findings of one name.
    """
    known = config.stash.setdefault(_FINDINGS, {})
    top = {options.home(config), config.rootpath}
    for folder in file.parents:
        if folder not in known and (folder / FILE).is_file():
            known[folder] = _read(folder, known.values())
        if folder in known:
            return known[folder]
        if folder in top:
            return None
    return None


def _read(folder: Path, others: "Iterable[Finding]") -> "Finding":
    from pytest_claims.data.finding import read_finding

    finding = read_finding(folder)
    for other in others:
        if other.name == finding.name:
            raise InputError(
                f"two findings are named {finding.name!r}, after their folders: {other.folder} and {folder}; rename one"
            )
    return finding


def findings_of(config: pytest.Config) -> "tuple[Finding, ...]":
    """The findings of all claims that were collected so far."""
    return tuple(config.stash.get(_FINDINGS, {}).values())
