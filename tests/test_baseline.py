"""A baseline looks at all that it keeps: verdicts, numbers, data, and what was not asked."""

import json

import pytest
from court import OTHER, ROWS, saved

from pytest_claims.base.errors import InputError
from pytest_claims.verdicts.baseline import read_baseline, write_baseline
from pytest_claims.verdicts.known import Baseline, Known, KnownSubject
from pytest_claims.words.apart import apart


@pytest.fixture
def court(pytester):
    return saved(pytester)


@pytest.fixture
def baseline(court):
    return court.path / "reports" / "baseline.json"


def edit(baseline, **changes):
    content = json.loads(baseline.read_text())
    content["verdicts"]["cosine-matters"]["made"] |= changes
    baseline.write_text(json.dumps(content))


def test_unchanged_run_says_nothing_of_the_baseline(court):
    result = court.judge()
    result.assert_outcomes(passed=2)
    assert result.ret == 0
    result.stdout.no_fnmatch_line("*ERROR*")


def test_changed_data_are_named_though_no_verdict_changes(court):
    """A column replaced by 0.5x + 0.3 passed: no correlation sees it."""
    halved = [f"{name},{x},{0.5 * float(rate) + 0.3}" for name, x, rate in (row.split(",") for row in ROWS)]
    court.table(halved)
    result = court.judge()
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [
            "data: made: a: source_rate 0.1, now 0.35; b: source_rate 0.22, now 0.41; c:*",
            "*and 3 rows more; 6 of 6 in source_rate",
            "why: made: one thing differs: the data",
            "ERROR: the data of made are not those on record; restore them, or accept them with --claims-save",
        ]
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"p": 0.01}, "its p was 0.01, is *"),
        ({"n": 7}, "its n was 7, is 6"),
        ({"estimate": 0.5}, "its estimate was 0.5, is *; the estimate moved by * standard errors"),
        ({"estimate": 0.9966}, "its estimate was 0.9966, is 0.99*"),
        ({"p": None, "n": 5}, "its p was none, is * and its n was 5, is 6"),
    ],
)
def test_changed_number_fails_and_is_named(court, baseline, changes, words):
    edit(baseline, **changes)
    result = court.judge()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines([f"cosine-matters on made is still held, but {words}"])


def test_numbers_of_a_live_subject_are_not_compared(court, baseline):
    edit(baseline, p=0.01, n=7, data="0" * 64, recorded=False)
    assert court.judge().ret == 0


def test_claim_that_is_on_record_and_was_not_asked_is_named(court):
    """Deleting a file of claims passed."""
    (court.path / "test_other.py").unlink()
    result = court.judge()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["ERROR: another-claim is on record for made and was not asked; restore it, or *"])


def test_no_claim_at_all_is_named(court):
    (court.path / "test_other.py").unlink()
    (court.path / "test_claims.py").unlink()
    result = court.judge()
    assert result.ret != 0
    result.stdout.fnmatch_lines(["ERROR: another-claim *", "ERROR: cosine-matters *"])


def test_subject_that_is_on_record_and_is_not_there_is_named(court):
    court.table(ROWS, name="another")
    result = court.pytester.runpytest_inprocess("--claims-measurement=another.csv")
    result.stdout.fnmatch_lines(["ERROR: cosine-matters is on record for made and was not asked*"])


@pytest.mark.parametrize("mark", ["skip(reason='later')", "skipif(True, reason='later')"])
def test_claim_that_is_skipped_was_not_asked(court, mark):
    court.claims(OTHER.replace("@claim", f"import pytest\n@pytest.mark.{mark}\n@claim"), "test_other")
    result = court.judge()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["ERROR: another-claim is on record for made and was not asked*"])


def test_files_that_the_configuration_names_are_a_whole_run(court):
    court.pytester.makeini("[pytest]\ntestpaths = test_*.py\n")
    assert court.judge().ret == 0
    (court.path / "test_other.py").unlink()
    court.judge().stdout.fnmatch_lines(["ERROR: another-claim is on record for made and was not asked*"])


@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_deselection_by_others_is_a_run_of_part(court, workers):
    court.claims(
        """
        def pytest_collection_modifyitems(config, items):
            gone = [item for item in items if "other" in item.nodeid]
            config.hook.pytest_deselected(items=gone)
            items[:] = [item for item in items if item not in gone]
        """,
        "conftest",
    )
    result = court.judge(*workers)
    assert result.ret == 0
    result.stdout.no_fnmatch_line("ERROR*")


def test_broken_baseline_is_written_anew_by_a_whole_run_alone(court, baseline):
    """The command that its message names ended in a traceback."""
    baseline.write_text("{")
    assert court.judge("--claims-save", "-k", "cosine").ret == pytest.ExitCode.USAGE_ERROR
    result = court.judge("--claims-save")
    result.stdout.fnmatch_lines(["written anew: *baseline.json cannot be read as a baseline*"])
    assert set(json.loads(baseline.read_text())["verdicts"]) == {"another-claim", "cosine-matters"}


@pytest.mark.parametrize("options", [["-k", "cosine"], ["test_claims.py"], ["-x"], ["--collect-only"], ["elsewhere"]])
def test_run_that_leaves_claims_out_names_none(court, options):
    (court.path / "elsewhere").mkdir()
    court.pytester.makepyfile(**{"elsewhere/test_no_claim": "def test_it():\n    assert True\n"})
    if options == ["-x"]:
        court.pytester.makepyfile(test_aaa="def test_it():\n    assert False\n")
    result = court.judge(*options)
    result.stdout.no_fnmatch_line("ERROR: *")


def test_bug_in_a_claim_is_no_claim_that_was_not_asked(court):
    court.claims(OTHER.replace("estimate.p <", "estimate.q <"), "test_other")
    result = court.judge()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.no_fnmatch_line("ERROR: *was not asked*")


def test_saving_a_run_of_part_keeps_the_rest(court, baseline):
    court.judge("--claims-save", "-k", "cosine")
    assert set(json.loads(baseline.read_text())["verdicts"]) == {"another-claim", "cosine-matters"}


def test_saving_a_whole_run_takes_off_the_record_what_is_gone(court, baseline):
    (court.path / "test_other.py").unlink()
    result = court.judge("--claims-save")
    result.stdout.fnmatch_lines(["taken off the record: another-claim on made"])
    assert set(json.loads(baseline.read_text())["verdicts"]) == {"cosine-matters"}
    assert court.judge().ret == 0


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"ruling": "hled"},
            "ruling is 'hled', wanted 'held', 'contradicted', 'failed', 'inconclusive' or ",
        ),
        ({"outcome": "held"}, "unknown key 'outcome'"),
        ({"robustness": "firm"}, "robustness is 'firm'"),
        ({"p": 1.5}, "p is 1.5"),
        ({"n": -1}, "n is -1"),
        ({"data": "abc"}, "data is 'abc', wanted a sha256 in hex, of 64 digits; write it anew with pytest claims/"),
        ({"estimate": float("nan")}, "estimate is nan, wanted a finite number; write it anew with pytest claims/"),
        ({"estimate": float("-inf")}, "estimate is -inf, wanted a finite number"),
        ({"robustness": "clear"}, "robustness is 'clear', wanted 'robust', 'fragile', 'uninformative'"),
        (
            {"ruling": "contradicted", "robustness": "uninformative"},
            "robustness is 'uninformative', wanted robust or fragile or untested of a claim that is contradicted",
        ),
        ({"ruling": "undecided", "robustness": "fragile"}, "robustness is 'fragile', wanted untested of a claim that"),
        ({"ruling": "inconclusive"}, "robustness is 'robust', wanted untested of a claim that is inconclusive"),
        ({"file": "/etc/test_a.py"}, "file is '/etc/test_a.py', wanted a path from the root of the project, and below"),
        ({"file": "claims/../../test_a.py"}, "file is 'claims/../../test_a.py', wanted a path from the root of the"),
        ({"file": "..\\test_a.py"}, "file is *, wanted a path from the root of the project"),
        ({"file": "C:\\test_a.py"}, "file is *, wanted a path from the root of the project"),
        ({"recorded": "yes"}, "recorded is 'yes'"),
        ({"estimat": 0.5}, "unknown key 'estimat'; did you mean 'estimate'?"),
    ],
)
def test_baseline_that_holds_something_else_is_a_usage_error(court, baseline, changes, message):
    """A ruling of 'hled' was accepted."""
    edit(baseline, **changes)
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: *baseline.json: verdicts: cosine-matters: made: {message}*"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as a baseline"),
        ('{"format": 9}', "has format 9, wanted 4"),
        ('{"format": true, "verdicts": {}}', "has format True, wanted 4"),
        ('{"format": 2.0, "verdicts": {}}', "has format 2.0, wanted 4"),
        ('{"format": 4.0, "verdicts": {}}', "has format 4.0, wanted 4"),
        (
            '{"format": 2, "verdicts": {}, "verdicts": {}}',
            r"cannot be read as a baseline \('verdicts' appears more than once\)",
        ),
        ("[" * 200_000, r"cannot be read as a baseline \(.*recursion"),
        ("[]", r"content is \[\], wanted a table"),
        ('{"format": 2}', "no 'verdicts': have format"),
        ('{"format": 3}', "no 'verdicts': have format"),
        ('{"format": 4, "verdicts": {}}', "no 'subjects': have format"),
        ('{"format": 2, "verdict": {}}', "unknown key 'verdict'; did you mean 'verdicts'"),
    ],
)
def test_file_that_is_no_baseline_of_ours(tmp_path, text, message):
    (tmp_path / "baseline.json").write_text(text)
    with pytest.raises(InputError, match=f"{message}.*; write it anew with pytest claims/ --claims-save"):
        read_baseline(tmp_path / "baseline.json")


def test_date_stays_where_only_the_file_of_a_claim_changed(court, baseline):
    edit(baseline, date="2026-01-01")
    (court.path / "test_claims.py").rename(court.path / "test_moved.py")
    court.judge("--claims-save")
    entry = json.loads(baseline.read_text())["verdicts"]["cosine-matters"]["made"]
    assert (entry["date"], entry["file"]) == ("2026-01-01", "test_moved.py")


ONE = Known(
    ruling="held",
    robustness="robust",
    symbol="r",
    estimate=1.0,
    error=0.5,
    p=None,
    alpha=0.05,
    n=6,
    data="0" * 64,
    recorded=True,
    date="2026-11-26",
    file="claims/test_a.py",
    code="1" * 64,
)
SUBJECT = KnownSubject(
    sha256="0" * 64,
    recorded=True,
    declared="2" * 64,
    versions={"python": "3.11"},
    provenance={"model": "m"},
    rows=("a", "b", "b"),
    columns={"x": (0.5, None, 1.0), "y": (1e300, 2.0, -0.0)},
)
LARGE = KnownSubject(sha256="0" * 64, recorded=False, hashes={"x": "abc"})


@pytest.mark.parametrize("subject", [SUBJECT, LARGE])
def test_baseline_file_round_trip(tmp_path, subject):
    baseline = Baseline(verdicts={("a", "made"): ONE}, subjects={("a finding", "made"): subject})
    write_baseline(baseline, tmp_path / "baseline.json")
    assert read_baseline(tmp_path / "baseline.json") == baseline


def test_row_of_a_table_is_a_line_of_the_file_so_that_a_changed_cell_is_a_small_diff(tmp_path):
    baseline = Baseline(verdicts={("a", "made"): ONE}, subjects={("", "made"): SUBJECT})
    write_baseline(baseline, tmp_path / "baseline.json")
    assert '["a", 0.5, 1e+300],\n' in (tmp_path / "baseline.json").read_text()


@pytest.mark.parametrize(
    "rows", [[["a", 0.5]], [["a", 0.5, 1.0, 2.0]], [[1.0, 0.5, 1.0]], [["a", "b", "c", "d"]], ["a"]]
)
def test_rows_that_do_not_go_with_their_columns_are_refused(court, baseline, rows):
    content = json.loads(baseline.read_text())
    content["subjects"][""]["made"]["rows"] = rows
    baseline.write_text(json.dumps(content))
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *baseline.json: subjects: *made: rows*; write it anew with pytest claims/*"])


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (0.99812, 0.99814, ("0.99812", "0.99814")),
        (0.5, 0.25, ("0.5", "0.25")),
        (1 / 3, 1 / 3, ("0.3333", "0.3333")),
        (123456, 123457, ("123456", "123457")),
        (None, 0.12344, ("none", "0.1234")),
        (0.1 + 0.2, 0.3, ("0.30000000000000004", "0.29999999999999999")),
    ],
)
def test_numbers_that_differ_look_different(before, after, words):
    """'was 0.9981, is 0.9981' was said."""
    assert apart(before, after) == words
