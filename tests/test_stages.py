"""A stage's key is what it reads: all of it, and nothing else."""

from dataclasses import fields, replace
from typing import get_type_hints

import pytest

from pytest_claims_lab.asking import Greedy, Sampled
from pytest_claims_lab.bench import Bench
from pytest_claims_lab.item import Example
from pytest_claims_lab.makers import MAKERS, train_together, write_adapter
from pytest_claims_lab.plan import Plan
from pytest_claims_lab.prompt import Prompt
from pytest_claims_lab.recipe import Training
from pytest_claims_lab.respondent import Respondent
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.stage import Stage
from pytest_claims_lab.stages import Adapter, Answers, Existing, Lengths, Likelihoods, Measured, Model, Readings
from pytest_claims_lab.train import Trained

MODEL = Model(sha256="a" * 64, dtype="float32")
DRAWS = Sampled(completions=1, tokens=2, temperature=1.0, top_p=0.9)
PROMPT, EXAMPLE = Prompt(system="A.", user="Why?"), Example(system="A.", user="Why?", answer="So.")
READINGS = Readings(model=MODEL, contexts=("A.", "B."), questions=("How?",), responder=0, tokens=3)
LENGTHS = Lengths(model=MODEL, texts=("So.",))
ADAPTER = Adapter(model=MODEL, training=Training(), examples=(EXAMPLE,), seed=0)
ANSWERS = Answers(model=MODEL, adapter=ADAPTER, prompts=(PROMPT,), how=DRAWS)
LIKELIHOODS = Likelihoods(model=MODEL, adapter=ADAPTER, answers=((PROMPT, "So."),))
MEASURED = Measured(
    name="made@up",
    parts=(ANSWERS, READINGS),
    laid=({"who": "a"},),
    families={"a": "b"},
    code="c" * 64,
    about={"model": "made"},
)
STAGES = (READINGS, LENGTHS, ADAPTER, ANSWERS, LIKELIHOODS, MEASURED)


def other(value):
    """Something else of the same type."""
    match value:
        case str():
            return value + "x"
        case bool():
            return not value
        case int() | float():
            return value + 1
        case tuple():
            return (*value, *(value or ["x"]))
        case dict():
            return value | {"more": "x"}
        case _:
            first = fields(value)[0].name
            return replace(value, **{first: other(getattr(value, first))})


def test_reading_without_halves_is_found_under_the_key_of_before():
    assert set(READINGS.key) == {"stage", "version", "model", "contexts", "questions", "responder", "tokens"}
    assert set(replace(READINGS, halves=True).key) == {*READINGS.key, "halves"}


@pytest.mark.parametrize(
    ("stage", "name"), [(stage, field.name) for stage in STAGES for field in fields(stage)], ids=str
)
def test_whatever_a_stage_reads_is_in_its_key(stage, name):
    changed = replace(stage, **{name: other(getattr(stage, name))})
    assert changed.key != stage.key
    assert changed.key["stage"] == stage.key["stage"]
    assert changed != stage


@pytest.mark.parametrize("field", [field.name for field in fields(Training)])
def test_every_setting_of_training_makes_another_adapter(field):
    training = replace(ADAPTER.training, **{field: _fit(field, getattr(ADAPTER.training, field))})
    assert replace(ADAPTER, training=training).key != ADAPTER.key


def _fit(field, value):
    """Another value that it may have."""
    return value / 2 if isinstance(value, float) else other(value)


@pytest.mark.parametrize("field", [field.name for field in fields(Example)])
def test_every_part_of_an_example_makes_another_adapter(field):
    usual = replace(EXAMPLE, system="") if field == "plain" else EXAMPLE
    example = replace(usual, **{field: other(getattr(usual, field))})
    assert replace(ADAPTER, examples=(example,)) != replace(ADAPTER, examples=(usual,))


@pytest.mark.parametrize("field", [field.name for field in fields(Sampled)])
def test_every_setting_of_sampling_makes_other_answers(field):
    value = getattr(DRAWS, field)
    how = replace(DRAWS, **{field: value / 2 if field == "top_p" else other(value)})
    assert replace(ANSWERS, how=how) != ANSWERS


@pytest.mark.parametrize("part", Prompt._fields)
def test_every_part_of_a_prompt_makes_other_answers(part):
    prompt = PROMPT._replace(**{part: other(getattr(PROMPT, part))})
    assert replace(ANSWERS, prompts=(prompt,)) != ANSWERS
    assert replace(LIKELIHOODS, answers=((prompt, "So."),)) != LIKELIHOODS


def test_ways_of_asking_do_not_mix():
    """Greedy answers are other answers than one that is drawn of as many tokens."""
    greedy = replace(ANSWERS, how=Greedy(tokens=DRAWS.tokens))
    drawn = replace(ANSWERS, how=Sampled(tokens=DRAWS.tokens))
    assert greedy != drawn


def test_texts_that_are_put_together_alike_do_not_mix():
    """Where one text ends and the next begins is in the key."""
    assert Lengths(model=MODEL, texts=("a", "bc")) != Lengths(model=MODEL, texts=("ab", "c"))
    one, two = Prompt(system="ab", user="c"), Prompt(system="a", user="bc")
    assert replace(ANSWERS, prompts=(one,)) != replace(ANSWERS, prompts=(two,))


def test_an_adapter_that_there_is_already_is_known_by_its_content():
    given = replace(ANSWERS, adapter=Existing(sha256="b" * 64))
    assert given == replace(ANSWERS, adapter=Existing(sha256="b" * 64))
    assert len({given, ANSWERS, replace(ANSWERS, adapter=None), replace(ANSWERS, adapter=Existing(sha256="d"))}) == 4


def test_equal_stages_have_equal_keys_and_kinds_do_not_mix():
    assert replace(ADAPTER).key == ADAPTER.key
    assert replace(ADAPTER) == ADAPTER
    assert hash(replace(ADAPTER)) == hash(ADAPTER)
    assert len({stage.kind for stage in STAGES}) == len(STAGES)
    assert len({str(stage.key) for stage in STAGES}) == len(STAGES)


def test_another_version_of_an_early_stage_is_another_key_of_all_that_follow():
    later = type("Later", (Adapter,), {"version": Adapter.version + 1})
    adapter = later(model=MODEL, training=Training(), examples=(EXAMPLE,), seed=0)
    answers = replace(ANSWERS, adapter=adapter)
    assert adapter.key != ADAPTER.key
    assert answers.key != ANSWERS.key
    assert replace(MEASURED, parts=(answers, READINGS)).key != MEASURED.key


def test_another_code_of_the_experiment_asks_nothing_anew():
    """Scores are computed from what was answered: another score is another measurement of the same answers."""
    measured = replace(MEASURED, code="d" * 64)
    assert measured.key != MEASURED.key
    assert [part.key for part in measured.parts] == [part.key for part in MEASURED.parts]


@pytest.mark.parametrize(
    "maker",
    [*MAKERS.values(), train_together, write_adapter, Respondent.make],
    ids=lambda make: make.__qualname__,
)
def test_makers_see_no_plan(maker):
    """What is not in the key cannot be read."""
    seen = {*get_type_hints(maker).values(), *get_type_hints(Bench).values()}
    assert seen & {Bench, Trained}
    assert not {Plan, Schedule} & seen


def test_maker_of_a_stage_is_given_that_stage():
    for stage, maker in MAKERS.items():
        hints = get_type_hints(maker)
        assert next(iter(hints)) == "stage"
        assert hints["stage"] is stage
        assert issubclass(stage, Stage)
