"""The transcript: what was written is read, whatever the answers say, and few of very many are some of each."""

import gzip
import json
import lzma
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims_lab.texts import read_texts, write_texts
from pytest_claims_lab.transcript import few_of_each, read_transcript, write_transcript

LABELS = st.dictionaries(st.text().filter(lambda name: name != "text"), st.text() | st.integers())
LINES = st.lists(st.builds(lambda at, text: {**at, "text": text}, LABELS, st.text()))
FEW = st.builds(lambda who, text: {"who": who, "text": text}, st.sampled_from("abc"), st.text(max_size=2))
COMPRESS = {".gz": gzip.compress, ".xz": lzma.compress}


@given(LINES, st.sampled_from([".gz", ".xz"]))
def test_lines_are_read_as_they_were_written(tmp_path_factory, lines, suffix):
    path = tmp_path_factory.mktemp("transcript") / f"a.jsonl{suffix}"
    write_transcript(lines, path)
    assert read_transcript(path) == lines
    once = path.read_bytes()
    write_transcript(lines, path)
    assert path.read_bytes() == once


@given(st.lists(st.lists(st.text() | st.none())))
def test_texts_are_read_as_they_were_written(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("texts")
    write_texts(texts, folder)
    assert read_texts(folder) == texts


@pytest.mark.parametrize("suffix", COMPRESS)
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"who": "a"}', r"line 2: .*; wanted an object with a text; restore it, or measure again"),
        ('{"text": 3}', "wanted an object with a text"),
        ("[1]", "line 2: .*wanted an object with a text"),
        ('{"text": "x", "who": 1.5}', "line 2: who is '1.5'; wanted text or a whole number"),
        ('{"text": "x", "who": true}', "line 2: who is 'True'; wanted text or a whole number"),
        ('{"text": "x", "who": null}', "line 2: who is 'None'; wanted text or a whole number"),
        ('{"text": "x", "who": ["a"]}', "line 2: who is .*; wanted text or a whole number"),
        ("no JSON", "line 2"),
    ],
)
def test_lines_that_are_none(tmp_path, suffix, line, said):
    path = tmp_path / f"a.jsonl{suffix}"
    path.write_bytes(COMPRESS[suffix](f'{{"text": "first"}}\n{line}\n'.encode()))
    with pytest.raises(InputError, match=said):
        read_transcript(path)


def test_file_of_another_kind(tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": "x"}))
    with pytest.raises(InputError, match=r"a\.jsonl is not a file of completions: wanted \.gz or \.xz"):
        read_transcript(tmp_path / "a.jsonl")


@given(st.lists(FEW), st.integers(1, 12))
def test_few_of_each_are_the_first_of_each(lines, most):
    """As many of each as of any other, and one at least."""
    kept = few_of_each(lines, most)
    cells = Counter(one["who"] for one in lines)
    each = max(1, most // max(1, len(cells)))
    assert Counter(one["who"] for one in kept) == {who: min(count, each) for who, count in cells.items()}
    for who in cells:
        own = [one for one in lines if one["who"] == who]
        assert [one for one in kept if one["who"] == who] == own[:each]
