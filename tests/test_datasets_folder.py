"""Folders that the library datasets wrote, made here by that library."""

import json
import re

import pytest

from pytest_claims import InputError
from pytest_claims.reading.formats import read_cells

datasets = pytest.importorskip("datasets")

ROWS = {"item": ["x", "y", "z"], "score": [0.5, None, 1.0], "right": [True, False, None], "tokens": [[1], [2], [3]]}
TEXTS = {"item": ["x", "y", "z"], "score": ["0.5", "", "1"], "right": ["True", "False", ""]}


def texts(cells) -> dict[str, list[str]]:
    return {name: list(column) for name, column in cells.columns.items()}


@pytest.fixture
def saved(tmp_path):
    def save(dataset, **how):
        dataset.save_to_disk(tmp_path / "made", **how)
        return tmp_path / "made"

    return save


@pytest.mark.parametrize("shards", [1, 2])
def test_a_dataset_is_its_rows(saved, shards):
    cells = read_cells(saved(datasets.Dataset.from_dict(ROWS), num_shards=shards))
    assert (texts(cells), cells.unread, cells.name) == (TEXTS, ("tokens",), "made")
    assert list(cells.places) == ["made, row 1", "made, row 2", "made, row 3"]


def test_several_splits_have_a_column_that_says_which(saved):
    two = datasets.DatasetDict({name: datasets.Dataset.from_dict(ROWS) for name in ("train", "test")})
    cells = read_cells(saved(two))
    assert texts(cells)["split"] == ["train"] * 3 + ["test"] * 3
    assert texts(cells)["item"] == ["x", "y", "z"] * 2


def test_rows_that_were_chosen_are_saved_as_chosen(saved):
    chosen = datasets.Dataset.from_dict(ROWS).select([2, 0])
    assert texts(read_cells(saved(chosen)))["item"] == ["z", "x"]


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("state.json", "{", "made/state.json cannot be read as JSON ("),
        ("state.json", "[]", "made/state.json holds list, wanted an object; wanted a folder as datasets' save_to_disk"),
        ("state.json", "{}", "made/state.json names no files of data; wanted a folder as"),
        ("data-00000-of-00001.arrow", "", "made/data-00000-of-00001.arrow cannot be read as an Arrow stream ("),
        ("data-00000-of-00001.arrow", None, "made/data-00000-of-00001.arrow cannot be read as an Arrow stream ("),
        ("dataset_dict.json", "{}", "made/dataset_dict.json names no splits; wanted a folder as"),
    ],
)
def test_what_is_not_whole_is_refused_in_one_line(saved, file, content, message):
    folder = saved(datasets.Dataset.from_dict(ROWS))
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(content)
    with pytest.raises(InputError, match=f"^{re.escape(message)}") as raised:
        read_cells(folder)
    assert "\n" not in str(raised.value)


def test_nothing_outside_the_folder_is_read(saved):
    folder = saved(datasets.Dataset.from_dict(ROWS))
    state = json.loads((folder / "state.json").read_text())
    state["_data_files"] = [{"filename": "../../etc/data-00000-of-00001.arrow"}]
    (folder / "state.json").write_text(json.dumps(state))
    assert texts(read_cells(folder)) == TEXTS
