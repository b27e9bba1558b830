"""The page on studies: its file is a study, all keys are in its table, and what it says of ten models is recomputed."""

import re

import pytest
from fences import blocks
from ten_models import SHAPES, few_personas, kept, row, save_shape
from tiny import save_tiny_model

from pytest_claims_lab.estimate import size_of
from pytest_claims_lab.study.file import StudyFile, read_study


@pytest.fixture(scope="module")
def page(root):
    return (root / "docs/study.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def schedule(tmp_path_factory):
    folder = tmp_path_factory.mktemp("few")
    return few_personas(save_tiny_model(folder / "tiny"), folder)


def test_file_of_the_page_is_a_study(root, tmp_path):
    (block,) = (one for one in blocks(root / "docs/study.md") if one.title == "STUDY.toml")
    (tmp_path / "STUDY.toml").write_text(block.text)
    study = read_study(tmp_path / "STUDY.toml")
    assert len(study.models) * len(study.recipes) * len(study.set) == 6
    assert "six measurements" in (root / "docs/study.md").read_text()


def test_every_key_is_in_the_table(page):
    table = page.partition("| key | what it says |")[2].partition("\n\n")[0]
    said = {
        name.strip("[]")
        for name in re.findall(r"`([^`]+)`", "\n".join(line.split(" | ")[0] for line in table.splitlines()))
    }
    assert said == set(StudyFile.model_fields)


def test_what_ten_models_take_is_what_the_code_expects(page, schedule, tmp_path):
    said = re.findall(r"^\| (\S+-\d+B) \| (.+) \|$", page, re.MULTILINE)
    assert [name for name, _ in said] == list(SHAPES)
    assert [cells.split(" | ") for _, cells in said] == [row(name, tmp_path / name, schedule) for name in SHAPES]
    train, sample = (sum(int(cells.split(" | ")[place][:-2]) for _, cells in said) for place in (4, 5))
    store = sum(int(cells.split(" | ")[6][:-3]) for _, cells in said)
    assert f"{train + sample:,} device-hours a seed, of which {train} are training, and {store} GB in the store" in page


def test_shapes_have_as_many_numbers_as_their_names_say(tmp_path):
    for name in SHAPES:
        said = float(re.search(r"(\d+)B$", name)[1]) * 1e9
        assert size_of(save_shape(name, tmp_path / name)).numbers == pytest.approx(said, rel=0.15)


def test_store_holds_most_of_the_states(schedule, tmp_path):
    """Of three means, all and two halves: what the stage of a reading writes."""
    size = size_of(save_shape("Qwen2.5-7B", tmp_path / "seven"))
    states = 3 * 3 * size.blocks * 1001 * size.width * 4
    assert states < kept(schedule, size) < 1.5 * states
