"""Outcomes do not hang on which random tables were drawn. Counts of all orders are the reference."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marker import table_of
from worlds import case_of, examine, said, world

from claims.marker_coupling.between import cosine_by_layer, js, leakage
from pytest_claims import claim, heterogeneity, mantel, strongest_correlation
from pytest_claims.asking.answer import ask
from pytest_claims.asking.claim import Claim
from pytest_claims.asking.deletion import overturning
from pytest_claims.asking.null import dealt
from pytest_claims.asking.settled import settled
from pytest_claims.data.design import Unit
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims.robustness.case import Case
from pytest_claims.stats.analysis import analysed
from pytest_claims.verdicts.judge import judge
from pytest_claims.words.left_out import left_out

ABOUT = Claim(id="made-up", statement="Made up.", source="nowhere")


def recorded(root, name):
    return read_measurement(root / "fixtures" / "recorded" / "marker_coupling" / f"{name}.nc.gz")


def simulated(table):
    return strongest_correlation(table["score"][None], table["rate"])


@claim("rises-by-chance", source="nowhere", null=dealt("rate", across="item"))
def rises_by_chance(table):
    """As ``rises``, with a simulated p."""
    estimate = simulated(table)
    assert estimate.value > 0
    assert estimate.p < 0.05


def below(threshold):
    def body(table):
        assert simulated(table).p < threshold

    return body


def exactly(table):
    """Of up to ten rows, the share of all orders."""
    with analysed(tables=100_000):
        return simulated(table).p


def some_layer_predicts(table):
    estimate = strongest_correlation(cosine_by_layer(table), table["source_rate"])
    assert estimate.value < 0
    assert estimate.p < 0.05


def leakage_follows_js(table):
    estimate = mantel(js(table), leakage(table))
    assert estimate.value < 0
    assert estimate.p < 0.05


def test_some_layer_predicts_on_gemma_over_all_orders(root):
    """On 10,000 orders p = .0533; over all 3,628,800 it is .04888, so the claim holds."""
    table = table_of(recorded(root, "gemma3-270m-base@full"))
    assert ask(some_layer_predicts, table).outcome == "failed"
    verdict = judge(ABOUT, some_layer_predicts, table)
    assert verdict.outcome == "held"
    assert verdict.answer.estimate.p == pytest.approx(0.04888, abs=5e-6)
    assert (verdict.answer.estimate.p_error, verdict.answer.estimate.details["permutations"]) == (None, 3_628_800)


def test_no_seed_flips_leakage_on_the_shuffled_control(root):
    """On 200 tables the claim fails without seed 0; on 200,000 it does not."""
    table = table_of(recorded(root, "smollm2-135m@full-shuffled"))
    design = replace(table.design, units=(Unit(name="persona"), Unit(name="seed")))
    verdict = judge(ABOUT, leakage_follows_js, replace(table, design=design))
    case = Case(body=leakage_follows_js, table=table, answer=verdict.answer)
    assert not case.flips(table.without(seed="1"))
    assert case.flips(table.without(seed="0"))  # on 200 tables
    (seeds,) = [one for one in verdict.left_out if one.unit == "seed"]
    assert seeds.overturning("held") == ()
    assert left_out(seeds, "held", design.words).startswith(
        "Without one seed the outcome is the same in 3 of 3 copies; "
    )


@given(seed=st.integers(0, 10_000), rows=st.integers(8, 9), errors=st.floats(-2, 2))
@settings(max_examples=25, derandomize=True)
def test_few_rows_have_the_outcome_of_all_orders_however_near_the_threshold(seed, rows, errors):
    table = world(0.5, rows, seed)
    exact = exactly(table)
    threshold = exact + errors * np.sqrt(exact * (1 - exact) / 10_000)
    assert settled(below(threshold), table).outcome == ("held" if exact < threshold else "failed")


def test_a_deletion_that_only_chance_flips_is_no_flip():
    """Row by row, the outcome without it is that of all orders, whatever 10,000 of them say."""
    for seed in range(40):
        table = world(0.7, 10, seed)
        copies = [(row, table.without(row)) for row in table.rows]
        wrong = [gone for gone, copy in copies if (exactly(copy) < 0.05) != (simulated(copy).p < 0.05)]
        if wrong:
            break
    verdict = judge(ABOUT, below(0.05), table)
    for deletion, (_, copy) in zip(verdict.deletions, copies, strict=True):
        assert deletion.answer.outcome == ("held" if exactly(copy) < 0.05 else "failed")
    assert wrong


@pytest.mark.parametrize("side", [-0.002, 0.002])
def test_rates_are_counted_on_as_many_tables_as_it_takes(side):
    """Of two rates of 1/6 and 4/7, the exact p is a sum of scipy's hypergeometric probabilities of the first count."""
    from scipy import stats

    marked, completions = np.array([1.0, 4.0]), np.array([6.0, 7.0])
    ways, expected = np.arange(6), 5 * 6 / 13
    exact = stats.hypergeom(13, 6, 5).pmf(ways)[np.abs(ways - expected) >= expected - 1 - 1e-9].sum()
    estimate = settled(lambda _: _less(heterogeneity(marked, completions), exact + side), world(0, 6, 0))
    assert estimate.outcome == ("held" if side > 0 else "failed")
    assert estimate.estimate.p == pytest.approx(exact, abs=4 * estimate.estimate.p_error)
    assert estimate.estimate.p_error < 0.002
    assert "against 10000 " not in estimate.estimate.method


def _less(estimate, threshold):
    assert estimate.p < threshold


def test_what_no_number_of_tables_settles_is_undecided():
    table = world(0.5, 12, seed=0)
    with analysed(tables=400):
        threshold = simulated(table).p
    answer = settled(below(threshold), table, ladder=(200, 400))
    assert answer.outcome == "undecided"
    assert answer.estimate.details["permutations"] == 400
    assert f"on 400 of them p = {threshold:.6g} ± {answer.estimate.p_error:.1g}" in answer.reason
    assert "threshold" in answer.reason
    assert settled(below(threshold + 0.2), table, ladder=(200, 400)).estimate.details["permutations"] == 200


@pytest.mark.parametrize("rows", [8, 9])
def test_thresholds_between_two_simulated_p_values_are_found(rows):
    """Both are moved together and against each other: a claim may ask which is smaller, or want one on each side."""
    table = world(0.5, rows, seed=1)
    other = table["rate"] + 1e-4 * np.random.default_rng(rows).normal(size=rows)

    def smaller(table):
        assert simulated(table).p < strongest_correlation(table["score"][None], other).p

    with analysed(tables=100_000):
        expected = ask(smaller, table).outcome
    answer = settled(smaller, table)
    assert answer.outcome == expected
    assert answer.estimate.p_error is None

    first, second = simulated(table).p, strongest_correlation(table["score"][None], other).p

    def one_on_each_side(table):
        assert simulated(table).p < first - 1e-9
        assert strongest_correlation(table["score"][None], other).p >= second + 1e-9

    assert settled(one_on_each_side, table).estimate.p_error is None


@pytest.mark.parametrize("seed", range(4))
def test_a_window_within_three_errors_is_seen(seed):
    """Both of its edges lie within three errors of p: three lower and three higher p is outside."""
    table = world(0.5, 9, seed)
    exact = exactly(table)
    half = 0.6 * np.sqrt(exact * (1 - exact) / 10_000)
    assert abs(simulated(table).p - exact) < 5 * half

    def outside(table):
        assert not exact - half < simulated(table).p < exact + half

    answer = settled(outside, table)
    assert answer.outcome == "failed"
    assert answer.estimate.p_error is None


def test_a_claim_without_simulated_p_is_asked_once():
    asked = []
    settled(asked.append, world(0.5, 8, seed=0))
    assert len(asked) == 1


def test_p_of_a_settled_answer_is_not_moved():
    table = world(0.9, 12, seed=3)
    assert settled(below(0.05), table) == ask(below(0.05), table)


def test_a_rounded_table_that_only_few_random_tables_flip_is_no_flip():
    """Its p is .0352 over all orders, and .0547 on the first 200."""
    table = replace(world(0.65, 9, seed=20), rounding={"score": 1e-9})
    case = case_of(table, rises_by_chance)
    assert case.outcome == "held"
    assert case.flips(table)  # on 200 tables
    found = examine("rounding", table, rises_by_chance)
    assert not found.flips
    assert found.numbers["flipped"] == 0
    assert "overturn it in none of 202 tables" in said(found, table)


def test_the_smallest_deletion_knows_of_one_item_what_the_verdict_knows():
    """Without item_1 the claim fails on 200 tables only."""
    table = world(0.85, 9, seed=11)
    case = case_of(table, rises_by_chance)
    assert case.flips(table.without("item_1"))
    assert overturning(case.deletions, case.outcome) == ()
    found = examine("smallest-deletion", table, rises_by_chance)
    assert found.flips
    assert found.numbers["size"] > 1


@pytest.mark.parametrize("name", ["bootstrap-units", "permutation", "smallest-deletion", "leave-two-out"])
def test_checks_on_few_random_tables_say_so(name):
    table = world(0.8, 9, seed=2)
    found = examine(name, table, rises_by_chance, draws=20)
    assert found.applies
    assert said(found, table).endswith(" A simulated p of a copy rests on 200 random tables.")
    assert found.numbers["tables"] == 200
    computed = examine(name, table, draws=20)
    assert "random tables" not in said(computed, table)
    assert "tables" not in computed.numbers


def test_checks_whose_copies_have_few_orders_rest_on_all_of_them():
    found = examine("smallest-deletion", world(0.99, 6, seed=0), rises_by_chance)
    assert "tables" not in found.numbers
