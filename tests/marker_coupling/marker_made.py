"""Measurements of marker coupling, made up: with every geometry, and as a printed table."""

from dataclasses import replace

import numpy as np
import xarray as xr
from marker import table_of

from claims.marker_coupling.measured import CENTRINGS, READOUTS, SOURCE, fixed_layer
from conftest import between, make_measurement
from pytest_claims import Measurement

RATES = [0.1, 0.2, 0.3, 0.4]


def measured(layers: int = 5, sources: int = 8, seed: int = 0) -> Measurement:
    """A measurement with every geometry, in which the fixed one correlates perfectly and no other does."""
    plain = make_measurement(sources=sources, layers=layers, seed=seed)
    random = np.random.default_rng(seed)
    names = list(plain.data["persona"].values)
    cosine = random.uniform(-1, 1, (len(CENTRINGS), len(READOUTS), layers, len(names), len(names)))
    cosine[0, 0, fixed_layer(layers), names.index("assistant"), 1:] = table_of(plain)["source_rate"]
    cosine = between(cosine, 1.0)
    dims = ("centring", "readout", "layer", "persona", "other")
    data = plain.data.drop_vars("cosine").assign(cosine=(dims, cosine)).assign_coords(
        centring=list(CENTRINGS), readout=list(READOUTS)
    )  # fmt: skip
    return replace(plain, data=data)


def changed(change) -> Measurement:
    """The measurement with other data."""
    measurement = make_measurement()
    return replace(measurement, data=change(measurement.data.copy(deep=True)))


def printed(rounding=None, along=SOURCE, **columns) -> Measurement:
    """A table of four personas."""
    data = {name: (along, np.array(values)) for name, values in columns.items()}
    return Measurement(name="made", data=xr.Dataset(data, coords={along: list("abcd")}), rounding=rounding or {})
