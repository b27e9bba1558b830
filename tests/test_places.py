"""The pages on replication: their files are read, and what they say of a 7B model is what the code expects."""

import json
import re

import pytest
from fences import blocks
from planned import marker_file, marker_plan
from seven import save_shape_of_seven_billion
from tiny import save_tiny_model

from claims.marker_coupling.experiment import RECIPES
from claims.marker_coupling.panel import read_panel, read_questions
from pytest_claims_lab import estimate
from pytest_claims_lab.estimate import Clock, Size, bytes_for, size_of
from pytest_claims_lab.options import Settings, plan_of
from pytest_claims_lab.outlook import size_in_words as in_words
from pytest_claims_lab.progress import duration
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.store import Store

SPEED = 780e12  # of the page: operations a second of an H100
ADAPTER = 323e6  # bytes, likewise


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def seven(tmp_path_factory):
    return save_shape_of_seven_billion(tmp_path_factory.mktemp("models") / "seven")


@pytest.fixture
def plan(tiny, tmp_path):
    """The plan of a recipe: what its stages are hangs on no model."""

    def made(recipe, **more):
        return marker_plan(tiny, RECIPES[recipe], weights_dir=tmp_path, **{"dtype": "bfloat16"} | more)

    return made


def file(root, page, name, folder):
    (block,) = (one for one in blocks(root / "docs" / page) if one.title == name)
    (folder / name).write_text(block.text, encoding="utf-8")
    return str(folder / name)


def test_own_panel_and_questions_are_enough_for_the_small_recipe(root, tiny, tmp_path):
    panel = file(root, "replicating.md", "my-personas.toml", tmp_path)
    questions = file(root, "replicating.md", "my-questions.toml", tmp_path)
    assert read_panel(panel).families == {"baker": "food", "cook": "food"}
    assert (len(read_questions(questions).train), len(read_questions(questions).evaluation)) == (20, 10)
    settings = (f"panel={panel}", f"questions={questions}")
    made = plan_of(marker_file(), str(tiny), Settings(recipe="pocket", set=settings, seeds=3, learning_rate=1e-3))
    assert made.name == "tiny@pocket-my-personas-my-questions"
    assert len(Schedule(made, Store(tmp_path / "store")).adapters) == 3 * 5


def test_bystanders_of_the_page_are_personas_of_its_panel(root, tmp_path):
    page = (root / "docs/replicating.md").read_text(encoding="utf-8")
    (bystanders,) = re.findall(r"`(bystanders = \[.+?\])`", page)
    panel = file(root, "replicating.md", "my-personas.toml", tmp_path)
    text = (tmp_path / "my-personas.toml").read_text()
    (tmp_path / "my-personas.toml").write_text(text.replace("[[personas]]", f"{bystanders}\n\n[[personas]]", 1))
    assert read_panel(panel).bystanders == ("baker", "tailor")


def rows(root):
    page = (root / "docs/places.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `(\w+)`, (\d+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", page, re.MULTILINE)


def test_what_a_large_model_takes_is_what_the_code_expects(root, plan, seven, tmp_path, monkeypatch):
    monkeypatch.setattr(estimate, "_speed", lambda side, device, dtype: SPEED)  # of a card that is not here
    size, store = size_of(seven), Store(tmp_path / "store")
    clock = Clock(store, size, device="cuda", dtype="bfloat16")
    base = in_words((seven / "model.safetensors").stat().st_size)
    assert len(rows(root)) == 3
    for recipe, seeds, *said in rows(root):
        groups = Schedule(plan(recipe, seeds=int(seeds)), store).groups
        every = [stage for group in groups for stage in group.stages]
        kept, most = sum(estimate._kept(one, size) for one in every), bytes_for(every, size)
        seconds = sum(clock.seconds(several)[0] for several in (group.stages for group in groups))
        assert said == [base, in_words(kept), in_words(most), duration(seconds)]


def test_what_a_small_model_takes_is_what_the_code_expects(root, plan, tmp_path):
    size = Size(numbers=134_515_008, blocks=30, width=576, sides=305_280)  # SmolLM2-135M, by size_of its files
    page = (root / "docs/places.md").read_text(encoding="utf-8")
    assert f"an adapter of it is {in_words(RECIPES['pocket'].training.rank * size.sides * 4)}." in page
    for seeds, kept, *both in ((1, 0.4e9, "2.7 GB", "2.8 GB"), (5, 2.0e9, "13.7 GB", "13.7 GB")):
        for recipe, most in zip(("pocket", "full"), both, strict=True):
            every = list(Schedule(plan(recipe, seeds=seeds), Store(tmp_path / "store")).stages)
            assert sum(estimate._kept(one, size) for one in every) == pytest.approx(kept, rel=0.06)
            assert in_words(bytes_for(every, size)) == most
            assert most in page


def test_an_adapter_of_a_large_model_is_as_large_as_the_page_says(root, seven):
    rank = RECIPES["full"].training.rank
    assert rank * size_of(seven).sides * 4 == pytest.approx(ADAPTER, rel=0.01)
    assert "One adapter is 323 MB" in (root / "docs/places.md").read_text()


def test_what_was_measured_of_its_shape_is_in_the_raw_numbers(root):
    page = (root / "docs/places.md").read_text(encoding="utf-8")
    files = [
        json.loads((root / f"benchmarks/measured/{name}.json").read_text())
        for name in ("h100-large", "h100-torch-2.14")
    ]
    steps = [sum(one["7B shape: 10 adapters, s per step"]) / 4 for one in files]
    peaks = [one["7B shape: 10 adapters, peak GiB"] for one in files]
    assert f"{min(steps):.2f} to {max(steps):.2f} s" in page
    assert f"{min(peaks):.0f} to {max(peaks):.0f} GiB" in page
    training, data = RECIPES["full"].training, RECIPES["full"].data
    examples = data.questions * (1 + data.negatives_per_positive)
    assert f"`full` has {training.epochs * -(-examples // training.batch_size)}," in page
