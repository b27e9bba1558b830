"""Which tests a run has: a claim is found by its id, and one without a subject is refused."""

import pytest
from court import CLAIM, ROWS, Court

OTHER = CLAIM.replace("cosine-matters", "sine-matters").replace("test_cosine", "test_sine")


@pytest.fixture
def court(pytester):
    court = Court(pytester)
    court.claims(OTHER, "test_other")
    return court


def test_claim_is_found_by_its_id_and_shown_by_it(court):
    result = court.judge("-k", "cosine-matters", "-v")
    result.assert_outcomes(passed=1, deselected=1)
    result.stdout.fnmatch_lines(["test_claims.py::test_cosine[[]cosine-matters:made[]] PASSED*"])
    court.judge("test_claims.py::test_cosine[cosine-matters:made]").assert_outcomes(passed=1)


@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_word_that_selects_no_claim_is_answered_with_the_nearest(court, workers):
    result = court.judge("-k", "cosine-mattrs and not x", *workers)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.fnmatch_lines(["-k 'cosine-mattrs and not x' selects none of 2 claims; did you mean cosine-matters?"])


def test_word_that_selects_some_claim_is_not_answered(court):
    court.judge("-k", "sine-matters").stdout.no_fnmatch_line("*did you mean*")


@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_no_subject_is_a_usage_error(court, workers):
    """It was a skip, and exit status 0."""
    result = court.pytester.runpytest_inprocess(*workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.strip()]
    assert line.startswith("ERROR: there are 2 claims and no subject to judge them on; declare one in data of a ")
    assert "pytest_claims_subjects" in line


@pytest.mark.parametrize("option", ["--collect-only", "--fixtures", "--fixtures-per-test"])
def test_claims_are_shown_without_a_subject(court, option):
    assert court.pytester.runpytest_inprocess(option).ret == 0


def test_no_subject_matters_to_claims_alone(court):
    court.claims("def test_it(): pass")
    court.claims("def test_it(): pass", "test_other")
    assert court.pytester.runpytest_inprocess("--claims-subject=any").ret == 0


REPEATS = """
import pytest
@pytest.hookimpl({how})
def pytest_generate_tests(metafunc):
    metafunc.fixturenames.append("step")
    metafunc.parametrize("step", [0, 1], indirect=True, ids=["1-2", "2-2"])
@pytest.fixture
def step(request):
    return request.param
"""


@pytest.mark.parametrize("how", ["trylast=True", "", "tryfirst=True"])
def test_claim_that_another_plugin_repeats_is_one_claim(court, how):
    """Its repeats were claims of their own, which no baseline knew."""
    above = "@pytest.mark.parametrize('least', [0.5, 1])\n@pytest.mark.parametrize('unit', ['a'], ids=['x'])"
    court.body(
        "assert pearson(table['cosine'], table['source_rate']).r > least", above=above, arguments="table, least, unit"
    )
    court.judge("--claims-save")
    places = {"made-up[x-0.5]": "held, robust", "made-up[x-1]": "contradicted, robust", "sine-matters": "held, robust"}
    assert court.verdicts == places
    court.pytester.makeconftest(REPEATS.format(how=how))
    result = court.judge()
    result.assert_outcomes(passed=4, xfailed=2)
    assert result.ret == 0
    assert court.verdicts == places


def test_error_of_a_test_that_is_run_again_is_told_again(court):
    """The last run, which counts, said 'see above', and there was nothing."""
    court.body("table['cosine']", "assert table.none_such")
    court.pytester.makeconftest(
        """
        from _pytest.runner import runtestprotocol
        def pytest_runtest_protocol(item, nextitem):
            for outcome in ("rerun", None):
                for report in runtestprotocol(item, nextitem=nextitem, log=False):
                    report.outcome = outcome if outcome and report.failed else report.outcome
                    item.ihook.pytest_runtest_logreport(report=report)
            return True
        """
    )
    result = court.judge("test_claims.py")
    result.stdout.fnmatch_lines(["E*AttributeError*none_such*"])
    result.stdout.no_fnmatch_line("*as above*")


def test_every_hook_may_be_implemented(court):
    court.pytester.makeconftest(
        "def pytest_claims_subjects(config): return []\ndef pytest_claims_table(measurement, design): return None\n"
    )
    court.judge().assert_outcomes(passed=2)


def test_ini_gives_what_no_option_gives(court):
    court.table(ROWS, name="other")
    court.pytester.makeini(
        "[pytest]\nclaims_measurement =\n    other.csv\nclaims_robustness = none\nclaims_report_dir = out\n"
    )
    court.pytester.runpytest_inprocess().assert_outcomes(passed=2)
    assert (court.path / "out" / "claims.json").is_file()


def test_claim_with_values_is_found_by_what_reports_call_it(court):
    """-k with the id of the report selected nothing."""
    court.body("assert table['cosine'].mean() < x", above="@pytest.mark.parametrize('x', [1, 2])", arguments="table, x")
    result = court.judge("-k", "made-up[2]")
    result.assert_outcomes(passed=1, deselected=2)
    result.stdout.fnmatch_lines(["*made-up[[]2] H"])


OFFERS = """
from pathlib import Path
from pytest_claims import recorded_in

def pytest_claims_subjects():
    return recorded_in(Path(__file__).parent)
"""


@pytest.mark.parametrize("workers", [[], ["-n1"]])
def test_subjects_that_are_offered_too_late_are_refused(court, workers):
    """Of a conftest.py below the folder of the run they were left out, and nobody was told."""
    finding = court.path / "claims" / "finding"
    finding.mkdir(parents=True)
    (finding / "conftest.py").write_text(OFFERS)
    (court.path / "made.csv").rename(finding / "other.csv")
    (court.path / "test_claims.py").rename(finding / "test_claims.py")
    court.table(ROWS)
    result = court.judge("claims", *workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.strip()]
    assert f"{finding / 'conftest.py'} offers subjects, and pytest reads it only with the tests beside it; move" in line
    court.judge("claims/finding", *workers).assert_outcomes(passed=2)
    assert court.pytester.runpytest_inprocess("claims", "--collect-only").ret == 0
