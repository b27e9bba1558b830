"""The hooks that a conftest.py or another plugin may implement.

Knows nothing about who does.
"""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_claims.data.measurement import Measurement
    from pytest_claims.data.subject import Subject
    from pytest_claims.data.table import Table


@pytest.hookspec
def pytest_claims_subjects(config: pytest.Config) -> "list[Subject]":  # type: ignore[empty-body]
    """Offer subjects to claims."""


@pytest.hookspec(firstresult=True)
def pytest_claims_table(measurement: "Measurement") -> "Table | None":
    """Make the table that claims see of a measurement.

    In the conftest.py of a finding's folder it is asked for the claims of that folder. Without one, columns along one
    dimension are the table as they are. Raises InputError for a measurement that the finding cannot use.
    """
