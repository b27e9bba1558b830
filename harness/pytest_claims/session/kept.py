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
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final, TypeVar

import pytest

from pytest_claims.asking.answer import Answer
from pytest_claims.base.code_of_test import code_of_test
from pytest_claims.base.errors import InputError
from pytest_claims.base.project import Sources, loaded_files, sources_of
from pytest_claims.base.read_besides import read_besides
from pytest_claims.session.started import started
from pytest_claims.session.versions import versions
from pytest_claims.verdicts.record import from_json, to_json

T = TypeVar("T")
_HASHES: Final = pytest.StashKey[dict[tuple[Path, ...], str]]()
_PLAIN: Final = (str, int, float, bool, type(None))


class Kept:
    """What was found for one claim on one subject, for :func:`pytest_claims.verdicts.judge.judge` to ask."""

    def __init__(
        self,
        config: pytest.Config,
        function: Any,
        claim: str,
        values: Mapping[str, object],
        subject: str,
        data: str,
        tests: Collection[Path],
    ) -> None:
        """For one claim on one subject.

        Args:
            values: what the claim is parametrised with; unless they are plain, nothing is kept.
            subject: its subject's name, which it may look at.
            data: the sha256 of its subject's data, and of what is declared of them.
            tests: the files of all tests of the session: of these only what the claim's module imports counts.
        """
        plain = all(isinstance(value, _PLAIN) for value in values.values())
        self._cache = getattr(config, "cache", None) if plain else None
        self._tests, self._hashes = tests, config.stash.setdefault(_HASHES, {})
        self._conftests = _conftests(config)  # of several only one is there as a module
        self._started = started(config)
        code = _code_of(function)
        self._files = code.files
        self._about = (subject, data, claim, repr(sorted(values.items())), code.sha256, code.libraries, _harness_hash())

    def __call__(
        self, what: str, kind: type[T], answer: Answer | None, make: Callable[[], tuple[T, ...]]
    ) -> tuple[T, ...]:
        """What is on record for this answer, or what ``make`` gives now, which is then kept.

        Without an answer it is what gives one, and asked each time: nobody knows all that a body may look at. Where
        that reads a file, nothing is kept of this claim, for what is in the file is part of no hash.
        """
        if answer is None:
            with read_besides() as files:
                made = make()
            self._cache = None if files else self._cache
            return made
        # Not before: a body may load a module when it is called.
        loaded = self._loaded()
        # What was edited since is not what runs; under its hash another run would find what this one does.
        if self._cache is None or any(path.stat().st_mtime > self._started for path in (*self._files, *loaded)):
            return make()
        place = self._place(loaded, what, answer)
        try:
            kept = self._cache.get(place, None)
            if kept is not None:
                return tuple(from_json(kind, one) for one in kept)
        except (InputError, TypeError):  # a file that was cut short or altered: made again
            pass
        with read_besides() as files:
            plain = [to_json(one) for one in make()]
        if not files and self._loaded() == loaded:  # or copies look at what the answer did not
            self._cache.set(place, plain)
        return tuple(from_json(kind, one) for one in plain)  # 4 is 4.0 when it is read: alike, kept or not

    def _loaded(self) -> tuple[Path, ...]:
        return (*loaded_files(leave_out=self._tests), *self._conftests)

    def _place(self, loaded: tuple[Path, ...], what: str, answer: Answer) -> str:
        if loaded not in self._hashes:
            self._hashes[loaded] = hashlib.sha256("".join(map(_file_hash, loaded)).encode()).hexdigest()
        text = json.dumps([*self._about, self._hashes[loaded], what, to_json(answer)], sort_keys=True)
        return f"claims/{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def _conftests(config: pytest.Config) -> list[Path]:
    files = [getattr(plugin, "__file__", None) for plugin in config.pluginmanager.get_plugins()]
    return sorted(Path(file) for file in files if file and Path(file).name == "conftest.py")


@dataclass(frozen=True, kw_only=True)
class _Code:
    """What a claim runs: its own file, the first, and those of the project that this imports."""

    files: tuple[Path, ...]
    sha256: str
    libraries: str


@cache  # a claim is judged on many subjects, and what is edited meanwhile is not what runs
def _code_of(function: Any) -> _Code:
    """Of its file less the other claims there, and of what that imports; versions of libraries are told apart."""
    module, file = sys.modules.get(function.__module__), Path(inspect.getfile(function))
    sources = _sources(module) if module else Sources(files=(), libraries=())
    files = (file, *(path for path in sources.files if path != file))
    content, *imported = [path.read_bytes() for path in files]
    own = code_of_test(content, function.__qualname__, imported)
    hashes = (hashlib.sha256(one).hexdigest() for one in imported)
    text = "".join([own, *hashes])
    libraries = "".join(sources.libraries)
    return _Code(files=files, sha256=hashlib.sha256(text.encode()).hexdigest(), libraries=libraries)


@cache
def _sources(module: ModuleType) -> Sources:
    return sources_of(module)


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _harness_hash() -> str:
    """Of everything that can change a result: the harness, less what shows it, and the libraries it computes with."""
    root = Path(__file__).parents[1]
    files = [path for path in sorted(root.rglob("*.py")) if path.relative_to(root).parts[0] not in ("page", "report")]
    known = [f"{name} {version}" for name, version in versions().items()]
    return hashlib.sha256("".join([*map(_file_hash, files), *known]).encode()).hexdigest()
