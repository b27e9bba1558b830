"""A base that is packed in 4 or 8 bits while it is loaded: another model by its key, measured in the general way."""

import importlib.util
from dataclasses import replace

import pytest
import torch
from planned import laboratory_for, marker_file, marker_plan, write_panel
from solo import RENAMED, TRAINING, conversations, shaken, stack_of
from tiny import save_tiny_model
from torch import nn

from pytest_claims.base.errors import InputError
from pytest_claims_lab.adapters import AdapterSlot
from pytest_claims_lab.footprint import weights_bytes
from pytest_claims_lab.model import load_model
from pytest_claims_lab.options import Settings, plan_of
from pytest_claims_lab.packing import check_can_pack
from pytest_claims_lab.plain import PlainGradient
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.store import Store
from pytest_claims_lab.train import Job, train_stack

needs_bitsandbytes = pytest.mark.skipif(
    importlib.util.find_spec("bitsandbytes") is None, reason="bitsandbytes is not installed"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def planned(folder, tmp_path):
    panel = write_panel(tmp_path / "five.toml")

    def plan(quantised="", model=folder):
        return marker_plan(model, weights_dir=tmp_path / "w", quantised=quantised, panel=panel)

    return plan


def test_it_is_part_of_every_key_and_of_none_where_nothing_is_packed(planned, tmp_path):
    plain, packed, other = (Schedule(planned(bits), Store(tmp_path / "s")) for bits in ("", "4bit", "8bit"))
    assert "quantised" not in plain.readings["readings"].key["model"]
    for one in (packed, other):
        assert one.readings["readings"].key["model"]["quantised"] == one.plan.quantised
    for several in zip(*(one.groups for one in (plain, packed, other)), strict=True):
        assert len({str(group.stages[0].key) for group in several}) == 3, several[0].title
    assert plain.measured.about["quantisation"] == "none"
    assert packed.measured.about["quantisation"] == "packed in 4bit by bitsandbytes when it is loaded"


def test_command_that_repeats_it_says_so(folder, tmp_path):
    settings = Settings(quantise="4bit", learning_rate=1e-3, weights_dir=str(tmp_path))
    assert "--claims-quantise 4bit" in plan_of(marker_file(), str(folder), settings).notes["repeat"]


def test_unknown_word_is_refused(planned):
    with pytest.raises(InputError, match="unknown --claims-quantise '3bit': have 4bit, 8bit"):
        planned("3bit")


def test_checkpoint_that_was_quantised_is_not_quantised_again(planned, folder):
    weights = replace(planned().weights, quantisation="FP8, dequantised when it is loaded")
    with pytest.raises(InputError, match=r"'tiny' is quantised already \(FP8, .* 4bit would do so again"):
        replace(planned("4bit"), weights=weights)


def test_what_is_missing_is_named_before_anything_is_computed(planned, tmp_path, monkeypatch):
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "bitsandbytes" else found(name))
    with pytest.raises(InputError, match=r"needs bitsandbytes, .* pip install 'pytest-claims\[lab,quantise\]'"):
        check_can_pack("8bit")
    store = Store(tmp_path / "s")
    lab = laboratory_for(planned("4bit"), store.root)
    with pytest.raises(InputError, match="--claims-quantise 4bit needs bitsandbytes"):
        lab.measure()
    assert not list(store.root.glob("*/*/entry.json"))


def load(folder, quantised, dtype="float32"):
    return load_model(folder, "tiny", device="cpu", dtype=dtype, quantised=quantised)


@needs_bitsandbytes
@RENAMED
@pytest.mark.parametrize("quantised", ["4bit", "8bit"])
def test_linear_layers_are_packed_and_adapters_trained_beside_them(folder, tmp_path, quantised):
    model = load(folder, quantised)
    packed = [
        part for part in model.network.modules() if isinstance(part, nn.Linear) and not part.weight.is_floating_point()
    ]
    assert len(packed) == 3 * 7
    assert model.network.get_output_embeddings().weight.dtype == torch.float32
    trained = train_stack(model, [Job(seed=0, examples=conversations(0))], training=TRAINING)
    assert (trained.way.path, trained.way.why) == ("general", "its weights are packed, and unpacked for every product")
    without, with_adapter = trained.losses[0]
    assert with_adapter < without
    trained.stack.save(0, tmp_path)
    slot = AdapterSlot(load(folder, quantised))
    slot.put(tmp_path)
    assert slot.way.path == "general"


@needs_bitsandbytes
@RENAMED
def test_gradients_go_through_weights_in_4_bits_that_were_read_with_before(folder):
    """bitsandbytes repacks them on a CPU when something is read, and then lets no gradient through."""
    model = load(folder, "4bit")
    stack = stack_of(model.network, seeds=[0])
    shaken(stack)
    step = [conversations(0, 2)]
    gradient = PlainGradient(stack, [step])
    gradient.leave(step)
    came = stack.gradient[0].clone()
    direction = torch.randn(came.shape, generator=torch.Generator().manual_seed(0))
    losses = []
    for way in (1, -1):
        with torch.no_grad():
            stack.weights[0] += way * 1e-3 * direction
            losses.append(float(gradient.losses(step)[0]))
            stack.weights[0] -= way * 1e-3 * direction
    assert float(came @ direction) == pytest.approx((losses[0] - losses[1]) / 2e-3, rel=0.02)


@needs_bitsandbytes
def test_memory_is_what_was_planned(folder):
    whole, packed = load(folder, "").network, load(folder, "8bit").network
    planned = weights_bytes(whole, torch.float32, "8bit")
    assert packed.get_memory_footprint() == pytest.approx(planned, rel=0.05)


@needs_bitsandbytes
@RENAMED
def test_it_is_measured(planned, tmp_path):
    lab = laboratory_for(planned("4bit"), tmp_path / "s")
    with pytest.warns(UserWarning, match="shows what adapters were taught"):
        entry = lab.measure()
    assert (entry.path / "measurement.nc").is_file()
