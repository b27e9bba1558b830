"""What the page of findings says of a single verdict, in a cell or at the end of a sentence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from shapes import a_better, items
from worlds import DESIGN, rises_as_elsewhere, world

from pytest_claims import claim, pearson
from pytest_claims.asking.answer import Answer
from pytest_claims.asking.claim import claim_of
from pytest_claims.asking.condition import Condition
from pytest_claims.report.evidence import evidence, p_value, verdict_words
from pytest_claims.report.findings import Place, findings, table
from pytest_claims.robustness.battery import checks_of
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.estimate import Estimate
from pytest_claims.stats.power import power_of_r
from pytest_claims.verdicts.claimed import Claimed
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.record import SubjectRecord, record_of
from pytest_claims.words.reason import reason

FIELDS = ("symbol", "value", "low", "high", "p")
VERDICT = judge(claim_of(rises_as_elsewhere), rises_as_elsewhere, world(0.6, 6, seed=0))
HELD = judge(claim_of(rises_as_elsewhere), rises_as_elsewhere, world(0.999, 6, seed=0))


R = Estimate(method="made up", symbol="r", value=0.16, n=9, low=-0.4, high=0.7, p=0.05003)


@pytest.mark.parametrize(
    ("sides", "said"),
    [
        (("r", 0.16, "<", 0, "0"), "r = +0.16, and the claim needs r < 0"),
        (("found.value", 0.16, "<", 0, "0"), "r = +0.16, and the claim needs r < 0"),
        (("0", 0, ">=", 0.16, "found.value"), "r = +0.16, and the claim needs 0 ≥ r"),
        (("found.p", 0.05003, "<", 0.05, "0.05"), "p = 0.05003, and the claim needs p < 0.05"),  # 0.050 < 0.05?
        (("found.low", -0.4, ">", 0, "0"), "the lower end of the interval of r = -0.40, and "
         "the claim needs the lower end of the interval of r > 0"),
        (("share", 0.0154321, "<=", 0.00464, "most"), "share = 0.01543 and most = 0.00464, and the claim needs "
         "share ≤ most"),
        (("len(rows)", 3, "==", 1, "1"), "len(rows) = 3, and the claim needs len(rows) = 1"),
        (("count", 1234.5, "<", 10, "10"), "count = 1234, and the claim needs count < 10"),
    ],
)  # fmt: skip
def test_condition_that_is_not_met_is_told_as_what_was_observed_and_what_is_needed(sides, said):
    left_text, left, operator, right, right_text = sides
    condition = Condition(
        text="as it is written", left=left, left_text=left_text, operator=operator, right=right, right_text=right_text
    )
    verdict = replace(VERDICT, answer=Answer(outcome="failed", unmet=condition, estimates=(R,)))
    assert reason(verdict) == said
    named = replace(verdict, answer=replace(verdict.answer, unmet=replace(condition, message="in short")))
    assert reason(named) == f"in short: {said}"


def test_condition_that_compares_nothing_is_told_as_it_is_written():
    def with_unmet(**condition):
        return replace(VERDICT, answer=Answer(outcome="failed", unmet=Condition(**condition), estimates=(R,)))

    assert (
        reason(with_unmet(text="is_sorted(x)", left="False"))
        == "is_sorted(x) is False, and the claim needs it to be true"
    )
    assert reason(with_unmet(text="no layer was found")) == "no layer was found"
    assert reason(replace(VERDICT, answer=Answer(outcome="held"))) == ""


def failing(left, operator, right, estimates=(), claimed=None):
    unmet = Condition(
        text="as it is written", left=left, left_text="one", operator=operator, right=right, right_text=f"{right}"
    )
    return replace(VERDICT, answer=Answer(outcome="failed", unmet=unmet, estimates=estimates), claimed=claimed)


def claimed(low=None, high=None, kind="presence"):
    return Claimed(about=0, kind=kind, null=0.0, low=low, high=high)


@pytest.mark.parametrize(
    ("estimate", "condition", "true", "words"),
    [
        (("r", 0.76, 0.19, 0.95, 0.018), (0.76, "<", 0), claimed(high=0.0), "**contradicted**, robust, in reverse"),
        (("r", 0.3, -0.4, 0.8, 0.4), (0.3, "<", 0), claimed(high=0.0), "inconclusive"),  # it may be nothing
        (("r", 0.66, 0.05, 0.91, 0.04), (0.04, ">=", 0.05), claimed(0.0, 0.0, "absence"), "**contradicted**, robust"),
        (("Δr", -0.8, -1.2, -0.2, 0.99), (0.99, "<", 0.05), claimed(low=0.0), "**contradicted**, robust, in reverse"),
        (("Δr", 0.4, 0.01, 0.9, 0.06), (0.06, "<", 0.05), claimed(low=0.0), "inconclusive"),
        (("χ²/df", 0.8, 0.5, 3.0, 0.6), (0.6, "<", 0.05), None, "**failed**, robust"),  # it has no direction
    ],
)
def test_claim_fails_in_reverse_where_the_interval_is_on_the_other_side(estimate, condition, true, words):
    found = Estimate(method="made up", n=10, **dict(zip(FIELDS, estimate, strict=True)))
    assert verdict_words(failing(*condition, estimates=(found,), claimed=true)).startswith(words)


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({"size": 1, "exact": 1}, "overturned by 0 of 6 single deletions"),
        ({"size": 3, "exact": 1}, "overturned by 0 of 6 single deletions, and by 3 together"),
        ({"size": 9, "exact": 0}, "overturned by 0 of 6 single deletions, and by at most 9 together"),
        ({"none_up_to": 5}, "overturned by 0 of 6 single deletions, and by none of up to 5 together"),
        (
            {"none_up_to": 2, "grouped": 803},
            "overturned by 0 of 6 single deletions, and by none of up to 2 groups together",
        ),
    ],
)
def test_fewest_deletions_in_words(numbers, sentence):
    other = CheckResult(check="smallest-deletion", unit="another", numbers={"size": 77, "exact": 1})
    check = CheckResult(check="smallest-deletion", unit="item", numbers=numbers)
    verdict = replace(HELD, checks=(other, check))
    assert evidence(made_record(), verdict).endswith(f"; {sentence}")


def test_what_is_inconclusive_is_not_overturned():
    """That p crosses its threshold without an item says nothing where the data leave open what is true."""
    assert str(VERDICT) == "inconclusive"
    assert evidence(made_record(), VERDICT).endswith("N = 6")


def test_what_overturns_it_is_named_by_its_unit_but_for_the_main_one():
    verdict = judge(claim_of(a_better), a_better, items(carried_by=1))
    assert verdict_words(verdict) == "held, fragile: carried by d1 or item i1, i7 and i10"
    assert evidence(of_units(verdict), verdict).endswith(
        "; overturned by 1 of 3 single deletions; by 3 of 12 deletions of items"
    )


def test_families_that_overturn_it_are_named():
    table = replace(items(carried_by=1), families={"d0": "x", "d1": "y", "d2": "z"})
    verdict = judge(claim_of(a_better), a_better, table)
    assert "carried by d1, family y or item i1, i7" in verdict_words(verdict)
    assert "; overturned by 1 of 3 single deletions; by 1 of 3 deletions of families of data sets; by 3 of" in evidence(
        of_units(verdict), verdict
    )


def test_unit_that_overturns_nothing_is_not_told():
    verdict = judge(claim_of(a_better), a_better, items())
    assert evidence(of_units(verdict), verdict).endswith("; overturned by 0 of 3 single deletions")


def of_units(verdict):
    """A record of a verdict on items in data sets."""
    table = items()
    subject = SubjectRecord(
        name=verdict.subject, sha256="0", recorded=True, words=table.design.words, count=len(table), levels={},
        units=(), rows=table.rows, columns={}, rounding={}, provenance={},
    )  # fmt: skip
    return record_of(created="2026-11-24", version="0", subjects=[subject], verdicts=[verdict])


def made_record(checks: str = "none", body=rises_as_elsewhere):
    table = world(0.6, 6, seed=0)  # inconclusive: see test_battery
    subject = SubjectRecord(
        name="made@up",
        sha256="0",
        recorded=True,
        words=DESIGN.words,
        count=len(table),
        levels={},
        units=(),
        rows=table.rows,
        columns={},
        rounding={},
        provenance={},
    )
    verdict = judge(claim_of(body), body, table, checks=checks_of(checks))
    return record_of(created="2026-11-24", version="0", subjects=[subject], verdicts=[verdict])


def made_page(record) -> str:
    return findings(record, {"rises-too": Place(file=Path(__file__), line=1)})


def test_page_has_no_date_of_its_own():
    record = made_record()
    assert made_page(replace(record, created="2027-01-01")) == made_page(record)


def test_inconclusive_claim_stays_open():
    (line,) = [line for line in made_page(made_record()).splitlines() if line.startswith("| inconclusive: ")]
    assert [cell.strip() for cell in line.split("|")[3:5]] == ["rises-too", ""]


def test_simulated_p_has_its_error_in_tables():
    (verdict,) = made_record().verdicts
    estimate = replace(verdict.answer.estimate, p=0.0533, p_error=0.00225)
    simulated = replace(verdict, answer=replace(verdict.answer, estimates=(estimate,)))
    assert p_value(simulated) == "0.053 ± 0.002"
    assert "±" not in p_value(verdict)
    tiny = replace(simulated, answer=replace(verdict.answer, estimates=(replace(estimate, p=1e-4, p_error=1e-4),)))
    assert p_value(tiny) == "< 0.001"


@pytest.mark.parametrize("r", [-0.66, 0.54, 0.3])
def test_rows_for_what_counts_are_the_fewest_with_power(r):
    """Of the smallest effect that the claim names: with one row less it shows in less than 80%."""

    @claim("rises-too", source="nowhere", smallest=abs(r))
    def body(table):
        """It is related."""
        found = pearson(table["score"], table["rate"])
        assert found.value * np.sign(r) > -1
        assert found.p < 0.05

    rows = made_record(body=body).verdicts[0].power.size
    assert power_of_r(abs(r), rows) >= 0.8 > power_of_r(abs(r), rows - 1)


def test_table_leaves_out_columns_that_are_empty_everywhere():
    lines = [{"a": "1", "b": "", "c": "x|y"}, {"a": "", "b": "", "c": "z"}]
    assert table(lines) == "| a | c |\n| --- | --- |\n| 1 | x\\|y |\n|  | z |"
    assert table([]) == ""
