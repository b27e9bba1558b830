"""Baselines of older formats: they are read, held against what their words could say, and written anew."""

import json

import pytest
from court import CLAIM, ROWS, saved


@pytest.fixture
def court(pytester):
    return saved(pytester)


@pytest.fixture
def baseline(court):
    return court.path / "reports" / "baseline.json"


def older(baseline, format_, **changes):
    """The same baseline as an older format had it, with the claim on cosines changed."""
    content = json.loads(baseline.read_text())
    del content["subjects"]
    for entries in content["verdicts"].values():
        for entry in entries.values():
            for name in ("symbol", "error", "alpha", "code"):
                del entry[name]
            if format_ < 3:
                entry["outcome"] = entry.pop("ruling")
            if format_ == 1:
                del entry["file"]
    content["verdicts"]["cosine-matters"]["made"] |= changes
    baseline.write_text(json.dumps({**content, "format": format_}))


def test_baseline_of_format_1_is_read(court, baseline):
    older(baseline, 1)
    assert court.judge().ret == 0
    (court.path / "test_other.py").unlink()
    court.judge().stdout.fnmatch_lines(["ERROR: another-claim is on record*"])
    court.judge("elsewhere").stdout.no_fnmatch_line("ERROR: another-claim*")


def test_baseline_of_format_1_misses_nothing_in_a_folder_below(court, baseline):
    """It does not say where a claim stands: --claims-save of a folder took off the record what stands beside it."""
    older(baseline, 1)
    (court.path / "below").mkdir()
    (court.path / "test_other.py").rename(court.path / "below" / "test_other.py")
    result = court.judge("below")
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("ERROR: *")
    court.judge("below", "--claims-save")
    assert set(json.loads(baseline.read_text())["verdicts"]) == {"another-claim", "cosine-matters"}


@pytest.mark.parametrize("word", ["clear", "fragile", "underpowered", "untested"])
def test_baseline_of_format_2_is_read_and_told_and_written_anew(court, baseline, word):
    """Its words were others: what failed may be inconclusive by now, without a claim having changed."""
    court.claims(CLAIM.replace("< 0.05", "< 1e-9"))
    older(baseline, 2, outcome="failed", robustness=word, date="2026-01-01")
    result = court.judge()
    assert result.ret == 0
    result.assert_outcomes(passed=1, skipped=1)
    result.stdout.fnmatch_lines(["NOTICE: *baseline.json is of an older format*--claims-save writes it anew"])
    court.judge("--claims-save").stdout.no_fnmatch_line("NOTICE*")
    content = json.loads(baseline.read_text())
    entry = content["verdicts"]["cosine-matters"]["made"]
    assert (content["format"], entry["ruling"], entry["robustness"]) == (4, "inconclusive", "untested")
    assert entry["date"] == "2026-01-01"


def test_baseline_of_format_3_is_read_and_its_numbers_and_data_compared(court, baseline):
    older(baseline, 3)
    assert court.judge().ret == 0
    older_p = json.loads(baseline.read_text())
    older_p["verdicts"]["cosine-matters"]["made"]["p"] = 0.01
    baseline.write_text(json.dumps(older_p))
    court.judge().stdout.fnmatch_lines(["cosine-matters on made is still held, but its p was 0.01, is *"])
    court.table([row.replace("0.29", "0.28") for row in ROWS])
    result = court.judge()
    result.stdout.fnmatch_lines(["data: made: sha256 was *, is *", "why: made: the record is of an older format*"])
    court.judge("--claims-save")
    assert json.loads(baseline.read_text())["format"] == 4
    assert court.judge().ret == 0


def test_claim_that_an_older_baseline_knows_as_failed_and_that_holds_is_a_change(court, baseline):
    older(baseline, 2, outcome="failed", robustness="clear")
    result = court.judge()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["cosine-matters on made was failed*is held*"])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"robustness": "clear"},
            "robustness is 'clear', wanted robust or fragile or untested of a claim that is",
        ),
        ({"outcome": "failed", "robustness": "robust"}, "robustness is 'robust', wanted clear or fragile or underpow"),
        ({"outcome": "contradicted"}, "outcome is 'contradicted', wanted 'held', 'failed' or 'undecided'"),
        ({"robustness": "uninformative"}, "robustness is 'uninformative', wanted 'robust', 'clear', "),
        ({"ruling": "held"}, "unknown key 'ruling'"),
    ],
)
def test_baseline_of_an_older_format_holds_what_that_format_could_say(court, baseline, changes, message):
    older(baseline, 2, **changes)
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *baseline.json: verdicts: cosine-matters: made: {message}*"])
