"""Gaps: a claim that computes from what is there says how much is not, and never takes it for zero."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pytest_claims import InputError, Undecided, claim, difference_between_arms, judge, paired_difference, read_finding
from pytest_claims.robustness.battery import checks_of
from pytest_claims.words.explanation import explain
from pytest_claims.words.lost import lost

LONG = """
title = "B is better than A"
source = "made up"
[units]
item = { within = "set" }
set = {}
[factors]
model = {}
[measured]
score = { gaps = true }
"""
WIDE = """
title = "B is better than A"
source = "made up"
[units]
item = {}
[factors]
model = { columns = ["a", "b"] }
[measured]
a = { gaps = true }
b = { gaps = true }
"""


def finding(folder, toml: str):
    (folder / "made").mkdir(exist_ok=True)
    (folder / "made" / "finding.toml").write_text(toml)
    return read_finding(folder / "made")


def answers(count: int, gone: set[tuple[int, str]] = frozenset(), never: set[tuple[int, str]] = frozenset()) -> dict:
    """Items in sets of five; ``gone`` have an empty cell, ``never`` no row. B's rows come in the reverse order."""
    rng = np.random.default_rng(0)
    score = {(item, model): rng.normal(0.4 * (model == "b")) for item in range(count) for model in "ab"}
    order = [(item, "a") for item in range(count)] + [(item, "b") for item in reversed(range(count))]
    rows = [row for row in order if row not in never]
    return {
        "item": [f"i{item}" for item, _ in rows],
        "set": [f"s{item // 5}" for item, _ in rows],
        "model": [model for _, model in rows],
        "score": ["" if row in gone else score[row] for row in rows],
    }


@claim("b-better", source="made up")
def b_better(table):
    """B is better on the same items."""
    pairs = table.pairs("score", "model", within="item")
    estimate = paired_difference(pairs["b"], pairs["a"], clusters=pairs.labels("set"))
    assert estimate.value > 0


@claim("b-higher", source="made up")
def b_higher(table):
    """B is higher on all rows that are there."""
    there = table.complete("score")
    estimate = difference_between_arms(there["score"], there["model"], arms=("b", "a"))
    assert estimate.value > 0


@given(st.sets(st.tuples(st.integers(0, 19), st.sampled_from("ab")), max_size=12))
def test_pairs_are_of_the_same_items_in_one_order(tmp_path_factory, gone):
    data = answers(20, gone)
    pairs = finding(tmp_path_factory.mktemp("gaps"), LONG).table(data).pairs("score", "model", within="item")
    score = {(i, m): s for i, m, s in zip(data["item"], data["model"], data["score"], strict=True) if s != ""}
    both = [f"i{i}" for i in range(20) if (f"i{i}", "a") in score and (f"i{i}", "b") in score]
    for model in "ab":
        np.testing.assert_allclose(pairs[model], [score[item, model] for item in both])
    assert pairs.labels("set").tolist() == [f"s{int(item[1:]) // 5}" for item in both]


def test_an_item_without_a_row_and_one_with_an_empty_cell_are_lost_alike(tmp_path):
    made = finding(tmp_path, LONG)
    holes = {(0, "a"), (3, "a"), (4, "a"), (4, "b"), (7, "b"), (9, "a")}
    by_cell, by_row = (judge(made.table(data), b_better) for data in (answers(20, holes), answers(20, (), holes)))
    assert by_cell.answer == by_row.answer
    assert by_cell.answer.estimate.n == 15
    (loss,) = by_cell.lost
    assert (loss.unit, loss.lost, loss.of) == ("item", 5, 20)
    assert loss.across[0].lost == (4, 2)
    assert loss.across[0].p == stats.binomtest(2, 6).pvalue


def test_lost_rows_are_told_with_whether_they_are_lost_evenly(tmp_path):
    table = finding(tmp_path, LONG).table(answers(40, {(item, "b") for item in range(12)}))
    verdict = judge(table, b_higher)
    p = stats.fisher_exact([[0, 12], [40, 28]]).pvalue
    assert lost(verdict.lost[0], table.design.words) == (
        f"12 of 80 items have no score, and are left out; of model a 0 of 40 and b 12 of 40, not evenly (p = {p:.2g})."
    )
    assert "  missing:   12 of 80 items" in explain(verdict, table.design.words)


def test_columns_of_a_factor_are_lost_each_by_itself(tmp_path):
    table = finding(tmp_path, WIDE).table(
        {"item": list("abcdef"), "a": ["", 1, 2, 3, 4, 5], "b": ["", "", "", 6, 8, 7]}
    )

    @claim("wide", source="made up")
    def wide(table):
        """B is better."""
        there = table.complete("a", "b")
        assert paired_difference(there["b"], there["a"]).value > 0

    (loss,) = judge(table, wide).lost
    assert (loss.lost, loss.of, loss.across[0].lost, loss.across[0].same) == (3, 6, (1, 3), True)


def test_a_column_with_gaps_is_not_given_as_if_it_were_whole(tmp_path):
    table = finding(tmp_path, LONG).table(answers(20, {(3, "a"), (5, "b")}))
    with pytest.raises(InputError, match="item is a unit or factor"):
        table.complete("item")
    with pytest.raises(InputError, match=r"^score is missing in 2 of 40 rows; compute from table.complete\('score'\)"):
        table["score"]
    assert len(finding(tmp_path, LONG).table(answers(20))["score"]) == 40


def test_a_gap_that_is_not_declared_is_refused_with_its_row(tmp_path):
    made = finding(tmp_path, LONG.replace("{ gaps = true }", "{}"))
    with pytest.raises(InputError, match=r"^made, row 4: score is '', wanted a number.* or gaps = true"):
        made.table(answers(20, {(3, "a")}))


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "n/a"])
def test_a_word_is_no_gap(tmp_path, text):
    data = answers(20)
    data["score"][6] = text
    with pytest.raises(InputError, match=f"^made, row 7: score is {text!r}, wanted a number"):
        finding(tmp_path, LONG).table(data)


def test_what_is_not_there_at_all_is_undecided(tmp_path):
    table = finding(tmp_path, LONG).table(answers(4, {(item, "b") for item in range(4)}))
    with pytest.raises(Undecided, match="no model 'b'"):
        table.pairs("score", "model", within="item")["b"]
    with pytest.raises(Undecided, match="no item has score"):
        table.only(model="b").complete("score")


def test_a_cluster_holds_whole_items(tmp_path):
    table = finding(tmp_path, LONG).table(answers(20))
    with pytest.raises(InputError, match="s0 lies in several of item; wanted one"):
        table.pairs("score", "model", within="set", mean=True).labels("item")


@pytest.mark.parametrize("asked", [pytest.param(b_better, marks=pytest.mark.slow), b_higher])
def test_the_whole_battery_bears_gaps(tmp_path, asked):
    table = finding(tmp_path, LONG).table(answers(30, {(0, "a"), (3, "a"), (7, "b")}, {(9, "a")}))
    verdict = judge(table, asked, robustness="full")
    assert {one.check for one in verdict.checks} == {check.name for check in checks_of("full")}
    assert all(np.isfinite(list(one.numbers.values())).all() for one in verdict.checks if one.applies)
