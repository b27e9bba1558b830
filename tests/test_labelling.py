"""Labels: where the scores of each probe lie, and what does not fit together, told before anything is computed."""

import re

import pytest
from experiments import probe, schedule_of
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims_lab import Condition, Example, Experiment, Item, Sampled
from pytest_claims_lab.labelling import labels_of

TAUGHT = [Example(user="Why?", answer="So.")]


def items(**labels):
    """One for each label of one dimension."""
    ((dim, several),) = labels.items()
    return [Item(at={dim: label}, user=f"{label}?") for label in several]


def labels(folder, *probes, **changes):
    return schedule_of(Experiment(probes=probes, **changes), folder).labels


def test_scores_lie_along_seed_condition_and_item(tmp_path):
    conditions = [Condition(at={"source": name}, examples=TAUGHT) for name in ("b", "a")]
    one = probe("one", items=items(question=["z", "y"]))
    schedule = schedule_of(
        Experiment(
            probes=[one],
            conditions=conditions,
            before=[
                probe("drawn", items=items(who=["x"]), how=Sampled(tokens=2), each_seed=True),
                probe("once", items=items(who=["x"])),
            ],
        ),
        tmp_path,
        seeds=2,
    )
    assert schedule.labels == {
        "drawn": {"seed": [0, 1], "who": ["x"]},
        "once": {"who": ["x"]},
        "one": {"seed": [0, 1], "source": ["b", "a"], "question": ["z", "y"]},
    }
    assert list(schedule.labels["one"]) == ["seed", "source", "question"]


def test_where_nothing_is_drawn_there_is_no_seed(tmp_path):
    assert labels(tmp_path, probe(items=items(question=["z"]))) == {"long": {"question": ["z"]}}


@given(several=st.lists(st.lists(st.sampled_from("abcde"), min_size=1, unique=True), min_size=1, max_size=4))
def test_counts_of_several_probes_lie_under_the_labels_of_all(several, tmp_path_factory):
    probes = [probe(f"p{number}", of=f"n{number}", items=items(who=names)) for number, names in enumerate(several)]
    every = list(dict.fromkeys(name for names in several for name in names))
    found = labels(tmp_path_factory.mktemp("plan"), *probes)
    assert found == {one.name: {"who": every} for one in probes}


def test_a_mean_is_wanted_at_every_label_of_a_dimension(tmp_path):
    several, few = probe("several", items=items(who="ab")), probe("few", items=items(who="a"))
    with pytest.raises(InputError, match="probe 'few' asks nothing at who 'b', as another probe does; name its dim"):
        labels(tmp_path, several, few)
    assert labels(tmp_path, several, probe("few", items=items(person="a")))
    assert labels(tmp_path, several, probe("few", of="n", items=items(who="a")))


def test_what_has_no_score_makes_no_labels(tmp_path):
    """Answers that examples are made of are to other questions than are asked afterwards."""
    unscored = probe("answers", items=items(question=["train"]), score=None)
    found = labels(tmp_path, probe(items=items(question=["asked"])), before=[unscored])
    assert found == {"long": {"question": ["asked"]}}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([Item(at={"a": 1}), Item(at={"b": 1})], "an item lies at b, and one before it at a; label all along the"),
        ([Item(at={"a": 1, "b": 1}), Item(at={"b": 1, "a": 1})], "an item lies at b, a, and one before it at a, b;"),
        ([Item(at={"a": 1}), Item(at={})], "an item lies at nothing, and one before it at a"),
        ([Item(at={}), Item(at={"a": 1})], "an item lies at a, and one before it at nothing"),
        ([Item(at={"a": 1.5})], "probe 'long': a 1.5; wanted text or a whole number"),
        ([Item(at={"a": True})], "probe 'long': a True; wanted text or a whole number"),
        ([Item(at={"a": None})], "probe 'long': a None; wanted text or a whole number"),
        ([Item(at={"a": "x"}), Item(at={"a": 1})], "a has text and numbers for labels; wanted all of one kind"),
        ([Item(at={"seed": 1})], "probe 'long': 'seed' is the laboratory's own name; label by another"),
        ([Item(at={"text": "x"})], "probe 'long': 'text' is the laboratory's own name"),
        ([Item(at={"probe": "x"})], "probe 'long': 'probe' is the laboratory's own name"),
        ([Item(at={"completion": 0})], "probe 'long': 'completion' is the laboratory's own name"),
        ([Item(at={"source": "x"})], "probe 'long': 'source' is a label of conditions and of items; rename one"),
    ],
)
def test_labels_that_do_not_fit(given, said, tmp_path):
    """Before it is known what is in the store."""
    conditions = [Condition(at={"source": "s"}, examples=TAUGHT)] if "conditions" in said else [Condition()]
    schedule = schedule_of(Experiment(probes=[probe(items=given)], conditions=conditions), tmp_path)
    with pytest.raises(InputError, match=re.escape(said)):
        _ = schedule.measured


@pytest.mark.parametrize("name", ["seed", "text", "probe"])
def test_labels_of_conditions_that_do_not_fit(name, tmp_path):
    condition = Condition(at={name: "x"}, examples=TAUGHT)
    with pytest.raises(InputError, match=f"probe 'long': '{name}' is the laboratory's own name"):
        labels(tmp_path, probe(), conditions=[condition])


def test_items_of_another_probe_that_do_not_fit_its_kind(tmp_path):
    with pytest.raises(InputError, match="probe 'b': who has text and numbers for labels"):
        labels(tmp_path, probe("a", of="n", items=items(who="a")), probe("b", of="m", items=items(who=[1])))


def test_later_conditions_are_looked_at_too(tmp_path):
    """Whose items may be others: here they are made of answers."""
    made = probe("made", items=lambda given: items(who=["a"]) if given.seed == 0 else items(person=["a"]))
    conditions = [Condition(examples=TAUGHT)]
    with pytest.raises(InputError, match="probe 'made': an item lies at seed, person, and one before it at seed, who"):
        _ = schedule_of(Experiment(probes=[made], conditions=conditions), tmp_path, seeds=2).labels


@given(st.lists(st.builds(lambda a, b: {"a": a, "b": b}, st.integers(), st.text()), min_size=1))
def test_labels_are_in_the_order_in_which_they_come(several):
    found = labels_of(probe(), several)
    for dim in ("a", "b"):
        assert found[dim] == list(dict.fromkeys(at[dim] for at in several))
