"""The page of the verdict rule: its examples give the words and numbers that stand there, and no word is missing."""

import re
from pathlib import Path
from typing import get_args

import pytest
from fences import blocks

from pytest_claims.asking.claim import claim_of
from pytest_claims.data.finding import read_finding
from pytest_claims.robustness.battery import checks_of
from pytest_claims.verdicts.firmness import Robustness
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.ruling import Ruling
from pytest_claims.words.verdict import word

PAGE = Path(__file__).parents[1] / "docs" / "verdict-rule.md"
ROW = re.compile(r"^\| `(?P<id>[\w-]+)(?:\[(?P<value>\w+)\])?` \| (?P<found>.+) \| \*\*(?P<word>.+?)\*\*", re.MULTILINE)
EXAMPLES = [match.groupdict() for match in ROW.finditer(PAGE.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("words")
    for block in blocks(PAGE):
        if block.title:
            (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
            (folder / block.title).write_text(block.text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def claims(files):
    path, names = files / "claims/words/test_words.py", {}
    exec(compile(path.read_text(), str(path), "exec"), names)  # noqa: S102  it stands on our own page
    return {marked.id: one for one in names.values() if (marked := claim_of(one))}


@pytest.fixture(scope="module")
def table(files):
    lines = [line.split(",") for line in (files / "prompts.csv").read_text().splitlines()]
    columns = {name: list(cells) for name, *cells in zip(*lines, strict=True)}
    return read_finding(files / "claims/words").table(columns)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one["value"] or one["id"])
def test_an_example_has_the_word_and_the_numbers_of_the_page(example, claims, table):
    body, value = claims[example["id"]], example["value"]
    asked = (lambda data: body(data, value)) if value else body
    verdict = judge(claim_of(body), asked, table, checks=checks_of("none"))
    assert word(verdict) == example["word"]
    if (told := example["found"].partition(";")[0]).startswith("r = "):
        one = verdict.deciding
        numbers = [f"{one.value:.2f}", f"{one.low:.2f}", f"{one.high:.2f}", f"{one.p:.3f}", f"{one.p:.2f}"]
        assert set(re.findall(r"-?\d\.\d+", told.replace("p < 0.001", ""))) <= set(numbers)


def test_every_claim_of_the_page_is_explained(claims):
    assert {one["id"] for one in EXAMPLES} == set(claims)


def test_every_word_is_on_the_page():
    told = set(re.findall(r"\*\*(.+?)\*\*", PAGE.read_text(encoding="utf-8")))
    assert {*get_args(Ruling), *get_args(Robustness)} - {"untested"} <= told
