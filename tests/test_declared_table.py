"""The table that a declaration makes: levels, numbers, rows left out, alternatives, and each refusal with its line."""

import functools
import random
import re

import numpy as np
import pytest
from declared import ITEMS, table_in, written
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims import InputError

NESTED = "[units]\ntry = { within = 'item' }\nitem = { within = 'set' }\nset = {}\n[measured]\nscore = {}\n"
SCORED = "[units]\nitem = {}\n[measured]\nscore = { %s }\n"
CROSSED = "[units]\nitem = {}\nmodel = {}\n[measured]\nscore = {}\n"


@pytest.fixture
def table(tmp_path):
    return functools.partial(table_in, tmp_path)


def refused(table, toml: str, text: str, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        table(toml, text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("score", "cell", "message"),
    [
        ("", "", "line 3: score is '', wanted a number; say what it stands for in values, or what to do with all"),
        *[("", cell, f"line 3: score is {cell!r}, wanted a number") for cell in ("nan", "inf", "NA", "None", "1_0")],
        *[("", cell, f"line 3: score is {cell!r}, wanted a number") for cell in ("1e999", "٣", "0x1", " 1", "yes")],
        ("values = { yes = 1 }", "no", "line 3: score is 'no', wanted one of yes; say what it stands for in values"),
        ("values = { yes = 1 }", "1", "line 3: score is '1', wanted one of yes"),
        ("values = { yes = 1 }, otherwise = 0", "", "line 3: score is '', wanted one of yes"),
        ("range = [0, 1]", "-1", "line 3: score is -1, wanted a number in [0, 1]; correct it, or what is declared of"),
        ("range = [0, 1]", "1.0000001", "line 3: score is 1.0000001, wanted a number in [0, 1]"),
        ("range = [0, 1], otherwise = 2", "no", "line 3: score is 2, wanted a number in [0, 1]"),
        ("whole = true", "0.5", "line 3: score is 0.5, wanted a whole number; correct it, or what is declared of"),
        ("column = 'scores'", "1", "answers, [measured] score: unknown column 'scores'; did you mean 'score'?"),
    ],
)  # fmt: skip
def test_cell_that_is_no_number_of_its_column_is_refused(table, score, cell, message):
    text = f"item,score\na,yes\nb,{cell}\n" if "values" in score else f"item,score\na,1\nb,{cell}\n"
    refused(table, SCORED % score, text, message)


@pytest.mark.parametrize(
    ("score", "cells", "numbers"),
    [
        ("", ["1e-3", ".5", "-2.", "007"], [0.001, 0.5, -2, 7]),
        ("", ["True", "False"], [1, 0]),
        ("values = { yes = 1, '' = 0.5 }, otherwise = 0", ["yes", "", "no", "1"], [1, 0.5, 0, 0]),
        ("otherwise = -1", ["0.5", "no", "inf"], [0.5, -1, -1]),
        ("range = [0, inf], whole = true", ["0", "3.0"], [0, 3]),
    ],
)
def test_text_becomes_numbers(table, score, cells, numbers):
    text = "item,score\n" + "".join(f"{place},{cell}\n" for place, cell in enumerate(cells))
    assert table(SCORED % score, text)["score"].tolist() == numbers


@pytest.mark.parametrize(
    ("toml", "text", "message"),
    [
        (ITEMS, "itme,score\na,1\n", "answers, item: unknown column 'item'; did you mean 'itme'?"),
        (ITEMS, "item,scores\na,1\n", "answers, [measured] score: unknown column 'score'; did you mean 'scores'?"),
        (ITEMS, "item,score\n", "answers: a header without rows; wanted at least one row under it"),
        (ITEMS, "item,score\na,1\n,1\n", "answers.csv, line 3: no item; name it, or leave the row out with [[drop]]"),
        (CROSSED, "item,model,score\na, ,1\n", "answers.csv, line 2: no model; name it, or leave the row out"),
        (
            CROSSED, "item,model,score\na,m,1\n\nb,m,1\na,m,1\n",
            "answers.csv, line 5: a / m is there already, at answers.csv, line 2; leave one out, declare what tells "
            "them apart as a unit, or say in row what a row is",
        ),
        (
            "[factors]\narm = {}\n[measured]\nscore = {}\n", "arm,score\nx,1\nx,1\n",
            "answers.csv, line 3: x is there already, at answers.csv, line 2",
        ),
        (
            "[units]\nitem = { families = 'kind' }\n[measured]\nscore = {}\nmodel = {}\n" "[factors]\narm = {}\n",
            "item,arm,kind,score,model\na,x,k,1,1\na,y,l,1,1\n",
            "answers.csv, line 3: item a is 'l' and 'k'; wanted one kind for it",
        ),
        (
            "[units]\nitem = { families = 'kinds' }\n[measured]\nscore = {}\n", "item,kind,score\na,k,1\n",
            "answers, families of item: unknown column 'kinds'; did you mean 'kind'?",
        ),
        (
            "[units]\nitem = { families = { aa = 'k' } }\n[measured]\nscore = {}\n", "item,score\naaa,1\n",
            "answers, families of item: unknown item 'aa'; did you mean 'aaa'?",
        ),
        (
            "[units]\nitem = { families = { a = 'k' } }\nset = { families = { a = 'l' } }\n[measured]\nscore = {}\n",
            "item,set,score\na,a,1\n", "answers: a is a level of two units with families; rename one",
        ),
        (
            "[units]\nitem = { reference = 'b' }\n[measured]\nscore = {}\n", "item,score\na,1\n",
            "answers, reference: unknown item 'b'; known are a",
        ),
        (
            "[units]\nitem = {}\n[factors]\narm = { reference = 'z' }\n[measured]\nscore = {}\n",
            "item,arm,score\na,x,1\n", "answers, reference: unknown arm 'z'; known are x",
        ),
        (
            NESTED, "set,item,try,score\na/b,c,0,1\na,b/c,0,1\na,c,0,1\n",
            "answers.csv, line 3: item 'a/b/c' could be b/c in a, and c in a/b; rename one",
        ),
        (ITEMS + "[cut]\nk = { from = 'itme', pattern = '.' }\n", "item,score\na,1\n", "k: unknown column 'itme'"),
        (ITEMS + "[cut]\nk = { from = 'item', pattern = '(' }\n", "item,score\na,1\n", "[cut] k: '(' is no pattern"),
        (ITEMS + "[cut]\nk = { from = 'item', pattern = 'z' }\n", "item,score\na,1\n", "'z' finds nothing in item"),
        (
            ITEMS + "[cut]\nscore = { from = 'item', pattern = '.' }\n", "item,score\na,1\n",
            "answers: [cut] score: there is a column of that name; give it another",
        ),
        (
            ITEMS + "[[drop]]\nwhere = { item = 'bb' }\nbecause = 'old'\n", "item,score\nb,1\n",
            "answers, [[drop]]: unknown item 'bb'; did you mean 'b'? known are b; correct it, or say optional = true",
        ),
        (
            ITEMS + "[[drop]]\nwhere = { itme = 'a' }\nbecause = 'old'\n", "item,score\na,1\n",
            "answers, [[drop]]: unknown column 'itme'; did you mean 'item'?",
        ),
        (
            ITEMS + "[[drop]]\nwhere = { item = 'a' }\nbecause = 'old'\n", "item,score\na,1\n",
            "answers: no row is left of 1; leave out fewer in [[drop]] or otherwise",
        ),
        (
            ITEMS + "[[alternative]]\nchoice = 'c'\nname = 'none'\n"
            "drop = [{ where = { item = 'a' }, because = 'old' }]\n",
            "item,score\na,1\n", "alternative 'none': answers: no row is left of 1",
        ),
    ],
)  # fmt: skip
def test_table_that_does_not_fit_its_declaration_is_refused(table, toml, text, message):
    refused(table, toml, text, message)


RATE = SCORED % "successes = 'hits', trials = 'tries'"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("item,hits\na,1\n", "answers, [measured] score: unknown column 'tries'; known are item, hits"),
        ("item,hitz,tries\na,1,2\n", "answers, [measured] score: unknown column 'hits'; did you mean 'hitz'?"),
        ("item,score,hits,trys\na,1,2,2\n", "[measured] score, trials: unknown column 'tries'; did you mean 'trys'?"),
        ("item,hits,tries\na,0,0\n", "answers.csv, line 2: tries is 0, and score a rate of them; leave the row out"),
        ("item,hits,tries\na,3,2\n", "answers.csv, line 2: hits is 3, of tries 2; wanted no more than those"),
        (
            "item,score,hits,tries\na,0.5,1,2\nb,0.99,11,50\n",
            "answers.csv, line 3: score is 0.99, and hits 11 of tries 50 are 0.22; correct one, or remove successes",
        ),
        ("item,hits,tries\na,-1,2\n", "answers.csv, line 2: hits is -1, wanted a whole number in [0, inf]"),
        ("item,hits,tries\na,0.5,2\n", "answers.csv, line 2: hits is 0.5, wanted a whole number in [0, inf]"),
    ],
)
@pytest.mark.parametrize("second", [False, True])
def test_counts_of_every_rate_are_held_to_what_counts_are(table, text, message, second):
    other = "[measured]\nother = { successes = 'item_', trials = 'item_', optional = true }\n"
    refused(table, RATE.replace("[measured]\n", other) if second else RATE, text, message)


def test_rates_follow_from_counts_alone_and_successes_may_be_lacking(table):
    assert table(RATE, "item,hits,tries\na,1,4\nb,2,4\n")["score"].tolist() == [0.25, 0.5]
    assert table(RATE, "item,score,tries\na,0.26,4\n").successes.tolist() == [1]


@pytest.mark.parametrize("printed", ["0.33", "0.333", ".3333333333"])
def test_a_rate_may_be_rounded_as_it_is_printed(table, printed):
    assert table(RATE, f"item,score,hits,tries\na,{printed},1,3\n").successes.tolist() == [1]


def test_standard_errors_are_columns_too(table):
    made = table((SCORED % "standard_error = 'se'") + "se = {}\n", "item,score,se\na,1,0.5\n")
    assert (made["se"].tolist(), made.design.errors) == ([0.5], {"score": "se"})


@pytest.mark.parametrize(
    ("cells", "half"),
    [
        (["1", "12"], 0.5),
        (["0.5", "0.25"], 0.005),
        (["1e-3", "2"], 0.0005),
        (["1.5e2", "300"], 0.5),
        (["1.50", "n.aaaa"], 0.005),
    ],
)
def test_half_of_the_last_printed_digit_is_as_the_cells_show(table, cells, half):
    text = "item,score\n" + "".join(f"{place},{cell}\n" for place, cell in enumerate(cells))
    assert table(SCORED % "rounding = 'printed', otherwise = 'drop'", text).rounding == {"score": pytest.approx(half)}


def test_rounding_is_as_declared(table):
    assert table(SCORED % "rounding = 0.05", "item,score\na,1\n").rounding == {"score": 0.05}


def test_columns_that_nobody_names_are_not_read(table):
    made = table(ITEMS, "item,score,note,score_\na,1,,\nb,2,nan,x\n")
    assert (list(made.columns), list(made.levels)) == (["score"], ["item"])


def test_names_may_be_any_text_and_stand_in_other_columns(table):
    toml = "[units]\n'größe ☃' = { column = 'item' }\n[factors]\nitem = { column = 'arm' }\n[measured]\n'%' = {}\n"
    made = table(toml, "item,arm,%\nNA,nan,1\nNone,x,2\n")
    assert (made["größe ☃"].tolist(), made["item"].tolist(), made["%"].tolist()) == (
        ["NA", "None"],
        ["nan", "x"],
        [1, 2],
    )


@pytest.mark.parametrize(
    ("rows", "names"),
    [
        (["x,1,0", "x,1,1", "x,2,2"], [("x",), ("1", "2"), ("0", "1", "2")]),
        (["x,1,0", "x,1,1", "x,2,0"], [("x",), ("1", "2"), ("1/0", "1/1", "2/0")]),
        (["x,1,0", "x,1,1", "y,1,0"], [("x", "y"), ("x/1", "y/1"), ("x/1/0", "x/1/1", "y/1/0")]),
        (["x,1,0", "x,1,1", "y,1,2"], [("x", "y"), ("x/1", "y/1"), ("0", "1", "2")]),
    ],
)
def test_levels_used_in_several_outer_levels_are_joined_to_them_and_others_plain(table, rows, names):
    made = table(NESTED, "\n".join(["set,item,try,score", *(f"{row},1" for row in rows)]))
    assert [made.names(unit) for unit in ("set", "item", "try")] == names


def test_tries_of_items_of_a_set_that_is_drawn_twice_are_told_apart(table):
    drawn = table(NESTED, "set,item,try,score\nx,1,0,1\nx,1,1,2\ny,1,0,3\n").resampled(np.array([0, 0]), "set")
    assert [len(drawn.names(unit)) for unit in ("set", "item", "try")] == [2, 2, 4]


@pytest.mark.parametrize(
    ("toml", "text", "rows"),
    [
        (ITEMS, "item,score\nb,1\na,1\n", ("b", "a")),
        (CROSSED, "item,model,score\na,m,1\na,n,1\n", ("m", "n")),
        (CROSSED, "item,model,score\na,m,1\na,n,1\nb,m,1\n", ("a / m", "a / n", "b / m")),
        ("row = 'answer'\n" + CROSSED, "item,model,score\na,m,1\na,m,1\n", ("answer 1", "answer 2")),
        (CROSSED, "item,model,score\na / b,c,1\na,b / c,1\na,c,1\n", ("row 1", "row 2", "row 3")),
        ("[measured]\nscore = {}\n", "score\n1\n1\n", ("row 1", "row 2")),
    ],
)
def test_rows_are_named_by_what_tells_them_apart(table, toml, text, rows):
    assert table(toml, text).rows == rows


def test_rows_are_what_is_drawn_where_no_unit_is_declared(table):
    made = table("row = 'run'\n[factors]\narm = {}\n[measured]\nscore = {}\n", "arm,score\nx,1\nx,2\ny,3\n")
    assert made.names("run") == made.rows == ("run 1", "run 2", "run 3")
    assert made.resampled(np.array([2, 0, 2]))["score"].tolist() == [3, 1, 3]


def test_families_are_of_a_column_or_of_each_level(table):
    text = "item,kind,score\na,k,1\nb,,1\nc,k,1\n"
    for families in ("'kind'", "{ a = 'k', c = 'k' }"):
        made = table(f"[units]\nitem = {{ families = {families} }}\n[measured]\nscore = {{}}\n", text)
        assert made.families == {"a": "k", "c": "k"}


def test_alternative_may_leave_out_a_level_that_has_a_family(table):
    toml = "[units]\nitem = { families = { a = 'k', b = 'k' } }\n[measured]\nscore = {}\n[[alternative]]\n"
    toml += "choice = 'c'\nname = 'n'\ndrop = [{ where = { item = 'a' }, because = 'old' }]\n"
    assert table(toml, "item,score\na,1\nb,1\n").variants["n"].families == {"b": "k"}


def test_alternatives_make_whole_tables(table):
    toml = SCORED % "values = { yes = 1, no = 0 }, otherwise = 0" + (
        "[[alternative]]\nchoice = 'unsure'\nname = 'dropped'\nmeasured = { score = { otherwise = 'drop' } }\n"
        "[[alternative]]\nchoice = 'unsure'\nname = 'half'\nmeasured = { score = { otherwise = 0.5 } }\n"
        "[[alternative]]\nchoice = 'column'\nname = 'second'\nmeasured = { score = { column = 'again' } }\n"
    )
    made = table(toml, "item,score,again\na,yes,no\nb,no,yes\nc,?,?\n")
    assert {name: one["score"].tolist() for name, one in made.variants.items()} == {
        "second": [0, 1, 0], "dropped": [1, 0], "dropped + second": [0, 1], "half": [1, 0, 0.5],
        "half + second": [0, 1, 0.5],
    }  # fmt: skip
    assert [one.rows for one in made.variants["dropped"].dropped] == [1]


ROWS = st.lists(
    st.tuples(st.sampled_from("abc"), st.sampled_from("mn"), st.sampled_from(["0", "1.5", "?", ""])),
    min_size=1,
    unique_by=lambda row: row[:2],
)
DROPPING = "[[drop]]\nwhere = { item = ['a', 'z'] }\nbecause = 'old'\noptional = true\n"
DROPPING += "[[drop]]\nmissing = 'score'\nbecause = 'none'\n"


@given(ROWS)
def test_left_out_rows_are_as_if_the_file_lacked_them(tmp_path_factory, rows):
    toml = CROSSED.replace("score = {}", "score = { otherwise = 'drop' }")
    stay = [row for row in rows if row[0] != "a" and row[2] not in ("?", "")]
    if not stay:
        return
    finding = written(tmp_path_factory.mktemp("made"), toml + DROPPING)
    made, wanted = (
        finding.table(dict(zip(("item", "model", "score"), zip(*some, strict=True), strict=True)))
        for some in (rows, stay)
    )
    assert (made.rows, made["score"].tolist()) == (wanted.rows, wanted["score"].tolist())
    assert made.names("item") == wanted.names("item")
    assert sum(one.rows for one in made.dropped) == len(rows) - len(stay)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("mn")), min_size=2, unique=True), st.randoms())
def test_order_of_rows_does_not_matter_to_cells(tmp_path_factory, rows, order):
    finding = written(tmp_path_factory.mktemp("made"), CROSSED)
    scored = [(*row, place) for place, row in enumerate(rows)]
    one, other = (
        finding.table(dict(zip(("item", "model", "score"), zip(*some, strict=True), strict=True)))
        for some in (scored, order.sample(scored, len(scored)))
    )
    by_name = [
        {(item, model): cell for item, row in zip(t.names("item"), t.cells("score", "item", "model"), strict=True)
         for model, cell in zip(t.names("model"), row, strict=True) if not np.isnan(cell)}
        for t in (one, other)
    ]  # fmt: skip
    assert by_name[0] == by_name[1] == {row[:2]: row[2] for row in scored}


def test_stack_is_one_table_with_the_model_as_a_unit(tmp_path):
    files = {
        "m.csv": "item,score,x\na,1,1\nb,2,1\n",
        "n.csv": "score,item\n3,b\n4,c\n",
        "null.csv": "item,score\na,9\n",
    }
    finding = written(tmp_path, f"data = '*.csv'\nstack = 'model'\ncontrols = 'null*'\n{ITEMS}", files)
    *alone, stack = finding.subjects
    made = finding.table(stack.measurement())
    np.testing.assert_array_equal(made.cells("score", "item", "model"), [[1, np.nan], [2, 3], [np.nan, 4]])
    assert (made.names("item"), made.names("model"), made.subject) == (("a", "b", "c"), ("m", "n"), "all@answers")
    assert "model" in made.design.unit
    assert [list(finding.table(one.measurement()).levels) for one in alone] == [["item"]] * 3


def test_large_file_is_read_whole(table):
    draw = random.Random(0)
    rows = [f"i{place},m{place % 7},{draw.random()}" for place in range(20_000)]
    made = table(CROSSED, "\n".join(["item,model,score", *rows]))
    assert (len(made), len(made.names("model"))) == (20_000, 7)
    assert made["score"].tolist() == [float(row.rpartition(",")[2]) for row in rows]
