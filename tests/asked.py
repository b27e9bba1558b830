"""A finding of a test: a model is asked four things as it comes, and finding.toml alone makes a table of it."""

from pathlib import Path

TOML = """
title = "Answers are long"
source = "made up"
[units]
item = {}
[measured]
long = { successes = "longs", trials = "answers" }
"""
EXPERIMENT = """
from pytest_claims_lab import Experiment, Greedy, Item, Probe


def experiment(recipe):
    items = [Item(at={"item": name}, user=f"Say {name}.") for name in ("ash", "oak", "yew", "elm")]
    return Experiment(probes=[Probe(name="longs", of="answers", how=Greedy(tokens=3), items=items, score=is_long)])


def is_long(item, text):
    return len(text) > 0
"""
CLAIM = '''
from pytest_claims import claim

@claim("{named}-answers-are-long", source="made up")
def test_long(table):
    """Some answers are long."""
    assert table["long"].mean() > {above}
'''


def write_finding(folder: Path, *, experiment: str = EXPERIMENT, above: float = -1) -> Path:
    """A folder with a finding called after it."""
    folder.mkdir(parents=True)
    (folder / "finding.toml").write_text(TOML)
    (folder / "experiment.py").write_text(experiment)
    (folder / f"test_{folder.name}.py").write_text(CLAIM.format(named=folder.name.replace("_", "-"), above=above))
    return folder
