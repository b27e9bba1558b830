"""The page of findings that is committed is about the claims and the data that are."""

import ast
import re
from pathlib import Path

from pytest_claims.data.finding import read_finding
from pytest_claims.data.measurement_file import measurement_name, read_measurement


def claim_ids(root: Path) -> set[str]:
    return {
        decorator.args[0].value
        for path in (root / "claims").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
    }


def test_committed_questions_name_claims_that_exist(root):
    questions = read_finding(root / "claims" / "marker_coupling").declared.questions
    assert {claim for question in questions for claim in question.claims} <= claim_ids(root)


def test_committed_page_is_about_the_committed_claims_and_data(root):
    """That every sentence of it is current takes a run: make findings, and git shows a difference."""
    page = (root / "FINDINGS.md").read_text()
    judged = re.findall(r"^#### (\S+)$", page, re.M)
    assert sorted(judged) == sorted(claim_ids(root))
    files = [path for path in (root / "fixtures" / "recorded" / "marker_coupling").iterdir() if measurement_name(path)]
    data = {(one.name, one.sha256) for one in map(read_measurement, files)}
    shown = set(re.findall(r"^### (\S+@\S+)\n.*?sha256 `(\w+)`", page, re.M | re.S))
    assert shown == data, "write it anew: make findings"
