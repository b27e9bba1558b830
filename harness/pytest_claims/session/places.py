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
_NAME: Final = re.compile(r"\w[\w.@+-]{0,99}")


def saves_to(config: pytest.Config) -> Path | None:
    """The file that ``--claims-save`` writes, and no other; None where nothing is saved."""
    name = value(config, "claims_save")
    return None if name is None else _place(options.report_dir(config), name, config, "--claims-save")


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
    return next((place for place in places if is_given(place)), places[0])


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
    return Path(name) if is_given(Path(name)) else folder / _FOLDER / f"{name}.json"
