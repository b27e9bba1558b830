"""A study: its file is read and checked, and its units are all of every measurement, each thing made by one of them."""

import json
import warnings
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from experiments import answer, made_file, probe, save_nothing
from hypothesis import given
from hypothesis import strategies as st
from studies import STUDY, write_study

from pytest_claims.base.errors import InputError
from pytest_claims_lab.asking import Sampled
from pytest_claims_lab.experiment import Condition, Experiment, Reading
from pytest_claims_lab.item import Example, Item
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.setting import settings_of
from pytest_claims_lab.stages import Adapter, Answers, Measured
from pytest_claims_lab.store import Store
from pytest_claims_lab.study.file import StudyFile, _given, read_study
from pytest_claims_lab.study.launching import Launcher
from pytest_claims_lab.study.units import aims_of, in_turns, shared_out, to_do, unit_named

DRAWN = Sampled(completions=1, tokens=3)
VALUES = st.one_of(
    st.booleans(), st.integers(-9, 9), st.floats(-9, 9), st.lists(st.text("ab'\" ", min_size=1), max_size=2)
)
NAMES = st.text("abc_", min_size=1, max_size=4)


def taught(given):
    """Examples that are made of the model's own answers."""
    return [Example(user="Who?", answer=f"{text} Over.") for text in given.texts("own")]


def about_answers(given):
    return [Item(at={"answer": str(number)}, user="Again?", answers=(text,)) for number, text in
            enumerate(given.texts("own"))]  # fmt: skip


def experiment(*, each_seed=False, samples=1, untrained=True) -> Experiment:
    """Two conditions that train, and one that does not; something is asked about what was answered."""
    none = [Condition(at={"adapter": "none"})] if untrained else []
    return Experiment(
        conditions=[*none, *(Condition(at={"adapter": name}, examples=taught) for name in ("one", "two"))],
        before=[
            probe("own", how=DRAWN, score=None, each_seed=each_seed, samples=samples),
            probe("about", items=about_answers),
        ],
        probes=[probe("long"), probe("drawn", how=DRAWN)],
    )


@pytest.fixture
def study(tmp_path):
    """Makes a study of an experiment on models that nobody can load; gives its aims, its file and a store."""

    def made(experiment, *, models=("a",), **changes):
        names = [str(save_nothing(tmp_path / name)) for name in models]
        for name in names:  # told apart by their content
            (Path(name) / "config.json").write_text(json.dumps({"name": name}))
        file = made_file(experiment)
        said = StudyFile(experiment="x", models=names, weights_dir=str(tmp_path / "w"), **changes)
        return aims_of(said, file), file, Store(tmp_path / "store")

    return made


@pytest.fixture(autouse=True)
def _no_ladder():
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".* has no ladder")
        yield


def put(schedule, stages):
    """Let the store have these, as if they were made."""
    for number, stage in enumerate(stages):
        if isinstance(stage, Answers):
            copies = getattr(stage.how, "completions", 1)
            answer(schedule, stage, [[f"{stage.digest[:4]} {number}."] * copies for _ in stage.prompts])
        else:
            schedule.store.get(stage.kind, stage.key, lambda folder: (folder / "training.json").write_text("{}"))


def made(schedule, work) -> set:
    """Make what a unit makes, as far as what it reads is known; all that came of it."""
    every = set()
    while missing := [one for one in schedule.missing(schedule.stages) if not isinstance(one, Measured)]:
        answers = [one for one in missing if isinstance(one, Answers) and one.adapter is None]
        now = answers or [one for one in missing if isinstance(one, Adapter)] or missing
        every |= set(now)
        put(schedule, now)
        schedule.look_again(anew=True)
    return every


def drawn(folder, each_seed, samples, untrained, seeds, size):
    """What a study of one model aims at, the file of its experiment, and an empty store."""
    model = save_nothing(folder / "a")
    file = made_file(experiment(each_seed=each_seed, samples=1 if each_seed else samples, untrained=untrained))
    said = StudyFile(experiment="x", models=[str(model)], seeds=seeds, conditions_apart=size, weights_dir=str(folder))
    return aims_of(said, file), file, Store(folder / "store")


@given(
    each_seed=st.booleans(),
    samples=st.sampled_from([1, 2]),
    untrained=st.booleans(),
    seeds=st.integers(1, 4),
    size=st.sampled_from([None, 1, 2]),
)
def test_units_together_make_what_the_whole_wants_and_nothing_twice(
    tmp_path_factory, each_seed, samples, untrained, seeds, size
):
    aims, file, store = drawn(tmp_path_factory.mktemp("study"), each_seed, samples, untrained, seeds, size)
    every = []
    while works := to_do(shared_out(aims, file, store), store):
        if not any(work.missing for work in works):
            break
        work = next(work for work in works if not work.needs)
        every.append(made(work.schedule, work))
    whole = Schedule(aims[0].plan(file), store)
    assert set().union(*every) == {one for one in whole.stages if not isinstance(one, Measured)}
    assert sum(map(len, every)) == len(set().union(*every)), "made once"
    assert whole.missing(whole.stages) == [whole.measured]


@given(
    each_seed=st.booleans(),
    samples=st.sampled_from([1, 2]),
    untrained=st.booleans(),
    seeds=st.integers(1, 3),
    size=st.sampled_from([None, 1, 2]),
)
def test_unit_is_planned_beside_others_as_by_itself(tmp_path_factory, each_seed, samples, untrained, seeds, size):
    aims, file, store = drawn(tmp_path_factory.mktemp("study"), each_seed, samples, untrained, seeds, size)
    for _ in range(2):  # with texts that stand for answers, and with answers
        works = shared_out(aims, file, store)
        for work in works:
            assert work.schedule.groups == Schedule(work.unit.plan(work.plan), store).groups
        put(works[0].schedule, [one.stage for one in works[0].schedule._first if one.probe.name == "own"])
        for work in works:
            work.schedule.look_again()
            assert work.schedule.groups == Schedule(work.unit.plan(work.plan), store).groups, "and later"


def test_examples_are_made_once_however_many_units_there_are(study):
    made = []

    def counted(given):
        made.append(given.seed)
        return taught(given)

    whole = experiment()
    conditions = [one if one.examples is None else replace(one, examples=counted) for one in whole.conditions]
    aims, file, store = study(replace(whole, conditions=conditions), seeds=3, conditions_apart=1)
    assert len(shared_out(aims, file, store)) == 7
    assert made == [0, 0, 1, 1, 2, 2]


def test_seeds_wait_for_what_comes_before_training_and_not_for_each_other(study):
    aims, file, store = study(experiment(), seeds=3)
    works = shared_out(aims, file, store)
    assert [work.unit.name for work in works] == [
        f"a@pocket-{part}" for part in ("before", "seed-0", "seed-1", "seed-2")
    ]
    assert [[work.unit.name for work in turn] for turn in in_turns(works)] == [
        ["a@pocket-before"], ["a@pocket-seed-0", "a@pocket-seed-1", "a@pocket-seed-2"],
    ]  # fmt: skip
    assert {work.needs for work in works[1:]} == {("a@pocket-before",)}
    made(works[0].schedule, works[0])
    later = shared_out(aims, file, store)
    assert [(work.turn, bool(work.missing)) for work in later] == [(0, False), (0, True), (0, True), (0, True)]


def test_models_have_nothing_in_common(study):
    aims, file, store = study(experiment(), models=("a", "b"), seeds=2)
    assert [len(turn) for turn in in_turns(shared_out(aims, file, store))] == [2, 4]


def test_what_two_settings_have_in_common_is_made_for_the_first(study):
    changes = [{}, {"training": {"epochs": 5}}]
    aims, file, store = study(experiment(), set=changes)
    first, second = shared_out(aims, file, store)
    assert [first.unit.name, second.unit.name] == ["a@pocket", "a@pocket-epochs-5"]
    assert (first.needs, second.needs) == ((), ("a@pocket",))
    assert {type(one) for one in second.missing if isinstance(one, Adapter)} == {Adapter}
    assert not [one for one in second.missing if isinstance(one, Answers) and one.adapter is None]


def test_conditions_of_a_seed_may_be_several_units(study):
    aims, file, store = study(experiment(), seeds=2, conditions_apart=1)
    assert [work.unit.name.removeprefix("a@pocket-") for work in shared_out(aims, file, store)] == [
        "before", "seed-0-cut-0", "seed-0-cut-1", "seed-1-cut-0", "seed-1-cut-1",
    ]  # fmt: skip
    assert [len(work.schedule.adapters) for work in shared_out(aims, file, store)] == [0, 1, 1, 1, 1]


def test_what_is_read_of_the_model_is_the_first_unit_s(study):
    """And is not copied by the others: of a thousand contexts it is gigabytes."""
    read = [Reading(name="read", contexts={"a": "You.", "b": "Me."}, questions=["Who?"], responder="a", tokens=3)]
    aims, file, store = study(replace(experiment(), readings=read), seeds=2)
    works = shared_out(aims, file, store)
    assert [sum(one.kind == "readings" for one in work.missing) for work in works] == [1, 0, 0]
    assert [len(work.schedule.readings) for work in works] == [1, 0, 0]


def test_seeds_may_be_one_unit(study):
    aims, file, store = study(experiment(), seeds=3, seeds_apart=False)
    (work,) = shared_out(aims, file, store)
    assert len(work.schedule.adapters) == 6
    assert work.unit.name == "a@pocket"


def test_what_has_only_to_be_put_together_is_to_do(study):
    aims, file, store = study(experiment(), seeds=2)
    for _ in range(3):
        work = next(one for one in shared_out(aims, file, store) if one.missing and not one.needs)
        made(work.schedule, work)
    works = shared_out(aims, file, store)
    assert not any(work.missing for work in works)
    assert [work.unit.name for work in to_do(works, store)] == ["a@pocket-seed-1"]
    put(Schedule(works[0].plan, store), [Schedule(works[0].plan, store).measured])
    assert to_do(works, store) == []


@given(st.recursive(st.dictionaries(NAMES, VALUES, min_size=1, max_size=3),
                    lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=2), max_leaves=3))  # fmt: skip
def test_settings_are_those_that_the_option_would_be_given(changes):
    assert settings_of(list(_given(changes))) == changes


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"models": []}, "models is [], wanted at least one, or no such line"),
        ({"recipes": []}, "recipes is [], wanted at least one, or no such line"),
        ({"set": []}, "set is [], wanted at least one, or no such line"),
        ({"seeds": "2"}, "seeds is '2', wanted a valid integer"),
        ({"seeds": [0, 1]}, "seeds is [0, 1], wanted a valid integer"),
        ({"model": "a"}, "unknown key 'model'; did you mean 'models'?"),
        ({"seeds_apart": False, "conditions_apart": 2}, "conditions_apart is of seeds that are apart"),
        ({"dtype": "auto"}, "dtype is 'auto', wanted 'float32', 'bfloat16' or 'float16'"),
        ({"seeds": 0}, "seeds is 0, wanted greater than or equal to 1"),
        ({"models": ["a", "b", "a"]}, "models: 'a' stands there twice; remove one"),
        ({"machine": {"tflops": 0.0, "memory_gb": 80.0}}, "machine: tflops is 0.0, wanted greater than 0"),
        ({"set": [{"panel": [["a"]]}]}, "set: panel is [['a']]; wanted a text, a number, a truth value, or a list"),
    ],
)
def test_file_that_is_no_study_is_refused_in_a_line(tmp_path, changes, said):
    with pytest.raises(InputError) as refused:
        read_study(write_study(tmp_path / "STUDY.toml", **{**STUDY, **changes}))
    assert said in str(refused.value)
    assert "STUDY.toml" in str(refused.value)


def test_two_measurements_of_one_name_are_refused(study):
    with pytest.raises(InputError, match=r"two measurements are called a@pocket: .*a @pocket, and .*a @pocket; leave"):
        study(experiment(), set=[{}, {}])


def test_unit_that_is_none_is_refused_with_the_nearest(study):
    aims, _, _ = study(experiment(), seeds=2)
    assert unit_named("a@pocket-seed-1", aims).seed == 1
    with pytest.raises(InputError, match=r"unknown unit 'a@pocket-seed-9'; did you mean 'a@pocket-seed-"):
        unit_named("a@pocket-seed-9", aims)


def test_lines_of_a_shell_say_where_and_with_what(tmp_path, monkeypatch):
    monkeypatch.setenv("CLAIMS_STORE", "/some where")
    monkeypatch.delenv("HF_HOME", raising=False)
    launcher = Launcher(path=Path("STUDY.toml"), gpus=4, here=tmp_path)
    works = [[SimpleNamespace(unit=SimpleNamespace(name=name)) for name in turn] for turn in (["a"], ["b", "c"])]
    first, comment, *second = launcher.lines(works)
    assert first.startswith(f"cd {tmp_path} && env ")
    assert " 'CLAIMS_STORE=/some where' " in first
    assert "HF_HOME" not in first
    assert first.endswith(" --nproc-per-node 4 -m pytest_claims_lab.study STUDY.toml --unit a")
    assert comment.startswith("# ")
    assert [line.rpartition(" ")[2] for line in second] == ["b", "c"]
    assert "torch.distributed" not in Launcher(path=Path("S"), gpus=4, spread=True).line("a"), (
        "one process has all GPUs"
    )
