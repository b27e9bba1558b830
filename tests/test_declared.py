"""What a finding declares, and the table that it makes of a file: roles, rows, refusals in one line."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims import InputError, Undecided, read_finding
from pytest_claims.data.finding import Finding

PLAIN = """
title = "Answers"
source = "nowhere"
data = "answers.csv"
[units]
item = { within = "set" }
set = {}
[measured]
score = { range = [0, 1] }
"""
ROWS = ("item,set,score", "a,x,0.25", "b,x,0.5", "c,y,1")


@pytest.fixture
def finding(tmp_path):
    def make(toml: str = PLAIN, rows=ROWS, file: str = "answers.csv") -> Finding:
        folder = tmp_path / "answers"
        folder.mkdir(exist_ok=True)
        (folder / "finding.toml").write_text(toml, encoding="utf-8")
        (folder / file).write_text("\n".join(rows), encoding="utf-8")
        return read_finding(folder)

    return make


def table_of(made: Finding):
    (subject,) = made.subjects
    return made.table(subject.measurement())


def test_roles_become_levels_and_columns(finding):
    made = finding()
    table = table_of(made)
    assert (made.name, made.title, made.source) == ("answers", "Answers", "nowhere")
    assert (table.subject, table.rows) == ("answers", ("a", "b", "c"))
    assert table["score"].tolist() == [0.25, 0.5, 1]
    assert table["set"].tolist() == ["x", "x", "y"]
    assert table.design.unit["item"].within == ("set",)
    assert table.design.limits == {"score": (0, 1)}
    with pytest.raises(InputError, match="unknown column 'scroe'; did you mean 'score'"):
        table["scroe"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[measured]", "[mesured]", "unknown key 'mesured'; did you mean 'measured'"),
        ('within = "set"', 'within = "sets"', "unknown unit 'sets'; did you mean 'set'"),
        ("score = {", "scores = {", "unknown column 'scores'; did you mean 'score'"),
        ("range = [0, 1]", "range = [1, 0]", r"range is \[1.0, 0.0\]; wanted the least and then the most"),
        ("range = [0, 1]", "range = [0, 0.9]", r"line 4: score is 1, wanted a number in \[0, 0.9\]"),
        ("set = {}", 'set = { reference = "z" }', "unknown set 'z'"),
        ("range = [0, 1]", 'successes = "hits"', "wanted both successes and trials, or neither"),
        ('"answers.csv"', '"answer.csv"', "no file .*answer.csv'; correct data"),
        ('"answers.csv"', '"*.tsv"', r"no file matches '\*.tsv'"),
        (
            'data = "answers.csv"',
            'data = "answers.csv"\nstack = "model"',
            "and 1 subjects in data that are no controls",
        ),
        ("[measured]", "[factors]\nset = {}\n[measured]", "set is a unit and a factor"),
        ("[measured]", '[factors]\nmodel = { columns = ["a"] }\n[measured]', "unknown measured column 'a'"),
        ("[measured]", '[cut]\nkind = { from = "item", pattern = "(" }\n[measured]', r"'\(' is no pattern"),
        (
            "[measured]",
            '[[drop]]\nwhere = { sett = "x" }\nbecause = "no"\n[measured]',
            "unknown column 'sett'; did you",
        ),
    ],
)
def test_mistake_of_a_declaration_is_one_line(finding, old, new, message):
    with pytest.raises(InputError, match=message) as raised:
        table_of(finding(PLAIN.replace(old, new)))
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("d,y,", r"answers.csv, line 5: score is '', wanted a number; say what it stands for .* leave such rows out"),
        ("d,y,nan", "line 5: score is 'nan', wanted a number"),
        ("d,y,1_0", "line 5: score is '1_0', wanted a number"),
        (",y,0.5", "line 5: no item; name it, or leave the row out with"),
        ("a,x,0.5", "line 5: a / x is there already, at answers.csv, line 2"),
        ("d,y", "line 5: 2 cells"),
    ],
)
def test_row_that_does_not_fit_is_named_by_its_line(finding, row, message):
    with pytest.raises(InputError, match=message):
        table_of(finding(rows=(*ROWS, row)))


def test_level_that_several_outer_levels_have_is_told_apart(finding):
    table = table_of(finding(rows=("item,set,score", "1,x,0", "2,x,1", "1,y,1")))
    assert table["item"].tolist() == ["x/1", "x/2", "y/1"]
    assert table.rows == ("x/1", "x/2", "y/1")


def test_text_stands_for_numbers_and_rows_are_left_out_with_a_reason(finding):
    toml = PLAIN.replace("range = [0, 1]", 'values = { yes = 1, no = 0 }, otherwise = "drop"')
    toml += '[[drop]]\nwhere = { set = "z" }\nbecause = "of another study"\n'
    rows = ("item,set,score", "a,x,yes", "b,x,no", "c,y,unsure", "d,z,yes")
    table = table_of(finding(toml, rows))
    assert table["score"].tolist() == [1, 0]
    assert [(one.because, one.rows) for one in table.dropped] == [
        ("of another study", 1), ("score is none of yes, no", 1),
    ]  # fmt: skip


def test_alternatives_make_other_tables_in_all_combinations(finding):
    toml = (
        PLAIN.replace("range = [0, 1]", "values = { yes = 1, no = 0 }, otherwise = 0")
        + """
[[alternative]]
choice = "unsure"
name = "dropped"
measured = { score = { otherwise = "drop" } }
[[alternative]]
choice = "sets"
name = "x alone"
drop = [{ where = { set = "y" }, because = "x alone" }]
"""
    )
    table = table_of(finding(toml, ("item,set,score", "a,x,yes", "b,x,unsure", "c,y,yes")))
    assert {name: one["score"].tolist() for name, one in table.variants.items()} == {
        "x alone": [1, 0], "dropped": [1, 1], "dropped + x alone": [1],
    }  # fmt: skip


def test_column_is_cut_out_of_another_and_families_stand_in_one(finding):
    toml = (
        PLAIN.replace("set = {}", 'set = { families = "kind" }') + '[cut]\nkind = { from = "set", pattern = "^(.)" }\n'
    )
    table = table_of(finding(toml, ("item,set,score", "a,x1,0", "b,x2,1", "c,y1,1")))
    assert table.families == {"x1": "x", "x2": "x", "y1": "y"}


def test_rates_follow_from_counts_and_rounding_from_printed_digits(finding):
    toml = PLAIN.replace(
        "score = { range = [0, 1] }", 'score = { successes = "hits", trials = "tries" }\nt = { rounding = "printed" }'
    )
    table = table_of(finding(toml, ("item,set,hits,tries,t", "a,x,1,4,0.5", "b,x,2,4,0.25")))
    assert table["score"].tolist() == [0.25, 0.5]
    assert table.rounding == {"t": pytest.approx(0.005)}
    with pytest.raises(InputError, match=r"line 2: tries is 0, and score a rate of them"):
        table_of(finding(toml, ("item,set,hits,tries,t", "a,x,0,0,0.5", "b,x,2,4,0.25")))


def test_several_files_are_subjects_and_their_stack_one_more(finding):
    finding(file="b.csv")
    made = finding(
        PLAIN.replace('"answers.csv"', '["answers.csv", "b.csv"]').replace("[units]", 'stack = "model"\n[units]')
    )
    *_, stack = made.subjects
    table = made.table(stack.measurement())
    assert [one.name for one in made.subjects] == ["answers", "b", "all@answers"]
    assert table.names("model") == ("answers", "b")
    assert table.cells("score", "item", "model").tolist() == [[0.25, 0.25], [0.5, 0.5], [1, 1]]
    with pytest.raises(Undecided, match="no column 'model'"):  # of one subject alone, which is no mistake of the claim
        made.table(made.subjects[0].measurement())["model"]


words = st.text(
    st.characters(codec="utf-8", exclude_characters="\n\r\0", exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1
)


@given(st.dictionaries(words.filter(str.strip), st.floats(0, 1), min_size=2, max_size=6))
def test_file_frame_and_mapping_give_the_same_table(tmp_path_factory, scores):
    pandas = pytest.importorskip("pandas")
    folder: Path = tmp_path_factory.mktemp("answers")
    (folder / "finding.toml").write_text(PLAIN, encoding="utf-8")
    columns = {"item": list(scores), "set": ["x"] * len(scores), "score": list(scores.values())}
    frame = pandas.DataFrame(columns)
    frame.to_csv(folder / "answers.csv", index=False)
    made = read_finding(folder)
    tables = [table_of(made), made.table(frame), made.table(columns)]
    for table in tables:
        assert table["item"].tolist() == list(scores)
        np.testing.assert_array_equal(table["score"], list(scores.values()))
