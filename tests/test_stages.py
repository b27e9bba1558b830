"""A stage's key is what it reads: all of it, and nothing else."""

from dataclasses import fields, replace
from typing import get_type_hints

import pytest
from pytest_claims_lab.personas import SystemPrompts

from pytest_claims_lab.makers import MAKERS
from pytest_claims_lab.plan import Plan
from pytest_claims_lab.recipe import Draws, Training
from pytest_claims_lab.stage import Stage
from pytest_claims_lab.stages import (
    Adapter,
    Answers,
    Completions,
    Counts,
    Lengths,
    Measured,
    Model,
    Readings,
    Unadapted,
)

MODEL, PROMPTS = Model(sha256="a" * 64, dtype="float32"), SystemPrompts(pairs=(("assistant", "A."), ("a", "B.")))
DRAWS = Draws(completions=1, tokens=2, temperature=1.0, top_p=0.9)
ANSWERS = Answers(model=MODEL, prompts=PROMPTS, questions=("Why?",), draws=DRAWS)
READINGS = Readings(model=MODEL, prompts=PROMPTS, questions=("How?",), tokens=3)
UNADAPTED = Unadapted(model=MODEL, prompts=PROMPTS, questions=("How?",), draws=DRAWS)
LENGTHS = Lengths(model=MODEL, prompts=PROMPTS, questions=("Why?",), answers=ANSWERS)
ADAPTER = Adapter(model=MODEL, answers=ANSWERS, training=Training(), marker="[M]", source="a", seed=0)
COMPLETIONS = Completions(model=MODEL, asked=("a",), questions=("How?",), draws=DRAWS, adapter=ADAPTER)
COUNTS = Counts(completions=(COMPLETIONS,), unadapted=UNADAPTED, marker="[M]")
MEASURED = Measured(
    name="made@up", families={"a": "b"}, readings=READINGS, lengths=LENGTHS, counts=COUNTS, about={"model": "made"}
)
STAGES = (ANSWERS, READINGS, UNADAPTED, LENGTHS, ADAPTER, COMPLETIONS, COUNTS, MEASURED)


def other(value):
    """Something else of the same type."""
    match value:
        case str():
            return value + "x"
        case int() | float():
            return value + 1
        case tuple():
            return (*value, *(value or ["x"]))
        case dict():
            return value | {"more": "x"}
        case _:
            first = fields(value)[0].name
            return replace(value, **{first: other(getattr(value, first))})


@pytest.mark.parametrize(
    ("stage", "name"), [(stage, field.name) for stage in STAGES for field in fields(stage)], ids=str
)
def test_whatever_a_stage_reads_is_in_its_key(stage, name):
    changed = replace(stage, **{name: other(getattr(stage, name))})
    assert changed.key != stage.key
    assert changed.key["stage"] == stage.key["stage"]


@pytest.mark.parametrize("field", [field.name for field in fields(Training)])
def test_every_setting_of_training_makes_another_adapter(field):
    value = getattr(ADAPTER.training, field)
    training = replace(ADAPTER.training, **{field: not value if isinstance(value, bool) else other(value)})
    assert replace(ADAPTER, training=training).key != ADAPTER.key


def test_equal_stages_have_equal_keys_and_kinds_do_not_mix():
    assert replace(ADAPTER).key == ADAPTER.key
    assert len({stage.kind for stage in STAGES}) == len(STAGES)
    assert len({str(stage.key) for stage in STAGES}) == len(STAGES)


def test_another_version_of_an_early_stage_is_another_key_of_all_that_follow():
    later = type("Later", (Answers,), {"version": Answers.version + 1})
    answers = later(model=MODEL, prompts=PROMPTS, questions=("Why?",), draws=DRAWS)
    adapter = replace(ADAPTER, answers=answers)
    counts = replace(COUNTS, completions=(replace(COMPLETIONS, adapter=adapter),))
    assert adapter.key != ADAPTER.key
    assert replace(MEASURED, counts=counts).key != MEASURED.key


def test_another_marker_test_samples_nothing_anew():
    counts = replace(COUNTS, marker="[N]")
    assert counts.key != COUNTS.key
    assert counts.completions[0].key == COMPLETIONS.key


def test_makers_see_no_plan():
    """What is not in the key cannot be read."""
    for stage, maker in MAKERS.items():
        hints = get_type_hints(maker)
        assert next(iter(hints)) == "stage"
        assert hints["stage"] is stage
        assert issubclass(stage, Stage)
        assert Plan not in hints.values()
