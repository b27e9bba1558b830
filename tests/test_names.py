"""Odd names: as names of files they are safe."""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pytest_claims.report.file_name import file_name

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
