"""What differs between subjects that are compared: more than one thing is told, one is not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.verdicts.differing import several_differences

RECIPE = {"training": {"epochs": 3, "learning_rate": 1e-4, "modules": ["q", "v"]}, "pairs": 20}


def told(recipe, **more):
    return {"recipe": json.dumps(recipe), "dtype": "float32", "quantisation": "none", **more}


def with_setting(**changes):
    recipe = json.loads(json.dumps(RECIPE))
    for name, value in changes.items():
        (recipe["training"] if name in recipe["training"] else recipe)[name] = value
    return recipe


def found(name, subjects):
    return next(several_differences(name, subjects), None)


PLAIN = told(RECIPE)


def test_variant_that_differs_in_one_setting_is_nothing_to_say():
    one = found("a@full-pairs-40", {"a@full": PLAIN, "a@full-pairs-40": told(with_setting(pairs=40))})
    assert not one.is_met
    assert (one.names, one.against, one.count, one.of) == (("pairs",), ("a@full",), 0, 1)


def test_variant_that_differs_in_more_is_told_by_the_names_of_settings():
    subjects = {"a@full": PLAIN, "a@full-control": told(with_setting(pairs=40, epochs=1), dtype="bfloat16")}
    one = found("a@full-control", subjects)
    assert one.is_met
    assert one.value == 3
    assert {*one.names} == {"training.epochs", "pairs", "dtype"}
    assert found("a@full", subjects) is None  # the variant is compared with it, and not the other way round


def test_one_recipe_on_two_models_may_differ_in_the_model_alone():
    subjects = {"a@full": PLAIN, "b@full": told(RECIPE, quantisation="4bit")}  # which is part of the other model
    assert not found("a@full", subjects).is_met
    subjects["b@full"] = told(with_setting(learning_rate=1e-5))
    one = found("a@full", subjects)
    assert one.is_met
    assert one.names == ("model", "training.learning_rate")
    assert one.against == ("b@full",)


RULE = {"training.learning_rate": "a ladder chooses it"}


def test_what_differs_on_purpose_between_models_is_told_and_does_not_count():
    subjects = {"a@full": PLAIN, "b@full": told(with_setting(learning_rate=1e-5, epochs=1)), "c@full": PLAIN}
    (one,) = several_differences("a@full", subjects, RULE)
    assert (one.names, one.against, one.value) == (("model", "training.epochs"), ("b@full",), 2)
    assert one.on_purpose == RULE
    subjects["b@full"] = told(with_setting(learning_rate=1e-5))
    (one,) = several_differences("a@full", subjects, RULE)
    assert not one.is_met
    assert one.on_purpose == RULE
    (one,) = several_differences("a@full", {"a@full": PLAIN, "c@full": PLAIN}, RULE)
    assert one.on_purpose == {}


def test_of_a_variant_on_one_model_nothing_differs_on_purpose():
    subjects = {"a@full": PLAIN, "a@full-x": told(with_setting(learning_rate=1e-5, epochs=1))}
    (one,) = several_differences("a@full-x", subjects, RULE)
    assert one.is_met
    assert one.on_purpose == {}


def test_same_model_quantised_otherwise_is_a_difference():
    subjects = {"a@full": PLAIN, "a@full-4bit": told(RECIPE, quantisation="packed in 4bit")}
    assert found("a@full-4bit", subjects).names == ("quantisation",)


def test_of_several_those_that_differ_in_more_than_one_thing_are_named():
    subjects = {"a@full": PLAIN, "b@full": PLAIN, "c@full": told(with_setting(learning_rate=1e-5))}
    one = found("a@full", subjects)
    assert (one.against, one.count, one.of) == (("c@full",), 1, 2)


@pytest.mark.parametrize("other", ["b@half", "a@fullest", "a@half", "a", "b"])
def test_subjects_that_nobody_compares_are_not(other):
    assert found("a@full", {"a@full": PLAIN, other: told(with_setting(pairs=1, epochs=1))}) is None


@pytest.mark.parametrize("recipe", ["LoRA r=32, as the source says", "[1]", ""])
def test_recipe_that_is_told_in_words_is_not_compared(recipe):
    assert found("a@full", {"a@full": PLAIN, "b@full": {"recipe": recipe}}) is None
    assert found("b@full", {"a@full": PLAIN, "b@full": {"recipe": recipe}}) is None


def test_setting_that_one_of_them_does_not_know_is_no_difference():
    """It may have come later."""
    older = {name: value for name, value in RECIPE.items() if name != "pairs"}
    assert found("a@full-x", {"a@full": told(older), "a@full-x": PLAIN}).value == 0


@given(st.dictionaries(st.sampled_from(["epochs", "learning_rate", "pairs"]), st.integers(100, 200)))
def test_number_of_differences_is_that_of_the_settings_that_were_changed(changes):
    one = found("a@full-x", {"a@full": PLAIN, "a@full-x": told(with_setting(**changes))})
    assert one.value == len(changes)
    assert one.is_met == (len(changes) > 1)
    assert {name.rpartition(".")[2] for name in one.names} == changes.keys()
