"""What the court is told of this finding: how a measurement becomes a table, and what is drawn of it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from claims.marker_coupling.table import table_of
from pytest_claims import Measurement, Record, Table

if TYPE_CHECKING:
    from pytest_claims.figures import Named


def pytest_claims_table(measurement: Measurement) -> Table:
    """One row per source persona."""
    return table_of(measurement)


def pytest_claims_drawings(record: Record) -> "Iterable[Named]":
    """The scatter of each subject."""
    from claims.marker_coupling.figures import drawings  # brings matplotlib

    return drawings(record)
