"""The pages of findings that are committed are about the claims and the data that are."""

import ast
import re
from pathlib import Path

import pytest

from conftest import ROOT
from pytest_claims.data.finding import read_finding
from pytest_claims.data.measurement_file import measurement_name, read_measurement

MATRIX, ORIGINS = "Every claim on every subject", "Where the numbers come from"
FINDINGS = sorted(path.parent.name for path in (ROOT / "claims").glob("*/finding.toml"))


def claim_ids(folder: Path) -> set[str]:
    return {
        decorator.args[0].value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "claim"
    }


@pytest.mark.parametrize("finding", FINDINGS)
def test_committed_questions_name_claims_that_exist(finding):
    folder = ROOT / "claims" / finding
    questions = read_finding(folder).declared.questions
    assert {claim for question in questions for claim in question.claims} <= claim_ids(folder)


@pytest.mark.parametrize("finding", FINDINGS)
def test_committed_page_is_about_the_committed_claims_and_data(finding):
    """That every sentence of it is current takes a run: make findings, and git shows a difference."""
    page = (ROOT / f"FINDINGS-{finding}.md").read_text()
    assert f"(FINDINGS-{finding}.md)" in (ROOT / "FINDINGS.md").read_text()
    matrix, origins = (page.split(f"## {heading}\n")[1].split("\n## ")[0] for heading in (MATRIX, ORIGINS))
    judged = re.findall(r"^\| (\S+) \| .+? \| `", matrix, re.M)
    assert sorted(judged) == sorted(claim_ids(ROOT / "claims" / finding))
    files = [path for path in (ROOT / "fixtures" / "recorded" / finding).iterdir() if measurement_name(path)]
    data = {(one.name, one.sha256) for one in map(read_measurement, files)}
    shown = set(re.findall(r"^\| (\S+@\S+) \| recorded \| `(\w+)` ", origins, re.M))
    assert shown == data, "write it anew: make findings"


@pytest.mark.parametrize("finding", FINDINGS)
def test_committed_page_is_short(finding):
    """What is longer is on the page of a run."""
    assert len((ROOT / f"FINDINGS-{finding}.md").read_text().splitlines()) < 600
