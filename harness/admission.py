"""Admission: what a test must be before it can be judged, and what to do about one that is not.

Knows nothing about pytest: it sees a function, what it asks for, and what it is marked with.
"""

import dis
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, Final

from harness.claim import Claim
from harness.judge import NO_ASSERTS
from harness.project import is_own

DATA: Final = "panel"  # the argument that brings a claim its data


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A test that is a claim, or that asks for the data of one.

    ``arguments`` are what its function takes, ``parameters`` those of them whose values are written in a
    parametrize above it; ``has_data`` says whether it, or a fixture that it takes, gets a subject's data.
    """

    name: str
    function: Callable[..., Any]
    claim: Claim | None
    arguments: tuple[str, ...]
    parameters: tuple[str, ...]
    has_data: bool
    marks: tuple[str, ...]


def objections(candidates: Iterable[Candidate]) -> dict[str, str]:
    """Why tests cannot be judged and what to do instead, by the name of the test; empty if all can."""
    found: dict[str, str] = {}
    first: dict[str, str] = {}
    for one in {candidate.name: candidate for candidate in candidates}.values():
        why = _objection(one)
        if one.claim and not why and first.setdefault(one.claim.id, one.name) != one.name:
            why = f"claim id {one.claim.id!r} is used by {first[one.claim.id]} and by {one.name}; rename one"
        if why:
            found[one.name] = why
    return found


def _objection(candidate: Candidate) -> str | None:
    """None for what can be judged, or is no claim and need not be."""
    if candidate.claim and not __debug__:
        return NO_ASSERTS  # the same for all, so that it is said once
    if candidate.claim is None:
        asks = f"{candidate.name} asks for {DATA} and is no claim; write @claim(...) above it"
        return asks if candidate.has_data else None
    why = _why_not(candidate)
    return f"{candidate.name}: claim {candidate.claim.id!r} {why}" if why else None


def _why_not(candidate: Candidate) -> str:
    others = [name for name in candidate.arguments if name != DATA and name not in candidate.parameters]
    if DATA not in candidate.arguments:
        return f"has no argument {DATA!r}, so there is nothing to judge it on; add it, and compute from it"
    if not candidate.has_data:
        return f"gets its {DATA} from a fixture or parameter of that name; rename that, and it gets a subject's data"
    if others:
        return (
            f"takes {', '.join(others)}, and a fixture is the same for every copy of the data; "
            f"compute it from {DATA} in the body, or give values with pytest.mark.parametrize"
        )
    if "xfail" in candidate.marks:
        return "is marked xfail; remove the mark, for the baseline knows which claims fail"
    if not can_fail(candidate.function):
        return "has no assert, nor has a function of its project that it calls, so it cannot fail; add one"
    return ""


def can_fail(function: Callable[..., Any]) -> bool:
    """Whether an assert stands in ``function``, or in a function of its project that it may call."""
    waiting, seen = [function], set[CodeType]()
    while waiting:
        one = waiting.pop()
        code = getattr(one, "__code__", None)
        if code is None or code in seen:
            continue
        seen.add(code)
        if any(map(_asserts, _with_inner(code))):
            return True
        waiting += _called(one)
    return False


def _with_inner(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _with_inner(one)


def _asserts(code: CodeType) -> bool:
    """Whether code holds an assert, raises AssertionError, fails a test or calls something like assert_allclose."""
    return any(
        step.opname == "LOAD_ASSERTION_ERROR"
        or step.argval is AssertionError  # how Python 3.14 writes the same
        or (isinstance(step.argval, str) and step.opname.startswith("LOAD") and _says_so(step.argval))
        for step in dis.get_instructions(code)
    )


def _says_so(name: str) -> bool:
    return name == "AssertionError" or name.startswith("assert") or name == "fail"


def _called(function: Any) -> Iterator[Any]:
    """The functions of the project that the names in a function's code may mean."""
    names = {name for code in _with_inner(function.__code__) for name in code.co_names}
    found = [value for name in names if (value := function.__globals__.get(name)) is not None]
    found += [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
    for value in found:
        if isinstance(value, ModuleType):
            yield from _own(getattr(value, name, None) for name in names)
        else:
            yield from _own([value])
    yield from _own([getattr(function, "__self__", None)])


def _own(values: Iterable[Any]) -> Iterator[FunctionType]:
    """Of these values the project's functions, and the methods of its classes and objects."""
    for value in values:
        value = value.func if isinstance(value, partial) else value
        if isinstance(value, FunctionType | MethodType):
            several: list[Any] = [getattr(value, "__func__", value)]
        else:
            kind = value if isinstance(value, type) else type(value)
            several = [one for one in vars(kind).values() if isinstance(one, FunctionType)]
        yield from (one for one in several if is_own(one.__code__.co_filename))


def _is_filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018  an empty cell raises
    except ValueError:
        return False
    return True
