"""What a measurement may hold: known variables, laid out as they are, with numbers that they can have."""

import math
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from conftest import make_measurement
from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement import CENTRINGS, Measurement
from pytest_claims.data.measurement_file import measurement_name, read_measurement
from pytest_claims.data.variables import VARIABLES


def changed(change) -> Measurement:
    measurement = make_measurement()
    return replace(measurement, data=change(measurement.data.copy(deep=True)))


def put(name, value, *place):
    """A change of one number."""

    def change(data):
        data[name] = data[name].astype(float)
        data[name][place] = value
        return data

    return change


def test_recordings_are_what_they_may_be(root):
    files = [file for file in (root / "fixtures" / "recorded").iterdir() if measurement_name(file)]
    measurements = [read_measurement(file) for file in files]
    assert [measurement.name for measurement in measurements] == [measurement_name(file) for file in files]
    assert {str(name) for measurement in measurements for name in measurement.data.data_vars} == set(VARIABLES)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.rename(js="jss"), "made@up: unknown variable 'jss'; did you mean 'js'? known are marked, "),
        (lambda d: d.rename(layer="layers"), "unknown dimension 'layers'; did you mean 'layer'? known are seed, "),
        (lambda d: d.assign_coords(temperature=1.0), "unknown dimension 'temperature'; known are seed, source, "),
        (lambda d: d.assign(js=d["js"].mean("question")), "js is over persona, other; wanted question, persona, other"),
        (
            lambda d: d.assign(js=d["js"].isel(other=0, drop=True)),
            "js is over question, persona; wanted question, persona, other",
        ),
        (
            lambda d: d.assign(answer_nll=d["js"].isel(question=0, drop=True)),
            "answer_nll is over persona, other; wanted persona",
        ),
        (lambda d: d.assign(marked=d["marked"] > 0), "column 'marked' holds bool, wanted numbers"),
        (
            lambda d: d.assign(marked=d["marked"].isel(seed=0, bystander=0, question=0, drop=True)),
            "marked over source and completions over seed, source, bystander, question; wanted both over the same",
        ),
    ],
)
def test_unknown_variables_and_dimensions_are_refused(change, message):
    with pytest.raises(InputError) as raised:
        changed(change)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (put("marked", 0.5, 0, 0, 0, 0), "marked is 0.5 at seed 0, .*; wanted a count, which is a whole number"),
        (put("completions", 5.5, 0, 0, 0, 0), "completions is 5.5 at seed 0, .*; wanted a count"),
        (put("js", 0.65, 0, 1, 2), "js is 0.65 at question Why 0.*, persona persona_0, other persona_1, and not the s"),
        (put("js", 0.1, 0, 1, 1), "js is 0.1 at .* persona persona_0, other persona_0; wanted 0 of a persona with its"),
        (put("cosine", 0.9, 3, 1, 1), "cosine is 0.9 at layer 3, persona persona_0, other persona_0; wanted 1 of a pe"),
        (put("cosine", 1.0, 3, 0, 2), "cosine is 1.0 at layer 3, persona assistant, other persona_1, and not the same"),
        (put("cosine", math.inf, 3, 1, 1), "cosine is inf at layer 3"),
        (put("completions", math.inf, 0, 0, 0, 0), "completions is inf at seed 0"),
    ],
)
def test_numbers_that_cannot_be_are_refused(change, message):
    with pytest.raises(InputError, match=message):
        changed(change)


def test_order_of_the_others_does_not_matter():
    turned = changed(lambda data: data.isel(other=slice(None, None, -1)))
    assert turned.sha256 != make_measurement().sha256  # it is other data, and as good


def test_vector_at_the_centre_has_no_direction():
    """Its cosines are 0, with itself too, as where every persona has the same state."""
    everywhere = changed(lambda data: data.assign(cosine=0 * data["cosine"]))
    assert float(everywhere.data["cosine"].max()) == 0


@given(st.floats(-1e-7, 1e-7))
def test_rounding_of_float32_is_no_fault(nudge):
    changed(put("cosine", 1 + nudge, 2, 1, 1))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.drop_vars("layer"), "no labels along layer; add a coordinate of that name"),
        (lambda d: d.assign_coords(layer=d["layer"] + 1), "no layer 0: have 1, 2, 3, 4, 5, 6, 7; measure again"),
        (lambda d: d.assign_coords(question=["Why?"] * 3), "question Why. appears more than once; label each once"),
        (lambda d: d.assign_coords(question=[0, 1, 2]), "question 0, wanted text"),
        (lambda d: d.isel(bystander=slice(1, None)), "no bystander assistant: have persona_0, "),
        (lambda d: d.isel(persona=slice(3), other=slice(3)), "no persona persona_2, persona_3, persona_4: have assi"),
        (lambda d: d.expand_dims(centring=["panel", "nobody"]), "unknown centring 'nobody'; known are panel, sources"),
        (lambda d: d.expand_dims(centring=["panel"]), "no centring sources, none: have panel"),
    ],
)
def test_labels_by_which_nothing_could_be_read_are_refused(change, message):
    with pytest.raises(InputError, match=message):
        changed(change)


@pytest.mark.parametrize("half_width", [-0.5, math.inf, -math.inf, math.nan])
def test_rounding_that_is_none_is_refused(half_width):
    with pytest.raises(InputError, match=r"made@up, rounding: js is .*; wanted half of its last printed digit, or 0"):
        replace(make_measurement(), rounding={"js": half_width})


def test_rounding_and_families_are_of_what_was_measured():
    plain = make_measurement()
    assert replace(plain, rounding={"js": 0.0, "cosine": 0.5}).rounding["cosine"] == 0.5
    with pytest.raises(InputError, match="rounding: unknown column 'cosin'; did you mean 'cosine'"):
        replace(plain, rounding={"cosin": 0.5})
    with pytest.raises(InputError, match="families: unknown persona 'persona_9'; did you mean 'persona_"):
        replace(plain, families={"persona_9": "x"})


def test_base_model_is_the_one_that_is_named():
    plain = make_measurement()
    assert plain.base_model == "made"
    assert replace(plain, provenance={"base model": "another"}).base_model == "another"
    assert replace(plain, name="a table").base_model == "a table"


def test_cosine_may_lack_what_was_not_varied():
    cosine = make_measurement().data["cosine"]
    changed(lambda data: data.assign(cosine=cosine.isel(layer=0, drop=True)))
    changed(lambda data: data.assign(cosine=cosine.expand_dims(centring=list(CENTRINGS))))
    changed(lambda data: data.assign(cosine=("source", np.linspace(-1, 1, 5))))


def printed(rounding=None, **columns) -> Measurement:
    """A table of four personas."""
    data = {name: ("source", np.array(values)) for name, values in columns.items()}
    return Measurement(name="made", data=xr.Dataset(data, coords={"source": list("abcd")}), rounding=rounding or {})


RATES = [0.1, 0.2, 0.3, 0.4]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda d: d.drop_vars("marked"), "'completions' without 'marked': counts need both; measure again"),
        (
            lambda d: d.assign(source_rate=("source", [*RATES, 0.5])),
            "source_rate beside marked over seed, source, bystander, question, which gives it; remove source_rate",
        ),
        (
            lambda d: d.drop_vars("completions").assign(source_rate=("source", [*RATES, 0.5])),
            "'marked' without 'completions'",
        ),
        (lambda d: d.isel(layer=slice(0)), "made@up: nothing along layer; wanted at least one layer; measure again"),
        (lambda d: d.isel(question=slice(0)), "made@up: nothing along question; wanted at least one question"),
        (lambda d: d.isel(seed=slice(0)), "made@up: nothing along seed; wanted at least one seed"),
    ],
)
def test_counts_that_are_half_there_are_refused(change, message):
    with pytest.raises(InputError, match=message):
        changed(change)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"marked": [10, 20, 30, 41], "completions": [100] * 4},
            "made: source_rate of d is 0.4, and 41 of 100 marked is 0.41; correct one of them, or give the rounding",
        ),
        (
            {"completions": [100, 100, 0, 100]},
            "made: 0 completions of c; wanted at least one; remove its row, or the c",
        ),
        ({"marked": [0] * 4, "completions": [100, 0, 0, 100]}, "made: 0 completions of b"),
        ({"source_rate": [0.1, 0.2, 0.3, 1.0000005]}, "source_rate is 1.0000005 at source d"),
        ({"source_rate": [0.1, 0.2, 0.3, -1e-7]}, "source_rate is -1e-07 at source d"),
    ],
)
def test_columns_of_a_table_agree(columns, message):
    with pytest.raises(InputError, match=message):
        printed(**{"source_rate": RATES, **columns})


def test_rates_agree_as_far_as_they_were_printed():
    counts = {"marked": [11, 20, 30, 40], "completions": [105, 100, 100, 100]}
    with pytest.raises(InputError, match=r"source_rate of a is 0.1, and 11 of 105 marked is 0.104762"):
        printed(source_rate=RATES, **counts)
    assert printed(source_rate=RATES, **counts, rounding={"source_rate": 0.005}).sources == tuple("abcd")


@pytest.mark.parametrize(("column", "most"), [("cosine", 1.0), ("js", math.log(2) / 2), ("completions", 0.5)])
def test_rounding_that_leaves_nothing_is_refused(column, most):
    plain = make_measurement()
    assert replace(plain, rounding={column: most}).rounding == {column: most}
    message = (
        f"rounding: {column} is .*; wanted half of its last printed digit, such as 0.005, and no more than {most:.4g}"
    )
    with pytest.raises(InputError, match=message):
        replace(plain, rounding={column: most + 0.01})


@pytest.mark.parametrize("family", ["", " ", "\u200b", " x", "x\n", "x\ny"])
def test_family_that_nobody_sees_is_refused(family):
    with pytest.raises(
        InputError, match=r"families: persona_0 is in .*; wanted a visible name in one line, without bl"
    ):
        replace(make_measurement(), families={"persona_0": family})
