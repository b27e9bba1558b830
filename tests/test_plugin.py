import itertools
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from court import CLAIM, FLAT, HEADER, ROWS, Court

from pytest_claims.robustness.battery import checks_of
from pytest_claims.verdicts.record import read_record


@pytest.fixture
def court(pytester):
    """A project with one claim and one table; call it to judge."""
    return Court(pytester)


MORE = "--claims-measurement=more.csv"
RISES = CLAIM.replace("assert estimate.p", "assert estimate.r > 0\n    assert estimate.p")
FALLING = ["a,0.1,0.62", "b,0.2,0.50", "c,0.3,0.41", "d,0.4,0.29", "e,0.5,0.22", "f,0.6,0.10"]


def lacks_js(court):
    """A claim about a column that one subject has and another lacks."""
    court.pytester.makepyfile(test_claims=CLAIM.replace("table['cosine']", "table['js']"))
    table = "\n".join([HEADER.replace("cosine", "js"), *ROWS])
    (court.path / "more.csv").write_text(table + "\n")


def test_held_claim_passes_and_gets_leave_one_out_without_another_line(court):
    result = court.judge()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        ["new claim: cosine-matters: held, robust on made; --claims-save accepts it", "  cosine-matters H", "a made"]
    )
    (verdict,) = court.record["verdicts"]
    (left_out,) = verdict["left_out"]
    assert [deletion["level"] for deletion in left_out["deletions"]] == list("abcdef")
    assert verdict["answer"]["estimates"][0]["n"] == 6


def test_contradicted_claim_fails_and_says_what_matters(court):
    court.claims(RISES)
    court.table(FALLING)
    result = court.judge()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "cosine-matters (nowhere) on made: contradicted, robust, in reverse",
            "*statement: Cosine correlates with source rate.",
            "*estimate: *r = *n = 6",
            "*reason: *r = -1.00, and the claim needs r > 0",
            "*means: *interval *excludes what would make it true: r ≥ 0*",
            "*matters: *most: without it the estimate is *",
        ]
    )
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_inconclusive_claim_is_a_skip_with_its_reason(court):
    court.table(FLAT)
    result = court.judge("-rs")
    result.assert_outcomes(skipped=1)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*inconclusive: p = *, and the claim needs p < 0.05"])
    assert court.verdicts == {"cosine-matters": "inconclusive"}


def test_claim_without_estimate_that_is_not_so_fails(court):
    court.body("assert table['cosine'][0] == 0.2")
    result = court.judge()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*reason: *table* = 0.1, and the claim needs table* = 0.2"])
    assert court.verdicts == {"made-up": "failed, fragile"}  # without a it is so


def test_undecided_claim_is_a_skip_with_its_reason(court):
    lacks_js(court)
    result = court.judge(MORE, "-rs")
    result.assert_outcomes(skipped=1, passed=1)
    result.stdout.fnmatch_lines(["*undecided: no column 'js': have persona, cosine, source_rate; add it*"])


def test_bug_in_a_claim_is_an_error(court):
    court.pytester.makepyfile(test_claims=CLAIM.replace("estimate.p < 0.05", "finding.q < 0.05"))
    result = court.judge("--junitxml=out.xml")
    result.assert_outcomes(errors=1)
    suite = ElementTree.parse(court.pytester.path / "out.xml").getroot()[0]
    assert (suite.get("errors"), suite.get("failures")) == ("1", "0")


def test_known_failure_is_expected_and_run_succeeds(court):
    court.claims(RISES)
    court.table(FALLING)
    assert court.judge("--claims-save").ret == 0
    result = court.judge("-rx")
    result.assert_outcomes(xfailed=1)
    result.stdout.fnmatch_lines(["*known to fail: r = -1.00, and the claim needs r > 0"])
    assert result.ret == 0
    court.judge("--claims-no-baseline").assert_outcomes(failed=1)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (ROWS, FLAT, "was held, robust*is inconclusive"),
        (FLAT, ROWS, "was inconclusive*is held, robust"),
        (ROWS, FALLING, "was held, robust*is contradicted, robust"),
        (FALLING, FLAT, "was contradicted, robust*is inconclusive"),  # the assert fails both times
        (FLAT, FALLING, "was inconclusive*is contradicted, robust"),
    ],
)
def test_changed_verdict_fails_in_either_direction(court, before, after, words):
    court.claims(RISES)
    court.table(before)
    court.judge("--claims-save")
    court.table(after)
    result = court.judge()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"cosine-matters on made {words}*"])


def test_changed_number_fails_and_names_the_claim(court):
    court.judge("--claims-save")
    court.table([*ROWS[:-1], "f,0.6,0.63"])
    result = court.judge()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["cosine-matters on made is still held, but its estimate was *, is *"])


def test_strict_turns_fragile_and_undecided_into_failures(court):
    court.table(["a,0,0.1", "b,0.01,0.12", "c,0.02,0.1", "d,0.01,0.11", "e,0,0.12", "f,1,0.9"])
    fragile = court.judge("--claims-no-baseline")
    fragile.stdout.fnmatch_lines(["  cosine-matters h", "h held, fragile"])
    court.judge("--claims-no-baseline", "--claims-strict").assert_outcomes(failed=1)


@pytest.mark.parametrize(
    ("rows", "wanted", "words"),
    [
        (FLAT, "p < 0.05", "inconclusive"),
        (FLAT, "p >= 0.05", "held, not shown otherwise"),
        (ROWS, "r > 0", "held, uninformative"),
    ],
)
def test_strict_turns_what_says_neither_yes_nor_no_into_a_failure(court, rows, wanted, words):
    court.table(rows)
    null = 'null=dealt("source_rate", across="persona")'
    court.claims(f"from pytest_claims import dealt\n{CLAIM.replace('p < 0.05', wanted).replace(')', f', {null})', 1)}")
    court.judge("--claims-no-baseline").assert_outcomes(**{"skipped" if words == "inconclusive" else "passed": 1})
    assert court.verdicts == {"cosine-matters": words}
    result = court.judge("--claims-no-baseline", "--claims-strict")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"{words} under --claims-strict"])


def test_duplicate_ids_are_a_usage_error(court):
    court.pytester.makepyfile(test_more=CLAIM)
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*claim id 'cosine-matters' is used by*"])


def test_missing_baseline_file_is_a_usage_error(court):
    result = court.judge("--claims-compare=absent.json")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no baseline absent.json; write one with --claims-save=absent.json"])


def test_broken_measurement_is_a_usage_error(court):
    court.table(["a,0.1,much", *ROWS[1:]])
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*source_rate of a is 'much', wanted a number*"])


def test_two_measurements_of_one_name_are_a_usage_error(court):
    (court.pytester.path / "more").mkdir()
    court.table(FLAT, "more/made")
    result = court.judge("--claims-measurement=more/made.csv")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["*two subjects are named 'made': --claims-measurement made.csv and --claims-measurement more/made.csv; leave*"]
    )


def test_recorded_file_that_holds_another_subject_is_an_error(court):
    """Under its own name nobody would find it, and under the other one there may be another."""
    court.pytester.makeconftest(
        """
        import functools, pathlib
        from pytest_claims.data.measurement_file import read_measurement
        from pytest_claims.data.subject import Subject
        def pytest_claims_subjects():
            load = functools.partial(read_measurement, pathlib.Path("made.csv"))
            return [Subject(name="another", load=load, recorded=True, origin="made.csv")]
        """
    )
    result = court.pytester.runpytest_inprocess()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*made.csv holds 'made', wanted 'another'; give the file the name that is written*"])


def test_reports_go_where_they_are_sent(court):
    court.judge("--claims-report-dir=elsewhere")
    assert (court.pytester.path / "elsewhere" / "claims.md").is_file()
    assert not (court.pytester.path / "reports").exists()


def test_ordinary_tests_run_as_always(court):
    court.pytester.makepyfile(test_claims="def test_plain(): assert True")
    result = court.judge()
    result.assert_outcomes(passed=1)
    assert not (court.pytester.path / "reports").exists()


def test_reason_of_what_is_undecided_is_printed_without_being_asked_for(court):
    """It was hidden behind -rs."""
    lacks_js(court)
    court.judge(MORE, "-v").stdout.fnmatch_lines(
        ["undecided, and why", "  no column 'js'; add it*", "    cosine-matters on *"]
    )


def test_reason_of_an_assert_is_told_whatever_compiled_it(court):
    """Asserts in helper modules, and all with --assert=plain, were 'an assertion without message'."""
    court.table(FLAT)
    court.pytester.makepyfile(helper="def small(p):\n    assert p < 0.05\n")
    court.pytester.makepyfile(
        test_claims=CLAIM.replace("assert estimate.p < 0.05", "helper.small(estimate.p)").replace(
            "from pytest_claims", "import helper\nfrom pytest_claims"
        )
    )
    for how in ("rewrite", "plain"):
        result = court.judge(f"--assert={how}", "--claims-no-baseline", "-rs")
        result.stdout.fnmatch_lines(["*inconclusive: p = 0.*, and the claim needs p < 0.05"])
        unmet = court.record["verdicts"][0]["answer"]["unmet"]
        assert (unmet["text"], unmet["operator"], unmet["right"]) == ("p < 0.05", "<", 0.05)


EVERYTHING = ["-n2", "--claims-robustness=none"]  # every subject, against the baseline
PUBLISHED = ["--claims-subject", "qwen2.5-7b*"]
SOME = [*PUBLISHED, "-k", "cosine"]
OPTIONS = [["-p", "no:cacheprovider"], ["-x"], ["--junitxml=out.xml"]]


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(EVERYTHING, marks=pytest.mark.slow),
        pytest.param([*PUBLISHED, *EVERYTHING], marks=pytest.mark.slow),
        *[pytest.param([*PUBLISHED, *more], marks=pytest.mark.slow) for more in OPTIONS],
        [*SOME, *EVERYTHING],
        SOME,
        [*SOME, "--claims-robustness=none", *itertools.chain(*OPTIONS)],
    ],
)
def test_claims_run_with_options_of_pytest(root: Path, pytester, options):
    result = pytester.runpytest_subprocess(
        "--rootdir",
        str(root),
        "-c",
        str(root / "pyproject.toml"),
        str(root / "claims"),
        "--claims-report-dir=out",
        *options,
    )
    assert result.ret == 0, result.stdout.str()
    name = "claims.json" if options == EVERYTHING else "claims.partial.json"
    judged = read_record(pytester.path / "out" / name).verdicts
    assert {verdict.claim.id for verdict in judged} >= {"cosine-predicts-coupling"}


def test_judging_recorded_data_imports_no_torch(root: Path, pytester):
    pytester.makepyfile(
        check="""
        import sys, pytest
        code = pytest.main(sys.argv[1:])
        heavy = {"torch", "transformers", "peft", "pingouin"} & set(sys.modules)
        sys.exit(f"imported {heavy}" if heavy else int(code))
        """
    )
    config = ["--rootdir", str(root), "-c", str(root / "pyproject.toml")]
    some = ["--claims-subject", "*@published", "--claims-subject", "smollm2-135m@pocket", "--claims-robustness=none"]
    result = pytester.run(sys.executable, "check.py", *config, *some, str(root / "claims"), "--claims-report-dir=out")
    assert result.ret == 0, result.stderr.str()


def test_ini_value_that_is_none_is_refused_before_anything_is_judged(court):
    """Each claim failed of it."""
    court.pytester.makeini("[pytest]\nclaims_strict = perhaps\n")
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *perhaps*"])
    result.stdout.no_fnmatch_line("*test_cosine*")


def test_laboratory_is_no_trouble_without_the_court(court):
    """-p no:claims ended in an internal error: nobody knew the laboratory's hook."""
    court.claims("def test_it(): pass")
    result = court.pytester.runpytest_subprocess("-p", "no:claims", "test_claims.py")
    result.assert_outcomes(passed=1)


def test_makefile_asks_for_checks_that_there_are(root):
    """make findings named a check by its old name."""
    (quoted,) = [line for line in (root / "Makefile").read_text().splitlines() if line.startswith("QUOTED")]
    assert len(checks_of(quoted.partition(":= ")[2])) > 2
