"""What the court is told of this finding: how a measurement becomes a table."""

from claims.marker_coupling.table import table_of
from pytest_claims import Design, Measurement, Table


def pytest_claims_table(measurement: Measurement, design: Design) -> Table:
    """One row per source persona."""
    return table_of(measurement, design)
