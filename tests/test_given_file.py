"""What stands where a file is wanted, and arrays of kinds that no measurement has: one line each."""

import os
from random import Random

import numpy as np
import pytest
import xarray as xr
from mutations import READERS, Reader, attempt, attempts, mutated, read_for_the_finding

from claims.marker_coupling.panel import read_panel
from conftest import make_measurement
from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import Content, read_toml, shown
from pytest_claims.data.measurement_file import read_measurement, write_measurement

SEED, COUNT = 19, 600


def test_mutated_files_are_read_or_refused_in_one_line(tmp_path):
    """Of 685 mutated inputs 63 ended in a traceback, and 17 in several lines."""
    assert not list(attempts(SEED, COUNT, tmp_path))


def test_attempt_finds_what_is_wrong_with_a_reader(tmp_path):
    """So the test above can fail."""

    def raising(error):
        def read(path):
            raise error

        return Reader(file="made.csv", read=read, write=print, tokens=())

    assert attempt(raising(InputError("made.csv: no")), b"", tmp_path) == ""
    assert attempt(raising(InputError("no")), b"", tmp_path).startswith("does not name the file")
    assert attempt(raising(KeyError("a bug")), b"", tmp_path) == "KeyError: 'a bug'"


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.file)
def test_mutations_leave_some_to_be_read(reader, tmp_path):
    """If all were refused for their beginnings, the rest would go untried."""
    path = tmp_path / reader.file
    reader.write(path)
    sample = path.read_bytes()

    def is_read(number):
        path.write_bytes(mutated(sample, Random(number), reader.tokens))
        try:
            reader.read(path)
        except InputError:
            return False
        return True

    assert any(map(is_read, range(500)))
    assert not all(map(is_read, range(50)))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.file)
def test_bug_of_ours_in_a_reader_shows_its_traceback(reader, tmp_path, monkeypatch):
    """Only what a library makes of a file is told in a line."""
    path = tmp_path / reader.file
    reader.write(path)

    def bug(*_: object, **__: object) -> None:
        raise KeyError("a bug")

    for module in ("base.schema", "reading.sheet", "data.measurement_file", "verdicts.baseline", "verdicts.record"):
        for name in ("validated", "_row", "_read_attributes", "from_json", "number_in"):
            monkeypatch.setattr(f"pytest_claims.{module}.{name}", bug, raising=False)
    for module, name in (("transcript", "_line"), ("texts", "_several")):
        monkeypatch.setattr(f"pytest_claims_lab.{module}.{name}", bug)
    with pytest.raises(KeyError, match="a bug"):
        reader.read(path)


def a_folder(path):
    path.mkdir()


def a_dangling_link(path):
    path.symlink_to("nowhere")


def a_link_to_itself(path):
    path.symlink_to(path.name)


def a_pipe(path):
    os.mkfifo(path)


def a_device(path):
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("stands", "said"),
    [
        (a_folder, "it is a folder"),
        (a_dangling_link, "it is a link that leads nowhere"),
        (a_link_to_itself, "it is a link that leads nowhere"),
        (a_pipe, "it is a pipe or a device, and no file"),
        (a_device, "it is a pipe or a device, and no file"),
    ],
)
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.file)
def test_what_is_no_file_is_refused(reader, tmp_path, stands, said):
    """A pipe was waited for, and a device read without end."""
    path = tmp_path / reader.file
    stands(path)
    with pytest.raises(InputError, match=rf"{reader.file} cannot be read.* \({said}\); \w+"):
        reader.read(path)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.file)
def test_file_that_may_not_be_read_is_refused(reader, tmp_path, monkeypatch):
    path = tmp_path / reader.file
    reader.write(path)

    def denied(self):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr("pathlib.Path.read_bytes", denied)
    with pytest.raises(InputError, match=rf"{reader.file} cannot be read.* \(Permission denied\); \w+"):
        reader.read(path)


@pytest.mark.parametrize("name", ["a" * 300, "a\0b", "no/such/folder", "", "图书馆员", "\ud800"])
def test_name_that_is_absurd_is_refused(name):
    with pytest.raises(InputError, match=r"^no panel .*; give the path of a .toml file|cannot be read") as told:
        read_panel(name)
    assert str(told.value).isprintable()


def without_labels(data):
    return data.drop_vars("layer")


def scalar(data):
    return data.isel(seed=0)


def of_dates(data):
    return data.assign(js=data["js"].astype("i4").assign_attrs(units="days since 2000-01-01"))


def of_text(data):
    return data.assign(js=("question", ["much"] * data.sizes["question"]))


def of_one_dimension_twice(data):
    return data.assign(prompt_tokens=(("persona", "other"), np.ones((data.sizes["persona"], data.sizes["other"]))))


def of_numbers_for_names(data):
    return data.assign_coords(source=np.arange(data.sizes["source"]))


def of_fractions_for_names(data):
    return data.assign_coords(source=np.arange(data.sizes["source"]) / 2)


def of_no_number(data):
    return data.assign(cosine=data["cosine"] * np.nan)


def of_bytes(data):
    return data.assign_coords(question=np.arange(data.sizes["question"], dtype="i1"))


def scaled(data):
    return data.assign(marked=data["marked"].assign_attrs(scale_factor=1e300))


def with_another_name(data):
    return data.rename(persona="person")


def of_nothing(data):
    return xr.Dataset(attrs=data.attrs)


@pytest.mark.parametrize(
    "odd",
    [without_labels, scalar, of_dates, of_text, of_no_number, of_fractions_for_names],
)
def test_arrays_that_are_no_measurement(tmp_path, odd):
    refused_by(read_measurement, tmp_path / "arrays.nc", odd)


@pytest.mark.parametrize(
    "odd", [of_one_dimension_twice, of_numbers_for_names, of_bytes, scaled, with_another_name, of_nothing]
)
def test_arrays_that_are_no_measurement_of_the_finding(tmp_path, odd):
    refused_by(read_for_the_finding, tmp_path / "arrays.nc", odd)


def refused_by(read, path, odd):
    write_measurement(make_measurement(), path)
    with xr.open_dataset(path, engine="scipy") as lazy:
        data = lazy.load()
    odd(data).to_netcdf(path, engine="scipy", format="NETCDF3_64BIT")
    with pytest.raises(InputError, match=r"^arrays\.nc") as told:
        read(path)
    assert str(told.value).isprintable()


class Made(Content):
    rate: float
    name: str


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name = 'a'\nrate = 1979-05-27T07:32:00Z", "rate is datetime"),
        ("name = 1.5\nrate = 1", "name is 1.5, wanted a string"),
        ("name = 'a'\nrate = 0x1" + "0" * 5000, "rate is int of too many digits"),
        ("name = 'a'\nrate = 1" + "0" * 400, "rate is 1000"),
        ("name = 'a'\nrate = 1" + "0" * 5000, "cannot be read as TOML .*digits"),
        ("name = " + "[" * 3000, "cannot be read as TOML .*recursion"),
        ("name = " + "[" * 90 + "]" * 90 + "\nrate = 1", r"name is \[\[\[\[\.\.\.\]\]\]\], wanted a string"),
        ("name = '" + "x" * 5000 + "'\nrate = 'a'", "rate is 'a', wanted a valid number"),
        ("[name]\na = 1\n[rate]", "rate is {}, wanted a valid number"),
    ],
)
def test_oddly_typed_toml(tmp_path, content, said):
    (tmp_path / "made.toml").write_text(content)
    with pytest.raises(InputError, match=rf"^made\.toml.* ?{said}"):
        read_toml(Made, tmp_path / "made.toml")


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-16", "it is UTF-16, wanted UTF-8"),
        ("utf-16-le", "it is not text: it holds NUL"),
        ("latin-1", "'utf-8' codec"),
    ],
)
def test_other_encodings_are_named(tmp_path, encoding, said):
    (tmp_path / "made.toml").write_bytes("name = 'für'\nrate = 1\n".encode(encoding))
    with pytest.raises(InputError, match=f"made.toml cannot be read .{said}"):
        read_toml(Made, tmp_path / "made.toml")


def test_what_came_is_shown_in_short_and_never_sent_to_the_terminal():
    assert shown(10**5000) == "int of too many digits"
    error = InputError(f"\x1b[31mred\u202e\nand {'long' * 1000}; mend it")
    assert str(error).startswith("\\x1b[31mred\\u202e and long")
    assert str(error).endswith("; mend it")
    assert len(str(error)) < 1100


def test_mutations_can_be_found_again():
    content = b"persona,cosine\n" * 9
    made = [mutated(content, Random(number)) for number in range(50)]
    assert made == [mutated(content, Random(number)) for number in range(50)]
    assert len(set(made)) > 40
