"""What cannot be judged is refused in one line; what can be judged is judged wherever it stands."""

import json
import re
import sys

import pytest
from court import CLAIM, FLAT, Court

from pytest_claims.asking.claim import claim, claim_of
from pytest_claims.base.errors import InputError

RATES = "@pytest.fixture\ndef rates(table):\n    return table['source_rate']"
ESTIMATE = "estimate = pearson(table['cosine'], table['source_rate'])"


@pytest.fixture
def court(pytester):
    return Court(pytester)


@pytest.mark.parametrize("lines", [[ESTIMATE], [ESTIMATE, "note = 'fail'", "estimate.p < 1e-9"]])
def test_body_without_an_assert_is_an_error(court, lines):
    """It was 'held, robust'."""
    court.body(*lines)
    result = court.judge()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["made-up on made: claim 'made-up' reaches no assert about its data, so it cannot fail*"]
    )


def test_body_that_returns_beside_its_assert_is_an_error_of_its_own(court):
    court.body(ESTIMATE, "assert estimate.n", "return estimate.p < 1e-9")
    result = court.judge()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*made-up on made: the claim returned *False*; write what must be so with assert*"])


def test_coroutine_is_refused_where_it_is_written():
    """It was 'held, robust': nothing ever ran it."""
    with pytest.raises(InputError, match="claim 'made-up' is asynchronous or a generator"):

        @claim("made-up", source="nowhere")
        async def body(table):
            """Made up."""
            assert table is None


def test_generator_is_refused_where_it_is_written():
    with pytest.raises(InputError, match="claim 'made-up' is asynchronous or a generator"):

        @claim("made-up", source="nowhere")
        def body(table):
            """Made up."""
            yield table


def test_claim_is_a_function():
    with pytest.raises(InputError, match="@claim stands above type 'Body'; write it directly above a def"):

        @claim("made-up", source="nowhere")
        class Body:
            """Made up."""


@pytest.mark.parametrize(
    ("above", "arguments", "message"),
    [
        ("", "", "claim id 'made-up' has no argument 'table', so there is nothing to judge it on"),
        ("", "tmp_path", "claim id 'made-up' has no argument 'table'"),
        ("", "panel", "takes 'panel', which is called 'table' now; rename it"),
        (RATES, "table, rates", "uses rates, and a fixture"),
        (RATES, "rates", "has no argument 'table'"),
        (
            "@pytest.fixture\ndef table():\n    return 1",
            "table",
            "gets its table from a fixture or parameter of that name",
        ),
        (RATES + "\n@pytest.mark.usefixtures('rates')", "table", "uses rates, and a fixture"),
        (RATES.replace("fixture", "fixture(autouse=True)"), "table", "uses rates, and a fixture"),
        ("@pytest.mark.parametrize('x', [pytest.param(1, marks=pytest.mark.xfail), 2])", "table, x", "is marked xfail"),
        ("@pytest.mark.xfail", "table", "is marked xfail; remove the mark"),
        (
            "@pytest.fixture\ndef rates(request):\n    return request.param\n"
            "@pytest.mark.parametrize('rates', [1], indirect=True)",
            "table, rates",
            "uses rates, and a fixture",
        ),
    ],
)
def test_claim_that_does_not_take_its_data_from_table_is_refused(court, above, arguments, message):
    """A fixture's data were the same on every deletion: 'held, robust' where 8 of 10 deletions flip it."""
    court.body("assert True", above=above, arguments=arguments)
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: test_claims.py::test_it: *{message}*"])


def test_test_that_is_no_claim_and_asks_for_its_data_is_refused(court):
    """It ended in an AttributeError from inside the harness."""
    court.claims("def test_it(table):\n    assert len(table)\n")
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(
        ["ERROR: *::test_it asks for table and is no claim; write @claim(...) directly above *"]
    )


@pytest.mark.parametrize(
    "above", ["@pytest.fixture\ndef table():\n    return [1]\n", "@pytest.mark.parametrize('table', [[1]])"]
)
def test_table_of_another_kind_is_none_of_ours(court, above):
    court.claims(f"import pytest\n{above}\ndef test_it(table):\n    assert len(table)\n")
    court.judge().assert_outcomes(passed=1)


def test_table_that_is_asked_for_behind_the_back_is_an_error_that_says_what_to_do(court):
    court.claims("def test_it(request):\n    assert request.getfixturevalue('table')\n")
    result = court.judge()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["table is the data of a claim; write @claim(...) above the test, and take it as an *"])


def test_every_objection_is_told_at_once(court):
    court.claims(CLAIM.replace("(table)", "()") + "\ndef test_it(table):\n    assert len(table)\n")
    court.judge().stderr.fnmatch_lines(["ERROR: *has no argument 'table'*", "ERROR: *is no claim*"])


@pytest.mark.parametrize(
    ("flag", "variable"),
    [
        (["-OO"], None),
        ([], "2"),
        pytest.param(["-O"], None, marks=pytest.mark.slow),  # each level compiles all anew
        pytest.param([], "1", marks=pytest.mark.slow),
    ],
)
def test_nothing_is_judged_without_asserts(court, monkeypatch, flag, variable):
    """A false claim held by chance in 100%, and the cache kept that for later runs."""
    court.table(FLAT)
    if variable:
        monkeypatch.setenv("PYTHONOPTIMIZE", variable)
    result = court.pytester.run(sys.executable, *flag, "-m", "pytest", "--claims-measurement=made.csv")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: Python runs with -O or PYTHONOPTIMIZE and leaves asserts out*run it without"])
    assert not (court.path / "reports").exists()


def test_workers_refuse_too(court):
    """A usage error of a worker is a crash, so it tells the process that started it, which ends the run."""
    court.body("assert True", arguments="")
    result = court.judge("-n1")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: test_claims.py::test_it: claim id 'made-up' has no argument 'table'*"])


def test_tests_that_are_no_claims_run_without_asserts(court):
    court.claims("def test_it():\n    assert True\n")
    assert court.pytester.run(sys.executable, "-OO", "-m", "pytest", "--claims-measurement=made.csv").ret == 0


def test_what_a_body_says_in_the_words_of_pytest(court):
    court.body(ESTIMATE, "pytest.skip('nothing to see')", "assert estimate.n")
    court.judge("-rs").stdout.fnmatch_lines(["*undecided: nothing to see"])
    court.body(ESTIMATE, "pytest.fail('too small')")
    court.judge("-rs").stdout.fnmatch_lines(["*inconclusive: too small"])  # what was wanted of r?
    court.body(ESTIMATE, "pytest.xfail('we know')", "assert estimate.n")
    result = court.judge()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*the claim calls pytest.xfail; assert*"])


def test_name_of_a_column_that_no_subject_can_have_is_an_error(court):
    """It was 'undecided', green, with the reason hidden."""
    court.body('assert table["cosin"].min() > 0')
    result = court.judge()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["made-up on made: unknown column 'cosin'; did you mean 'cosine'? known are cosine, source_rate; correct it*"]
    )


def test_name_of_a_persona_that_no_subject_has_is_an_error(court):
    court.table([row.replace("a,", "librarian,") for row in FLAT[:1]] + FLAT[1:], name="other")
    court.body('assert table.value("cosine", "librarian") > 0')
    options = ("--claims-measurement=other.csv", "--claims-subject=made")
    court.judge(*options).assert_outcomes(skipped=1)
    court.body('assert table.value("cosine", "librarien") > 0')
    result = court.judge(*options)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*made-up on made: unknown persona 'librarien'; did you mean 'librarian'?*"])


def test_claim_in_a_class_is_judged(court):
    """It ended in a TypeError."""
    indented = CLAIM.partition("\n\n")[2].replace("\n", "\n    ").replace("(table)", "(self, table)")
    court.claims("from pytest_claims import claim, pearson\n\nclass TestThis:\n    " + indented)
    court.judge().assert_outcomes(passed=1)
    assert court.verdicts == {"cosine-matters": "held, robust"}


def test_parametrised_claim_has_a_place_of_its_own_for_every_value(court):
    above = "@pytest.mark.parametrize(('least', 'why'), [(0.5, 'usual'), (1, 'never')])"
    court.body(ESTIMATE, "assert estimate.r > least", above=above, arguments="table, least, why")
    court.judge("--claims-save")
    assert court.verdicts == {"made-up[0.5-usual]": "held, robust", "made-up[1-never]": "contradicted, robust"}
    assert set(json.loads((court.path / "reports/baseline.json").read_text())["verdicts"]) == set(court.verdicts)
    court.judge().assert_outcomes(passed=1, xfailed=1)


def test_two_answers_are_named_where_a_claim_is_judged(court):
    court.body("assert pearson(table['cosine'], np.random.rand(len(table))).p <= 1")
    result = court.judge()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*claim 'made-up' gives two answers on the same data, *"])


def test_two_sets_of_values_under_one_id_are_refused(court):
    """One of their verdicts vanished."""
    above = "@pytest.mark.parametrize('x', ['b', 'a-b'])\n@pytest.mark.parametrize('y', ['c-a', 'c'])"
    court.body(ESTIMATE, "assert estimate.p < len(x + y)", above=above, arguments="table, x, y")
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *'made-up' is asked twice as 'made-up[[]c-a-b[]]'; give its sets of values *"])


def test_folder_with_a_bracket_is_a_folder_like_others(court):
    """Of all its tests only the last was looked at."""
    court.claims(
        CLAIM.replace("(table)", "()") + CLAIM.replace("cosine-matters", "other").replace("test_cosine", "test_other"),
        "sub[1]/test_it",
    )
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: sub*::test_cosine: claim id 'cosine-matters' has no argument*"])


def test_body_of_each_of_two_lambdas_on_one_line_is_its_own(court):
    """Both were judged by the code of the second."""
    court.claims(
        """
        from pytest_claims import claim, pearson

        def big(table, most): assert pearson(table['cosine'], table['source_rate']).p < most
        def named(function, text): function.__doc__ = text; return function
        one, two = (named(f, "It.") for f in (lambda table: big(table, 1e-30), lambda table: big(table, 0.05)))
        test_a, test_b = claim("a", source="s")(one), claim("b", source="s")(two)
        """
    )
    court.judge()
    assert court.verdicts == {"a": "inconclusive", "b": "held, robust"}


def test_what_a_claim_prints_is_captured(court):
    court.body("print('a flood')", ESTIMATE, "assert estimate.p < 0.05")
    court.judge().stdout.no_fnmatch_line("*a flood*")


def test_ids_are_shown_as_they_are(court):
    """In brackets, they were taken for markup."""
    above = "@pytest.mark.parametrize('most', [0.05], ids=['usual'])"
    court.body(ESTIMATE, "assert estimate.p < most", above=above, arguments="table, most")
    court.judge().stdout.fnmatch_lines(["*made-up[[]usual[]] H"])


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"smallest": 0}, "claim 'made-up' has the smallest effect 0; wanted how far it is from no effect, above 0"),
        ({"smallest": -0.3}, "has the smallest effect -0.3; wanted"),
        ({"smallest": float("inf")}, "has the smallest effect inf; wanted"),
        ({"smallest": float("nan")}, "has the smallest effect nan; wanted"),
        ({"smallest": True}, "has the smallest effect True; wanted"),
        ({"smallest": "0.3"}, "has the smallest effect '0.3'; wanted"),
        ({"twin": "Not an id"}, "claim 'made-up' has the twin 'Not an id'; wanted the id of another claim"),
        ({"twin": 3}, "has the twin 3; wanted"),
    ],
)
def test_smallest_effect_is_above_none_and_a_twin_is_an_id(more, message):
    with pytest.raises(InputError, match=re.escape(message)):
        claim("made-up", source="nowhere", **more)


def test_smallest_effect_and_twin_are_kept():
    @claim("made-up", source="nowhere", smallest=1, twin="made-down")
    def body(table):
        """Made up."""

    assert (claim_of(body).smallest, claim_of(body).twin) == (1, "made-down")
