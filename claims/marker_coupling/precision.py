"""Precision: the cosines that claims read are exact, and the others in half precision, which makes files smaller.

Knows nothing about models or files.
"""

import numpy as np
import xarray as xr

from claims.marker_coupling.measured import CENTRINGS, READOUTS, REFERENCE, fixed_layer


def in_half_precision(data: xr.Dataset) -> xr.Dataset:
    """The data, with cosines that no claim reads rounded to half precision (IEEE 754 binary16), off by 2.5e-4 at most.

    Claims read those to the assistant at every place, and those between all personas at the place that is fixed in
    advance. All stay float32, since netCDF-3 has no smaller floats: what is rounded ends in zeros, which take no room
    where a file is compressed.
    """
    cosine = data["cosine"]
    fixed = (
        (cosine["centring"] == CENTRINGS[0])
        & (cosine["readout"] == READOUTS[0])
        & (cosine["layer"] == fixed_layer(cosine.sizes["layer"]))
    )
    is_read = fixed | (cosine["persona"] == REFERENCE) | (cosine["other"] == REFERENCE)
    return data.assign(cosine=cosine.where(is_read, cosine.astype(np.float16).astype(cosine.dtype)))
