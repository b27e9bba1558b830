"""What a test of pytest asks: which claim, at which place, on which subject, and with what besides.

Knows nothing about judging.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from pytest_claims.asking.claim import Claim, claim_of
from pytest_claims.data.subject import Subject
from pytest_claims.session.admission import DATA, Candidate


def claim_at(item: pytest.Item) -> Claim | None:
    """The claim of a test; one that is parametrised has a place of its own for every set of values."""
    claim = claim_of(getattr(item, "function", None))
    values = item.callspec._idlist[1:] if claim and hasattr(item, "callspec") else []
    return replace(claim, id=f"{claim.id}[{'-'.join(values)}]") if claim and values else claim


def subject_name(item: pytest.Function) -> str:
    """The name of that subject; empty if there is none."""
    subject = subject_of(item)
    return subject.name if subject else ""


def subject_of(item: pytest.Function) -> Subject | None:
    """The subject on which a test asks its claim."""
    subject: object = item.callspec.params.get(DATA) if hasattr(item, "callspec") else None
    return subject if isinstance(subject, Subject) else None


def candidate(item: pytest.Function, *, ours: str) -> Candidate:
    """A test as admission sees it; ``ours`` is the module of the fixture that brings a subject's data."""
    parametrized = [mark for mark in item.iter_markers("parametrize") if not mark.kwargs.get("indirect", False)]
    names = [name for mark in parametrized for name in _names(*mark.args[:1], **mark.kwargs)]
    claim, fixtures = claim_at(item), item._fixtureinfo.name2fixturedefs
    return Candidate(
        name=f"{item.parent.nodeid if item.parent else ''}::{item.originalname}",
        claim=claim_of(item.function),
        place=claim.id if claim else "",
        subject=subject_name(item) if claim else "",
        arguments=tuple(item._fixtureinfo.argnames),
        parameters=tuple(names),
        has_data=_is_of(ours, fixtures.get(DATA, ())),
        borrowers=tuple(name for name, several in fixtures.items() if DATA in several[-1].argnames),
        marks=tuple(mark.name for mark in item.iter_markers()),
    )


def _is_of(module: str, fixtures: Sequence[pytest.FixtureDef[Any]]) -> bool:
    """Whether the last of several fixtures of one name, which is the one that counts, is that of ``module``."""
    return bool(fixtures) and fixtures[-1].func.__module__ == module


def _names(argnames: str | Sequence[str], **_: Any) -> list[str]:
    return [name.strip() for name in argnames.split(",")] if isinstance(argnames, str) else list(argnames)
