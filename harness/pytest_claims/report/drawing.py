"""A drawing that is made again only where it would show something else: drawing takes longer than judging.

Knows nothing about what is drawn.
"""

import hashlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure
from PIL import Image

from pytest_claims.base.whole_file import write_whole


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """How to draw a figure, all that it shows, as text, and the settings of matplotlib to draw it with."""

    draw: Callable[[], Figure]
    shows: str
    style: Mapping[Any, Any] = field(default_factory=dict)

    def save(self, stem: Path, *suffixes: str) -> list[Path]:
        """Write the figure in each format, a PNG first; files of the same content are left as they are."""
        paths = [stem.with_name(stem.name + suffix) for suffix in suffixes]
        key = hashlib.sha256((_code() + _code_of(self.draw) + self.shows).encode()).hexdigest()
        if not (all(path.is_file() for path in paths) and _key_of(paths[0]) == key):
            with mpl.rc_context(dict(self.style)):
                figure = self.draw()
                contents = [_in_format(figure, path.suffix, key) for path in paths]
            for path, content in zip(paths, contents, strict=True):
                write_whole(content, path)
        return paths


@dataclass(frozen=True, kw_only=True)
class Named:
    """A drawing, the name of its file without suffix, and the formats to write it in, a PNG first."""

    name: str
    suffixes: tuple[str, ...]
    drawing: Drawing


def _in_format(figure: Figure, suffix: str, key: str) -> bytes:
    # No date in a file: the same content gives the same bytes.
    about = {"CreationDate": None, "Subject": key} if suffix == ".pdf" else {"Description": key}
    figure.savefig(content := BytesIO(), format=suffix[1:], metadata=about)
    return content.getvalue()


def _key_of(png: Path) -> str | None:
    try:
        with Image.open(png) as image:
            return image.info.get("Description")
    except OSError:  # not a picture any more: it is drawn again
        return None


@cache
def _code() -> str:
    """What draws: all files of this folder."""
    return "".join(path.read_text(encoding="utf-8") for path in sorted(Path(__file__).parent.glob("*.py")))


def _code_of(draw: Callable[[], Figure]) -> str:
    """The file of a finding's own drawing, if it is one."""
    function: Any = getattr(draw, "func", draw)
    return Path(inspect.getfile(function)).read_text(encoding="utf-8")
