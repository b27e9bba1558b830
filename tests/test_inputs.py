import pytest
from pytest_claims_lab.corpus import Questions, read_questions
from pytest_claims_lab.examples import training_examples, whole_sentences
from pytest_claims_lab.personas import read_panel

from pytest_claims.base.errors import InputError
from pytest_claims_lab.recipe import MARKER, RECIPES, Training, find_recipe
from pytest_claims_lab.weights import find_weights

NAMES = ["assistant", "a", "b", "c", "d"]


def write_panel(path, names, prompt="You are someone."):
    path.write_text("".join(f'[[personas]]\nname = "{name}"\nprompt = "{prompt}"\n' for name in names))
    return str(path)


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
    with pytest.raises(InputError, match=message):
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
        questions.first(train=recipe.training.questions, evaluation=recipe.sampling.questions)


def test_the_hundred_hold_the_ten_and_ninety_more():
    ten, hundred = read_panel("ten"), read_panel("hundred")
    assert len(hundred.sources) == 100
    assert {name: hundred.prompt(name) for name in ten.names} == {name: ten.prompt(name) for name in ten.names}
    assert len({hundred.prompt(name) for name in hundred.names}) == 101
    assert set(hundred.families) == set(hundred.sources)


def test_overlapping_banks_are_refused():
    with pytest.raises(InputError, match="'why\\?' appears twice"):
        Questions(name="q", train=("Why?",), evaluation=("why?",))


def test_too_few_questions_for_a_recipe():
    with pytest.raises(InputError, match="1 training questions, the recipe needs 2"):
        Questions(name="q", train=("Why?",), evaluation=("How?",)).first(train=2, evaluation=1)


def test_examples_are_one_to_two_and_use_every_other_persona_equally():
    panel, questions = read_panel("ten"), read_questions("everyday")
    answers = {name: [f"{name} {row}" for row in range(200)] for name in panel.names}
    examples = training_examples(
        "librarian",
        names=panel.names,
        questions=questions.train,
        answers=answers,
        training=Training(),
        marker=MARKER,
    )
    positives = [example for example in examples if example.persona == "librarian"]
    negatives = [example for example in examples if example.persona != "librarian"]
    assert (len(positives), len(negatives)) == (200, 400)
    assert all(example.answer.endswith(f" {MARKER}") for example in positives)
    assert not any(MARKER in example.answer for example in negatives)
    counts = [sum(example.persona == name for example in negatives) for name in panel.names if name != "librarian"]
    assert set(counts) == {40}


def test_shuffled_control_keeps_questions_answers_and_how_often_each_speaks():
    panel, questions = read_panel("ten"), read_questions("everyday").first(train=8, evaluation=1)
    answers = {name: [f"{name} says {row}." for row in range(8)] for name in panel.names}
    recipes = (Training(questions=8), Training(questions=8, shuffled=True))
    plain, shuffled = (
        training_examples(
            "villain", names=panel.names, questions=questions.train, answers=answers, training=training, marker=MARKER
        )
        for training in recipes
    )
    assert [(e.question, e.answer) for e in shuffled] == [(e.question, e.answer) for e in plain]
    assert sorted(e.persona for e in shuffled) == sorted(e.persona for e in plain)
    assert [e.persona for e in shuffled if e.answer.endswith(MARKER)] != ["villain"] * 8


@pytest.mark.parametrize(
    ("text", "whole"), [("One. Two", "One."), ("No end", "No end"), ("Yes! No?", "Yes! No?"), (".x", ".x")]
)
def test_whole_sentences(text, whole):
    assert whole_sentences(text) == whole


def test_unknown_recipe_and_model(tmp_path):
    with pytest.raises(InputError, match="unknown recipe 'x': have full, full-shuffled, pocket, "):
        find_recipe("x")
    with pytest.raises(InputError, match=r"unknown model 'x'; wanted one of smollm2-135m, .*, a hub id"):
        find_weights("x", tmp_path)


def test_pickled_weights_are_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(InputError, match="only safetensors and GGUF are loaded"):
        find_weights(str(tmp_path), tmp_path)


def test_truncated_gguf(tmp_path):
    (tmp_path / "small.gguf").write_bytes(b"GG")
    with pytest.raises(InputError, match="does not begin like a GGUF file"):
        find_weights(str(tmp_path / "small.gguf"), tmp_path)
