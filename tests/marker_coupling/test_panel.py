"""Panels of personas and banks of questions: those that come with the finding, and files that are none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from planned import NAMES, write_panel

from claims.marker_coupling.experiment import RECIPES
from claims.marker_coupling.panel import Panel, Persona, Questions, read_centre, read_panel, read_questions
from pytest_claims.base.errors import InputError


@pytest.mark.parametrize(
    ("names", "prompt", "message"),
    [
        ([*NAMES, "a"], "You are someone.", "persona a appears more than once"),
        (NAMES[1:], "You are someone.", "no persona 'assistant': have a, b, c, d; add it"),
        (NAMES, " ", "the prompt of 'assistant' is empty"),
        (NAMES[:4], "You are someone.", "3 personas besides the assistant"),
    ],
)
def test_bad_panels(tmp_path, names, prompt, message):
    with pytest.raises(InputError, match=rf"^panel\.toml: .*{message}"):
        read_panel(write_panel(tmp_path / "panel.toml", names, prompt))


FIVE = "".join(f"[[personas]]\nname = '{name}'\nprompt = 'You are someone.'\n" for name in NAMES)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a = ", "panel.toml cannot be read as TOML"),
        ("name = 'p'", "panel.toml: no 'personas': have name; add it"),
        ("personas = 3", "panel.toml: personas is 3, wanted a list"),
        ("bystander = ['a']\n" + FIVE, r"panel.toml: unknown key 'bystander'; did you mean 'bystanders'\? known are"),
        ("bystanders = 'a'\n" + FIVE, "panel.toml: bystanders is 'a', wanted a list"),
        ("bystanders = []\n" + FIVE, r"panel.toml: bystanders is \[\], wanted at least one"),
        ("bystanders = ['aa']\n" + FIVE, r"unknown bystander 'aa'; did you mean 'a'\? known are a, b, c, d"),
        ("reference = 'a'\n" + FIVE, "panel.toml: reference is 'a', wanted 'assistant'"),
        (FIVE + "familly = 'x'", r"panel.toml: personas 5: unknown key 'familly'; did you mean 'family'\?"),
        (FIVE + "family = 3", "panel.toml: personas 5: family is 3, wanted a string"),
        (FIVE + "[[personas]]\nname = 'e'", "panel.toml: personas 6: no 'prompt': have name; add it"),
        (FIVE + "[[personas]]\nname = ' e'\nprompt = 'x'", "personas 6: name is ' e', wanted a name: not empty"),
        (FIVE + "[[personas]]\nname = ''\nprompt = 'x'", "personas 6: name is '', wanted a name: not empty"),
    ],
)
def test_files_that_are_no_panel(tmp_path, content, message):
    (tmp_path / "panel.toml").write_text(content)
    with pytest.raises(InputError, match=message):
        read_panel(str(tmp_path / "panel.toml"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("train = ['a?']", "q.toml: no 'evaluation': have train; add it"),
        ("train = 'a?'\nevaluation = ['b?']", "q.toml: train is 'a.', wanted a list"),
        ("train = ['a?', 3]\nevaluation = ['b?']", "q.toml: train 2 is 3, wanted a string"),
        ("train = []\nevaluation = ['b?']\nevalution = []", r"unknown key 'evalution'; did you mean 'evaluation'\?"),
    ],
)
def test_files_that_are_no_questions(tmp_path, content, message):
    (tmp_path / "q.toml").write_text(content)
    with pytest.raises(InputError, match=message):
        read_questions(str(tmp_path / "q.toml"))


def test_own_panel_and_questions_are_what_the_recipes_need():
    panel, questions = read_panel("ten"), read_questions("everyday")
    assert len(panel.sources) == 10
    assert (len(questions.train), len(questions.evaluation)) == (200, 20)
    for recipe in RECIPES.values():
        questions.first(train=recipe.data.questions, evaluation=recipe.sampling.questions)


def test_the_hundred_hold_the_ten_and_ninety_more():
    ten, hundred = read_panel("ten"), read_panel("hundred")
    assert len(hundred.sources) == 100
    assert {name: hundred.prompts[name] for name in ten.names} == ten.prompts
    assert len(set(hundred.prompts.values())) == 101
    assert set(hundred.families) == set(hundred.sources)


def test_overlapping_banks_are_refused(tmp_path):
    with pytest.raises(InputError, match="'why\\?' appears twice"):
        Questions(name="q", train=("Why?",), evaluation=("why?",))
    (tmp_path / "mine.toml").write_text("train = ['Why?']\nevaluation = ['why?']")
    with pytest.raises(InputError, match=r"^mine\.toml: questions 'mine': 'why\?' appears twice"):
        read_questions(str(tmp_path / "mine.toml"))


def test_too_few_questions_for_a_recipe():
    with pytest.raises(InputError, match="1 training questions, the recipe needs 2"):
        Questions(name="q", train=("Why?",), evaluation=("How?",)).first(train=2, evaluation=1)


@given(data=st.data(), names=st.permutations([*NAMES, "e", "f"]))
def test_source_and_assistant_are_always_asked_and_the_bystanders_if_there_are_any(data, names):
    personas = tuple(Persona(name=name, prompt="You are someone.") for name in names)
    sources = [name for name in names if name != "assistant"]
    chosen = tuple(data.draw(st.lists(st.sampled_from(sources), unique=True)))
    panel = Panel(name="p", personas=personas, bystanders=chosen)
    for source in sources:
        asked = panel.asked(source)
        assert set(asked) == ({source, "assistant", *chosen} if chosen else set(names))
        assert list(asked) == sorted(asked, key=names.index)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('["x"]', "panel 'panel': unknown bystander 'x'; known are a, b, c, d"),
        ('["a", "b", "a"]', "bystander a appears more than once"),
        ('["assistant"]', "bystander 'assistant' is always asked; leave it out"),
        ("[]", r"bystanders is \[\], wanted at least one, or no such line"),
        ('"a"', "bystanders is 'a', wanted a list"),
        ("[1]", "bystanders 1 is 1, wanted a string"),
    ],
)
def test_bad_bystanders(tmp_path, line, message):
    path = write_panel(tmp_path / "panel.toml")
    (tmp_path / "panel.toml").write_text(f"bystanders = {line}\n" + (tmp_path / "panel.toml").read_text())
    with pytest.raises(InputError, match=message):
        read_panel(path)


def test_bystanders_of_the_hundred_are_the_first_of_each_family():
    hundred = read_panel("hundred")
    first = {hundred.families[name]: name for name in reversed(hundred.sources)}
    assert set(hundred.bystanders) == set(first.values())
    assert list(hundred.bystanders) == sorted(hundred.bystanders, key=hundred.names.index)


def test_published_centre_is_that_of_the_source():
    """The twenty of its script, in its order; the zelthari scholar is not among them, and all others of the ten are."""
    centre = read_centre("published")
    assert list(centre)[4] == "helpful_assistant"
    assert list(centre)[-1] == "no_persona"
    assert [name for name, prompt in centre.items() if not prompt] == ["no_persona"]
    assert set(read_panel("ten").sources) - set(centre) == {"zelthari_scholar"}
    assert centre["helpful_assistant"] == read_panel("ten").prompts["assistant"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name = 'c'", "centre.toml: no 'personas': have name; add it"),
        ("personas = []", r"centre.toml: personas is \[\], wanted at least one"),
        (FIVE + FIVE, "centre.toml: persona a, assistant, b, c, d appears more than once; rename one"),
    ],
)
def test_bad_centres(tmp_path, content, message):
    (tmp_path / "centre.toml").write_text(content)
    with pytest.raises(InputError, match=message):
        read_centre(str(tmp_path / "centre.toml"))
