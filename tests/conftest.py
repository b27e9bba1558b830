import gc
import importlib.metadata
import os
from collections.abc import Generator, Iterator
from functools import cached_property
from pathlib import Path

# Before anything imports torch. Each of its threads is for one core, and the workers have these already: several of
# them would wait for each other, in processes that tests start, too.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import hypothesis
import numpy as np
import pytest
import xarray as xr

from pytest_claims.data.measurement import Measurement
from pytest_claims.data.table import Table

pytest_plugins = ["pytester"]
collect_ignore = ["findings"]  # claims about made-up data: test_findings_of_others judges them, and some fail
# A shared machine may stall for longer than Hypothesis's default of 200 ms; speed is measured in benchmarks/.
hypothesis.settings.register_profile("project", deadline=None, max_examples=25)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=100)  # of make slow and make check
hypothesis.settings.load_profile("project")

ROOT = Path(__file__).parents[1]


def pytest_configure(config: pytest.Config) -> None:
    """Here warnings are errors, and not where a user runs claims of this checkout."""
    config.addinivalue_line("filterwarnings", "error")
    config.addinivalue_line(
        "filterwarnings", "default::pytest_claims.base.errors.Notice"
    )  # told in the summary; no defect


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is loaded by then stays: to look through its million objects for garbage takes a second each time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


class _Installed(importlib.metadata.PathDistribution):
    """What is installed, read once: each run of pytest within this process asks all of it for plugins."""

    metadata = cached_property(importlib.metadata.PathDistribution.metadata.fget)
    entry_points = cached_property(importlib.metadata.PathDistribution.entry_points.fget)
    files = cached_property(importlib.metadata.PathDistribution.files.fget)


@pytest.fixture(autouse=True, scope="session")
def _installed_stays() -> Iterator[None]:
    installed = [_Installed(one._path) for one in importlib.metadata.distributions()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(importlib.metadata, "distributions", lambda: iter(installed))
        yield


@pytest.fixture(autouse=True)
def _anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a server of tests pytest says errors in full a second time, in its short summary."""
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


def make_table(rows: int = 6, seed: int = 0) -> Table:
    """A table of random columns, as a claim would see it."""
    random = np.random.default_rng(seed)
    marked = random.integers(1, 99, rows).astype(float)
    return Table(
        subject="made@up",
        rows=tuple(f"persona_{row}" for row in range(rows)),
        columns={
            "cosine": random.uniform(-1, 1, rows),
            "js": random.uniform(0, 0.5, rows),
            "source_rate": marked / 100,
            "marked": marked,
            "completions": np.full(rows, 100.0),
        },
    )


def between(values: np.ndarray, itself: float) -> np.ndarray:
    """The squares (..., persona, other), the same in both directions, and ``itself`` on the diagonal."""
    upper = np.triu(values, 1)
    return upper + np.swapaxes(upper, -1, -2) + itself * np.eye(values.shape[-1])


def make_measurement(*, sources: int = 5, questions: int = 3, layers: int = 7, seed: int = 0) -> Measurement:
    """A measurement with every variable that the laboratory writes."""
    random = np.random.default_rng(seed)
    names = ["assistant", *(f"persona_{row}" for row in range(sources))]
    shape = (1, sources, sources + 1, questions)
    completions = random.integers(1, 6, shape).astype(np.int32)
    square = between(random.uniform(-1, 1, (layers, sources + 1, sources + 1)), 1.0)
    divergence = between(random.uniform(0, 0.6, (questions, sources + 1, sources + 1)), 0.0)
    counts = ("seed", "source", "bystander", "question")
    return Measurement(
        name="made@up",
        data=xr.Dataset(
            {
                "marked": (counts, random.integers(0, completions + 1).astype(np.int32)),
                "completions": (counts, completions),
                "cosine": (("layer", "persona", "other"), square),
                "js": (("question", "persona", "other"), divergence),
            },
            coords={
                "seed": [0],
                "source": names[1:],
                "bystander": names,
                "question": [f"Why {row}?" for row in range(questions)],
                "layer": np.arange(layers, dtype=np.int32),
                "persona": names,
                "other": names,
            },
        ),
        provenance={"machine": "none: made up — für Tests"},
    )
