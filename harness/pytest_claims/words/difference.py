"""How verdicts and data differ from those on record, in words. Knows nothing about where the record lies."""

from collections.abc import Sequence

from pytest_claims.verdicts.baseline import ChangedData, Difference, Known
from pytest_claims.words.apart import apart


def different(one: Difference) -> str:
    """How a verdict differs, as what is said of it."""
    if one.numbers:
        pairs = [(name, apart(getattr(one.was, name), getattr(one.now, name))) for name in one.numbers]
        changed = [f"its {name} was {before}, is {after}" for name, (before, after) in pairs]
        return f"is still {one.now.ruling}, but {' and '.join(changed)}"
    estimates, ps = apart(one.was.estimate, one.now.estimate), apart(one.was.p, one.now.p)
    words = (_verdict(one.was), _verdict(one.now))
    before, after = (f"{word} (estimate {value}, p {p})" for word, value, p in zip(words, estimates, ps, strict=True))
    return f"was {before}, is {after}"


def other_data(one: ChangedData) -> str:
    """That the data of a subject are others, and what to do about it."""
    return (
        f"the data of {one.subject} are not those on record: sha256 was {one.was[:12]}, is {one.now[:12]}; "
        "restore them, or accept them with --claims-save"
    )


def missed(claim: str, subjects: Sequence[str]) -> str:
    """That a claim on record was not asked, and what to do about it."""
    return (
        f"{claim} is on record for {', '.join(subjects)} and was not asked; restore it, "
        "or take it off the record with --claims-save"
    )


def _verdict(known: Known) -> str:
    return known.ruling if known.robustness in ("untested", None) else f"{known.ruling}, {known.robustness}"
