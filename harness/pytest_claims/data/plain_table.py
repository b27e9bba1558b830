"""The table of a measurement whose finding says nothing of it: its columns as they are.

Knows nothing about what they mean.
"""

import numpy as np

from pytest_claims.base.errors import InputError
from pytest_claims.data.design import Design, Words
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.table import Table


def plain_table(measurement: Measurement) -> Table:
    """One row for each label, and a column for each array along them.

    Raises:
        InputError: for arrays along several dimensions: only a finding knows what they are to its claims.
    """
    layouts = {tuple(map(str, array.dims)) for array in measurement.data.data_vars.values()}
    if len(layouts) != 1 or len(dims := layouts.pop()) != 1:
        along = ", ".join(map(str, measurement.data.dims)) or "nothing"
        raise InputError(
            f"{measurement.name} holds arrays along {along}, wanted columns along one dimension; declare units, "
            "factors and what was measured in finding.toml, or say how they become a table with the hook "
            "pytest_claims_table in the conftest.py of the finding"
        )
    return Table(
        subject=measurement.name,
        base_model=measurement.base_model,
        rows=tuple(map(str, measurement.labels(dims[0]))),
        columns={str(name): np.asarray(array, dtype=float) for name, array in measurement.data.data_vars.items()},
        rounding=measurement.rounding,
        families=measurement.families,
        design=Design(words=Words(unit=dims[0])),
    ).fresh()
