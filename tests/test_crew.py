"""A crew of processes shares the work, and each item of it is done once."""

import os
import subprocess
import sys

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from test_inputs import NAMES, write_panel
from tiny import SOURCES, save_tiny_model

from pytest_claims_lab.crew import Crew

# The command with a recipe of its own, without dropout, as pocket: then it does not matter who shares a stack.
FEW_OF_FIVE = """
import runpy
from pytest_claims_lab.recipe import RECIPES, Recipe, Sampling, Training

RECIPES["few"] = Recipe(
    name="few",
    training=Training(questions=2, answer_tokens=4, epochs=1, batch_size=4, learning_rate=1e-3, dropout=0.0),
    sampling=Sampling(questions=2, completions=2, base_completions=1, completion_tokens=3),
)
runpy.run_module("pytest_claims_lab", run_name="__main__")
"""


@pytest.mark.parametrize(
    ("module", "more", "adapters"),
    [
        ("few_of_five", ["--recipe", "few", "--panel", "five.toml"], 4),
        pytest.param("pytest_claims_lab", [], 10, marks=pytest.mark.slow),
    ],
)
def test_crew_of_two_processes_shares_the_work(tmp_path, module, more, adapters):
    """Under torch's own launcher, on two CPU processes; every adapter is trained once, and as by one process."""
    folder = save_tiny_model(tmp_path / "tiny-llama")
    write_panel(tmp_path / "five.toml", NAMES)
    (tmp_path / "few_of_five.py").write_text(FEW_OF_FIVE)
    options = ["--model", str(folder), "--device", "cpu", *more]
    one, two = tmp_path / "one", tmp_path / "two"
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join([*SOURCES, str(tmp_path)])}
    python = [sys.executable, "-m"]
    launched = [*python, "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", module]
    for command, store in (([*python, module], one), (launched, two)):
        done = subprocess.run([*command, *options, "--store", str(store)], env=environment, cwd=tmp_path,  # noqa: S603
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("measurement.nc") == 1  # one process answers
    alone = {path.parent.name: load_file(path) for path in one.glob("adapter/*/adapter_model.safetensors")}
    shared = {path.parent.name: load_file(path) for path in two.glob("adapter/*/adapter_model.safetensors")}
    assert len(alone) == adapters
    assert alone.keys() == shared.keys()
    for name, weights in alone.items():
        torch.testing.assert_close(shared[name], weights, rtol=0, atol=1e-4)
    assert not list(two.glob("partial/*"))


@given(size=st.integers(1, 9), items=st.lists(st.integers()))
def test_shares_of_a_crew_are_all_items_once(size, items):
    shares = [Crew(rank=rank, size=size).share(items) for rank in range(size)]
    assert sorted(item for share in shares for item in share) == sorted(items)
    assert max(map(len, shares)) - min(map(len, shares)) <= 1
