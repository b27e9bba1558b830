"""What this finding adds to the page of a subject: pictures of what was measured, and completions as evidence.

Knows nothing about how a page is made. The laboratory keeps training losses as a sentence in the provenance, and no
numbers of each step or adapter, so there is no picture of them.
"""

from collections.abc import Iterator
from pathlib import Path

from claims.marker_coupling.measured import by_source
from claims.marker_coupling.shown.by_layer import by_layer
from claims.marker_coupling.shown.by_question import by_question
from claims.marker_coupling.shown.leakage_map import leakage_map
from claims.marker_coupling.shown.persona_map import persona_map
from claims.marker_coupling.shown.replies import replies
from claims.marker_coupling.table import table_of
from pytest_claims import Measurement, read_finding
from pytest_claims.views import Chart, Viewed

__all__ = ["charts", "replies"]


def charts(subject: Viewed) -> Iterator[Chart]:
    """Each picture for which the arrays were measured; a printed table has the first alone."""
    yield from persona_map(subject.record)
    if isinstance(subject.measurement, Measurement):
        measurement = by_source(subject.measurement)
        yield from leakage_map(measurement)
        yield from by_layer(table_of(measurement, read_finding(Path(__file__).parent).design))
        yield from by_question(measurement)
