"""What a subject brings to one model of several: its counts by repetition and cluster, or why it brings nothing."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import table_with

from pytest_claims import Array, Design, Unit, Words
from pytest_claims.base.errors import InputError
from pytest_claims.data.array import ROWS
from pytest_claims.data.design import Multilevel
from pytest_claims.data.finding import read_finding
from pytest_claims.data.levels import Levels
from pytest_claims.verdicts.counted import counted_of

WANTED = Multilevel(
    subjects=("*@full",),
    successes="hits by prompt",
    trials="tries by prompt",
    predictors={"score": ("rises",)},
    clusters="prompt",
)
DESIGN = Design(
    words=Words(unit="item", units="items", trials="tries"),
    units=(Unit(name="item"), Unit(name="seed", shared=False)),
    multilevel=WANTED,
)
HITS = np.arange(24.0).reshape(2, 3, 4) % 5  # prompt, seed, item


def table(**more):
    arrays = {
        "hits by prompt": Array(values=HITS, dims=("prompt", "seed", ROWS), outcome=True),
        "tries by prompt": Array(values=np.full((2, 3, 4), 5.0), dims=("prompt", "seed", ROWS), outcome=True),
    }
    known = {"arrays": arrays, "labels": {"prompt": ("first", "second"), "seed": (0, 1, 2)}, "design": DESIGN}
    given = {"subject": "made@full", "base_model": "made", **known, **more}
    return table_with({"score": [0.1, 0.2, 0.4, 0.3], "hits": [1, 2, 3, 4], "tries": [5, 5, 5, 5]}, **given)


def test_counts_stand_row_by_row_repetition_by_repetition_cluster_by_cluster():
    found = counted_of(table(families={"item_0": "a", "item_3": "a"}))
    assert found.lacking == ""
    assert found.base_model == "made"
    assert found.claims == {"score": ("rises",)}
    assert (found.unit, found.levels) == ("item", ("item_0", "item_1", "item_2", "item_3"))
    assert found.families == ("a", "item_1", "item_2", "a")
    assert found.predictors == {"score": (0.1, 0.2, 0.4, 0.3)}
    assert (found.repeated, found.clusters, found.names) == ("seed", "prompt", ("first", "second"))
    np.testing.assert_array_equal(np.reshape(found.successes, (4, 3, 2)), HITS.transpose(2, 1, 0))
    assert found.trials == (5,) * 24


def test_of_a_copy_they_are_those_of_its_rows():
    found = counted_of(table().leave_out("item", np.array([1])))
    assert found.levels == ("item_0", "item_2", "item_3")
    np.testing.assert_array_equal(np.reshape(found.successes, (3, 3, 2)), HITS.transpose(2, 1, 0)[[0, 2, 3]])


def test_columns_are_counts_without_repetitions_or_clusters():
    wanted = replace(WANTED, successes="hits", trials="tries", clusters="")
    found = counted_of(table(design=replace(DESIGN, multilevel=wanted)))
    assert (found.successes, found.trials) == ((1, 2, 3, 4), (5, 5, 5, 5))
    assert (found.repeated, found.clusters, found.names) == ("", "", ("",))


def test_of_a_unit_that_is_not_shared_levels_are_the_subjects_own():
    design = replace(DESIGN, units=(Unit(name="item", shared=False), *DESIGN.units[1:]))
    assert counted_of(table(design=design)).levels[0] == "made@full: item_0"


@pytest.mark.parametrize("changes", [{"subject": "made@other"}, {"design": replace(DESIGN, multilevel=None)}])
def test_of_another_subject_and_without_a_model_there_is_nothing(changes):
    assert counted_of(table(**changes)) is None


NO_COUNTS = "hits or tries are no counts: they have gaps, fractions or negative numbers"


def with_wanted(**changes):
    return table(design=replace(DESIGN, multilevel=replace(WANTED, **changes)))


def of_columns(**columns):
    made = table(design=replace(DESIGN, multilevel=replace(WANTED, successes="hits", trials="tries", clusters="")))
    return made.changed(**{name: np.array(values, dtype=float) for name, values in columns.items()})


def two_units():
    levels = {name: Levels.of(["a", "b", "c", "d"]) for name in ("item", "prompt")}
    return table(levels=levels, design=replace(DESIGN, units=(Unit(name="item"), Unit(name="prompt"))), labels={})


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        (lambda: table().changed(score=np.ones(4)), "score has gaps, or does not vary"),
        (lambda: table().changed(score=np.array([0.1, np.nan, 0.3, 0.4])), "score has gaps, or does not vary"),
        (lambda: table(arrays={}), "no column 'hits by prompt'"),
        (lambda: with_wanted(trials="tries by promt"), "no column 'tries by promt'"),
        (lambda: with_wanted(predictors={"scor": ("rises",)}), "no column 'scor'"),
        (lambda: with_wanted(trials="tries"), "hits by prompt and tries do not lie along the same dimensions"),
        (
            lambda: with_wanted(successes="tries by prompt", trials="hits by prompt"),
            "more tries by prompt than hits by prompt",
        ),
        (lambda: of_columns(hits=[0.5, 1, 2, 3]), NO_COUNTS),
        (lambda: of_columns(hits=[np.nan, 1, 2, 3]), NO_COUNTS),
        (lambda: of_columns(tries=[np.nan, 5, 5, 5]), NO_COUNTS),
        (lambda: of_columns(hits=[-1, 1, 2, 3]), NO_COUNTS),
        (lambda: with_wanted(trials="hits by prompt"), "all tries have the same outcome, or none was counted"),
        (two_units, "rows are of item and prompt; such a model is made of rows of one unit"),
    ],
)
def test_why_a_subject_brings_nothing(changed, reason):
    found = counted_of(changed())
    assert found.lacking == reason
    assert (found.levels, found.successes) == ((), ())


TOML = """
title = "Made up"
source = "nowhere"
[units]
item = {}
[measured]
score = {}
rate = { successes = "hits", trials = "tries" }
[multilevel]
subjects = "*@full"
successes = "hits"
trials = "tries"
predictors = { score = "rises" }
"""


def test_a_finding_declares_it(tmp_path):
    (tmp_path / "finding.toml").write_text(TOML)
    found = read_finding(tmp_path).design.multilevel
    assert found == Multilevel(
        subjects=("*@full",), successes="hits", trials="tries", predictors={"score": ("rises",)}, clusters=""
    )


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (('score = "rises"', 'scor = "rises"'), "multilevel: unknown measured column 'scor'; did you mean 'score'"),
        (('predictors = { score = "rises" }', "predictors = {}"), "multilevel: predictors is {}, wanted at least one"),
        (
            ('trials = "tries"\npredictors', "predictors"),
            "multilevel: no 'trials': have subjects, successes, predictors",
        ),
    ],
)
def test_what_is_none_is_refused_where_it_stands(tmp_path, changed, message):
    (tmp_path / "finding.toml").write_text(TOML.replace(*changed))
    with pytest.raises(InputError, match=message):
        read_finding(tmp_path)
