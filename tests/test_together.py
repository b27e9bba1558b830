"""Several files make one table: two models' logs on the same items are a paired table."""

import re

import pytest

from pytest_claims import InputError, read_finding

TOML = """
title = "B is better"
source = "made up"
{more}
[tables.both]
files = "{files}"
{cut}
[units]
item = {{}}
[factors]
model = {{}}
[measured]
score = {{}}
"""


@pytest.fixture
def folder(tmp_path):
    logs = tmp_path / "made" / "logs"
    logs.mkdir(parents=True)
    (logs / "a-run1.csv").write_text("item,score,reply\nx,1,yes\ny,2,no\n")
    (logs / "b-run1.csv").write_text("item,score,reply\ny,4,no\nx,3,yes\n")
    return tmp_path / "made"


def tables(folder, *, files="logs/*.csv", cut="cut = { model = 'logs/(.)-' }", more=""):
    (folder / "finding.toml").write_text(TOML.format(files=files, cut=cut, more=more))
    finding = read_finding(folder)
    return {subject.name: finding.table(subject.load()) for subject in finding.subjects}


def test_rows_of_all_files_with_what_is_cut_from_their_paths(folder):
    (name, table), *_ = tables(folder).items()
    assert (name, len(table)) == ("both", 4)
    pairs = table.pairs("score", "model", within="item")
    assert (pairs["a"].tolist(), pairs["b"].tolist()) == ([1, 2], [3, 4])
    assert table["model"].tolist() == ["a", "a", "b", "b"]


def test_what_nobody_names_is_not_kept(folder):
    tables(folder)
    (subject,) = read_finding(folder).subjects
    assert subject.load().unread == ("reply",)
    assert "reply" not in subject.load().columns


def test_the_hash_tells_which_file_is_whose(folder):
    tables(folder)
    before = read_finding(folder).subjects[0].load().sha256
    (folder / "logs" / "a-run1.csv").rename(folder / "logs" / "c-run1.csv")
    assert read_finding(folder).subjects[0].load().sha256 != before


def test_files_by_themselves_are_subjects_beside_it_and_may_be_stacked_with_it(folder):
    found = (
        tables(folder, more="data = { alone = 'alone.csv' }\nstack = 'study'")
        if ((folder / "alone.csv").write_text("item,score,model\nx,1,a\nx,2,b\n"))
        else {}
    )
    assert list(found) == ["alone", "both", "all@made"]
    assert found["all@made"]["study"].tolist() == ["alone"] * 2 + ["both"] * 4


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"files": "logs/*.json"}, "made/finding.toml: no file matches 'logs/*.json'; correct files"),
        ({"files": "logs/c.csv"}, "c.csv'; correct files, which is relative to its folder"),
        ({"cut": "cut = { model = 'nothing' }"}, "cut model: 'nothing' finds nothing in 'logs/a-run1.csv'"),
        ({"cut": "cut = { model = '(' }"}, "made/finding.toml, both: '(' is no pattern"),
        ({"cut": "cut = { reply = 'logs' }"}, "a-run1.csv has a column 'reply'; give what both cuts another name"),
        ({"cut": ""}, "both, model: unknown column 'model'; known are item, score, reply"),
        ({"cut": "kut = {}"}, "unknown key 'kut'; did you mean 'cut'?"),
        ({"more": "data = { both = 'logs/a-run1.csv' }"}, "data and tables have a subject 'both' each; rename one"),
    ],
)
def test_what_does_not_fit_is_one_line(folder, how, message):
    with pytest.raises(InputError, match=re.escape(message)) as raised:
        tables(folder, **how)
    assert "\n" not in str(raised.value)


def test_two_answers_of_one_model_to_one_item_are_refused_with_both_places(folder):
    (folder / "logs" / "a-run2.csv").write_text("item,score,reply\nx,1,yes\n")
    with pytest.raises(InputError, match=r"^a-run2.csv, line 2: x / a is there already, at a-run1.csv, line 2; leave"):
        tables(folder)


def test_a_column_that_one_file_lacks_is_named(folder):
    (folder / "logs" / "b-run1.csv").write_text("item,reply\ny,no\n")
    with pytest.raises(InputError, match=r"both: a-run1 has a column 'score', and b-run1 has none; wanted it in all"):
        tables(folder)
