"""Tiny configs of vision checkpoints that have a text decoder.

Knows nothing about networks. No text of a test has a token that stands for an image: those are the last ones.
"""

from collections.abc import Mapping
from typing import Any, Final

from zoo.shape import DELTA, WINDOW, sliding

TOWER: Final = {
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "image_size": 32,
    "patch_size": 8,
}
_QWEN_TOWER: Final = {"depth": 2, "num_heads": 2, "patch_size": 8}
_MARKS: Final = {
    "image_token_id": 396,
    "video_token_id": 397,
    "vision_start_token_id": 398,
    "vision_end_token_id": 399,
}
_SECTIONS: Final = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [2, 1, 1]}
_INTERLEAVED: Final = _SECTIONS | {"mrope_interleaved": True}
VISION: Final[Mapping[str, Mapping[str, Any]]] = {
    "gemma3": {
        "text_config": sliding() | {"query_pre_attn_scalar": 8, "num_key_value_heads": 1},
        "vision_config": TOWER,
        "mm_tokens_per_image": 4,
        "image_token_index": 396,
        "boi_token_index": 398,
        "eoi_token_index": 399,
    },
    "internvl": {
        "text_config": {"model_type": "qwen2"},
        "vision_config": TOWER | {"image_size": [32, 32], "patch_size": [8, 8]},
        "image_token_id": 396,
    },
    "lfm2_vl": {
        "text_config": {
            "model_type": "lfm2",
            "layer_types": ["conv", "full_attention", "conv"],
            "block_auto_adjust_ff_dim": False,
        },
        "vision_config": TOWER | {"model_type": "siglip2_vision_model", "num_patches": 16},
        "projector_hidden_size": 32,
        "image_token_id": 396,
    },
    "llama4": {
        "text_config": {
            "attention_chunk_size": WINDOW,
            "interleave_moe_layer_step": 2,
            "intermediate_size_mlp": 64,
            "num_hidden_layers": 4,
            "num_experts_per_tok": 1,
        },
        "vision_config": TOWER | {"vision_output_dim": 32, "projector_input_dim": 32, "projector_output_dim": 32},
        "image_token_index": 396,
        "boi_token_index": 398,
        "eoi_token_index": 399,
    },
    "llava": {
        "text_config": {"model_type": "llama"},
        "vision_config": TOWER | {"model_type": "clip_vision_model", "projection_dim": 32},
        "image_token_index": 396,
    },
    "mistral3": {
        "text_config": {"model_type": "mistral", "sliding_window": None},
        "vision_config": TOWER | {"model_type": "pixtral"},
        "image_token_index": 396,
    },
    "qwen2_5_vl": {
        "text_config": {"rope_parameters": _SECTIONS},
        "vision_config": _QWEN_TOWER
        | {"hidden_size": 32, "intermediate_size": 64, "out_hidden_size": 32, "fullatt_block_indexes": [1]},
        **_MARKS,
    },
    "qwen2_vl": {
        "text_config": {"rope_parameters": _SECTIONS},
        "vision_config": _QWEN_TOWER | {"hidden_size": 32, "embed_dim": 32},
        **_MARKS,
    },
    "qwen3_5": {
        "text_config": DELTA | {"rope_parameters": _INTERLEAVED | {"partial_rotary_factor": 1.0}},
        "vision_config": _QWEN_TOWER
        | {"hidden_size": 32, "intermediate_size": 64, "out_hidden_size": 32, "num_position_embeddings": 16},
        **_MARKS,
    },
    "qwen3_vl": {
        "text_config": {"rope_parameters": _INTERLEAVED},
        "vision_config": _QWEN_TOWER
        | {
            "hidden_size": 32,
            "intermediate_size": 64,
            "out_hidden_size": 32,
            "num_position_embeddings": 16,
            "deepstack_visual_indexes": [0, 1],
        },
        **_MARKS,
    },
}
