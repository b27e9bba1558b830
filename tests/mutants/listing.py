"""The listing: what is printed at the end.

Knows nothing about how mutants are tried.
"""

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from mutants.drawing import Mutant
from mutants.session import TIMED_OUT, Outcome

GOAL: Final = 0.85
_BITS: Final = frozenset({"RShift", "LShift", "BitOr", "BitAnd", "BitXor"})
_EQUIVALENT: Final = Path(__file__).with_name("equivalent.toml")

Reasons = Mapping[tuple[str, str, str], str]  # by file, and by what goes and comes


def reasons() -> Reasons:
    """Why no test can notice a mutant."""
    entries = tomllib.loads(_EQUIVALENT.read_text()).get("mutant", [])
    return {(entry["file"], entry["was"], entry["is"]): entry["reason"] for entry in entries}


def listing(mutants: Mapping[str, Mutant], outcomes: Mapping[str, Outcome], why: Reasons) -> Iterator[str]:
    """Lines: the survivors in the order of files, and the share that was killed."""
    tried = [(mutants[number], outcome) for number, outcome in outcomes.items()]
    survivors = [(mutant, outcome) for mutant, outcome in tried if outcome.survived]
    for mutant, outcome in sorted(survivors, key=lambda pair: (pair[0].path, pair[0].line)):
        was, becomes = mutant.diff
        yield f"{mutant.path}:{mutant.line}  {_operator(mutant)}, {_judged(outcome)}"
        yield from (f"    {sign} {text}" for sign, text in (("-", was), ("+", becomes)) if text)
        if reason := why.get((mutant.path, was, becomes)):
            yield f"    equivalent: {reason}"
    yield from _operators(tried)
    known = sum((mutant.path, *mutant.diff) in why for mutant, _ in survivors)
    yield from _summary(list(outcomes.values()), known)


def killed(outcomes: Mapping[str, Outcome]) -> float:
    """The share of those that were tried."""
    return sum(not outcome.survived for outcome in outcomes.values()) / max(1, len(outcomes))


def _summary(outcomes: list[Outcome], equivalent: int) -> Iterator[str]:
    dead = sum(not outcome.survived for outcome in outcomes)
    late = sum(outcome.how == TIMED_OUT for outcome in outcomes)
    alone = sum(outcome.survived and not outcome.tests for outcome in outcomes)
    yield (
        f"{dead} of {len(outcomes)} killed: {_share(dead, len(outcomes))} (goal: {GOAL:.0%}); "
        f"{late} of them ran out of time"
    )
    yield (
        f"{len(outcomes) - dead} survived: {equivalent} known as equivalent, {alone} on lines that no quick test "
        f"executes; killed of those not known as equivalent: {_share(dead, len(outcomes) - equivalent)}"
    )


def _operators(tried: list[tuple[Mutant, Outcome]]) -> Iterator[str]:
    """How many of each kind were killed: some kinds nearly always raise, and say little."""
    of_kind = Counter(_operator(mutant) for mutant, _ in tried)
    dead = Counter(_operator(mutant) for mutant, outcome in tried if not outcome.survived)
    yield "killed by kind: " + ", ".join(f"{kind} {dead[kind]}/{count}" for kind, count in of_kind.most_common())


def _operator(mutant: Mutant) -> str:
    """The kind; bit operators on numbers that are no integers are a kind of their own."""
    kind, *operators = mutant.spec.operator_name.partition("/")[2].split("_")
    of_bits = len(operators) == 2 and operators[1] in _BITS and operators[0] not in _BITS
    return f"{kind} by one of bits" if of_bits else kind


def _judged(outcome: Outcome) -> str:
    return f"{outcome.tests} tests" if outcome.tests else "no quick test executes it"


def _share(part: int, whole: int) -> str:
    return f"{part / max(1, whole):.1%}"
