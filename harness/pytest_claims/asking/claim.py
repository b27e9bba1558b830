"""The claim: what an author writes above a test, and how a body says that it cannot be answered.

Knows nothing about judging or pytest.
"""

import inspect
import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn, TypeVar

from pytest_claims.asking.null import NO_NULL, Null
from pytest_claims.asking.original import Original
from pytest_claims.base.errors import InputError, Undecided

_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ATTRIBUTE: Final = "__claim__"
Body = TypeVar("Body", bound=Callable[..., object])


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A statement under an id, and where it comes from.

    Attributes:
        id: what it is called, in kebab-case.
        statement: the claim, as a sentence.
        source: where it is made.
        family: the name that claims share whose p are corrected together.
        original: the estimate that the source reports.
        null: a world without its effect, if one is declared.
        smallest: the smallest effect that counts, from no effect.
        twin: the claim that tests the absence of an effect which this one only does not find.
        exploratory: whether it was made after its data were seen, as its author says.
    """

    id: str
    statement: str
    source: str
    family: str = ""
    original: Original | None = None
    null: Null | None = None
    smallest: float | None = None
    twin: str = ""
    exploratory: bool = False


def claim(
    id: str,  # noqa: A002  the word that authors use
    *,
    source: str = "",
    family: str = "",
    original: Original | None = None,
    null: Null | Literal["none"] | None = None,
    smallest: float | None = None,
    twin: str = "",
    exploratory: bool = False,
) -> Callable[[Body], Body]:
    """Mark a test as a claim. Its docstring is the statement; its body is judged, also on perturbed data.

    Args:
        source: where the claim is made.
        family: a name that claims share which were tested on the same data and of which each counts
            as a discovery; their p-values are corrected together.
        original: the estimate that the source reports, for replications to be held against.
        null: a world without the effect, :func:`dealt` or :func:`swapped`, on which chance is measured;
            "none" where there is no such world, as for an equivalence or a constant.
        smallest: the smallest effect that counts, how far from no effect; or else its finding's, or its original's.
        twin: of a claim that something is not significant, the id of the one that tests that it is negligible.
        exploratory: whether its data had been seen: it is then *after the fact* where it was not registered before.

    Raises:
        InputError: for an id that is not in kebab-case, a claim without source, a smallest effect that is not above 0,
            or a body that is no plain function or has no docstring.
    """
    _check_words(id, source, family, original)
    _check_effect(id, null, smallest, twin)
    world = NO_NULL if null == "none" else null

    def decorate(body: Body) -> Body:
        if not inspect.isfunction(body):
            name = getattr(body, "__name__", repr(body))
            raise InputError(f"@claim stands above {type(body).__name__} {name!r}; write it directly above a def")
        if inspect.isgeneratorfunction(body) or inspect.isasyncgenfunction(body) or inspect.iscoroutinefunction(body):
            raise InputError(f"claim {id!r} is asynchronous or a generator, which nothing runs; write a plain def")
        if first := claim_of(body):
            raise InputError(
                f"@claim stands twice above {body.__name__}: {first.id!r} and {id!r}; write a def for each"
            )
        statement = " ".join((inspect.getdoc(body) or "").split())
        if not statement and sys.flags.optimize < 2:  # which leaves docstrings out, and is refused for its asserts
            raise InputError(f"claim {id!r} has no statement; write it as the docstring of {body.__name__}")
        made = Claim(
            id=id,
            statement=statement,
            source=source,
            family=family,
            original=original,
            null=world,
            smallest=smallest,
            twin=twin,
            exploratory=exploratory,
        )
        setattr(body, _ATTRIBUTE, made)
        return body

    return decorate


def _check_words(id: object, source: object, family: object, original: object) -> None:  # noqa: A002
    if callable(id):
        name = getattr(id, "__name__", id)
        raise InputError(f"@claim stands above {name!r} without its id; write @claim('its-id', source='...')")
    if not (isinstance(id, str) and _ID.fullmatch(id)):
        raise InputError(f"claim id {id!r}; wanted lower-case words joined by '-', such as larger-is-better")
    for name, words, least in (("source", source, 1), ("family", family, 0)):
        if not isinstance(words, str) or len(words.strip()) < least:
            raise InputError(f"claim {id!r} has the {name} {words!r}, wanted words; say in {name}= where it belongs")
    if not (original is None or isinstance(original, Original)):
        raise InputError(
            f"claim {id!r} has the original {original!r}, wanted pytest_claims.Original(subject=, value=, n=)"
        )


def _check_effect(id: str, null: object, smallest: object, twin: object) -> None:  # noqa: A002
    if null is not None and null != "none" and not isinstance(null, Null):
        raise InputError(
            f"claim {id!r} has the null {null!r}; wanted dealt('score', across='item'), swapped('arm', within='item'), "
            "or 'none'"
        )
    if smallest is not None and not (_is_number(smallest) and smallest > 0):  # type: ignore[operator]
        raise InputError(
            f"claim {id!r} has the smallest effect {smallest!r}; wanted how far it is from no effect, above 0"
        )
    if twin and not (isinstance(twin, str) and _ID.fullmatch(twin)):
        raise InputError(f"claim {id!r} has the twin {twin!r}; wanted the id of another claim")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def claim_of(function: Any) -> Claim | None:
    """The claim that ``function`` was marked with, if any."""
    found = getattr(function, _ATTRIBUTE, None)
    return found if isinstance(found, Claim) else None


def undecided(reason: str, *, remedy: str = "") -> NoReturn:
    """Say that the data at hand cannot answer the claim, why, and what would decide it."""
    raise Undecided(reason, remedy=remedy)
