"""The measurement: labelled arrays of counts, cosines and divergences for one subject, with provenance.

Knows nothing about claims, files or how the numbers were obtained.

Which variables there may be, over which dimensions and in what unit, is listed in :data:`pytest_claims.data.variables.VARIABLES`.
Any may be absent; what is there is checked. A published table has only columns over ``source``.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np

from pytest_claims.base.errors import InputError
from pytest_claims.base.heard import heard
from pytest_claims.base.schema import refuse_unknown
from pytest_claims.data.variables import DIMENSIONS, VARIABLES, check_variables

with heard():  # pandas may warn when it is imported, which -W error would make an end of pytest itself
    import xarray as xr

REFERENCE: Final = "assistant"
MINIMUM_PERSONAS: Final = 4
# Where a persona's vector is read, and what is subtracted from it; of each, the first is the fixed choice.
READOUTS: Final = ("last_prompt_token", "prompt_mean", "response_mean")
CENTRINGS: Final = ("panel", "sources", "none")
CONTROLS: Final = ("prompt_tokens", "answer_tokens", "answer_nll")  # what else personas differ in
NOTHING_MARKED: Final = "no adapter produced the marker: nothing can be judged"
LEARN_MORE: Final = "train at a higher --learning-rate, or find one with python -m pytest_claims_lab.learning_rate"
_SOURCE_LAYER, _SOURCE_DEPTH = 10, 28  # claim #232 reads block 10 of Qwen2.5-7B's 28
_EXACT: Final = 1e-9  # by which two numbers that are the same may differ, as computed
_NUMBERED: Final = ("seed", "layer")  # dimensions; along the others labels are text


@dataclass(frozen=True, kw_only=True, eq=False)
class Measurement:
    """Everything measured about one subject under one recipe and panel of personas.

    ``name`` is ``model@recipe`` (``qwen2.5-7b-instruct@published``); ``rounding`` gives the
    half-width of the last printed digit per column (empty where nothing was rounded);
    ``families`` puts personas into groups that are alike; ``provenance`` says where, when and from
    what the numbers came.

    Raises:
        InputError: if the data are not a measurement; nothing is repaired silently.
    """

    name: str
    data: xr.Dataset
    provenance: Mapping[str, str] = field(default_factory=dict)
    rounding: Mapping[str, float] = field(default_factory=dict)
    families: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_personas(self)
        _check_families(self)
        for dim in map(str, {**self.data.sizes, **self.data.coords}):
            _check_labels(self, dim)
        check_variables(self.data, where=self.name)
        _check_rounding(self)
        _check_counts(self)

    @property
    def base_model(self) -> str:
        """The model without any adapter, of which one may have several measurements."""
        return self.provenance.get("base model") or self.name.partition("@")[0]

    @property
    def sources(self) -> tuple[str, ...]:
        """The source personas, in the order of the data."""
        return tuple(str(name) for name in self.data["source"].values)

    @property
    def seeds(self) -> tuple[int, ...]:
        """The training seeds; none in a published table."""
        return tuple(int(seed) for seed in self.data["seed"].values) if "seed" in self.data.coords else ()

    @property
    def is_marked(self) -> bool:
        """Whether any adapter produced the marker, whoever was asked; where no rates are known, they are not missed."""
        known = next((name for name in ("marked", "source_rate") if name in self.data), None)
        return known is None or bool((self.data[known] > 0).any())

    def without_seed(self, seed: int) -> "Measurement":
        """A copy without what was trained and sampled with this seed."""
        return replace(self, data=self.data.drop_sel(seed=seed))

    @cached_property
    def sha256(self) -> str:
        """Hash of names, labels and values; not of provenance, and independent of file format."""
        digest = hashlib.sha256(self.name.encode())
        for column, half_width in sorted(self.rounding.items()):
            digest.update(f"{column}={half_width!r}".encode())
        for persona, family in sorted(self.families.items()):
            digest.update(f"{persona}:{family}".encode())
        for name in sorted(map(str, self.data.variables)):
            array = self.data[name]
            digest.update(f"{name}{array.dims}{array.shape}".encode())
            digest.update(_canonical_bytes(array.values))
        return digest.hexdigest()


def fixed_layer(depth: int) -> int:
    """The decoder block (from 0) at the relative depth of claim #232 in a model of ``depth`` blocks."""
    if depth < 1:
        raise InputError(f"a model of {depth} decoder blocks has no layer to read; wanted at least 1")
    return min(depth - 1, round(_SOURCE_LAYER / _SOURCE_DEPTH * depth))


def _canonical_bytes(values: np.ndarray) -> bytes:
    if values.dtype.kind in "iufb":
        return np.ascontiguousarray(values, dtype="<f8").tobytes()
    return "\x1f".join(map(str, values.ravel())).encode()


def _check_personas(measurement: Measurement) -> None:
    data, name = measurement.data, measurement.name
    if "source" not in data.coords:
        raise InputError(f"{name}: no dimension 'source': have {', '.join(map(str, data.dims)) or 'none'}")
    sources = measurement.sources
    if len(set(sources)) != len(sources):
        repeated = sorted({persona for persona in sources if sources.count(persona) > 1})
        raise InputError(f"{name}: persona {', '.join(repeated)} appears more than once; give each persona one row")
    if not all(map(str.strip, sources)):
        raise InputError(f"{name}: a persona without a name: have {', '.join(sources)}; name it or remove it")
    if REFERENCE in sources:
        raise InputError(f"{name}: {REFERENCE!r} is the reference and is never a source; remove its row")
    if len(sources) < MINIMUM_PERSONAS:
        raise InputError(
            f"{name}: {len(sources)} source personas ({', '.join(sources) or 'none'}); "
            f"at least {MINIMUM_PERSONAS} are needed to judge a correlation; add rows"
        )


def _check_families(measurement: Measurement) -> None:
    known = (*measurement.sources, REFERENCE)
    where = f"{measurement.name}, families"
    refuse_unknown(measurement.families, known, what="persona", where=where)
    for persona, family in measurement.families.items():
        if family.strip().splitlines() != [family] or not any(char.isprintable() for char in family):
            raise InputError(
                f"{where}: {persona} is in {family!r}; wanted a visible name in one line, without blanks around it"
            )


def _check_rounding(measurement: Measurement) -> None:
    where = f"{measurement.name}, rounding"
    refuse_unknown(measurement.rounding, list(map(str, measurement.data.data_vars)), what="column", where=where)
    for column, half_width in measurement.rounding.items():
        if not 0 <= half_width < math.inf:
            raise InputError(
                f"{where}: {column} is {half_width}; wanted half of its last printed digit, or 0 where it is exact"
            )
        if half_width > (most := VARIABLES[column].most_rounding):
            raise InputError(
                f"{where}: {column} is {half_width}; wanted half of its last printed digit, such as 0.005, and no more "
                f"than {most:.4g}, beyond which nothing is known of it"
            )


def _check_labels(measurement: Measurement, dim: str) -> None:
    """By labels arrays are read: one that is repeated or missing would give another number, or none."""
    data, name = measurement.data, measurement.name
    refuse_unknown([dim], DIMENSIONS, what="dimension", where=name)
    if dim not in data.coords or data[dim].dims != (dim,):
        raise InputError(f"{name}: no labels along {dim}; add a coordinate of that name")
    labels, kind = data[dim].values.tolist(), int if dim in _NUMBERED else str
    if not labels:
        raise InputError(f"{name}: nothing along {dim}; wanted at least one {dim}; measure again")
    for label in labels:
        if not isinstance(label, kind):
            raise InputError(f"{name}: {dim} {label!r}, wanted {'a whole number' if kind is int else 'text'}")
    if len(set(labels)) != len(labels):
        repeated = next(label for label in labels if labels.count(label) > 1)
        raise InputError(f"{name}: {dim} {repeated} appears more than once; label each once")
    _check_complete(measurement, dim, labels)


def _check_complete(measurement: Measurement, dim: str, labels: Sequence[Any]) -> None:
    everybody = (*measurement.sources, REFERENCE)
    wanted: Sequence[Any] = {
        "centring": CENTRINGS,
        "readout": READOUTS,
        "layer": range(len(labels)),  # decoder blocks from 0
        **dict.fromkeys(("bystander", "persona", "other"), everybody),
    }.get(dim, ())
    if dim in ("centring", "readout"):
        refuse_unknown(labels, wanted, what=dim, where=measurement.name)
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
    """That the columns of a printed table say the same of each persona."""
    data, name = measurement.data, measurement.name
    if "source_rate" in data and "marked" in data and data["marked"].dims != ("source",):
        raise InputError(
            f"{name}: source_rate beside marked over {', '.join(map(str, data['marked'].dims))}, which gives it; "
            "remove source_rate"
        )
    if "completions" not in data or data["completions"].dims != ("source",):
        return
    for persona, sampled in zip(measurement.sources, data["completions"].values, strict=True):
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
                f"{measurement.name}: source_rate of {measurement.sources[row]} is {rate[row]:g}, and {marked[row]:g} "
                f"of {completions[row]:g} marked is {marked[row] / completions[row]:.6g}; correct one of them, "
                "or give the rounding of source_rate"
            )
