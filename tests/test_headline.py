"""Headline and conclusions of a finding, on its page and between the marks of others, as a run writes them."""

import re

import found_project
import pytest
from found_project import DECLARED, FALLING, RISING

court = found_project.court

CONCLUDED = """
pages = ["../README.md"]

[units]"""
SENTENCES = """
[headline]
subjects = ["own", "*"]
rows = [{ name = "does it rise?", claim = "zeta-rises" }]

[[conclusion]]
part = "in short"
text = "It rises: {0.value}."
needs = [{ claims = "zeta-rises", subjects = "own", says = "held" }]

[[conclusion]]
part = "in short"
text = "It rises on all {0.count}."
needs = [{ claims = "zeta-rises", subjects = "*", says = "held" }]
"""
README = "# Ours\n\n<!-- claims/claims: headline, in short -->\n<!-- end -->\n\nThe end.\n"


@pytest.fixture
def pages(court):
    """The same with a README that wants headline and conclusions."""
    (court.pytester.path / "claims" / "finding.toml").write_text(DECLARED.replace("\n[units]", CONCLUDED) + SENTENCES)
    court.readme = court.pytester.path / "README.md"
    court.readme.write_text(README)
    return court


def test_headline_and_conclusions_stand_on_the_page_and_between_the_marks_of_others(pages):
    pages.table("new", RISING)
    page = pages.page()
    assert "- It rises: +1.00. *(zeta-rises)*" in page
    readme = pages.readme.read_text()
    assert readme.endswith("\nIt rises: +1.00. It rises on all 1.\n<!-- end -->\n\nThe end.\n")
    assert re.search(
        r"^\| does it rise\? \| \*\*r \+1\.00 \[.*\]\*\*, p < 0\.001; without p\d \+1\.00 \[", readme, re.M
    )
    assert "These are 2 data sets of 2 base models. 6 items are in more than one. No interval" in readme
    pages.judge().stdout.fnmatch_lines(["findings: *README.md, unchanged"])


def test_conclusions_stand_on_the_page_of_the_run_with_links_to_their_claims(pages):
    pages.table("new", RISING)
    pages.judge()
    page = (pages.pytester.path / "reports/index.html").read_text()
    assert re.search(r'<li>It rises: \+1\.00\. \(<a href="#claim=zeta-rises">zeta-rises</a>\)</li>', page)


def test_sentence_that_no_longer_follows_is_gone_and_told(pages):
    pages.table("new", FALLING)
    result = pages.judge()
    said = "'It rises on all {0.count}.' is not written: zeta-rises on new is contradicted, robust, and it needs held"
    result.stdout.fnmatch_lines([f"NOTICE: {said}"])
    assert "It rises: +1.00.\n<!-- end -->" in pages.readme.read_text()
    assert "It rises on all" not in pages.page_file.read_text()


@pytest.mark.parametrize(
    ("readme", "said"),
    [
        (README.replace("in short", "in shrot"), "../README.md: unknown part 'in shrot'; did you mean 'in short'? *"),
        (
            README.replace("<!-- end -->", ""),
            "../README.md: <!-- claims/claims: headline, in short --> does not end; *",
        ),
        ("# Ours\n", "../README.md has no line <!-- claims/claims: ... -->; write one, *"),
        (None, "*README.md*; correct pages in its claims/finding.toml"),
    ],
)
def test_page_that_cannot_be_filled_is_refused_and_nothing_is_written(pages, readme, said):
    pages.table("new", RISING)
    pages.readme.unlink() if readme is None else pages.readme.write_text(readme)
    result = pages.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines([f"ERROR: FINDINGS.md is not written: {said}"])
    assert not pages.page_file.exists()
