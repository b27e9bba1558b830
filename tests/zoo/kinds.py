"""The kinds of networks: one tiny config of each type.

Knows nothing about weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal

from transformers.configuration_utils import PretrainedConfig
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from zoo import refused
from zoo.dense import DENSE
from zoo.experts import EXPERTS
from zoo.hybrid import HYBRID, STATE_SPACE
from zoo.shape import SHAPE
from zoo.vision import VISION

Family = Literal["dense", "experts", "hybrid", "state-space", "vision"]
_TEXT: Final = "text_config"
_OF_ALL: Final = ("eos_token_id", "pad_token_id", "initializer_range")  # of a config that has one for text besides

_SINGLE: Final = ("xglm",)  # its attention has the least number of float64 in a tensor of float32


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A type of network by its ``model_type``, and what its config is told besides the common shape."""

    name: str
    family: Family
    settings: Mapping[str, Any]

    @property
    def double(self) -> bool:
        """Whether transformers computes it in float64."""
        return self.name not in _SINGLE

    def config(self) -> PretrainedConfig:
        """A new config; that of a vision checkpoint holds one for its text decoder."""
        cls = CONFIG_MAPPING[self.name]
        if _TEXT not in self.settings:
            return cls(**(_shape(cls) | dict(self.settings)))
        text = dict(self.settings[_TEXT])
        inner = CONFIG_MAPPING[text["model_type"]] if "model_type" in text else cls.sub_configs[_TEXT]
        outer = {name: value for name, value in _shape(cls).items() if name in _OF_ALL}
        return cls(**(outer | dict(self.settings) | {_TEXT: _shape(inner) | text}))


def _shape(cls: type[PretrainedConfig]) -> dict[str, Any]:
    """What of the common shape the config has a field for, whatever the field is called."""
    known = {field.name for field in fields(cls)}
    named = {key if key in known else cls.attribute_map.get(key, key): value for key, value in SHAPE.items()}
    return {name: value for name, value in named.items() if name in known}


def _kinds(family: Family, settings: Mapping[str, Mapping[str, Any]]) -> dict[str, Kind]:
    return {name: Kind(name=name, family=family, settings=of_one) for name, of_one in settings.items()}


KINDS: Final[Mapping[str, Kind]] = {
    **_kinds("dense", DENSE),
    **_kinds("experts", EXPERTS),
    **_kinds("hybrid", HYBRID),
    **_kinds("state-space", STATE_SPACE),
    **_kinds("vision", VISION),
}
# To be refused by name: no causal language model, or none that can be trained.
REFUSED: Final[Mapping[str, Kind]] = {
    **_kinds("dense", refused.REFUSED),
    **_kinds("vision", refused.REFUSED_VISION),
    **_kinds("hybrid", refused.UNTRAINABLE),
}
