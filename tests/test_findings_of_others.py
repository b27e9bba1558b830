"""Findings of ten shapes that are not about personas, in ``tests/findings``: made-up data, and what is right of them.

Right values are not computed with this project: beside each stands the call of scipy or statsmodels that gives it, on
``d``, the data as ``pandas.read_csv`` reads them.
"""

import functools
import importlib.util
import json
import math
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import court as _imported  # noqa: F401  what it imports, runs within this process would forget
import pytest

from pytest_claims import Estimate, Table, judge, read_finding
from pytest_claims.verdicts.verdict import Verdict

CLAIMS = Path(__file__).parent / "findings" / "claims"
NAMES = sorted(path.parent.name for path in CLAIMS.glob("*/finding.toml"))


@functools.cache
def table(name: str) -> Table:
    finding = read_finding(CLAIMS / name)
    (subject,) = finding.subjects
    return finding.table(subject.measurement())


@functools.cache
def claim_in(name: str) -> Callable[[Table], object]:
    """The one claim of a finding."""
    path = CLAIMS / name / f"test_{name}.py"
    spec = importlib.util.spec_from_file_location(f"claims_of_{name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (claim,) = (body for called, body in vars(module).items() if called.startswith("test_"))
    return claim


@functools.cache
def verdict(name: str, robustness: str = "none", variant: str = "") -> Verdict:
    data = table(name)
    return judge(data.variants[variant] if variant else data, claim_in(name), robustness=robustness)


@dataclass(frozen=True, kw_only=True)
class Right:
    """An estimate as others compute it: the digits that are quoted, and no p or interval where there is none."""

    symbol: str
    value: str
    n: int
    p: str = ""
    interval: tuple[str, str] | None = None

    def check(self, estimate: Estimate) -> None:
        assert (estimate.symbol, estimate.n) == (self.symbol, self.n)
        assert same(estimate.value, self.value)
        assert same(estimate.p, self.p) if self.p else estimate.p is None
        if self.interval is not None:
            assert all(map(same, (estimate.low, estimate.high), self.interval))


def same(value: float, digits: str) -> bool:
    """Whether a number is the quoted one, to one unit of its last digit."""
    mantissa, _, exponent = digits.partition("e")
    last = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return math.isclose(value, float(digits), rel_tol=0, abs_tol=last)


RIGHT = {
    # scipy.stats.spearmanr(d.divergence, d.misaligned), without the 4 rows that lack a divergence; the interval is
    # tanh(arctanh(rho) +- 1.96 sqrt((1 + rho**2 / 2) / (n - 3))) of Bonett and Wright (2000).
    "cells": Right(symbol="ρ", value="-0.75279", n=26, p="9.1228e-06", interval=("-0.89417", "-0.47491")),
    # scipy.stats.ttest_rel(new, old) of the means over epochs of each sample, and its confidence_interval()
    "evaluation_log": Right(symbol="Δ", value="0.191667", n=40, p="6.7328e-04", interval=("0.086749", "0.296584")),
    # scipy.stats.ttest_rel(a, b, alternative="greater") is the largest p of a and each rival; the interval is that of
    # ttest_rel(a, b).confidence_interval()
    "leaderboard": Right(symbol="margin", value="1.0500", n=12, p="0.274981", interval=("-2.69721", "4.79721")),
    # statsmodels.stats.contingency_tables.mcnemar(pandas.crosstab(d.tuned, d.plain), exact=True)
    "paired_answers": Right(symbol="Δ", value="0.3500", n=60, p="4.9233e-05"),
    # scipy.stats.ttest_rel(layer 7, layer 11) over the 4 seeds
    "probe": Right(symbol="Δ", value="0.27625", n=4, p="0.00133533", interval=("0.201227", "0.351273")),
    # k = statsmodels.stats.inter_rater.cohens_kappa(pandas.crosstab(bad first, bad second)).kappa, and w the 12 of them
    # without a question each: se = sqrt(11 / 12 * sum((w - w.mean())**2)) = .0926715, and t of 11 degrees of freedom
    "raters": Right(symbol="κ", value="0.473282", n=96, p="3.4025e-04", interval=("0.269314", "0.677251")),
    # scipy.stats.ttest_ind of the 4 + 4 means of runs, and its confidence_interval()
    "runs_in_arms": Right(symbol="Δ", value="0.212500", n=8, p="0.00631993", interval=("0.085841", "0.339159")),
    # scipy.optimize.curve_fit(lambda n, a, b, c: c + a * n**-b, d.parameters, d.loss, p0=(3, .3, 1.5)): b = .340357,
    # standard error .00787071, times scipy.stats.t.ppf(.975, 11) = 2.200985
    "scaling": Right(symbol="b", value="0.340357", n=14, p="1.233e-13", interval=("0.323033", "0.357680")),
    # scipy.stats.ttest_ind of the 3 + 3 means of models, and its confidence_interval()
    "seeds_by_models": Right(symbol="Δ", value="0.099333", n=6, p="0.0041041", interval=("0.052666", "0.146001")),
    # statsmodels.stats.proportion.proportion_confint(12, 24, method="wilson")
    "wordings_by_models": Right(symbol="share", value="0.5000", n=24, interval=("0.314274", "0.685726")),
}
WORDS = {
    "cells": "held, robust (families of trigger not left out)",
    "evaluation_log": "held, robust",
    "leaderboard": "inconclusive",
    "paired_answers": "held, robust",
    "probe": "held, robust",
    "raters": "inconclusive",
    "runs_in_arms": "held, robust",
    "scaling": "held, robust",
    "seeds_by_models": "held, robust (families of model not left out)",
    "wordings_by_models": "held, uninformative",
}


@pytest.mark.parametrize("name", NAMES)
def test_estimates_are_those_of_the_libraries(name):
    RIGHT[name].check(verdict(name).answer.estimate)


@pytest.mark.parametrize("name", NAMES)
def test_verdict_says_how_firm_it_is_and_what_was_not_left_out(name):
    assert str(verdict(name)) == WORDS[name]


def test_parameters_of_the_curve_are_those_of_scipy():
    details = verdict("scaling").answer.estimate.details
    assert same(details["a"], "3.21893")  # of the curve_fit above
    assert same(details["c"], "1.72738")
    assert same(details["se"], "0.00787071")


def overturning(name: str) -> dict[str, tuple[str, ...]]:
    """By unit, the levels that overturn a claim."""
    found = verdict(name)
    return {one.unit: levels for one in found.left_out if (levels := one.overturning(found.outcome))}


def test_levels_that_overturn_a_claim_are_named():
    # Without system-b the next rival is system-c: ttest_rel(a, c, alternative="greater").pvalue = .0011.
    assert overturning("leaderboard") == {"system": ("system-b",)}
    # d.pivot(...).drop(columns=model), and the share of wordings under which another is above the best on average:
    # 11 of 24 without alder, 12 without cypress or elder; but 6 without beech, and 6 without dogwood.
    assert overturning("wordings_by_models") == {"model": ("beech", "dogwood")}


@pytest.mark.parametrize("name", sorted(set(NAMES) - {"leaderboard", "wordings_by_models"}))
def test_no_level_overturns_the_others(name):
    assert overturning(name) == {}


def without(name: str, unit: str, level: str) -> Estimate | None:
    """The estimate without a level."""
    (left_out,) = (one for one in verdict(name).left_out if one.unit == unit and not one.families)
    return next(one.answer.estimate for one in left_out.deletions if one.level == level)


def test_estimates_without_a_level_are_those_of_the_libraries():
    # spearmanr without the rows of m1: -.675, p = .0011; of t1: -.806
    assert same(without("cells", "model", "m1").value, "-0.675")
    assert same(without("cells", "model", "m1").p, "0.0011")
    assert same(without("cells", "trigger", "t1").value, "-0.806")
    assert same(without("leaderboard", "system", "system-b").p, "0.0011062")
    assert same(without("wordings_by_models", "model", "beech").value, "0.25")


def test_claim_about_a_level_is_undecided_without_it():
    (layers,) = (one for one in verdict("probe").left_out if one.unit == "layer")
    reasons = {one.level: one.answer.reason for one in layers.deletions if one.answer.outcome == "undecided"}
    assert set(reasons) == {"7", "11"}
    assert "no probe of layer 11" in reasons["11"]
    systems = verdict("leaderboard").left_out[1]
    assert [one.level for one in systems.deletions if one.answer.outcome == "undecided"] == ["system-a"]


def test_two_levels_cannot_be_left_out():
    gaps = {name: [one.gap.reason for one in verdict(name).not_left_out] for name in NAMES}
    assert {name: reasons for name, reasons in gaps.items() if reasons} == {
        "cells": ["2 families of triggers cannot be left out one by one: that takes 3"],
        "raters": ["2 runs cannot be left out one by one: that takes 3"],
        "seeds_by_models": ["2 families of models cannot be left out one by one: that takes 3"],
    }


def test_unit_of_more_than_200_levels_is_left_out_in_groups():
    answers = verdict("runs_in_arms").left_out[2]
    assert (answers.unit, answers.count, len(answers.deletions)) == ("answer", 220, 200)


def test_rows_are_left_out_with_a_reason():
    assert {(one.because, one.rows) for one in table("cells").dropped} == {("not measured", 4)}
    assert {(one.because, one.rows) for one in table("runs_in_arms").dropped} == {("it belongs to no arm", 10)}


def chance(name: str) -> dict[str, float]:
    return dict(verdict(name, "permutation").result("permutation").numbers)


def test_few_worlds_without_the_effect_are_all_asked():
    # itertools.combinations(range(8), 4) as the first arm: ttest_ind of the means says p < .05 and above in 3 of 70.
    assert (chance("runs_in_arms")["held"], chance("runs_in_arms")["ways"]) == (3, 70)
    # Of the 20 ways to choose 3 of 6 models the observed one alone: all large ones are above all small ones.
    assert (chance("seeds_by_models")["held"], chance("seeds_by_models")["ways"]) == (1, 20)


def test_by_chance_is_what_the_binomial_says():
    # Of the 27 questions on which the systems differ at least 20 must favour the first:
    # scipy.stats.binomtest(19, 27).pvalue = .052, of 20 .019; scipy.stats.binom.sf(19, 27, .5) = .00958
    found = chance("paired_answers")
    assert found["share"] == pytest.approx(0.00958, abs=4 * math.sqrt(0.00958 / 2000))


def test_claim_that_holds_by_chance_is_told_to():
    """Among models that are alike the best on average is often not the best: this finding shows nothing."""
    assert chance("wordings_by_models")["share"] > 0.99


def test_alternatives_are_judged_in_their_own_right():
    # cohens_kappa without the 11 rows on which a rater wrote a word: .634521, n = 85. The choice overturns the verdict.
    dropped = verdict("raters", variant="dropped")
    assert same(dropped.answer.estimate.value, "0.634521")
    assert (dropped.answer.estimate.n, dropped.outcome) == (85, "held")
    # ttest_ind of the means of runs without the 7 unsure answers
    dropped = verdict("runs_in_arms", variant="dropped").answer.estimate
    assert len(table("runs_in_arms").variants["dropped"]) == 213
    assert same(dropped.value, "0.220696")
    assert same(dropped.p, "0.0037678")


def test_findings_are_judged_side_by_side(pytester):
    for name in ("leaderboard", "seeds_by_models"):
        shutil.copytree(CLAIMS / name, pytester.path / "claims" / name, ignore=shutil.ignore_patterns("__pycache__"))
    pytester.runpytest_inprocess("claims").assert_outcomes(passed=1, skipped=1)
    reports = pytester.path / "reports"
    matrix = json.loads((reports / "claims.json").read_text())["matrix"]
    assert [list(words.values()) for words in matrix.values()] == [[WORDS["leaderboard"]], [WORDS["seeds_by_models"]]]
    page = (reports / "claims.md").read_text()
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        *(f"## {read_finding(CLAIMS / name).title}" for name in ("leaderboard", "seeds_by_models")),
        "## Words",
    ]
