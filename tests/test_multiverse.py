from dataclasses import replace

import numpy as np
import pandas as pd
import pingouin
import pytest
from worlds import DEALT, case_of, counted, examine, rises, said, scored, world

from pytest_claims import Alternatives, claim, heterogeneity, pearson
from pytest_claims.robustness.multiverse import Specification, _alternatives


def test_every_alternative_and_coefficient_is_tried_and_the_slow_one_on_ordinary_ones():
    table = scored(counted(list(np.linspace(0.1, 0.8, 8))), count=44)  # its own scores rise with the rates
    found = examine("multiverse", table, draws=19)
    assert found.numbers["held"] + found.numbers["failed"] + found.numbers["undecided"] == 45 * 4 + 2
    assert found.numbers["held"] >= 4  # the chosen scoring, under every coefficient that can be significant
    assert "45 scorings, 5 coefficients" in said(found, table)


def test_joint_test_pays_for_looking_everywhere():
    """One scoring of 45 correlates, as in a world of nothing one sometimes does: the curve as a whole is no news."""
    table = scored(counted(list(np.linspace(0.1, 0.8, 8))), count=44, seed=3)
    found = examine("multiverse", table, draws=99)
    assert found.numbers["p_joint"] > 0.05
    assert 1 / 100 <= found.numbers["p_joint"] <= 1
    assert "where rates are dealt to items at random, as many of its plain Pearson analyses hold" in said(found, table)


def test_alternatives_go_with_their_rows():
    """On a copy without some rows, an alternative is that of the rows that stay."""
    table = scored(world(0.5, 8, seed=0), count=2)
    case = case_of(table.without("item_0", "item_5"))
    answers = [one.answer(case, case.table).estimate.value for one in _alternatives("", case.table)]
    kept = [row for row in range(8) if row not in (0, 5)]
    expected = [np.corrcoef(values[kept], table["rate"][kept])[0, 1] for values in table.alternatives.values]
    assert answers == pytest.approx(expected)


def test_table_without_alternatives_varies_the_coefficient_only():
    table = world(0.95, 12, seed=0)
    found = examine("multiverse", table, draws=19)
    assert said(found, table) == "It holds in 5 of 5 analyses (5 coefficients)."
    assert "p_joint" not in found.numbers


def test_claim_that_no_choice_touches_has_no_multiverse():
    def body(table):
        assert heterogeneity(table["hits"], table["tries"]).p > 0

    table = world(0.5, 8, seed=0)
    found = examine("multiverse", table, body, draws=19)
    assert said(found, table) == "Does not apply: it depends neither on the scorings nor on a coefficient."


def test_choice_matters_to_a_claim_that_has_no_estimate_by_its_outcome():
    """It was said not to depend on what gave it another outcome."""

    def body(table):
        assert table["score"].max() < 1

    table = counted([0.1, 0.2, 0.3])
    values = np.vstack([table["score"], table["score"] + 1])
    several = Alternatives(column="score", values=values, ordinary=np.array([True, True]))
    table = replace(table, alternatives=several)
    found = examine("multiverse", table, body, draws=19)
    assert said(found, table) == (
        "It holds in 1 of 2 analyses (2 scorings); how many hold by chance is not known (not declared: the claim does "
        "not say what a world without its effect is)."
    )
    flat = replace(table, alternatives=replace(several, values=values * 0))
    assert said(examine("multiverse", flat, body, draws=19), flat) == (
        "Does not apply: no choice gives another outcome, and no estimate shows whether it depends on one."
    )


def test_simulated_p_is_not_taken_for_a_choice_that_matters():
    """Its p rests on fewer random tables when it is asked again, and so differs from that of the verdict."""

    def body(table):
        assert table["score"].size
        heterogeneity(np.array([1.0, 2.0, 4.0]), np.array([10.0, 10.0, 10.0]))

    assert not examine("multiverse", world(0.5, 8, seed=0), body, draws=19).applies


def test_control_is_partialled_out_as_pingouin_does():
    table, random = world(0.5, 15, seed=2), np.random.default_rng(0)
    table = table.changed(length=table["score"] + random.normal(size=15))
    answer = Specification(control="length").answer(case_of(table), table)
    table = pd.DataFrame({name: table.columns[name] for name in ("score", "rate", "length")})
    expected = pingouin.partial_corr(table, x="score", y="rate", covar="length")
    assert answer.estimate.value == pytest.approx(float(expected["r"].iloc[0]), abs=5e-4)
    assert answer.estimate.p == pytest.approx(float(expected.filter(regex="p[-_]val").iloc[0, 0]), abs=5e-4)


def test_control_that_varies_is_used_and_one_that_does_not_is_not():
    table = world(0.9, 10, seed=1)
    varied = table.changed(length=np.arange(10.0), depth=np.full(10, 24.0))
    assert "2 sets of controls" in said(examine("multiverse", varied, draws=19), varied)
    assert "sets of controls" not in said(examine("multiverse", table, draws=19), table)


def test_analysis_in_force_is_the_usual_one_afterwards():
    table = world(0.9, 10, seed=1)
    examine("multiverse", table, rises, draws=19)
    assert pearson(table["score"], table["rate"]).method == "Pearson correlation"


def remade(table, **scores):
    """The table with a variant for each of these scores."""
    return replace(table, variants={name: table.changed(score=values) for name, values in scores.items()})


def test_every_way_to_make_the_table_is_asked_and_those_that_are_opposed_are_named():
    plain = world(0.95, 12, seed=0)
    table = remade(plain, doubled=2 * plain["score"], turned=-plain["score"])
    found = examine("multiverse", table, draws=19)
    assert found.numbers["variants"] == 3
    assert found.numbers["held"] + found.numbers["failed"] == 3 * 5
    assert found.names == ("turned",)
    assert found.numbers["p_joint"] == 1 / 20  # two of three hold, and by chance hardly one
    assert "3 ways to make the table, 5 coefficients" in said(found, table)


def test_variants_are_dealt_alike():
    """Each holds where and only where the table itself does, so all or none of them hold in each world by chance."""
    plain = world(0.95, 9, seed=0)
    table = remade(plain, **{f"times_{factor}": factor * plain["score"] + factor for factor in range(2, 6)})
    outcomes = []

    def body(some):
        estimate = pearson(some["score"], some["rate"])
        outcomes.append(round(estimate.value, 6))
        assert estimate.value > 0.2

    body = claim("dealt-alike", source="nowhere", null=DEALT)(documented(body))
    found = examine("multiverse", table, body, draws=50)
    assert found.numbers["p_joint"] > 0.1
    by_world = np.array(outcomes[-250:]).reshape(50, 5)
    assert (by_world == by_world[:, :1]).all()
    assert len(set(by_world[:, 0])) > 40


def documented(body):
    body.__doc__ = "Made up."
    return body


def test_tables_of_other_rows_have_no_joint_test():
    plain = world(0.95, 12, seed=0)
    table = replace(plain, variants={"fewer": plain.without("item_0")})
    found = examine("multiverse", table, draws=19)
    assert "p_joint" not in found.numbers
    assert found.gap.reason == "the tables do not have the same rows"
    assert "how many hold by chance is not known (the tables do not have the same rows)" in said(found, table)


def test_variants_that_change_nothing_are_not_counted():
    plain = world(0.95, 12, seed=0)
    found = examine("multiverse", replace(plain, variants={"same": plain.changed(other=plain["score"])}), draws=19)
    assert "variants" not in found.numbers
    assert found.numbers["held"] + found.numbers["failed"] == 5


def test_leverage_is_the_part_without_which_the_fewest_analyses_hold():
    """Of eight rows one family of two carries every scoring: without it nothing correlates."""
    table = counted([0.30, 0.34, 0.28, 0.33, 0.29, 0.35, 0.80, 0.85])
    far = np.array([0.1, -0.2, 0.2, -0.1, 0.0, 0.1, 3.0, 3.2])
    scorings = np.array([far, far + 0.1 * np.sin(np.arange(8)), np.cos(3 * np.arange(8))])
    table = replace(
        table.changed(score=far),
        alternatives=Alternatives(column="score", values=scorings, ordinary=np.array([True, True, False])),
        families=dict(zip(table.rows, "aabbccdd", strict=True)),
    )
    found = examine("multiverse", table, draws=19)
    assert (found.numbers["plain"], found.numbers["plain_held"]) == (3, 2)
    assert (found.leverage.unit, found.leverage.level, found.leverage.families) == ("item", "d", True)
    assert (found.leverage.count, found.leverage.held) == (2, 0)
    assert said(found, table).endswith("; of 2 plain Pearson analyses that hold 0 do without family d.")


def test_nothing_is_said_of_leverage_where_at_most_one_analysis_holds():
    table = scored(counted(list(np.linspace(0.1, 0.8, 8))), count=3)
    found = examine("multiverse", table, draws=19)
    assert found.numbers["plain_held"] == 1
    assert found.leverage is None
    assert "do without" not in said(found, table)
