"""A claim as it is registered: hashes of what it says, and of what it calls.

Knows nothing about when, or where to. What only describes a claim is no part of either: its id, under which it is
registered, its source, its twin, whether it is exploratory, and the layout, comments and docstrings of code.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

from pytest_claims.asking.claim import Claim
from pytest_claims.base.canonical import canonical
from pytest_claims.base.named_code import code_of, named_code
from pytest_claims.data.registration import RegisteredClaim

_DESCRIBES: Final = ("id", "source", "twin", "exploratory")
_PLAIN: Final = (str, int, float, bool, type(None))


def as_registered(
    claim: Claim, function: Any, values: Mapping[str, object], *, tables: Iterable[Any] = (), declared: str = ""
) -> RegisteredClaim:
    """What is registered of a claim.

    Args:
        claim: what its author wrote above its test.
        function: the test.
        values: what it is parametrised with.
        tables: the functions of its finding that make a table of what was measured.
        declared: what its finding declares of tables.
    """
    decides = {name: one for name, one in asdict(claim).items() if name not in _DESCRIBES}
    given = {name: _shown(value) for name, value in {**values, **_enclosed(function)}.items()}
    return RegisteredClaim(
        statement=claim.statement,
        claim=_sha256([_filled(decides), given, canonical(code_of(function))]),
        calls=_sha256([named_code(function, tables), declared]),
    )


def _filled(content: object) -> object:
    """Without what is empty: a claim of today says of what comes to be asked tomorrow nothing, too."""
    if isinstance(content, dict):
        return {name: _filled(one) for name, one in content.items() if one not in (None, "", ())}
    return content


def _shown(value: object) -> str:
    """A value that is no plain one is told by its kind, and by the id that pytest gives it."""
    if isinstance(value, tuple | list):
        return f"{type(value).__name__} of {[_shown(one) for one in value]}"
    return repr(value) if isinstance(value, _PLAIN) else type(value).__qualname__


def _enclosed(function: Any) -> dict[str, object]:
    """What a function took from the function that made it."""
    cells = getattr(function, "__closure__", None) or ()
    return {name: cell.cell_contents for name, cell in zip(function.__code__.co_freevars, cells, strict=True)}


def _sha256(content: object) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
