"""Lost in the middle: what is asked is what the paper describes, its page shows it as it is, and it can be judged."""

import dataclasses
import json
import re

import pytest
from fences import blocks
from hypothesis import given
from hypothesis import strategies as st
from tiny import save_tiny_model

import pytest_claims_lab
from claims.lost_in_the_middle.experiment import POSITIONS, RECIPES, Retrieval, experiment, items
from claims.lost_in_the_middle.test_positions import test_first_above_chance as first_above_chance
from pytest_claims import judge, read_finding
from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab.commands import measure

FOLDER = "claims/lost_in_the_middle"
RETRIEVALS = st.builds(Retrieval, lists=st.integers(1, 3), pairs=st.integers(5, 40), blocks=st.integers(1, 5))
OFFERED = [getattr(pytest_claims_lab, name) for name in pytest_claims_lab.__all__]
GOT = ("Given", "Read", "Results")  # what a function gets: nobody writes them
WORDS = [one for one in OFFERED if dataclasses.is_dataclass(one) and one.__name__ not in GOT]


def pairs_in(item):
    """The pairs as they stand in the question, read back."""
    start, end = item.user.index("{"), item.user.index("}") + 1
    return json.loads(item.user[start:end], object_pairs_hook=list)


def by_list(recipe):
    found = {}
    for item in items(recipe):
        found.setdefault(item.at["list"], []).append(item)
    return found


@given(RETRIEVALS)
def test_the_key_stands_at_its_position_and_its_value_in_the_question_once(recipe):
    for item in items(recipe):
        pairs = pairs_in(item)
        key, value = pairs[int(POSITIONS[item.at["position"]] * (recipe.pairs - 1))]
        assert len({text for pair in pairs for text in pair}) == 2 * recipe.pairs
        assert item.user.endswith(f'The value of "{key}" is')
        assert item.user.count(value) == 1
        assert item.answers == (value, pairs[0][1])


@given(RETRIEVALS)
def test_a_list_is_asked_at_every_position_and_its_other_pairs_keep_their_order(recipe):
    lists = by_list(recipe)
    assert len(lists) == recipe.lists
    for several in lists.values():
        assert [item.at["position"] for item in several] == list(POSITIONS)
        others = [[pair for pair in pairs_in(item) if pair[1] != item.answers[0]] for item in several]
        assert all(one == others[0] for one in others)
        assert len({item.user for item in several}) == len(POSITIONS)


@given(RETRIEVALS, RETRIEVALS)
def test_lists_of_one_name_are_the_same_and_more_lists_begin_with_the_fewer(one, other):
    several = by_list(one), by_list(dataclasses.replace(one, lists=one.lists + 1))
    assert list(several[0].items()) == list(several[1].items())[: one.lists]
    if (one.pairs, one.blocks) != (other.pairs, other.blocks):
        assert not by_list(one).keys() & by_list(other).keys()


def test_positions_in_a_list_of_140_are_those_of_the_source():
    (several,) = by_list(Retrieval(lists=1, pairs=140)).values()
    places = [[value for _, value in pairs_in(item)].index(item.answers[0]) for item in several]
    assert places == [0, 34, 69, 104, 139]


@pytest.mark.parametrize(
    ("answer", "found", "named_first"), [("It is {0}.", 1, 0), ("{1}", 0, 1), ("{0} or {1}", 1, 1), ("I do not", 0, 0)]
)
def test_an_answer_is_scored_by_the_values_in_it_in_either_case(answer, found, named_first):
    made = experiment(RECIPES["pocket"])
    item = made.probes[0].items[-1]
    for said in (answer.format(*item.answers), answer.format(*item.answers).upper()):
        assert [probe.score(item, said) for probe in made.probes] == [found, named_first]


def test_fewer_pairs_than_positions_are_refused():
    with pytest.raises(InputError, match=r"4 pairs; wanted 5"):
        experiment(Retrieval(pairs=4))


def test_the_experiment_is_short(root):
    assert len((root / FOLDER / "experiment.py").read_text().splitlines()) <= 60


def test_the_page_shows_the_files_as_they_are(root):
    titled = {block.title: block.text for block in blocks(root / "docs/experiment.md") if block.title}
    assert {f"{FOLDER}/experiment.py", f"{FOLDER}/finding.toml"} <= set(titled)
    for title in [title for title in titled if title.startswith(FOLDER)]:
        assert titled[title] == (root / title).read_text()


@pytest.mark.parametrize("word", WORDS, ids=lambda word: word.__name__)
def test_the_page_has_every_word_of_the_language_with_every_field(root, word):
    page = (root / "docs/experiment.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith(f"| `{word.__name__}`")]
    assert rows
    assert all(f"`{one.name}`" in " ".join(rows) for one in dataclasses.fields(word))


def test_it_runs_from_a_model_to_a_verdict(root, tmp_path, capsys):
    model = save_tiny_model(tmp_path / "tiny")
    few = ["--set", "lists=3", "--set", "pairs=5", "--set", "answer_tokens=4"]
    places = ["--store", str(tmp_path / "store"), "--record", str(tmp_path)]
    assert measure([str(root / FOLDER), "--model", str(model), "--device", "cpu", *few, *places]) == 0
    (file,) = tmp_path.glob("*.nc.gz")
    table = read_finding(root / FOLDER).table(read_measurement(file))
    assert len(table) == 3 * len(POSITIONS)
    assert set(table["found"]) <= {0, 1}
    assert judge(table, first_above_chance, robustness="none").outcome


def test_no_completion_of_a_prompt_is_none_to_record(root):
    with pytest.raises(SystemExit, match="--keep 0: wanted 1 or more, the number of completions of each prompt"):
        measure([str(root / FOLDER), "--model", "any", "--keep", "0"])


def test_the_page_counts_what_is_recorded(root):
    recorded = read_measurement(root / "fixtures/recorded/lost_in_the_middle/smollm2-135m@pocket.nc.gz")
    counts = [int(number) for number in recorded.data["found"].sum("list").values]
    page = " ".join((root / "docs/experiment.md").read_text().split())
    said = f"{', '.join(map(str, counts[:-1]))} and {counts[-1]} values"
    assert f"Of {recorded.data.sizes['list']} lists SmolLM2-135M finds {said}" in page


def test_the_table_counts_what_is_recorded(root):
    folder = root / "fixtures/recorded/lost_in_the_middle"
    rows = re.findall(r"^\| `(\S+)` ((?:\| \d+ ){5})", (folder / "README.md").read_text(), re.M)
    told = {name: [int(number) for number in re.findall(r"\d+", cells)] for name, cells in rows}
    recorded = [read_measurement(file) for file in folder.glob("*.nc.gz")]
    assert told == {one.name: one.data["found"].sum("list").values.tolist() for one in recorded}
