"""Chat templates that would ask a model something else than what was measured, and what is said of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import CHATML, NO_SYSTEM, save_tiny_model

from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.errors import InputError
from pytest_claims_lab.model import load_chat

BEGUN = "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
# As Qwen3 does: the model thinks first, unless it is told not to, which is said by a thought that is empty.
THINKS = CHATML.replace(
    "assistant\n{% endif %}",
    "assistant\n{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n"
    "{% endif %}{% endif %}",
)
# As Granite does: the model answers, unless it is told to think first.
MAY_THINK = CHATML.replace(BEGUN, BEGUN + "{% if thinking %}Think first.{% endif %}")


@pytest.fixture
def chat(tmp_path):
    """The chat format of the tiny model under another template."""
    return lambda template: load_chat(save_tiny_model(tmp_path / "tiny", template=template), "tiny")


@pytest.mark.parametrize(
    "template",
    [
        CHATML.replace("for m in messages", "for m in messages if m.role != 'user'"),
        CHATML.replace("{{ m.content }}", "{{ m.content if m.role != 'user' else 'Why is that so?' }}"),
        "<|im_start|>{{ messages[0].content }}<|im_end|>",  # the first turn only
        "The same whatever is asked.<|im_end|>",
    ],
)
def test_template_that_drops_the_user_is_refused(template, chat):
    with pytest.raises(InputError, match="the chat template of model 'tiny' drops the user's turn"):
        chat(template)


def test_template_that_drops_the_system_text_wherever_it_is_put_is_refused(chat):
    with pytest.raises(InputError, match="'tiny' drops the system text, as a turn of its own and in the user's"):
        chat("{{ messages[-1].content.split('\n\n') | last }}<|im_end|>")


@pytest.mark.parametrize("flag", ["enable_thinking", "thinking"])
def test_model_that_thinks_unless_it_is_told_not_to_is_told(flag, chat):
    used = chat(THINKS.replace("enable_thinking", flag).replace("m.content", "'<think>\n\n</think>\n\n' + m.content"))
    assert used.template.told == {flag: False}
    assert used.tokenizer.decode(used.prompt("You are a villain.", "Why?")).endswith("<think>\n\n</think>\n\n")


OPENED = pytest.mark.parametrize(
    "opened", ["<think>", "<think>\n", "[THINK]", "<seed:think>", "<reasoning>", "<Thinking>\nSo"]
)


@OPENED
def test_thought_that_a_finished_conversation_leaves_open_is_refused(opened, chat):
    with pytest.raises(InputError, match=r"goes on behind '.*', which is not closed before the answer; use a template"):
        chat(CHATML.replace("{{ m.content", f"{{{{ {opened!r} if m.role == 'assistant' }}}}{{{{ m.content"))


@OPENED
def test_thought_that_only_a_prompt_leaves_open_is_left_out(opened, chat):
    used = chat(CHATML.replace("assistant\n{% endif %}", f"assistant\n{opened}{{% endif %}}"))
    assert used.prompt("You are a villain.", "Why?") == chat(CHATML).prompt("You are a villain.", "Why?")


@pytest.mark.parametrize(
    "template",
    [
        CHATML,
        NO_SYSTEM,
        MAY_THINK,
        THINKS.replace("enable_thinking is defined and enable_thinking is false", "enable_thinking is not true"),
        CHATML.replace("assistant\n{% endif %}", "assistant\n<think>\n\n</think>\n\n{% endif %}"),
        "Put thoughts between <think> and </think>, after <think>.<|im_end|>" + CHATML,
    ],
)
def test_template_that_goes_on_with_an_answer_is_used(template, chat):
    used = chat(template)
    assert used.tokenizer.decode(used.prompt("You are a villain.", "Why?")).count("You are a villain.") == 1


@pytest.mark.parametrize("mark", ["'", '"'])
def test_prompt_is_the_same_on_every_day(mark, chat):
    """Llama 3.2's template tells the model what day it is: after midnight it was asked something else."""
    asks = f"{{% if strftime_now is defined %}}Today is {{{{ strftime_now({mark}%d %b %Y{mark}) }}}}.\n{{% endif %}}"
    used = chat(asks + CHATML)
    assert used.tokenizer.decode(used.prompt("You are a villain.", "Why?")).startswith("Today is 26 Jul 2024.\n")


def test_template_that_drops_the_answer_is_refused(chat):
    with pytest.raises(InputError, match=r"'tiny' drops the answer: 'Because it is so\.' is not in what it"):
        chat(CHATML.replace("for m in messages", "for m in messages if m.role != 'assistant'"))


@pytest.mark.parametrize(
    "template",
    [
        CHATML.replace("{% endfor %}", ""),
        "{{ messages[0].content",
        "{{ messages.first.content.strip() }}",
        "{{ absent.content }}",
        "{{ messages[0].content | no_such_filter }}",
        "{{ raise_exception('Not for\nyou.') }}",
        "{{ messages + 1 }}",
        "{% include 'other' %}",
    ],
)
def test_broken_template_is_told_in_one_line_with_its_file(template, chat):
    with pytest.raises(InputError, match=r"chat_template\.jinja cannot be read \(.+\); mend the template") as caught:
        chat(template)
    assert in_one_line(caught.value) == str(caught.value)


FIRST = "{% if messages[0].role == 'system' %}" + CHATML + "{% else %}"  # and then what is rendered without one


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        (
            "{% if messages[1] %}{{ raise_exception('say who') }}{% endif %}" + CHATML,
            r".*jinja cannot be read \(say who\); mend the template, .* or give one$",
        ),
        ("What?<|im_end|>", r"the user's text is not in what .*jinja renders; give one, or use another model$"),
        (
            CHATML.replace("{{ m.content }}<|im_end|>", "{{ m.content }}."),
            "the tokens of a prompt and of an answer are no",
        ),
        (
            CHATML.replace("{{ m.content }}", "{{ m.content }}!"),
            "the tokens of a prompt and of an answer are not those",
        ),
        (
            CHATML.replace("m.content", "'<think>' + m.content"),
            r".*jinja leaves a thought open: '<think>' is not closed",
        ),
    ],
)
def test_template_that_needs_a_system_text_is_refused_where_there_is_none(otherwise, said, chat):
    used = chat(FIRST + otherwise + "{% endif %}")
    assert used.prompt("You are a villain.", "Why?") == chat(CHATML).prompt("You are a villain.", "Why?")
    for ask in (used.prompt, used.asked):
        with pytest.raises(InputError, match=f"^without a system text, {said}") as caught:
            ask("", "Why?")
        assert in_one_line(caught.value) == str(caught.value)


def test_thought_that_only_a_prompt_without_a_system_text_leaves_open_is_left_out(chat):
    used = chat(FIRST + CHATML.replace("assistant\n{% endif %}", "assistant\n<think>{% endif %}") + "{% endif %}")
    assert used.prompt("", "Why?") == chat(CHATML).prompt("", "Why?")


def test_what_the_template_says_by_itself_is_its_matter(chat):
    used = chat(FIRST + "<|im_start|>system\nYou help.<|im_end|>\n" + CHATML + "{% endif %}")
    assert used.prompt("", "Why?") == chat(CHATML).prompt("You help.", "Why?")


@given(cut=st.integers(0, len(CHATML)), put=st.text("{}%|<>'. \n", max_size=3))
def test_no_template_however_broken_ends_in_anything_else(cut, put, tmp_path_factory):
    template = CHATML[:cut] + put + CHATML[cut + 1 :]
    folder = save_tiny_model(tmp_path_factory.mktemp("models") / "tiny", template=template)
    try:
        chat = load_chat(folder, "tiny")
    except InputError as error:
        said = error
    else:
        assert "How so?" in chat.tokenizer.decode(chat.prompt("You are a villain.", "How so?"))
        return
    assert in_one_line(said) == str(said)


def test_template_of_a_folder_is_read_once_and_again_when_it_changes(tmp_path):
    folder = save_tiny_model(tmp_path / "tiny", template=CHATML)
    before = load_chat(folder, "tiny")
    assert load_chat(folder, "tiny") is before
    save_tiny_model(folder, template=CHATML.replace("<|im_end|>\n", "<|im_end|>\n\n"))
    after = load_chat(folder, "tiny")
    assert after.prompt("", "Why?") != before.prompt("", "Why?")
