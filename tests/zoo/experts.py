"""Tiny configs of mixtures of experts: what of each type is not as in any other.

Knows nothing about networks. Each has a layer without experts, where its type has such.
"""

from collections.abc import Mapping
from typing import Any, Final

from zoo.shape import LATENT, WINDOW, sliding

EXPERTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "afmoe": sliding(),
    "cohere2_moe": sliding(),
    "dbrx": {
        "attn_config": {"kv_n_heads": 2, "clip_qkv": 8.0, "rope_theta": 10000.0},
        "ffn_config": {"hidden_size": 32, "ffn_hidden_size": 16, "moe_num_experts": 4, "moe_top_k": 2},
    },
    "deepseek_v2": LATENT,
    "deepseek_v3": LATENT | {"n_group": 2, "topk_group": 1},
    "deepseek_v32": LATENT | {"index_head_dim": 8, "index_n_heads": 2, "n_group": 2, "topk_group": 1},
    "dots1": {},
    "ernie4_5_moe": {},
    "exaone_moe": sliding(),
    "flex_olmo": {},
    "glm4_moe": {},
    "glm4_moe_lite": LATENT,
    "glm_moe_dsa": LATENT,
    "gpt_oss": sliding(),
    "granitemoe": {},
    "granitemoeshared": {},
    "hunyuan_v1_moe": {"moe_topk": 2},
    "hy_v3": {},
    "jetmoe": {"num_key_value_heads": 2},
    "llama4_text": {
        "attention_chunk_size": WINDOW,
        "interleave_moe_layer_step": 2,
        "intermediate_size_mlp": 64,
        "num_hidden_layers": 4,
        "num_experts_per_tok": 1,
    },
    "longcat_flash": LATENT
    | {"ffn_hidden_size": 64, "expert_ffn_hidden_size": 16, "moe_topk": 2, "zero_expert_num": 2, "num_layers": 2},
    "mimo_v2_flash": sliding(),
    "minimax_m2": {},
    "mixtral": {},
    "olmoe": {},
    "phimoe": {},
    "qwen2_moe": {"mlp_only_layers": [0]},
    "qwen3_moe": {"mlp_only_layers": [0]},
    "solar_open": {},
}
