"""An error is told once, in one line; a subject that could not be had loses its own verdicts and no others."""

import json
import os
import sys
import xml.etree.ElementTree as ElementTree

import pytest
from court import CLAIM, ROWS, Court

from pytest_claims.base.errors import InputError
from pytest_claims.data.subject import Subject

OTHER = CLAIM.replace("cosine-matters", "cosine-again").replace("test_cosine", "test_again")
THIRD = CLAIM.replace("cosine-matters", "cosine-anew").replace("test_cosine", "test_anew")
# Besides the table, a subject of which there is nothing but this.
CONFTEST = """
import os, pathlib
from pytest_claims.base.errors import InputError
from pytest_claims.data.subject import Subject
def load():
    with open("tries", "a") as tries:
        tries.write("x")
    raise {error}
def pytest_claims_subjects():
    return [Subject(name="live", load=load, recorded=False, origin="here")]
"""


@pytest.fixture
def court(pytester):
    court = Court(pytester)
    court.pytester.makepyfile(test_claims=CLAIM, test_other=OTHER, test_third=THIRD)
    return court


def lacking(court: Court, error: str) -> None:
    court.pytester.makeconftest(CONFTEST.format(error=error))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("InputError('nothing there;\\nlook elsewhere')", "nothing there; look elsewhere"),
        ("OSError(28, 'No space left on device', 'store')", "store: No space left on device; free some space on its*"),
        ("SystemExit('no GPU')", "it called sys.exit('no GPU'); raise an error there that says what is wrong"),
        ("MemoryError('40 GiB')", "not enough memory (40 GiB); end what else uses it, or take a smaller model"),
    ],
)
def test_subject_that_could_not_be_had_is_told_once_in_one_line(court, error, said):
    """It was tried again for every claim, with an error of 100 lines each."""
    lacking(court, error)
    result = court.judge("--junitxml=out.xml")
    result.assert_outcomes(passed=3, errors=3)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    lines = [line for line in result.outlines if line.startswith("live could not be")]
    assert len(lines) == 3
    assert lines[1:] == ["live could not be measured: see above"] * 2
    result.stdout.fnmatch_lines([f"live could not be measured: {said}"])
    assert "Traceback" not in result.stdout.str()
    assert (court.path / "tries").read_text() == "x"
    assert court.record["left_out"] == ["claims that could not be judged"]
    assert set(court.record["matrix"]) == {"cosine-matters", "cosine-again", "cosine-anew"}
    errors = [node.text for node in ElementTree.parse(court.path / "out.xml").iter("error")]
    assert errors == lines


def test_bug_in_how_a_subject_is_had_shows_its_traceback_once(court):
    lacking(court, "RuntimeError('a bug of ours')")
    result = court.judge()
    result.assert_outcomes(passed=3, errors=3)
    assert result.stdout.str().count("E       RuntimeError: a bug of ours") == 1
    assert result.outlines.count("live could not be measured: see above") == 2
    assert (court.path / "tries").read_text() == "x"


def test_workers_tell_once_together(court):
    """Each of them reads for itself."""
    lacking(court, "InputError('nothing there; look elsewhere')")
    result = court.judge("-n2")
    result.assert_outcomes(passed=3, errors=3)
    assert result.outlines.count("live could not be measured: nothing there; look elsewhere") == 1
    assert result.outlines.count("live could not be measured: see above") == 2


def test_error_of_a_claim_is_told_for_the_first_subject(court):
    """It was repeated for each of ten."""
    court.table(ROWS, name="more")
    court.body("table['cosine']", "assert table.none_such")
    result = court.judge("--claims-measurement=more.csv", "test_claims.py")
    result.assert_outcomes(errors=2)
    assert result.stdout.str().count("E       AttributeError") == 1
    result.stdout.fnmatch_lines(["made-up on more: as above, AttributeError: *none_such*"])
    court.body("raise ValueError('\\x1b[31m')")
    court.judge("--claims-measurement=more.csv").stdout.fnmatch_lines(
        ["made-up on more: as above, ValueError: \\x1b[[]31m..."]
    )
    court.body("assert True")
    result = court.judge("--claims-measurement=more.csv", "test_claims.py")
    result.assert_outcomes(errors=2)
    assert result.stdout.str().count("compute what it asserts from table") == 1
    result.stdout.fnmatch_lines(["made-up on more: as above, claim 'made-up' never looks at its table*"])


@pytest.mark.parametrize("workers", [[], ["-n2"]])
def test_duplicate_id_is_one_line_and_a_usage_error(court, workers):
    """With workers it was an error of every test."""
    court.pytester.makepyfile(test_other=CLAIM)
    result = court.judge(*workers)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.strip()]
    assert line.startswith("ERROR: test_other.py::test_cosine: claim id 'cosine-matters' is used by test_claims.py")
    assert "INTERNALERROR" not in result.stdout.str()


@pytest.mark.parametrize(
    ("above", "said"),
    [
        ("@claim('made-up', source='s')\nasync ", "claim 'made-up' is asynchronous or a generator*"),
        ("@claim\n", "@claim stands above 'test_it' without its id; write @claim(*"),
        ("@claim('made-up')\n", "claim 'made-up' has the source '', wanted words; say in source=*"),
        (
            "@claim('made-up', source='s')\n@claim('inner', source='s')\n",
            "@claim stands twice above test_it: 'inner' and 'made-up'; write a def for each",
        ),
        ("@claim(3, source='s')\n", "claim id 3; wanted lower-case words*"),
        (
            "@claim('made-up', source='s', original='r')\n",
            "claim 'made-up' has the original 'r', wanted pytest_claims.Original(*",
        ),
        ("@claim('made-up', source='s', family=None)\n", "claim 'made-up' has the family None, wanted words*"),
    ],
)
def test_claim_that_is_written_wrong_is_one_line(court, above, said):
    """It was a traceback of a collection error."""
    workers = ["-n2"] if "async" in above else []
    court.claims(f"from pytest_claims import claim\n{above}def test_it(table):\n    '''It.'''\n    assert table\n")
    result = court.judge("test_claims.py", *workers)
    assert result.ret == (pytest.ExitCode.TESTS_FAILED if workers else pytest.ExitCode.INTERRUPTED)
    assert "Traceback" not in result.stdout.str()
    told = [line for line in result.outlines if "test_claims.py:2: " in line or "test_claims.py:3: " in line]
    assert len(told) == 1
    result.stdout.fnmatch_lines([f"*test_claims.py:*: {said}"])


@pytest.mark.parametrize(
    ("returned", "said"),
    [
        (
            "3",
            "pytest_claims_subjects of a conftest.py or plugin returns 3; wanted a list of pytest_claims.Subject",
        ),
        ("['made']", "*returns ['made']; wanted a list of pytest_claims.Subject"),
        ("[Subject(name=3, load=print, recorded=True)]", "a subject of name 3 and load *; wanted a name in one line*"),
        ("[Subject(name='a\\x1b', load=None, recorded=True)]", "a subject of name 'a\\x1b' and load None; wanted*"),
    ],
)
def test_rubbish_from_the_hook_is_a_usage_error(court, returned, said):
    court.pytester.makeconftest(
        f"from pytest_claims.data.subject import Subject\ndef pytest_claims_subjects():\n    return {returned}\n"
    )
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {said.replace('[', '[[]')}"])
    assert "INTERNALERROR" not in result.stdout.str() + result.stderr.str()


def test_subject_that_loads_something_else_is_told(court):
    with pytest.raises(InputError, match=r"here gives int, wanted a pytest_claims\.Measurement; return one"):
        Subject(name="made", load=lambda: 3, recorded=True, origin="here").measurement()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("--claims-compare=.", "--claims-compare has . as its name; wanted at most 100 letters, digits and *"),
        ("--claims-compare=" + "a" * 300, "--claims-compare has aaa* as its name; wanted at most 100 letters*"),
        ("--claims-compare=./test_claims.py", "test_claims.py cannot be read as a baseline (*); write it anew*"),
        ("--claims-robustness=quick\x1b,x", "--claims-robustness: unknown check quick\\x1b, x: have*"),
        ("--claims-robustness=[", "--claims-robustness: unknown check [[]: have*"),
        ("--claims-subject=[", "no subject matches [[] (did you mean 'made'?): have made"),
        ("--claims-subject=a\nb", "no subject matches a b (did you mean 'made'?): have made"),
        ("--claims-measurement=.", ". is not a measurement file: wanted .csv, .nc or .nc.gz"),
        ("--claims-measurement=folder.csv", "folder.csv cannot be read as a table (it is a folder); wanted CSV*"),
        (
            "--claims-measurement=dangling.nc",
            "dangling.nc cannot be read as netCDF (it is a link that leads nowhere); wanted*",
        ),
        (
            "--claims-measurement=pipe.nc",
            "pipe.nc cannot be read as netCDF (it is a pipe or a device, and no file); wanted*",
        ),
        ("--claims-measurement=" + "a" * 300 + ".csv", "no measurement file 'aaa*; give the path of*"),
    ],
)
def test_odd_values_of_options_are_one_line(court, option, said):
    (court.path / "folder.csv").mkdir()
    (court.path / "dangling.nc").symlink_to("nowhere")
    os.mkfifo(court.path / "pipe.nc")
    result = court.judge(option)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.errlines if line.strip()]
    result.stderr.fnmatch_lines([f"ERROR: {said}"])
    assert len(line) < 1100


def test_checkout_that_is_not_installed_keeps_its_record(court, root):
    """It ended in PackageNotFoundError, without a record."""
    court.pytester.makepyfile(
        check=f"""
        import sys
        from importlib import metadata
        sys.path.insert(0, {str(root / "harness")!r})
        found = metadata.Distribution.from_name.__func__
        def hidden(cls, name):
            if name == "pytest-claims":
                raise metadata.PackageNotFoundError(name)
            return found(cls, name)
        metadata.Distribution.from_name = classmethod(hidden)
        import pytest
        sys.exit(pytest.main(["--claims-measurement=made.csv", "--claims-robustness=none"]))
        """
    )
    result = court.pytester.run(sys.executable, "check.py")
    assert result.ret == 0, result.stdout.str()
    record = json.loads((court.path / "reports" / "claims.json").read_text())
    assert record["version"]
