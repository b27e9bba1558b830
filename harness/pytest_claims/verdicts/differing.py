"""What differs between two subjects that are compared, setting by setting.

Compared are one recipe on two models, and a recipe with a variant of it on one model: as their names say it, which are
``model@recipe`` and ``model@recipe-variant``. Knows nothing about what a setting means.
"""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from pytest_claims.data.pitfall import LIMITS, Pitfall, looked_for
from pytest_claims.reading.json_lines import flat

_RECIPE: Final = "recipe"  # in a provenance, as JSON
_BESIDES: Final = ("dtype", "quantisation")  # what else is chosen; the second is a part of another model
_MODEL: Final = "model"
Provenance = Mapping[str, str]
NO_PURPOSE: Final[Mapping[str, str]] = MappingProxyType({})


def several_differences(
    subject: str, subjects: Mapping[str, Provenance], on_purpose: Mapping[str, str] = NO_PURPOSE
) -> Iterator[Pitfall]:
    """In what a subject differs from each that it is compared with; ``subjects`` are all, with their provenance.

    Settings that differ ``on_purpose`` between two models, each by a rule, are told and not counted. Yields nothing
    where none is compared with it, or nobody wrote their settings down.
    """
    found = {other: _between(subject, other, subjects) for other in subjects if _are_compared(subject, other)}
    all_of = {other: names for other, names in found.items() if names is not None}
    if not all_of:
        return
    rules = {other: {} if _are_of_one_model(subject, other) else on_purpose for other in all_of}
    meant = {name: rules[other][name] for other, names in all_of.items() for name in names if name in rules[other]}
    told = {other: [name for name in names if name not in rules[other]] for other, names in all_of.items()}
    many = {other: names for other, names in told.items() if len(names) > LIMITS["several-differences"]}
    names = tuple(dict.fromkeys(name for several in (many or told).values() for name in several))
    most = max(map(len, told.values()))
    against = tuple(many or told)
    counts = {"count": len(many), "of": len(told)}
    yield looked_for("several-differences", most, against=against, names=names, on_purpose=meant, **counts)


def _are_compared(subject: str, other: str) -> bool:
    """Whether both are of one recipe, or the first is a variant of the second."""
    (model, _, recipe), (others, _, another) = subject.partition("@"), other.partition("@")
    if not recipe or subject == other:
        return False
    return recipe == another if model != others else recipe.startswith(f"{another}-")


def _are_of_one_model(subject: str, other: str) -> bool:
    return subject.partition("@")[0] == other.partition("@")[0]


def _between(subject: str, other: str, subjects: Mapping[str, Provenance]) -> tuple[str, ...] | None:
    """What differs, of what both say; None where one of them says nothing of its settings."""
    here, there = (_settings(subjects[name]) for name in (subject, other))
    if not here or not there:
        return None
    is_one_model = _are_of_one_model(subject, other)
    besides = _BESIDES if is_one_model else _BESIDES[:1]
    for name in besides:
        here[name], there[name] = (subjects[one].get(name) for one in (subject, other))
    differ = [name for name in here if name in there and here[name] != there[name]]
    return (*([] if is_one_model else [_MODEL]), *differ)


def _settings(provenance: Provenance) -> dict[str, Any]:
    """The settings of a recipe by their full names, as ``training.epochs``; none where it is told in words."""
    try:
        recipe = json.loads(provenance.get(_RECIPE, ""))
    except ValueError:
        return {}
    return dict(flat(recipe)) if isinstance(recipe, dict) else {}
