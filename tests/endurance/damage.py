"""Damage: one file of a finished store is altered; the next run finds out, or did not need it.

Knows nothing about what the files are.
"""

import random
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from endurance.study import Study
from endurance.trial import Trial, in_child


def trial(study: Study, number: int, draw: random.Random, store: Path) -> Trial:
    """Damage one file in a copy of the finished store, run again, compare with the undisturbed run."""
    shutil.copytree(study.reference, store)
    files = sorted(file for file in store.rglob("*") if file.is_file())
    file, kind = draw.choice(files), draw.choice(sorted(_DAMAGE))
    _DAMAGE[kind](file, draw)
    if draw.random() < 0.7:  # or else the finished measurement is found, and nothing below it is looked at
        shutil.rmtree(store / "measurement")
    ended = in_child(partial(study.run, store))
    refused = bool(ended.status) and f"pytest-claims measure: {store}" in ended.said
    wrong = ended.fault or ("" if refused or not ended.status else f"ended with {ended.status}: {ended.said[-200:]}")
    made_again = "made again" in ended.said or "begins anew" in ended.said
    return Trial(
        part="damaged files",
        number=number,
        did=f"{kind}: {file.relative_to(store)}",
        ended="refused in a line" if refused else "found out, and made again" if made_again else "not needed",
        disturbances=1,
        wrong=wrong or ("" if refused else study.difference(store)),
    )


def _flip(file: Path, draw: random.Random) -> None:
    content = bytearray(file.read_bytes())
    if content:
        content[draw.randrange(len(content))] ^= 1 << draw.randrange(8)
    file.write_bytes(content)


def _truncate(file: Path, draw: random.Random) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: draw.randrange(len(content) + 1)])


def _swap(file: Path, draw: random.Random) -> None:
    """Exchange two entries of one kind, as a hand that sorts files might."""
    entry = next((above for above in file.parents if (above / "entry.json").is_file()), None)
    others = sorted(other for other in entry.parent.iterdir() if other != entry) if entry else []
    if entry is None or not others:
        return _truncate(file, draw)
    other, aside = draw.choice(others), entry.with_name("aside")
    entry.rename(aside)
    other.rename(entry)
    aside.rename(other)
    return None


def _empty_manifest(file: Path, draw: random.Random) -> None:
    """A manifest of another shape."""
    manifest = file.parent / "entry.json"
    manifest.write_text(draw.choice(["[]", "{}", "null", '{"key": 1}', '{"files": [], "key": {}}', "\x00"]))


def _link(file: Path, _: random.Random) -> None:
    file.unlink()
    file.symlink_to(file.with_name("nowhere"))


def _folder(file: Path, _: random.Random) -> None:
    file.unlink()
    file.mkdir()


def _remove(file: Path, _: random.Random) -> None:
    file.unlink()


_DAMAGE: Mapping[str, Callable[[Path, random.Random], None]] = {
    "a bit flipped": _flip,
    "cut short": _truncate,
    "two entries swapped": _swap,
    "a manifest of another shape": _empty_manifest,
    "a dangling link": _link,
    "a folder in place of a file": _folder,
    "removed": _remove,
}
