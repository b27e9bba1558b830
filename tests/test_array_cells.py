"""Labelled arrays as the table of a finding: the same as a file of the same cells, and what does not fit is refused."""

import itertools
import re

import numpy as np
import pytest
import xarray as xr
from declared import written
from hypothesis import assume, given
from hypothesis import strategies as st

from pytest_claims import InputError, Measurement, Table, Undecided
from pytest_claims.data.array_cells import array_cells
from pytest_claims.data.measurement_file import write_measurement

STUDY = """remedy = "add it or run with --claims-model"
[units]
item = {}
seed = { shared = false }
[factors]
arm = { column = "condition" }
[measured]
right = { successes = "hits", trials = "tries" }
doubt = {}
length = { optional = true }
"""
TWO = "right = { successes = 'hits', trials = 'tries' }\nbefore = { successes = 'known', trials = 'asked' }\n"
LABELS = {"item": ["i0", "i1", "i2"], "seed": [3, 5], "condition": ["on", "off"], "wording": ["w0", "w1"]}
ROWS = ("item", "seed", "condition")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return written(tmp_path_factory.mktemp("study"), STUDY)


def measurement(arrays: dict, **more) -> Measurement:
    """Arrays, each with its dimensions, some of those that have labels here."""
    dims = {dim for several, _ in arrays.values() for dim in several}
    coords = {dim: labels for dim, labels in LABELS.items() if dim in dims}
    return Measurement(name="m@here", data=xr.Dataset(arrays, coords=coords), **more)


def along(draw, dims, numbers) -> tuple[tuple[str, ...], np.ndarray]:
    """An array along some dimensions, in any order."""
    dims = tuple(draw(st.permutations(dims)))
    shape = tuple(len(LABELS[dim]) for dim in dims)
    several = draw(st.lists(numbers, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))
    return dims, np.array(several).reshape(shape)


@st.composite
def measured(draw) -> Measurement:
    """Counts along all rows, and wordings or not, of which some were not tried; and numbers along some rows."""
    dims = (*ROWS, *draw(st.sampled_from([(), ("wording",)])))
    tries = along(draw, dims, st.integers(0, 3))
    lacking = draw(st.integers(0, 3))
    hits = tries[0], np.maximum(tries[1] - lacking, 0)
    some = draw(st.lists(st.sampled_from(ROWS), unique=True))
    doubt = along(draw, some, st.floats(-1e6, 1e6))
    assume(tries[1].any())
    return measurement({"hits": hits, "tries": tries, "doubt": doubt})


def cells_by_hand(one: Measurement) -> dict[str, list]:
    """The same cells, one after the other."""
    found: dict[str, list] = {name: [] for name in ("item", "seed", "condition", "hits", "tries", "doubt")}
    for labels in itertools.product(*(LABELS[dim] for dim in ROWS)):
        at = dict(zip(ROWS, labels, strict=True))
        own = {name: array.sel({dim: at[dim] for dim in at if dim in array.dims}) for name, array in one.data.items()}
        if int(own["tries"].sum()):
            cells = {**at, **{name: array.values.sum().item() for name, array in own.items()}}
            for name, several in found.items():
                several.append(cells[name])
    return found


def assert_same(one: Table, other: Table) -> None:
    assert one.rows == other.rows
    assert {name: values.tolist() for name, values in one.columns.items()} == {
        name: values.tolist() for name, values in other.columns.items()
    }
    for name in {*one.levels, *other.levels}:
        assert one.levels[name].names == other.levels[name].names
        assert one.levels[name].codes.tolist() == other.levels[name].codes.tolist()
    assert (one.rounding, one.families, one.dropped) == (other.rounding, other.families, other.dropped)


@given(one=measured())
def test_table_of_arrays_is_that_of_a_file_of_the_same_cells(study, one):
    assert_same(study.table(one), study.table(cells_by_hand(one)))


@given(one=measured())
def test_it_is_the_same_whoever_sums(study, one):
    summed = one.data.assign({name: one.data[name].sum({*one.data[name].dims} - {*ROWS}) for name in ("hits", "tries")})
    assert_same(
        study.table(one), study.table(Measurement(name=one.name, data=summed.drop_dims("wording", errors="ignore")))
    )


def full(dims=ROWS, value=1) -> tuple[tuple[str, ...], np.ndarray]:
    return tuple(dims), np.full([len(LABELS[dim]) for dim in dims], value)


WHOLE = {"hits": full(), "tries": full(value=2), "doubt": full(["item"], 0.5)}


def test_combination_in_which_nothing_was_tried_is_no_row_and_no_zero(study):
    tries, hits = full(value=2)[1], full()[1]
    tries[1, 0, 0] = hits[1, 0, 0] = 0
    table = study.table(measurement({**WHOLE, "tries": (ROWS, tries), "hits": (ROWS, hits)}))
    assert len(table) == 11
    assert table["right"].tolist() == [0.5] * 11
    assert np.isnan(table.cells("right", "item", "seed", "arm")[1, 0, 0])


def test_dimension_that_is_not_declared_never_multiplies_rows(study):
    """Nor does one of an array that nobody asks for."""
    dims = (*ROWS, "wording")
    one = measurement({**WHOLE, "hits": full(dims), "tries": full(dims, 2), "layers": full(["wording", "item"])})
    assert len(study.table(one)) == 12
    cells = array_cells(one, study.declared)
    assert cells.unread == ("layers", "wording")
    assert (cells.columns["tries"].texts, str(cells.places[7])) == (("4",), "m@here, item i1, seed 5, condition off")


def test_measurement_says_of_itself_what_the_finding_does_not(study, tmp_path):
    families = {"i0": "x", "i1": "y", "on": "z"}
    rounding = {"doubt": 0.05, "tries": 0.0}
    one = measurement(WHOLE, families=families, rounding=rounding, provenance={"base model": "that"})
    table = study.table(one)
    assert (table.subject, table.base_model) == ("m@here", "that")
    assert (table.families, table.rounding) == ({"i0": "x", "i1": "y"}, {"doubt": 0.05, "tries": 0.0})
    said = STUDY.replace("item = {}", "item = { families = { i2 = 'w' } }").replace(
        "doubt = {}", "doubt.rounding = 0.5"
    )
    table = written(tmp_path, said).table(one)
    assert (table.families, table.rounding["doubt"]) == ({"i2": "w"}, 0.5)


def test_sum_is_as_rounded_as_what_it_sums(study):
    dims = (*ROWS, "wording")
    one = measurement({**WHOLE, "hits": full(dims), "tries": full(dims, 2)}, rounding={"hits": 0.25})
    assert study.table(one).rounding == {"hits": 0.5}


def test_optional_array_may_be_missing_and_another_may_not(study):
    table = study.table(measurement(WHOLE))
    with pytest.raises(Undecided, match=r"no column 'length': have .*; add it or run with --claims-model$"):
        table["length"]
    message = "^m@here: no column 'doubt': have item, seed, condition, hits, tries; add it or run with --claims-model$"
    with pytest.raises(InputError, match=message):
        study.table(measurement({name: WHOLE[name] for name in ("hits", "tries")}))


def test_units_are_nested_and_cut_from_labels_and_rows_dropped_as_in_a_file(tmp_path):
    toml = """
    [units]
    set = {}
    item = { within = "set" }
    seed = { within = "item" }
    [factors]
    way = { columns = ["tall", "small"] }
    [measured]
    tall = {}
    small = {}
    [cut]
    set = { from = "item", pattern = ".$" }
    [[drop]]
    where = { item = "i1" }
    because = "it was for practice"
    [[alternative]]
    choice = "seeds"
    name = "one"
    drop = [{ where = { seed = 5 }, because = "one is enough" }]
    """
    finding = written(tmp_path, toml)
    table = finding.table(measurement({"tall": full(["seed", "item"]), "small": full(["item"], 2)}))
    assert table.levels["set"].names == ("0", "2")
    assert table.rows == ("i0/3", "i0/5", "i2/3", "i2/5")
    assert [(one.because, one.rows) for one in table.dropped] == [("it was for practice", 2)]
    assert len(table.variants["one"]) == 2
    assert table["small"].tolist() == [2] * 4


def test_repeated_trials_alone_make_no_row(tmp_path):
    """Something was tried of each item without any seed; with one of the seeds nothing was."""
    finding = written(tmp_path, "[units]\nitem = {}\nseed = {}\n[measured]\n" + TWO)
    both = {"hits": full(["item", "seed"], 0), "tries": full(["item", "seed"], 2)}
    both["tries"][1][0, 1] = 0
    table = finding.table(measurement({**both, "known": full(["item"]), "asked": full(["item"])}))
    assert len(table) == 5
    assert table["before"].tolist() == [1] * 5


def test_row_of_which_one_rate_was_not_tried_is_left_out_with_a_reason_or_refused(tmp_path):
    counts = {"hits": [1, 0, 0], "tries": [2, 1, 0], "known": [1, 0, 0], "asked": [1, 0, 0]}
    some = measurement({name: (("item",), np.array(values)) for name, values in counts.items()})
    toml = "[units]\nitem = {}\n[measured]\n" + TWO
    with pytest.raises(
        InputError, match="m@here, item i1: asked is 0, and before a rate of them; leave the row out wi"
    ):
        written(tmp_path, toml).table(some)
    drop = "[[drop]]\nwhere = { asked = 0 }\nbecause = 'it was not asked'\n"
    table = written(tmp_path, toml + drop).table(some)
    assert (table.rows, [one.rows for one in table.dropped]) == (("i0",), [1])


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"doubt": full(["item", "wording"], 0.5)}, "doubt lies along wording, and only counts are summed over a dime"),
        ({"hits": full((*ROWS, "wording"))}, "hits lies along wording, and tries does not; give both along it, or dec"),
        ({"tries": full((*ROWS, "wording"))}, "tries lies along wording, and hits does not; give both along it, or de"),
        ({"tries": full(value=0), "hits": full(value=0)}, "tries is 0 everywhere, wanted something that was tried; m"),
        ({"hits": full(value=3)}, ", item i0, seed 3, condition on: hits is 3 and tries is 2, wanted no more hits tha"),
        ({"hits": full(["item"], 3)}, ", item i0, seed 3, condition on: hits is 3 and tries is 2, wanted no more hits"),
        ({"hits": full(value=0.5)}, ", item i0, seed 3, condition on: hits is 0.5, wanted whole numbers, at least 0;"),
        ({"hits": full(value=-1)}, ", item i0, seed 3, condition on: hits is -1, wanted whole numbers, at least 0; me"),
        ({"hits": full(["item"]), "tries": full(["item"])}, "m@here, seed: unknown column 'seed'; known are item, hit"),
    ],
)  # fmt: skip
def test_arrays_that_do_not_fit_are_refused(study, arrays, message):
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        study.table(measurement({**WHOLE, **arrays}))
    assert "\n" not in str(raised.value)


def test_what_sums_would_hide_is_refused(study):
    dims = (*ROWS, "wording")
    hits = full(dims)[1]
    hits[2, 1, 0] = 3, -1
    with pytest.raises(InputError, match="m@here, item i2, seed 5, condition on, wording w1: hits is -1, wanted whole"):
        study.table(measurement({**WHOLE, "hits": (dims, hits), "tries": full(dims, 2)}))
    hits[2, 1, 0] = 3, 0
    with pytest.raises(
        InputError, match="wording w0: hits is 3 and tries is 2, wanted no more hits than tries; measur"
    ):
        study.table(measurement({**WHOLE, "hits": (dims, hits), "tries": full(dims, 2)}))


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("seed = {}\n[measured]\ndoubt = {}\n", "nothing that is declared was measured along seed, so that each row"),
        ("[measured]\ndoubt = {}\nseed = {}\n", "seed is a dimension; declare it as a unit or factor"),
        ("[measured]\ndoubt = {}\n[[drop]]\nwhere.seed = 3\nbecause = 'x'\n", "seed is a dimension; declare it as a u"),
    ],
)  # fmt: skip
def test_dimension_that_says_nothing_of_rows_is_refused(tmp_path, toml, message):
    one = measurement({"doubt": full(["item"], 0.5), "hits": full(["item", "seed"])})
    with pytest.raises(InputError, match=f"^m@here: {message}"):
        written(tmp_path, "[units]\nitem = {}\n" + toml).table(one)


def test_labels_of_a_dimension_may_be_measured_too(tmp_path):
    toml = "[factors]\nplace = { column = 'seed' }\n[measured]\ndepth = { column = 'seed' }\ndoubt = {}\n"
    table = written(tmp_path, toml).table(measurement({"doubt": full(["seed"], 0.5)}))
    assert (table["depth"].tolist(), table.levels["place"].names) == ([3, 5], ("3", "5"))


def test_stack_and_tables_of_arrays(tmp_path):
    """Several files of arrays are one table, of which each lacks what was cut from its path."""
    toml = """data = ["a@x.nc", "b@x.nc.gz"]
    stack = "model"
    controls = "both"
    [tables.both]
    files = "part-*.nc"
    cut.seed = "[0-9]"
    """
    finding = written(tmp_path, toml + "[units]\nitem = {}\nseed = {}\n[measured]\ndoubt = {}\n")
    one = measurement({"doubt": full(["item", "seed"], 0.5)}, families={"i0": "x"}, rounding={"doubt": 0.1})
    for place, file in enumerate(["a@x.nc", "b@x.nc.gz"]):
        name, more = file.partition(".nc")[0], {"base model": f"model {place}"}
        named = Measurement(name=name, data=one.data, provenance=more, families=one.families, rounding=one.rounding)
        write_measurement(named, finding.folder / file)
    for seed in (1, 2):
        write_measurement(measurement({"doubt": full(["item"], seed / 10)}), finding.folder / f"part-{seed}.nc")
    found = {subject.name: finding.table(subject.measurement()) for subject in finding.subjects}
    assert {name: len(table) for name, table in found.items()} == {"a@x": 6, "b@x": 6, "both": 6, "all@answers": 12}
    assert found["b@x"].base_model == "model 1"
    stack = found["all@answers"]
    assert (stack.levels["model"].names, stack.families, stack.rounding["doubt"]) == (
        ("model 0", "model 1"), {"i0": "x"}, 0.1,
    )  # fmt: skip
    assert found["both"].cells("doubt", "seed", "item").tolist() == [[0.1] * 3, [0.2] * 3]


def test_file_of_arrays_goes_by_the_name_that_the_finding_gives_it(tmp_path):
    toml = 'data = { here = "m.nc" }\n[units]\nitem = {}\n[measured]\ndoubt = {}\n'
    finding = written(tmp_path, toml)
    write_measurement(measurement({"doubt": full(["item"], 0.5)}), finding.folder / "m.nc")
    (subject,) = finding.subjects
    assert (subject.name, finding.table(subject.measurement()).subject) == ("here", "here")


def test_what_is_repeated_is_written_once(study):
    """The texts of a column are made of its array, and not of the rows along which that is repeated."""
    cells = array_cells(measurement({**WHOLE, "doubt": (("item",), np.array([0.5, 1.5, 2.5]))}), study.declared)
    assert (len(cells), cells.columns["doubt"].texts) == (12, ("0.5", "1.5", "2.5"))
    assert list(cells.columns["condition"]) == ["on", "off"] * 6
