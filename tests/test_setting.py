"""Settings one by one: what NAME=VALUE means, and how a measurement is called by it."""

import json
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims_lab.recipe import Recipe, Training
from pytest_claims_lab.recipe_file import with_settings
from pytest_claims_lab.setting import settings_of, suffix_of


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A table of a recipe."""

    completions: int = 5
    rank: int = 1  # as training has one
    greedy: bool = False


@dataclass(frozen=True, kw_only=True)
class Own(Recipe):
    """Settings of an experiment's own."""

    panel: str = "ten"
    share: float = 0.5
    names: tuple[str, ...] = ("a",)
    asking: Asking = field(default_factory=Asking)


RECIPE = Own(name="pocket", training=Training(epochs=2))


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], {}),
        (["panel=hundred"], {"panel": "hundred"}),
        (["panel=my panel.toml"], {"panel": "my panel.toml"}),
        (["panel=a=b"], {"panel": "a=b"}),
        (["panel="], {"panel": ""}),
        (['panel="3"'], {"panel": "3"}),
        (["share=0.25"], {"share": 0.25}),
        (["share=1e-3"], {"share": 1e-3}),
        (["asking.completions=10"], {"asking": {"completions": 10}}),
        (["asking.completions=10", "asking.greedy=true"], {"asking": {"completions": 10, "greedy": True}}),
        ([" panel = hundred "], {"panel": "hundred"}),
        (['names=["a", "b"]'], {"names": ["a", "b"]}),
        (["panel=a", "panel=b"], {"panel": "b"}),
        (["chat.date=2026-01-02"], {"chat": {"date": "2026-01-02"}}),
    ],
)
def test_settings_are_read_as_toml_and_else_as_text(given, found):
    assert settings_of(given) == found


@pytest.mark.parametrize("given", ["panel", "=3", " =3", ""])
def test_what_is_no_setting(given):
    with pytest.raises(InputError, match=r"--claims-set '.*'; wanted NAME=VALUE, such as training.epochs=5"):
        settings_of([given])


@pytest.mark.parametrize("given", [["asking=3", "asking.completions=4"], ["asking.completions=4", "asking=3"]])
def test_table_that_is_set_as_a_whole_too_is_refused(given):
    with pytest.raises(InputError, match="asking is "):
        with_settings(RECIPE, settings_of(given))


@pytest.mark.parametrize("given", ["a..b=3", ".a=3", "a.=3"])
def test_name_with_a_point_too_many_is_no_setting(given):
    with pytest.raises(InputError, match=r"--claims-set '.*'"):
        with_settings(RECIPE, settings_of([given]))


@given(st.dictionaries(st.sampled_from(["panel", "other"]), st.text(st.characters(exclude_categories=["Cs", "Cc"]))))
def test_text_in_quotes_is_that_text(settings):
    given = [f"{name}={json.dumps(text, ensure_ascii=False)}" for name, text in settings.items()]
    assert settings_of(given) == settings


@pytest.mark.parametrize(
    ("given", "suffix"),
    [
        ([], ""),
        (["panel=ten"], ""),
        (["panel=hundred"], "-hundred"),
        (["panel=lists/my panel.toml"], "-my-panel"),
        (["asking.completions=5"], ""),
        (["asking.completions=10"], "-completions-10"),
        (["asking.greedy=true"], "-greedy"),
        (["asking.greedy=false"], ""),
        (["share=0.25"], "-share-0.25"),
        (['names=["a"]'], ""),
        (["panel=a/b c"], "-a-b-c"),
        (['names=["b", "c"]'], "-names-b-c"),
        (["asking.rank=3"], "-asking.rank-3"),
        (["training.rank=3"], "-training.rank-3"),
        (["panel=hundred", "asking.completions=10", "training.epochs=3"], "-hundred-completions-10-epochs-3"),
    ],
)
def test_name_has_what_is_set_otherwise_than_the_recipe(given, suffix):
    assert suffix_of(settings_of(given), RECIPE) == suffix


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("panels=x", r"--claims-set: unknown key 'panels'; did you mean 'panel'\?"),
        ("asking.completion=3", r"unknown key 'completion'; did you mean 'completions'\?"),
        ("asking.completions=many", "--claims-set: asking: completions is 'many', wanted a valid integer"),
        ("share=much", "--claims-set: share is 'much', wanted a valid number"),
        ("panel=3", "--claims-set: panel is 3, wanted a string"),
        ("name=x", "--claims-set: unknown key 'name'"),
        ("base=x", "--claims-set: unknown key 'base'"),
        ("training.epochs=0", "epochs is 0; wanted 1 or more"),
        ("asking=3", "asking is 3"),
    ],
)
def test_settings_that_a_recipe_has_not(given, said):
    with pytest.raises(InputError, match=said):
        with_settings(RECIPE, settings_of([given]))


@given(st.integers(1, 99), st.floats(0, 1), st.booleans())
def test_settings_change_what_they_say_and_nothing_else(epochs, share, greedy):
    given = [f"training.epochs={epochs}", f"share={share!r}", f"asking.greedy={str(greedy).lower()}"]
    made = with_settings(RECIPE, settings_of(given))
    assert (made.training.epochs, made.share, made.asking.greedy) == (epochs, share, greedy)
    back = [f"training.epochs={RECIPE.training.epochs}", f"share={RECIPE.share!r}", "asking.greedy=false"]
    assert with_settings(made, settings_of(back)) == RECIPE
