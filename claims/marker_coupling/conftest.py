"""What the court is told of this finding: how a measurement becomes a table."""

from claims.marker_coupling.table import table_of
from pytest_claims import Measurement, Table


def pytest_claims_table(measurement: Measurement) -> Table:
    """One row per source persona."""
    return table_of(measurement)
