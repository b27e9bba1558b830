"""Several findings in one run: each claim is judged on the subjects of its own finding, and in its words."""

import json

import court as _imported  # noqa: F401  what it imports, runs within this process would forget
import pytest

DECLARED = """
title = "{title}"
source = "{name}, 2026"
data = "made.csv"

[units]
{unit} = {{ plural = "{unit}s" }}

[measured]
size = {{}}
yield = {{}}
"""
CLAIM = '''
from pytest_claims import claim, pearson

@claim("{name}-bigger", source="{name}", family="{name}")
def test_it(table):
    """Bigger ones yield more."""
    estimate = pearson(table["size"], table["yield"])
    assert estimate.r > 0
    assert estimate.p < 0.05
'''
RISING = ["a,1,1.0", "b,2,2.1", "c,3,2.9", "d,4,4.2", "e,5,5.0", "f,6,6.3"]
FALLING = ["g,1,6.0", "h,2,5.1", "i,3,3.9", "j,4,3.2", "k,5,2.0", "l,6,1.3"]
TITLES = {"orchard": "Big trees bear more", "dairy": "Big cows give more"}


class Findings:
    """Two findings, ``orchard`` of trees and ``dairy`` of cows, each with a subject ``made`` of its own."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.finding("orchard", "tree", RISING)
        self.finding("dairy", "cow", FALLING)

    def finding(self, name: str, unit: str, rows: list[str]) -> None:
        folder = self.pytester.path / "claims" / name
        folder.mkdir(parents=True)
        (folder / "finding.toml").write_text(DECLARED.format(title=TITLES.get(name, name), name=name, unit=unit))
        (folder / f"test_{name}.py").write_text(CLAIM.format(name=name))
        self.table(f"claims/{name}/made.csv", unit, rows)

    def table(self, file: str, unit: str, rows: list[str]) -> None:
        (self.pytester.path / file).write_text("\n".join([f"{unit},size,yield", *rows]) + "\n")

    def declaration(self, name: str, **changes: str) -> None:
        """Replace lines of a finding's declaration, by the key that they begin with."""
        file = self.pytester.path / "claims" / name / "finding.toml"
        lines = [changes.get(line.partition(" ")[0], line) for line in file.read_text().splitlines()]
        file.write_text("\n".join(lines))

    def judge(self, *options: str) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess("--claims-robustness=none", *(options or ("claims",)))

    @property
    def verdicts(self) -> dict[str, dict[str, str]]:
        folder = self.pytester.path / "reports"
        whole, part = (folder / f"claims{suffix}.json" for suffix in ("", ".partial"))
        return json.loads((part if part.is_file() else whole).read_text())["matrix"]


@pytest.fixture
def two(pytester):
    return Findings(pytester)


OWN = {"orchard-bigger": {"made": "held, robust"}, "dairy-bigger": {"made": "failed, clear"}}


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_claim_sees_the_subject_of_its_own_finding_alone(two, workers):
    result = two.judge("claims", *workers)
    result.assert_outcomes(passed=1, failed=1)
    assert two.verdicts == OWN
    record = json.loads((two.pytester.path / "reports" / "claims.json").read_text())
    assert [(one["finding"], one["name"], one["words"]["unit"]) for one in record["subjects"]] == [
        ("dairy", "made", "cow"),
        ("orchard", "made", "tree"),
    ]
    assert {one["finding"]: one["claim"]["id"] for one in record["verdicts"]} == {
        "dairy": "dairy-bigger",
        "orchard": "orchard-bigger",
    }


def test_finding_is_that_of_the_nearest_folder_above(two):
    deeper = two.pytester.path / "claims" / "orchard" / "pears" / "test_pears.py"
    deeper.parent.mkdir()
    deeper.write_text(CLAIM.format(name="pears"))
    two.judge()
    assert two.verdicts == {**OWN, "pears-bigger": {"made": "held, robust"}}


def test_finding_above_the_folder_of_claims_is_nobodys(two):
    """A project in the folder of another finding."""
    (two.pytester.path.parent / "finding.toml").write_text("title = 3")
    two.judge()
    assert two.verdicts == OWN


def test_subject_is_offered_to_one_finding_or_to_all(two):
    two.table("claims/more.csv", "tree", RISING)
    two.judge("claims", "--claims-measurement=claims/more.csv")
    on_both = {claim: set(words) for claim, words in two.verdicts.items()}
    assert on_both == {"orchard-bigger": {"made", "more"}, "dairy-bigger": {"made", "more"}}
    two.judge("claims", "--claims-measurement=orchard=claims/more.csv")
    assert two.verdicts == {**OWN, "orchard-bigger": {"made": "held, robust", "more": "held, robust"}}


def test_file_with_an_equals_sign_in_its_name_is_a_file(two):
    two.table("orchard=more.csv", "tree", RISING)
    two.judge("claims", "--claims-measurement=orchard=more.csv")
    assert set(two.verdicts["dairy-bigger"]) == {"made", "orchard=more"}


def test_table_that_is_offered_is_read_by_the_declaration(two):
    """Its cells are words, which no measurement may hold."""
    two.declaration("orchard", size='size = { values = { "small" = 1, "tall" = 2 } }')
    rows = ["a,small,1.0", "b,tall,2.1", "c,small,1.1", "d,tall,2.0", "e,small,0.9", "f,tall,2.2"]
    for file in ("claims/orchard/made.csv", "more.csv"):
        two.table(file, "tree", rows)
    result = two.judge("claims", "--claims-measurement=orchard=more.csv")
    result.assert_outcomes(passed=2, failed=1)
    assert two.verdicts["orchard-bigger"] == {"made": "held, robust", "more": "held, robust"}


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--claims-measurement=orchad=more.csv", "unknown finding 'orchad'; did you mean 'orchard'? known are *"),
        ("--claims-measurement=orchard=none.csv", "no measurement file 'none.csv'; give the path of a .csv*"),
        ("--claims-subject=mad", "no subject matches mad (did you mean 'made'?): have made*"),
    ],
)
@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_name_that_is_none_is_one_usage_error(two, option, message, workers):
    two.table("more.csv", "tree", RISING)
    result = two.judge("claims", option, *workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.strip()]
    assert pytest.LineMatcher([line]).fnmatch_lines([f"ERROR: *{message}"]) is None


def test_pattern_chooses_among_the_subjects_of_all_findings(two):
    two.table("claims/orchard/pears.csv", "tree", RISING)
    two.declaration("orchard", data='data = ["made.csv", "pears.csv"]')
    result = two.judge("claims", "--claims-subject=pear*")
    result.assert_outcomes(passed=1, deselected=1)
    assert two.verdicts == {"orchard-bigger": {"pears": "held, robust"}}
    two.judge("claims", "--claims-subject=made")
    assert two.verdicts == OWN


def test_two_subjects_of_one_name_in_one_finding_are_a_usage_error(two):
    two.table("made.csv", "tree", RISING)
    result = two.judge("claims", "--claims-measurement=orchard=made.csv")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.strip()]
    assert "two subjects are named 'made': " in line


@pytest.mark.parametrize("options", [[], ["--collect-only"], ["-n1"]])
def test_wrong_declaration_is_one_line_for_all_of_its_claims(two, options):
    two.declaration("orchard", size="size = { rnge = [0, 1] }")
    (two.pytester.path / "claims" / "orchard" / "test_more.py").write_text(CLAIM.format(name="more"))
    result = two.judge("claims", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.strip()]
    assert "finding.toml: measured: size: unknown key 'rnge'; did you mean 'range'?" in line


def test_finding_without_a_subject_is_told_to_name_one(two):
    two.declaration("orchard", data="")
    result = two.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.strip()]
    assert "1 claim of orchard and no subject to judge it on; name one in data of orchard/finding.toml" in line


def test_baseline_keeps_both_apart(two):
    assert two.judge("claims", "--claims-save").ret == 0
    assert two.judge().ret == 0
    two.table("claims/orchard/made.csv", "tree", [*RISING[:-1], "f,6,6.31"])
    result = two.judge("claims/orchard")
    result.stdout.fnmatch_lines(["orchard-bigger on made is still held, but its estimate was *, is *"])
    result = two.judge()
    assert [line for line in result.outlines if line.startswith("ERROR: the data of made")]
    result.assert_outcomes(failed=1, xfailed=1)


def test_data_of_another_finding_under_the_same_name_are_no_change(two):
    """Of a claim that is gone the baseline knows the data still: of another subject that was called so, too."""
    two.judge("claims", "--claims-save")
    (two.pytester.path / "claims" / "orchard" / "test_orchard.py").unlink()
    result = two.judge()
    result.stdout.fnmatch_lines(["ERROR: orchard-bigger is on record for made and was not asked*"])
    result.stdout.no_fnmatch_line("ERROR: the data of made are not*")


def test_what_is_kept_is_judged_anew_where_the_declaration_changed(two):
    """What a column's text stands for is said there, and the data are the same."""
    rows = ["a,small,1.0", "b,tall,2.1", "c,small,1.1", "d,tall,2.0", "e,small,0.9", "f,tall,2.2"]
    two.table("claims/orchard/made.csv", "tree", rows)
    flipped = ("small = 1, tall = 2", "small = 2, tall = 1")
    told = []
    for values in flipped:
        declared = f"size = {{ values = {{ {values} }} }}"
        two.declaration("orchard", size=declared)
        two.judge("claims/orchard")
        told.append(two.verdicts["orchard-bigger"]["made"])
    assert told == ["held, robust", "failed, clear"]


def test_hook_gets_the_design_of_the_finding(two):
    (two.pytester.path / "claims" / "orchard" / "conftest.py").write_text(
        """
from dataclasses import replace
from pytest_claims import Table

def pytest_claims_table(measurement, design):
    columns = {name: array.values for name, array in measurement.data.items()}
    return Table(subject=measurement.name, rows=measurement.labels("tree"), columns=columns, design=design)
"""
    )
    two.declaration("orchard", data="")
    two.table("more.csv", "tree", RISING)
    two.judge("claims", "--claims-measurement=orchard=more.csv")
    record = json.loads((two.pytester.path / "reports" / "claims.json").read_text())
    assert [one["words"]["units"] for one in record["subjects"] if one["finding"] == "orchard"] == ["trees"]
