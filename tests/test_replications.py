"""Replications and syntheses of claims whose source reports any estimate: the facts, and what the page says of them."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import DESIGN, made, table_with

from pytest_claims import Original, claim, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.reading.cells import STACKED
from pytest_claims.robustness.battery import checks_of
from pytest_claims.stats.estimate import Estimate, note
from pytest_claims.stats.pooling import pool_estimates
from pytest_claims.stats.replicated_estimate import replicate_estimate
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.multiplicity import across_subjects
from pytest_claims.verdicts.record import SubjectRecord, from_json, put_together, record_of, to_json
from pytest_claims.verdicts.replications import SubjectReplication
from pytest_claims.verdicts.syntheses import Synthesis
from pytest_claims.verdicts.unit_record import unit_records
from pytest_claims.words.multiplicity import of_subjects
from pytest_claims.words.replication import compared, criterion, together

OWN, FEW, MANY = ("first@published", 6), ("second@few", 7), ("third@many", 30)
DELTA = Original(subject="first@published", value=0.4, n=6, symbol="Δ", low=0.1, high=0.7)


def difference(table):
    """The mean difference of rates and scores with its normal interval, and without one where there are 5 items."""
    each = table["rate"] - table["score"]
    half = 1.96 * each.std(ddof=1) / np.sqrt(len(each))
    low, high = (None, None) if len(each) == 5 else (each.mean() - half, each.mean() + half)
    return note(Estimate(method="mean difference", symbol="Δ", value=each.mean(), n=len(each), low=low, high=high))


def of_difference(table):
    """Rates are above scores."""
    assert difference(table).value > 0


def of_correlation(table):
    """Rates rise with scores."""
    assert pearson(table["score"], table["rate"]).r > 0


def of_nothing(table):
    """Rates are above a tenth."""
    assert table["rate"].mean() > 0.1


def record_on(subjects, body=of_difference, original=DELTA, checks="none", same=False):
    """The record of a claim on ``subjects``, (name, rows); on the ``same`` rows, or each on its own."""

    def copy(table):
        body(table)

    copy.__doc__ = body.__doc__
    marked = claim("made-up", source="nowhere", original=original)(copy)
    tables = [
        table_with(
            dict(made(rows, seed).columns),
            rows=tuple(f"{'' if same else name}{row}" for row in range(rows)),
            subject=name,
            base_model=name.partition("@")[0],
        )
        for seed, (name, rows) in enumerate(subjects)
    ]
    nothing = {"levels": {}, "columns": {}, "rounding": {}, "provenance": {}}
    facts = {"sha256": "0", "recorded": True, "words": DESIGN.words, **nothing}
    return record_of(
        created="2026-11-24",
        version="0",
        subjects=[
            SubjectRecord(name=table.subject, count=len(table), rows=table.rows, units=unit_records(table), **facts)
            for table in tables
        ],
        verdicts=[judge(claim_of(marked), marked, table, checks=checks_of(checks)) for table in tables],
    )


def told(record):
    """All sentences about replications: of each subject and criterion, and of subjects together."""
    lines = []
    for one in record.replications:
        lines.append(f"{one.subject} is {compared(one)}.")
        criteria = one.replication.criteria if one.replication else ()
        lines += [criterion(each, one.replication, record.subject_of(one).words) for each in criteria]
    lines += [f"Together ({', '.join(one.subjects)}): {together(one, record.words)}." for one in record.syntheses]
    return "\n".join(lines)


def test_estimate_is_held_against_that_of_the_source():
    record = record_on([OWN, FEW, MANY])
    estimates = [verdict.answer.estimate for verdict in record.verdicts]
    reported = Estimate(method="reported", symbol="Δ", value=0.4, n=6, low=0.1, high=0.7)
    assert [(one.subject, one.replication) for one in record.replications] == [
        ("second@few", replicate_estimate(reported, estimates[1])),
        ("third@many", replicate_estimate(reported, estimates[2])),
    ]
    (synthesis,) = record.syntheses
    assert synthesis.subjects == ("first@published", "second@few", "third@many")
    assert synthesis.pooled == pool_estimates(estimates)
    assert synthesis.not_pooled == {}


def test_sentences_of_another_estimate():
    record = record_on([OWN, FEW])
    (one,) = record.replications
    new = one.replication
    said = told(record)
    near = f"Δ = {new.value:+.3g}, n = 7"
    assert (
        f"The replication ({near}) is significant (95% interval "
        f"[{new.low:+.3g}, {new.high:+.3g}]) and in the direction of the original (original Δ = +0.4, n = 6)."
    ) in said
    assert f"prediction interval for 7 items, [{new.prediction_low:+.3g}" in said
    assert said.count("It is not defined here: ") == 2
    assert (
        "Together (first@published, second@few): not pooled, as that takes 3 independent subjects, and these are 2; "
        "no mean of these models as they are, for bootstrap-units was not made."
    ) in said


def test_sentence_of_pooled_estimates():
    record = record_on([OWN, FEW, MANY])
    mean = record.syntheses[0].pooled
    assert (
        f"Together (first@published, second@few, third@many): pooled: Δ = {mean.estimate:+.3g} [{mean.low:+.3g}, "
        f"{mean.high:+.3g}], k = 3; Q(2) = "
    ) in told(record)


@pytest.mark.parametrize(
    ("body", "original", "reason"),
    [
        (of_correlation, DELTA, "the source reports Δ and the claim computes r"),
        (of_nothing, DELTA, "the claim computes no estimate"),
        (
            of_correlation,
            Original(subject="first@published", value=1.0, n=6),
            "a correlation of 1, n = 6, has no Fisher's z",
        ),
        (
            of_correlation,
            Original(subject="first@published", value=0.5, n=3),
            "a correlation of 0.5, n = 3, has no Fisher's z",
        ),
    ],
)
def test_what_is_not_compared_is_said_in_one_sentence(body, original, reason):
    record = record_on([FEW], body, original)
    (one,) = record.replications
    assert one == SubjectReplication(claim="made-up", subject="second@few", replication=None, not_compared=reason)
    said = told(record)
    assert said == f"second@few is not compared with the source: {reason}."


def test_subject_without_an_interval_is_not_pooled_and_named():
    record = record_on([OWN, ("second@five", 5), MANY, ("fourth@few", 8)])
    (synthesis,) = record.syntheses
    assert synthesis.subjects == ("first@published", "third@many", "fourth@few")
    assert synthesis.not_pooled == {"second@five": "no interval"}
    assert "; without second@five (no interval)." in told(record)
    assert record_on([OWN, ("second@five", 5)]).syntheses == ()


def test_estimates_of_another_symbol_are_not_pooled():
    assert record_on([OWN, FEW, MANY], of_correlation).syntheses == ()


def test_mean_of_another_estimate_is_resampled_on_its_own_scale():
    record = record_on([("first@published", 8), ("second@same", 8)], checks="bootstrap-units", same=True)
    (synthesis,) = record.syntheses
    replicates = np.array(
        [one.replicates for verdict in record.verdicts for one in verdict.checks if one.replicates],
    )
    assert len(replicates) == 2
    mean = synthesis.joint
    assert (mean.low, mean.high) == pytest.approx(tuple(np.quantile(replicates.mean(axis=0), [0.025, 0.975])))
    assert mean.estimate == pytest.approx(np.mean([verdict.answer.estimate.value for verdict in record.verdicts]))
    assert (
        "Together (first@published, second@same): mean of 2 models, which are taken as they are; items drawn together: "
        f"Δ = {mean.estimate:+.3g} [{mean.low:+.3g}, {mean.high:+.3g}], which 8 items make narrower than it should be."
    ) in told(record)


def test_record_keeps_replications_of_every_kind():
    same = record_on([("first@a", 8), ("second@a", 8)], checks="bootstrap-units", same=True)
    for record in (record_on([OWN, FEW, ("third@five", 5), MANY]), record_on([FEW], of_correlation), same):
        for one in (*record.replications, *record.syntheses):
            kind = SubjectReplication if isinstance(one, SubjectReplication) else Synthesis
            assert from_json(kind, to_json(one)) == one


def test_claim_with_p_on_several_subjects_says_what_is_left_of_it():
    def said(record):
        return of_subjects(across_subjects(record.verdicts))

    original = Original(subject="first@published", value=0.5, n=6)
    assert said(record_on([OWN, FEW], of_correlation, original)).startswith("No p of 2 subjects of 2 base models ")
    assert said(record_on([OWN], of_correlation, original)) == ""
    assert said(record_on([OWN, FEW])) == ""  # it has no p


def test_subject_that_is_made_of_the_others_is_not_pooled_with_them():
    record = record_on([OWN, FEW, ("all@made", 30)])
    assert len(record.syntheses[0].subjects) == 3
    *parts, whole = record.subjects
    stacked = replace(whole, provenance={STACKED: "first@published, second@few"})
    (synthesis,) = put_together(record.verdicts, [*parts, stacked])
    assert (synthesis.pooled, synthesis.subjects) == (None, ("first@published", "second@few"))


def test_more_data_of_the_same_study_are_no_replication_and_are_not_pooled():
    """Beside the first of it; without that they are its study."""
    record = record_on([OWN, ("first@more", 30), FEW, MANY])
    subjects = [replace(one, study="first@published" if one.name == "first@more" else "") for one in record.subjects]
    whole = record_of(created="", version="", subjects=subjects, verdicts=record.verdicts)
    assert [one.subject for one in whole.replications] == ["second@few", "third@many"]
    assert [one.subjects for one in whole.syntheses] == [("first@published", "second@few", "third@many")]
    assert [one.subjects for one in record.syntheses] == [("first@more", "second@few", "third@many")]
    alone = put_together(whole.verdicts[1:], whole.subjects[1:])
    assert alone[0].subjects == ("first@more", "second@few", "third@many")
