"""Conversion of GGUF files, with tokenizers that were read from them wrongly."""

import json

import gguf
import pytest
from tiny import save_tiny_model, write_gguf
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from pytest_claims.base.errors import InputError
from pytest_claims_lab.conversion import _hold_to_file, convert, text_fields


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny-llama", template=None)


@pytest.fixture(scope="module")
def file(model, tmp_path_factory):
    return write_gguf(tmp_path_factory.mktemp("gguf") / "model.gguf", model)


def test_converted_tokenizer_is_that_of_the_file(model, file, tmp_path):
    convert(file, tmp_path, chat_template=None)
    made, wanted = AutoTokenizer.from_pretrained(tmp_path), AutoTokenizer.from_pretrained(model)
    text = "How do I keep cut flowers fresh?<|im_end|>"
    assert made.encode(text) == wanted.encode(text)
    assert (made.bos_token, made.eos_token) == ("<|im_start|>", "<|im_end|>")


def test_special_tokens_are_those_that_the_file_names(model, file):
    """transformers 5.17 reads SmolLM2's GGUF file with the token that begins a turn as the one that ends it."""
    tokenizer = AutoTokenizer.from_pretrained(model)
    tokenizer.add_special_tokens({"eos_token": "<|im_start|>"})
    _hold_to_file(tokenizer, file)
    assert (tokenizer.bos_token, tokenizer.eos_token) == ("<|im_start|>", "<|im_end|>")


def test_vocabulary_read_by_another_law_is_refused(model, file):
    """transformers 5.17 reads Gemma's GGUF file as a unigram model, which leaves no word whole."""
    vocabulary = json.loads((model / "tokenizer.json").read_text())["model"]["vocab"]
    scored = [(token, -float(len(token) > 1)) for token in sorted(vocabulary, key=vocabulary.get)]
    wrong = Tokenizer(models.Unigram(scored, unk_id=0, byte_fallback=False))
    wrong.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=wrong)
    with pytest.raises(
        InputError, match=r"reads the vocabulary of model\.gguf wrongly: of \d+ words .* leaves 0 whole"
    ):
        _hold_to_file(tokenizer, file)


def test_only_metadata_in_words_are_read_as_text(file):
    said = text_fields(file)
    assert said["general.name"] == "Tiny One"
    assert gguf.Keys.Tokenizer.LIST not in said
    assert gguf.Keys.Tokenizer.EOS_ID not in said
