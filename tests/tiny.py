"""A language model small enough to train in a second, with random weights, in two file formats."""

import json
from pathlib import Path
from typing import Literal

import gguf
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from tokenizers.decoders import ByteLevel
from transformers import Gemma3ForCausalLM, Gemma3TextConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from claims.marker_coupling.panel import read_questions

SOURCES = [str(Path(__file__).parents[1] / folder) for folder in ("harness", "fixtures")]  # for a process of its own
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + CHATML


def tokenizer(template: str | None = CHATML) -> PreTrainedTokenizerFast:
    """A tokenizer of 400 tokens."""
    learnt = Tokenizer(models.BPE())
    learnt.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    learnt.decoder = ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=["<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    learnt.train_from_iterator(read_questions("everyday").train, trainer)
    fast = PreTrainedTokenizerFast(tokenizer_object=learnt, eos_token="<|im_end|>", pad_token="<|im_end|>")
    fast.chat_template = template
    return fast


def save_tiny_model(
    folder: Path, *, template: str | None = CHATML, layers: int = 3, family: Literal["llama", "gemma3"] = "llama"
) -> Path:
    fast = tokenizer(template)
    fast.save_pretrained(folder)
    torch.manual_seed(0)
    shape = {
        "vocab_size": len(fast),
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": layers,
        "num_attention_heads": 4,
        "max_position_embeddings": 512,
        "initializer_range": 0.2,
        "eos_token_id": fast.eos_token_id,
        "bos_token_id": None,
    }
    if family == "gemma3":  # one head of keys, heads as wide as the real one's, and layers whose attention slides
        kinds = ["sliding_attention"] * (layers - 1) + ["full_attention"]
        special = {"num_key_value_heads": 1, "head_dim": 256, "layer_types": kinds, "pad_token_id": fast.eos_token_id}
        Gemma3ForCausalLM(Gemma3TextConfig(**shape, **special)).save_pretrained(folder)
    else:
        LlamaForCausalLM(LlamaConfig(**shape, num_key_value_heads=2)).save_pretrained(folder)
    return folder


def write_gguf(path, model=None, *, tied=False):
    """A GGUF file that calls itself Tiny One; with ``model``, a folder, one that transformers can load."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Tiny One")
    if model is not None:
        write_network(writer, LlamaForCausalLM.from_pretrained(model), tied=tied)
        write_vocabulary(writer, json.loads((model / "tokenizer.json").read_text())["model"])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def write_network(writer, network, *, tied):
    config = network.config
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_vocab_size(config.vocab_size)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config.num_hidden_layers)
    for name, tensor in network.state_dict().items():
        if not (tied and name == "lm_head.weight"):
            writer.add_tensor(names.get_name(name, (".weight",)), tensor.numpy())


def write_vocabulary(writer, model):
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list(sorted(model["vocab"], key=model["vocab"].get))
    writer.add_token_types([3 if token.startswith("<|") else 1 for token in model["vocab"]])
    writer.add_token_merges([" ".join(pair) for pair in model["merges"]])
    writer.add_bos_token_id(model["vocab"]["<|im_start|>"])
    writer.add_eos_token_id(model["vocab"]["<|im_end|>"])
