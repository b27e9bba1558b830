"""What a test of pytest asks: which claim, at which place, on which subject, and with what besides.

Knows nothing about judging. What pytest keeps under private names, and offers nowhere else, is read here alone.
"""

import inspect
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pytest_claims.asking.claim import Claim, claim_of
from pytest_claims.data.subject import Subject
from pytest_claims.session.admission import DATA, Candidate
from pytest_claims.verdicts.written import Written


def test_id(claim: Claim, subject: Subject) -> str:
    """What stands for a subject in the name of a test, so that ``-k`` finds it by the id of its claim."""
    return f"{claim.id}:{subject.name}"


test_id.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for one where it is imported


def claim_at(item: pytest.Item) -> Claim | None:
    """The claim of a test; one that is parametrised by its author has a place of its own for every set of values."""
    claim = claim_of(getattr(item, "function", None))
    values = _ids_of_values(item) if claim and isinstance(item, pytest.Function) else ()
    return replace(claim, id=f"{claim.id}[{'-'.join(values)}]") if claim and values else claim


def asked(item: pytest.Function) -> tuple[str, str]:
    """The question that a test asks: the place of a claim, and the name of a subject."""
    claim = claim_at(item)
    return claim.id if claim else "", subject_name(item)


def subject_name(item: pytest.Function) -> str:
    """The name of that subject; empty if there is none."""
    subject = subject_of(item)
    return subject.name if subject else ""


def subject_of(item: pytest.Function) -> Subject | None:
    """The subject on which a test asks its claim."""
    subject = parameters(item).get(DATA)
    return subject if isinstance(subject, Subject) else None


def arguments_of(item: pytest.Function) -> tuple[str, ...]:
    """What the function of a test takes from pytest."""
    return tuple(name for name in inspect.signature(item.function).parameters if name in item.fixturenames)


def candidate(item: pytest.Function, *, ours: str) -> Candidate:
    """A test as admission sees it; ``ours`` is the module of the fixture that brings a subject's data."""
    given = _given(item)
    place, subject = asked(item)
    fixtures: Mapping[str, Sequence[pytest.FixtureDef[Any]]] = item._fixtureinfo.name2fixturedefs
    return Candidate(
        name=f"{item.parent.nodeid if item.parent else ''}::{item.originalname}",
        claim=claim_of(item.function),
        place=place,
        subject=subject,
        arguments=arguments_of(item),
        parameters=tuple(name for names, indirect in given if not indirect for name in names),
        repetition=tuple(f"{name}={at!r}" for name, at in _of_others(item).items()),
        has_data=_is_of(ours, fixtures.get(DATA, ())),
        borrowers=tuple(name for name, several in fixtures.items() if DATA in several[-1].argnames),
        marks=tuple(mark.name for mark in item.iter_markers()),
    )


def _ids_of_values(item: pytest.Function) -> Sequence[str]:
    """The ids of the values that a claim's author gives it, one for each parametrize above it.

    Of every parametrize pytest keeps one id, and under a private name: first ours, and then, in the order in which
    they were called, those of other plugins, which repeat a test and ask nothing else, and the author's.
    """
    count, before = len(_given(item)), 0
    for name in parameters(item):
        if any(name in names for names, _ in _given(item)):
            break
        before += 1
    return tuple(item.callspec._idlist[before : before + count]) if count else ()


def _of_others(item: pytest.Function) -> dict[str, object]:
    """What other plugins parametrise a test with, and neither we nor its author."""
    ours = {DATA, *(name for names, _ in _given(item) for name in names)}
    return {name: at for name, at in parameters(item).items() if name not in ours}


def parameters(item: pytest.Function) -> dict[str, object]:
    """What a test is parametrised with, by name."""
    return item.callspec.params if hasattr(item, "callspec") else {}


def given_values(item: pytest.Function) -> dict[str, object]:
    """The values that a claim's author asks it with, by name."""
    names = {name for several, _ in _given(item) for name in several}
    return {name: value for name, value in parameters(item).items() if name in names}


def _given(item: pytest.Function) -> list[tuple[list[str], object]]:
    """Of each parametrize above a test the names of its values, and whether they are indirect."""
    marks = list(item.iter_markers("parametrize"))
    return [(_names(*mark.args[:1], **mark.kwargs), mark.kwargs.get("indirect", False)) for mark in marks]


def _is_of(module: str, fixtures: Sequence[pytest.FixtureDef[Any]]) -> bool:
    """Whether the last of several fixtures of one name, which is the one that counts, is that of ``module``."""
    return bool(fixtures) and fixtures[-1].func.__module__ == module


def _names(argnames: str | Sequence[str], **_: Any) -> list[str]:
    return [name.strip() for name in argnames.split(",")] if isinstance(argnames, str) else list(argnames)


def written_at(item: pytest.Function, claim: str, runs: str) -> Written:
    """Where the claim of a test is written; ``runs`` is the hash of what it says and calls."""
    file, line, _ = item.location
    test = item.nodeid.partition("::")[2].partition("[")[0]
    code = _code_of(item.function)
    return Written(claim=claim, file=Path(file).as_posix(), line=(line or 0) + 1, test=test, code=code, runs=runs)


@cache
def _code_of(function: Callable[..., object]) -> str:
    try:
        return textwrap.dedent(inspect.getsource(function)).rstrip()
    except (OSError, TypeError):  # it was typed, or made
        return ""
