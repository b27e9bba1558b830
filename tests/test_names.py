"""Odd names: as names of files they are safe, and figures show of them what fonts can draw."""

import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from claims.marker_coupling.figures import drawings
from pytest_claims.base.writing import Writing
from pytest_claims.report.captions import captions, legend, subject_title, title
from pytest_claims.report.figures import write_figures
from pytest_claims.report.file_name import file_name
from pytest_claims.report.fonts import USUAL, drawable, families
from pytest_claims.verdicts.record import read_record

NAMES = st.one_of(
    st.text(max_size=8), st.text(st.sampled_from("aA./\\:@-= $"), max_size=6), st.text(min_size=200, max_size=400)
)


@given(one=NAMES, other=NAMES)
@example(one="a", other="A")
@example(one="a/b", other="a-b")
@example(one="", other=".")
@example(one="../../evil", other="..\\..\\evil")
@example(one="n" * 300, other="n" * 301)
@example(one="é", other="e\u0301")
def test_no_two_names_share_a_file_and_none_leaves_the_folder(one, other):
    folded = [unicodedata.normalize("NFKD", file_name(name)).casefold() for name in (one, other)]
    assert (folded[0] == folded[1]) == (one == other)
    for name in folded:
        assert re.fullmatch(r"[a-z0-9@+._=-]{1,100}", name)
        assert name.strip(".") == name
        assert (Path("/reports") / name).resolve().parent == Path("/reports").resolve()


@pytest.mark.parametrize("name", ["con", "nul.txt", "com1", "COM1", "aux."])
def test_no_file_has_the_name_of_a_device(name):
    assert file_name(name).partition(".")[0] not in ("con", "nul", "com1", "aux")


@pytest.mark.parametrize("name", ["smollm2-135m@full", "qwen2.5-7b-instruct@published", "made", "a_b+c"])
def test_plain_name_stays(name):
    assert file_name(name) == name


def test_caption_is_the_name_wherever_it_can_be_shown():
    assert captions(["librarian", "a" * 99, "\x1b[0m", "\U000f1234"])[0] == "librarian"
    (_, long, escape, private) = captions(["librarian", "a" * 99, "\x1b[0m", "\U000f1234"])
    assert long == f"{'a' * 23}… (row 2)"
    assert escape == r"\x1b[0m"
    assert private == "row 4"  # no font has it
    assert title("\U000f1234").isascii()
    assert subject_title("\U000f1234") == file_name("\U000f1234")


def test_another_font_is_taken_where_it_has_the_signs():
    assert families("librarian Δr χ²") == [USUAL]
    fraktur = "\U0001d504"
    assert families(f"{fraktur}\U000f1234")[1:]  # STIX comes with matplotlib, too
    assert drawable(fraktur)
    assert not drawable("\U000f1234")


@pytest.fixture
def record(root):
    record = read_record(root / "reports" / "example" / "claims.json")
    return replace(record, subjects=record.subjects[:2], verdicts=())


def test_figure_that_cannot_be_drawn_keeps_no_other_from_being_drawn(record, tmp_path):
    first, second = record.subjects
    broken = replace(first, columns={**first.columns, "cosine": (1.0,)})
    several, writing = replace(record, subjects=(broken, second)), Writing()
    drawn = list(write_figures(several, tmp_path, writing, list(drawings(several))))
    assert [path.name for path in drawn[0]] == [f"scatter-{second.name}.png", f"scatter-{second.name}.pdf"]
    (notice,) = writing.notices
    assert re.fullmatch(rf"scatter-{first.name}\.png is not drawn \(.+\); the tables in claims\.md have .*", notice)
    assert not writing.failed
    with Image.open(drawn[0][0]) as picture:
        assert picture.size == (1100, 484)


def test_figure_that_cannot_be_written_is_told(record, tmp_path):
    first, _ = record.subjects
    (tmp_path / f"scatter-{first.name}.png").mkdir()
    writing = Writing()
    assert len(list(write_figures(record, tmp_path, writing, list(drawings(record))))) == 1
    (line,) = writing.failed
    assert re.match(r".*\.png is not written: .*; a folder stands where a file is wanted", line)


def test_names_that_are_shown_need_no_legend(record):
    assert legend(record) == {}
