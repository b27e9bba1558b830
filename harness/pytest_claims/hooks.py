"""Hooks: what a conftest.py, or a plugin, may do for the claims of a run.

Each is an ordinary pytest hook: define a function of its name in conftest.py. It may leave out arguments that it
does not need. ``@pytest.hookimpl(optionalhook=True)`` above it lets it stand where pytest-claims is not installed.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_claims.data.design import Design
    from pytest_claims.data.measurement import Measurement
    from pytest_claims.data.subject import Subject
    from pytest_claims.data.table import Table


@pytest.hookspec
def pytest_claims_subjects(config: pytest.Config) -> "Sequence[Subject]":  # type: ignore[empty-body]
    """Offer subjects, on each of which every claim is judged::

        from pytest_claims import recorded_in

        def pytest_claims_subjects():
            return recorded_in(Path(__file__).parent / "data")

    It is called once, before anything is collected, so it stands in a conftest.py that pytest reads at once: beside
    the folder ``claims``, or in a folder that the command line names; elsewhere it is a usage error. A subject is read,
    or measured, when a claim first asks for it. What all implementations offer is judged. Two recorded subjects of one
    name are a usage error; a live one takes the place of a recorded one.
    """


@pytest.hookspec(firstresult=True)
def pytest_claims_table(measurement: "Measurement", design: "Design") -> "Table | None":
    """Give the table that the claims of a finding see of a measurement, or None if it is of another finding.

    ``design`` is what its ``finding.toml`` declares. Where that says what was measured, tables and labelled arrays need
    no such hook: it is for claims that want more of arrays than rows and columns, and goes before the declaration.

    In the conftest.py of a finding's folder it is asked for the claims in that folder alone, once for every subject.
    The first that gives a table decides; without one and without a declaration, columns along one dimension are the
    table as they are. Raises InputError for a measurement that the finding cannot use.
    """
