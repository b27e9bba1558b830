"""Measurements on disk: a readable table (CSV beside TOML) or labelled arrays (netCDF).

Knows nothing about models. A table is for numbers that somebody printed; arrays are for what we
measured. Both come back exactly as they were written, or not at all.
"""

import gzip
import io
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import xarray as xr

from harness.errors import InputError
from harness.measurement import Measurement

TABLE_COLUMNS: Final = ("persona", "cosine", "js", "source_rate", "completions")
_REQUIRED: Final = ("persona", "source_rate")
_FORMAT: Final = 1


def read_measurement(path: Path) -> Measurement:
    """Read ``*.csv`` (with an optional ``*.toml`` of the same stem), ``*.nc`` or ``*.nc.gz``.

    Raises:
        InputError: for a file that is missing, unreadable, or not a measurement.
    """
    if not path.is_file():
        raise InputError(f"no measurement file {str(path)!r}; give the path of a .csv, .nc or .nc.gz file")
    reader = next((read for suffix, read in _READERS.items() if path.name.endswith(suffix)), None)
    if reader is None:
        raise InputError(f"{path.name} is not a measurement file: wanted .csv, .nc or .nc.gz")
    return reader(path)


def measurement_name(path: Path) -> str | None:
    """The name that a file of measurements is known by; None for any other file."""
    return next((path.name.removesuffix(suffix) for suffix in _READERS if path.name.endswith(suffix)), None)


def write_measurement(measurement: Measurement, path: Path) -> None:
    """Write ``measurement`` as netCDF, compressed if ``path`` ends in ``.gz``; a reader never sees half a file."""
    provenance = {"format": _FORMAT, "name": measurement.name}
    attributes = {
        **{key: json.dumps(value) for key, value in provenance.items()},
        "provenance": json.dumps(dict(measurement.provenance), sort_keys=True),
        "rounding": json.dumps(dict(measurement.rounding), sort_keys=True),
        "families": json.dumps(dict(measurement.families), sort_keys=True),
    }
    partial = path.with_name(path.name + ".partial")
    # netCDF-3 through scipy: no further dependency, readable by every netCDF tool, and the same
    # measurement gives the same bytes.
    measurement.data.assign_attrs(attributes).to_netcdf(partial, engine="scipy", format="NETCDF3_64BIT")
    if path.suffix == ".gz":
        partial.write_bytes(gzip.compress(partial.read_bytes(), mtime=0))
    partial.replace(path)


def _read_arrays(path: Path) -> Measurement:
    try:
        content = path.read_bytes()
        content = gzip.decompress(content) if path.suffix == ".gz" else content
        with xr.open_dataset(io.BytesIO(content), engine="scipy") as lazy:
            data = lazy.load()
    except Exception as error:
        # The reader raises whatever the broken bytes lead it to: every such error means the same.
        raise InputError(f"{path.name} cannot be read as netCDF ({error}); measure again or restore it") from error
    missing = {"format", "name", "provenance", "rounding", "families"} - set(map(str, data.attrs))
    if missing:
        raise InputError(f"{path.name} lacks the attributes {', '.join(sorted(missing))}; write it with this harness")
    attributes = {str(key): json.loads(value) for key, value in data.attrs.items()}
    if attributes["format"] != _FORMAT:
        raise InputError(f"{path.name} has format {attributes['format']}, wanted {_FORMAT}; measure again")
    return Measurement(
        name=attributes["name"],
        data=data.drop_attrs(),
        provenance=attributes["provenance"],
        rounding=attributes["rounding"],
        families=attributes["families"],
    )


def _read_table(path: Path) -> Measurement:
    about = _read_about(path.with_suffix(".toml"))
    try:
        table = pd.read_csv(path, comment="#", skipinitialspace=True)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name} cannot be read as a table ({error}); wanted CSV with a header row") from error
    have = [str(column) for column in table.columns]
    for column in _REQUIRED:
        if column not in have:
            raise InputError(f"{path.name}: no column {column!r}: have {', '.join(have)}; add it or run with --model")
    unknown = sorted(set(have) - set(TABLE_COLUMNS))
    if unknown:
        raise InputError(f"{path.name}: unknown column {', '.join(unknown)}: known are {', '.join(TABLE_COLUMNS)}")
    return _table_measurement(str(about.get("name", path.stem)), table, about)


def _table_measurement(name: str, table: pd.DataFrame, about: Mapping[str, object]) -> Measurement:
    if table["persona"].isna().any():
        raise InputError(f"{name}: a row without persona; name it or remove it")
    columns = {
        str(column): ("source", _numbers(name, table, str(column))) for column in table.columns if column != "persona"
    }
    rounding, provenance, families = (about.get(key, {}) for key in ("rounding", "provenance", "families"))
    if not (isinstance(rounding, dict) and isinstance(provenance, dict) and isinstance(families, dict)):
        raise InputError(f"{name}: [rounding], [provenance] and [families] must be tables of key = value")
    return Measurement(
        name=name,
        data=xr.Dataset(columns, coords={"source": [str(persona) for persona in table["persona"]]}),
        provenance={str(key): str(value) for key, value in provenance.items()},
        rounding={str(key): float(value) for key, value in rounding.items()},
        families={str(persona): str(family) for persona, family in families.items()},
    )


def _numbers(name: str, table: pd.DataFrame, column: str) -> np.ndarray:
    values = pd.to_numeric(table[column], errors="coerce").to_numpy(dtype=float)
    if np.isnan(values).any():
        row = int(np.flatnonzero(np.isnan(values))[0])
        raise InputError(
            f"{name}: {column} of {table['persona'].iloc[row]} is {table[column].iloc[row]!r}, wanted a number; "
            "fill it in, or leave the whole column out if it was not measured"
        )
    return values


def _read_about(path: Path) -> Mapping[str, object]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path.name} is not TOML ({error}); correct it") from error


_READERS: Final = {".csv": _read_table, ".nc": _read_arrays, ".nc.gz": _read_arrays}
