"""Measurements on disk: they come back exactly as they were written, or not at all."""

from pathlib import Path

import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from orchard import measured

from conftest import make_measurement
from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.measurement_file import measurement_name, read_measurement, write_measurement
from pytest_claims.data.plain_table import plain_table

TABLE = {"tree": ["a", "b", "c", "d"], "height": ["-0.1", "0.2", "0.3", "0.4"], "age": ["1", "2", "3", "4"]}
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda name: name == name.strip())


def write_table(path: Path, columns: dict[str, list[str]]) -> Path:
    rows = [",".join(columns), *(",".join(cells) for cells in zip(*columns.values(), strict=True))]
    path.write_text("\n".join(rows) + "\n")
    return path


@pytest.mark.parametrize("suffix", [".nc", ".nc.gz"])
@given(sources=st.integers(4, 8), questions=st.integers(1, 4), layers=st.integers(1, 9), seed=st.integers(0, 2**32 - 1))
def test_file_round_trip(tmp_path_factory, suffix, sources, questions, layers, seed):
    path = tmp_path_factory.mktemp("measurement") / f"made@up{suffix}"
    assert measurement_name(path) == "made@up"
    before = make_measurement(sources=sources, questions=questions, layers=layers, seed=seed)
    write_measurement(before, path)
    after = read_measurement(path)
    assert after.sha256 == before.sha256
    assert after.provenance == before.provenance
    xr.testing.assert_equal(after.data, before.data)


@given(
    st.lists(NAMES, min_size=1, max_size=6, unique=True),
    st.dictionaries(NAMES, NAMES, max_size=3),
    st.floats(0, 1e6),
)
def test_any_labels_and_words_come_back(tmp_path_factory, trees, provenance, half_width):
    path = tmp_path_factory.mktemp("measurement") / "made.nc"
    data = xr.Dataset({"height": ("tree", range(len(trees)))}, coords={"tree": trees})
    before = Measurement(
        name="made", data=data, provenance=provenance, rounding={"height": half_width}, families={trees[0]: "x"}
    )
    write_measurement(before, path)
    after = read_measurement(path)
    assert after.sha256 == before.sha256
    assert (after.provenance, after.rounding, after.families) == (provenance, {"height": half_width}, {trees[0]: "x"})
    assert after.labels("tree") == tuple(trees)


def test_equal_measurements_give_equal_files(tmp_path):
    for name in ("a.nc", "b.nc", "a.nc.gz", "b.nc.gz"):
        write_measurement(measured(), tmp_path / name)
    assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()
    assert (tmp_path / "a.nc.gz").read_bytes() == (tmp_path / "b.nc.gz").read_bytes()


def test_array_that_the_format_does_not_hold_is_refused_and_nothing_is_written(tmp_path, monkeypatch):
    """The limit is that of the format: an array of 2.9 GB would be as many bytes of memory in a test."""
    monkeypatch.setattr("pytest_claims.data.measurement_file._LARGEST", 100)
    measurement = make_measurement()
    with pytest.raises(InputError, match=r"the array '\w+' has 0.0 GB, and netCDF-3 holds 0.0 GB of one; keep fewer"):
        write_measurement(measurement, tmp_path / "large.nc")
    assert not list(tmp_path.iterdir())


def test_table_is_one_column_of_names_and_columns_of_numbers(tmp_path):
    measurement = read_measurement(write_table(tmp_path / "grove.csv", TABLE))
    assert measurement.name == "grove"
    assert measurement.labels("tree") == ("a", "b", "c", "d")
    assert measurement.data["age"].dims == ("tree",)
    table = plain_table(measurement)
    assert {name: list(values) for name, values in table.columns.items()} == {
        "height": [-0.1, 0.2, 0.3, 0.4],
        "age": [1, 2, 3, 4],
    }


@pytest.mark.parametrize("order", [["height", "tree", "age"], ["height", "age", "tree"]])
def test_names_may_stand_in_any_column(tmp_path, order):
    before = read_measurement(write_table(tmp_path / "grove.csv", TABLE))
    after = read_measurement(write_table(tmp_path / "grove.csv", {name: TABLE[name] for name in order}))
    assert after.sha256 == before.sha256


@pytest.mark.parametrize("names", ["1 2 3 4", "00 01 02 03", "1e5 b c d", "1.10 NA True -"])
def test_names_that_are_numbers_stand_first(tmp_path, names):
    measurement = read_measurement(write_table(tmp_path / "grove.csv", TABLE | {"tree": names.split()}))
    assert measurement.labels("tree") == tuple(names.split())
    assert set(measurement.data.data_vars) == {"height", "age"}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"height": ["0.1", "", "0.3", "0.4"]},
            "bad.csv, line 3: height of b is '', wanted a number; fill it in, or l",
        ),
        ({"height": ["0.1", "many", "0.3", "0.4"]}, "bad.csv, line 3: height of b is 'many', wanted a number"),
        ({"height": ["0.1", "1_0", "0.3", "0.4"]}, "bad.csv, line 3: height of b is '1_0', wanted a number"),
        ({"height": ["0.1", "nan", "0.3", "0.4"]}, "bad.csv, line 3: height of b is 'nan', wanted a number"),
        ({"height": ["0.1", "1e999", "0.3", "0.4"]}, "bad.csv: bad: height is inf at tree b; wanted a number"),
        ({"height": ["", "", "", ""]}, "bad.csv: columns tree, height hold no numbers; wanted one such column, which "),
        ({"colour": ["red"] * 4}, "bad.csv: columns tree, colour hold no numbers; wanted one such column, which names"),
        ({"tree": ["a", "", "c", "d"]}, "bad.csv, line 3: a row without tree; name it or remove it"),
        ({"tree": ["", "", "", ""]}, "bad.csv, line 2: a row without tree; name it or remove it"),
        ({"tree": ["a", "b", "b", "d"]}, "bad.csv: bad: tree b appears more than once; label each once"),
        ({"tree": ["1", "1", "3", "4"]}, "bad.csv: bad: tree 1 appears more than once; label each once"),
    ],
)
def test_bad_tables_are_refused_in_words(tmp_path, change, message):
    with pytest.raises(InputError, match=f"^{message}") as raised:
        read_measurement(write_table(tmp_path / "bad.csv", TABLE | change))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tree,height\n", "bad.csv: bad: nothing along tree; wanted at least one tree"),
        ("tree\na\nb\n", "bad.csv: only a column 'tree', wanted columns of numbers beside it; add one"),
        ("height\n1\n2\n", "bad.csv: only a column 'height', wanted columns of numbers beside it; add one"),
        (",height\na,1\nb,2\n", r"bad.csv, line 1: column 1 has no name \(, height\); name it or remove it"),
        ("tree,height,\na,1,\nb,2,\n", r"bad.csv, line 1: column 3 has no name"),
        ("tree,tree\na,1\n", "bad.csv, line 1: column 'tree' appears more than once; rename or remove one"),
    ],
)
def test_tables_without_names_or_numbers_are_refused(tmp_path, text, message):
    (tmp_path / "bad.csv").write_text(text)
    with pytest.raises(InputError, match=f"^{message}"):
        read_measurement(tmp_path / "bad.csv")


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ("[rouding]\nage = 1", r"unknown key 'rouding'; did you mean 'rounding'\? known are name, rounding, prov"),
        ("name = 3", "made.toml: name is 3, wanted a string"),
        ("name = ''", "made.toml: name is '', wanted a name: not empty"),
        ("[rounding]\nheight = -0.5", "made.toml: rounding: height is -0.5, wanted greater than or equal to 0"),
        ("[rounding]\nheight = inf", "made.toml: rounding: height is inf, wanted a finite number"),
        ("[rounding]\nheight = '0.5'", "made.toml: rounding: height is '0.5', wanted a valid number"),
        ("[rounding]\ntree = 0.5", "made, rounding: unknown column 'tree'; known are height, age"),
        ("[provenance]\nnotes = ['a']", r"made.toml: provenance: notes is \['a'\], wanted a string"),
        ("[families]\na = 3", "made.toml: families: a is 3, wanted a string"),
        ("families = 3", "made.toml: families is 3, wanted a table"),
        ("[families]\naa = 'x'", r"made, families: unknown label 'aa'; did you mean 'a'\? known are a, b, c, d$"),
    ],
)
def test_what_is_said_about_a_table_has_a_schema(tmp_path, about, message):
    (tmp_path / "made.toml").write_text(about)
    with pytest.raises(InputError, match=message):
        read_measurement(write_table(tmp_path / "made.csv", TABLE))


@pytest.mark.parametrize("value", ["1.10", "2026-11-24", "1", "true"])
def test_what_is_said_about_a_table_is_text(tmp_path, value):
    """1.10 came back as '1.1'."""
    (tmp_path / "made.toml").write_text(f"[provenance]\nversion = {value}\n")
    with pytest.raises(InputError, match=r"made.toml: provenance: version is .*, wanted a string: write it in quotes"):
        read_measurement(write_table(tmp_path / "made.csv", TABLE))


def test_what_is_said_about_a_table_is_kept(tmp_path):
    (tmp_path / "made.toml").write_text("[rounding]\nheight = 0\n[provenance]\ndate = '2026-11-24'\nseeds = '1'\n")
    measurement = read_measurement(write_table(tmp_path / "made.csv", TABLE))
    assert measurement.provenance == {"date": "2026-11-24", "seeds": "1"}
    assert measurement.rounding == {"height": 0.0}


def test_missing_and_foreign_files(tmp_path):
    with pytest.raises(InputError, match="no measurement file"):
        read_measurement(tmp_path / "absent.nc")
    other = tmp_path / "notes.txt"
    other.write_text("hello")
    with pytest.raises(InputError, match=r"wanted .csv, .nc or .nc.gz"):
        read_measurement(other)
    assert measurement_name(other) is None


@pytest.mark.parametrize("suffix", [".nc", ".nc.gz"])
def test_truncated_array_file(tmp_path, suffix):
    path = tmp_path / f"made@up{suffix}"
    write_measurement(make_measurement(), path)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputError, match="cannot be read as netCDF"):
        read_measurement(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b"\x89HDF\r\n\x1a\n" + bytes(99), "it is HDF5, as netCDF-4 is"),
        (b"hello, world", "it begins with b'hello, w'"),
        (b"CDF\x01", ".*"),
    ],
)
def test_bytes_that_are_no_netcdf_in_one_line(tmp_path, content, said):
    (tmp_path / "made.nc").write_bytes(content)
    with pytest.raises(
        InputError, match=rf"^made.nc cannot be read as netCDF \({said}\); wanted netCDF-3, .*; .*$"
    ) as raised:
        read_measurement(tmp_path / "made.nc")
    assert "\n" not in str(raised.value)
    assert "install" not in str(raised.value)


@pytest.mark.parametrize("dim", ["layer", "question", "seed"])
def test_file_with_nothing_along_a_dimension(tmp_path, dim):
    path = tmp_path / "made.nc"
    write_measurement(make_measurement(), path)
    with xr.open_dataset(path, engine="scipy") as lazy:
        data = lazy.load()
    data.isel({dim: slice(0)}).to_netcdf(path, engine="scipy", format="NETCDF3_64BIT")
    with pytest.raises(
        InputError, match=f"nothing along {dim}; wanted|made.nc cannot .* dimension of length 0, such as no"
    ):
        read_measurement(path)


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        ({"name": "made"}, "the attribute 'name' (is|cannot be read as JSON) .*; measure again"),
        ({"name": 3}, "the attribute 'name' (is|cannot be read as JSON)"),
        ({"name": "3"}, "name is 3, wanted a string"),
        ({"rounding": "[]"}, r"rounding is \[\], wanted a table of key = value"),
        ({"rounding": '{"js": -1}'}, "rounding: js is -1, wanted greater than or equal to 0"),
        ({"provenance": '{"date": 3}'}, "provenance: date is 3, wanted a string"),
        ({"familes": "{}"}, r"unknown key 'familes'; did you mean 'families'\? known are format, name, rounding, "),
        ({"families": None}, "no 'families': have format, name, provenance, rounding; add it"),
        ({"format": "2", "new": "1"}, "has format 2, wanted 1; read it with the version of this harness that wrote it"),
        ({"format": '"1"'}, "has format '1', wanted 1; read it"),
        ({"format": "true"}, "format is True, wanted a valid integer"),
    ],
)
def test_attributes_of_an_array_file_have_a_schema(tmp_path, attributes, message):
    path = tmp_path / "made@up.nc"
    write_measurement(make_measurement(), path)
    with xr.open_dataset(path, engine="scipy") as lazy:
        data = lazy.load()
    kept = {name: value for name, value in {**data.attrs, **attributes}.items() if value is not None}
    data.drop_attrs().assign_attrs(kept).to_netcdf(path, engine="scipy", format="NETCDF3_64BIT")
    with pytest.raises(InputError, match=f"made@up.nc:? .*{message}|made@up.nc: {message}"):
        read_measurement(path)
