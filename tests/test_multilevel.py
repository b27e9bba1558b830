"""One model of several subjects: what is counted once, what can be told apart, how often its intervals are right."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multilevel_worlds import REAL, covered, with_families, world

from pytest_claims.stats import multilevel as of_stats
from pytest_claims.stats.multilevel import Effect
from pytest_claims.verdicts.counted import Counted
from pytest_claims.verdicts.multilevel import MultilevelModel, multilevel_models
from pytest_claims.verdicts.random_effects import stack

STRONG = np.array([0.0, 0.5])
SMALL = (("first@full", "first", 10, 2), ("second@full", "second", 10, 2), ("third@full", "third", 12, 1))


def subjects(design=SMALL, slopes=STRONG, between=0.0, seed=0):
    return world(np.random.default_rng(seed), slopes, between, design)[0]


def model_of(several) -> MultilevelModel:
    (found,) = multilevel_models(several)
    return found


def effect(model: MultilevelModel, predictor: str, *beside: str) -> Effect:
    (found,) = (one for one in model.effects if (one.predictor, one.beside) == (predictor, beside))
    return found


def changed(several, name: str, **changes):
    return [(finding, one, replace(what, **changes) if one == name else what) for finding, one, what in several]


@pytest.fixture(scope="module")
def small() -> MultilevelModel:
    return model_of(subjects())


def test_it_says_what_it_is_made_of(small):
    assert small.finding == "made up"
    assert small.subjects == ("first@full", "second@full", "third@full")
    assert small.models == ("first", "second", "third")
    assert (small.unit, small.levels, small.rows) == ("item", 12, 32)
    assert (small.repetitions, small.trials) == (52, 5200)
    assert (small.clusters, small.clustered) == ("question", 20)
    assert small.claims == {"x0-predicts": "x0", "x1-predicts": "x1"}
    assert (small.left_out, small.why_not) == ({}, "")


def test_each_predictor_is_told_alone_and_beside_the_other(small):
    told = [(one.predictor, one.beside) for one in small.effects]
    assert told == [("x0", ()), ("x1", ()), ("x0", ("x1",)), ("x1", ("x0",))]
    assert small.about("x1-predicts") == (effect(small, "x1"), effect(small, "x1", "x0"))
    assert small.about("another") == ()


def test_an_effect_that_is_there_is_found_and_one_that_is_not_is_not(small):
    there, none = effect(small, "x1", "x0").these, effect(small, "x0", "x1").these
    assert there.low < 0.5 < there.high
    assert there.p < 0.001
    assert none.low < 0 < none.high
    assert none.p > 0.05


def test_of_these_models_it_knows_as_many_levels_and_of_others_as_many_models(small):
    one = effect(small, "x1", "x0")
    assert one.these.df == 12 - 2 - 1
    assert one.like_these.df == 3 - 1
    assert one.like_these.high - one.like_these.low > one.these.high - one.these.low
    assert one.these.value == pytest.approx(np.mean(one.slopes))


def test_what_a_question_adds_is_in_the_interval(small):
    without = model_of([(finding, name, replace(one, **_summed(one))) for finding, name, one in subjects()])
    assert (without.clusters, without.clustered) == ("", 0)
    plain, clustered = effect(without, "x1", "x0"), effect(small, "x1", "x0")
    assert plain.clusters_se == 0 < clustered.clusters_se
    assert plain.these.value == pytest.approx(clustered.these.value)
    assert clustered.se**2 == pytest.approx(plain.se**2 + clustered.clusters_se**2)


def _summed(one: Counted):
    """Counts without their questions."""
    sums = {name: np.reshape(getattr(one, name), (-1, len(one.names))).sum(axis=1) for name in ("successes", "trials")}
    return {**{name: tuple(map(int, values)) for name, values in sums.items()}, "names": ("",)}


def test_two_subjects_of_one_base_model_are_one_model():
    several = subjects([*SMALL, ("third@other", "third", 10, 2)])
    found = model_of(several)
    assert found.models == ("first", "second", "third")
    assert effect(found, "x1", "x0").like_these.df == 2
    assert len(effect(found, "x1").slopes) == 3
    assert "item × subject" in found.spreads


def test_an_item_of_several_subjects_is_one_item(small):
    apart = [
        (finding, name, replace(one, levels=tuple(f"{name} {level}" for level in one.levels)))
        for finding, name, one in subjects()
    ]
    found = model_of(apart)
    assert (found.levels, found.rows) == (32, 32)
    assert found.dropped["item"] == "no item is in subjects of two base models"
    assert set(small.dropped) == {"item × subject"}


def test_families_are_effects_where_there_are_some():
    several = [(finding, name, with_families(one, 4)) for finding, name, one in subjects()]
    assert {"family", "family × model"} <= set(model_of(several).spreads)
    mine = [(finding, name, replace(one, families=tuple(f"{name} {of}" for of in one.families)))
            for finding, name, one in several]  # fmt: skip
    found = model_of(mine)
    assert found.dropped["family"] == "no family is in subjects of two base models"
    assert "family × model" in found.spreads


def test_repetitions_have_an_effect_where_any_row_has_two(small):
    assert "seed" in small.spreads
    found = model_of(subjects([(name, model, items, 1) for name, model, items, _ in SMALL]))
    assert found.dropped["seed"] == "there is one seed of each item"
    assert "seed" not in found.spreads


def test_two_models_say_nothing_of_others():
    found = model_of(subjects(SMALL[:2]))
    assert effect(found, "x1", "x0").like_these is None
    assert effect(found, "x1", "x0").these.p < 0.01
    assert found.dropped["slope of x1"] == "2 base models do not say how much slopes differ between models"


def test_a_subject_that_brings_nothing_is_left_out():
    found = model_of(changed(subjects(), "second@full", lacking="no column 'x1'"))
    assert found.subjects == ("first@full", "third@full")
    assert found.left_out == {"second@full": "no column 'x1'"}


@pytest.mark.parametrize("design", [SMALL[:1], [SMALL[0], ("first@other", "first", 10, 2)]])
def test_of_one_base_model_there_is_none(design):
    found = model_of(subjects(design))
    assert found.why_not == "such a model takes subjects of two base models, and these are of 1"
    assert (found.effects, found.about("x1-predicts")) == ((), ())


def aliased(one: Counted) -> Counted:
    return replace(one, predictors={"x0": one.predictors["x1"], "x1": one.predictors["x1"]})


@pytest.mark.parametrize(
    ("several", "reason"),
    [
        (subjects([("first@full", "first", 2, 2), *SMALL[1:]]), "slopes of x0 and x1 cannot be told apart on some"),
        ([(finding, name, aliased(one)) for finding, name, one in subjects()], "slopes of x0 and x1 cannot be told "),
        (changed(subjects(), "first@full", successes=(1, *[0] * 399)), "the mixed model does not converge"),
    ],
    ids=["too few rows", "one follows from the other", "hardly any success"],
)
def test_what_cannot_be_fitted_is_said_in_words(several, reason):
    assert model_of(several).why_not.startswith(reason)


def test_where_one_subject_is_not_counted_by_question_none_is():
    """To leave out its only place would leave out all of it."""
    (_, _, first), *_ = subjects()
    found = model_of(changed(subjects(), "first@full", **_summed(first)))
    assert (found.clusters, found.clustered) == ("", 0)
    assert found.dropped["question"] == "not every subject is counted by it"
    assert (
        effect(found, "x1").these
        == effect(
            model_of([(finding, name, replace(one, **_summed(one))) for finding, name, one in subjects()]), "x1"
        ).these
    )


def test_a_level_with_several_rows_in_a_subject_has_an_effect_of_the_row(small):
    twice = [
        (finding, name, replace(one, levels=tuple(f"item {place // 2}" for place in range(len(one.levels)))))
        for finding, name, one in subjects()
    ]
    assert "row" in model_of(twice).spreads
    assert "row" not in small.spreads


def test_of_too_many_rows_there_is_none(monkeypatch):
    monkeypatch.setattr(of_stats, "MOST_ROWS", 31)
    assert model_of(subjects()).why_not == "32 rows; such a model is made of up to 31"


def test_in_whatever_order_subjects_come_it_is_the_same(small):
    assert model_of(subjects()[::-1]) == small


def test_each_finding_has_its_own():
    several = subjects()
    found = multilevel_models([*several, *(("other", name, one) for _, name, one in several)])
    assert [one.finding for one in found] == ["made up", "other"]
    assert found[0].effects == found[1].effects


@given(st.permutations(range(3)))
def test_neither_the_order_nor_the_unit_of_a_predictor_matters(order):
    several = subjects()
    other = []
    for place in order:
        finding, name, one = several[place]
        scaled = {"x0": one.predictors["x0"], "x1": tuple(3 * value - place for value in one.predictors["x1"])}
        other.append((finding, name, replace(one, predictors=scaled)))
    first, second = stack({name: one for _, name, one in several}), stack({name: one for _, name, one in other})
    starts = dict(zip(order, np.cumsum([0, *(SMALL[place][2] for place in order)]), strict=False))
    rows = np.concatenate([np.arange(SMALL[place][2]) + starts[place] for place in range(3)])
    for name in ("x0", "x1"):
        np.testing.assert_allclose(second.studies.predictors[name][rows], first.studies.predictors[name], atol=1e-12)
    np.testing.assert_array_equal(second.studies.successes[rows], first.studies.successes)
    assert second.effects.keys() == first.effects.keys()
    for name, groups in first.effects.items():
        same = groups[:, None] == groups[None, :]
        other_groups = second.effects[name][rows]
        np.testing.assert_array_equal(other_groups[:, None] == other_groups[None, :], same)


@pytest.mark.parametrize(("design", "worlds"), [(SMALL, 20), pytest.param(REAL, 40, marks=pytest.mark.slow)])
def test_intervals_hold_the_truth_where_slopes_differ_between_models(design, worlds):
    """Of 95% intervals most; docs/methods.md has the shares of more worlds."""
    found = list(covered(worlds, 0.1, design))
    assert np.mean([one.these for one in found]) >= 0.85
    assert np.mean([one.like_these for one in found]) >= 0.9
