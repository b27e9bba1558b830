"""The measurement: arrays with labels, what is said of them, and the hash by which it is known."""

import math
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from orchard import measured

from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement import Measurement


def changed(change) -> Measurement:
    measurement = measured()
    return replace(measurement, data=change(measurement.data.copy(deep=True)))


def put(name, value, *place):
    """A change of one number."""

    def change(data):
        data[name] = data[name].astype(float)
        data[name][place] = value
        return data

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.drop_vars("year"), "no labels along year; add a coordinate of that name"),
        (lambda d: d.assign_coords(year=("year", [1, 1, 2])), "year 1 appears more than once; label each once"),
        (lambda d: d.assign_coords(tree=list("aabcde")), "tree a appears more than once; label each once"),
        (lambda d: d.assign_coords(year=[1.5, 2.0, 2.5]), "year 1.5, wanted text or whole numbers, and not some of ea"),
        (
            lambda d: d.assign_coords(year=np.array([True, False, 2], dtype=object)),
            "year True, wanted text or whole numbers",
        ),
        (
            lambda d: d.assign_coords(year=np.array([1, "b", 3], dtype=object)),
            "year 'b', wanted text or whole numbers, and not some of each",
        ),
        (lambda d: d.assign_coords(tree=["a", "b", " ", "d", "e", "f"]), "a tree without a name: have a, b,  *, d, e"),
        (lambda d: d.assign_coords(temperature=1.0), "no labels along temperature; add a coordinate of that name"),
        (lambda d: d.isel(year=slice(0)), "nothing along year; wanted at least one year; measure again"),
        (lambda d: d.isel(tree=slice(0)), "nothing along tree; wanted at least one tree"),
    ],
)
def test_labels_by_which_nothing_could_be_read_are_refused(change, message):
    with pytest.raises(InputError, match=f"^grove@made-up: {message}") as raised:
        changed(change)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("height", math.nan, 1), "height is nan at tree birch; wanted a number; correct it, or remove the column"),
        (put("flowers", math.inf, 0, 2), "flowers is inf at year 2024, tree cedar; wanted a number"),
        (put("distance", -math.inf, 1, 2), "distance is -inf at tree birch, other cedar"),
        (lambda d: d.assign(set=d["set"] > 0), "column 'set' holds bool, wanted numbers"),
        (lambda d: d.assign(height=("tree", list("abcdef"))), "column 'height' holds <U1, wanted numbers"),
        (lambda d: d.assign(height=d["height"] + 1j), "column 'height' holds complex128, wanted numbers"),
    ],
)
def test_what_is_no_number_is_refused(change, message):
    with pytest.raises(InputError, match=f"^grove@made-up: {message}"):
        changed(change)


@pytest.mark.parametrize("half_width", [-0.5, math.inf, -math.inf, math.nan])
def test_rounding_that_is_none_is_refused(half_width):
    message = r"grove@made-up, rounding: height is .*; wanted half of its last printed digit, or 0"
    with pytest.raises(InputError, match=message):
        replace(measured(), rounding={"height": half_width})


def test_rounding_and_families_are_of_what_was_measured():
    plain = measured()
    assert replace(plain, rounding={"height": 0.0, "distance": 0.5}).rounding["distance"] == 0.5
    with pytest.raises(InputError, match="rounding: unknown column 'hieght'; did you mean 'height'"):
        replace(plain, rounding={"hieght": 0.5})
    with pytest.raises(InputError, match="families: unknown label 'bich'; did you mean 'birch'"):
        replace(plain, families={"bich": "x"})


@pytest.mark.parametrize("family", ["", " ", "\u200b", " x", "x\n", "x\ny"])
def test_family_that_nobody_sees_is_refused(family):
    message = r"families: ash is in .*; wanted a visible name in one line, without bl"
    with pytest.raises(InputError, match=message):
        replace(measured(), families={"ash": family})


def test_base_model_is_the_one_that_is_named():
    plain = measured()
    assert plain.base_model == "grove"
    assert replace(plain, provenance={"base model": "another"}).base_model == "another"
    assert replace(plain, name="a table").base_model == "a table"


def test_labels_are_those_of_the_data():
    assert measured().labels("year") == (2024, 2025, 2026)
    assert measured().labels("tree")[:2] == ("ash", "birch")
    assert measured().labels("shade") == ()


@given(st.floats(1e-9, 1e9), st.integers(0, 5))
def test_hash_sees_every_number(more, place):
    def nudge(data):
        data["height"][place] += more
        return data

    assert changed(nudge).sha256 != measured().sha256
    assert measured().sha256 == changed(lambda data: data).sha256


@pytest.mark.parametrize(
    "change",
    [
        lambda m: replace(m, name="another"),
        lambda m: replace(m, rounding={"height": 0.5}),
        lambda m: replace(m, families={"ash": "broad-leaved"}),
        lambda m: replace(m, data=m.data.rename(height="tallness")),
        lambda m: replace(m, data=m.data.assign_coords(year=[1, 2, 3])),
        lambda m: replace(m, data=m.data.isel(year=[1, 0, 2])),
        lambda m: replace(m, data=m.data.assign(flowers=m.data["flowers"].T)),
    ],
)
def test_hash_sees_names_and_labels(change):
    assert change(measured()).sha256 != measured().sha256


def test_hash_does_not_see_where_numbers_came_from_or_how_wide_they_are():
    plain = measured()
    assert replace(plain, provenance={"machine": "another"}).sha256 == plain.sha256
    assert replace(plain, data=plain.data.astype(float)).sha256 == plain.sha256


def test_measurement_without_anything_is_one():
    """A finding says what it wants; here is nothing that would be wrong."""
    assert Measurement(name="empty", data=xr.Dataset()).labels("tree") == ()
