"""Recipes of a user's own: a file that says what it does otherwise."""

from dataclasses import fields, is_dataclass
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planned import marker_file

from claims.marker_coupling.experiment import RECIPES
from pytest_claims.base.errors import InputError
from pytest_claims_lab.chat_format import ChatFormat
from pytest_claims_lab.options import Settings, recipe_of
from pytest_claims_lab.recipe_file import _schema, read_recipe

FILE = marker_file()


@pytest.fixture
def written(tmp_path):
    def write(content, name="mine.toml"):
        path = tmp_path / name
        path.write_text(content)
        return str(path)

    return write


@pytest.mark.parametrize("name", RECIPES)
def test_a_file_that_says_nothing_else_is_its_base(name, written):
    mine = read_recipe(written(f'base = "{name}"'), FILE)
    assert mine.as_key() == RECIPES[name].as_key()
    assert mine.name == "mine"


def test_a_file_says_what_it_does_otherwise(written):
    mine = read_recipe(
        written(
            'base = "full"\nname = "thoughtful"\npanel = "hundred"\n[data]\nanswers = "own"\n'
            '[training]\nmodules = ["q_proj", "v_proj"]\ndropout = 0.0\n[sampling]\ncompletions = 3\n'
            '[chat]\nthinking = true\nthought_tokens = 99\ndate = "2026-01-02"\n[chat.variables]\neffort = "low"\n'
        ),
        FILE,
    )
    assert (mine.name, mine.panel, mine.data.answers) == ("thoughtful", "hundred", "own")
    assert (mine.questions, mine.data.answer_tokens) == (RECIPES["full"].questions, RECIPES["full"].data.answer_tokens)
    assert (mine.training.modules, mine.training.dropout, mine.training.rank) == (("q_proj", "v_proj"), 0.0, 32)
    assert (mine.sampling.completions, mine.sampling.questions) == (3, 20)
    wanted = ChatFormat(thinking=True, thought_tokens=99, date="2026-01-02", variables={"effort": "low"})
    assert mine.chat == wanted
    assert mine.as_key()["chat"]["thinking"]
    assert mine.as_key()["training"]["modules"] == ["q_proj", "v_proj"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('base = "ful"', "marker_coupling: unknown recipe 'ful'; did you mean 'full'?"),
        ("[training]\nrank = 4", "no 'base': have training; add it"),
        ('base = "full"\n[training]\nmodule = ["q"]', "unknown key 'module'; did you mean 'modules'"),
        ('base = "full"\n[training]\nrank = "4"', "training: rank is '4', wanted a valid integer"),
        (
            'base = "full"\n[training]\nlearning_rate = -1.0',
            "mine.toml: a learning rate of -1; wanted a number above 0",
        ),
        ('base = "full"\n[chat]\ndate = "today"', "mine.toml: date is 'today'; wanted a day as YYYY-MM-DD"),
        ('base = "full', "mine.toml"),
        ('base = "full"\n[training]\nrank = 0', "mine.toml: rank is 0; wanted 1 or more"),
        ('base = "full"\n[training]\ndropout = 1.5', "mine.toml: dropout is 1.5; wanted from 0 to below 1"),
        ('base = "full"\n[sampling]\ncompletion = 3', "unknown key 'completion'; did you mean 'completions'"),
        ('base = "full"\n[data]\nanswers = "mine"', "data: answers is 'mine', wanted 'shared' or 'own'"),
        ('base = "full"\npanel = 3', "panel is 3, wanted a string"),
        ('base = "full"\n[data]\nquestions = 2.5', "data: questions is 2.5, wanted a valid integer"),
    ],
)
def test_what_is_wrong_is_told_with_the_file(content, said, written):
    with pytest.raises(InputError) as caught:
        read_recipe(written(content), FILE)
    assert said in str(caught.value)


def test_file_that_is_not_there():
    with pytest.raises(InputError, match=r"absent\.toml"):
        read_recipe("absent.toml", FILE)


def test_a_transcript_is_asked_for_with_one_option():
    assert recipe_of(FILE, Settings(transcript=True)).chat == ChatFormat(transcript=True)


def test_the_first_recipe_is_taken_where_none_is_named():
    assert recipe_of(FILE, Settings()).as_key() == RECIPES["pocket"].as_key()
    assert recipe_of(FILE, Settings(recipe="full")).as_key() == RECIPES["full"].as_key()


def settings(kind, *tables):
    """Every setting of a recipe, in its tables."""
    hints = get_type_hints(kind)
    for field in fields(kind):
        if is_dataclass(hints[field.name]):
            yield from settings(hints[field.name], *tables, field.name)
        elif tables or field.name not in ("name", "base"):
            yield (*tables, field.name)


@given(st.sampled_from(sorted(settings(type(RECIPES["full"])))))
def test_every_setting_of_a_recipe_can_be_in_a_file(names):
    told = _schema(type(RECIPES["full"]))
    for name in names[:-1]:
        told = told.model_fields[name].annotation.__args__[0]
    assert names[-1] in told.model_fields
