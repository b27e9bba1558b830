"""What is pooled of many verdicts: of every base model one."""

from dataclasses import replace

import pytest
from worlds import made

from pytest_claims import Original, claim, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.stats.pooling import pool_correlations
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.replications import replications, syntheses


@claim("made-up", source="nowhere", original=Original(subject="first@published", value=-0.6, n=6))
def body(table):
    """Cosine correlates with source rate."""
    assert pearson(table["score"], table["rate"]).p < 0.3


def verdicts(*subjects):
    """A verdict on each of ``subjects``, (name, rows)."""
    tables = [
        replace(made(rows, seed), subject=name, base_model=name.partition("@")[0])
        for seed, (name, rows) in enumerate(subjects)
    ]
    return [judge(claim_of(body), body, table) for table in tables]


def test_each_base_model_counts_once_by_the_subject_with_most_rows():
    judged = verdicts(("first@published", 6), ("second@full", 6), ("second@hundred", 20), ("second@pocket", 6))
    (synthesis,) = syntheses(judged)
    assert synthesis.subjects == ("first@published", "second@hundred")
    kept = [judged[0].answer.estimate, judged[2].answer.estimate]
    assert synthesis.pooled == pool_correlations([one.value for one in kept], [6, 20])
    assert len(replications(judged)) == 3  # each by itself is still held against the original


def test_new_measurement_of_the_originals_model_is_a_study_of_its_own():
    (synthesis,) = syntheses(verdicts(("first@published", 6), ("first@full", 6), ("first@hundred", 20)))
    assert synthesis.subjects == ("first@published", "first@hundred")


def test_of_equals_the_first_counts():
    (synthesis,) = syntheses(verdicts(("first@published", 6), ("second@full", 7), ("second@pocket", 7)))
    assert synthesis.subjects == ("first@published", "second@full")


@pytest.mark.parametrize("subjects", [[("one@full", 6)], [("one@full", 6), ("one@pocket", 9)]])
def test_one_base_model_is_not_pooled(subjects):
    assert syntheses(verdicts(*subjects)) == ()
