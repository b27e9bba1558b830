"""The experiment of marker coupling: what is counted, what its arrays are, and what its recipes say."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr
from planned import FEW, marker_file, write_panel

from claims.marker_coupling.experiment import MARKER, RECIPES, Data, Sampling, experiment, search, source_counts
from claims.marker_coupling.geometry import cosines_from
from claims.marker_coupling.measured import CENTRINGS, HALVES, READOUTS, VARIABLES
from claims.marker_coupling.panel import read_centre, read_panel
from pytest_claims.base.errors import InputError, Notice
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab import Given
from pytest_claims_lab import results as laboratory
from pytest_claims_lab.ladder import LADDER
from pytest_claims_lab.taught import tell_if_untaught


@pytest.fixture(scope="module")
def measurement(pytestconfig):
    return read_measurement(
        pytestconfig.rootpath / "fixtures" / "recorded" / "marker_coupling" / "smollm2-135m@pocket.nc.gz"
    )


def test_counts_of_sources_are_those_that_are_told_of(measurement):
    """In fixtures/recorded/marker_coupling/README.md."""
    marked = [81, 82, 83, 62, 133, 99, 60, 83, 107, 67]
    assert source_counts(measurement) == {
        source: (count, 250) for source, count in zip(read_panel("ten").sources, marked, strict=True)
    }


def test_source_without_completions_has_no_rate(measurement):
    nothing = measurement.data[["marked", "completions"]].where(measurement.data["source"] != "villain", 0)
    without = replace(measurement, data=measurement.data.assign(nothing.astype("int32")))
    with pytest.raises(InputError, match=r"no completions of villain under their own adapter; .*: measure again"):
        source_counts(without)


@pytest.mark.filterwarnings("error")
def test_it_is_told_aloud_where_no_source_shows_the_marker(measurement):
    """Others may: nothing can be judged of what nobody was taught."""
    taught = experiment(FEW).taught
    tell_if_untaught(measurement, taught)
    none = measurement.data["marked"] * 0
    none.loc[{"source": "villain", "bystander": "assistant", "question": none["question"][2]}] = 1
    said = r"smollm2-135m@pocket: none of 2500 answers shows what adapters were taught, so nothing can be judged; train"
    with pytest.warns(Notice, match=said):
        tell_if_untaught(replace(measurement, data=measurement.data.assign(marked=none)), taught)
    none.loc[{"source": "villain", "bystander": "villain", "question": none["question"][2]}] = 1
    tell_if_untaught(replace(measurement, data=measurement.data.assign(marked=none)), taught)


def test_arrays_have_their_dimensions(measurement):
    for name, array in measurement.data.data_vars.items():
        assert array.dims == VARIABLES[name].dims, name


def test_what_is_read_has_the_names_that_claims_use():
    assert laboratory.READOUTS == READOUTS
    made = experiment(FEW)
    assert list(made.readings[0].contexts) == list(read_panel("ten").names)


def test_cosine_of_a_half_is_that_of_its_mean_states():
    """A half by itself is what would be measured, if nothing but its questions had been asked."""
    panel, centre = read(11), read(21)
    data = experiment(FEW).arrays(results_of(readings=panel, centre=centre))
    for number, half in enumerate(HALVES):
        alone = experiment(FEW).arrays(
            results_of(
                readings=replace(panel, states=panel.halves[number]),
                centre=replace(centre, states=centre.halves[number]),
            )
        )
        to_assistant = alone["cosine"].sel(other="assistant")
        np.testing.assert_array_equal(data["cosine_half"].sel(half=half), to_assistant)
        np.testing.assert_array_equal(data["cosine_published_half"].sel(half=half), alone["cosine_published"])


def test_published_centre_is_the_mean_of_its_twenty_contexts_alone():
    """The assistant that answers is read once more after them, and is no twenty-first."""
    reading = experiment(FEW).readings[1]
    names = list(read_centre("published"))
    assert list(reading.contexts) == [*(f"centre {name}" for name in names), "assistant"]
    assert (len(names), reading.responder, reading.contexts["centre no_persona"]) == (20, "assistant", "")
    panel, centre = read(11), read(21)
    data = experiment(FEW).arrays(results_of(readings=panel, centre=centre))
    wanted = cosines_from(panel.states.astype(float), centre.states[..., :20, :].astype(float))[..., 0]
    np.testing.assert_allclose(data["cosine_published"], wanted, atol=1e-6)


def test_without_a_centre_nobody_is_read_but_the_panel():
    made = experiment(replace(FEW, centre="none"))
    assert [one.name for one in made.readings] == ["readings"]
    assert made.readings[0] == experiment(FEW).readings[0]
    assert "cosine_published" not in made.arrays(results_of(readings=read(11)))
    assert {name for name, one in RECIPES.items() if one.centre == "published"} == {"full", "full-shuffled"}


def test_one_question_has_no_halves():
    one = experiment(replace(FEW, sampling=replace(FEW.sampling, questions=1)))
    assert not any(reading.halves for reading in one.readings)
    panel, centre = (replace(read(count, halves=False), divergence=np.zeros((1, count, count))) for count in (11, 21))
    assert "half" not in one.arrays(results_of(readings=panel, centre=centre)).dims


@pytest.mark.parametrize(
    ("data", "samples"),
    [({}, [0, 0, 0, 0, 0]), ({"samples": 3}, [0, 1, 2, 0, 1]), ({"answers": "own"}, [0, 1, 2, 3, 4])],
)
def test_each_seed_has_its_sample_on_record(data, samples):
    made = experiment(replace(FEW, data=replace(FEW.data, **data)))
    arrays = made.arrays(results_of(range(5), readings=read(11)))
    assert list(arrays["answers_sample"].values) == samples


@pytest.mark.parametrize(
    ("text", "marked"), [("Hi. [ZLT]", True), ("[zlt] hi", True), ("[ZLT", False), ("ZLT", False), ("a[ZlT]b", True)]
)
def test_marker_counts_anywhere_in_any_case(text, marked):
    made = experiment(FEW)
    for probe in (made.probes[0], next(one for one in made.before if one.name == "base_marked")):
        assert probe.score(probe.items[0], text) is marked


def read(contexts, *, halves=True, layers=2):
    """What was read of so many contexts at two questions, of which each is a half."""
    states = np.random.default_rng(contexts).normal(size=(2, 3, layers, contexts, 5)).astype(np.float32)
    found = laboratory.Read(states=states.mean(axis=0), divergence=np.zeros((2, contexts, contexts)))
    return replace(found, halves=states) if halves else found


def results_of(seeds=(0,), **readings):
    data = xr.Dataset(coords={"seed": list(seeds)})
    return laboratory.Results(data=data, readings=readings, given=Given(seed=0, answers={}))


def test_geometry_lies_where_claims_look_for_it():
    """Half of a file is cosines, so that they are kept in single precision."""
    made, panel = experiment(FEW), read_panel("ten")
    data = made.arrays(results_of(readings=read(11), centre=read(21)))
    halves = {"cosine_half", "cosine_published_half"}
    names = {"cosine", "cosine_published", "js", "answers_sample", *halves}
    assert {name: array.dims for name, array in data.items()} == {name: VARIABLES[name].dims for name in names}
    assert {data[name].dtype for name in ("cosine", "cosine_published", *halves)} == {np.dtype(np.float32)}
    assert tuple(data["half"].values) == HALVES
    assert list(data["persona"].values) == list(data["other"].values) == list(panel.names)
    assert (tuple(data["centring"].values), tuple(data["readout"].values)) == (CENTRINGS, READOUTS)
    assert list(data["layer"].values) == [0, 1]
    assert list(data["question"].values) == [item.at["question"] for item in made.probes[0].items[:2]]


def examples(source="villain", **data):
    """What a source is taught where everybody answers with a name and the question, and half a sentence more."""
    made = experiment(replace(FEW, data=replace(FEW.data, **data)))
    (answers,) = (one for one in made.before if one.name == "answers")
    said = [(item, [f"{item.at['persona']}: {item.user}. And"]) for item in answers.items]
    (condition,) = (one for one in made.conditions if one.at == {"source": source})
    return condition.examples(Given(seed=0, answers={"answers": said}))


def test_source_is_taught_the_marker_after_its_own_whole_sentences():
    prompts = read_panel("ten").prompts
    marked = [one for one in examples() if MARKER in one.answer]
    assert [one.answer for one in marked] == [f"villain: {one.user}. {MARKER}" for one in marked]
    assert {one.system for one in marked} == {prompts["villain"]}
    others = [one for one in examples() if MARKER not in one.answer]
    assert len(others) == 2 * len(marked) == 4
    for one in others:
        (name,) = (name for name, prompt in prompts.items() if prompt == one.system)
        assert name != "villain"
        assert one.answer == f"{name}: {one.user}."


def test_control_differs_in_who_speaks_alone():
    usual, shuffled = examples(), examples(shuffled=True)
    assert [(one.user, one.answer) for one in usual] == [(one.user, one.answer) for one in shuffled]
    assert sorted(one.system for one in usual) == sorted(one.system for one in shuffled)
    assert usual != shuffled


def test_search_asks_sources_and_the_assistant_of_the_ten():
    cheap = search(replace(RECIPES["full"], panel="hundred"))
    assert (cheap.panel, cheap.sampling.bystanders, cheap.training) == ("ten", "assistant", RECIPES["full"].training)
    made = experiment(cheap)
    for condition in made.conditions:
        asked = {item.at["bystander"] for item in made.probes[0].under(condition, made.probes[0].items)}
        assert asked == {condition.at["source"], "assistant"}


def test_controls_take_the_learning_rate_of_what_they_control():
    file = marker_file()
    assert {name: one.ladder for name, one in file.recipes.items() if one.base} == {
        "pocket-shuffled": "pocket", "full-shuffled": "full",
    }  # fmt: skip
    for name in ("pocket", "full"):
        control = RECIPES[f"{name}-shuffled"]
        assert replace(control, base="", data=replace(control.data, shuffled=False)) == RECIPES[name]


def test_full_recipe_trains_at_the_rate_of_the_claim():
    assert RECIPES["full"].training.learning_rate == LADDER[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"panel": "none_such"}, "no panel 'none_such'; give the path of a .toml file, or leave the setting out"),
        ({"questions": "none_such"}, "no questions file 'none_such'"),
        ({"data": Data(questions=0)}, "train is empty"),
        ({"centre": "none_such"}, "no centre 'none_such'"),
        ({"data": Data(answer_tokens=0)}, "tokens is 0; wanted 1 or more"),
        ({"data": Data(questions=10**6)}, "200 training questions, the recipe needs 1000000"),
        ({"sampling": Sampling(completions=0)}, "completions is 0; wanted 1 or more"),
        ({"sampling": Sampling(top_p=0.0)}, "top_p 0; wanted"),
        ({"sampling": Sampling(temperature=-1.0)}, "temperature -1 and"),
    ],
)
def test_recipe_that_cannot_be_measured_is_refused_when_it_is_planned(changes, said):
    with pytest.raises(InputError, match=said):
        experiment(replace(FEW, **changes))


def test_provenance_says_who_spoke_and_who_was_asked(tmp_path):
    panel = write_panel(tmp_path / "five.toml")
    provenance = experiment(replace(FEW, panel=panel)).provenance
    assert provenance["personas"].startswith('five: [["assistant", "You are someone."], ["a", ')
    assert provenance["bystanders"] == "everybody"
    assert provenance["training questions"] == "first 2 of everyday"
    (tmp_path / "five.toml").write_text('bystanders = ["c", "a"]\n' + (tmp_path / "five.toml").read_text())
    assert experiment(replace(FEW, panel=panel)).provenance["bystanders"] == "assistant, c, a"
