"""Which fonts can draw a text: the usual one, others of this system beside it, or none.

Knows nothing about figures.
"""

from collections.abc import Iterable
from functools import cache
from typing import Final

from matplotlib import font_manager

USUAL: Final = "DejaVu Sans"  # comes with matplotlib
_BOXES: Final = "last resort"  # a font that has a box for every sign


def families(text: str) -> list[str]:
    """The usual font, and as few others as draw what it lacks of ``text``, each the one that draws most of the rest."""
    found, rest = [USUAL], _lacking(USUAL, set(text))
    while rest:
        best = min(_others(), key=lambda name: (len(_lacking(name, rest)), name), default=USUAL)
        if _lacking(best, rest) == rest:
            break
        found.append(best)
        rest = _lacking(best, rest)
    return found


def drawable(text: str) -> bool:
    """Whether fonts of this system have every sign of ``text``."""
    rest = _lacking(USUAL, set(text))
    return not rest or all(any(not _lacking(name, {sign}) for name in _others()) for sign in rest)


def _lacking(family: str, signs: Iterable[str]) -> set[str]:
    return {sign for sign in signs if ord(sign) not in _signs_of(family)}


@cache
def _others() -> tuple[str, ...]:
    names = {font.name for font in font_manager.fontManager.ttflist}
    return tuple(sorted(name for name in names if name != USUAL and _BOXES not in name.lower()))


@cache
def _signs_of(family: str) -> frozenset[int]:
    try:
        return frozenset(font_manager.get_font(font_manager.findfont(family)).get_charmap())
    except (OSError, RuntimeError, ValueError):  # a file that is no font any more, or one of another kind
        return frozenset()
