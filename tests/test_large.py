"""The benchmark of large networks, with tiny ones on a CPU."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import SOURCES

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_every_case_is_planned_trained_sampled_and_read(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", ":".join([*SOURCES, *sys.path]))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    out = tmp_path / "large.json"
    subprocess.run([sys.executable, ROOT / "benchmarks" / "large.py", "--tiny", "--out", out], check=True)  # noqa: S603
    said = json.loads(out.read_text())
    cases = {"7b", "7b-checkpointing", "32b-4bit", "32b-spread"}
    assert cases <= set(said)
    if importlib.util.find_spec("bitsandbytes") is None:
        assert said["32b-4bit"] == {"left out": "bitsandbytes is not installed"}
        cases -= {"32b-4bit"}
    for name in cases:
        parts = {part: found for part, found in said[name].items() if part != "plan"}
        assert set(parts) == {"training", "sampling", "reading"}
        assert not [part for part, found in parts.items() if "failed" in found]
    assert said["7b"]["training"]["checkpointing"] is False
    assert said["7b-checkpointing"]["training"]["checkpointing"] is True
    assert (
        said["7b"]["training"]["losses without and with"]
        == said["7b-checkpointing"]["training"]["losses without and with"]
    )
