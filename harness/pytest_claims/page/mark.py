"""The mark of a verdict in the matrix: a shape and a word, so that nobody needs its colour.

Knows nothing about the page that it stands on.
"""

from dataclasses import dataclass
from typing import Final

from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.verdict import word

_SHAPES: Final = {
    ("held", "robust"): "●",
    ("held", "fragile"): "◐",
    ("held", "untested"): "●",
    ("held", "uninformative"): "○",
    ("held", "not shown otherwise"): "○",
    ("contradicted", "fragile"): "✗",
    ("failed", "fragile"): "✗",
    ("contradicted", "robust"): "✖",
    ("failed", "robust"): "✖",
    ("contradicted", "untested"): "✖",
    ("failed", "untested"): "✖",
}
_OPEN: Final = {"inconclusive": "?", "undecided": "–"}
_SHORT: Final = {"not shown otherwise": "not shown", "uninformative": "says little"}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """``shape`` and ``short`` are what a cell shows, ``word`` the whole verdict; ``kind`` is how it is coloured."""

    shape: str
    short: str
    word: str
    kind: str


def mark(verdict: Verdict) -> Mark:
    """That of a verdict."""
    ruling, firm = verdict.ruling, verdict.robustness
    shape = _OPEN.get(ruling) or _SHAPES[ruling, firm]
    failed = ruling in ("contradicted", "failed")
    kind = "failed" if failed else "open" if ruling in _OPEN else "weak" if shape == "○" else "held"
    short = firm if firm in ("robust", "fragile") else _SHORT.get(firm, "")
    return Mark(
        shape=shape, short=f"{ruling} {short}".strip() if kind != "weak" else short, word=word(verdict), kind=kind
    )
