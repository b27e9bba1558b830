"""The shape that all tiny networks share.

Knows nothing about the types of networks.
"""

from collections.abc import Mapping
from typing import Any, Final

LAYERS: Final = 3
WINDOW: Final = 400  # longer than any text of a test
VOCABULARY: Final = 400
END: Final = 1  # <|im_end|> of the tokenizer of tests/tiny.py
# A config is told what of this it has a field for.
SHAPE: Final[Mapping[str, Any]] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 512,
    "initializer_range": 0.2,
    "eos_token_id": END,
    "pad_token_id": END,
    "bos_token_id": None,
    "num_experts": 4,
    "num_local_experts": 4,
    "n_routed_experts": 4,
    "moe_num_experts": 4,
    "num_experts_per_tok": 2,
    "moe_intermediate_size": 16,
    "shared_expert_intermediate_size": 16,
    "shared_intermediate_size": 16,
    "n_shared_experts": 1,
    "first_k_dense_replace": 1,
}
LATENT: Final[Mapping[str, Any]] = {  # attention through a low rank
    "q_lora_rank": 16,
    "kv_lora_rank": 16,
    "qk_nope_head_dim": 8,
    "qk_rope_head_dim": 4,
    "v_head_dim": 8,
    "num_key_value_heads": 4,
    "head_dim": 4,  # of what is rotated
}
DELTA: Final[Mapping[str, Any]] = {  # linear attention by the delta rule
    "num_hidden_layers": 4,
    "layer_types": ["linear_attention"] * 3 + ["full_attention"],
    "linear_num_key_heads": 2,
    "linear_num_value_heads": 4,
    "linear_key_head_dim": 8,
    "linear_value_head_dim": 8,
}


def sliding(layers: int = LAYERS) -> dict[str, Any]:
    """Layers whose attention slides, and a last one that sees everything."""
    kinds = ["sliding_attention"] * (layers - 1) + ["full_attention"]
    return {"num_hidden_layers": layers, "layer_types": kinds, "sliding_window": WINDOW}
