"""The measurement: labelled arrays of counts, cosines and divergences for one subject, with provenance.

Knows nothing about claims, files or how the numbers were obtained.

Variables (any may be absent; what is there is checked):

================  =========================================  ===============================
variable          dimensions                                 unit
================  =========================================  ===============================
``marked``        (seed, source, bystander, question)        completions with the marker
``completions``   (seed, source, bystander, question)        completions sampled, 0 = not measured
``cosine``        (centring, readout, layer, persona,        in [-1, 1]; decoder blocks from 0
                  other) or (source,)
``js``            (question, persona, other) or (source,)    nats, in [0, ln 2]
``prompt_tokens`` (persona,)                                 tokens of the system prompt
``answer_tokens`` (persona,)                                 mean tokens of the persona's own answers
``answer_nll``    (persona,)                                 their mean surprise to the model, nats per token
``base_marked``   (persona, question)                        completions with the marker without any adapter
``base_completions``  (persona, question)                    completions sampled without any adapter
``source_rate``   (source,)                                  share in [0, 1], for printed tables
================  =========================================  ===============================

A published table has only ``(source,)`` columns, ``completions`` among them.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np
import xarray as xr

from harness.errors import InputError

REFERENCE: Final = "assistant"
MINIMUM_PERSONAS: Final = 4
# Where a persona's vector is read, and what is subtracted from it; of each, the first is the fixed choice.
READOUTS: Final = ("last_prompt_token", "prompt_mean", "response_mean")
CENTRINGS: Final = ("panel", "sources", "none")
CONTROLS: Final = ("prompt_tokens", "answer_tokens", "answer_nll")  # what else personas differ in
_SOURCE_LAYER, _SOURCE_DEPTH = 10, 28  # claim #232 reads block 10 of Qwen2.5-7B's 28
_BOUNDS: Final = {
    "source_rate": (0.0, 1.0),
    "cosine": (-1.0, 1.0),
    "js": (0.0, math.log(2)),
    "completions": (0.0, math.inf),
    "marked": (0.0, math.inf),
    "prompt_tokens": (0.0, math.inf),
    "answer_tokens": (0.0, math.inf),
    "answer_nll": (0.0, math.inf),
    "base_marked": (0.0, math.inf),
    "base_completions": (0.0, math.inf),
}
_ROUNDING_SLACK: Final = 1e-6  # float32 cosines of a persona with itself may exceed 1 by this


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
        for variable in self.data.data_vars:
            _check_values(self, str(variable))
        _check_counts(self)

    @property
    def sources(self) -> tuple[str, ...]:
        """The source personas, in the order of the data."""
        return tuple(str(name) for name in self.data["source"].values)

    @property
    def base_model(self) -> str:
        """Tmp"""
        return self.provenance.get("base model") or self.name.partition("@")[0]

    @property
    def seeds(self) -> tuple[int, ...]:
        """The training seeds; none in a published table."""
        return tuple(int(seed) for seed in self.data["seed"].values) if "seed" in self.data.coords else ()

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
    if REFERENCE in sources:
        raise InputError(f"{name}: {REFERENCE!r} is the reference and is never a source; remove its row")
    if len(sources) < MINIMUM_PERSONAS:
        raise InputError(
            f"{name}: {len(sources)} source personas ({', '.join(sources) or 'none'}); "
            f"at least {MINIMUM_PERSONAS} are needed to judge a correlation; add rows"
        )


def _check_families(measurement: Measurement) -> None:
    if unknown := sorted(set(measurement.families) - {*measurement.sources, REFERENCE}):
        raise InputError(
            f"{measurement.name}: a family for {', '.join(unknown)}, who is not measured: "
            f"have {', '.join(measurement.sources)}; correct the name"
        )


def _check_values(measurement: Measurement, variable: str) -> None:
    array = measurement.data[variable]
    if array.dtype.kind not in "iuf":
        raise InputError(f"{measurement.name}: column {variable!r} holds {array.dtype}, wanted numbers")
    low, high = _BOUNDS.get(variable, (-math.inf, math.inf))
    values = np.asarray(array.values, dtype=float)
    bad = ~((values >= low - _ROUNDING_SLACK) & (values <= high + _ROUNDING_SLACK)) | ~np.isfinite(values)
    if bad.any():
        position = tuple(int(index[0]) for index in np.nonzero(bad))
        labels = [
            f"{dim} {array.coords[dim].values[at]}" if dim in array.coords else f"{dim} {at}"
            for dim, at in zip(array.dims, position, strict=True)
        ]
        raise InputError(
            f"{measurement.name}: {variable} is {values[position]} at {', '.join(labels)}; "
            f"wanted a number in [{low:g}, {high:.4g}]; correct it, or remove the column if it was not measured"
        )


def _check_counts(measurement: Measurement) -> None:
    data = measurement.data
    for marked, completions in (("marked", "completions"), ("base_marked", "base_completions")):
        if marked not in data:
            continue
        if completions not in data:
            raise InputError(
                f"{measurement.name}: {marked!r} without {completions!r}: counts need both; add the column"
            )
        if bool((data[marked] > data[completions]).any()):
            raise InputError(f"{measurement.name}: more marked completions than completions; check both columns")
