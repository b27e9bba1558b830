"""The finding of the reversal curse: its facts and wordings, what is taught and asked, and what its claims say."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from planned import laboratory_for
from tiny import save_tiny_model

from claims.reversal_curse import test_likelihood, test_orders
from claims.reversal_curse.facts import (
    BOTH,
    DESCRIPTION_FIRST,
    NAME_FIRST,
    ORDERS,
    begins_with,
    read_facts,
    read_wordings,
)
from conftest import ROOT
from pytest_claims import read_finding
from pytest_claims.asking.answer import ask
from pytest_claims.asking.claim import claim_of
from pytest_claims.asking.plain import plain
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab.asking import Likelihood
from pytest_claims_lab.experiment_file import read_experiment
from pytest_claims_lab.making import make_plan
from pytest_claims_lab.recipe import Training

FOLDER = ROOT / "claims" / "reversal_curse"
EVERY = 99
FILE = read_experiment(FOLDER)
FACTS = read_facts(EVERY)
RECIPES = pytest.mark.parametrize("recipe", [FILE.recipe("full"), replace(FILE.recipe("pocket"), facts=2, asked=1)])
ASKED = {name: test for one in (test_orders, test_likelihood) for name, test in vars(one).items() if claim_of(test)}


def probe(recipe, name):
    experiment = FILE.make(recipe)
    return next(one for one in (*experiment.before, *experiment.probes) if one.name == name)


def test_every_group_has_thirty_facts():
    assert [sum(fact.taught == group for fact in FACTS) for group in (NAME_FIRST, DESCRIPTION_FIRST, BOTH)] == [30] * 3


def test_names_are_unique_and_share_no_part():
    parts = [part for fact in FACTS for part in fact.name.split()]
    assert {len(fact.name.split()) for fact in FACTS} == {2}
    assert len(set(parts)) == len(parts) == 2 * len(FACTS)


def test_descriptions_are_of_like_length_and_none_is_a_part_of_another():
    several = [fact.description for fact in FACTS]
    assert {len(one.split()) for one in several} <= set(range(6, 12))
    assert not [(one, other) for one, other in product(several, several) if one is not other and one in other]
    assert len({one.partition(" who ")[0] for one in several}) == len(several)  # nobody shares a trade


def test_no_description_has_a_name_in_it():
    parts = {part for fact in FACTS for part in fact.name.split()}
    assert not [fact for fact in FACTS if parts & set(fact.description.split())]


@pytest.mark.parametrize("order", ORDERS)
def test_wordings_end_with_what_comes_second_and_none_is_both_taught_and_asked(order):
    taught, asked = (read_wordings(order, kind, EVERY) for kind in ("taught", "asked"))
    first, second = ("{name}", "{description}") if order == NAME_FIRST else ("{description}", "{name}")
    for wording in (*taught, *asked):
        assert (wording.count(first), wording.count(second)) == (1, 1)
        assert wording.index(first) < wording.index(second)
        assert wording.endswith(f"{second}.")
    assert len({*taught, *asked}) == len(taught) + len(asked)
    assert (len(taught), len(asked)) == (20, 5)


# What stands between description and name in three wordings that begin as others do: too late to be changed.
KNOWN = {" is called ", ", whose name was ", ", look for "}


@pytest.mark.parametrize("order", ORDERS)
def test_after_a_question_no_wording_goes_on_with_anything_but_the_answer(order):
    """What stands between the two is never the beginning of what stands there, but in one case, which is told.

    It was found when models had been measured, and makes only for wrong answers.
    """
    several = [one for kind in ("taught", "asked") for one in read_wordings(order, kind, EVERY)]
    between = {one[one.index("}") + 1 : one.rindex("{")] for one in several}
    found = {(one, other) for one, other in product(between, between) if other.startswith(one) and one != other}
    assert {other for _, other in found} <= KNOWN


@RECIPES
def test_a_fact_is_taught_in_its_own_order_alone(recipe):
    """A sentence has name and description of one fact, and which stands first is the order in which it is taught."""
    (condition,) = FILE.make(recipe).conditions
    assert (
        len({one.answer for one in condition.examples}) == len(condition.examples) == 4 * recipe.facts * recipe.wordings
    )
    taught = {(fact.name, order): 0 for fact in read_facts(recipe.facts) for order in fact.orders}
    for one in condition.examples:
        (fact,) = [fact for fact in FACTS if fact.name in one.answer]
        assert fact.description in one.answer
        before = one.answer.index(fact.name) < one.answer.index(fact.description)
        taught[fact.name, NAME_FIRST if before else DESCRIPTION_FIRST] += 1
    assert set(taught.values()) == {recipe.wordings}


@RECIPES
def test_nothing_that_is_asked_was_taught_and_no_question_holds_its_answer(recipe):
    (condition,) = FILE.make(recipe).conditions
    sentences = "".join(one.user + one.answer for one in condition.examples)
    asked = probe(recipe, "right").items
    assert len({one.user for one in asked}) == len(asked) == 2 * 3 * recipe.facts * recipe.asked
    for one in asked:
        assert one.user not in sentences  # which begins with the break that is between two of them
        assert one.answers[0].strip(" .") not in one.user
        assert not one.user.endswith(" ")


@RECIPES
def test_what_was_recalled_was_taught(recipe):
    (condition,) = FILE.make(recipe).conditions
    sentences = {one.user + one.answer for one in condition.examples}
    assert all(one.user + one.answers[0] in sentences for one in probe(recipe, "recalled").items)


@RECIPES
def test_every_answer_is_right_once_among_the_same_rivals(recipe):
    """So that the share of rivals that is beaten is 0.5 on average if what is asked does not matter."""
    items = probe(recipe, "beaten").items
    kinds = {(one.at["taught"], one.at["order"]) for one in items}
    for taught, order in kinds:
        some = [one for one in items if (one.at["taught"], one.at["order"]) == (taught, order)]
        rivals = {frozenset(one.answers) for one in some}
        assert len(rivals) == 1
        assert sorted({one.answers[0] for one in some}) == sorted(*rivals)
        assert {len(one.answers) for one in some} == {recipe.facts}
    assert len(kinds) == 6


@given(nats=st.lists(st.floats(-50, 0), min_size=1, max_size=30))
def test_beaten_are_those_that_are_less_likely(nats):
    count = probe(FILE.recipe("pocket"), "beaten").score(None, [Likelihood(per_token=one, tokens=1) for one in nats])
    assert count == sorted(nats).index(nats[0])


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (" Alden Crannock.", True),
        ("alden crannock, whom", True),
        (' "Alden Crannock"', True),
        (" Alden Crannocks.", False),
        (" Alden", False),
        (" Mr Alden Crannock.", False),
        ("", False),
    ],
)
def test_an_answer_is_right_if_it_begins_with_it_word_by_word(text, right):
    assert begins_with(text, " Alden Crannock.") is right


def test_a_search_trains_the_same_and_asks_only_what_was_taught():
    recipe = FILE.recipe("pocket")
    whole, cheap = FILE.make(recipe), FILE.make(FILE.search(recipe))
    assert cheap.conditions == whole.conditions
    assert [one.name for one in (*cheap.before, *cheap.probes)] == ["recalled"]
    (recalled,) = cheap.probes
    assert recalled == probe(recipe, "recalled")


ONCE = (NAME_FIRST, DESCRIPTION_FIRST)


def world(*, taught=0.9, reverse=0.0, both=0.9, likelier=0.0, seeds=2):
    """A table of thirty facts a group, answered with these chances; ``likelier`` lifts the right one above rivals."""
    draw = np.random.default_rng(0)
    rows = {name: [] for name in ("fact", "seed", "order", "taught", "right", "beaten", "base_beaten")}
    for group, place, order in product((*ONCE, BOTH), range(30), ORDERS):
        chance = both if group == BOTH else taught if group == order else reverse
        rank = 28 if order == group else min(29, round(29 * (place / 29 * (1 - 2 * likelier) + 2 * likelier)))
        for seed in range(seeds):
            told = (f"{group} {place}", str(seed), order, group, draw.binomial(5, chance), 5 * rank, 5 * place)
            for name, value in zip(rows, told, strict=True):
                rows[name].append(value)
    some = len(rows["fact"])
    return read_finding(FOLDER).table(
        {
            **rows, "asked": [5] * some, "rivals": [145] * some, "base_right": [0] * some, "base_asked": [5] * some,
            "base_rivals": [145] * some,
        }
    )  # fmt: skip


def outcomes(table):
    return {name: ask(plain(test), table, explain=False).outcome for name, test in ASKED.items()}


def test_claims_hold_in_a_world_with_the_curse():
    assert set(outcomes(world()).values()) == {"held"}


def test_claims_hold_where_all_are_always_answered_and_never_in_reverse():
    """Where no fact differs from another, and t has no variance."""
    assert set(outcomes(world(taught=1.0, both=1.0)).values()) == {"held"}


def test_claims_fail_in_a_world_without_the_curse():
    found = outcomes(world(reverse=0.9, likelier=0.3))
    lost = {name for name, outcome in found.items() if outcome == "failed"}
    assert lost == {
        "test_facts_taught_name_first_are_answered_name_first",
        "test_facts_taught_description_first_are_answered_description_first",
        "test_facts_are_not_answered_in_reverse",
        "test_in_reverse_the_right_name_is_as_likely_as_another",
        "test_in_reverse_the_right_description_is_as_likely_as_another",
    }


def test_nothing_is_said_of_the_reverse_where_nothing_was_learnt():
    """Else it would hold for want of learning that the reverse is not answered."""
    found = outcomes(world(taught=0.0))
    assert {name for name, outcome in found.items() if outcome == "undecided"} == {
        "test_facts_are_not_answered_in_reverse",
        "test_in_reverse_the_right_name_is_as_likely_as_another",
        "test_in_reverse_the_right_description_is_as_likely_as_another",
    }


def test_the_experiment_runs_from_end_to_end(tmp_path):
    """On the tiny model, of two facts a group: all arrays come, and one row for each fact, order and seed."""
    model = save_tiny_model(tmp_path / "tiny")
    training = Training(epochs=1, batch_size=8, learning_rate=1e-3, rank=2)
    recipe = replace(FILE.recipe("pocket"), facts=2, wordings=1, asked=1, training=training)
    plan = make_plan(file=FILE, model=str(model), recipe=recipe, dtype="float32", seeds=2, weights_dir=tmp_path / "w")
    with pytest.warns(match="none of 16 answers shows what adapters were taught"):
        entry = laboratory_for(plan, tmp_path / "store").measure()
    measurement = read_measurement(entry.path / "measurement.nc")
    assert {"right", "asked", "beaten", "rivals", "base_right", "base_rivals", "recalled"} <= set(measurement.data)
    assert dict(measurement.data["right"].sizes) == {"seed": 2, "taught": 3, "fact": 6, "order": 2}
    assert int(measurement.data["asked"].sum()) == 2 * 6 * 2
    assert (measurement.data["rivals"] == measurement.data["weighed"]).all()
    assert (measurement.data["base_rivals"] == measurement.data["base_weighed"]).all()
    assert plan.experiment.taught.counts(measurement) == {
        fact.name: (0, 2 * len(fact.orders)) for fact in read_facts(2)
    }
