"""Measurements on disk: a readable table (CSV beside TOML) or labelled arrays (netCDF).

Knows nothing about models, or what columns mean. A table is for numbers that somebody printed; arrays are for what we
measured. Both come back exactly as they were written, or not at all.
"""

import gzip
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Final

import pydantic
from pydantic_core import PydanticCustomError

from pytest_claims.base.boundary import naming, reading, unreadable
from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import given_bytes, is_given, json_in
from pytest_claims.base.heard import heard
from pytest_claims.base.schema import Content, Many, Name, number_in, read_toml, shown, validated
from pytest_claims.base.whole_file import write_whole
from pytest_claims.data.array_file import SUFFIXES
from pytest_claims.data.elsewhere import Elsewhere
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.pitfall import Pitfall, PitfallName
from pytest_claims.reading.sheet import Row, Sheet, read_table

with heard():  # pandas may warn when it is imported, which -W error would make an end of pytest itself
    import xarray as xr

_FORMAT: Final = 1
_WANTED: Final = "wanted netCDF-3, as pytest-claims measure writes it; measure again or restore it"
_NETCDF3, _HDF5 = b"CDF", b"\x89HDF"  # how files begin
_Finite = Annotated[float, pydantic.Field(allow_inf_nan=False)]
_HalfWidth = Annotated[float, pydantic.Field(ge=0, allow_inf_nan=False)]


def _quoted(value: object) -> object:
    """Refuses what is no string: 1.10 would come back as 1.1."""
    if not isinstance(value, str):
        raise PydanticCustomError("unquoted", "a string: write it in quotes")
    return value


class _Elsewhere(Content):
    """What the source says of some cells in another place, by column and label."""

    name: Name
    source: Name
    values: Mapping[str, Mapping[str, _Finite]]


class _About(Content):
    """The TOML file beside a table. What it says of where the numbers come from is text."""

    name: Name | None = None
    rounding: Mapping[str, _HalfWidth] = {}
    provenance: Mapping[str, Annotated[str, pydantic.BeforeValidator(_quoted)]] = {}
    families: Mapping[str, str] = {}
    elsewhere: Many[_Elsewhere] = ()


class _Pitfall(Content):
    """What was looked for while it was measured: the fields of a :class:`Pitfall`."""

    name: PitfallName
    where: str
    against: Many[str]
    names: Many[str]
    count: int
    of: int
    value: _Finite
    limit: _Finite
    numbers: Mapping[str, _Finite]
    on_purpose: Mapping[str, str] = {}  # it came later


class _Attributes(Content):
    """What an array file says of itself, each as JSON."""

    format: int
    name: Name
    rounding: Mapping[str, _HalfWidth]
    provenance: Mapping[str, str]
    families: Mapping[str, str]
    elsewhere: Many[_Elsewhere] = ()
    pitfalls: Many[_Pitfall] = ()


def read_measurement(path: Path) -> Measurement:
    """Read ``*.csv`` (with an optional ``*.toml`` of the same stem), ``*.nc`` or ``*.nc.gz``.

    Raises:
        InputError: for a file that is missing, unreadable, or not a measurement.
    """
    if not is_given(path):
        raise InputError(f"no measurement file {str(path)!r}; give the path of a .csv, .nc or .nc.gz file")
    reader = next((read for suffix, read in _READERS.items() if path.name.endswith(suffix)), None)
    if reader is None:
        raise InputError(f"{path.name or path} is not a measurement file: wanted .csv, .nc or .nc.gz")
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
    if measurement.elsewhere:
        attributes["elsewhere"] = json.dumps([asdict(one) for one in measurement.elsewhere])
    if measurement.pitfalls:
        attributes["pitfalls"] = json.dumps([_fields(one) for one in measurement.pitfalls])
    # netCDF-3 through scipy: no further dependency, readable by every netCDF tool, and the same
    # measurement gives the same bytes.
    content = bytes(measurement.data.assign_attrs(attributes).to_netcdf(engine="scipy", format="NETCDF3_64BIT"))
    write_whole(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content, path)


def _fields(pitfall: Pitfall) -> dict[str, Any]:
    """Those of a pitfall: one that came later only where it says something, so that files stay as they were."""
    fields = asdict(pitfall)
    return fields if pitfall.on_purpose else {name: one for name, one in fields.items() if name != "on_purpose"}


def _read_arrays(path: Path) -> Measurement:
    content = given_bytes(path, kind="netCDF", remedy=_WANTED, name=path.name)
    with reading(path.name, kind="netCDF", remedy=_WANTED):
        content = gzip.decompress(content) if path.suffix == ".gz" else content
    _check_beginning(content, path.name)
    data = _dataset(content, path.name)
    about = _read_attributes(path.name, data.attrs)
    return _measurement(path.name, about, about.name, data.drop_attrs())


def _dataset(content: bytes, file: str) -> xr.Dataset:
    with reading(file, kind="netCDF", remedy=_WANTED):
        try:
            with xr.open_dataset(io.BytesIO(content), engine="scipy") as lazy:
                return lazy.load()
        except TypeError as error:
            # In netCDF-3 a length of 0 means records, which may be only along the first dimension: the reader
            # multiplies by None where layers or questions are none.
            raise ValueError("a dimension of length 0, such as no question, or broken") from error


def _check_beginning(content: bytes, file: str) -> None:
    """In place of xarray, which would say at length which engines to install."""
    if content.startswith(_NETCDF3):
        return
    why = f"it begins with {content[:8]!r}" if content else "it is empty"
    why = "it is HDF5, as netCDF-4 is" if content.startswith(_HDF5) else why
    raise InputError(unreadable(file, why, kind="netCDF", remedy=_WANTED))


def _read_attributes(file: str, attributes: Mapping[Any, Any]) -> _Attributes:
    content = {}
    for key, value in attributes.items():
        if not isinstance(value, str):
            raise InputError(
                f"{file}: the attribute {key!r} is {shown(value)}, wanted text, which is JSON; measure again"
            )
        content[str(key)] = json_in(value, file=f"{file}: the attribute {key!r}", remedy="measure again")
    # First of all: another format may have other attributes.
    if content.get("format", _FORMAT) != _FORMAT:
        raise InputError(
            f"{file} has format {shown(content['format'])}, wanted {_FORMAT}; "
            "read it with the version of this harness that wrote it, or measure again"
        )
    return validated(_Attributes, content, where=file)


def _read_table(path: Path) -> Measurement:
    """A table: one column of text, which names the rows and the dimension along them, and columns of numbers."""
    about_path = path.with_suffix(".toml")
    about = read_toml(_About, about_path) if is_given(about_path) else _About()
    sheet = read_table(path, trim=True)
    if len(sheet.columns) < 2:
        raise InputError(
            f"{path.name}: only a column {sheet.columns[0]!r}, wanted columns of numbers beside it; add one"
        )
    naming_column = _naming_column(sheet, path.name)
    labels = [_label(row, naming_column) for row in sheet.rows]
    columns = {
        column: (naming_column, [_number(row, column, naming_column) for row in sheet.rows])
        for column in sheet.columns
        if column != naming_column
    }
    data = xr.Dataset(columns, coords={naming_column: labels})
    return _measurement(path.name, about, about.name or path.stem, data)


def _naming_column(sheet: Sheet, file: str) -> str:
    """The column that names the rows: the only one without any number, or else the first."""
    text = [name for name in sheet.columns if not any(number_in(row.cells[name]) is not None for row in sheet.rows)]
    if len(text) > 1 and sheet.rows:
        raise InputError(
            f"{file}: columns {', '.join(text)} hold no numbers; wanted one such column, which names the rows; "
            "leave out, or join, the others"
        )
    return text[0] if sheet.rows and text else sheet.columns[0]


def _measurement(file: str, about: _About | _Attributes, name: str, data: xr.Dataset) -> Measurement:
    with naming(file):
        return Measurement(
            name=name,
            data=data,
            provenance=about.provenance,
            rounding=about.rounding,
            families=about.families,
            elsewhere=tuple(Elsewhere(**dict(one)) for one in about.elsewhere),
            pitfalls=tuple(Pitfall(**dict(one)) for one in getattr(about, "pitfalls", ())),
        )


def _label(row: Row, column: str) -> str:
    if not row.cells[column]:
        raise InputError(f"{row.where}: a row without {column}; name it or remove it")
    return row.cells[column]


def _number(row: Row, column: str, naming_column: str) -> float:
    number = number_in(row.cells[column])
    if number is None:
        raise InputError(
            f"{row.where}: {column} of {row.cells[naming_column]} is {row.cells[column]!r}, wanted a number; "
            "fill it in, or leave the whole column out if it was not measured"
        )
    return number


_READERS: Final = {".csv": _read_table, **dict.fromkeys(SUFFIXES, _read_arrays)}
