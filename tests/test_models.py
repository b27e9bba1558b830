"""Six types of networks, one of each family, and those that are refused; `make models` asks all."""

from dataclasses import replace

import pytest
from held import held
from solo import RENAMED
from zoo.build import save
from zoo.kinds import KINDS, REFUSED

from pytest_claims.base.errors import InputError
from pytest_claims_lab.layers import adapted_of
from pytest_claims_lab.model import load_model

FEW = {  # by kind, the ways in which it answers and is trained
    "qwen3": ("fast", "fast"),
    "gpt2": ("fast", "fast"),  # matrices that lie the other way round
    "qwen3_moe": ("fast", "general"),  # experts, which are parameters
    "lfm2": ("general", "general"),  # convolutions that keep a state
    "mamba": ("general", "general"),
    "gemma3": ("fast", "fast"),  # with a tower that never reads text
}
# Said where an optional kernel is not there, and what PEFT says of it.
pytestmark = [RENAMED, pytest.mark.filterwarnings("ignore::UserWarning:peft.*")]


@pytest.mark.parametrize("kind", FEW)
def test_network_is_measured_as_plain_transformers_and_peft_compute_it(kind, tmp_path):
    came = held(save(KINDS[kind], tmp_path))
    assert came.is_right, came
    assert (came.answers.path, came.training.path) == FEW[kind], came
    assert not [name for name in came.adapted.modules if "vision" in name or "lm_head" in name]


@pytest.mark.parametrize(
    ("kind", "window", "answers", "training"),
    [
        ("mistral", "sliding_window", "general", "general"),
        ("gpt_neo", "window_size", "general", "fast"),  # which puts its masks into what it hands to attention
    ],
)
def test_texts_of_which_some_blocks_see_a_part(kind, window, answers, training, tmp_path):
    narrow = replace(KINDS[kind], settings={**KINDS[kind].settings, window: 16})
    came = held(save(narrow, tmp_path))
    assert came.is_right, came
    assert (came.answers.path, came.training.path) == (answers, training)


@pytest.mark.parametrize("kind", REFUSED)
def test_network_that_is_no_causal_language_model_is_refused_by_name(kind, tmp_path):
    with pytest.raises(InputError, match=r"no causal language model|cannot be trained here"):
        adapted_of(load_model(save(REFUSED[kind], tmp_path), "it", device="cpu", dtype="float32").network)


def test_a_zoo_of_types():
    assert len(KINDS) >= 50
    assert {kind.family for kind in KINDS.values()} == {"dense", "experts", "hybrid", "state-space", "vision"}
