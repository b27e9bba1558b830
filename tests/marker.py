"""The marker finding as its claims see it: its declaration, and the table that it makes of a measurement by that."""

from typing import Final

from claims.marker_coupling import table
from conftest import ROOT
from pytest_claims.data.finding import Finding, read_finding
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.table import Table

FINDING: Final[Finding] = read_finding(ROOT / "claims" / "marker_coupling")


def table_of(measurement: Measurement) -> Table:
    """What the hook of the finding gives."""
    return table.table_of(measurement, FINDING.design)
