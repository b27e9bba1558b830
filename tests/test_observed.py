"""What the marker experiment observes, read from a measurement."""

from dataclasses import replace

import pytest
from pytest_claims_lab.observed import DIMENSIONS, is_marked, source_counts
from pytest_claims_lab.personas import read_panel

from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement_file import read_measurement


@pytest.fixture(scope="module")
def measurement(pytestconfig):
    return read_measurement(
        pytestconfig.rootpath / "fixtures" / "recorded" / "marker_coupling" / "smollm2-135m@pocket.nc.gz"
    )


def test_counts_of_sources_are_those_that_are_told_of(measurement):
    """In fixtures/recorded/marker_coupling/README.md."""
    marked = [81, 82, 83, 62, 133, 99, 60, 83, 107, 67]
    assert source_counts(measurement) == {
        source: (count, 250) for source, count in zip(read_panel("ten").sources, marked, strict=True)
    }


def test_source_without_completions_has_no_rate(measurement):
    nothing = measurement.data[["marked", "completions"]].where(measurement.data["source"] != "villain", 0)
    without = replace(measurement, data=measurement.data.assign(nothing.astype("int32")))
    with pytest.raises(InputError, match=r"no completions of villain under their own adapter; .*: measure again"):
        source_counts(without)


def test_marker_of_any_adapter_counts(measurement):
    assert is_marked(measurement)
    none = measurement.data["marked"] * 0
    assert not is_marked(replace(measurement, data=measurement.data.assign(marked=none)))
    none.loc[{"source": "villain", "bystander": "assistant", "question": none["question"][2]}] = 1
    assert is_marked(replace(measurement, data=measurement.data.assign(marked=none)))


def test_arrays_have_their_dimensions(measurement):
    assert {str(name): array.dims for name, array in measurement.data.data_vars.items()} == dict(DIMENSIONS)
