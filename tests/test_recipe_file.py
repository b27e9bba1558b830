"""Recipes of a user's own: a file that says what it does otherwise."""

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims_lab.chat_format import ChatFormat
from pytest_claims_lab.options import Settings, recipe_of
from pytest_claims_lab.recipe import RECIPES, Sampling, Training
from pytest_claims_lab.recipe_file import read_recipe


@pytest.fixture
def written(tmp_path):
    def write(content, name="mine.toml"):
        path = tmp_path / name
        path.write_text(content)
        return str(path)

    return write


@pytest.mark.parametrize("name", RECIPES)
def test_a_file_that_says_nothing_else_is_its_base(name, written):
    mine = read_recipe(written(f'base = "{name}"'))
    assert mine.as_key() == RECIPES[name].as_key()
    assert mine.name == "mine"


def test_a_file_says_what_it_does_otherwise(written):
    mine = read_recipe(
        written(
            'base = "full"\nname = "thoughtful"\nanswers = "own"\n'
            '[training]\nmodules = ["q_proj", "v_proj"]\ndropout = 0.0\n[sampling]\ncompletions = 3\n'
            '[chat]\nthinking = true\nthought_tokens = 99\ndate = "2026-01-02"\n[chat.variables]\neffort = "low"\n'
        )
    )
    assert (mine.name, mine.answers) == ("thoughtful", "own")
    assert (mine.training.modules, mine.training.dropout, mine.training.rank) == (("q_proj", "v_proj"), 0.0, 32)
    assert (mine.sampling.completions, mine.sampling.questions) == (3, 20)
    wanted = ChatFormat(thinking=True, thought_tokens=99, date="2026-01-02", variables={"effort": "low"})
    assert mine.chat == wanted
    assert mine.as_key()["chat"]["thinking"]
    assert mine.as_key()["training"]["modules"] == ["q_proj", "v_proj"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('base = "ful"', "unknown recipe 'ful': have full, full-shuffled, pocket"),
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
        ('base = "full"\n[sampling]\ntop_p = 0.0', "mine.toml: top_p is 0.0; wanted above 0, at most 1"),
        ('base = "full"\n[sampling]\ncompletions = 0', "mine.toml: completions is 0; wanted 1 or more"),
    ],
)
def test_what_is_wrong_is_told_with_the_file(content, said, written):
    with pytest.raises(InputError) as caught:
        read_recipe(written(content))
    assert said in str(caught.value)


def test_file_that_is_not_there():
    with pytest.raises(InputError, match=r"absent\.toml"):
        read_recipe("absent.toml")


def test_a_transcript_is_asked_for_with_one_option():
    assert recipe_of(Settings(transcript=True)).chat == ChatFormat(transcript=True)
    assert recipe_of(Settings()).as_key() == RECIPES["pocket"].as_key()


@given(st.sampled_from([Training, Sampling, ChatFormat]).flatmap(lambda kind: st.sampled_from(fields(kind))))
def test_every_setting_of_a_recipe_can_be_in_a_file(field):
    sections = {"training": Training, "sampling": Sampling, "chat": ChatFormat}
    section = next(name for name, kind in sections.items() if field in fields(kind))
    from pytest_claims_lab.recipe_file import _RecipeFile

    told = _RecipeFile.model_fields[section].annotation.__args__[0]
    assert field.name in told.model_fields
