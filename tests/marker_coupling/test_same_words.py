"""The laboratory writes what the finding reads; neither may import the other, so each has the words."""

import pytest

from claims.marker_coupling import measured
from claims.marker_coupling.table import NOTHING
from pytest_claims_lab import observed


@pytest.mark.parametrize("name", ["REFERENCE", "READOUTS", "CENTRINGS", "CONTROLS", "MINIMUM_PERSONAS"])
def test_words_are_the_same(name):
    assert getattr(observed, name) == getattr(measured, name)


def test_reason_is_the_same():
    assert NOTHING.reason == observed.NOTHING_MARKED


def test_what_is_written_is_laid_out_as_it_is_read():
    for name, dims in observed.DIMENSIONS.items():
        assert measured.VARIABLES[name].dims == dims, name
