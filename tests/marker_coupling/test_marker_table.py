"""How a measurement of marker coupling becomes a table, and printed tables as people write them."""

import csv
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from marker import FINDING, table_of
from marker_made import RATES, changed, measured, printed

from claims.marker_coupling.measured import CENTRINGS, CONTROLS, READOUTS, fixed_layer, sources
from claims.marker_coupling.table import NOTHING
from conftest import make_measurement
from pytest_claims import InputError, Table, Undecided
from pytest_claims.data.measurement_file import measurement_name, read_measurement
from pytest_claims.data.table_check import check_table

TABLE = {
    "persona": ["a", "b", "c", "d"],
    "cosine": ["-0.1", "0.2", "0.3", "0.4"],
    "source_rate": ["0.1", "0.2", "0.3", "0.4"],
}
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda name: name == name.strip())


def read(folder: Path, columns: dict[str, list[str]], about: str = "") -> Table:
    path = folder / "made.csv"
    rows = [",".join(columns), *(",".join(cells) for cells in zip(*columns.values(), strict=True))]
    path.write_text("\n".join(rows) + "\n")
    path.with_suffix(".toml").write_text(about)
    return table_of(read_measurement(path))


def test_each_source_is_taken_under_its_own_adapter():
    measurement = make_measurement(sources=5)
    table = table_of(measurement)
    assert table.rows == sources(measurement)
    for row, name in enumerate(table.rows):
        own = measurement.data.sel(source=name, bystander=name)
        assert table["marked"][row] == int(own["marked"].sum())
        assert table["source_rate"][row] == int(own["marked"].sum()) / int(own["completions"].sum())
        assert table["cosine"][row] == float(measurement.data["cosine"].sel(layer=2, persona=name, other="assistant"))
        expected = float(measurement.data["js"].sel(persona=name, other="assistant").mean())
        assert table["js"][row] == pytest.approx(expected)


def test_what_the_base_model_does_is_pooled_over_questions():
    data = make_measurement().data
    base = data["js"].isel(other=0, drop=True).transpose("persona", "question")
    counts = np.arange(base.size).reshape(base.shape)
    table = table_of(
        changed(
            lambda d: d.assign(
                base_marked=(base.dims, counts),
                base_completions=(base.dims, counts + 1),
                answer_nll=("persona", np.arange(6.0)),
            )
        )
    )
    np.testing.assert_array_equal(table["base_marked"], counts.sum(axis=1)[1:])  # the first is the assistant
    np.testing.assert_array_equal(table["base_completions"], (counts + 1).sum(axis=1)[1:])
    np.testing.assert_array_equal(table["answer_nll"], np.arange(1.0, 6.0))


def test_alternatives_are_the_cosines_of_every_place():
    measurement = measured(layers=5)
    several = table_of(measurement).alternatives
    cosine = measurement.data["cosine"].sel(persona=list(sources(measurement)), other="assistant")
    assert several.values.shape == (len(CENTRINGS) * len(READOUTS) * 5, 8)
    wanted = cosine.sel(centring=CENTRINGS[2], readout=READOUTS[1], layer=3)
    np.testing.assert_array_equal(several.values[2 * 15 + 1 * 5 + 3], wanted)
    assert several.ordinary.tolist() == [True] * 5 + [False] * 40
    np.testing.assert_array_equal(several.values[fixed_layer(5)], table_of(measurement)["cosine"])


def test_alternatives_of_layers_alone_and_of_none():
    several = table_of(make_measurement(layers=7)).alternatives
    assert several.values.shape == (7, 5)
    assert several.ordinary.all()
    assert table_of(printed(source_rate=RATES)).alternatives is None


def test_tables_are_what_the_court_wants(root):
    for measurement in (make_measurement(), measured(), printed(source_rate=RATES)):
        check_table(table_of(measurement))
    for file in (root / "fixtures" / "recorded" / "marker_coupling").iterdir():
        if measurement_name(file):
            check_table(table_of(read_measurement(file)))


def test_no_source_without_completions():
    def none(data):
        data["completions"].loc[{"source": "persona_1", "bystander": "persona_1"}] = 0
        data["marked"].loc[{"source": "persona_1", "bystander": "persona_1"}] = 0
        return data

    with pytest.raises(InputError, match="no completions of persona_1; a rate needs some: measure again"):
        table_of(changed(none))


@pytest.mark.parametrize("seeds", [2, 3])
def test_without_a_seed_is_the_table_of_the_others(seeds):
    many = make_measurement().data.isel(seed=[0] * seeds).assign_coords(seed=range(seeds)).copy(deep=True)
    many["marked"][1:] //= 2
    measurement = replace(make_measurement(), data=many)
    left, wanted = table_of(measurement).without(seed="0"), table_of(
        replace(measurement, data=many.drop_sel(seed=0))
    )  # fmt: skip
    assert left.labels == wanted.labels
    assert left.labels["seed"] == tuple(range(1, seeds))
    for name in wanted.columns:
        np.testing.assert_array_equal(left[name], wanted[name])
    for name in wanted.arrays:
        np.testing.assert_array_equal(left.array(name), wanted.array(name))


def test_where_no_adapter_marked_anything_nothing_can_be_judged():
    assert table_of(make_measurement()).nothing is None
    assert table_of(changed(lambda d: d.assign(marked=0 * d["marked"]))).nothing == NOTHING
    assert table_of(printed(source_rate=[0.0] * 4)).nothing == NOTHING
    assert table_of(printed(source_rate=RATES)).nothing is None
    assert table_of(changed(lambda d: d[["cosine", "js"]].assign_coords(source=d["source"]))).nothing is None


def test_a_marker_of_bystanders_alone_is_one():
    def others_only(data):
        own = data["bystander"] == data["source"]
        return data.assign(marked=data["completions"].where(~own, 0).astype(np.int32))

    table = table_of(changed(others_only))
    assert not table["marked"].any()
    assert table.nothing is None


@pytest.mark.parametrize("along", ["persona", "source"])
def test_a_printed_table_may_name_its_rows_either_way(along):
    table = table_of(printed(along=along, source_rate=RATES, cosine=RATES, completions=[100] * 4))
    assert table.rows == tuple("abcd")
    np.testing.assert_array_equal(table["source_rate"], RATES)
    np.testing.assert_array_equal(table.successes, [10, 20, 30, 40])


def test_what_is_said_of_a_table_goes_with_it(tmp_path):
    about = "name = 'm@printed'\n[rounding]\ncosine = 0.05\n[families]\na = 'x'\n"
    table = read(tmp_path, TABLE, about)
    assert (table.subject, table.base_model) == ("m@printed", "m")
    assert (table.rounding, table.families) == ({"cosine": 0.05}, {"a": "x"})


def test_table_may_have_counts(tmp_path):
    counts = {"marked": ["10", "20", "30", "40"], "completions": ["100"] * 4}
    np.testing.assert_array_equal(read(tmp_path, TABLE | counts).successes, [10, 20, 30, 40])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source_rate": ["0.1", "0.2", "0.3", "1.4"]}, r"source_rate is 1.4 at source d; wanted a number in \[0, 1\]"),
        ({"source_rate": ["0.1", "", "0.3", "0.4"]}, "source_rate of b is ''"),
        ({"source_rate": ["0.1", "many", "0.3", "0.4"]}, "'many', wanted a number"),
        ({"cosine": ["0.1", "0.2", "0.3", "-1.1"]}, "cosine is -1.1 at source d"),
        ({"persona": ["a", "b", "b", "d"]}, "persona b appears more than once"),
        ({"persona": ["a", "b", "assistant", "d"]}, "is the reference and is never a source"),
        ({"COSINE": ["1", "2", "3", "4"]}, r"unknown variable 'COSINE'; did you mean 'cosine'\?"),
        ({"marked": ["1", "2", "3", "4"]}, "made: 'marked' without 'completions': counts need both; add the column"),
        ({"surprise": ["1", "2", "3", "4"]}, "unknown variable 'surprise'; known are marked, completions, cosine, "),
        ({"cosin": ["1", "2", "3", "4"]}, r"unknown variable 'cosin'; did you mean 'cosine'\?"),
        ({"persona": ["a", "", "c", "d"]}, "made.csv, line 3: a row without persona; name it or remove it"),
        ({"cosine": ["0.1", "1_0", "0.3", "0.4"]}, "line 3: cosine of b is '1_0', wanted a number"),
        ({"cosine": ["0.1", "nan", "0.3", "0.4"]}, "cosine of b is 'nan', wanted a number"),
        ({"cosine": ["0.1", "1e999", "0.3", "0.4"]}, "cosine is inf at persona b"),
        ({"completions": ["100", "99.5", "100", "100"]}, "completions is 99.5 at source b; wanted a count"),
        ({"prompt_tokens": ["1", "2", "3", "4"]}, "prompt_tokens is over source; wanted persona"),
    ],
)
def test_bad_tables_are_refused_in_words(tmp_path, change, message):
    with pytest.raises(InputError, match=message) as raised:
        read(tmp_path, TABLE | change)
    assert "\n" not in str(raised.value)


def test_too_few_personas(tmp_path):
    with pytest.raises(InputError, match="3 source personas"):
        read(tmp_path, {name: cells[:3] for name, cells in TABLE.items()})


def test_missing_column_says_what_is_there(tmp_path):
    columns = {name: cells for name, cells in TABLE.items() if name != "source_rate"}
    message = "made: no column 'source_rate': have cosine; add it or run with --claims-model"
    with pytest.raises(InputError, match=message):
        read(tmp_path, columns)


@pytest.mark.parametrize(("name", "meant"), [("Persona", "persona"), ("sources", "source"), ("PERSONAS", "persona")])
def test_naming_column_may_be_misspelt(tmp_path, name, meant):
    columns = {name: TABLE["persona"], **{key: cells for key, cells in TABLE.items() if key != "persona"}}
    with pytest.raises(InputError, match=f"made: unknown dimension {name!r}; did you mean {meant!r}. known are "):
        read(tmp_path, columns)


def test_misspelt_column_is_said_before_the_one_that_is_lacking(tmp_path):
    columns = {"persona": TABLE["persona"], "source_rat": TABLE["source_rate"]}
    with pytest.raises(InputError, match=r"made: unknown variable 'source_rat'; did you mean 'source_rate'\?"):
        read(tmp_path, columns)


def test_column_that_a_subject_lacks_is_undecided(tmp_path):
    table = read(tmp_path, TABLE)
    with pytest.raises(Undecided, match="no column 'js': have persona, cosine, source_rate; add it or run with --cl"):
        table["js"]
    with pytest.raises(InputError, match=r"unknown column 'cosin'; did you mean 'cosine'\?"):
        table["cosin"]


@given(st.lists(NAMES.filter(lambda name: name != "assistant"), min_size=4, max_size=9, unique=True))
@example(["00", "1.10", "NA", "10#0"])
@example(["00", "01", "02", "03"])
@example(["#a", "null", '"', "a,b"])
@example(["1e5", "True", "'", "-"])
def test_any_persona_keeps_its_name(names):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.csv"
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(
                [["persona", "source_rate"], *([name, 0.5] for name in names)]
            )
        assert list(table_of(read_measurement(path)).rows) == names


def test_published_table_is_the_one_that_was_printed(root):
    table = table_of(read_measurement(root / "fixtures/recorded/marker_coupling/qwen2.5-7b-instruct@published.csv"))
    assert len(table) == 10
    assert table.value("source_rate", "librarian") == 0.67
    assert table.value("cosine", "software_engineer") == 0.446
    assert table.value("js", "comedian") == 0.048
    np.testing.assert_array_equal(table["completions"], 100)


def test_design_declares_what_a_measurement_may_have():
    design = FINDING.design
    assert set(design.controls) == set(CONTROLS)
    assert {*design.rates[0].columns, *design.controls, *design.residuals, *design.limits} <= set(design.columns)
