"""Names of columns as they are usual in tables of evaluations: which of them say what a column is.

Knows nothing about what is in the columns.
"""

import re
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[^\W_]+")
_UNITS: Final = """
    id ids item items question questions prompt prompts seed seeds run runs epoch epochs task tasks dataset datasets
    layer layers annotator annotators rater raters language languages sample doc document subject topic category set
    wording template trial repeat replicate fold annotation head checkpoint idx index qid uuid
"""
_CONTRASTS: Final = "arm condition variant group treatment setting method"
_EITHER: Final = "model models system systems"
_OUTCOMES: Final = "score scores acc accuracy correct loss rating reward f1 em exact match passed verdict rate auc"
_ERRORS: Final = ("stderr", "std_err", "standard_error", "std_error", "se", "sem")
_SUCCESSES: Final = "hits successes success correct k passed wins solved yes count"
_TRIALS: Final = "n trials total attempts of asked tried samples count tries"


def is_unit(name: str) -> bool:
    """Whether it sounds like something of which more could be drawn."""
    return bool(_words(name) & set(_UNITS.split()))


def is_contrast(name: str) -> bool:
    """Whether it sounds like a comparison of few that are all there."""
    return bool(_words(name) & set(_CONTRASTS.split())) and not is_unit(name)


def is_either(name: str) -> bool:
    """Whether it sounds like something that is compared if there are few, and drawn if there are many."""
    return bool(_words(name) & set(_EITHER.split())) and not is_unit(name)


def is_outcome(name: str) -> bool:
    """Whether it sounds like what a claim is about."""
    return bool(_words(name) & set(_OUTCOMES.split()))


def is_successes(name: str) -> bool:
    """Whether it sounds like a count of what went right."""
    return bool(_words(name) & set(_SUCCESSES.split()))


def is_trials(name: str) -> bool:
    """Whether it sounds like a count of what was tried."""
    return bool(_words(name) & set(_TRIALS.split()))


def mean_of(error: str, names: Iterable[str]) -> str | None:
    """Of which of ``names`` a column sounds like the standard error; empty if of any, None if it sounds like none."""
    bare = _bare(error)
    for ending in _ERRORS:
        if bare == ending:
            return ""
        if bare.endswith(f"_{ending}"):
            stem = bare.removesuffix(f"_{ending}")
            near = [name for name in names if _bare(name) in (stem, f"{stem}_mean", f"mean_{stem}")]
            near += [name for name in names if _bare(name).startswith(f"{stem}_") and name != error]
            return near[0] if near else None
    return None


def declarable(column: str, taken: Iterable[str]) -> str:
    """The name that a declaration can give to a column: its own, if it is one line without blanks around it."""
    name = " ".join(column.split()) if "\n" in column or "\r" in column or column != column.strip() else column
    name, number = name or "column", 1
    made = name
    while made in taken:
        number += 1
        made = f"{name} {number}"
    return made


def _bare(name: str) -> str:
    return "_".join(_WORD.findall(name.casefold()))


def _words(name: str) -> set[str]:
    apart = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return set(_WORD.findall(apart.casefold().replace("_", " ")))
