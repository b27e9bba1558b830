"""Two findings, each with a live subject of its own, and both of one name: neither is taken for the other."""

import re

import court as _imported  # noqa: F401  what it imports, runs within this process would forget
import pytest
from opened import opened

from pytest_claims.data.registration import read_registrations
from pytest_claims.verdicts.record import read_record

TOML = 'title = "{name}"\nsource = "made up"\n[units]\nitem = {{}}\n[measured]\nscore = {{}}\n'
CLAIM = '''
import numpy as np
from pytest_claims import claim, pearson

@claim("{name}-above", source="made up")
def test_it(table):
    """Scores are above 0."""
    assert table["score"].min() > {low}
'''
CONFTEST = """
import functools
import pathlib
import xarray as xr
from pytest_claims import Measurement, Subject, recorded_in
from pytest_claims.data.registration import Registrations, now

HERE = pathlib.Path(__file__).parent

def load(finding, low):
    with (HERE / f"{finding}.measured").open("a") as stream:
        stream.write("once ")
    data = xr.Dataset({"score": ("item", [low + 1.0, low + 2.0, low + 3.0])}, coords={"item": list("abc")})
    kept = {"registration": (HERE / f"{finding}.json").read_text(), "measured for": finding}
    return Measurement(name="tiny@pocket", data=data, provenance=kept)

def register(finding, several):
    (HERE / f"{finding}.json").write_text(Registrations(begun=now(), registrations=tuple(several)).text())

def live(finding, low):
    return Subject(
        name="tiny@pocket",
        load=functools.cache(functools.partial(load, finding, low)),
        recorded=False,
        finding=finding,
        register=functools.partial(register, finding),
        beside=lambda: HERE / finding,
    )

def pytest_claims_subjects():
    recorded = [one for name in NAMES for one in recorded_in(HERE / "recorded" / name, finding=name)]
    return [*([live("alpha", 10), live("beta", 20)] if LIVE else []), *recorded]
"""
VIEWS = """
from pytest_claims.views import Reply

def replies(subject):
    own = subject.measurement.provenance.get("measured for", "nobody")
    yield Reply(condition="all", prompt="?", text=f"{subject.folder.name} {own}", speaks="for")
"""
LOWS = {"alpha": 10, "beta": 20}


class Both:
    """Findings ``alpha``, whose scores are above 10, and ``beta``, whose scores are above 20."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester, self.path = pytester, pytester.path
        for name, low in LOWS.items():
            folder = self.path / "claims" / name
            folder.mkdir(parents=True)
            (self.path / name).mkdir()
            (self.path / "recorded" / name).mkdir(parents=True)
            (folder / "finding.toml").write_text(TOML.format(name=name))
            (folder / f"test_{name}.py").write_text(CLAIM.format(name=name, low=low))
            (folder / "views.py").write_text(VIEWS)
        self.offer()

    def offer(self, *, live: bool = True) -> None:
        (self.path / "conftest.py").write_text(f"LIVE, NAMES = {live}, ['alpha', 'beta']\n{CONFTEST}")

    def record_data(self, name: str, low: int) -> None:
        rows = "".join(f"{item},{low + 1}\n" for item in "abc")
        (self.path / "recorded" / name / "tiny@pocket.csv").write_text(f"item,score\n{rows}")

    def judge(self, *options: str, claims: str = "claims") -> pytest.RunResult:
        return self.pytester.runpytest_inprocess(claims, "--claims-robustness=none", *options)

    @property
    def record(self):
        return read_record(self.path / "reports" / "claims.json")


@pytest.fixture
def both(pytester):
    return Both(pytester)


@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_each_claim_sees_the_live_subject_of_its_own_finding(both, workers):
    both.judge(*workers).assert_outcomes(passed=2)
    record = both.record
    assert {one.finding: one.columns["score"][0] for one in record.subjects} == {"alpha": 11.0, "beta": 21.0}
    assert all(one.provenance["measured for"] == one.finding for one in record.subjects)
    assert record.matrix == {f"{name}-above": {"tiny@pocket": "held, robust"} for name in LOWS}
    if not workers:
        assert {name: (both.path / f"{name}.measured").read_text() for name in LOWS} == dict.fromkeys(LOWS, "once ")


def test_each_keeps_what_the_claims_of_its_own_finding_say(both):
    both.judge("-v")
    for name in LOWS:
        (one,) = read_registrations(both.path / f"{name}.json").registrations
        assert (one.finding, list(one.claims)) == (name, [f"{name}-above"])
    assert [one.registered.word for one in both.record.verdicts] == ["registered", "registered"]


def test_each_has_a_view_of_its_own_with_its_own_data(both):
    both.judge()
    parts = opened((both.path / "reports" / "index.html").read_text())
    for name in LOWS:
        html = parts[f"subject={name}%2Ftiny%40pocket"]["html"]
        assert f"{name} {name}" in html
    comment = (both.path / "reports" / "claims.md").read_text()
    parts = re.split("^## ", comment, flags=re.MULTILINE)
    assert [part.count("tiny@pocket") > 0 for part in parts[1:3]] == [True, True]


def test_recorded_subject_of_one_finding_is_not_held_against_the_live_one_of_another(both):
    """Nor does the live one of another finding stay out of a baseline for its sake."""
    both.record_data("alpha", 10)
    both.offer(live=False)
    both.judge("--claims-save", claims="claims/alpha").assert_outcomes(passed=1)
    both.offer()
    result = both.judge("--claims-save=second", "--claims-compare")
    result.assert_outcomes(passed=2)
    repeated = {one.finding: one.repetition is not None for one in both.record.verdicts}
    assert repeated == {"alpha": True, "beta": False}
    result = both.judge("--claims-save")
    result.stdout.fnmatch_lines(["stays on record: tiny@pocket, of recorded data; a live measurement does not *"])
    (baseline,) = both.path.rglob("*baseline*.json")
    text = baseline.read_text()
    assert ('"beta-above"' in text, '"alpha-above"' in text) == (True, True)


def test_subject_is_new_to_its_own_finding(both):
    """Though another finding has one of this name on record."""
    both.record_data("alpha", 10)
    both.record_data("beta", 20)
    (both.path / "recorded" / "beta" / "tiny@pocket.csv").rename(both.path / "recorded" / "beta" / "other.csv")
    both.offer(live=False)
    both.judge("--claims-save").assert_outcomes(passed=2)
    both.offer()
    both.judge().stdout.fnmatch_lines(["new subject: tiny@pocket*"])
