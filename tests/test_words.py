"""Sentences are made of facts alone: with whatever a finding calls things, and of facts that were read from a file."""

import json

import pytest
from marker import FINDING
from shapes import RUNS
from worlds import DESIGN as OF_ITEMS

from pytest_claims.asking.null import dealt
from pytest_claims.data.design import Words
from pytest_claims.data.gap import Gap
from pytest_claims.robustness.battery import FULL
from pytest_claims.robustness.result import CheckResult, ColumnReliability, Move
from pytest_claims.stats.replication import replicate
from pytest_claims.verdicts.changed_data import ChangedData
from pytest_claims.verdicts.difference import Difference
from pytest_claims.verdicts.known import Known
from pytest_claims.verdicts.multiplicity import Correction
from pytest_claims.verdicts.record import from_json, to_json
from pytest_claims.words.changed_data import how, other_data
from pytest_claims.words.checks import asked, sentence
from pytest_claims.words.difference import different, missed
from pytest_claims.words.multiplicity import corrected
from pytest_claims.words.replication import criterion


def counts(held, failed, undecided=0, **more):
    return {"held": held, "failed": failed, "undecided": undecided, "share": held / (held + failed), **more}


def found(check, numbers=None, **more):
    return CheckResult(check=check, numbers=numbers or {}, **more)


# Each sentence as it stood on the page of the marker finding when checks still wrote their own.
SAID = [
    (
        found("rounding", counts(0, 203, asked=202, flipped=0, lowest=-0.577, highest=-0.474)),
        "Values within the printed rounding overturn it in none of 202 tables (extreme and random ones); "
        "the estimate runs from -0.577 to -0.474.",
    ),
    (
        found("rounding", counts(180, 23, asked=202, flipped=23), flips=True),
        "Values within the printed rounding overturn it in 23 of 202 tables (extreme and random ones).",
    ),
    (
        found("smallest-deletion", {"tried": 637, "none_up_to": 5, "exact": 1, "rows": 10}),
        "No deletion of up to 5 of 10 personas overturns it (637 subsets tried, all there are).",
    ),
    (
        found("smallest-deletion", {"none_up_to": 1, "exact": 0, "most": 50}),
        "No deletion of up to 1 persona overturns it, nor any that was tried of up to 50.",
    ),
    (
        found("smallest-deletion", {"none_up_to": 2, "exact": 0, "most": 50}),
        "No deletion of up to 2 personas overturns it, nor any that was tried of up to 50.",
    ),
    (
        found("smallest-deletion", {"none_up_to": 1, "exact": 0}),
        "No deletion of up to 1 persona overturns it.",
    ),
    (
        found("smallest-deletion", {"none_up_to": 2, "exact": 0, "most": 100, "grouped": 803}),
        "No deletion of up to 2 groups of personas overturns it, nor any that was tried of up to 100.",
    ),
    (
        found("smallest-deletion", {"size": 3, "exact": 0, "none_up_to": 2, "grouped": 803}, names=("a + b",) * 3),
        "Deleting 3 of 200 groups of personas overturns it; no deletion of up to 2 does.",
    ),
    (
        found("smallest-deletion", {"size": 1, "exact": 1, "tried": 4}, names=("a",), flips=True),
        "Deleting a overturns it (4 subsets tried).",
    ),
    (
        found("smallest-deletion", {"size": 2, "exact": 1, "tried": 51}, names=("a", "b"), flips=True),
        "Deleting a and b overturns it; no single deletion does (51 subsets tried).",
    ),
    (
        found("smallest-deletion", {"size": 4, "exact": 1, "tried": 276}, names=tuple("abcd"), flips=True),
        "Deleting a, b, c and d overturns it; no deletion of up to 3 does (276 subsets tried).",
    ),
    (
        found("smallest-deletion", {"size": 6, "exact": 0, "none_up_to": 2}, names=tuple("abcdef"), flips=True),
        "Deleting a, b, c, d and 2 more overturns it; no deletion of up to 2 does, and in between not all were tried.",
    ),
    (
        found("bootstrap-units", counts(67, 1933, low=-0.5240562, high=0.3557441), interval="BCa"),
        "With other personas drawn it holds in 3% ±1 points (67 of 2000); "
        "BCa 95% interval of the estimate [-0.524, +0.356].",
    ),
    (
        found("bootstrap-units", counts(0, 837, 1163)),
        "With other personas drawn it holds in 0% ±0 points (0 of 837, 1163 undecided).",
    ),
    (
        found("bootstrap-counts", counts(1476, 524)),
        "With completions sampled again, the personas being the same, it holds in 74% ±2 points (1476 of 2000).",
    ),
    (
        found("bootstrap-both", counts(64, 1936, low=-0.50955, high=0.34773), interval="percentile"),
        "With other personas drawn, and completions sampled again, it holds in 3% ±1 points (64 of 2000); "
        "percentile 95% interval of the estimate [-0.51, +0.348].",
    ),
    (
        found("permutation", counts(34, 1966)),
        "Where source rates are dealt to personas at random it holds in 2% ±1 points (34 of 2000).",
    ),
    (
        found("permutation", counts(1, 8, 1, ways=10)),
        "In all 10 ways to deal source rates to personas it holds in 1, 1 undecided.",
    ),
    (
        found("leave-two-out", counts(45, 0, agreeing=45, lowest=-0.326, highest=0.155, tables=200)),
        "Without two personas the outcome is the same in 45 of 45 copies; the estimate runs from -0.326 to +0.155. "
        "A simulated p of a copy rests on 200 random tables.",
    ),
    (
        found("leave-two-out", counts(1, 2, 3, agreeing=1), names=("a + b", "b + c"), flips=True),
        "Without two personas the outcome is the same in 1 of 3 copies, 3 undecided; it is overturned without "
        "a + b and b + c.",
    ),
    (
        found("leave-two-out", counts(19900, 0, agreeing=19900, grouped=803)),
        "Without two of 200 groups of personas the outcome is the same in 19900 of 19900 copies.",
    ),
    (
        found("planted-effect", counts(855, 145, rows=10, size_for_80_percent=7)),
        "If the columns correlate as observed, it would hold with 10 new personas in 86% ±2 points (855 of 1000); "
        "80% takes about 7 personas.",
    ),
    (
        found("planted-effect", counts(78, 922, rows=10, no_size_up_to=591)),
        "If the columns correlate as observed, it would hold with 10 new personas in 8% ±2 points (78 of 1000); "
        "no number up to 591 gives 80%.",
    ),
    (
        found("planted-effect", counts(855, 145, levels=10, size_for_80_percent=7)),
        "If other personas are like these, it would hold with 10 of them in 86% ±2 points (855 of 1000); "
        "80% takes about 7 personas.",
    ),
    (
        found("smallest-deletion", {"size": 2, "exact": 0, "none_up_to": 1}, names=("a", "b"), flips=True),
        "Deleting a and b overturns it; no single deletion does.",
    ),
    (
        found("smallest-deletion", {"size": 4, "exact": 0, "none_up_to": 3}, names=("a", "b", "c", "d"), flips=True),
        "Deleting a, b, c and d overturns it; no deletion of up to 3 does.",
    ),
    (
        found("adversary"),
        "No change of up to 3 rates by up to 4 standard errors was found that overturns it.",
    ),
    (
        found("adversary", {"standard_errors": 0.12}, moves=(Move(row="a", before=0.5, after=0.496),), flips=True),
        "a (0.500 → 0.496) alone overturns it (0.12 standard errors); no smaller change was found.",
    ),
    (
        found(
            "adversary",
            {"standard_errors": 4.4479},
            moves=(Move(row="a", before=0.46, after=0.55), Move(row="b", before=0.5, after=0.6)),
            flips=True,
        ),
        "a (0.46 → 0.55) and b (0.50 → 0.60) overturn it (4.4 standard errors); no smaller change was found.",
    ),
    (
        found("adversary", {"answers": 3}, names=("claude",), flips=True),
        "Changing 3 answers of claude overturns it; no fewer were found.",
    ),
    (found("adversary", {"answers": 1}, names=("claude",), flips=True), "Changing 1 answer of claude overturns it."),
    (
        found("multiverse", counts(3, 1, 1, variants=5, coefficients=1), names=("words dropped",)),
        "It holds in 3 of 4 analyses (5 ways to make the table), 1 undecided; it is overturned with words dropped.",
    ),
    (
        found("multiverse", counts(3, 1, variants=4), gap=Gap(reason="they do not have the same rows")),
        "It holds in 3 of 4 analyses (4 ways to make the table); "
        "how many hold by chance is not known (they do not have the same rows).",
    ),
    (
        found("multiverse", counts(5, 0, alternatives=1, coefficients=5, controls=1)),
        "It holds in 5 of 5 analyses (5 coefficients).",
    ),
    (
        found("multiverse", counts(1510, 1100, alternatives=162, coefficients=5, controls=4)),
        "It holds in 1510 of 2610 analyses (162 geometries, 5 coefficients, 4 sets of controls).",
    ),
    (
        found("multiverse", counts(47, 115, alternatives=162, coefficients=1, controls=1, p_joint=0.01)),
        "It holds in 47 of 162 analyses (162 geometries); where source rates are dealt to personas at random, "
        "as many of them hold with p = 0.01.",
    ),
    (
        found("multiverse", counts(5, 5, alternatives=2, coefficients=5, controls=1, p_joint=0.01)),
        "It holds in 5 of 10 analyses (2 geometries, 5 coefficients); where source rates are dealt to personas at "
        "random, as many of its plain Pearson analyses hold with p = 0.01.",
    ),
    (
        found("permutation", counts(34, 166, share_at_first=0.17)),
        "Where source rates are dealt to personas at random it holds in 17% ±5 points (34 of 200).",
    ),
    (
        found(
            "reliability",
            columns=(
                ColumnReliability(column="source_rate", value=0.904, by="repetitions", unit="seed", count=3),
                ColumnReliability(column="cosine"),
            ),
        ),
        "90% of the variance of source_rate is no noise (by 3 seeds); "
        "the noise of cosine is not known, for want of replicates.",
    ),
    (
        found("permutation", applies=False, gap=Gap(reason="there is one", have="a", remedy="add another")),
        "Does not apply: there is one: have a; add another.",
    ),
    (found("permutation", applies=False), "Not checked: the claim is undecided."),
]


def in_other_words(text):
    a, b = FINDING.design.words, OF_ITEMS.words
    for name in ("units", "unit", "outcomes", "trials", "alternatives"):
        text = text.replace(getattr(a, name), getattr(b, name))
    return text


def written(value):
    """The value after a way through a file, on which whole numbers become floats."""
    return from_json(type(value), json.loads(json.dumps(to_json(value))))


@pytest.mark.parametrize(("result", "said"), SAID)
def test_sentence_of_a_check_is_made_of_its_facts(result, said):
    read = written(result)
    assert all(isinstance(value, float) for value in read.numbers.values())
    for one in (result, read):
        assert sentence(one, "held", FINDING.design.words, null=dealt("source_rate", across="persona")) == said
        assert sentence(one, "held", OF_ITEMS.words, null=dealt("rate", across="item")) == in_other_words(said)


def test_there_is_a_sentence_of_every_check():
    assert {result.check for result, _ in SAID} == {check.name for check in FULL}


def test_outcome_on_all_the_data_is_said():
    result = found("leave-two-out", counts(0, 45, agreeing=45))
    assert sentence(result, "failed", Words()) == "Without two rows the outcome is the same in 45 of 45 copies."


def test_questions_are_about_what_rows_are_called():
    for check in FULL:
        for words in (FINDING.design.words, OF_ITEMS.words, Words()):
            said = asked(words, check.question)
            assert ("{units}" in check.question) == (words.units in said)
            assert "{" not in said
    question = "how often would it hold with other {units}?"
    several = asked(RUNS.words, question, ("run", "question", "rollout"))
    assert several == "how often would it hold with other runs, questions or rollouts?"


# As they stood on the same page.
CRITERIA = (
    "The replication (r = -0.57, n = 10) is not significant (p = 0.0862) and in the direction of the original "
    "(original r = -0.66, n = 10).",
    "The original estimate, r = -0.66, lies within the 95% confidence interval of the replication, [-0.88, +0.09] "
    "(r = -0.57, n = 10).",
    "The replication estimate, r = -0.57, lies within the 95% prediction interval for 10 personas, [-0.95, +0.25] "
    "(original r = -0.66, n = 10).",
    "The replication (r = -0.57, n = 10) is consistent with an effect that the original could detect: it is not "
    "significantly smaller (one-sided p = 0.594) than r = -0.50, for which 10 personas give 33% power.",
    "The replication (r = -0.57, n = 10) is evidence neither for nor against a correlation in the direction of the "
    "original: the Bayes factor against none is 2.68, and 1.43 for a correlation of either sign.",
)
OTHERWISE = (
    "The replication (r = +0.16, n = 100) is not significant (p = 0.115) and does not point in the direction of the "
    "original (original r = -0.66, n = 10).",
    "The original estimate, r = -0.66, lies outside the 95% confidence interval of the replication, [-0.04, +0.34] "
    "(r = +0.16, n = 100).",
    "The replication estimate, r = +0.16, lies outside the 95% prediction interval for 100 personas, [-0.92, -0.03] "
    "(original r = -0.66, n = 10).",
    "The replication (r = +0.16, n = 100) is inconsistent with an effect that the original could detect: it is "
    "significantly smaller (one-sided p = 9.37e-13) than r = -0.50, for which 10 personas give 33% power.",
    "The replication (r = +0.16, n = 100) is evidence against a correlation in the direction of the original: the "
    "Bayes factor against none is 0.0505, and 0.424 for a correlation of either sign.",
)


@pytest.mark.parametrize(("r", "n", "said"), [(-0.56881724, 10, CRITERIA), (0.15839174, 100, OTHERWISE)])
def test_sentence_of_a_criterion_is_made_of_the_replication(r, n, said):
    one = replicate(original_r=-0.66, original_n=10, r=r, n=n)
    for replication in (one, written(one)):
        assert tuple(criterion(applied, replication, FINDING.design.words) for applied in replication.criteria) == said


def test_correction():
    one = Correction(subject="s", family="f", claim="c", asked=6, p=0.0386, holm=0.1545, benjamini_hochberg=0.0772)
    assert corrected(one) == (
        "Among 6 claims of the family 'f', p = 0.039 becomes 0.15 (Holm) and 0.077 (Benjamini-Hochberg)."
    )


KNOWN = {"ruling": "held", "estimate": 0.5, "p": 0.01, "n": 6, "data": "0" * 64, "recorded": True, "date": "2026"}


@pytest.mark.parametrize(
    ("was", "now", "says"),
    [
        (
            {"robustness": "robust"},
            {"ruling": "undecided", "estimate": None, "p": None, "robustness": "untested"},
            "was held, robust (estimate 0.5, p 0.01), is undecided (estimate none, p none)",
        ),
        (  # a record of an older format says nothing of words that it did not have
            {"ruling": "failed", "robustness": None},
            {"estimate": 0.75, "robustness": "not shown otherwise"},
            "was failed (estimate 0.5, p 0.01), is held, not shown otherwise (estimate 0.75, p 0.01)",
        ),
    ],
)
def test_difference_of_a_verdict(was, now, says):
    one = Difference(was=Known(**KNOWN | was), now=Known(**KNOWN | now), kind="changed")
    assert different(one) == says


def test_difference_of_numbers():
    was, now = Known(**KNOWN, robustness="robust"), Known(**KNOWN | {"p": 0.02, "n": 7}, robustness="robust")
    assert different(Difference(was=was, now=now, kind="changed", words=False, numbers=("p", "n"))) == (
        "is still held, but its p was 0.01, is 0.02 and its n was 6, is 7"
    )


def test_what_the_record_misses():
    one = ChangedData(finding="", subject="s", was="a" * 64, now="b" * 64)
    assert other_data(one) == "the data of s are not those on record; restore them, or accept them with --claims-save"
    assert how(one) == f"sha256 was {'a' * 12}, is {'b' * 12}"
    assert missed("c", ["s", "t"]) == (
        "c is on record for s, t and was not asked; restore it, or take it off the record with --claims-save"
    )
