"""The table of a measurement of marker coupling: one row per source persona, and what is between them.

Knows nothing about claims.
"""

import itertools
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import xarray as xr

from claims.marker_coupling.measured import (
    CENTRINGS,
    CONTROLS,
    PUBLISHED,
    READOUTS,
    REFERENCE,
    SOURCE,
    by_source,
    check,
    fixed_layer,
    sources,
)
from pytest_claims import ROWS, Alternatives, Array, Design, FloatArray, Gap, Measurement, Table, pooled

_BASE_RATES: Final = ("base_marked", "base_completions")
NOTHING: Final = Gap(
    reason="no adapter produced the marker: nothing can be judged",
    remedy="train at a higher --claims-learning-rate, or find one with pytest-claims learning-rate",
)


def table_of(measurement: Measurement, design: Design) -> Table:
    """The table: counts pooled over seeds and questions, cosine at the fixed layer; ``design`` is that of the finding.

    Raises:
        InputError: for data that are not a measurement of marker coupling.
    """
    measurement = by_source(measurement)
    check(measurement)
    data = measurement.data
    arrays = {**_counts(data), **_between(measurement)}
    rates = pooled(design, arrays, sources(measurement)) or _printed_rates(data)
    columns = {**_columns(measurement), **rates, **_without_adapter(measurement)}
    return Table(
        subject=measurement.name,
        base_model=measurement.base_model,
        rows=sources(measurement),
        columns=columns,
        rounding=measurement.rounding,
        families=measurement.families,
        design=design,
        arrays=arrays,
        labels={dim: measurement.labels(dim) for dim in ("question", "seed")},
        alternatives=_alternatives(measurement),
        nothing=None if _is_marked(columns, data) else NOTHING,
    ).fresh()


def _columns(measurement: Measurement) -> dict[str, FloatArray]:
    """What is known of each persona without any adapter: at the fixed place, to the assistant."""
    data = measurement.data
    return {name: _to_reference(data[name], measurement) for name in ("cosine", "js", *CONTROLS) if name in data}


def _to_reference(array: xr.DataArray, measurement: Measurement) -> FloatArray:
    if "question" in array.dims:
        array = array.mean("question")
    for choice, options in (("centring", CENTRINGS), ("readout", READOUTS)):
        if choice in array.dims:
            array = array.sel({choice: options[0]})
    if "layer" in array.dims:
        array = array.sel(layer=fixed_layer(array.sizes["layer"]))
    if "persona" in array.dims:
        array = array.sel(persona=list(sources(measurement)))
    if "other" in array.dims:
        array = array.sel(other=REFERENCE)
    return np.asarray(array.values, dtype=float)


def _without_adapter(measurement: Measurement) -> dict[str, FloatArray]:
    """Counts of the model without any adapter, pooled over questions."""
    data, personas = measurement.data, list(sources(measurement))
    return {
        name: np.asarray(data[name].sum("question").sel(persona=personas).values, dtype=float)
        for name in _BASE_RATES
        if name in data
    }


def _printed_rates(data: xr.Dataset) -> dict[str, FloatArray]:
    names = [name for name in ("source_rate", "marked", "completions") if name in data]
    return {name: np.asarray(data[name].values, dtype=float) for name in names}


def _counts(data: xr.Dataset) -> dict[str, Array]:
    """Completions and those with the marker by seed: each source's own, and those of the others under its adapter."""
    if "marked" not in data or "bystander" not in data["marked"].dims:
        return {}
    by_question = data[["marked", "completions"]]
    counts, asked = by_question.sum("question"), by_question.sel(bystander=data[SOURCE])
    own = asked.sum("question")
    others = counts.sel(bystander=data[SOURCE].values)
    return {
        **{name: _outcome(own[name], "seed", SOURCE) for name in ("marked", "completions")},
        **{f"{name} by question": _outcome(asked[name], "question", "seed", SOURCE) for name in asked},
        "leaked": _outcome(others["marked"], "seed", SOURCE, "bystander"),
        "asked": _outcome(others["completions"], "seed", SOURCE, "bystander"),
    }


def _between(measurement: Measurement) -> dict[str, Array]:
    """What is between personas, or along layers, read-outs and questions, as far as the base model goes."""
    data, personas, arrays = measurement.data, list(sources(measurement)), dict[str, Array]()
    if _is_by_place(data):
        layers = range(data.sizes["layer"])  # by their labels, in whatever order they are stored
        cosine = data["cosine"].sel(centring=CENTRINGS[0], readout=list(READOUTS), layer=layers, persona=personas)
        fixed = cosine.sel(readout=READOUTS[0], layer=fixed_layer(len(layers)), other=personas)
        arrays["cosine to the assistant"] = _array(cosine.sel(other=REFERENCE), "readout", "layer", "persona")
        arrays["cosine"] = _array(fixed, "persona", "other")
        uncentred = data["cosine"].sel(centring=CENTRINGS[-1], readout=READOUTS[0], layer=layers, persona=personas)
        arrays["cosine to the assistant without a centre"] = _array(uncentred.sel(other=REFERENCE), "layer", "persona")
    if "cosine_published" in data:
        published = data["cosine_published"].sel(readout=READOUTS[0], persona=personas).sortby("layer")
        arrays["cosine to the assistant from the published centre"] = _array(published, "layer", "persona")
    if "js" in data and "other" in data["js"].dims:
        js = data["js"].sel(persona=personas)
        arrays["js"] = _array(js.mean("question").sel(other=personas), "persona", "other")
        arrays["js by question"] = _array(js.sel(other=REFERENCE), "question", "persona")
    if "answers_sample" in data:
        arrays["answers_sample"] = _array(data["answers_sample"], "seed")
    if "cosine_half" in data:
        places = {"centring": CENTRINGS[0], "readout": READOUTS[0], "layer": fixed_layer(data.sizes["layer"])}
        halves = data["cosine_half"].sel({**places, "persona": personas})
        arrays["cosine by half"] = _array(halves, "half", "persona")
    return arrays


def _alternatives(measurement: Measurement) -> Alternatives | None:
    """The cosines to the assistant at every layer, read-out and centre that was measured."""
    data = measurement.data
    if "cosine" not in data or "layer" not in data["cosine"].dims:
        return None
    cosine = data["cosine"].sel(other=REFERENCE)
    for choice, options in (("readout", READOUTS), ("centring", CENTRINGS)):
        if choice not in cosine.dims:
            cosine = cosine.expand_dims({choice: [options[0]]})
    if "cosine_published" in data:  # the same from one centre more
        published = data["cosine_published"].expand_dims(centring=[PUBLISHED])
        cosine = xr.concat([cosine, published], "centring", coords="minimal", compat="override", join="exact")
    places = list(itertools.product(cosine["centring"].values, cosine["readout"].values, range(cosine.sizes["layer"])))
    by_place = cosine.sel(persona=list(sources(measurement)), layer=range(cosine.sizes["layer"]))
    values = by_place.transpose("centring", "readout", "layer", "persona").values.reshape(len(places), -1)
    ordinary = [centring == CENTRINGS[0] and readout == READOUTS[0] for centring, readout, _ in places]
    names = tuple(f"layer {layer}, {readout}, {centring}" for centring, readout, layer in places)
    return Alternatives(column="cosine", values=np.array(values, dtype=float), ordinary=np.array(ordinary), names=names)


def _is_by_place(data: xr.Dataset) -> bool:
    return "cosine" in data and {"centring", "readout", "layer"} <= set(data["cosine"].dims)


def _is_marked(columns: Mapping[str, FloatArray], data: xr.Dataset) -> bool:
    """Whether any adapter produced the marker, whoever was asked; where no rates are known, they are not missed."""
    known = next((columns[name] for name in ("marked", "source_rate") if name in columns), None)
    return known is None or bool((known > 0).any()) or bool("marked" in data and (data["marked"] > 0).any())


def _array(array: xr.DataArray, *dims: str) -> Array:
    rows: dict[Any, str] = dict.fromkeys((SOURCE, "persona", "other", "bystander"), ROWS)
    values = np.asarray(array.transpose(*dims).values, dtype=float)
    return Array(values=values, dims=tuple(rows.get(dim, dim) for dim in dims))


def _outcome(array: xr.DataArray, *dims: str) -> Array:
    plain = _array(array, *dims)
    return Array(values=plain.values, dims=plain.dims, outcome=True)
