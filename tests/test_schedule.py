"""The schedule: which stages an experiment takes, before and after what they read is known."""

import re
from collections import Counter
from zlib import crc32

import pytest
from experiments import ITEMS, answer, length, probe, save_nothing, schedule_of
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims_lab import (
    Condition,
    Example,
    Experiment,
    Greedy,
    Item,
    Judged,
    LogLikelihood,
    Prompt,
    Reading,
    Sampled,
    TokenCount,
)
from pytest_claims_lab.query import Query, judging, stage_of
from pytest_claims_lab.stages import Answers, Lengths, Likelihoods, Model

MODEL = Model(sha256="a" * 64, dtype="float32")
TEXTS = st.lists(st.lists(st.text() | st.none(), max_size=3), min_size=1, max_size=4)
DRAWN = Sampled(completions=2, tokens=3)


def example(text: str) -> Example:
    return Example(user="Why?", answer=text)


def own_answers(given) -> list[Example]:
    return [example(text) for text in given.texts("answers")]


def taught(*labels, examples=own_answers) -> list[Condition]:
    return [Condition(at={"source": label}, examples=examples) for label in labels]


BEFORE = probe("answers", score=None)


def titles(schedule) -> list[str]:
    return [group.title for group in schedule.groups]


@pytest.mark.parametrize(
    ("how", "kind"), [(DRAWN, Answers), (Greedy(tokens=3), Answers), (LogLikelihood(), Likelihoods),
                      (TokenCount(), Lengths)],
)  # fmt: skip
def test_items_are_asked_as_their_probe_says(how, kind):
    items = [Item(at={}, user="Why?", answers=("a", "b")), Item(at={}, system="S.", user="So?", answers=("c",))]
    stage = stage_of(how, items, MODEL, seed=7)
    assert type(stage) is kind
    prompts = (Prompt(user="Why?"), Prompt(system="S.", user="So?"))
    wanted = {
        Answers: lambda: stage.prompts == prompts,
        Likelihoods: lambda: stage.answers == ((prompts[0], "a"), (prompts[0], "b"), (prompts[1], "c")),
        Lengths: lambda: stage.texts == ("a", "b", "c"),
    }
    assert wanted[kind]()
    assert getattr(stage, "seed", 0) == (7 if isinstance(how, Sampled) else 0)


@pytest.mark.parametrize("how", [LogLikelihood(), TokenCount()])
def test_item_without_answers_to_weigh_is_refused(how, tmp_path):
    said = re.escape("the item at {'question': 'how'} has no answers, and their likelihood is wanted; give some")
    with pytest.raises(InputError, match=said):
        _ = schedule_of(Experiment(probes=[probe(how=how, score=None)]), tmp_path).groups


@given(TEXTS)
def test_a_judge_is_asked_about_each_text_that_came(texts):
    items = tuple(Item(at={"n": number}, user=f"{number}?") for number in range(len(texts)))
    judge = Judged(model="j", prompt=lambda item, text: Prompt(system=item.user, user=text), score=length, tokens=9)
    asked = stage_of(DRAWN, items, MODEL, seed=0)
    query = Query(probe=probe(score=judge), condition=None, seed=0, every=items, items=items, stage=asked)
    stage = judging(query, judge, texts, MODEL)
    assert stage.prompts == tuple(
        Prompt(system=f"{number}?", user=text)
        for number, several in enumerate(texts)
        for text in several
        if text is not None
    )
    assert stage.how == Greedy(tokens=9)
    assert stage.adapter is None


def test_stages_are_in_the_order_in_which_they_read_each_other(tmp_path):
    made = probe("made", how=TokenCount(), score=None, items=lambda given: [Item(at={}, answers=("x",))])
    experiment = Experiment(
        before=[made, BEFORE],
        conditions=[Condition(at={"taught": number}, examples=[example("So.")] * number) for number in (1, 2)],
        probes=[
            probe("long", title="how long they are"),
            probe("judged", score=judge(str(save_nothing(tmp_path / "judge")))),
        ],
        readings=[Reading(name="states", contexts={"a": "A."}, questions=["Why?"], responder="a", tokens=2)],
    )
    schedule = schedule_of(experiment, tmp_path)
    assert titles(schedule) == [
        "answers", "states", "made", "adapters", "how long they are", "judged", "judged, judged", "measurement",
    ]  # fmt: skip
    assert [len(group.stages) for group in schedule.groups] == [
        1,
        1,
        1,
        2,
        2,
        2,
        1,
        1,
    ]  # to a judge all that stands for answers is one
    assert len(list(schedule.stages)) == 11


def judge(model: str) -> Judged:
    return Judged(model=model, prompt=lambda item, text: Prompt(user=f"Is {text!r} long?"), score=length)


def test_texts_as_long_as_they_may_be_stand_for_answers_until_they_are_there(tmp_path):
    experiment = Experiment(before=[BEFORE], conditions=taught("a"), probes=[probe()])
    schedule = schedule_of(experiment, tmp_path)
    (adapter,) = schedule.adapters.values()
    assert [one.answer for one in adapter.examples] == [" word word 0", " word word 1"]
    (asked,) = schedule.groups[0].stages
    answer(schedule, asked, [["Because."], ["So."]])
    assert schedule.adapters[0, 0] == adapter, "what was derived stays until one looks again"
    schedule.look_again()
    assert [one.answer for one in schedule.adapters[0, 0].examples] == ["Because.", "So."]
    assert schedule.adapters[0, 0] != adapter
    assert titles(schedule) == ["answers", "adapters", "long", "measurement"]


def test_nothing_is_derived_again_once_all_is_known(tmp_path):
    """Where there are hundreds of conditions it takes long."""
    made = Counter()

    def counted(given):
        made["examples"] += 1
        return own_answers(given)

    experiment = Experiment(before=[BEFORE], conditions=taught("a", examples=counted), probes=[probe()])
    schedule = schedule_of(experiment, tmp_path)
    _ = schedule.groups
    answer(schedule, schedule.groups[0].stages[0], [["Because."], ["So."]])
    for _ in range(4):
        schedule.look_again()
        _ = schedule.groups
    assert made["examples"] == 2
    answer(schedule, schedule.groups[0].stages[0], [["Because."], ["So."]])
    schedule.look_again(anew=True)
    _ = schedule.groups
    assert made["examples"] == 3


def test_answers_that_never_came_are_none_to_be_taught(tmp_path):
    schedule = schedule_of(Experiment(before=[BEFORE], conditions=taught("a"), probes=[probe()]), tmp_path)
    answer(schedule, schedule.before[0].stage, [[None], ["So."]])
    schedule.look_again()
    with pytest.raises(InputError, match="1 of 2 thoughts did not end"):
        _ = schedule.adapters


@pytest.mark.parametrize(
    ("drawn", "samples"), [({"each_seed": True}, [0, 1, 2]), ({}, [0, 0, 0]), ({"samples": 2}, [0, 1, 0])]
)
def test_answers_are_drawn_once_or_for_some_seeds_or_each(drawn, samples, tmp_path):
    """The first seed has those that all would share."""
    before = probe("answers", score=None, how=DRAWN, **drawn)
    schedule = schedule_of(Experiment(before=[before], conditions=taught("a"), probes=[probe()]), tmp_path, seeds=3)
    stages = schedule.groups[0].stages
    assert [stage.seed for stage in stages] == list(dict.fromkeys(samples))
    for stage in stages:
        answer(schedule, stage, [[f"{stage.seed}", "another"], ["x", "y"]])
    schedule.look_again()
    first = [adapter.examples[0].answer for adapter in schedule.adapters.values()]
    assert first == list(map(str, samples))
    assert [schedule.given[seed].seed for seed in range(3)] == [0, 1, 2]


def test_conditions_may_have_other_numbers_of_examples(tmp_path):
    """And each seed its own adapter of each."""
    conditions = [Condition(at={"taught": number}, examples=[example("So.")] * number) for number in (1, 3)]
    schedule = schedule_of(Experiment(conditions=[*conditions, Condition(at={"taught": 0})], probes=[probe()]),
                           tmp_path, seeds=2)  # fmt: skip
    counts = {place: len(adapter.examples) for place, adapter in schedule.adapters.items()}
    assert counts == {(0, 0): 1, (0, 1): 3, (1, 0): 1, (1, 1): 3}
    assert len(set(schedule.adapters.values())) == 4
    assert [query.stage.adapter for query in schedule.under] == [
        schedule.adapters.get((seed, number)) for seed in (0, 1) for number in (0, 1, 2)
    ]
    (control,) = {query.stage for query in schedule.under if query.stage.adapter is None}
    assert len(schedule.groups[-2].stages) == 5, "the model as it comes is asked once, whatever the seed"
    assert control in schedule.groups[-2].stages


@given(seed=st.integers(0, 9), label=st.text())
def test_each_condition_and_seed_draws_by_itself(seed, label, tmp_path_factory):
    """As the marker experiment always did: what was drawn under a condition hangs on its name alone."""
    experiment = Experiment(conditions=taught(label, examples=[example("So.")]), probes=[probe(how=DRAWN)])
    schedule = schedule_of(experiment, tmp_path_factory.mktemp("plan"), seeds=10)
    assert schedule.under[seed].stage.seed == crc32(f"{seed}/{label}".encode())


def test_what_is_asked_under_a_condition_is_what_its_probe_says_in_its_order(tmp_path):
    def under(condition, items):
        return items[::-1] if condition.at["source"] == "a" else []

    conditions = taught("a", "b", examples=[example("So.")])
    schedule = schedule_of(Experiment(conditions=conditions, probes=[probe(under=under, of="n")]), tmp_path)
    (query,) = schedule.under
    assert query.condition is conditions[0]
    assert query.items == ITEMS[::-1]
    assert query.stage.prompts == tuple(item.prompt for item in ITEMS[::-1])
    assert schedule.labels["long"] == {"seed": [0], "source": ["a"], "question": ["how", "why"]}


def test_judge_is_asked_what_was_answered_with_a_model_of_its_own(tmp_path):
    other = save_nothing(tmp_path / "judge")
    (other / "config.json").write_text('{"a": 1}')
    experiment = Experiment(probes=[probe(score=judge(str(other)), of="n")])
    schedule = schedule_of(experiment, tmp_path)
    (stage,) = schedule.judged["long"]
    assert [one.user for one in stage.prompts] == ["Is ' word word 0' long?", "Is ' word word 1' long?"]
    assert stage.model.sha256 != schedule.plan.model().sha256
    answer(schedule, schedule.under[0].stage, [["Because."], [None]])
    schedule.look_again()
    (stage,) = schedule.judged["long"]
    assert [one.user for one in stage.prompts] == ["Is 'Because.' long?"]
    assert stage in schedule.measured.parts


def test_model_of_a_condition_is_asked_instead(tmp_path):
    other = save_nothing(tmp_path / "tuned")
    (other / "config.json").write_text('{"a": 1}')
    conditions = [Condition(at={"which": "base"}), Condition(at={"which": "tuned"}, model=str(other))]
    base, tuned = schedule_of(Experiment(conditions=conditions, probes=[probe()]), tmp_path).under
    assert base.stage.model.sha256 != tuned.stage.model.sha256
    assert base.stage.prompts == tuned.stage.prompts


def measured(folder, **changes):
    settings = {"probes": [probe()], "conditions": taught("a", examples=[example("So.")])}
    return schedule_of(Experiment(**settings | changes), folder).measured


@pytest.mark.parametrize(
    "changes",
    [
        {"probes": [probe(items=[*ITEMS, ITEMS[0]])]},
        {"probes": [probe("other")]},
        {"probes": [probe(of="n")]},
        {"probes": [probe(items=[Item(at={"question": one.at["question"] + "x"}, user=one.user) for one in ITEMS])]},
        {"probes": [probe(items=[Item(at=one.at, user=one.user, answers=("x",)) for one in ITEMS])]},
        {"conditions": taught("b", examples=[example("So.")])},
        {"families": {"how": "manner"}},
        {"provenance": {"why": "because"}},
    ],
)
def test_whatever_decides_a_measurement_is_in_its_key(changes, tmp_path):
    """What items are held against, and how they are labelled, may change where nothing else is asked."""
    assert measured(tmp_path, **changes) != measured(tmp_path)
    assert measured(tmp_path) == measured(tmp_path)


def test_score_itself_is_known_by_the_experiments_code(tmp_path):
    assert measured(tmp_path, probes=[probe(score=lambda item, text: 0)]) == measured(tmp_path)


def test_adapters_are_what_their_examples_make_them(tmp_path):
    """So that two conditions with equal examples share one."""
    conditions = taught("a", "b", examples=[example("So.")])
    schedule = schedule_of(Experiment(conditions=conditions, probes=[probe()]), tmp_path)
    first, second = schedule.adapters.values()
    assert first == second
    assert [group.stages for group in schedule.groups if group.title == "adapters"] == [(first,)]
