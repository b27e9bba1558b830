"""A folder with the shape of Qwen2.5-7B and none of its numbers: a file of holes, which takes no room on the disk."""

import json
from collections.abc import Iterator
from math import prod
from pathlib import Path

HIDDEN, INNER, VOCABULARY, KEYS, BLOCKS = 3584, 18944, 152064, 512, 28  # as in benchmarks/engine.py
CONFIG = {
    "model_type": "qwen2",
    "hidden_size": HIDDEN,
    "intermediate_size": INNER,
    "vocab_size": VOCABULARY,
    "num_hidden_layers": BLOCKS,
    "num_attention_heads": 28,
    "num_key_value_heads": KEYS // 128,
    "tie_word_embeddings": False,
}
Shape = tuple[int, ...]


def shapes() -> Iterator[tuple[str, Shape]]:
    yield from (
        ("model.embed_tokens", (VOCABULARY, HIDDEN)),
        ("lm_head", (VOCABULARY, HIDDEN)),
        ("model.norm", (HIDDEN,)),
    )
    for block in range(BLOCKS):
        for name, shape in _of_a_block():
            yield f"model.layers.{block}.{name}", shape


def _of_a_block() -> Iterator[tuple[str, Shape]]:
    yield from (("input_layernorm", (HIDDEN,)), ("post_attention_layernorm", (HIDDEN,)))
    yield from ((f"mlp.{name}_proj", (INNER, HIDDEN)) for name in ("gate", "up"))
    yield from (("mlp.down_proj", (HIDDEN, INNER)), ("self_attn.o_proj", (HIDDEN, HIDDEN)))
    for name, size in (("q", HIDDEN), ("k", KEYS), ("v", KEYS)):
        yield f"self_attn.{name}_proj", (size, HIDDEN)
        yield f"self_attn.{name}_proj bias", (size,)


def save_shape_of_seven_billion(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    tensors, end = {}, 0
    for name, shape in shapes():
        start, end = end, end + 2 * prod(shape)
        key = name.replace(" bias", ".bias") if name.endswith(" bias") else f"{name}.weight"
        tensors[key] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [start, end]}
    head = json.dumps(tensors).encode()
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        file.truncate(8 + len(head) + end)
    return folder
