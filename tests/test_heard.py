"""Warnings are errors in this project's own tests; a user's run is neither ended nor changed by one of a library."""

import shutil
import sys
import warnings

import pytest
from court import ROWS, Court

from pytest_claims.base.errors import Notice
from pytest_claims.base.heard import heard

# A library that warns whenever it is used, and is none of the project's own code.
LIBRARY = """
import sys, types, warnings
from pytest_claims.base.errors import Notice
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims.data.subject import Subject
library = sys.modules["a_library"] = types.ModuleType("a_library")
exec('''
import warnings
def mean(values):
    warnings.warn("mean is old", FutureWarning)
    return values.mean()
''', library.__dict__)
"""
FINDING = "estimate = pearson(table['cosine'], table['source_rate'])"


@pytest.fixture
def court(pytester):
    court = Court(pytester)
    court.pytester.makeconftest(LIBRARY)
    return court


@pytest.mark.parametrize("how", ["-W", "PYTHONWARNINGS"])
def test_warning_of_a_library_does_not_end_a_judgement_under_a_users_own_error(court, how, monkeypatch):
    court.body(FINDING, "import a_library", "assert a_library.mean(table['cosine']) and estimate.p < 0.05")
    options = ["-W", "error"] if how == "-W" else []
    if not options:
        monkeypatch.setenv("PYTHONWARNINGS", "error")
    command = (
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--claims-measurement=made.csv",
        "--claims-robustness=none",
        *options,
    )
    result = court.pytester.run(sys.executable, *command)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["*mean is old*"])


def test_warning_of_a_users_own_claim_stays_the_users_matter(court):
    court.body("import warnings", FINDING, "warnings.warn('mine')", "assert estimate.p < 0.05")
    court.judge("-W", "default").assert_outcomes(passed=1)
    court.judge("-W", "error").assert_outcomes(errors=1)


def test_what_warns_while_a_subject_is_had_is_told_and_no_more(court):
    """On an H100 training ended in 32 errors, because torch uses what it calls deprecated."""
    court.pytester.makeconftest(
        LIBRARY
        + """
import numpy, pathlib
def load():
    library.mean(numpy.ones(3))
    warnings.warn("taken as it is", Notice)
    return read_measurement(pathlib.Path("more.csv"))
def pytest_claims_subjects():
    warnings.warn("no ladder", Notice)
    return [Subject(name="more", load=load, recorded=False)]
"""
    )
    court.table(ROWS, name="more")
    with pytest.warns(Notice, match="no ladder"):  # the project's own, while no test runs
        result = court.judge("-W", "error")
    result.assert_outcomes(passed=2, warnings=2)
    result.stdout.fnmatch_lines(["*mean is old*", "*taken as it is*"])


PROBE = """
import warnings
def test_it():
    warnings.warn("from the test")
"""


@pytest.mark.parametrize("workers", [[], ["-n2"]])
@pytest.mark.parametrize("folder", ["claims", "tests"])
def test_warnings_are_errors_in_tests_alone(root, pytester, folder, workers):
    """They were errors of a user's run of claims, too."""
    shutil.copy(root / "pyproject.toml", pytester.path)
    (pytester.path / folder).mkdir()
    (pytester.path / folder / "test_it.py").write_text(PROBE)
    if folder == "tests":
        shutil.copy(root / "tests" / "conftest.py", pytester.path / folder)
    result = pytester.runpytest_subprocess(folder, "-p", "no:cacheprovider", *workers)
    result.assert_outcomes(
        passed=int(folder == "claims"), failed=int(folder == "tests"), warnings=int(folder == "claims")
    )


def test_warnings_are_errors_here():
    with pytest.raises(UserWarning, match="a defect"):
        warnings.warn("a defect", stacklevel=1)
    with pytest.warns(Notice, match="dealt with"):
        warnings.warn("dealt with", Notice, stacklevel=1)


def test_each_filter_keeps_its_rank():
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="passed over")
        with heard():
            warnings.warn("passed over", stacklevel=1)
            warnings.warn("told", stacklevel=1)
        with heard(own=False), pytest.raises(UserWarning, match="mine"):
            warnings.warn("mine", stacklevel=1)
    assert [str(one.message) for one in told] == ["told"]


def test_what_a_library_warns_of_at_every_step_is_told_once(recwarn):
    """It was told anew whenever something had changed the filters in between."""
    with heard():
        for step in range(9):
            warnings.warn("old", FutureWarning, stacklevel=1)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
            if step > 7:
                warnings.warn("another", FutureWarning, stacklevel=1)
    assert [str(one.message) for one in recwarn] == ["old", "another"]


def test_what_a_library_warns_of_when_it_is_imported_ends_nothing(root, pytester, monkeypatch):
    """With pandas 2.2.0, pytest -W error ended before it began."""
    script = pytester.makepyfile(
        """
        import sys, warnings
        class Old:
            def find_spec(self, name, path, target=None):
                if name == "pandas":
                    warnings.warn("pyarrow will be required", DeprecationWarning)
        sys.meta_path.insert(0, Old())
        import pytest_claims.data.measurement
        """
    )
    monkeypatch.setenv("PYTHONPATH", str(root / "harness"))
    result = pytester.run(sys.executable, "-W", "error", script)
    assert result.ret == 0
    assert "pyarrow will be required" in result.stderr.str()
