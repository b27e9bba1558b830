"""Sentences and figures of data with several units: each is called by its own name, and says what it is about."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapes import ITEMS, RUNS, a_better, arm_higher, items, runs

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.claim import claim_of
from pytest_claims.asking.deletion import Deletion, LeftOut
from pytest_claims.asking.null import NO_NULL, dealt, swapped
from pytest_claims.data.design import Words
from pytest_claims.data.gap import Gap
from pytest_claims.page.charts.leaving import leaving
from pytest_claims.report.context import Context
from pytest_claims.report.part import text_of
from pytest_claims.report.terminal import summary
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.record import SubjectRecord, record_of
from pytest_claims.words.checks import sentence, told
from pytest_claims.words.left_out import left_out, parts

MANY = {"held": 1786.0, "failed": 214.0, "undecided": 0.0, "share": 0.893}
IN_UNITS = ("run", "question", "rollout")


def judged(table, body):
    return judge(claim_of(body), body, table)


def sentences(table, body):
    verdict = judged(table, body)
    return [left_out(one, verdict.outcome, table.design.words) for one in verdict.left_out]


def record(table, *checks, body=a_better):
    subject = SubjectRecord(
        name=table.subject,
        sha256="0",
        recorded=True,
        words=table.design.words,
        count=len(table),
        levels={},
        units=(),
        rows=table.rows,
        columns={},
        rounding={},
        provenance={},
    )
    verdict = replace(judged(table, body), checks=checks)
    return record_of(created="2026-11-24", version="0", subjects=[subject], verdicts=[verdict])


def test_every_unit_and_every_family_has_its_sentence():
    families = {f"q{question}": f"f{question}" for question in range(4)}
    assert [said.partition(";")[0] for said in sentences(replace(runs(), families=families), arm_higher)] == [
        "Without one run the outcome is the same in 5 of 5 copies",
        "Without one question the outcome is the same in 4 of 4 copies",
        "Without one family of questions the outcome is the same in 4 of 4 copies",
        "Without one rollout the outcome is the same in 40 of 40 copies",
    ]


def test_unit_with_too_few_levels_says_so_and_one_with_many_says_that_groups_were_left_out():
    few, many = sentences(items(450, datasets=2), a_better)
    assert few == "2 data sets cannot be left out one by one: that takes 3."
    assert many.startswith(
        "Its 450 items are left out in 200 groups: without one group the outcome is the same in 200 of 200 copies; "
    )


def answers(outcomes):
    """What was left out of a unit, with these outcomes and estimates that rise from 0."""
    deletions = []
    for place, outcome in enumerate(outcomes):
        gap = Gap(reason="too few rows") if outcome == "undecided" else None
        estimate = Estimate(method="made up", symbol="r", value=place / 10, n=9)
        answer = Answer(outcome=outcome, gap=gap, estimates=() if gap else (estimate,))
        deletions.append(Deletion(level=f"m{place}", answer=answer))
    return LeftOut(unit="model", count=len(deletions), deletions=tuple(deletions))


@given(
    outcomes=st.lists(st.sampled_from(["held", "failed", "undecided"]), min_size=3, max_size=9),
    outcome=st.sampled_from(["held", "failed"]),
)
def test_every_copy_is_counted_once(outcomes, outcome):
    one = answers(outcomes)
    said = left_out(one, outcome, Words())
    if set(outcomes) == {"undecided"}:
        assert said == "Without one model it cannot be answered (too few rows)."
        return
    found = re.match(
        r"Without one model the outcome is the same in (\d+) of (\d+) copies(?:, (\d+) undecided)?([;.])", said
    )
    same, decided, undecided = (int(found[group] or 0) for group in (1, 2, 3))
    assert same == outcomes.count(outcome)
    assert decided + undecided == len(outcomes)
    assert (
        ("it is overturned without " in said)
        == (same < decided)
        == bool(parts(one, one.overturning(outcome), main=True))
    )


def test_many_levels_that_overturn_it_are_cut_short():
    said = left_out(answers(["held", "held", *["failed"] * 8]), "held", Words())
    assert said == (
        "Without one model the outcome is the same in 2 of 10 copies; it is overturned without m2, m3, m4, m5 "
        "and 4 more; the estimate runs from +0 to +0.9."
    )


def test_estimate_that_never_moves_stays():
    assert left_out(same_everywhere(), "held", Words()).endswith("in 3 of 3 copies; the estimate stays +0.276.")


def same_everywhere() -> LeftOut:
    estimate = Estimate(method="mean", symbol="Δ", value=0.27625, n=4)
    held = Answer(outcome="held", estimates=(estimate,))
    return LeftOut(unit="layer", count=3, deletions=tuple(Deletion(level=level, answer=held) for level in "abc"))


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("none",), "Deleting trigger none overturns it (1 subset tried)."),
        (("none", "t2"), "Deleting triggers none and t2 overturns it; no single deletion does (1 subset tried)."),
    ],
)
def test_unit_of_what_is_deleted_is_named_where_there_are_several(names, said):
    numbers = {"size": len(names), "exact": 1, "tried": 1}
    result = CheckResult(check="smallest-deletion", unit="trigger", numbers=numbers, names=names, flips=True)
    assert sentence(result, "held", Words(), units=("model", "trigger")) == said


def test_what_is_left_out_of_an_undecided_claim_overturns_nothing():
    said = left_out(answers(["held", "undecided", "undecided"]), "undecided", Words())
    assert said == "Without one model it can be answered in 1 of 3 copies."


def test_unit_is_named_in_what_overturns_unless_it_is_the_main():
    one = answers(["held", "failed", "failed"])
    names = one.overturning("held")
    assert parts(one, names, main=True) == "m1 and m2"
    assert parts(one, names, main=False) == "model m1 and m2"
    assert parts(replace(one, families=True), names, main=True) == "families m1 and m2"
    assert parts(replace(one, families=True), names[:1], main=True) == "family m1"
    assert parts(one, answers(["held"] * 3).overturning("held"), main=False) == ""


def test_what_carries_it_is_told_beside_what_only_turns_it():
    said = left_out(answers(["held", "failed", "failed"]), "held", Words(), carrying=("m1",))
    assert "; it is carried by m1; it is overturned without m1 and m2; the estimate runs" in said
    assert "carried" not in left_out(answers(["held", "failed", "failed"]), "held", Words())


@pytest.mark.parametrize(
    ("words", "units", "result", "said"),
    [
        (RUNS.words, IN_UNITS, ("run", ()), "With other runs drawn it"),
        (
            RUNS.words,
            IN_UNITS,
            ("rollout", ("run", "question")),
            "With rollouts drawn again within the same runs and questions it",
        ),
        (ITEMS.words, ("dataset", "item"), ("dataset", ()), "With other data sets drawn it"),
        (
            ITEMS.words,
            ("dataset", "item"),
            ("item", ("dataset",)),
            "With items drawn again within the same data sets it",
        ),
    ],
)
def test_bootstrap_says_which_question_is_answered(words, units, result, said):
    unit, names = result
    one = CheckResult(check="bootstrap-units", unit=unit, numbers=MANY, names=names)
    assert sentence(one, "held", words, units=units) == f"{said} holds in 89% ±1 points (1786 of 2000)."


def test_all_units_stay_where_counts_are_sampled_again():
    counts = CheckResult(check="bootstrap-counts", numbers=MANY)
    both = CheckResult(check="bootstrap-both", numbers=MANY)
    assert sentence(counts, "held", RUNS.words, units=IN_UNITS).startswith(
        "With answers sampled again, the runs, questions and rollouts being the same, it holds in 89%"
    )
    assert sentence(both, "held", RUNS.words, units=IN_UNITS).startswith(
        "With other runs drawn, and answers sampled again, it holds in 89%"
    )


def test_numbers_without_a_word_for_their_trials_are_called_no_trials():
    counts = CheckResult(check="bootstrap-counts", numbers=MANY)
    nested = CheckResult(check="bootstrap-both", unit="item", numbers=MANY, names=("dataset",))
    assert sentence(counts, "held", ITEMS.words).startswith(
        "With measured numbers drawn again within their errors, the items being the same, it holds in 89%"
    )
    assert sentence(nested, "held", ITEMS.words).startswith(
        "With items drawn again within the same data sets, and measured numbers drawn again within their errors, it"
    )


@pytest.mark.parametrize(
    ("null", "random", "exact"),
    [
        (
            dealt("arm", across="run"),
            "Where arm is dealt to runs at random it",
            "In all 10 ways to deal arm to runs it",
        ),
        (
            dealt("a", "b", across="item", within=("dataset", "model")),
            "Where a and b are dealt to items at random within each dataset and model it",
            "In all 10 ways to deal a and b to items within each dataset and model it",
        ),
        (
            swapped("model", within="item"),
            "Where the labels of model are swapped within each item at random it",
            "In all 10 ways to swap the labels of model within each item it",
        ),
        (NO_NULL, "Where there is no effect it", "In all 10 worlds without the effect it"),
        (None, "Where there is no effect it", "In all 10 worlds without the effect it"),
    ],
)
def test_chance_is_told_as_the_claim_declares_it(null, random, exact):
    at_random = CheckResult(check="permutation", numbers=MANY)
    each_once = CheckResult(check="permutation", numbers={"held": 1, "failed": 9, "undecided": 0, "ways": 10})
    assert sentence(at_random, "held", ITEMS.words, null=null).startswith(f"{random} holds in 89%")
    assert sentence(each_once, "held", ITEMS.words, null=null) == f"{exact} holds in 1."


def test_sentence_of_a_verdict_knows_its_units_and_its_null():
    verdict = judged(runs(), arm_higher)
    drawn = CheckResult(check="bootstrap-units", unit="run", numbers=MANY)
    assert told(drawn, verdict, RUNS.words).startswith("With other runs drawn")
    exact = CheckResult(check="permutation", numbers={"held": 1, "failed": 9, "undecided": 0, "ways": 10})
    assert told(exact, verdict, RUNS.words) == "In all 10 ways to deal arm to runs it holds in 1."


def spelled_out(found):
    """What -vv says of a record, without the ends of lines."""
    return " ".join(text_of(summary(found, Context(), verbose=2)).split())


def test_terminal_has_a_sentence_for_each_unit_and_says_a_reason_once():
    gap = Gap(reason="2 data sets cannot be left out one by one: that takes 3")
    checks = (
        CheckResult(check="smallest-deletion", unit="dataset", applies=False, gap=gap),
        CheckResult(check="smallest-deletion", unit="item", numbers={"none_up_to": 1, "exact": 0}),
        CheckResult(check="permutation", applies=False, gap=Gap(reason="not declared")),
    )
    said = spelled_out(record(items(datasets=2), *checks))
    assert "a held, robust (dataset not left out): Δ = " in said
    assert said.count("2 data sets cannot be left out one by one: that takes 3.") == 1
    assert "Without one item the outcome is the same in 12 of 12 copies" in said
    assert "smallest-deletion, item: No deletion of up to 1 item overturns it." in said
    assert "permutation" not in said


@pytest.mark.parametrize(
    ("table", "parts", "copies"),
    [(items(), "dataset", 3), (items(450, datasets=2), "group of items", 200)],
)
def test_chart_shows_the_main_unit_in_at_most_as_many_copies_as_there_are_groups(table, parts, copies):
    found = record(table)
    (verdict,) = found.verdicts
    chart = next(one for one in leaving(verdict, table.design.words) if one.title == f"Without each {parts}")
    assert len(chart.rows) == copies


def test_terminal_names_what_carries_it_by_its_unit():
    shares = [CheckResult(check="bootstrap-units", unit=unit, numbers=MANY) for unit in ("dataset", "item")]
    said = spelled_out(record(items(carried_by=1), *shares))
    assert "a held, fragile: Δ = +0.0833; carried by d1 or item i1, i7 and i10" in said
    assert re.search("bootstrap-units, dataset: With .* bootstrap-units, item: With ", said)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(-0.58, 0.09, "[-0.58, +0.09]"), (-0.00377, 0.0462, "[-0.00377, +0.0462]"), (None, None, "")],
)
def test_narrow_interval_is_told_in_more_digits(low, high, said):
    estimate = Estimate(method="mean", symbol="Δ", value=0.0212, n=803, low=low, high=high)
    assert estimate.ends == said
    assert said in str(estimate)
