"""Types that are to be refused: no causal language model can be made of them, or PEFT cannot train them as they are.

Knows nothing about networks. In the first a token sees later ones, so that a text is not answered a token at a time.
"""

from collections.abc import Mapping
from typing import Any, Final

from zoo.vision import TOWER

REFUSED: Final[Mapping[str, Mapping[str, Any]]] = {
    "bert": {},  # loaded as a language model, and each token sees all others, unless its config says is_decoder
    "t5": {"d_model": 32, "d_kv": 8, "d_ff": 64},  # an encoder besides, which AutoModelForCausalLM does not load
}
# One keeps what it read of a text for the next, of the other several blocks share layers.
UNTRAINABLE: Final[Mapping[str, Mapping[str, Any]]] = {
    "recurrent_gemma": {"lru_width": 32, "attention_window_size": 512},
    "zamba": {
        "num_hidden_layers": 4,
        "layers_block_type": ["mamba", "hybrid", "mamba", "hybrid"],
        "mamba_d_state": 8,
        "mamba_dt_rank": 4,
    },
}
REFUSED_VISION: Final[Mapping[str, Mapping[str, Any]]] = {
    "paligemma": {  # a prompt sees itself in both directions: without a mark of what is answer, the answer does, too
        "text_config": {"model_type": "gemma"},
        "vision_config": TOWER | {"model_type": "siglip_vision_model", "projection_dim": 32},
        "projection_dim": 32,
        "image_token_index": 396,
    },
}
