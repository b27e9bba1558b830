"""Tiny configs of networks that mix attention with a state, and of those that keep a state alone.

Knows nothing about networks. Each kind of layer is there at least once.
"""

from collections.abc import Mapping
from typing import Any, Final

from zoo.shape import DELTA, LATENT

_MAMBA: Final = {
    "mamba_n_heads": 8,
    "mamba_d_head": 8,
    "mamba_d_state": 8,
    "mamba_d_conv": 4,
    "mamba_expand": 2,
    "mamba_chunk_size": 16,
    "mamba_n_groups": 2,
}
HYBRID: Final[Mapping[str, Mapping[str, Any]]] = {
    "bailing_hybrid": LATENT
    | {"layer_types": ["linear_attention", "linear_attention", "full_attention"], "n_group": 2, "topk_group": 1},
    "bamba": _MAMBA | {"attn_layer_indices": [1]},
    "falcon_h1": _MAMBA | {"mamba_d_ssm": 64},
    "granitemoehybrid": _MAMBA | {"layer_types": ["mamba", "attention", "mamba"]},
    "jamba": {
        "attn_layer_period": 2,
        "attn_layer_offset": 1,
        "mamba_d_state": 8,
        "mamba_dt_rank": 4,
        "num_hidden_layers": 4,
    },
    "kimi_linear": LATENT
    | {
        "layer_types": ["linear_attention", "linear_attention", "full_attention"],
        "linear_head_dim": 8,
        "linear_num_heads": 4,
    },
    "lfm2": {"layer_types": ["conv", "full_attention", "conv"], "block_auto_adjust_ff_dim": False},
    "lfm2_moe": {"layer_types": ["conv", "full_attention", "conv"], "num_dense_layers": 1},
    "minimax": {"layer_types": ["linear_attention", "full_attention", "linear_attention"], "block_size": 16},
    "nemotron_h": {
        "layers_block_type": ["mamba", "attention", "moe", "mlp"],
        "num_hidden_layers": 4,
        "mamba_num_heads": 8,
        "mamba_head_dim": 8,
        "n_groups": 2,
        "ssm_state_size": 8,
        "chunk_size": 16,
        "moe_shared_expert_intermediate_size": 16,
    },
    "olmo_hybrid": DELTA,
    "qwen3_5_moe_text": DELTA,
    "qwen3_5_text": DELTA,
    "qwen3_next": DELTA,
    "zamba2": {
        "layers_block_type": ["mamba", "hybrid", "mamba", "hybrid"],
        "num_hidden_layers": 4,
        "mamba_d_state": 8,
        "mamba_ngroups": 2,
        "n_mamba_heads": 8,
        "mamba_headdim": 8,
        "chunk_size": 16,
        "adapter_rank": 4,
    },
}
_STATE: Final = {"state_size": 8, "time_step_rank": 4}
STATE_SPACE: Final[Mapping[str, Mapping[str, Any]]] = {
    "falcon_mamba": _STATE,
    "mamba": _STATE,
    "mamba2": {"num_heads": 8, "head_dim": 8, "state_size": 8, "n_groups": 2, "chunk_size": 16},
    "rwkv": {"attention_hidden_size": 32},
    "xlstm": {"hidden_size": 128, "num_heads": 4, "chunk_size": 16},  # its states have a width that is a multiple of 64
}
