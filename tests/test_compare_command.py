"""The command `pytest-claims compare`: two records, what changed, and an exit status for CI."""

import shutil

import pytest
from court import CLAIM, FLAT, ROWS, Court

from pytest_claims.compare_command import compare


@pytest.fixture
def court(pytester):
    return Court(pytester)


def kept(court, name):
    """The record of a run, under another name."""
    court.judge("--claims-no-baseline")
    return shutil.copy(court.path / "reports" / "claims.json", court.path / name)


@pytest.fixture
def said(capsys):
    """The exit status of a comparison, and what it prints."""

    def run(*arguments):
        capsys.readouterr()
        return compare(arguments), capsys.readouterr().out

    return run


def test_same_record_is_unchanged(court, said):
    kept(court, "a.json")
    assert said("a.json", str(court.path / "reports")) == (0, "1 verdict of 1 unchanged\n")


def test_verdict_that_changed_is_a_failure_in_either_direction(court, said):
    kept(court, "a.json")
    court.table(FLAT)
    kept(court, "b.json")
    for before, after, was in (("a", "b", "held, robust"), ("b", "a", "inconclusive")):
        status, out = said(f"{before}.json", f"{after}.json")
        assert status == 1
        assert out.startswith(f"moved: cosine-matters on made was {was}")
        assert "\ndata: made: " in out
        assert "\nwhy: made: one thing differs: the data\n" in out
        assert out.endswith("\n0 verdicts of 1 unchanged\n")


def test_number_of_recorded_data_that_changed_is_named(court, said):
    kept(court, "a.json")
    court.table([*ROWS[:-1], "f,0.6,0.60"])
    kept(court, "b.json")
    status, out = said("a.json", "b.json")
    assert status == 1
    assert "changed: cosine-matters on made is still held, but its estimate was 0.9981, is 0.9985" in out


def test_claim_of_one_record_alone_is_named_and_a_missing_one_is_a_failure(court, said):
    kept(court, "a.json")
    court.claims(CLAIM.replace("cosine-matters", "another-claim").replace("test_cosine", "test_other"), "test_other")
    kept(court, "b.json")
    new, missing = (f"{what} in the later one: another-claim on made" for what in ("new", "missing"))
    assert said("a.json", "b.json") == (0, f"{new}\n1 verdict of 1 unchanged\n")
    assert said("b.json", "a.json") == (1, f"{missing}\n1 verdict of 2 unchanged\n")


def test_what_is_no_record_is_no_change(court, tmp_path, capsys):
    kept(court, "a.json")
    for arguments in (["a.json", str(tmp_path)], ["a.json", "a.json", "--fail=all"]):
        assert compare(arguments) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["pytest-claims compare"] * 2
