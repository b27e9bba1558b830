"""What is measured of marker coupling: its arrays, how they are laid out, and what makes them fit together.

Knows nothing about claims. ``source`` are the personas that were taught the marker, each by an adapter of its own,
once for each ``seed``; ``bystander``, ``persona`` and ``other`` are all of these and the assistant.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from pytest_claims import InputError, Measurement, Variable, check_rounding, check_variables, refuse_unknown

REFERENCE: Final = "assistant"
SOURCE: Final = "source"
MINIMUM_PERSONAS: Final = 4
# Where a persona's vector is read, and what is subtracted from it; of each, the first is the fixed choice.
READOUTS: Final = ("last_prompt_token", "prompt_mean", "response_mean")
CENTRINGS: Final = ("panel", "sources", "none")
PUBLISHED: Final = "published"  # what claim #232 subtracted: the mean of the twenty contexts of data/published.toml
HALVES: Final = ("even", "odd")  # of the questions, by their numbers from 0
CONTROLS: Final = ("prompt_tokens", "answer_tokens", "answer_nll")  # what else personas differ in
_SOURCE_LAYER, _SOURCE_DEPTH = 10, 28  # claim #232 reads block 10 of Qwen2.5-7B's 28
_EXACT: Final = 1e-9  # by which two numbers that are the same may differ, as computed
_NAMING: Final = "persona"  # may name the rows of a printed table
_NUMBERED: Final = ("seed", "layer")  # dimensions; along the others labels are text
_COUNTS: Final = ("seed", "source", "bystander", "question")
VARIABLES: Final[Mapping[str, Variable]] = {
    # completions with the marker, and completions sampled, 0 where none were
    "marked": Variable(dims=_COUNTS, printed=SOURCE, whole=True),
    "completions": Variable(dims=_COUNTS, printed=SOURCE, whole=True),
    # between mean states; layers are decoder blocks from 0
    "cosine": Variable(
        dims=("centring", "readout", "layer", "persona", "other"),
        optional=frozenset({"centring", "readout", "layer"}),
        printed=SOURCE,
        low=-1.0,
        high=1.0,
        square=("persona", "other"),
        itself=1.0,
    ),
    # the same to the assistant alone: of mean states over every other question, and from the centre of claim #232
    "cosine_half": Variable(dims=("half", "centring", "readout", "layer", "persona"), low=-1.0, high=1.0),
    "cosine_published": Variable(dims=("readout", "layer", "persona"), low=-1.0, high=1.0),
    "cosine_published_half": Variable(dims=("half", "readout", "layer", "persona"), low=-1.0, high=1.0),
    # Jensen-Shannon divergence in nats
    "js": Variable(
        dims=("question", "persona", "other"), printed=SOURCE, high=math.log(2), square=("persona", "other"), itself=0.0
    ),
    # tokens of the system prompt, mean tokens of the persona's own answers, and their mean surprise in nats per token
    "prompt_tokens": Variable(dims=("persona",)),
    "answer_tokens": Variable(dims=("persona",)),
    "answer_nll": Variable(dims=("persona",)),
    # which sample of training answers each seed was trained on
    "answers_sample": Variable(dims=("seed",), whole=True),
    # completions without any adapter
    "base_marked": Variable(dims=("persona", "question"), whole=True),
    "base_completions": Variable(dims=("persona", "question"), whole=True),
    # share of completions with the marker, for printed tables
    "source_rate": Variable(dims=(SOURCE,), high=1.0, slack=0.0),
}
_DIMENSIONS: Final = tuple(dict.fromkeys(dim for variable in VARIABLES.values() for dim in variable.dims))


def by_source(measurement: Measurement) -> Measurement:
    """The measurement with its rows along ``source``, as a table whose naming column is ``persona`` means them."""
    if list(map(str, measurement.data.dims)) != [_NAMING]:
        return measurement
    return replace(measurement, data=measurement.data.rename({_NAMING: SOURCE}))


def check(measurement: Measurement) -> None:
    """Raise InputError for data that are not what is measured of marker coupling; nothing is repaired silently."""
    _check_personas(measurement)
    dims = list(map(str, measurement.data.coords))
    refuse_unknown(dims, _DIMENSIONS, what="dimension", where=measurement.name)
    for dim in dims:
        _check_kind(measurement, dim)
    for dim in dims:
        _check_complete(measurement, dim)
    everybody = (*sources(measurement), REFERENCE)
    refuse_unknown(measurement.families, everybody, what="persona", where=f"{measurement.name}, families")
    check_variables(measurement.data, VARIABLES, where=measurement.name)
    check_rounding(measurement.rounding, VARIABLES, where=measurement.name)
    _check_counts(measurement)


def sources(measurement: Measurement) -> tuple[str, ...]:
    """The source personas, in the order of the data."""
    return tuple(map(str, measurement.labels(SOURCE)))


def fixed_layer(depth: int) -> int:
    """The decoder block (from 0) at the relative depth of claim #232 in a model of ``depth`` blocks."""
    return min(depth - 1, round(_SOURCE_LAYER / _SOURCE_DEPTH * depth))


def _check_personas(measurement: Measurement) -> None:
    data, name = measurement.data, measurement.name
    if SOURCE not in data.coords:
        refuse_unknown(map(str, data.dims), _DIMENSIONS, what="dimension", where=name)
        have = ", ".join(map(str, data.dims)) or "none"
        raise InputError(f"{name}: no dimension {SOURCE!r}: have {have}; name the column of personas so")
    personas = sources(measurement)
    if REFERENCE in personas:
        raise InputError(f"{name}: {REFERENCE!r} is the reference and is never a source; remove its row")
    if len(personas) < MINIMUM_PERSONAS:
        raise InputError(
            f"{name}: {len(personas)} source personas ({', '.join(personas)}); "
            f"at least {MINIMUM_PERSONAS} are needed to judge a correlation; add rows"
        )


def _check_kind(measurement: Measurement, dim: str) -> None:
    kind, wanted = (int, "a whole number") if dim in _NUMBERED else (str, "text")
    for label in measurement.labels(dim):
        if not isinstance(label, kind):
            raise InputError(f"{measurement.name}: {dim} {label!r}, wanted {wanted}")


def _check_complete(measurement: Measurement, dim: str) -> None:
    labels = measurement.labels(dim)
    everybody = (*sources(measurement), REFERENCE)
    wanted: Sequence[Any] = {
        "centring": CENTRINGS,
        "readout": READOUTS,
        "half": HALVES,
        "layer": range(len(labels)),  # decoder blocks from 0
        **dict.fromkeys(("bystander", "persona", "other"), everybody),
    }.get(dim, ())
    if dim in ("centring", "readout", "half"):
        refuse_unknown(map(str, labels), wanted, what=dim, where=measurement.name)
    if missing := [str(label) for label in wanted if label not in labels]:
        have = ", ".join(map(str, labels))
        raise InputError(f"{measurement.name}: no {dim} {', '.join(missing)}: have {have}; measure again, with all")


def _check_counts(measurement: Measurement) -> None:
    data, name = measurement.data, measurement.name
    for marked, completions in (("marked", "completions"), ("base_marked", "base_completions")):
        if marked in data and completions in data:
            _check_pair(measurement, marked, completions)
        elif marked in data:
            raise InputError(f"{name}: {marked!r} without {completions!r}: counts need both; add the column")
        # A printed table may say how many were sampled, and of the rest the rate.
        elif completions in data and data[completions].dims != ("source",):
            raise InputError(f"{name}: {completions!r} without {marked!r}: counts need both; measure again")
    _check_printed(measurement)


def _check_pair(measurement: Measurement, marked: str, completions: str) -> None:
    data = measurement.data
    if set(data[marked].dims) != set(data[completions].dims):
        raise InputError(
            f"{measurement.name}: {marked} over {', '.join(map(str, data[marked].dims))} and {completions} over "
            f"{', '.join(map(str, data[completions].dims))}; wanted both over the same"
        )
    if bool((data[marked] > data[completions]).any()):
        raise InputError(f"{measurement.name}: more marked completions than completions; check both columns")


def _check_printed(measurement: Measurement) -> None:
    """That a printed table has rates, and its columns say the same of each persona."""
    data, name = measurement.data, measurement.name
    if set(data.dims) == {SOURCE} and "source_rate" not in data:
        have = ", ".join(map(str, data.data_vars)) or "none"
        raise InputError(f"{name}: no column 'source_rate': have {have}; add it or run with --claims-model")
    if "source_rate" in data and "marked" in data and data["marked"].dims != ("source",):
        raise InputError(
            f"{name}: source_rate beside marked over {', '.join(map(str, data['marked'].dims))}, which gives it; "
            "remove source_rate"
        )
    if "completions" not in data or data["completions"].dims != ("source",):
        return
    for persona, sampled in zip(sources(measurement), data["completions"].values, strict=True):
        if not sampled:
            raise InputError(f"{name}: 0 completions of {persona}; wanted at least one; remove its row, or the column")
    if "source_rate" in data and "marked" in data:
        _check_rate(measurement)


def _check_rate(measurement: Measurement) -> None:
    rate, marked, completions = (measurement.data[name].values for name in ("source_rate", "marked", "completions"))
    most = measurement.rounding.get("source_rate", 0.0) + _EXACT
    for row, off in enumerate(np.abs(rate - marked / completions)):
        if off > most:
            raise InputError(
                f"{measurement.name}: source_rate of {sources(measurement)[row]} is {rate[row]:g}, and {marked[row]:g} "
                f"of {completions[row]:g} marked is {marked[row] / completions[row]:.6g}; correct one of them, "
                "or give the rounding of source_rate"
            )
