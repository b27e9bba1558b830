"""What is kept of a judgement: deletions and checks, under the hash of data, answer, the claim's code and harness.

Knows nothing about what a check does. It lives in pytest's own cache, so ``--cache-clear`` empties it
and ``-p no:cacheprovider`` does without. The answer on all the data is always asked for, and is part of
the hash: if code from elsewhere changes it, nothing that was kept counts.
"""

import hashlib
import inspect
import json
import sys
from collections.abc import Callable, Collection, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeVar

import pytest

from pytest_claims.asking.answer import Answer
from pytest_claims.base.code_of_test import code_of_test
from pytest_claims.base.errors import InputError
from pytest_claims.base.project import Sources, loaded_files, sources_of
from pytest_claims.base.read_besides import read_besides
from pytest_claims.verdicts.record import from_json, to_json

T = TypeVar("T")
_HASHES: Final = pytest.StashKey[dict[tuple[Path, ...], str]]()
_PLAIN: Final = (str, int, float, bool, type(None))
_LIBRARIES: Final = ("numpy", "scipy", "pingouin", "hypothesis", "scikit-learn")


class Kept:
    """What was found for one claim on one subject, for :func:`pytest_claims.verdicts.judge.judge` to ask."""

    def __init__(
        self,
        config: pytest.Config,
        function: Any,
        claim: str,
        values: Mapping[str, object],
        data: str,
        tests: Collection[Path],
    ) -> None:
        """For one claim on one subject.

        Args:
            values: what the claim is parametrised with; unless they are plain, nothing is kept.
            data: the sha256 of its subject's data, and of what is declared of them.
            tests: the files of all tests of the session: of these only what the claim's module imports counts.
        """
        plain = all(isinstance(value, _PLAIN) for value in values.values())
        self._cache = getattr(config, "cache", None) if plain else None
        self._tests, self._hashes = tests, config.stash.setdefault(_HASHES, {})
        self._conftests = _conftests(config)  # of several only one is there as a module
        self._about = (data, claim, repr(sorted(values.items())), _code_hash(function), _harness_hash())

    def __call__(
        self, what: str, kind: type[T], answer: Answer | None, make: Callable[[], tuple[T, ...]]
    ) -> tuple[T, ...]:
        """What is on record for this answer, or what ``make`` gives now, which is then kept.

        Without an answer it is what gives one, and asked each time: nobody knows all that a body may look at. Where
        that reads a file, nothing is kept of this claim, for what is in the file is part of no hash.
        """
        if self._cache is None:
            return make()
        if answer is None:
            with read_besides() as files:
                made = make()
            self._cache = None if files else self._cache
            return made
        # Not before: a body may load a module when it is called.
        loaded = (*loaded_files(leave_out=self._tests), *self._conftests)
        if loaded not in self._hashes:
            self._hashes[loaded] = hashlib.sha256("".join(map(_file_hash, loaded)).encode()).hexdigest()
        text = json.dumps([*self._about, self._hashes[loaded], what, to_json(answer)], sort_keys=True)
        place = f"claims/{hashlib.sha256(text.encode()).hexdigest()[:32]}"
        try:
            kept = self._cache.get(place, None)
            if kept is not None:
                return tuple(from_json(kind, one) for one in kept)
        except (InputError, TypeError):  # a file that was cut short or altered: made again
            pass
        plain = [to_json(one) for one in make()]
        self._cache.set(place, plain)
        return tuple(from_json(kind, one) for one in plain)  # 4 is 4.0 when it is read: alike, kept or not


def _conftests(config: pytest.Config) -> list[Path]:
    files = [getattr(plugin, "__file__", None) for plugin in config.pluginmanager.get_plugins()]
    return sorted(Path(file) for file in files if file and Path(file).name == "conftest.py")


def _code_hash(function: Any) -> str:
    """Of what the claim runs: its file less the other claims there, what that imports, and versions of libraries."""
    file = Path(inspect.getfile(function))
    module = sys.modules.get(function.__module__)
    sources = _sources(module) if module else Sources(files=(), libraries=())
    imported = [path for path in sources.files if path != file]
    own = code_of_test(file.read_bytes(), function.__qualname__, [path.read_bytes() for path in imported])
    return hashlib.sha256("".join([own, *map(_file_hash, imported), *sources.libraries]).encode()).hexdigest()


@cache
def _sources(module: ModuleType) -> Sources:
    return sources_of(module)


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _harness_hash() -> str:
    """Of everything that can change a result: the harness, less its reports, and the libraries it computes with."""
    root = Path(__file__).parents[1]
    files = [path for path in sorted(root.rglob("*.py")) if "report" not in path.relative_to(root).parts]
    versions = [f"{name} {_version(name)}" for name in _LIBRARIES]
    return hashlib.sha256("".join([*map(_file_hash, files), *versions]).encode()).hexdigest()


def _version(library: str) -> str:
    """Its version; empty where it lies on the path without being installed."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""
