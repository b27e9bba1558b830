"""Which finding a claim belongs to: the nearest folder at or above its file that declares one.

Knows nothing about what a finding declares.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from pytest_claims.data.declaration_file import FILE
from pytest_claims.session import options

if TYPE_CHECKING:
    from pytest_claims.data.finding import Finding

_FINDINGS: Final = pytest.StashKey[dict[Path, "Finding"]]()


def finding_at(config: pytest.Config, file: Path) -> "Finding | None":
    """The finding of the claims in a file; None where no folder of the project above it declares one.

    Raises:
        InputError: for a declaration that cannot be read.
    """
    known = config.stash.setdefault(_FINDINGS, {})
    top = {options.home(config), config.rootpath}
    for folder in file.parents:
        if folder not in known and (folder / FILE).is_file():
            from pytest_claims.data.finding import read_finding

            known[folder] = read_finding(folder)
        if folder in known:
            return known[folder]
        if folder in top:
            return None
    return None


def findings_of(config: pytest.Config) -> "tuple[Finding, ...]":
    """The findings of all claims that were collected so far."""
    return tuple(config.stash.get(_FINDINGS, {}).values())
