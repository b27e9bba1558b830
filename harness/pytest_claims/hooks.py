"""Hooks: what a conftest.py, or a plugin, may do for the claims of a run.

Each is an ordinary pytest hook: define a function of its name in conftest.py. It may leave out arguments that it
does not need. ``@pytest.hookimpl(optionalhook=True)`` above it lets it stand where pytest-claims is not installed.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pytest_claims.data.measurement import Measurement
    from pytest_claims.data.subject import Subject
    from pytest_claims.report.drawing import Drawing
    from pytest_claims.verdicts.record import Record


@pytest.hookspec
def pytest_claims_subjects(config: pytest.Config) -> "Sequence[Subject]":  # type: ignore[empty-body]
    """Offer subjects, on each of which every claim is judged::

        from pytest_claims.data.subject import recorded_in

        def pytest_claims_subjects():
            return recorded_in(Path(__file__).parent / "data")

    It is called once, before anything is collected; a subject is read, or measured, when a claim first asks for it.
    What all implementations offer is judged. Two recorded subjects of one name are a usage error; a live one takes
    the place of a recorded one.
    """


@pytest.hookspec(firstresult=True)
def pytest_claims_table(measurement: "Measurement") -> Any | None:
    """Give the table that claims get of a measurement, or None if it is of another finding.

    The first that gives one decides. It is called once for every subject, when a claim first asks for it.
    """


@pytest.hookspec
def pytest_claims_drawings(record: "Record") -> "Mapping[str, Drawing]":  # type: ignore[empty-body]
    """Give drawings of a finding's own for the report, each under the name of its file, without suffix.

    It is called once, after a whole run, with everything that was judged.
    """
