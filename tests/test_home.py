"""Baseline and reports lie next to the folder claims, whatever pytest takes for its root."""

import json
import shutil

import pytest
from court import CLAIM, ROWS, Court


@pytest.fixture
def project(pytester):
    """A folder ``project`` with claims/, beside a table that lies elsewhere; call it to judge."""
    court = Court(pytester)
    (court.path / "test_claims.py").unlink()
    claims = court.path / "project" / "claims"
    claims.mkdir(parents=True)
    (claims / "test_claims.py").write_text(CLAIM)
    return court


def written(court):
    return sorted(
        path.relative_to(court.path).as_posix()
        for path in court.path.rglob("*.json")
        if path.name.startswith(("claims", "baseline"))
    )


@pytest.mark.parametrize(
    ("start", "arguments"),
    [
        ("", ["project/claims"]),
        ("", ["project/claims/test_claims.py"]),
        ("", ["project/claims/test_claims.py::test_cosine"]),
        ("", ["project"]),
        ("project", []),
        ("project", ["claims"]),
        ("project", ["claims", "--rootdir=.."]),
        ("project/claims", []),
        ("project/claims", ["../claims"]),
    ],
)
def test_reports_lie_next_to_claims(project, monkeypatch, start, arguments):
    monkeypatch.chdir(project.path / start)
    table = f"--claims-measurement={project.path / 'made.csv'}"
    result = project.pytester.runpytest_inprocess(table, "--claims-robustness=none", "--claims-save", *arguments)
    assert result.ret == 0, result.stdout.str()
    part = ".partial" if "test_claims" in "".join(arguments) else ""
    assert written(project) == ["project/reports/baseline.json", f"project/reports/claims{part}.json"]
    known = json.loads((project.path / "project/reports/baseline.json").read_text())
    assert known["verdicts"]["cosine-matters"]["made"]["file"] == "claims/test_claims.py"
    assert project.pytester.runpytest_inprocess(table, "--claims-robustness=none", *arguments).ret == 0


def test_whole_project_called_claims_is_no_folder_of_claims(project, monkeypatch):
    shutil.move(project.path / "project", project.path / "claims")
    (project.path / "claims" / "pyproject.toml").write_text("[tool.pytest.ini_options]\n")
    (project.path / "claims" / "claims").rename(project.path / "claims" / "tests")
    monkeypatch.chdir(project.path / "claims")
    project.pytester.runpytest_inprocess("--claims-measurement=../made.csv", "--claims-robustness=none", "tests")
    assert written(project) == ["claims/reports/claims.json"]


def test_without_a_folder_claims_they_lie_in_the_rootdir(pytester):
    court = Court(pytester)
    court.table(ROWS)
    court.judge()
    assert written(court) == ["reports/claims.json"]
