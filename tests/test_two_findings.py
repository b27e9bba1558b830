"""Several findings in one run: each claim is judged on the subjects of its own finding, and in its words."""

import re

import court as _imported  # noqa: F401  what it imports, runs within this process would forget
import pytest

from pytest_claims.verdicts.record import read_record, to_json

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

@claim("{name}-bigger", source="{name}")
def test_it(table):
    """Bigger ones yield more."""
    estimate = pearson(table["size"], table["yield"])
    assert estimate.r > 0
    assert estimate.p < 0.05
'''
RISING = ["a,1,1.0", "b,2,2.1", "c,3,2.9", "d,4,4.2", "e,5,5.0", "f,6,6.3"]
FALLING = ["g,1,6.0", "h,2,5.1", "i,3,3.9", "j,4,3.2", "k,5,2.0", "l,6,1.3"]
BOTH = [f"{row[0]},{row}" for row in RISING]  # each named as a tree and as a cow
WORDS = ["a,small,1.0", "b,tall,2.1", "c,small,1.1", "d,tall,2.0", "e,small,0.9", "f,tall,2.2"]
TITLES = {"orchard": "Big trees bear more", "dairy": "Big cows give more"}


class Findings:
    """Two findings, ``orchard`` of trees and ``dairy`` of cows, each with a subject ``made`` of its own."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.finding("orchard", "tree", RISING)
        self.finding("dairy", "cow", FALLING)

    def finding(self, name: str, unit: str, rows: list[str]) -> None:
        folder, flat = self.pytester.path / "claims" / name, name.replace("/", "-")
        folder.mkdir(parents=True)
        (folder / "finding.toml").write_text(DECLARED.format(title=TITLES.get(name, name), name=name, unit=unit))
        (folder / f"test_{flat}.py").write_text(CLAIM.format(name=flat))
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

    def refused(self, message: str, *options: str) -> None:
        """Nothing is judged, for the reason that is told in one line."""
        result = self.judge(*options)
        assert result.ret == pytest.ExitCode.USAGE_ERROR
        assert len([line for line in result.errlines if line.strip()]) == 1
        result.stderr.fnmatch_lines([f"ERROR: *{message}"])

    @property
    def left_out(self) -> list[str]:
        """What was left out for the first verdict on record."""
        several = self.record["verdicts"][0]["left_out"]
        return [f"{one['unit']}, families" if one["families"] else one["unit"] for one in several]

    @property
    def record(self) -> dict:
        whole, part = (self.pytester.path / "reports" / f"claims{suffix}.json" for suffix in ("", ".partial"))
        return to_json(read_record(part if part.is_file() else whole))

    @property
    def verdicts(self) -> dict[str, dict[str, str]]:
        return self.record["matrix"]


@pytest.fixture
def two(pytester):
    return Findings(pytester)


OWN = {"orchard-bigger": {"made": "held, robust"}, "dairy-bigger": {"made": "contradicted, robust"}}


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_claim_sees_the_subject_of_its_own_finding_alone(two, workers):
    result = two.judge("claims", *workers)
    result.assert_outcomes(passed=1, failed=1)
    assert two.verdicts == OWN
    record = two.record
    assert [(one["finding"], one["name"], one["words"]["unit"]) for one in record["subjects"]] == [
        ("dairy", "made", "cow"),
        ("orchard", "made", "tree"),
    ]
    assert {one["finding"]: one["claim"]["id"] for one in record["verdicts"]} == {
        "dairy": "dairy-bigger",
        "orchard": "orchard-bigger",
    }


def test_family_of_claims_is_corrected_within_a_finding(two):
    for name in TITLES:
        file = two.pytester.path / "claims" / name / f"test_{name}.py"
        file.write_text(file.read_text().replace(f'source="{name}"', f'source="{name}", family="both"'))
    two.judge()
    assert [(one["claim"], one["asked"]) for one in two.record["corrections"]] == [
        ("dairy-bigger", 1),
        ("orchard-bigger", 1),
    ]


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
    two.table("claims/more.csv", "tree,cow", BOTH)
    two.judge("claims", "--claims-measurement=claims/more.csv")
    on_both = {claim: set(words) for claim, words in two.verdicts.items()}
    assert on_both == {"orchard-bigger": {"made", "more"}, "dairy-bigger": {"made", "more"}}
    two.judge("claims", "--claims-measurement=orchard=claims/more.csv")
    assert two.verdicts == {**OWN, "orchard-bigger": {"made": "held, robust", "more": "held, robust"}}


def test_file_with_an_equals_sign_in_its_name_is_a_file(two):
    two.table("orchard=more.csv", "tree,cow", BOTH)
    two.judge("claims", "--claims-measurement=orchard=more.csv")
    assert set(two.verdicts["dairy-bigger"]) == {"made", "orchard=more"}


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--claims-measurement=orchad=more.csv", "unknown finding 'orchad'; did you mean 'orchard'? known are *"),
        ("--claims-measurement=orchard=none.csv", "no measurement file 'none.csv'; give the path of a .csv*"),
        ("--claims-subject=mad", "no subject matches mad (did you mean 'made'?): have made*"),
    ],
)
def test_name_that_is_none_is_one_usage_error(two, option, message):
    two.table("more.csv", "tree", RISING)
    for more in ([], ["--collect-only"]):
        two.refused(message, "claims", option, *more)


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
    two.refused("two subjects are named 'made': *", "claims", "--claims-measurement=orchard=made.csv")


def test_two_findings_of_one_name_are_a_usage_error(two):
    """One would have been judged on the subjects of the other."""
    two.finding("more/orchard", "tree", FALLING)
    two.refused("two findings are named 'orchard', after their folders: *claims/*; rename one", "claims")


@pytest.mark.parametrize("options", [[], ["--collect-only"], ["-n1"]])
def test_wrong_declaration_is_one_line_for_all_of_its_claims(two, options):
    two.declaration("orchard", size="size = { rnge = [0, 1] }")
    (two.pytester.path / "claims" / "orchard" / "test_more.py").write_text(CLAIM.format(name="more"))
    message = "orchard/finding.toml: measured: size: unknown key 'rnge'; did you mean 'range'? *"
    two.refused(message, "claims", *options)


def test_finding_without_a_subject_is_told_to_name_one(two):
    two.declaration("orchard", data="")
    message = "there is 1 claim of orchard and no subject to judge it on; name one in data of orchard/finding.toml, *"
    two.refused(message, "claims")
    assert two.judge("claims", "--collect-only").ret == 0


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
    """Families are declared there, and data and answer are the same."""
    families = """'tree = { plural = "trees", families = { a = "x", b = "x", c = "y", d = "y" } }'"""
    two.judge("claims/orchard")
    assert two.left_out == ["tree"]
    two.declaration("orchard", tree=families.strip("'"))
    two.judge("claims/orchard")
    assert two.left_out == ["tree", "tree, families"]


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
    record = two.record
    assert [one["words"]["units"] for one in record["subjects"] if one["finding"] == "orchard"] == ["trees"]


FALLS = "def pytest_claims_table(measurement, design):\n    raise {error}\n"


def test_subject_that_one_finding_cannot_read_is_no_trouble_of_another(two):
    """Where both called one by the same name, the error of the second was said to be that of the first."""
    for name, error in (("orchard", "ValueError('rotten')"), ("dairy", "ValueError('sour')")):
        (two.pytester.path / "claims" / name / "conftest.py").write_text(FALLS.format(error=error))
        two.declaration(name, data="")
    two.table("more.csv", "tree", RISING)
    result = two.judge("claims", "--claims-measurement=more.csv")
    result.assert_outcomes(errors=2)
    result.stdout.fnmatch_lines(["E*ValueError: sour", "E*ValueError: rotten"])
    result.stdout.no_fnmatch_line("*see above*")


def test_each_finding_has_a_part_of_the_comment_of_its_own(two):
    result = two.judge("claims")
    reports = two.pytester.path / "reports"
    assert {str(file.relative_to(reports)) for file in reports.rglob("*.*")} == {
        "claims.json", "claims.evidence.json.gz", "claims.md", "index.html",
    }  # fmt: skip
    result.stdout.fnmatch_lines(["reports: claims.json, claims.md, index.html in *"])
    before, dairy, orchard = re.split("^## .*$", (reports / "claims.md").read_text(), flags=re.MULTILINE)[:3]
    assert "bigger" not in before
    assert ("| dairy-bigger |" in dairy, "orchard-bigger" in dairy) == (True, False)
    assert ("| orchard-bigger |" in orchard, "dairy-bigger" in orchard) == (True, False)


def test_page_of_a_part_is_gone_after_a_whole_run(two):
    reports = two.pytester.path / "reports"
    two.judge("claims", "--claims-subject=made")
    assert len(list(reports.rglob("claims.partial.md"))) == 1
    two.judge()
    assert not list(reports.rglob("claims.partial.*"))


ASKS = """
[[question]]
name = "Does it?"
claims = ["{name}-bigger"]
"""


@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_each_finding_has_a_page_of_findings_with_its_questions(two, workers):
    """Where workers judge, nothing is collected by the process that writes."""
    for name in TITLES:
        two.declaration(name, data='data = "made.csv"\nown = "made"')
        with (two.pytester.path / "claims" / name / "finding.toml").open("a") as file:
            file.write(ASKS.format(name=name))
    two.judge("claims", "--claims-findings=FINDINGS.md", *workers)
    page = (two.pytester.path / "FINDINGS.md").read_text()
    assert re.findall(r"\[(.*)\]\((.*)\): (.*)", page) == [
        ("Big cows give more", "FINDINGS-dairy.md", "1 failed"),
        ("Big trees bear more", "FINDINGS-orchard.md", "1 held"),
    ]
    orchard = (two.pytester.path / "FINDINGS-orchard.md").read_text()
    assert "### Does it?" in orchard
    assert "dairy" not in orchard


def test_terminal_tells_findings_apart(two):
    result = two.judge()
    result.stdout.fnmatch_lines(
        ["dairy: 1 claim *", "  dairy-bigger X", "a made", "orchard: 1 claim *", "  orchard-bigger H", "a made"]
    )


def test_table_for_all_is_read_by_the_declaration_of_each(two):
    two.table("more.csv", "tree", WORDS)
    for name, values in (("orchard", "small = 1, tall = 2"), ("dairy", "small = 2, tall = 1")):
        two.declaration(name, data="", size=f"size = {{ values = {{ {values} }} }}", tree="tree = {}", cow="tree = {}")
    two.judge("claims", "--claims-measurement=more.csv")
    assert two.verdicts == {name: {"more": words["made"]} for name, words in OWN.items()}


def test_table_of_text_is_refused_where_no_finding_says_what_it_means(two):
    two.table("more.csv", "tree", WORDS)
    (two.pytester.path / "claims" / "test_other.py").write_text(CLAIM.format(name="other"))
    two.refused("more.csv: columns tree, size hold no numbers; *", "claims", "--claims-measurement=more.csv")


def test_recorded_table_is_read_by_the_declaration(two):
    for file in ("claims/orchard/made.csv", "recorded/more.csv"):
        (two.pytester.path / file).parent.mkdir(exist_ok=True)
        two.table(file, "tree", WORDS)
    two.declaration("orchard", size="size = { values = { small = 1, tall = 2 } }")
    two.pytester.makeconftest(
        """
        from pathlib import Path
        from pytest_claims import recorded_in
        def pytest_claims_subjects():
            return recorded_in(Path(__file__).parent / "recorded", finding="orchard")"""
    )
    two.judge()
    assert two.verdicts == {**OWN, "orchard-bigger": {"made": "held, robust", "more": "held, robust"}}
