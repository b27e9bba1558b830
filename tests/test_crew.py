"""A crew of processes shares the work, and each item of it is done once."""

import os
import subprocess
import sys

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from planned import FEW_FILE, FOLDER, write_panel
from safetensors.torch import load_file
from tiny import SOURCES, save_tiny_model

from pytest_claims_lab.commands import measure
from pytest_claims_lab.crew import Crew


@pytest.mark.parametrize(
    ("more", "adapters"),
    [
        (["--recipe", "few.toml", "--set", "training.dropout=0.0", "--set", "panel=five.toml"], 4),
        pytest.param([], 10, marks=pytest.mark.slow),
    ],
)
def test_crew_of_two_processes_shares_the_work(tmp_path, monkeypatch, capsys, more, adapters):
    """Under torch's own launcher, on two CPU processes; every adapter is trained once, and as by one process."""
    folder = save_tiny_model(tmp_path / "tiny-llama")
    write_panel(tmp_path / "five.toml")
    (tmp_path / "few.toml").write_text(FEW_FILE)
    options = [str(FOLDER), "--model", str(folder), "--device", "cpu", *more]
    one, two = tmp_path / "one", tmp_path / "two"
    monkeypatch.chdir(tmp_path)
    assert measure([*options, "--store", str(one)]) == 0
    environment = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(SOURCES)}
    launcher = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run([*launcher, "-m", "pytest_claims_lab", *options, "--store", str(two)],  # noqa: S603
                          env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    for said in (capsys.readouterr().out, done.stdout):
        assert said.count("measurement.nc") == 1  # one process answers
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
