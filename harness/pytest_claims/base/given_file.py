"""Files that a user gives: their content as bytes, text or JSON, or one line that says why it cannot be had.

Knows nothing about what is in them.
"""

import codecs
import json
import stat
from pathlib import Path
from typing import Any, Final

from pytest_claims.base.boundary import reading, unreadable
from pytest_claims.base.errors import InputError

_OTHER_TEXT: Final = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


def is_given(path: Path) -> bool:
    """Whether there is anything of that name, be it no file: False for what can be no name, too."""
    try:
        path.lstat()
    except (OSError, ValueError):
        return False
    return True


def given_bytes(path: Path, *, remedy: str, kind: str = "", name: str = "") -> bytes:
    """All of a file.

    Args:
        path: the file.
        remedy: what to do where it cannot be read.
        kind: what it is read as, such as ``a table``.
        name: what errors call it, if not by its path.

    Raises:
        InputError: where there is none, it may not be read, or it is no file: a pipe would wait for its other end.
    """
    refuse_no_file(path, remedy=remedy, kind=kind, name=name)
    with reading(name or str(path), remedy=remedy, kind=kind):
        return path.read_bytes()


def refuse_no_file(path: Path, *, remedy: str, kind: str = "", name: str = "") -> None:
    """Raise InputError where there is nothing, or no file. As :func:`given_bytes`."""
    where = name or str(path)
    with reading(where, remedy=remedy, kind=kind):
        mode = path.stat().st_mode if path.exists() or not path.is_symlink() else 0
    if other := _what_else(mode):
        raise InputError(unreadable(where, other, remedy=remedy, kind=kind))


def given_text(path: Path, *, remedy: str, kind: str = "", name: str = "") -> str:
    """All of a file as text, which is UTF-8, without the mark that some editors begin with. As :func:`given_bytes`."""
    where = name or str(path)
    return text_in(given_bytes(path, remedy=remedy, kind=kind, name=name), file=where, remedy=remedy, kind=kind)


def text_in(content: bytes, *, file: str, remedy: str, kind: str = "") -> str:
    """The text that these bytes of ``file`` are. Raises InputError where they are none, in UTF-8."""
    other = _OTHER_TEXT.get(content[:2], "not text: it holds NUL bytes" if b"\0" in content else "")
    if other:
        raise InputError(unreadable(file, f"it is {other}, wanted UTF-8", remedy=remedy, kind=kind))
    with reading(file, remedy=remedy, kind=kind):
        return content.decode("utf-8-sig")


def json_in(text: str, *, file: str, remedy: str, kind: str = "JSON") -> Any:
    """What this JSON of ``file`` says. Raises InputError where it is none, says a thing twice, or is no Unicode."""
    with reading(file, remedy=remedy, kind=kind):
        content = json.loads(text, object_pairs_hook=_each_once)
        json.dumps(content, ensure_ascii=False).encode()  # half of a character, which nothing could write or show
    return content


def _what_else(mode: int) -> str:
    if not mode:
        return "it is a link that leads nowhere"
    if stat.S_ISDIR(mode):
        return "it is a folder"
    return "" if stat.S_ISREG(mode) else "it is a pipe or a device, and no file"


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key that is there twice JSON takes the last, without a word."""
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{next(key for key in keys if keys.count(key) > 1)!r} appears more than once")
    return content
