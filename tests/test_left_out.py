"""A table without a label, such as a year, and what is not there told as what it is."""

import numpy as np
import pytest
from orchard import DESIGN, YEARS, grove

from pytest_claims import ROWS, Array, InputError, Table, Undecided, pooled


def never_set() -> Table:
    """Of three rows, one tried in the first year alone."""
    counts = {
        "set": np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 1.0]]),
        "flowers": np.array([[4.0, 4.0, 4.0], [4.0, 0.0, 4.0]]),
    }
    arrays = {name: Array(values=values, dims=("year", ROWS), outcome=True) for name, values in counts.items()}
    columns = pooled(DESIGN, arrays)
    return Table(
        subject="made", rows=("a", "b", "c"), columns=columns, design=DESIGN, arrays=arrays, labels={"year": YEARS[:2]}
    )


def test_row_that_one_year_alone_knows_is_a_gap_without_it():
    """It was an error, which called it row 2."""
    with pytest.raises(Undecided, match=rf"^without year {YEARS[0]} there are no flowers of b$"):
        never_set().without(year=str(YEARS[0]))


def test_row_that_is_gone_needs_no_rate():
    """A copy without a row was refused for its counts."""
    assert never_set().without("b").without(year=str(YEARS[0]))["share_set"].tolist() == [0, 0.25]


@pytest.mark.parametrize(
    ("dim", "label", "message"),
    [
        ("yaer", "2025", "unknown unit or factor 'yaer'; did you mean 'year'"),
        ("year", "1900", "no year '1900': have 2024, "),
    ],
)
def test_label_that_there_is_not_is_refused(dim, label, message):
    with pytest.raises(InputError if dim == "yaer" else Undecided, match=message):
        grove().without(**{dim: label})


def test_column_as_an_attribute_is_told_how_it_is_written():
    """It was that a Watched has no such attribute."""
    with pytest.raises(AttributeError, match=r"no attribute 'height'; a column is written table\['height'\]"):
        _ = grove().height  # type: ignore[attr-defined]
