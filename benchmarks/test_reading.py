"""How long a log of two million rows takes to read, beside pyarrow's own reading of the same columns.

Measured alternately in one run. Run by `make bench`.
"""

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from pytest_claims.reading.formats import read_cells

ROWS = 2_000_000
WANTED = ("item", "model", "prompt", "score", "correct")


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """20,000 items, 5 models, 20 prompts, two measured columns, and replies of 200 characters that nobody wants."""
    random, path = np.random.default_rng(0), tmp_path_factory.mktemp("log") / "log.parquet"

    def names(letter: str, codes: np.ndarray) -> pa.Array:
        return pa.array([f"{letter}{code}" for code in range(codes.max() + 1)]).take(pa.array(codes))

    columns = {
        "item": names("i", np.tile(np.arange(20_000), 100)),
        "model": names("m", np.repeat(np.arange(5), ROWS // 5)),
        "prompt": names("p", np.repeat(np.tile(np.arange(20), 5), 20_000)),
        "score": random.random(ROWS),
        "correct": random.random(ROWS) < 0.5,
        "reply": pa.array([f"{code:0200}" for code in range(1000)]).take(pa.array(random.integers(0, 1000, ROWS))),
    }
    parquet.write_table(pa.table(columns), path)
    return path


@pytest.mark.benchmark(group="reading two million rows")
def test_as_cells(benchmark, log):
    cells = benchmark.pedantic(read_cells, args=(log,), kwargs={"wanted": WANTED}, rounds=3)
    assert (len(cells), cells.unread) == (ROWS, ("reply",))


@pytest.mark.benchmark(group="reading two million rows")
def test_by_pyarrow(benchmark, log):
    table = benchmark.pedantic(parquet.read_table, args=(log,), kwargs={"columns": list(WANTED)}, rounds=3)
    assert table.num_rows == ROWS
