"""What is in the data, shown with nothing judged; and a file judged by the command alone."""

import sys

import court as _imported  # noqa: F401  what it imports, runs within this process would forget
import pytest

from pytest_claims.judge_command import judge_file

TOML = """
title = "B is better than A"
source = "made up"
data = "answers.csv"
[units]
item = { within = "set" }
set = { families = "kind" }
[factors]
model = {}
[measured]
score = { gaps = true }
length = {}
[[drop]]
where = { set = "warm-up" }
because = "it was for practice"
"""
CLAIM = '''
from pytest_claims import claim, paired_difference, swapped

@claim("b-better", source="made up", null=swapped("model", within="item"))
def test_b_better(table):
    """B is better on the same items."""
    pairs = table.pairs("score", "model", within="item")
    found = paired_difference(pairs["b"], pairs["a"])
    assert found.value > 0
    assert found.p < 0.05
'''


def rows(better: float) -> str:
    """Two models of which b is better by so much, or a if it is below 0."""
    lines, ahead = ["item,set,kind,model,score,length,reply"], "b" if better > 0 else "a"
    for item in range(12):
        for model in "ab":
            more = abs(better) * (model == ahead) * (1 + item % 2)
            score = "" if (item, model) == (3, "b") else f"{item % 5 * 0.1 + more:g}"
            lines.append(f"i{item},s{item // 4},k{item // 8},{model},{score},{item + 1},hello")
    return "\n".join([*lines, "i99,warm-up,k0,a,1,9,hello"]) + "\n"


@pytest.fixture
def study(pytester):
    folder = pytester.path / "claims" / "study"
    folder.mkdir(parents=True)
    (folder / "finding.toml").write_text(TOML)
    (folder / "test_study.py").write_text(CLAIM)
    (folder / "answers.csv").write_text(rows(0.2))
    return folder


def shown(pytester, *options: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("claims", "--claims-data", "-p", "no:randomly", *options)


def test_rows_levels_ranges_gaps_and_what_is_left_out_unread_or_unused(pytester, study):
    result = shown(pytester)
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "study: B is better than A",
            "  answers: 24 items",
            "*units *item: 12 levels, within set (i0, i1, i2, i3 and 8 more; 2 items each)",
            "*set: 3 levels, in 2 families (s0 8, s1 8, s2 8 items)",
            "*factors *model: 2 levels (a 12, b 12 items)",
            "*measured *score: 0 to 0.8, 8 different, 1 missing",
            "*length: 1 to 12, 12 different",
            "*left out *1 item left out: it was for practice",
            "*not read *reply",
            "*no claim uses *length",
        ]
    )
    assert not (pytester.path / "reports").exists()
    assert "passed" not in result.stdout.str()


def test_a_unit_that_lies_in_another_and_is_not_said_to_is_told(pytester, study):
    (study / "finding.toml").write_text(TOML.replace('item = { within = "set" }', "item = {}"))
    told = '*not declared *each item lies in one set; if items were drawn for each set, say within = "set" of item'
    shown(pytester).stdout.fnmatch_lines([told])


def test_data_that_cannot_be_read_fail_in_one_line(pytester, study):
    (study / "answers.csv").write_text("item,set,kind,model,score\n")
    result = shown(pytester)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["ERROR: answers could not be read: answers: a header without rows; *"])


def test_data_are_shown_in_one_process(pytester, study):
    pytest.importorskip("xdist")
    result = shown(pytester, "-n", "2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--claims-data shows data in one process; leave -n out, or say -n 0"])


@pytest.mark.parametrize(("better", "status"), [(0.2, 0), (0.0, 0), (-0.2, 1)])
def test_a_file_is_judged_by_the_command_with_the_exit_status_of_pytest(pytester, study, better, status):
    (pytester.path / "new.csv").write_text(rows(better))
    (study / "answers.csv").unlink()  # what the finding names is not asked for
    result = pytester.run(
        sys.executable, "-c", "import sys; from pytest_claims.command import main; sys.exit(main())",
        "judge", "new.csv", "--finding", "claims/study", "--robustness", "none",
    )  # fmt: skip
    assert result.ret == status
    result.stdout.fnmatch_lines(["*b-better *", "a new"])
    assert not (pytester.path / "reports").exists()


def test_a_file_of_the_name_of_a_subject_is_judged_in_its_place(pytester, study):
    (pytester.path / "answers.csv").write_text(rows(-0.2))
    arguments = ["claims", "--claims-measurement=study=answers.csv", "--claims-robustness=none", "--claims-no-report"]
    assert pytester.runpytest_inprocess(*arguments).ret == pytest.ExitCode.USAGE_ERROR  # two of one name
    only = pytester.runpytest_inprocess(*arguments, "--claims-only-given")
    only.assert_outcomes(failed=1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["none.csv", "--finding", "claims/study"], "no file 'none.csv'; give the path of a table, or of arrays"),
        (["claims/study/answers.csv", "--finding", "claims"], "no finding.toml in 'claims'; give the folder of a"),
    ],
)
def test_what_is_not_there_is_one_line(pytester, study, arguments, message):
    with pytest.raises(ValueError, match=message):
        judge_file(arguments)
