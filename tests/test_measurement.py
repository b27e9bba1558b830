import math
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from conftest import make_measurement
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.data.measurement import Measurement, fixed_layer
from pytest_claims.data.measurement_file import measurement_name, read_measurement, write_measurement
from pytest_claims.data.panel import panel_of

TABLE = {
    "persona": ["a", "b", "c", "d"],
    "cosine": ["-0.1", "0.2", "0.3", "0.4"],
    "source_rate": ["0.1", "0.2", "0.3", "0.4"],
}


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


def test_equal_measurements_give_equal_files(tmp_path):
    for name in ("a.nc", "b.nc", "a.nc.gz", "b.nc.gz"):
        write_measurement(make_measurement(), tmp_path / name)
    assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()
    assert (tmp_path / "a.nc.gz").read_bytes() == (tmp_path / "b.nc.gz").read_bytes()


def test_hash_sees_every_number():
    before, after = make_measurement(), make_measurement()
    after.data["cosine"][0, 1, 2] += 1e-9
    assert before.sha256 != after.sha256


def test_panel_takes_each_source_under_its_own_adapter():
    measurement = make_measurement(sources=5)
    panel = panel_of(measurement)
    for row, name in enumerate(panel.personas):
        own = measurement.data.sel(source=name, bystander=name)
        assert panel.marked[row] == int(own["marked"].sum())
        assert panel.source_rate[row] == int(own["marked"].sum()) / int(own["completions"].sum())
        assert panel.cosine[row] == float(measurement.data["cosine"].sel(layer=2, persona=name, other="assistant"))
        expected = float(measurement.data["js"].sel(persona=name, other="assistant").mean())
        assert panel.js[row] == pytest.approx(expected)


@pytest.mark.parametrize(("depth", "layer"), [(28, 10), (30, 11), (1, 0), (7, 2), (32, 11), (80, 29)])
def test_fixed_layer_is_at_the_relative_depth_of_the_source(depth, layer):
    assert fixed_layer(depth) == layer


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source_rate": ["0.1", "0.2", "0.3", "1.4"]}, r"source_rate is 1.4 at source d; wanted a number in \[0, 1\]"),
        ({"source_rate": ["0.1", "", "0.3", "0.4"]}, "source_rate of b is"),
        ({"source_rate": ["0.1", "many", "0.3", "0.4"]}, "'many', wanted a number"),
        ({"cosine": ["0.1", "0.2", "0.3", "-1.1"]}, "cosine is -1.1 at source d"),
        ({"persona": ["a", "b", "b", "d"]}, "persona b appears more than once"),
        ({"persona": ["a", "b", "assistant", "d"]}, "is the reference and is never a source"),
        ({"COSINE": ["1", "2", "3", "4"]}, r"unknown column 'COSINE'; did you mean 'cosine'\?"),
        ({"marked": ["1", "2", "3", "4"]}, "bad: 'marked' without 'completions': counts need both; add the column"),
        ({"surprise": ["1", "2", "3", "4"]}, "unknown column 'surprise'; known are persona, cosine, "),
        ({"cosin": ["1", "2", "3", "4"]}, r"unknown column 'cosin'; did you mean 'cosine'\?"),
        ({"persona": ["a", "", "c", "d"]}, "bad.csv, line 3: a row without persona; name it or remove it"),
        ({"cosine": ["0.1", "1_0", "0.3", "0.4"]}, "line 3: cosine of b is '1_0', wanted a number"),
        ({"cosine": ["0.1", "nan", "0.3", "0.4"]}, "cosine of b is 'nan', wanted a number"),
        ({"cosine": ["0.1", "1e999", "0.3", "0.4"]}, "cosine is inf at source b"),
        ({"completions": ["100", "99.5", "100", "100"]}, "completions is 99.5 at source b; wanted a count"),
    ],
)
def test_bad_tables_are_refused_in_words(tmp_path, change, message):
    with pytest.raises(InputError, match=message):
        read_measurement(write_table(tmp_path / "bad.csv", TABLE | change))


@pytest.mark.parametrize(
    ("about", "message"),
    [
        ("[rouding]\njs = 1", r"unknown key 'rouding'; did you mean 'rounding'\? known are name, rounding, prov"),
        ("name = 3", "made.toml: name is 3, wanted a string"),
        ("name = ''", "made.toml: name is '', wanted a name: not empty"),
        ("[rounding]\ncosine = -0.5", "made.toml: rounding: cosine is -0.5, wanted greater than or equal to 0"),
        ("[rounding]\ncosine = inf", "made.toml: rounding: cosine is inf, wanted a finite number"),
        ("[rounding]\ncosine = '0.5'", "made.toml: rounding: cosine is '0.5', wanted a valid number"),
        ("[rounding]\npersona = 0.5", "made, rounding: unknown column 'persona'; known are cosine, source_rate"),
        ("[provenance]\nnotes = ['a']", r"made.toml: provenance: notes is \['a'\], wanted a string"),
        ("[families]\na = 3", "made.toml: families: a is 3, wanted a string"),
        ("families = 3", "made.toml: families is 3, wanted a table"),
        (
            "[families]\naa = 'x'",
            r"made, families: unknown persona 'aa'; did you mean 'a'\? known are a, b, c, d, assi",
        ),
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
    (tmp_path / "made.toml").write_text("[rounding]\ncosine = 0\n[provenance]\ndate = '2026-11-24'\nseeds = '1'\n")
    measurement = read_measurement(write_table(tmp_path / "made.csv", TABLE))
    assert measurement.provenance == {"date": "2026-11-24", "seeds": "1"}
    assert measurement.rounding == {"cosine": 0.0}


def test_missing_column_says_what_is_there(tmp_path):
    columns = {name: cells for name, cells in TABLE.items() if name != "source_rate"}
    with pytest.raises(InputError, match="no column 'source_rate': have persona, cosine; add it or run with --model"):
        read_measurement(write_table(tmp_path / "bad.csv", columns))


def test_missing_column_may_be_there_in_capitals(tmp_path):
    columns = {name.title(): cells for name, cells in TABLE.items()}
    with pytest.raises(InputError, match=r"bad.csv: unknown column 'Persona'; did you mean 'persona'\?"):
        read_measurement(write_table(tmp_path / "bad.csv", columns))


def test_table_may_have_counts(tmp_path):
    counts = {"marked": ["10", "20", "30", "40"], "completions": ["100"] * 4}
    panel = panel_of(read_measurement(write_table(tmp_path / "made.csv", TABLE | counts)))
    np.testing.assert_array_equal(panel.marked, [10, 20, 30, 40])


def test_too_few_personas(tmp_path):
    with pytest.raises(InputError, match="3 source personas"):
        read_measurement(write_table(tmp_path / "bad.csv", {name: cells[:3] for name, cells in TABLE.items()}))


def test_missing_and_foreign_files(tmp_path):
    with pytest.raises(InputError, match="no measurement file"):
        read_measurement(tmp_path / "absent.nc")
    other = tmp_path / "notes.txt"
    other.write_text("hello")
    with pytest.raises(InputError, match=r"wanted .csv, .nc or .nc.gz"):
        read_measurement(other)


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


def test_nan_is_refused():
    data = make_measurement().data.copy(deep=True)
    data["cosine"][0, 1, 2] = math.nan
    with pytest.raises(InputError, match="cosine is nan at layer 0, persona persona_0, other persona_1"):
        Measurement(name="made@up", data=data)


def test_more_marked_than_sampled_is_refused():
    data = make_measurement().data.copy(deep=True)
    data["marked"][0, 0, 0, 0] = 99
    with pytest.raises(InputError, match="more marked completions than completions"):
        Measurement(name="made@up", data=data)


def test_column_that_a_subject_lacks_is_undecided(tmp_path):
    panel = panel_of(read_measurement(write_table(tmp_path / "no-js.csv", TABLE)))
    with pytest.raises(Undecided, match="no column 'js': have persona, cosine, source_rate; add it"):
        _ = panel.js


def test_published_table_is_the_one_that_was_printed(root):
    panel = panel_of(read_measurement(root / "fixtures/recorded/qwen2.5-7b-instruct@published.csv"))
    assert len(panel) == 10
    assert panel.value("source_rate", "librarian") == 0.67
    assert panel.value("cosine", "software_engineer") == 0.446
    assert panel.value("js", "comedian") == 0.048
    np.testing.assert_array_equal(panel.completions, 100)
