"""Registering claims, as a user meets it: the command, live subjects, and the word beside each verdict."""

import sys
import xml.etree.ElementTree as ET

import pytest
from court import HEADER, ROWS

from pytest_claims.base.errors import InputError
from pytest_claims.data.registration import Standing, read_registrations
from pytest_claims.page.claim_view import claim_view
from pytest_claims.page.subject_view import subject_view
from pytest_claims.register_command import added, register
from pytest_claims.session.registering import Registrar
from pytest_claims.verdicts.record import read_record

CLAIMS = '''
from pytest_claims import claim, pearson

LIMIT = 0.05

@claim("matters", source="nowhere")
def test_it(table):
    """Cosine correlates with source rate."""
    assert pearson(table["cosine"], table["source_rate"]).p < LIMIT
'''
MORE = '''
@claim("more", source="nowhere")
def test_more(table):
    """Cosine is mostly below 2."""
    assert table["cosine"].mean() < 2
'''
FINDING = """
title = "Made up"
source = "nowhere"
data = "made.csv"
collected = 2020-06-01T12:00:00Z

[units.persona]

[measured.cosine]
[measured.source_rate]
"""
COMMAND = "import sys; from pytest_claims.register_command import register; sys.exit(register(sys.argv[1:]))"
JUDGING = ("--claims-robustness=none", "--claims-no-report", "--junitxml=made.xml", "-p", "no:cacheprovider")
LIVE = """
import json, pathlib
import numpy as np, xarray as xr
import pytest_claims
from pytest_claims.data.registration import Registrations, now

STORE = pathlib.Path(__file__).parent / "store"

def register(several):
    assert not (STORE / "measured").exists()
    STORE.mkdir(exist_ok=True)
    with (STORE / "heard").open("a") as stream:
        stream.write(",".join(sorted(name for one in several for name in one.claims)) + "\\n")
    (STORE / "registered").write_text(Registrations(begun=now(), registrations=tuple(several)).text())

def load():
    values = np.arange(6.0) / 10
    arrays = {name: ("persona", values) for name in ("cosine", "source_rate")}
    data = xr.Dataset(arrays, coords={"persona": list("abcdef")})
    kept = {"registration": (STORE / "registered").read_text()}
    return pytest_claims.Measurement(name="m@live", data=data, provenance=kept)

def pytest_claims_subjects():
    return [pytest_claims.Subject(name="m@live", load=load, recorded=False, register=register)]
"""


class Finding:
    """A finding in a folder of its own."""

    def __init__(self, pytester):
        self.pytester, self.folder = pytester, pytester.mkdir("claims") / "tuning"
        self.folder.mkdir()
        self.file = self.folder / "registration.json"
        self.write(CLAIMS)
        self.declare(FINDING)
        (self.folder / "made.csv").write_text("\n".join([HEADER, *ROWS]) + "\n")

    def write(self, text):
        (self.folder / "test_tuning.py").write_text(text)

    def declare(self, text):
        (self.folder / "finding.toml").write_text(text)

    def register(self, date="2020-05-01T00:00:00Z"):
        """Register the claims, as if it were then; what the command says of it."""
        registrar = Registrar()
        self.pytester.inline_run("claims", "--collect-only", "-q", "-p", "no:cacheprovider", plugins=[registrar])
        ((finding, registration),) = registrar.registrations
        return added(finding, registration.model_copy(update={"written": date}))[0]

    def judge(self, *options):
        return self.pytester.runpytest_inprocess("claims", *JUDGING, *options)

    def words(self):
        """The word beside the verdict of each claim."""
        self.judge()
        return words_in(self.pytester.path / "made.xml")


def words_in(file):
    cases = ET.parse(file).iter("testcase")
    found = [{one.get("name"): one.get("value") for one in case.iter("property")} for case in cases]
    return {one["claim"]: one["registered"] for one in found}


@pytest.fixture
def finding(pytester):
    return Finding(pytester)


def test_command_registers_before_there_are_data(finding, pytester):
    (finding.folder / "made.csv").unlink()
    result = pytester.run(sys.executable, "-c", COMMAND)
    assert result.outlines[0] == "claims/tuning/registration.json: 1 claim registered"
    assert result.outlines[1].startswith("Commit it before data are collected")
    (registration,) = read_registrations(finding.file).registrations
    assert (list(registration.claims), registration.finding, registration.whole) == (["matters"], "tuning", True)


def test_command_says_what_is_wrong(finding, pytester):
    finding.write("import none_such_module\n")
    result = pytester.run(sys.executable, "-c", COMMAND)
    assert result.ret == pytest.ExitCode.INTERRUPTED
    assert "No module named 'none_such_module'" in result.stderr.str()
    with pytest.raises(InputError, match="no folder 'nowhere'; give that of a finding"):
        register(["nowhere"])


def test_what_is_new_or_changed_is_added_and_nothing_else_is_touched(finding):
    file = "claims/tuning/registration.json"
    assert finding.register() == [f"{file}: 1 claim registered"]
    (first,) = read_registrations(finding.file).registrations
    assert finding.register("2020-05-02T00:00:00Z") == [f"{file}: nothing to add, 1 claim as registered"]
    finding.write(CLAIMS.replace("0.05", "0.01") + MORE)
    said = finding.register("2020-05-03T00:00:00Z")
    assert said == [f"{file}: 1 claim registered, 1 claim registered anew (matters)"]
    again = read_registrations(finding.file).registrations
    assert again[0] == first
    assert [(one.written[:10], list(one.claims)) for one in again[1:]] == [("2020-05-03", ["matters", "more"])]
    finding.write(CLAIMS.replace("0.05", "0.01"))
    said = finding.register("2020-05-04T00:00:00Z")
    assert said[0] == f"{file}: registered before, and not there any more: more"


def test_each_set_of_values_is_registered_and_a_part_of_a_finding_is_called_that(finding, pytester):
    values = "@__import__('pytest').mark.parametrize('least', [1, 2])\n@claim"
    finding.write(CLAIMS.replace("@claim", values).replace("(table)", "(table, least)"))
    found = []
    for where in ("claims", "claims/tuning/test_tuning.py"):
        registrar = Registrar()
        pytester.inline_run(where, "--collect-only", "-q", plugins=[registrar])
        found += [one for _, one in registrar.registrations]
    assert [list(one.claims) for one in found] == [["matters[1]", "matters[2]"]] * 2
    assert [one.whole for one in found] == [True, False]
    assert found[0].claims == found[1].claims


def test_word_stands_beside_the_verdict(finding, pytester):
    finding.register()
    finding.write(CLAIMS + MORE)
    result = pytester.runpytest_inprocess("claims", "--claims-robustness=none", "-v")
    said = "made: of 2 claims 1 was registered before its data were collected, 1 is after the fact (more)"
    assert f"registered: {said}" in " ".join(line.strip() for line in result.outlines)
    assert f"*registered*: {said}" in (pytester.path / "reports" / "claims.md").read_text()
    record = read_record(pytester.path / "reports" / "claims.json")
    assert [(one.claim.id, one.registered.word) for one in record.verdicts] == [
        ("matters", "registered"), ("more", "after the fact"),
    ]  # fmt: skip
    assert record.verdicts[1].registered == Standing(
        word="after the fact", registered="2020-05-01T00:00:00Z", begun="2020-06-01T12:00:00Z", why="new"
    )
    view = claim_view(record, "more", lambda subject: 0).subjects[0]
    assert (view.registered, view.registration[:16]) == ("after the fact", "after the fact: ")
    assert subject_view(record.subjects[0], "", None, verdicts=record.verdicts).registered == said.removeprefix(
        "made: "
    )


def test_claim_that_changed_since_is_after_the_fact_and_one_that_only_looks_otherwise_is_not(finding):
    finding.register()
    finding.write(CLAIMS.replace('"""\n    assert', '"""\n    # a comment\n    assert'))
    assert finding.words() == {"matters": "registered"}
    finding.write(CLAIMS.replace("LIMIT = 0.05", "LIMIT = 0.5"))
    assert finding.words() == {"matters": "after the fact"}


def test_what_the_finding_declares_of_tables_counts_and_what_it_says_does_not(finding):
    finding.register()
    finding.declare(FINDING.replace("Made up", "Made up anew"))
    assert finding.words() == {"matters": "registered"}
    finding.declare(f"{FINDING}\n[[drop]]\nwhere = {{ persona = 'a' }}\nbecause = 'it spoils the result'\n")
    assert finding.words() == {"matters": "after the fact"}


@pytest.mark.parametrize(
    ("was", "new"),
    [("collected = 2020-06-01T12:00:00Z", ""), ("2020-06-01T12:00:00Z", "2020-05-01"), ("2020-06-01", "2020-04-01")],
)
def test_registration_that_was_not_written_before_the_data_says_nothing(was, new, finding):
    finding.register("2020-05-01T08:00:00Z")
    finding.declare(FINDING.replace(was, new))
    assert finding.words() == {"matters": "unknown"}


def test_what_is_unknown_of_all_is_said_once(finding):
    told = [line for line in finding.judge("-v").outlines if "registered" in line]
    assert told == ["registered: whether claims were registered before data were collected is unknown"]


def test_collected_is_a_date(finding):
    finding.declare(FINDING.replace("2020-06-01T12:00:00Z", '"in June"'))
    result = finding.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "tuning/finding.toml: collected is 'in June', wanted a date" in result.stderr.str()


def test_broken_registration_is_a_usage_error(finding):
    finding.file.write_text("{")
    result = finding.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert "registration.json cannot be read as a registration" in result.stderr.str()


@pytest.mark.parametrize("options", [["-p", "no:xdist", "-k", "matters"], ["-n1"]])
def test_live_subject_hears_all_claims_before_it_is_measured(options, pytester):
    pytester.makeconftest(LIVE)
    pytester.makepyfile(test_made_live=CLAIMS + MORE)
    pytester.path.joinpath("finding.toml").write_text(FINDING.replace('data = "made.csv"\n', ""))
    result = pytester.runpytest_inprocess(*JUDGING, *options)
    assert result.ret == 0
    assert (pytester.path / "store" / "heard").read_text() == "matters,more\n"
    assert set(words_in(pytester.path / "made.xml").values()) == {"registered"}


def test_nobody_is_asked_to_keep_anything_where_claims_are_only_shown(pytester):
    pytester.makeconftest(LIVE)
    pytester.makepyfile(test_made_live=CLAIMS)
    pytester.runpytest_inprocess("--collect-only", "-q").stdout.fnmatch_lines(["*matters:m@live*"])
    assert not (pytester.path / "store").exists()


def test_page_of_findings_says_it_of_each_subject(finding, pytester):
    finding.register()
    (finding.folder / "old.csv").write_text((finding.folder / "made.csv").read_text())
    declared = FINDING.replace('"made.csv"', '["made.csv", "old.csv"]').replace(
        "2020-06-01T12:00:00Z", "{ made = 2020-06-01 }"
    )
    finding.declare(declared)
    pytester.runpytest_inprocess("claims", "--claims-robustness=none", "--claims-no-report", "--claims-findings=F.md")
    page = (pytester.path / "F.md").read_text().splitlines()
    assert "- *registered*: made: 1 was registered before its data were collected." in page
    assert "- *registered*: old: whether claims were registered before data were collected is unknown." in page


def test_exploratory_claim_is_after_the_fact_unless_it_was_registered_before_its_data(finding):
    finding.write(CLAIMS.replace('source="nowhere"', 'source="nowhere", exploratory=True'))
    assert finding.words() == {"matters": "after the fact"}
    finding.register()
    assert finding.words() == {"matters": "registered"}


def test_data_that_are_said_to_come_later_say_nothing_of_when_they_came(finding):
    finding.register()
    finding.declare(FINDING.replace("2020-06-01T12:00:00Z", "2999-06-01"))
    assert finding.words() == {"matters": "unknown"}
