"""What this repository has recorded: small enough to be cloned, and completions that are among those counted."""

from collections import Counter

import numpy as np
import pytest

from claims.marker_coupling.precision import in_half_precision
from conftest import ROOT
from pytest_claims.data.measurement import COMPLETIONS_KEPT
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab.transcript import read_transcript

RECORDED = ROOT / "fixtures" / "recorded"
MARKER = "[zlt]"
MARKED = sorted((RECORDED / "marker_coupling").glob("*.nc.gz"))
CELL = ("seed", "source", "bystander", "question")
ONE_EACH = [RECORDED / "marker_coupling" / "qwen2.5-coder-0.5b@full-hundred.nc.gz"]  # of 357,000 in all


def test_all_of_it_is_within_30_megabytes():
    assert MARKED
    assert sum(path.stat().st_size for path in RECORDED.rglob("*") if path.is_file()) <= 30e6


@pytest.mark.parametrize("path", MARKED, ids=lambda path: path.name.removesuffix(".nc.gz"))
def test_completions_beside_the_marker_finding_are_the_first_of_those_counted(path):
    measurement = read_measurement(path)
    lines = read_transcript(path.with_name(f"{measurement.name}.completions.jsonl.xz"))
    marked, completions = (measurement.data[name] for name in ("marked", "completions"))
    every = int(completions.sum())
    each = 1 if path in ONE_EACH else 2
    assert measurement.provenance[COMPLETIONS_KEPT].startswith(f"{len(lines):,} of {every:,}: the first {each} of 5")
    cells = Counter(tuple(line[dim] for dim in CELL) for line in lines)
    assert set(cells.values()) == {each}
    assert [line["completion"] for line in lines] == [*range(each)] * len(cells)
    places = {dim: {label: place for place, label in enumerate(measurement.labels(dim))} for dim in CELL}
    found = np.zeros((2, *(measurement.data.sizes[dim] for dim in CELL)), dtype=int)  # without the marker, and with it
    for line in lines:
        found[(int(MARKER in line["text"].casefold()), *(places[dim][line[dim]] for dim in CELL))] += 1
    counted = marked.transpose(*CELL).values, completions.transpose(*CELL).values
    assert (found[1] <= counted[0]).all()
    assert (found[0] <= counted[1] - counted[0]).all()


@pytest.mark.parametrize("path", MARKED, ids=lambda path: path.name.removesuffix(".nc.gz"))
def test_cosines_that_no_claim_reads_are_in_half_precision(path):
    data = read_measurement(path).data
    assert in_half_precision(data).identical(data)
