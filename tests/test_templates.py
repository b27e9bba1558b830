"""Templates of the kinds in use: what is trained is what is rendered, thoughts are closed, and no day is today's."""

import datetime
import re
from dataclasses import replace

import jinja2
import jinja2.ext
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from templates import KINDS, MARKS, OPENED, SPECIAL, chatml
from tiny import CHATML
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from claims.marker_coupling.panel import read_questions
from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.errors import InputError
from pytest_claims_lab.chat import chat_of
from pytest_claims_lab.chat_format import AS_IT_COMES, TRANSCRIPT, ChatFormat

SYSTEM, USER, DAY = "You are a pirate.", "Why is rice wet?", datetime.date(2024, 7, 26)
THINKS = ChatFormat(thinking=True, thought_tokens=50)
NO_THOUGHT = [name for name, kind in KINDS.items() if kind.asked is None]
ALL = pytest.mark.parametrize("name", KINDS)
THINKING = pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.asked is not None])
NOT_TOLD = r"^without a system text, .* does not tell the model to think; give one, or leave thinking off$"
# No text that a template would read as a mark of its own, of which what is said is kept free.
TEXTS = st.text("abz ?.,:\n'é<|-😀", min_size=1, max_size=20).filter(str.strip)


@pytest.fixture(scope="module")
def tokenizer():
    """One that joins letters to words and a space to the word behind it, as those of models do."""
    bpe = Tokenizer(models.BPE())
    bpe.pre_tokenizer, bpe.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=600, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False
    )
    bpe.train_from_iterator([*read_questions("everyday").train, "so.\n</answer>"], trainer)
    made = PreTrainedTokenizerFast(tokenizer_object=bpe, bos_token="<|bos|>", eos_token="<|eos|>")
    made.add_special_tokens({"additional_special_tokens": SPECIAL})
    made.add_tokens([AddedToken(mark, special=False, normalized=False) for mark in MARKS])
    return made


@pytest.fixture
def chat(tokenizer):
    """The chat of a kind of template, by name, or of a source."""

    def make(name, said=AS_IT_COMES):
        tokenizer.chat_template = KINDS[name].source if name in KINDS else name
        return chat_of(tokenizer, "tiny", said)

    return make


def conversation(kind, *turns):
    """System text, if there is one, user's text and, if there is one, answer as messages."""
    system, user, *answers = turns
    if not system:
        asked = [("user", f"{user} {kind.word.strip()}" if kind.word else user)]
    elif kind.system_role:
        asked = [("system", system + kind.word), ("user", user)]
    else:
        asked = [("user", f"{system}\n\n{user}")]
    turns = [*asked, *(("assistant", answer) for answer in answers)]
    if kind.parts:
        turns = [(role, [{"type": "text", "text": text}]) for role, text in turns]
    return [{"role": role, "content": content} for role, content in turns]


def rendered(kind, *turns, day=DAY):
    """What the template makes of a conversation, by Jinja alone."""
    source = re.sub(r"{% (end)?generation %}", "", kind.source)
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols])  # noqa: S701
    return environment.from_string(source).render(
        messages=conversation(kind, *turns), strftime_now=day.strftime, bos_token="<|bos|>", eos_token="<|eos|>",
        add_generation_prompt=len(turns) < 3, **kind.told,
    )  # fmt: skip


def behind(chat, ids):
    """The text behind what the user says."""
    return chat.tokenizer.decode(ids).rpartition(USER)[2]


@ALL
def test_answer_begins_and_ends_as_the_template_says(name, chat):
    kind, used = KINDS[name], chat(name)
    assert behind(used, used.prompt(SYSTEM, USER)) == kind.opens
    assert used.asked(SYSTEM, USER) == used.prompt(SYSTEM, USER)
    assert used.tokenizer.decode(used.answer("So.")).endswith(f"So.{kind.tail}{kind.end}")
    assert used.tokenizer.convert_ids_to_tokens(used.end) == kind.end
    assert used.text(used.answer("So.")) == "So."
    assert (used.system_role, used.room) == (kind.system_role, 0)
    assert used.answered([5, 6, used.end]) == [5, 6, used.end]


@ALL
def test_answer_begins_there_without_a_system_text_too(name, chat):
    kind, used = KINDS[name], chat(name)
    space = " " if kind.word else ""  # before a word that the template takes out again
    assert behind(used, used.prompt("", USER)) == space + kind.opens
    assert used.asked("", USER) == used.prompt("", USER)
    assert SYSTEM not in used.tokenizer.decode(used.prompt("", USER))


@ALL
@pytest.mark.parametrize("systems", [TEXTS, st.just("")], ids=["a system text", "none"])
def test_what_is_trained_is_the_beginning_of_what_is_rendered(name, systems, chat):
    """For any system text or none, user's text and answer; what comes of them is tried again where it is shorter."""
    holds = given(system=systems, user=TEXTS, answer=TEXTS.map(str.strip))(is_beginning)
    settings(max_examples=12, deadline=None)(holds)(KINDS[name], chat(name))


def is_beginning(kind, used, system, user, answer):
    tokenizer = used.tokenizer
    trained = used.prompt(system, user) + used.answer(answer)
    whole = rendered(kind, system, user, answer)
    if kind.end not in whole.rpartition(answer)[2]:  # where it is only written before another question
        trained.pop()
    assert whole.startswith(tokenizer.decode(trained))
    assert tokenizer.encode(whole, add_special_tokens=False)[: len(trained)] == trained
    assert answer in tokenizer.decode(used.answer(answer))


@ALL
def test_prompt_holds_no_day_but_that_of_the_recipe(name, chat):
    kind, today = KINDS[name], datetime.datetime.now().astimezone()
    old, new = chat(name, ChatFormat()), chat(name, ChatFormat(date="1999-01-02"))
    prompts = [used.tokenizer.decode(used.prompt(SYSTEM, USER)) for used in (old, new)]
    assert [str(year) in text for year, text in zip((2024, 1999), prompts, strict=True)] == [kind.dated] * 2
    assert str(today.year) not in "".join(prompts)
    assert kind.dated or prompts[0] == prompts[1]
    whole = rendered(kind, SYSTEM, USER, "So.", day=datetime.date(1999, 1, 2))
    assert whole.startswith(prompts[1])
    alone = new.tokenizer.decode(new.prompt("", USER))
    assert rendered(kind, "", USER, "So.", day=datetime.date(1999, 1, 2)).startswith(alone)


@THINKING
def test_model_that_is_to_think_is_left_its_thought(name, chat):
    kind, used = KINDS[name], chat(name, THINKS)
    assert behind(used, used.asked(SYSTEM, USER)) == kind.asked
    assert used.thought_end == kind.closes
    assert used.room == 50
    opened, closed = (used.tokenizer.decode(used.prompt(SYSTEM, USER)).rfind(mark) for mark in MARKS[:2])
    assert closed >= opened


@THINKING
def test_model_that_is_to_think_is_left_its_thought_without_a_system_text_too(name, chat):
    kind, used = KINDS[name], chat(name, THINKS)
    if name == "granite":  # it is told to think in its system turn
        with pytest.raises(InputError, match=NOT_TOLD):
            used.asked("", USER)
    else:
        assert behind(used, used.asked("", USER)) == kind.asked
    opened, closed = (used.tokenizer.decode(used.prompt("", USER)).rfind(mark) for mark in MARKS[:2])
    assert closed >= opened


@pytest.mark.parametrize("where", ["true", "m.role == 'system'"])
def test_word_stands_behind_the_user_where_there_is_no_system_text(where, chat):
    heard = "{% if '/think' in m.content %}{% set ns.on = true %}{% elif '/no_think' in m.content %}{% endif %}"
    first = f"{{% set ns = namespace(on=false) %}}{{% for m in messages if {where} %}}{heard}{{% endfor %}}"
    used = chat(chatml("{{ text }}", "{{ '<think>\n' if ns.on else '' }}", first=first), THINKS)
    assert behind(used, used.asked(SYSTEM, USER)) == OPENED
    assert f"{SYSTEM}\n/think" in used.tokenizer.decode(used.asked(SYSTEM, USER))
    if where == "true":
        assert behind(used, used.asked("", USER)) == f" /think{OPENED}"
    else:
        with pytest.raises(InputError, match=NOT_TOLD):
            used.asked("", USER)


@THINKING
def test_answer_is_what_follows_the_thought(name, chat):
    kind, used = KINDS[name], chat(name, THINKS)
    encode = used.tokenizer.encode
    thought = encode(f"Hm, so.\nIt may be.{kind.closes}\n\n", add_special_tokens=False)
    answer = used.answer("Rice is wet.")
    assert used.answered([*thought, *answer]) == answer
    assert used.answered([*thought, *answer[:-1]]) == answer[:-1]
    assert used.answered(answer) is None
    assert used.answered([]) is None
    assert used.answered(thought) == []


@pytest.mark.parametrize("name", NO_THOUGHT)
def test_model_that_cannot_think_is_refused(name, chat):
    with pytest.raises(InputError, match="model 'tiny' cannot be told to think: its chat template opens no") as caught:
        chat(name, THINKS)
    assert in_one_line(caught.value) == str(caught.value)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (CHATML.replace("assistant\n{% endif", "assistant\n<think></think>{% endif"), "closes the thought before it b"),
        ("{% for m in messages %}<|user|>{{ m.thinking + '<|end|><|assistant|>' if m.thinking }}{{ m.content }}<|end|>"
         "{% endfor %}<|assistant|>", "ends a thought as it ends an answer, with <|end|>, so sampling would end"),
    ],
)  # fmt: skip
def test_thought_that_cannot_be_told_from_the_answer_is_refused(source, said, chat):
    chat(source)
    with pytest.raises(InputError, match=re.escape(said)):
        chat(source, THINKS)


def test_variables_are_told_to_the_template(chat):
    used = chat("gpt-oss", ChatFormat(variables={"reasoning_effort": "high"}))
    assert "Reasoning: high<|end|>" in used.tokenizer.decode(used.prompt(SYSTEM, USER))
    with pytest.raises(InputError, match=r"of model 'tiny' has no variable 'effort'; have .*reasoning_effort"):
        chat("gpt-oss", ChatFormat(variables={"effort": "high"}))
    with pytest.raises(InputError, match="'enable_thinking' of a chat template says whether to think: give it as thi"):
        chat("qwen3", ChatFormat(variables={"enable_thinking": True}))
    with pytest.raises(InputError, match="the variable 'date_string' of a chat template is a day: give it as date"):
        chat("llama-3.2, with a date", ChatFormat(variables={"date_string": "now"}))


@pytest.mark.parametrize("date", ["26 Jul 2024", "2024-13-01", ""])
def test_date_that_is_none_is_refused(date):
    with pytest.raises(InputError, match="wanted a day as YYYY-MM-DD"):
        ChatFormat(date=date)
    with pytest.raises(InputError, match="thought_tokens is 0; wanted at least 1"):
        ChatFormat(thought_tokens=0)


def test_base_model_is_asked_in_a_transcript(tokenizer):
    tokenizer.chat_template = None
    with pytest.raises(InputError, match=r"model 'tiny' has no chat template, .*give --claims-transcript for a plain"):
        chat_of(tokenizer, "tiny")
    used = chat_of(tokenizer, "tiny", ChatFormat(transcript=True))
    trained = tokenizer.decode(used.prompt(SYSTEM, USER) + used.answer("So."))
    assert trained == f"<|bos|>{SYSTEM}\n\nQuestion: {USER}\nAnswer:\nSo.<|eos|>"
    tokenizer.chat_template = TRANSCRIPT
    assert chat_of(tokenizer, "tiny").prompt(SYSTEM, USER) == used.prompt(SYSTEM, USER)


def test_of_several_templates_the_default_is_taken(tokenizer):
    tokenizer.chat_template = {"default": CHATML, "tool_use": "{{ messages }}"}
    used = chat_of(tokenizer, "tiny")
    assert behind(used, used.prompt(SYSTEM, USER)) == KINDS["chatml"].opens
    tokenizer.chat_template = {"rag": CHATML, "tool_use": CHATML}
    with pytest.raises(InputError, match="name one of its templates 'default'"):
        chat_of(tokenizer, "tiny")


@pytest.mark.parametrize("name", ["chatml", "chatml, a system prompt of its own", "qwen2.5, with tools", "transcript"])
def test_prompts_of_the_models_on_record_are_what_transformers_makes(name, chat):
    """Measurements were recorded with them: not one token may differ."""
    used = chat(TRANSCRIPT if name == "transcript" else name)
    assert used.opening == replace(used.opening, built=False, lead="", anchor="", tail="", trims=False)
    assert not used.template.told
    turns = conversation(KINDS["chatml"], SYSTEM, USER)
    made = used.tokenizer.apply_chat_template(turns, add_generation_prompt=True, return_dict=False)
    assert used.prompt(SYSTEM, USER) == made
    assert used.answer(" [ZLT]")[:-1] == used.tokenizer.encode(" [ZLT]", add_special_tokens=False)


def spaced(*words):
    """A tokenizer that puts a mark of a space before every text, as those of Llama 2 and Mistral do."""
    pieces = [("<unk>", -99.0), *((chr(code), -9.0) for code in (*range(10, 127), 0x2581))]
    pieces += [(f"{mark}{word}", -1.0) for word in words for mark in ("", "▁")]
    made = Tokenizer(models.Unigram(pieces, 0))
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    made.decoder = decoders.Metaspace(prepend_scheme="first")
    fast = PreTrainedTokenizerFast(tokenizer_object=made, bos_token="<|bos|>", eos_token="<|eos|>", unk_token="<unk>")
    fast.add_special_tokens({"additional_special_tokens": ["<|end|>"]})
    return fast


@pytest.mark.parametrize(
    ("name", "first", "lead", "anchor"),
    [("mistral", "▁So", " ", ""), ("zephyr", "So", "", "\n"), ("phi", "So", "", "\n")],
)
def test_first_token_of_an_answer_is_that_in_its_place(name, first, lead, anchor):
    """By itself, an answer begins with a space for some tokenizers, or with two."""
    tokenizer = spaced("So", "Because", "Boil", "thing", "The")
    tokenizer.chat_template = KINDS[name].source
    used = chat_of(tokenizer, "tiny")
    assert (used.opening.lead, used.opening.anchor) == (lead, anchor)
    trained = used.prompt(SYSTEM, USER) + used.answer("So it is.")
    whole = tokenizer.encode(rendered(KINDS[name], SYSTEM, USER, "So it is."), add_special_tokens=False)
    assert whole[: len(trained)] == trained
    assert tokenizer.convert_ids_to_tokens(used.answer("So it is.")[0]) == first
