"""The page of methods cites what the code cites, and nothing else."""

import re

import pytest

# The year, the journal, and volume with pages, by which a paper is known.
CITED = re.compile(r"\b(\d{4})\)?, ([A-Z][A-Za-z. ]{3,40}?) (\d+, e?\d+(?:-\d+)?)\b")


def cited(text):
    return {(year, place) for year, _, place in CITED.findall(" ".join(text.replace("#", " ").split()))}


@pytest.fixture
def of_code(root):
    return cited("\n".join(path.read_text(encoding="utf-8") for path in (root / "harness").rglob("*.py")))


@pytest.fixture
def of_page(root):
    return cited((root / "docs" / "methods.md").read_text(encoding="utf-8"))


def test_every_paper_of_the_code_is_on_the_page(of_code, of_page):
    assert len(of_code) > 40
    assert of_code <= of_page


def test_every_paper_of_the_page_is_in_the_code(of_code, of_page):
    assert of_page <= of_code
