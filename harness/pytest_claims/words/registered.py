"""Whether claims were registered before their data were collected, in words.

Knows nothing about the page that they stand on. What is unknown of all is said once, and not beside each verdict.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from pytest_claims.data.registration import Standing, Why, Word
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.listed import listed

UNKNOWN: Final = "whether claims were registered before data were collected is unknown"
_WHY: Final[dict[Why, str]] = {
    "new": "it is not among the claims that were registered",
    "claim": "its statement or body is not what was registered",
    "calls": "what it calls, or what its finding declares, is not what was registered",
    "said": "its author had seen the data",
}
_COUNTED: Final[dict[Word, str]] = {
    "registered": "registered before its data were collected",
    "after the fact": "after the fact",
    "unknown": "unknown in this respect",
}


def beside(verdict: Verdict) -> str:
    """The word beside a verdict; empty where it is unknown."""
    return "" if verdict.registered.word == "unknown" else verdict.registered.word


def because(standing: Standing) -> str:
    """The word, what it rests on, and when: a sentence without its end; empty where it is unknown."""
    if standing.word == "unknown":
        return ""
    if not standing.registered:
        return f"after the fact: {_WHY[standing.why]}"
    why = f"after the fact: {_WHY[standing.why]}" if standing.word == "after the fact" else "registered"
    return f"{why} on {standing.registered}; its data were collected from {standing.begun} on"


def of_subject(verdicts: Sequence[Verdict]) -> str:
    """Of the claims on one subject how many were registered, and which were not; empty where all is unknown."""
    by_word: dict[Word, list[str]] = {word: [] for word in _COUNTED}
    for verdict in verdicts:
        by_word[verdict.registered.word].append(verdict.claim.id)
    if not verdicts or len(by_word["unknown"]) == len(verdicts):
        return ""
    told = [_counted(word, names, len(verdicts)) for word, names in by_word.items() if names]
    return f"of {len(verdicts)} claims {', '.join(told)}" if len(verdicts) > 1 else told[0]


def each_subject(verdicts: Iterable[Verdict]) -> list[tuple[str, str]]:
    """The same of each subject behind its name, once where it is the same of all; where all is unknown, that.

    What is said of all stands without a name.
    """
    by_subject: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        by_subject.setdefault(verdict.subject, []).append(verdict)
    told = {subject: of_subject(several) for subject, several in by_subject.items()}
    if not any(told.values()):
        return [("", UNKNOWN)]
    several = {said or UNKNOWN for said in told.values()}
    if len(told) > 1 and len(several) == 1:
        return [("", f"on each subject, {several.pop()}")]
    return [(subject, said or UNKNOWN) for subject, said in told.items()]


def _counted(word: Word, names: Sequence[str], count: int) -> str:
    """Those that were registered are told by their number: they are as they should be."""
    number = "all" if len(names) == count > 1 else str(len(names))
    if word == "registered":
        return f"{number} {'was' if len(names) == 1 else 'were'} {_COUNTED[word]}"
    return f"{number} {'is' if len(names) == 1 else 'are'} {_COUNTED[word]} ({listed(names)})"
