"""A claim judged without pytest: in a script, and in the cell of a notebook, which has no file."""

import linecache

import numpy as np
import pytest
from worlds import made, rises

from pytest_claims import InputError, Table, claim, judge, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.robustness.battery import checks_of
from pytest_claims.verdicts.judge import judge as court

CELL = '''
from pytest_claims import claim, pearson

@claim("rises", source="nowhere")
def rises(table):
    """The rate rises with the score."""
    estimate = pearson(table["score"], table["rate"])
    assert estimate.value > 0
    assert estimate.p < 0.05
'''


def typed(source: str, name: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What a cell of a notebook defines; its source is kept as IPython keeps it."""
    monkeypatch.setitem(linecache.cache, name, (len(source), None, source.splitlines(keepends=True), name))
    names: dict[str, object] = {}
    exec(compile(source, name, "exec"), names)  # noqa: S102  as a notebook does
    return names


def test_same_verdict_as_in_a_session():
    table = made(8)
    assert judge(table, rises) == court(claim_of(rises), rises, table, checks=checks_of("quick"))


def test_cell_of_a_notebook_is_judged(monkeypatch):
    own = typed(CELL, "ipykernel_7/1234.py", monkeypatch)["rises"]
    found, wanted = (judge(made(8), body, robustness="none") for body in (own, rises))
    assert str(found) == str(wanted)
    assert found.answer == wanted.answer  # with the condition that was not met


def test_cell_that_cannot_fail_is_refused(monkeypatch):
    source = CELL.replace("assert estimate.value > 0", "estimate.value > 0").replace("assert estimate.p < 0.05", "pass")
    own = typed(source, "ipykernel_7/1235.py", monkeypatch)["rises"]
    with pytest.raises(InputError, match="'rises' reaches no assert about its data"):
        judge(made(8), own)


def test_what_is_no_claim_or_no_table_is_refused():
    def plain(table: Table) -> None:
        assert table["score"].mean() > 0

    with pytest.raises(InputError, match=r"^plain is no claim; write @claim\('its-id', source='...'\) directly above"):
        judge(made(8), plain)
    with pytest.raises(InputError, match="score of item_2 is nan, wanted a number"):
        judge(made(4).changed(score=np.array([0.1, 0.2, np.nan, 0.3])), rises)
    with pytest.raises(InputError, match="unknown check jackknife"):
        judge(made(4), rises, robustness="jackknife")


def test_a_claim_that_is_also_a_test_is_still_a_function():
    @claim("again", source="nowhere")
    def again(table: Table) -> None:
        """Scores and rates are correlated."""
        assert pearson(table["score"], table["rate"]).p < 0.05

    assert judge(made(8), again, robustness="none").outcome in ("held", "failed")
