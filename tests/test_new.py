"""pytest-claims new: what it proposes of a file is a declaration that reads, and a first claim that is judged."""

import csv
import keyword
import re
import tomllib
from pathlib import Path

import court as _imported  # noqa: F401  what it imports, runs within this process would forget
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_claims import read_finding
from pytest_claims.base.errors import InputError
from pytest_claims.command import main
from pytest_claims.data.finding import Finding
from pytest_claims.proposal.guess import Guess
from pytest_claims.proposal.guesses import guess
from pytest_claims.proposal.naming import declarable, mean_of
from pytest_claims.proposal.new import new
from pytest_claims.proposal.proposed import proposed
from pytest_claims.proposal.tried import is_answered, table_of
from pytest_claims.reading.cells import Cells, cells_of

DATA = sorted(Path(__file__).parent.glob("findings/claims/*/data.csv"))
# What each guess is of the tables of other findings, by hand: u unit, f factor, m measured.
ROLES = {
    "cells": "model=u trigger=u divergence=m misaligned=m kind=f",
    "evaluation_log": "id=u model=f epoch=u score=m",
    "leaderboard": "task=u system=u score=m",
    "paired_answers": "question=u set=u tuned=m plain=m",
    "probe": "layer=u seed=u hits=m trials=m rate=m",
    "raters": "run=u question=u answer=u first=m second=m",
    "runs_in_arms": "run=u question=u answer=u verdict=m",
    "scaling": "run=u parameters=m loss=m",
    "seeds_by_models": "model=u size=f seed=u accuracy=m stderr=m",
    "wordings_by_models": "wording=u model=u accuracy=m",
}
STATISTICS = {
    "cells": "difference_between_arms",
    "evaluation_log": "paired_difference",
    "probe": "proportion_of",
    "raters": "spearman",
    "runs_in_arms": "proportion",
    "seeds_by_models": "difference_between_arms",
}


def of(**columns: list[object]) -> dict[str, Guess]:
    """The guesses about these columns, by name."""
    return {one.name: one for one in guess(cells_of(columns, "made"))}


def propose(cells: Cells) -> tuple[str, str]:
    found = proposed(cells, name="made", file="made.csv", data="made.csv")
    return found.toml, found.claim


def written(tmp_path: Path, data: Path, name: str = "made") -> Finding:
    assert new([name, "--from", str(data), "--in", str(tmp_path / "claims")]) == 0
    return read_finding(tmp_path / "claims" / name)


@pytest.mark.parametrize("data", DATA, ids=lambda path: path.parent.name)
def test_a_proposal_for_each_table_is_judged_by_pytest(data, pytester, capsys):
    name = data.parent.name
    folder = pytester.path / "claims" / name
    finding = written(pytester.path, data, name)
    assert f"pytest {folder}" in capsys.readouterr().out
    assert {f"{one}={role}" for role, names in roles(finding).items() for one in names} == set(ROLES[name].split())
    assert STATISTICS.get(name, "") in (folder / f"test_{name}.py").read_text()
    result = pytester.runpytest_inprocess("claims", "--claims-robustness=none", "--import-mode=importlib")
    outcomes = result.parseoutcomes()
    assert sum(outcomes.get(one, 0) for one in ("passed", "failed", "skipped")) == 1
    assert "errors" not in outcomes
    assert "error" not in outcomes
    assert result.ret in (0, 1)


def roles(finding: Finding) -> dict[str, list[str]]:
    declared = finding.declared
    return {"u": list(declared.units), "f": list(declared.factors), "m": list(declared.measured)}


def test_the_data_are_found_from_the_new_folder(tmp_path):
    data = tmp_path / "runs" / "a b.csv"
    data.parent.mkdir()
    data.write_text("item,score\na,0.5\nb,0.25\nc,1\n", encoding="utf-8")
    finding = written(tmp_path, data)
    assert finding.declared.data == "../../runs/a b.csv"
    (subject,) = finding.subjects
    assert finding.table(subject.measurement())["score"].tolist() == [0.5, 0.25, 1.0]


@pytest.mark.parametrize("there", ["finding.toml", "test_made.py"])
def test_nothing_is_written_over(tmp_path, there):
    folder = tmp_path / "claims" / "made"
    folder.mkdir(parents=True)
    (folder / there).write_text("mine")
    with pytest.raises(InputError, match="is there already, and is not written over"):
        written(tmp_path, DATA[0])
    assert [(path.name, path.read_text()) for path in folder.iterdir()] == [(there, "mine")]


@pytest.mark.parametrize("name", ["a b", "../made", "", "a/b", "made.x"])
def test_a_name_that_is_no_folder_is_refused(tmp_path, name):
    with pytest.raises(InputError, match="wanted letters, digits"):
        new([name, "--from", str(DATA[0]), "--in", str(tmp_path)])
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n", "header"),
        ("a,b\nx,y\nz,w\n", "has no column that holds numbers"),
        ("a,b\nx,inf\nz,inf\n", "has no column that holds numbers"),
    ],
)
def test_a_table_that_measures_nothing_is_refused_and_nothing_is_written(tmp_path, text, message):
    data = tmp_path / "made.csv"
    data.write_text(text)
    with pytest.raises(InputError, match=message) as told:
        written(tmp_path, data)
    assert "\n" not in str(told.value)
    assert not (tmp_path / "claims").exists()


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="or is not there"):
        written(tmp_path, tmp_path / "none.csv")


def test_the_command_is_one_of_those_of_the_program(root):
    points = tomllib.loads((root / "pyproject.toml").read_text())["project"]["entry-points"]["pytest_claims.commands"]
    assert points["new"] == f"{new.__module__}:{new.__name__}"
    with pytest.raises(SystemExit):
        main(["--version"])


def test_numbers_that_name_are_units_and_others_measured():
    found = of(seed=[1, 2, 1, 2], layer=[0, 0, 1, 1], depth=[3, 1, 4, 1], score=[0.5, 0.25, 1, 0])
    assert {name: one.role for name, one in found.items()} == {
        "seed": "unit", "layer": "unit", "depth": "measured", "score": "measured"
    }  # fmt: skip
    assert found["depth"].entry == {"whole": True}
    assert found["score"].entry == {"range": (0.0, 1.0)}


def test_what_is_constant_or_long_or_empty_is_left_out_with_a_reason():
    found = of(
        item=["a", "b", "c"],
        same=[7, 7, 7],
        text=[f"{i} {'word ' * 30}" for i in range(3)],
        none=["", "", ""],
        x=[1, 2, 4],
    )
    assert [name for name, one in found.items() if one.role == "left out"] == ["same", "text", "none"]


def test_a_unit_without_a_name_in_some_rows_is_left_out():
    found = of(item=["a", "b", "c", "d"], task=["m", "", "n", "m"], x=[1, 2, 4, 5])
    assert found["task"].role == "left out"
    assert "1 rows have none" in found["task"].why


@pytest.mark.parametrize("rate", [[0.5, 0.25, 1.0], [0.5, 0.25, 0.999]])
def test_a_rate_is_that_of_its_counts(rate):
    found = of(item=["a", "b", "c"], acc=rate, correct=[2, 1, 4], n=[4, 4, 4])
    assert found["acc"].entry == {"successes": "correct", "trials": "n", "range": (0.0, 1.0)}


def test_a_number_that_is_not_the_rate_in_one_row_is_none():
    found = of(item=["a", "b", "c"], acc=[0.5, 0.25, 0.9], correct=[2, 1, 4], n=[4, 4, 4])
    assert found["acc"].entry == {"range": (0.0, 1.0)}
    assert found["rate"].entry == {"successes": "correct", "trials": "n"}


@pytest.mark.parametrize("error", ["acc_stderr", "acc_se", "stderr", "Acc SE"])
def test_a_standard_error_is_that_of_its_mean(error):
    found = of(item=["a", "b"], acc=[0.5, 0.2], **{error: [0.1, 0.2]})
    assert found["acc"].entry["standard_error"] == error


def test_a_name_of_an_error_is_of_no_other_column():
    assert mean_of("loss_stderr", ["acc", "loss_stderr"]) is None
    assert mean_of("case", ["ca"]) is None


def test_units_lie_in_the_nearest_of_those_in_which_they_lie():
    found = of(item=list("abcdefgh"), topic=list("kkllmmnn"), domain=list("xxxxyyyy"), score=[1, 5, 2, 4, 3, 8, 7, 6])
    assert found["item"].entry == {"within": ("topic",)}
    assert found["topic"].entry == {}
    assert found["domain"].role == "factor"
    deeper = of(item=list("abcdefgh"), topic=list("kkllmmnn"), set=list("xxxxyyyy"), score=[1, 5, 2, 4, 3, 8, 7, 6])
    assert deeper["item"].entry == {"within": ("topic",)}
    assert deeper["topic"].entry == {"within": ("set",)}


def test_rows_that_nothing_tells_apart_have_a_name():
    toml, _ = propose(cells_of({"item": ["a", "a", "b"], "score": [0.5, 0.25, 1]}, "made"))
    assert tomllib.loads(toml)["row"] == "row"
    toml, _ = propose(cells_of({"item": ["a", "c", "b"], "score": [0.5, 0.25, 1]}, "made"))
    assert "row" not in tomllib.loads(toml)


def test_an_arm_that_was_given_to_runs_is_compared_between_them():
    columns = {"run": list("aabbccdd"), "item": list("xyxyxyxy"), "arm": list("ssssttttt"[:8]), "score": range(8)}
    _, claim = propose(cells_of(columns, "made"))
    assert 'dealt("arm", across="run")' in claim
    assert 'clusters=table["run"]' in claim


def test_an_arm_on_the_same_items_is_compared_within_them():
    columns = {"item": list("aabbccdd"), "arm": list("stststst"), "score": [1, 2, 3, 5, 4, 4, 1, 3]}
    _, claim = propose(cells_of(columns, "made"))
    assert 'swapped("arm", within="item")' in claim
    assert "mean=True" not in claim


def test_what_makes_no_table_is_left_out_with_the_reason():
    # Copy 1 of c in a/b, and copy 1 of b/c in a, would both be called a/b/c/1, which is refused.
    columns = {"task": ["a/b"] * 3 + ["a"] * 6, "item": ["c"] * 3 + ["b/c"] * 3 + ["c"] * 3, "copy": [1, 2, 3] * 3}
    toml, _ = propose(cells_of({**columns, "score": range(9)}, "made"))
    declared = tomllib.loads(toml)
    assert list(declared["units"]) == ["task", "item"]
    assert declared["row"] == "row"
    assert re.search(r"# copy: .*rename one", toml)


NAMES = st.one_of(
    st.sampled_from([
        "row", "item", "model", "arm", "größe", "a b", "true", "inf", "x.y", 'quo"te', "it's", "[units]", "#", "acc",
        "acc_stderr", "n", "hits", "within", "column", "a = 1", "\\", "ni\nne", " blank ", "table", "_", "seed", "id",
        "{}", "claim", "\x7f", "'''", '"""', *keyword.kwlist[:3],
    ]),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8),
)  # fmt: skip
CELLS = st.one_of(
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=6, max_size=6),
    st.lists(st.sampled_from(["yes", "no", "maybe", ""]), min_size=6, max_size=6),
    st.lists(st.integers(-2, 3).map(str), min_size=6, max_size=6),
    st.lists(st.one_of(st.just(float("inf")), st.floats(-1e9, 1e9)).map(str), min_size=6, max_size=6),
    st.lists(st.floats(0, 1).map(str), min_size=6, max_size=6),
    st.lists(st.one_of(st.just(""), st.just("True"), st.text(max_size=5)), min_size=6, max_size=6),
)


@given(st.dictionaries(NAMES, CELLS, min_size=1, max_size=6))
@example({"a\x7f": ["1", "2", "3", "4", "5", "7"]})
@example({"None": ["", "True", "", "True", "True", "True"]})
@example({"row": ["1", "2", "3", "4", "5", "7"], "row 2": ["a", "b"] * 3})
@example({"item": ["a", "b", " ", "d", "e", "f"], "x": ["1", "2", "3", "", " ", "6"]})
def test_every_proposal_reads_and_its_claim_can_be_asked(columns):
    cells = cells_of(columns, "made")
    guesses = guess(cells)
    assert {one.column for one in guesses} >= set(columns)
    assert all(one.why and one.other for one in guesses)
    try:
        found = proposed(cells, name="made", file="made.csv", data="made.csv")
    except InputError as error:
        if any(one.role == "measured" for one in guesses) or "has no column that holds numbers" not in str(error):
            raise
        return
    table = table_of(found.toml, cells, "made")
    assert is_answered(found.claim, table) is not None
    lines = found.toml.split("\n")
    entries = [place for place, line in enumerate(lines) if line.endswith("}") and not line.startswith("#")]
    assert len(entries) == sum(one.role != "left out" for one in found.guesses)
    assert all(lines[place - 1].startswith("# ") for place in entries)
    assert not {one.column for one in found.guesses if one.role == "left out"} & set(used(found.toml))


def used(toml: str) -> list[str]:
    content = tomllib.loads(toml)
    entries = [content.get(table, {}) for table in ("units", "factors", "measured")]
    return [entry.get("column", name) for table in entries for name, entry in table.items()]


@given(st.lists(NAMES, min_size=1, max_size=5, unique=True), NAMES)
def test_a_name_to_declare_is_none_that_is_taken_and_one_line(taken, column):
    name = declarable(column, taken)
    assert name not in taken
    assert name == name.strip()
    assert "\n" not in name


def test_a_large_table_takes_a_moment(tmp_path):
    random = np.random.default_rng(0)
    data = tmp_path / "large.csv"
    with data.open("w", newline="") as stream:
        rows = csv.writer(stream)
        rows.writerow(["item", "model", "score"])
        rows.writerows([f"i{i}", model, int(random.integers(2))] for i in range(10_000) for model in "ab")
    finding = written(tmp_path, data)
    assert list(finding.declared.factors) == ["model"]


def test_guesses_are_the_same_each_time():
    cells = cells_of({"item": list("abcd"), "arm": list("xyxy"), "score": [1, 2, 3, 4]}, "made")
    assert propose(cells) == propose(cells)


def test_two_columns_of_marks_may_be_a_factor_and_the_comment_says_so():
    columns = {"item": list("abcd"), "tuned": [1, 0, 1, 1], "plain": [0, 0, 1, 0]}
    toml, claim = propose(cells_of(columns, "made"))
    assert toml.count("[factors] system = { columns = [both names] }") == 2
    assert "spearman" in claim


def test_words_for_right_and_wrong_are_marks_and_rows_with_other_words_are_left_out():
    score = of(item=list("abcdef"), score=["Yes", "no", "no", "Yes", "unsure", ""])["score"]
    assert score.entry == {"values": {"Yes": 1.0, "no": 0.0}, "range": (0.0, 1.0), "otherwise": "drop", "gaps": True}
    assert "1 rows are left out, with 'unsure'" in score.why


def test_numbers_with_some_text_are_measured_and_these_rows_are_left_out():
    columns = {"item": list("abcdef"), "score": ["1", "2", "2", "n/a", "5", "7"]}
    cells = cells_of(columns, "made")
    toml, _ = propose(cells)
    assert table_of(toml, cells, "made")["score"].tolist() == [1, 2, 2, 5, 7]
