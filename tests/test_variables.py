"""What a finding lets its measurements hold: variables laid out as it says, with numbers that they can have."""

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
from pytest_claims.data.variables import Variable, check_rounding, check_variables

VARIABLES = {
    "flowers": Variable(dims=("year", "tree"), printed="tree", whole=True),
    "set": Variable(dims=("year", "tree"), printed="tree", whole=True),
    "height": Variable(dims=("site", "tree"), optional=frozenset({"site"}), low=0.5, high=99),
    "distance": Variable(dims=("tree", "other"), square=("tree", "other"), itself=0.0),
    "likeness": Variable(dims=("year", "tree", "other"), optional=frozenset({"year"}), low=-1, high=1,
                         square=("tree", "other"), itself=1.0),
    "share": Variable(dims=("tree",), high=1.0, slack=0.0),
}  # fmt: skip


def check(change) -> xr.Dataset:
    data = change(measured().data.copy(deep=True))
    check_variables(data, VARIABLES, where="grove")
    return data


def put(name, value, *place):
    """A change of one number."""

    def change(data):
        data[name] = data[name].astype(float)
        data[name][place] = value
        return data

    return change


def likeness(data, size=6):
    """With a square that has 1 on its diagonal."""
    return data.assign(likeness=(("tree", "other"), np.eye(size)))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda d: d.rename(height="hight"),
            "unknown variable 'hight'; did you mean 'height'? known are flowers, set,",
        ),
        (
            lambda d: d.assign(height=d["distance"]),
            "height is over tree, other; wanted site (may be left out), tree",
        ),
        (
            lambda d: d.assign(flowers=d["height"] * d["flowers"] * d["distance"]),
            "flowers is over tree, year, other; w",
        ),
        (
            lambda d: d.assign(flowers=d["flowers"].isel(tree=0, drop=True)),
            "flowers is over year; wanted year, tree; or",
        ),
        (lambda d: d.assign(height=d["height"].mean()), "height is over nothing; wanted site (may be left out), tree"),
        (lambda d: d.assign(set=d["set"] > 0), "column 'set' holds bool, wanted numbers"),
    ],
)
def test_variables_that_are_unknown_or_laid_out_otherwise_are_refused(change, message):
    with pytest.raises(InputError) as raised:
        check(change)
    assert message in str(raised.value)
    assert str(raised.value).startswith("grove: ")


def test_what_may_be_left_out_and_what_may_be_printed():
    check(lambda d: d)
    check(lambda d: d.assign(flowers=d["flowers"].sum("year"), set=d["set"].sum("year")))
    check(lambda d: d.assign(height=d["height"].expand_dims(site=["hill", "vale"])))
    check(lambda d: d.assign(flowers=d["flowers"].T))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("flowers", 0.5, 0, 0), "flowers is 0.5 at year 2024, tree ash; wanted a count, which is a whole number"),
        (put("flowers", -1, 0, 0), r"flowers is -1.0 at year 2024, tree ash; wanted a number in \[0, inf\]"),
        (put("flowers", math.inf, 0, 0), r"flowers is inf at year 2024, tree ash; wanted a number in \[0, inf\]"),
        (put("flowers", math.nan, 0, 0), "flowers is nan at year 2024, tree ash"),
        (put("height", 0.4, 2), r"height is 0.4 at tree cedar; wanted a number in \[0.5, 99\]; correct it, or remove"),
        (put("height", 99.1, 2), r"height is 99.1 at tree cedar; wanted a number in \[0.5, 99\]"),
        (put("distance", 9.0, 0, 2), "distance is 9.0 at tree ash, other cedar, and not the same the other way round"),
        (put("distance", 0.1, 1, 1), "distance is 0.1 at tree birch, other birch; wanted 0 of a tree with itself"),
        (
            lambda d: put("likeness", 0.9, 1, 1)(likeness(d)),
            "likeness is 0.9 at tree birch, other birch; wanted 1 of a tree with itself; measure again",
        ),
        (
            lambda d: d.assign_coords(other=list("abcdef")),
            "tree and other of distance do not have the same labels; give both all",
        ),
        (lambda d: d.assign(share=("tree", [0, 0, 0, 0, 0, 1 + 1e-9])), r"share is 1.0+1 at tree fir; wanted"),
        (lambda d: d.assign(share=("tree", [0, 0, 0, 0, 0, -1e-9])), r"share is -1e-09 at tree fir; wanted"),
    ],
)
def test_numbers_that_cannot_be_are_refused(change, message):
    with pytest.raises(InputError, match=f"^grove: {message}"):
        check(change)


def test_order_of_the_others_does_not_matter():
    check(lambda data: data.isel(other=slice(None, None, -1)))
    check(lambda data: likeness(data).isel(other=[3, 1, 0, 2, 5, 4]))


def test_vector_at_the_centre_has_no_direction():
    """It is 0 with all, with itself too."""
    check(lambda data: data.assign(likeness=0 * data["distance"]))
    check(lambda data: put("likeness", 0.0, 1, 1)(likeness(data)))


@given(st.floats(-1e-7, 1e-7))
def test_rounding_of_float32_is_no_fault(nudge):
    check(lambda data: put("likeness", 1 + nudge, 2, 2)(likeness(data)))


@pytest.mark.parametrize(("column", "most"), [("flowers", 0.5), ("height", 49.25), ("likeness", 1.0), ("share", 0.5)])
def test_rounding_that_leaves_nothing_is_refused(column, most):
    check_rounding({column: most}, VARIABLES, where="grove")
    message = (
        f"^grove, rounding: {column} is .*; wanted half of its last printed digit, such as 0.005, "
        f"and no more than {most:.4g}, beyond which nothing is known of it$"
    )
    with pytest.raises(InputError, match=message):
        check_rounding({column: most + 0.01}, VARIABLES, where="grove")


def test_rounding_of_what_has_no_bound_may_be_any():
    check_rounding({"distance": 1e9}, VARIABLES, where="grove")


@given(st.permutations(["site", "tree"]))
def test_no_order_of_dimensions_matters(dims):
    assert VARIABLES["height"].fits(dims)
    assert not VARIABLES["height"].fits([*dims, "year"])
    assert not VARIABLES["height"].fits(["site"])


def test_what_is_fine_for_a_finding_is_a_measurement():
    """A number that a finding refuses is none that a measurement could not have."""
    plain = measured()
    data = put("height", 1e6, 0)(plain.data.copy(deep=True))
    assert isinstance(replace(plain, data=data), Measurement)
    with pytest.raises(InputError, match=r"height is 1000000.0 at tree ash"):
        check_variables(data, VARIABLES, where="grove")
