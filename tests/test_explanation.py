"""A verdict explained, for a message: every unit, and every check that decides."""

import json
from dataclasses import replace

from shapes import a_better, items
from worlds import rises_as_elsewhere, world

from pytest_claims.asking.answer import Answer
from pytest_claims.asking.claim import claim_of
from pytest_claims.data.design import Words
from pytest_claims.robustness.battery import checks_of
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.claimed import Claimed
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.record import from_json, to_json
from pytest_claims.words.explanation import explain
from pytest_claims.words.power import prospects
from pytest_claims.words.reason import reason


def test_verdict_explains_itself():
    table = world(0.6, 6, seed=0)
    verdict = judge(claim_of(rises_as_elsewhere), rises_as_elsewhere, table, checks=checks_of("none"))
    written = from_json(type(verdict), json.loads(json.dumps(to_json(verdict))))
    lines = explain(written, table.design.words).splitlines()
    assert lines[0] == "rises-too (nowhere) on made@up: inconclusive"
    assert lines[1] == "  statement: The rate rises with the score, as it did elsewhere."
    assert lines[2] == f"  estimate:  Pearson correlation: {verdict.answer.estimate}"
    assert lines[3] == f"  reason:    {reason(verdict)}"
    assert reason(verdict).endswith(", and the claim needs p < 0.05")
    assert lines[4] == f"  means:     {next(prospects(verdict))}"
    assert lines[4].startswith("  means:     Its interval [")
    assert lines[5].startswith("  matters:   item_")
    assert " most: without it the estimate is " in lines[5]
    assert len(lines) == 6


def test_verdict_explains_what_each_unit_and_each_decisive_check_says():
    table = items(carried_by=1)
    verdict = judge(claim_of(a_better), a_better, table)
    numbers = {"held": 180, "failed": 23, "undecided": 0, "share": 180 / 203, "asked": 202, "flipped": 23}
    rounding = CheckResult(check="rounding", numbers=numbers, flips=True)
    lines = explain(replace(verdict, checks=(rounding,)), table.design.words).splitlines()
    assert lines[3].startswith(
        "  matters:   Without one dataset the outcome is the same in 2 of 3 copies; it is carried by d1; it is "
        "overturned without d1;"
    )
    assert lines[4].startswith(
        "  matters:   Without one item the outcome is the same in 9 of 12 copies; it is carried by i1, i7 and i10; it "
        "is overturned without i1, i7"
    )
    assert lines[5] == (
        "  rounding:  Values within the printed rounding overturn it in 23 of 202 tables (extreme and random ones)."
    )
    assert len(lines) == 6


def decided_by_the_second():
    """A verdict with two estimates, of which the second decided."""
    made = [
        Estimate(method="made", symbol=symbol, value=0.1, n=9, p=p) for symbol, p in (("first", 0.1), ("second", 0.2))
    ]
    return replace(
        judge(claim_of(a_better), a_better, items()),
        answer=Answer(outcome="failed", estimates=tuple(made)),
        claimed=Claimed(about=1, kind="presence", null=0.0, low=0.0, high=None),
    )


def test_number_that_decided_is_told_and_not_the_first():
    found = decided_by_the_second()
    lines = explain(found, Words()).splitlines()
    assert [line for line in lines if line.startswith("  estimate:")] == [
        "  estimate:  made: second = +0.1, p = 0.2, n = 9"
    ]
