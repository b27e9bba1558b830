"""claims.md fits into a comment on a pull request whatever it is about, and says what it leaves out."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_records import KINDS, record_with
from markdown_it import MarkdownIt
from test_terminal import compared, on_record

from pytest_claims.report.context import Context
from pytest_claims.report.cut import Block, cut
from pytest_claims.report.markdown import MOST, markdown
from pytest_claims.report.marks import mark_of
from pytest_claims.verdicts.known import Baseline

HELD = next(one for one in KINDS if mark_of(one).sign == "H")
FAILED = next(one for one in KINDS if mark_of(one).sign == "X" and one.ruling == "failed")


@pytest.mark.parametrize(
    ("claims", "subjects", "left_out"),
    [
        (4000, 2, "claims"),
        (3, 1000, "subjects"),
        pytest.param(3, 4000, "subjects", marks=pytest.mark.slow),
        (300, 30, "failures"),
    ],
)
def test_page_of_any_size_fits_into_a_comment_and_says_what_it_leaves_out(claims, subjects, left_out):
    record = record_with(
        [f"claim-{n}" for n in range(claims)], [f"s{n}" for n in range(subjects)], kinds=[FAILED, HELD]
    )
    page = markdown(record, compared(record, Baseline()))
    assert len(page) < MOST
    (said,) = re.findall(r"\*\*Left out here, for want of room: (.*)\.\*\* All of it is in `index.html` and", page)
    assert left_out in said


def test_page_of_many_findings_with_long_titles_fits():
    record = record_with(["a"], ["b"], finding="x" * 100_000)
    assert len(markdown(record, Context())) < MOST


def test_small_page_has_every_claim_subject_change_and_failure():
    record = record_with(
        ["a-held", "b-failed", "c-new"], ["one", "two"], kinds=[HELD, HELD, FAILED, FAILED, HELD, HELD]
    )
    baseline = on_record(record, without=["c-new"])
    known = baseline.verdicts
    baseline = replace(baseline, verdicts={**known, ("gone", "one"): known["a-held", "one"]})
    context = compared(record, baseline, missing=[("gone", "one")])
    page = markdown(record, context)
    assert "Left out" not in page
    assert "- gone on one\n" in page
    assert "- **new claim**: c-new: held on 2 of 2 subjects; --claims-save accepts it\n" in page
    rows = [line for line in page.splitlines() if line.startswith("|")]
    assert rows == [
        "| claim | a | b |",
        "| --- | --- | --- |",
        "| **c-new** | `H` | `H` |",
        "| b-failed | `X` | `X` |",
        "| a-held | `H` | `H` |",
    ]
    assert {"- a: one", "- b: two"} <= set(page.splitlines())
    assert len(re.findall(r"^- b-failed on (?:one \(a\)|two \(b\)): failed", page, re.MULTILINE)) == 2
    assert "- *held, robust*: " in page
    assert "![" not in page


@given(name=st.text(st.sampled_from("ab|`*_<>[]()!&#\\\n\x1b\u202e$~@-"), min_size=1, max_size=20))
def test_names_of_others_are_text(name):
    """Whatever a name holds, the page has no tag, link, picture or line that comes from it."""
    record = record_with([name], [name], finding=name, kinds=[FAILED])
    page = markdown(record, compared(record, Baseline()))
    assert not re.search("[\x1b\u202e]", page)
    tokens = MarkdownIt("commonmark").enable("table").parse(page)
    kinds = {child.type for token in tokens for child in token.children or []} | {token.type for token in tokens}
    assert not kinds & {"html_block", "html_inline", "link_open", "image", "fence", "hr", "blockquote_open"}
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2", "h3", "h2"]
    assert sum(token.type == "tr_open" for token in tokens) == 2


BLOCKS = st.lists(
    st.builds(
        Block,
        head=st.lists(st.text("ab", max_size=9), max_size=2),
        lines=st.lists(st.text("ab", min_size=1, max_size=9), max_size=5),
        what=st.sampled_from(["rows", "failures"]),
        rank=st.integers(0, 2),
    ),
    max_size=6,
)


@given(blocks=BLOCKS, room=st.integers(0, 200))
def test_what_is_cut_fits_and_every_line_is_there_or_counted(blocks, room):
    text, left_out = cut(blocks, room)
    assert len(text) <= max(room, 0)
    whole, none = cut(blocks, 10_000)
    assert not none
    assert sum(left_out.values()) <= sum(len(block.lines) for block in blocks)
    assert (text == whole) == (not left_out)
    last = max((block.rank for block in blocks), default=0)
    if blocks and len(text) == 0 and last:
        assert left_out or not whole
