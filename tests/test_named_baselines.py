"""Baselines have names, saving writes the one that was named and no other, and an option says which changes fail."""

import json

import pytest
from court import FLAT, ROWS, Court


@pytest.fixture
def court(pytester):
    return Court(pytester)


def files(court):
    return sorted(path.relative_to(court.path).as_posix() for path in court.path.rglob("*.json") if "base" in str(path))


@pytest.mark.parametrize(
    ("options", "file"),
    [
        (["--claims-save"], "reports/baseline.json"),
        (["--claims-save=one"], "reports/baselines/one.json"),
        (["--claims-save", "one"], "reports/baselines/one.json"),
        (["--claims-save=kept/base.json"], "kept/base.json"),
        (["--claims-save", "."], "reports/baseline.json"),  # a folder to judge, and no name
        (["--claims-save", "--claims-report-dir=other"], "other/baseline.json"),
        (["--claims-save=one", "--claims-report-dir=other"], "other/baselines/one.json"),
    ],
)
def test_saving_writes_the_file_that_was_named_and_no_other(court, options, file):
    assert court.judge(*options).ret == 0
    assert files(court) == [file]


def test_committed_baseline_stays_where_reports_go_elsewhere(court):
    """A run with reports elsewhere wrote the baseline of the repository."""
    court.judge("--claims-save")
    before = (court.path / "reports" / "baseline.json").read_bytes()
    court.table(FLAT)
    court.judge("--claims-save", "--claims-report-dir=other")
    assert (court.path / "reports" / "baseline.json").read_bytes() == before


def test_baseline_is_looked_for_beside_the_reports_and_then_in_the_project(court):
    court.judge("--claims-save=one")
    for options in ([], ["--claims-report-dir=other"]):
        assert court.judge("--claims-compare=one", *options).ret == 0
    court.table(FLAT)
    court.judge("--claims-save=one", "--claims-report-dir=other")
    assert court.judge("--claims-compare=one", "--claims-report-dir=other").ret == 0
    assert court.judge("--claims-compare=one").ret == pytest.ExitCode.TESTS_FAILED


def test_one_is_compared_with_and_another_saved(court):
    court.judge("--claims-save=one")
    court.table(FLAT)
    result = court.judge("--claims-compare=one", "--claims-save=two")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    kept = {name: json.loads((court.path / f"reports/baselines/{name}.json").read_text()) for name in ("one", "two")}
    rulings = {name: one["verdicts"]["cosine-matters"]["made"]["ruling"] for name, one in kept.items()}
    assert rulings == {"one": "held", "two": "inconclusive"}


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("none", "no baseline *reports/baselines/none.json; write one with --claims-save=none"),
        ("../none.json", "no baseline ../none.json; write one with --claims-save=../none.json"),
        ("a b", "--claims-compare has a b as its name; wanted at most 100 letters, digits and *"),
        ("", "no baseline *reports/baseline.json; write one with --claims-save"),
    ],
)
def test_name_that_is_none_is_told_in_one_line(court, name, said):
    result = court.judge(f"--claims-compare={name}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        [f"ERROR: {said or 'no baseline *reports/baseline.json; write one with --claims-save'}"]
    )


@pytest.mark.parametrize(
    ("failing", "rows", "status"),
    [
        ("verdict", FLAT, 1),
        ("number", FLAT, 1),
        ("none", FLAT, 0),
        ("verdict", [*ROWS[:-1], "f,0.6,0.60"], 0),
        ("verdict,number", [*ROWS[:-1], "f,0.6,0.60"], 1),
        ("estimate:2se", [*ROWS[:-1], "f,0.6,0.60"], 0),
        ("estimate:2se", FLAT, 1),
    ],
)
def test_which_changes_fail_is_said_by_an_option(court, failing, rows, status):
    court.judge("--claims-save")
    court.table(rows)
    result = court.judge(f"--claims-compare-fail={failing}")
    assert result.ret == status
    assert any(line.startswith(("moved: ", "changed: ")) for line in result.outlines)  # told in any case


def test_ini_file_may_say_it(court):
    court.judge("--claims-save")
    court.table(FLAT)
    court.pytester.makeini("[pytest]\nclaims_compare_fail = none\n")
    assert court.judge().ret == 0


def test_change_that_is_none_is_a_usage_error(court):
    result = court.judge("--claims-compare-fail=numbers")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --claims-compare-fail: unknown change 'numbers': wanted verdict, number, *"])


@pytest.mark.parametrize("edit", ["code", "declaration", "both"])
def test_what_else_differs_is_traced_to_the_claim_or_to_its_declaration(court, edit):
    court.judge("--claims-save")
    text = (court.path / "test_claims.py").read_text()
    if edit != "declaration":
        court.claims(text.replace("0.05", "1e-9"))
    if edit != "code":
        court.table([*ROWS[:-1], "f,0.6,0.60"])
    things = {"code": "one thing differs: the code of cosine-matters", "declaration": "one thing differs: the data"}
    said = things.get(edit, "2 things differ: the data and the code of cosine-matters")
    court.judge().stdout.fnmatch_lines([f"why: made: {said}"])


@pytest.mark.parametrize("file", ["./made.csv", "kept/claims.json"])
def test_file_that_is_no_baseline_is_not_written_over(court, file):
    """A table of the user was replaced by a baseline."""
    (court.path / "kept").mkdir()
    (court.path / "kept" / "claims.json").write_text('{"schema_version": 10}')
    before = (court.path / file).read_bytes()
    result = court.judge(f"--claims-save={file}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: --claims-save would write over *, which is no baseline; give another name"])
    assert (court.path / file).read_bytes() == before
