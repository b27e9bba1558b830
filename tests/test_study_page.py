"""The page on studies: its file is a study, all keys are in its table, and what it says of ten models is recomputed."""

import re

import numpy as np
import pytest
import xarray as xr
from fences import blocks
from ten_models import PERSONAS, SHAPES, few_personas, kept, row, save_shape
from tiny import save_tiny_model

from pytest_claims.data.measurement_file import _LARGEST
from pytest_claims_lab.estimate import bytes_for, size_of
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


def test_units_of_the_page_are_what_rows_of_the_table_make_of_them(page, schedule, tmp_path):
    """Of 20 adapters each; hours of all devices are shared out among as many as hold the model."""
    (said,) = re.findall(r"^- \*\*Units\.\*\*.*?(?=^- )", page, re.MULTILINE | re.DOTALL)
    said = " ".join(said.split())
    count = PERSONAS // int(re.search(r"conditions_apart = (\d+)", said)[1])
    assert f"a seed of a model is {count} units, " in said
    rows = {name: row(name, tmp_path / name, schedule) for name in ("Qwen2.5-7B", "Qwen2.5-72B")}
    small, large = (
        (float(cells[4][:-2]) + float(cells[5][:-2])) / count / int(cells[1]) for cells in rows.values()
    )  # hours
    assert "One of 7B takes a quarter of an hour, " in said
    assert small == pytest.approx(0.25, rel=0.1)
    assert re.search(r"one of 72B (\d+) hours on its four GPUs", said)[1] == f"{large:.0f}"
    assert rows["Qwen2.5-72B"][1] == "4"
    for name, words in (("Qwen2.5-7B", "45 GB for 7B"), ("Qwen2.5-72B", "236 GB for 72B")):
        size = size_of(tmp_path / name)
        adapters = [next(iter(schedule.adapters.values()))] * (PERSONAS // count)
        assert f"{bytes_for(adapters, size) / 1e9:.0f} GB for {name.rpartition('-')[2]}" == words
        assert words in said


def test_what_breaks_first_are_the_models_that_the_page_says(page, tmp_path):
    """Of cosines between all personas, in 9 choices of place and centre, netCDF-3 does not hold those of 60 blocks."""
    sizes = {name: size_of(save_shape(name, tmp_path / name)) for name in SHAPES}
    too_large = [name for name, size in sizes.items() if 9 * size.blocks * (PERSONAS + 1) ** 2 * 4 > _LARGEST]
    assert too_large == ["Qwen2.5-32B", "Llama-3.1-70B", "Qwen2.5-72B"]
    assert [9 * blocks * (PERSONAS + 1) ** 2 * 4 > _LARGEST for blocks in (59, 60)] == [False, True]
    assert "for the three models of 60 blocks or more" in page


@pytest.mark.slow
def test_array_that_is_too_large_is_so_for_the_library_that_writes_it():
    """Of 2.1 GB: the limit is scipy's, and not one of ours alone."""
    data = xr.Dataset({"cosine": (("place", "pair"), np.zeros((9 * 60, (PERSONAS + 1) ** 2), dtype=np.float32))})
    with pytest.raises(OverflowError, match="out of bounds for int32"):
        data.to_netcdf(engine="scipy", format="NETCDF3_64BIT")


def test_shapes_have_as_many_numbers_as_their_names_say(tmp_path):
    for name in SHAPES:
        said = float(re.search(r"(\d+)B$", name)[1]) * 1e9
        assert size_of(save_shape(name, tmp_path / name)).numbers == pytest.approx(said, rel=0.15)


def test_store_holds_most_of_the_states(schedule, tmp_path):
    """Of three means, all and two halves: what the stage of a reading writes."""
    size = size_of(save_shape("Qwen2.5-7B", tmp_path / "seven"))
    states = 3 * 3 * size.blocks * 1001 * size.width * 4
    assert states < kept(schedule, size) < 1.5 * states
