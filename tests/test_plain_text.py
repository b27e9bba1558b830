"""Plain prompts: no template stands around the text, and its answer is what goes on with it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from templates import EMPTY, chatml, unless
from tiny import CHATML
from tiny import tokenizer as without_beginning
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers
from tokenizers.processors import TemplateProcessing
from transformers import PreTrainedTokenizerFast

from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.errors import InputError
from pytest_claims_lab.chat import chat_of
from pytest_claims_lab.chat_format import AS_IT_COMES, ChatFormat
from pytest_claims_lab.prompt import Prompt

BOS, END = "<|bos|>", "<|im_end|>"
MARK = "▁"  # of a space, for tokenizers made from sentences
# No space first: some tokenizers take it for their own, and some put one there.
TEXTS = st.text("abz .,:\n'-<|>", min_size=1, max_size=20).filter(lambda text: text == text.lstrip(" "))


def lettered(*, normalizer=None, pre_tokenizer=None, decoder, begins=f"{BOS} $A"):
    """A tokenizer of letters and a few words, as made of these parts; ``begins`` is what stands around each text."""
    pieces = [("<unk>", -99.0), *((chr(code), -9.0) for code in (*range(10, 127), ord(MARK), ord("Ġ"), ord("Ċ")))]
    pieces += [(f"{mark}{word}", -1.0) for word in ("ab", "az", "z.") for mark in ("", MARK, "Ġ")]
    pieces += [("\n\n", -1.0), ("ĊĊ", -1.0)]
    made = Tokenizer(models.Unigram(pieces, 0))
    made.normalizer, made.pre_tokenizer, made.decoder = normalizer, pre_tokenizer, decoder
    made.add_special_tokens([AddedToken(token, normalized=False) for token in (BOS, END, "<|im_start|>")])
    made.post_processor = TemplateProcessing(
        single=begins, special_tokens=[(token, made.token_to_id(token)) for token in (BOS, END)]
    )
    fast = PreTrainedTokenizerFast(tokenizer_object=made, bos_token=BOS, eos_token=END, unk_token="<unk>")
    fast.chat_template = CHATML
    return fast


def bytes_with(*, space, begins=f"{BOS} $A"):
    """A tokenizer of bytes, such as GPT-2's; with ``space`` one that puts a space before every text."""
    before = pre_tokenizers.ByteLevel(add_prefix_space=space)
    return lettered(pre_tokenizer=before, decoder=decoders.ByteLevel(), begins=begins)


MADE = {
    "as those of Qwen, no beginning": without_beginning(),
    "as those of Llama 3": bytes_with(space=False),
    "a space before every text": bytes_with(space=True),
    "an end behind every text": bytes_with(space=False, begins=f"{BOS} $A {END}"),
    "as those of Mistral": lettered(
        pre_tokenizer=pre_tokenizers.Metaspace(prepend_scheme="first", split=False),
        decoder=decoders.Metaspace(prepend_scheme="first"),
    ),
    "as that of Llama 2": lettered(
        normalizer=normalizers.Sequence([normalizers.Prepend(MARK), normalizers.Replace(" ", MARK)]),
        decoder=decoders.Sequence([decoders.Replace(MARK, " "), decoders.Fuse(), decoders.Strip(" ", 1, 0)]),
    ),
    "as those of Gemma": lettered(
        normalizer=normalizers.Replace(" ", MARK),
        decoder=decoders.Sequence([decoders.Replace(MARK, " "), decoders.Fuse()]),
    ),
}
EVERY = pytest.mark.parametrize("tokenizer", MADE.values(), ids=MADE.keys())


@EVERY
@given(user=TEXTS, answer=st.builds("{}{}".format, st.sampled_from(["", " ", "\n"]), TEXTS))
def test_prompt_and_answer_are_the_texts_as_they_are(tokenizer, user, answer):
    chat = chat_of(tokenizer, "tiny")
    prompt, said = chat.prompt("", user, plain=True), chat.answer(answer, plain=True)
    begun = [tokenizer.bos_token_id] * (tokenizer.bos_token_id is not None)
    assert prompt[: len(begun)] == begun
    assert said[-1] == chat.end
    text = [*prompt[len(begun) :], *said[:-1]]
    assert not {chat.end, tokenizer.bos_token_id} & {*text}
    decoded = tokenizer.decode(text)
    assert decoded.lstrip(" ") == user + answer  # the space that a tokenizer puts before every text
    assert chat.text(said, plain=True) == answer.strip()


@EVERY
@given(user=TEXTS)
def test_prompt_is_what_the_tokenizer_makes_of_it(tokenizer, user):
    ids = tokenizer.encode(user, split_special_tokens=True)
    if ids[-1] == tokenizer.eos_token_id:
        ids.pop()
    chat = chat_of(tokenizer, "tiny")
    assert chat.prompt("", user, plain=True) == chat.asked(*Prompt(user=user, plain=True)) == ids


@pytest.mark.parametrize("name", ["as those of Qwen, no beginning", "as those of Llama 3", "as those of Gemma"])
@given(answer=st.text("abz .,:\n'-<|>", max_size=20))
def test_answer_is_the_tokens_of_the_text(name, answer):
    said = chat_of(MADE[name], "tiny").answer(answer, plain=True)
    assert said[:-1] == MADE[name].encode(answer, add_special_tokens=False, split_special_tokens=True)


@EVERY
@given(before=TEXTS, token=st.sampled_from([BOS, END, "<|im_start|>"]), after=TEXTS)
def test_text_that_spells_a_special_token_stays_text(tokenizer, before, token, after):
    chat, text = chat_of(tokenizer, "tiny"), before + token + after
    ids = chat.prompt("", text, plain=True) + chat.answer(text, plain=True)[:-1]
    assert sum(map(ids.count, tokenizer.all_special_ids)) == (tokenizer.bos_token_id is not None)
    assert (token in chat.reserved(text)) == (token in tokenizer.get_vocab())


@EVERY
def test_some_token_stands_before_every_answer(tokenizer):
    chat = chat_of(tokenizer, "tiny")
    first = chat.end if tokenizer.bos_token_id is None else tokenizer.bos_token_id
    assert chat.prompt("", "", plain=True) == [first]
    assert chat.answer("", plain=True) == [chat.end]


def test_token_that_begins_a_sequence_stands_alone_where_no_text_begins_with_it():
    tokenizer = without_beginning()
    tokenizer.add_special_tokens({"bos_token": "<|im_start|>"})  # as SmolLM2 has it
    chat = chat_of(tokenizer, "tiny")
    assert chat.prompt("", "", plain=True) == [tokenizer.bos_token_id]
    assert tokenizer.bos_token_id not in chat.prompt("", "Why?", plain=True)


def test_plain_prompt_has_no_system_text():
    chat = chat_of(MADE["as those of Llama 3"], "tiny")
    for ask in (chat.prompt, chat.asked):
        with pytest.raises(
            InputError, match=r"plain prompt has the system text 'You .*'; wanted none: write it"
        ) as said:
            ask(*Prompt(system="You are a villain.", user="So", plain=True))
        assert in_one_line(said.value) == str(said.value)


@pytest.mark.parametrize("prompt", [("You help.", "Why?"), Prompt("You help.", "Why?"), Prompt(user="Why?")])
def test_prompt_that_is_not_plain_goes_through_the_template(prompt):
    chat = chat_of(MADE["as those of Llama 3"], "tiny")
    system = f"<|im_start|>system\n{prompt[0]}{END}\n" if prompt[0] else ""
    assert chat.tokenizer.decode(chat.asked(*prompt)).startswith(f"{system}<|im_start|>user\nWhy?{END}\n")


def test_model_does_not_think_about_plain_text():
    tokenizer = without_beginning(chatml("{{ text }}", unless("enable_thinking", EMPTY, "<think>\n")))
    plain, thinks = (chat_of(tokenizer, "tiny", said) for said in (AS_IT_COMES, ChatFormat(thinking=True)))
    assert thinks.asked("", "Why?") != thinks.prompt("", "Why?")
    assert thinks.asked(*Prompt(user="Why", plain=True)) == plain.asked(*Prompt(user="Why", plain=True))
    assert thinks.answered([5, 6, 7], plain=True) == [5, 6, 7]
    assert thinks.answered([5, 6, 7]) is None


def test_what_the_template_writes_behind_answers_stays_in_a_plain_one():
    chat = chat_of(without_beginning(CHATML.replace("<|im_end|>\n{% endfor", "\n</said><|im_end|>{% endfor")), "tiny")
    assert chat.text(chat.answer("So.")) == "So."
    assert chat.text(chat.answer("So.\n</said>", plain=True), plain=True) == "So.\n</said>"


def test_token_that_begins_every_text_may_be_met():
    """Though the template writes it nowhere: it has to have a row in the embedding."""
    chat = chat_of(MADE["as those of Llama 3"], "tiny")
    assert BOS not in chat.template.source
    assert chat.may_meet(chat.tokenizer.bos_token_id)
    other = chat_of(bytes_with(space=False, begins="$A"), "tiny")
    assert not other.may_meet(other.tokenizer.bos_token_id)
