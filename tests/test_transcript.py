"""The transcript: what was written is read, whatever the answers say."""

import gzip
import json
import lzma

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims_lab.texts import read_texts, write_texts
from pytest_claims_lab.transcript import read_transcript, write_transcript

LABELS = st.dictionaries(st.text().filter(lambda name: name != "text"), st.text() | st.integers())
LINES = st.lists(st.builds(lambda at, text: {**at, "text": text}, LABELS, st.text()))
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
