"""Where baselines lie: named ones in a folder beside the reports, and the one without a name beside them.

Knows nothing about what is in them.
"""

import re
from pathlib import Path
from typing import Final

import pytest

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import is_given
from pytest_claims.base.option import value
from pytest_claims.session import options

DEFAULT: Final = "baseline.json"
_FOLDER: Final = "baselines"
_BEGINNING: Final = re.compile(rb'\s*\{\s*"format"\s*:')
_NAME: Final = re.compile(r"\w[\w.@+-]{0,99}")


def saves_to(config: pytest.Config) -> Path | None:
    """The file that ``--claims-save`` writes, and no other; None where nothing is saved.

    Raises:
        InputError: for a file that is there and is none of ours: it would be lost.
    """
    name = value(config, "claims_save")
    if name is None:
        return None
    path = _place(options.report_dir(config), name, config, "--claims-save")
    if name and is_given(path) and path.is_file() and not _is_ours(path):
        raise InputError(f"--claims-save would write over {path}, which is no baseline; give another name")
    return path


def _is_ours(path: Path) -> bool:
    """Whether a file begins as a baseline does, however it goes on."""
    with path.open("rb") as stream:
        return _BEGINNING.match(stream.read(200)) is not None


def compares_with(config: pytest.Config) -> Path | None:
    """The file that verdicts are compared with; None where they are not compared.

    A name is looked for beside the reports, and then in the folder ``reports`` of the project: it may be that these
    reports go elsewhere.
    """
    if value(config, "claims_no_baseline"):
        return None
    name = value(config, "claims_compare")
    if name is None and (value(config, "claims_save") is not None or not any(map(is_given, _beside(config, "")))):
        return None
    places = _beside(config, name or "")
    found = next((place for place in places if is_given(place)), None)
    if found is None and value(config, "claims_save") is not None:
        return None  # it is about to be written, or another one is
    if found is None:
        raise InputError(f"no baseline {places[0]}; write one with --claims-save{f'={name}' if name else ''}")
    return found


def _beside(config: pytest.Config, name: str) -> list[Path]:
    folders = dict.fromkeys([options.report_dir(config), options.home(config) / "reports"])
    return [_place(folder, name, config, "--claims-compare") for folder in folders]


def _place(folder: Path, name: str, config: pytest.Config, flag: str) -> Path:
    """The file of a name: a path is one as it is."""
    if not name:
        return folder / DEFAULT
    if "/" in name or "\\" in name or name.endswith(".json"):
        return Path(name)
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{flag} has {name:.100} as its name; wanted at most 100 letters, digits and . _ - @ +, or a file's path"
        )
    if (config.invocation_params.dir / name).is_dir():
        raise InputError(f"{flag} has {name} as its name, which is a folder; give a name, or the path of a file")
    return folder / _FOLDER / f"{name}.json"
