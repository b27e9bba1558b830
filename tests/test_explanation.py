"""A verdict explained, for a message: every unit, and every check that decides."""

import json
from dataclasses import replace

from shapes import a_better, items
from worlds import rises_as_elsewhere, world

from pytest_claims.asking.claim import claim_of
from pytest_claims.robustness.battery import checks_of
from pytest_claims.robustness.result import CheckResult
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
    assert lines[4:7] == [f"  {said}" for said in prospects(verdict)]
    assert lines[4].startswith("  Its interval [")
    assert lines[5].startswith("  Power for r = +0.50, the smallest effect that counts (what 10 rows, ")
    assert lines[6].startswith("  A significant estimate would then have the wrong sign in ")
    assert lines[7].startswith("  left out:  Without one item it still fails in 6 of 6 copies; the estimate runs from")
    assert lines[8].startswith("  moves most without: item_")
    assert len(lines) == 9


def test_verdict_explains_what_each_unit_and_each_decisive_check_says():
    table = items(carried_by=1)
    verdict = judge(claim_of(a_better), a_better, table)
    numbers = {"held": 180, "failed": 23, "undecided": 0, "share": 180 / 203, "asked": 202, "flipped": 23}
    rounding = CheckResult(check="rounding", numbers=numbers, flips=True)
    lines = explain(replace(verdict, checks=(rounding,)), table.design.words).splitlines()
    assert lines[3].startswith(
        "  left out:  Without one dataset it still holds in 2 of 3 copies; it fails without d1; it is carried by d1;"
    )
    assert lines[4].startswith(
        "  left out:  Without one item it still holds in 9 of 12 copies; it fails without i1, i7"
    )
    assert lines[5] == (
        "  rounding:  Values within the printed rounding flip it in 23 of 202 tables (extreme and random ones)."
    )
    assert len(lines) == 6
