"""The measurement: labelled arrays of numbers for one subject, with provenance.

Knows nothing about claims, files, how the numbers were obtained, or what they mean: a finding says which
arrays it wants, and checks them.
"""

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import numpy as np

from pytest_claims.base.errors import InputError
from pytest_claims.base.heard import heard
from pytest_claims.base.schema import refuse_unknown
from pytest_claims.data.elsewhere import Elsewhere, check_elsewhere, combined
from pytest_claims.data.pitfall import Pitfall

with heard():  # pandas may warn when it is imported, which -W error would make an end of pytest itself
    import xarray as xr

COMPLETIONS_KEPT: Final = "completions kept"  # in provenance: how many of all lie beside the data, and which


@dataclass(frozen=True, kw_only=True, eq=False)
class Measurement:
    """Everything measured about one subject.

    ``name`` is what the subject goes by (``qwen2.5-7b-instruct@published``: what comes before the @ is the model);
    ``data`` has a label for each place along each dimension; ``rounding`` gives the half-width of the last printed
    digit per array (empty where nothing was rounded); ``families`` puts labels into groups that are alike;
    ``provenance`` says where, when and from what the numbers came; ``elsewhere`` is what their source says of some of
    them in other places; ``pitfalls`` what was looked for while it was measured, of what commonly goes wrong.

    Raises:
        InputError: if the data are not a measurement; nothing is repaired silently.
    """

    name: str
    data: xr.Dataset
    provenance: Mapping[str, str] = field(default_factory=dict)
    rounding: Mapping[str, float] = field(default_factory=dict)
    families: Mapping[str, str] = field(default_factory=dict)
    elsewhere: tuple[Elsewhere, ...] = ()
    pitfalls: tuple[Pitfall, ...] = ()

    def __post_init__(self) -> None:
        for dim in map(str, {**self.data.sizes, **self.data.coords}):
            _check_labels(self, dim)
        for name in map(str, self.data.data_vars):
            _check_numbers(self, name)
        _check_rounding(self)
        _check_families(self)
        check_elsewhere(self.elsewhere, self.data, where=self.name)

    @property
    def base_model(self) -> str:
        """The model that was measured, of which one may have several measurements."""
        return self.provenance.get("base model") or self.name.partition("@")[0]

    def labels(self, dim: str) -> tuple[str | int, ...]:
        """The labels along a dimension, in the order of the data; none where there is no such dimension."""
        return tuple(self.data[dim].values.tolist()) if dim in self.data.coords else ()

    def as_elsewhere(self) -> dict[str, "Measurement"]:
        """The measurement with what its source says elsewhere, each and all that go together, by their names."""
        found = {}
        for chosen in combined(self.elsewhere):
            data = self.data
            for one in chosen:
                data = one.within(data)
            # To how many digits these were printed, nobody says.
            found[" + ".join(one.name for one in chosen)] = replace(self, data=data, rounding={}, elsewhere=())
        return found

    @cached_property
    def sha256(self) -> str:
        """Hash of names, labels and values, also those elsewhere; not of provenance or pitfalls, or of the format."""
        digest = hashlib.sha256(self.name.encode())
        for column, half_width in sorted(self.rounding.items()):
            digest.update(f"{column}={half_width!r}".encode())
        for label, family in sorted(self.families.items()):
            digest.update(f"{label}:{family}".encode())
        for name in sorted(map(str, self.data.variables)):
            array = self.data[name]
            digest.update(f"{name}{array.dims}{array.shape}".encode())
            digest.update(_canonical_bytes(array.values))
        for one in self.elsewhere:
            digest.update(f"{one.name}{sorted(one.cells.items())}".encode())
        return digest.hexdigest()


def _canonical_bytes(values: np.ndarray) -> bytes:
    if values.dtype.kind in "iufb":
        return np.ascontiguousarray(values, dtype="<f8").tobytes()
    return "\x1f".join(map(str, values.ravel())).encode()


def _check_labels(measurement: Measurement, dim: str) -> None:
    """By labels arrays are read: one that is repeated or missing would give another number, or none."""
    data, name = measurement.data, measurement.name
    if dim not in data.coords or data[dim].dims != (dim,):
        raise InputError(f"{name}: no labels along {dim}; add a coordinate of that name")
    labels = data[dim].values.tolist()
    if not labels:
        raise InputError(f"{name}: nothing along {dim}; wanted at least one {dim}; measure again")
    kind = str if isinstance(labels[0], str) else int
    for label in labels:
        if not isinstance(label, kind) or isinstance(label, bool):
            raise InputError(f"{name}: {dim} {label!r}, wanted text or whole numbers, and not some of each")
        if isinstance(label, str) and not label.strip():
            have = ", ".join(map(str, labels))
            raise InputError(f"{name}: a {dim} without a name: have {have}; name it or remove it")
    if len(set(labels)) != len(labels):
        repeated = next(label for label in labels if labels.count(label) > 1)
        raise InputError(f"{name}: {dim} {repeated} appears more than once; label each once")


def _check_numbers(measurement: Measurement, name: str) -> None:
    array = measurement.data[name]
    if array.dtype.kind not in "iuf":
        raise InputError(f"{measurement.name}: column {name!r} holds {array.dtype}, wanted numbers")
    if (lacking := ~np.isfinite(array.values)).any():
        place = tuple(int(index[0]) for index in np.nonzero(lacking))
        labels = [f"{dim} {array[dim].values[at]}" for dim, at in zip(array.dims, place, strict=True)]
        raise InputError(
            f"{measurement.name}: {name} is {array.values[place]} at {', '.join(labels)}; wanted a number; "
            "correct it, or remove the column if it was not measured"
        )


def _check_families(measurement: Measurement) -> None:
    known = {str(label): None for dim in measurement.data.coords for label in measurement.labels(str(dim))}
    where = f"{measurement.name}, families"
    refuse_unknown(measurement.families, known, what="label", where=where)
    for label, family in measurement.families.items():
        if family.strip().splitlines() != [family] or not any(char.isprintable() for char in family):
            raise InputError(
                f"{where}: {label} is in {family!r}; wanted a visible name in one line, without blanks around it"
            )


def _check_rounding(measurement: Measurement) -> None:
    where = f"{measurement.name}, rounding"
    refuse_unknown(measurement.rounding, list(map(str, measurement.data.data_vars)), what="column", where=where)
    for column, half_width in measurement.rounding.items():
        if not 0 <= half_width < math.inf:
            raise InputError(
                f"{where}: {column} is {half_width}; wanted half of its last printed digit, or 0 where it is exact"
            )
