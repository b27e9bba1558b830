"""Nothing that a claim can reach can be changed, and trying says so."""

import copy
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from court import FLAT, Court

from conftest import make_measurement
from pytest_claims.base.frozen import frozen, read_only
from pytest_claims.data.panel import panel_of

MEASUREMENT = make_measurement()
PANEL = panel_of(MEASUREMENT)
ARRAYS = {
    "cosine": lambda panel: panel.cosine,
    "source_rate": lambda panel: panel.source_rate,
    "marked": lambda panel: panel.marked,
    "rounded": lambda panel: panel.changed(marked=panel.marked / 3).marked,
    "column": lambda panel: panel.column("js"),
    "columns": lambda panel: panel.columns["completions"],
    "base": lambda panel: panel.columns["completions"].base,
    "copy": lambda panel: panel.without("persona_0").cosine,
    "resampled": lambda panel: panel.resampled(np.array([0, 0, 1, 2])).cosine,
    "changed": lambda panel: panel.changed(cosine=np.zeros(5)).cosine,
    "js between": lambda panel: panel.between.js,
    "leakage": lambda panel: panel.between.leakage,
    "bystanders": lambda panel: panel.between.leakage_to_bystanders,
    "seeds": lambda panel: panel.between.seed_rates,
    "js behind": lambda panel: panel.between.whole.js,
    "leakage behind": lambda panel: panel.between.whole.leakage,
    "rows behind": lambda panel: panel.between.geometry,
    "rows of a copy": lambda panel: panel.without("persona_0").between.behaviour,
}


@pytest.mark.parametrize("name", ARRAYS)
def test_no_array_can_be_written_to(name):
    array = ARRAYS[name](PANEL)
    if isinstance(array, bytes):
        return  # whoever owns the memory cannot be written to at all
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        array.sort()


@pytest.mark.parametrize("name", ["cosine", "source_rate", "columns", "js behind", "leakage behind"])
def test_array_of_a_subject_cannot_be_made_writable(name):
    array = ARRAYS[name](PANEL)
    with pytest.raises(ValueError, match="cannot set WRITEABLE flag"):
        array.flags.writeable = True


@pytest.mark.parametrize("name", ["columns", "rounding", "families"])
def test_nothing_can_be_assigned_to_a_mapping(name):
    with pytest.raises(TypeError, match="the data of a claim are read-only"):
        getattr(PANEL, name)["cosine"] = np.zeros(5)
    with pytest.raises(FrozenInstanceError):
        setattr(PANEL, name, {})


def test_panel_can_be_copied_and_pickled():
    for other in (copy.copy(PANEL), copy.deepcopy(PANEL), pickle.loads(pickle.dumps(PANEL))):  # noqa: S301
        assert other.personas == PANEL.personas
        assert (other.cosine == PANEL.cosine).all()
        with pytest.raises(TypeError, match="read-only"):
            other.columns["cosine"] = 0


def test_no_two_claims_share_memory():
    """What ignores that an array is read-only, as torch.from_numpy does, reaches one claim alone."""
    for read in ARRAYS.values():
        one, other = read(PANEL.fresh()), read(PANEL.fresh())
        assert one is not other
        assert isinstance(one, bytes) or not np.shares_memory(one, other)


def test_array_that_was_given_stays_writable_for_who_owns_it():
    mine = np.zeros(5)
    PANEL.changed(cosine=mine)
    mine[0] = 1
    assert frozen(mine).tolist() == read_only(mine).tolist() == mine.tolist()


def test_claim_that_changes_its_data_is_an_error_and_the_next_sees_them_as_they_were(pytester):
    """A claim that fails alone was held 10/10 after one that wrote to ``panel.source_rate``."""
    court = Court(pytester)
    court.table(FLAT)
    claims = '''
    from pytest_claims import claim, pearson

    @claim("replaces", source="nowhere")
    def test_0(panel):
        """Replaces."""
        object.__setattr__(panel, "columns", {**panel.columns, "source_rate": panel.cosine})
        assert pearson(panel.cosine, panel.source_rate).p < 0.05

    @claim("writes", source="nowhere")
    def test_a(panel):
        """Writes."""
        panel.source_rate[:] = panel.cosine
        assert pearson(panel.cosine, panel.source_rate).p < 0.05

    @claim("reads", source="nowhere")
    def test_b(panel):
        """Reads."""
        assert pearson(panel.cosine, panel.source_rate).p < 0.05
    '''
    court.claims(claims)
    result = court.judge()
    result.assert_outcomes(passed=1, errors=1, failed=1)  # the first has changed its own panel alone
    result.stdout.fnmatch_lines(["E *ValueError: assignment destination is read-only"])
