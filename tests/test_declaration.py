"""finding.toml: what it may hold, and what is refused in one line before any data are read."""

import functools
import re

import pytest
from declared import ITEMS, written

from pytest_claims import InputError, Undecided, read_finding
from pytest_claims.data.alternatives import others
from pytest_claims.data.declaration_check import nested_order

CSV = "item,score\na,1\n"


@pytest.fixture
def make(tmp_path):
    return functools.partial(written, tmp_path)


def one_line(raised: pytest.ExceptionInfo[InputError]) -> bool:
    return "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[unit]\nitem = {}\n", "answers/finding.toml: unknown key 'unit'; did you mean 'units'? known are title"),
        ('[measured]\nx = { rnge = [0, 1] }\n', "measured: x: unknown key 'rnge'; did you mean 'range'?"),
        ("[measured]\nx = { range = [1, 0] }\n", "x: range is [1.0, 0.0]; wanted the least and then the most"),
        ("[measured]\nx = { range = [0, nan] }\n", "x: range is [0.0, nan]; wanted the least and then the most"),
        ("[measured]\nx = { rounding = -1 }\n", "rounding: constrained-float is -1, wanted greater than or equal to 0"),
        ("[measured]\nx = { values = { yes = nan } }\n", "x: values: yes is nan, wanted a finite number"),
        ("[measured]\nx = { otherwise = inf }\n", "is inf, wanted a finite number"),
        ('[measured]\nx = { values = { yes = "1" } }\n', "values: yes is '1', wanted a valid number"),
        ('[measured]\nx = { successes = "hits" }\n', "x: wanted both successes and trials, or neither; add the other"),
        ('[measured]\nx = { trials = "tries" }\n', "x: wanted both successes and trials, or neither; add the other"),
        ('[measured]\nx = { standard_error = "see" }\nse = {}\n', "unknown measured column 'see'; did you mean 'se'?"),
        ('residuals = "y"\n[measured]\nx = {}\n', "unknown measured column 'y'; known are x"),
        ('partialled_out = ["y"]\n[measured]\nx = {}\n', "unknown measured column 'y'; known are x"),
        ('[units]\nitem = { within = "sets" }\nset = {}\n', "item: unknown unit 'sets'; did you mean 'set'?"),
        ('[units]\nitem = { within = "item" }\n', "item: unknown unit 'item'; known are none"),
        (
            '[units]\na = { within = "b" }\nb = { within = "a" }\n',
            "units nested in each other (a in b in a); remove one within",
        ),
        ('[factors]\narm = { columns = ["xx", "y"] }\n[measured]\nx = {}\n', "arm: unknown measured column 'xx'"),
        (
            '[factors]\narm = { columns = ["x"], column = "y" }\n[measured]\nx = {}\n',
            "arm: wanted columns of numbers, or a column of labels, not both: remove one",
        ),
        (
            '[factors]\narm = { columns = ["x", "y"], reference = "z" }\n[measured]\nx = {}\ny = {}\n',
            "arm, reference: unknown arm 'z'; known are x, y",
        ),
        ("[units]\na = {}\n[factors]\na = {}\n", "a is a unit and a factor; more could be drawn of a unit alone"),
        ("[units]\na = {}\n[measured]\na = {}\n", "a is measured, and a unit or factor; give it one role"),
        ("[factors]\na = {}\n[measured]\na = {}\n", "a is measured, and a unit or factor; give it one role"),
        (
            '[units]\ntries = {}\n[measured]\nx = { successes = "hits", trials = "tries" }\n',
            "tries is measured, and a unit or factor; give it one role",
        ),
        ("[factors]\nrow = {}\n", "row is what a row is called, too; say in row what else to call it"),
        ('row = "run"\n[measured]\nrun = {}\n', "run is what a row is called, too"),
        ('stack = "item"\n[units]\nitem = {}\n', "stack = 'item' is declared already; give it another name"),
        ('stack = "x"\n[measured]\nx = {}\n', "stack = 'x' is declared already; give it another name"),
        ('[[drop]]\nbecause = "old"\n', "the [[drop]] because of 'old' says of no rows that they go; add where or"),
        ('[[drop]]\nmissing = "x"\n', "drop 1: no 'because': have missing; add it"),
        ('[[drop]]\nwhere = { x = 0.5 }\nbecause = "old"\n', "drop 1: where: x 1 is 0.5, wanted a string"),
        ('[cut]\nx = { pattern = "(.)" }\n', "cut: x: no 'from': have pattern; add it"),
        ("[smallest]\nr = 0\n", "smallest: r is 0, wanted greater than 0"),
        ("[smallest]\nr = -0.3\n", "smallest: r is -0.3, wanted greater than 0"),
        ("[smallest]\nr = inf\n", "is inf, wanted a finite number"),
        ("[smallest]\nr = true\n", "is True, wanted a valid number"),
        ("[smalest]\nr = 0.3\n", "unknown key 'smalest'; did you mean 'smallest'?"),
        ('title = "twice"\n', "cannot be read as TOML"),
    ],
)  # fmt: skip
def test_mistake_is_refused_when_the_file_is_read(make, toml, message):
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        make(toml)
    assert one_line(raised)
    assert str(raised.value).startswith("answers/finding.toml")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("measured = { score = { rang = [0, 1] } }", "'n', score: unknown key 'rang'; did you mean 'range'?"),
        ("measured = { score = { range = [1, 0] } }", "n, score: range is [1.0, 0.0]; wanted the least and then"),
        ("measured = { scores = {} }", "n: unknown measured column 'scores'; did you mean 'score'?"),
        ('only_with = "m"', "n: unknown alternative 'm'"),
        ('drop = [{ because = "old" }]', "n: the [[drop]] because of 'old' says of no rows that they go"),
        ('[[alternative]]\nchoice = "d"\nname = "n"', "two alternatives are named 'n'; give one another name"),
    ],
)  # fmt: skip
def test_mistake_in_an_alternative_is_refused_when_the_file_is_read(make, toml, message):
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        make(f'{ITEMS}[[alternative]]\nchoice = "c"\nname = "n"\n{toml}\n')
    assert one_line(raised)


def several(choices: int, of: int = 1, more: str = "") -> str:
    return "".join(
        f'[[alternative]]\nchoice = "c{choice}"\nname = "n{choice}{one}"\n{more}\n'
        for choice in range(choices)
        for one in range(of)
    )


@pytest.mark.parametrize("toml", [several(9), several(1, of=501), several(60), several(60, more='only_with = "n00"')])
def test_too_many_combinations_are_refused(make, toml):
    with pytest.raises(InputError, match="more than 500 combinations of alternatives; wanted no more: say with only_"):
        make(ITEMS + toml)


@pytest.mark.parametrize(("choices", "of"), [(0, 0), (1, 1), (2, 2), (3, 1), (8, 1), (1, 500)])
def test_all_choices_are_combined_with_all(make, choices, of):
    assert len(others(make(ITEMS + several(choices, of)).declared)) == (1 + of) ** choices - 1


def test_alternative_is_made_only_with_one_that_it_names(make):
    toml = several(2) + '[[alternative]]\nchoice = "c2"\nname = "last"\nonly_with = "n00"\n'
    assert sorted(others(make(ITEMS + toml).declared)) == ["n00", "n00 + last", "n00 + n10", "n00 + n10 + last", "n10"]


def test_alternative_changes_what_it_says_and_no_more(make):
    toml = '[units]\nitem = {}\n[measured]\nscore = { range = [0, 1], whole = true }\n[[alternative]]\nchoice = "c"\n'
    declared = make(toml + 'name = "n"\nmeasured = { score = { range = [0, 2] } }\n').declared
    (changed,) = others(declared).values()
    assert (changed.measured["score"].range, changed.measured["score"].whole) == ((0, 2), True)
    assert declared.measured["score"].range == (0, 1)


def test_empty_file_says_what_is_wanted_first(tmp_path):
    (tmp_path / "finding.toml").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"/finding.toml: no 'title': have nothing; add it$"):
        read_finding(tmp_path)


def test_head_alone_is_a_finding_without_subjects(make):
    assert (make("").subjects, make("").name) == ((), "answers")


def test_folder_of_the_name_of_the_file_is_refused(tmp_path):
    (tmp_path / "finding.toml").mkdir()
    with pytest.raises(InputError, match=r"finding.toml cannot be read \(it is a folder\); give the path of a .toml"):
        read_finding(tmp_path)


def test_folder_without_the_file_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"finding.toml cannot be read \(No such file or directory\)"):
        read_finding(tmp_path)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('"none.csv"', "no file '.*none.csv'; correct data, which is relative to its folder"),
        ('{ own = "none.csv" }', "no file '.*none.csv'; correct data"),
        (r'"a\u0000.csv"', "correct data"),
        ('"*.tsv"', r"answers/finding.toml: no file matches '\*.tsv'; correct data"),
        ('"/nowhere/*.csv"', r"no file matches '/nowhere/\*.csv'; correct data"),
        ('"**.none"', r"no file matches '\*\*.none'; correct data"),
        (
            '["a.csv", "sub/a.csv"]',
            "'.*answers/a.csv' and '.*sub/a.csv' are both called 'a'; name one of them once, or",
        ),
        ('["a.csv", "*.csv"]', "are both called 'a'"),
    ],
)
def test_data_that_are_not_there_or_there_twice_are_refused(make, data, message):
    made = make(f"data = {data}\n{ITEMS}", {"a.csv": CSV, "sub/a.csv": CSV})
    with pytest.raises(InputError, match=message) as raised:
        made.subjects  # noqa: B018  it reads what is declared
    assert one_line(raised)


@pytest.mark.parametrize(
    ("data", "names"),
    [
        ('"a.csv"', ["a"]),
        ('["m.nchw.csv", "a.csv"]', ["m.nchw", "a"]),
        ('"*.csv"', ["a", "m.nchw", "x[1]"]),
        ('"x[1].csv"', ["x[1]"]),
        ('{ own = "a.csv", other = "a.csv" }', ["own", "other"]),
    ],
)
def test_subjects_are_named_after_their_files_or_as_told(make, data, names):
    made = make(f"data = {data}\n{ITEMS}", {"a.csv": CSV, "m.nchw.csv": CSV, "x[1].csv": CSV})
    assert [one.name for one in made.subjects] == names
    assert [one.measurement().name for one in made.subjects] == names
    assert {one.finding for one in made.subjects} == {"answers"}


@pytest.mark.parametrize("more", ["", 'controls = "b*"\n'])
def test_stack_of_one_subject_is_refused(make, more):
    data = '["a.csv", "b.csv"]' if more else '"a.csv"'
    made = make(f'data = {data}\nstack = "model"\n{more}{ITEMS}', {"a.csv": CSV, "b.csv": CSV})
    with pytest.raises(InputError, match="stack = 'model' and 1 subjects in data that are no controls; name at least"):
        made.subjects  # noqa: B018


def test_stack_of_a_name_that_a_column_has_is_refused(make):
    files = {"a.csv": CSV, "b.csv": "item,score,model\na,1,m\n"}
    *_, stack = make(f'data = "*.csv"\nstack = "model"\n{ITEMS}', files).subjects
    with pytest.raises(InputError, match="stack = 'model' is a column of b already; give it another name"):
        stack.measurement()


def test_design_follows_from_the_declaration(make):
    design = make("""
row = "answer"
[units]
set = {}
item = { within = "set", plural = "questions", reference = "q1" }
try = { within = "item" }
[factors]
arm = { columns = ["score", "rate"], reference = "score" }
[measured]
score = { range = [0, 1], standard_error = "se" }
se = {}
rate = { successes = "hits", trials = "tries" }
""").design
    assert (design.words.unit, design.words.units) == ("answer", "answers")
    assert (design.unit["item"].plural, design.unit["item"].reference) == ("questions", "q1")
    assert design.unit["try"].within == ("item", "set")
    assert design.factor["arm"].columns == ("score", "rate")
    assert (design.limits, design.errors) == ({"score": (0, 1)}, {"score": "se"})
    assert design.rates[0].columns == ("rate", "hits", "tries")
    assert design.columns == ("score", "se", "rate", "hits", "tries")


def test_smallest_effects_are_by_the_symbol_of_an_estimate(make):
    assert make('[smallest]\nr = 0.3\n"Δr" = 0.2\nOR = 2\n').design.smallest == {"r": 0.3, "Δr": 0.2, "OR": 2.0}
    assert make("").design.smallest == {}


def test_units_are_ordered_after_those_they_are_nested_in(make):
    units = make('[units]\ntry = { within = "item" }\nitem = { within = "set" }\nset = {}\n').declared.units
    assert nested_order(units) == ("set", "item", "try")


def test_column_that_a_subject_may_lack_is_undecided_and_a_misspelt_one_a_mistake(make):
    made = make("[units]\nitem = {}\n[measured]\nscore = {}\nlength = { optional = true }\n")
    table = made.table({"item": ["a"], "score": [1]})
    with pytest.raises(Undecided, match="no column 'length': have item, score; add it"):
        table["length"]
    with pytest.raises(InputError, match="unknown column 'lenght'; did you mean 'length'"):
        table["lenght"]


def test_what_is_declared_has_one_hash(make):
    again = make(ITEMS + "# a note\n").sha256
    assert make(ITEMS).sha256 == again != make(ITEMS + "other = {}\n").sha256
