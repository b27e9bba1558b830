"""What is made of many verdicts together: three independent subjects are pooled, the same levels drawn together."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from worlds import made, table_with

from pytest_claims import Original, Table, claim, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.robustness.battery import checks_of
from pytest_claims.stats.pooling import joint_mean, pool_correlations
from pytest_claims.verdicts.independence import Shared
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.replications import replications
from pytest_claims.verdicts.syntheses import Synthesis, syntheses
from pytest_claims.verdicts.unit_record import unit_records
from pytest_claims.verdicts.verdict import Verdict

Names = tuple[str, int, str]  # of a subject, how many rows it has, and what is before the number of each


@claim("made-up", source="nowhere", original=Original(subject="first@published", value=-0.6, n=6))
def body(table):
    """Cosine correlates with source rate."""
    assert pearson(table["score"], table["rate"]).p < 0.3


def tables(subjects: Iterable[Names]) -> list[Table]:
    """A table of each of ``subjects``; of one prefix they have the same rows, as far as they have any."""
    return [
        table_with(
            dict(made(rows, seed).columns),
            rows=tuple(f"{prefix}{row}" for row in range(rows)),
            subject=name,
            base_model=name.partition("@")[0],
        )
        for seed, (name, rows, prefix) in enumerate(subjects)
    ]


def judged(several: Iterable[Table], checks: str = "none") -> list[Verdict]:
    return [judge(claim_of(body), body, table, checks=checks_of(checks)) for table in several]


def of(*subjects: Names, checks: str = "none") -> tuple[Synthesis, list[Verdict]]:
    """The one synthesis of these subjects, and the verdicts that it is made of."""
    several = tables(subjects)
    verdicts = judged(several, checks)
    (synthesis,) = syntheses(verdicts, {("", table.subject): unit_records(table) for table in several})
    return synthesis, verdicts


def values(verdicts: Iterable[Verdict]) -> list[float]:
    return [verdict.answer.estimate.value for verdict in verdicts]


def test_three_independent_subjects_are_pooled():
    synthesis, verdicts = of(("first@published", 6, "a"), ("second@full", 7, "b"), ("third@full", 9, "c"))
    assert synthesis.subjects == ("first@published", "second@full", "third@full")
    assert synthesis.pooled == pool_correlations(values(verdicts), [6, 7, 9])
    assert (synthesis.independent, synthesis.models, synthesis.shared, synthesis.joint) == (3, 3, (), None)


def test_two_are_not():
    synthesis, _ = of(("first@published", 6, "a"), ("second@full", 7, "b"), checks="bootstrap-units")
    assert (synthesis.pooled, synthesis.joint, synthesis.independent, synthesis.shared) == (None, None, 2, ())
    assert synthesis.subjects == ("first@published", "second@full")
    assert synthesis.not_joint == "no two have the same levels"


def test_three_that_share_rows_are_not_pooled_and_have_the_mean_with_rows_drawn_together():
    synthesis, verdicts = of(
        ("first@published", 8, "a"), ("second@full", 8, "a"), ("third@full", 8, "a"), checks="bootstrap-units"
    )
    assert synthesis.pooled is None
    assert synthesis.independent == 1
    assert synthesis.shared == (Shared(unit="item", levels=("a0", "a1", "a2"), count=8),)
    estimates = [verdict.answer.estimate for verdict in verdicts]
    drawn = [one.replicates for verdict in verdicts for one in verdict.checks if one.replicates]
    assert synthesis.joint == joint_mean(estimates, np.array(drawn, dtype=float).T)
    assert synthesis.joint.estimate == pytest.approx(np.tanh(np.mean(np.arctanh(values(verdicts)))))
    assert synthesis.joint.low < synthesis.joint.estimate < synthesis.joint.high
    assert (synthesis.unit, synthesis.levels) == ("item", 8)


def test_draws_of_the_same_rows_are_the_same_in_every_subject():
    """What differs between two subjects of the same rows and numbers would be the draws."""
    one, _ = tables([("first@full", 8, "a"), ("second@full", 8, "a")])
    alike = [one, replace(one, subject="second@full", base_model="second")]
    units = {("", table.subject): unit_records(table) for table in alike}
    (synthesis,) = syntheses(judged(alike, "bootstrap-units"), units)
    several = judged(alike, "bootstrap-units")
    (drawn,) = {check.replicates for verdict in several for check in verdict.checks if check.replicates}
    assert (synthesis.joint.low, synthesis.joint.high) == pytest.approx(
        np.tanh(np.quantile(np.arctanh(drawn), [0.025, 0.975])), abs=1e-9
    )


def test_rows_that_stand_in_another_order_are_not_drawn_together():
    several = tables([("first@full", 8, "a"), ("second@full", 8, "a")])
    turned = table_with(
        {name: column[::-1] for name, column in several[1].columns.items()},
        rows=several[1].rows[::-1],
        subject="second@full",
        base_model="second",
    )
    units = {("", table.subject): unit_records(table) for table in (several[0], turned)}
    (synthesis,) = syntheses(judged([several[0], turned], "bootstrap-units"), units)
    assert (synthesis.joint, synthesis.not_joint) == (None, "no two have the same levels")
    assert synthesis.shared == (Shared(unit="item", levels=("a0", "a1", "a2"), count=8),)


def test_without_draws_there_is_no_mean_of_those_that_share_rows():
    synthesis, _ = of(("first@published", 8, "a"), ("second@full", 8, "a"), ("third@full", 8, "a"))
    assert (synthesis.pooled, synthesis.joint) == (None, None)
    assert synthesis.not_joint == "bootstrap-units was not made"


def test_mean_is_of_one_subject_of_each_model_in_the_largest_set_on_the_same_rows():
    """Of the second model another subject has more rows, which nobody else has."""
    subjects = [
        ("first@published", 8, "a"), ("second@full", 8, "a"), ("second@again", 8, "a"), ("second@many", 20, "a"),
        ("third@full", 8, "a"),
    ]  # fmt: skip
    synthesis, _ = of(*subjects, checks="bootstrap-units")
    assert synthesis.subjects == ("first@published", "second@full", "third@full")
    assert synthesis.joint.k == 3
    assert synthesis.left_out == ("second@many",)


def test_each_base_model_counts_once_by_the_subject_with_most_rows():
    synthesis, verdicts = of(
        ("first@published", 6, "a"),
        ("second@full", 6, "b"),
        ("second@hundred", 20, "c"),
        ("second@pocket", 6, "d"),
        ("third@full", 7, "e"),
    )
    assert synthesis.subjects == ("first@published", "second@hundred", "third@full")
    assert synthesis.pooled == pool_correlations(values([verdicts[0], verdicts[2], verdicts[4]]), [6, 20, 7])
    assert len(replications(verdicts)) == 4  # each by itself is still held against the original


def test_new_measurement_of_the_originals_model_is_no_study_of_its_own():
    synthesis, _ = of(("first@published", 6, "a"), ("first@full", 9, "b"), ("second@full", 6, "c"))
    assert (synthesis.pooled, synthesis.models, synthesis.independent) == (None, 2, 2)
    assert synthesis.subjects == ("first@full", "second@full")


def test_subjects_of_one_base_model_are_not_pooled_however_many():
    synthesis, _ = of(*((f"one@{prefix}", 6, prefix) for prefix in "abcd"))
    assert (synthesis.pooled, synthesis.models, synthesis.independent) == (None, 1, 1)
    assert synthesis.subjects == ("one@a", "one@b", "one@c", "one@d")


def test_of_those_that_share_rows_the_one_on_most_is_pooled_with_the_others():
    synthesis, verdicts = of(
        ("first@full", 6, "a"), ("second@full", 8, "a"), ("third@full", 7, "b"), ("fourth@full", 9, "c")
    )
    assert synthesis.subjects == ("second@full", "third@full", "fourth@full")
    assert synthesis.left_out == ("first@full",)
    assert synthesis.pooled == pool_correlations(values(verdicts[1:]), [8, 7, 9])


def test_of_equals_the_first_counts():
    synthesis, _ = of(("first@published", 6, "a"), ("second@full", 7, "b"), ("second@pocket", 7, "c"))
    assert synthesis.subjects == ("first@published", "second@full")


def test_one_subject_is_nothing_to_put_together():
    several = tables([("one@full", 6, "a")])
    assert syntheses(judged(several), {("", "one@full"): unit_records(several[0])}) == ()


def test_stack_of_all_is_no_subject_of_its_own():
    several = tables([("first@a", 6, "a"), ("second@a", 7, "b"), ("all@made", 13, "c")])
    units = {("", table.subject): unit_records(table) for table in several}
    (synthesis,) = syntheses(judged(several), units, [("", "all@made")])
    assert (synthesis.subjects, synthesis.pooled) == (("first@a", "second@a"), None)
    (counted,) = syntheses(judged(several), units)
    assert counted.pooled is not None
