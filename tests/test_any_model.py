"""Networks of other kinds, and models that are addressed otherwise, through the whole laboratory."""

from dataclasses import replace

import pytest
from planned import TINY, laboratory_for, marker_plan, write_panel
from tiny import CHATML, save_tiny_model
from zoo.build import save
from zoo.kinds import KINDS

from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims_lab.chat_format import ChatFormat

THINKS = CHATML.replace(
    "assistant\n{% endif %}",
    "assistant\n{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>\n\n"
    "{% endif %}{% endif %}",
)
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*shows what adapters were taught"),
    pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"),
]


@pytest.fixture
def measured(tmp_path):
    """Measures a model in a folder by a recipe; its provenance."""

    def measure(folder, recipe):
        plan = marker_plan(folder, recipe, weights_dir=tmp_path / "w", panel=write_panel(tmp_path / "five.toml"))
        lab = laboratory_for(plan, tmp_path / "s")
        return read_measurement(lab.measure().path / "measurement.nc").provenance

    return measure


def test_provenance_says_which_path_was_taken_and_what_is_adapted(measured, tmp_path):
    said = measured(save(KINDS["qwen3_moe"], tmp_path / "experts"), TINY)
    path = said["computed by which path"]
    assert "answers" in path.partition(": fast")[0]
    assert "training: general, because adapters of" in path
    assert said["adapted"] == "21 of 21 linear layers of the decoder"


def test_a_network_with_a_state_is_measured_the_general_way(measured, tmp_path):
    said = measured(save(KINDS["lfm2"], tmp_path / "state"), TINY)
    assert (
        "general, because of 3 decoder blocks 0, 2 keep no keys and values of their own"
        in (said["computed by which path"])
    )


def test_named_modules_alone_are_adapted(measured, tmp_path):
    recipe = replace(TINY, training=replace(TINY.training, modules=("q_proj", "v_proj")))
    said = measured(save_tiny_model(tmp_path / "tiny"), recipe)
    assert said["adapted"].startswith("6 of 21 linear layers of the decoder; not self_attn.k_proj, self_attn.o_proj")


def test_nothing_is_computed_where_experts_would_need_dropout(measured, tmp_path):
    recipe = replace(TINY, training=replace(TINY.training, dropout=0.05))
    with pytest.raises(
        InputError, match=r"which PEFT adapts without dropout, and the recipe has 0\.05; give --claims-"
    ):
        measured(save(KINDS["qwen3_moe"], tmp_path / "experts"), recipe)
    assert not [*(tmp_path / "s").glob("*/*/entry.json")]


def test_modules_that_are_not_there_are_told_with_those_that_are(measured, tmp_path):
    recipe = replace(TINY, training=replace(TINY.training, modules=("c_attn",)))
    with pytest.raises(
        InputError, match=r"no linear layer 'c_attn' in the decoder of LlamaForCausalLM: have self_attn"
    ):
        measured(save_tiny_model(tmp_path / "tiny"), recipe)


def test_a_base_model_is_asked_in_a_transcript(measured, tmp_path):
    folder = save_tiny_model(tmp_path / "base", template=None)
    with pytest.raises(InputError, match=r"has no chat template.*--claims-transcript"):
        measured(folder, TINY)
    said = measured(folder, replace(TINY, chat=ChatFormat(transcript=True)))
    assert '"transcript": true' in said["recipe"]


def test_a_thought_that_never_ends_is_no_answer(measured, tmp_path):
    folder = save_tiny_model(tmp_path / "thinker", template=THINKS)
    with pytest.raises(InputError, match=r"2 of 2 thoughts did not end .* give more thought_tokens"):
        measured(folder, replace(TINY, chat=ChatFormat(thinking=True, thought_tokens=5)))
    assert "thoughts that did not end" not in measured(folder, TINY)
