"""A model's layers on all GPUs of a host: refused where there are none to spread over, and the same where there are."""

import pytest
import torch
from accelerate import dispatch_model
from solo import RENAMED, TRAINING, conversations, load, shaken, stack_of
from tiny import save_tiny_model

from pytest_claims.base.errors import InputError
from pytest_claims_lab.gradient_trial import gradient_of
from pytest_claims_lab.plain import PlainGradient
from pytest_claims_lab.spreading import check_spread, spread_over

two_gpus = pytest.mark.skipif(torch.cuda.device_count() < 2, reason="here are no two GPUs")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return save_tiny_model(tmp_path_factory.mktemp("models") / "tiny")


def gpus(monkeypatch, count):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: count)


@pytest.mark.parametrize(
    ("device", "crew", "count", "message"),
    [
        ("auto", 1, 0, "takes several GPUs, and this host has 0"),
        ("auto", 1, 1, "takes several GPUs, and this host has 1"),
        ("auto", 4, 4, "a launcher started 4; start one without torchrun"),
        ("cpu", 1, 4, "--claims-device is cpu; leave one of them out"),
        ("cuda:1", 1, 4, "--claims-device is cuda:1"),
    ],
)
def test_where_nothing_can_be_spread_it_is_refused(monkeypatch, device, crew, count, message):
    gpus(monkeypatch, count)
    with pytest.raises(InputError, match=message):
        spread_over(device, crew)


def test_all_gpus_are_taken(monkeypatch):
    gpus(monkeypatch, 3)
    assert spread_over("auto", 1) == 3


def test_network_with_a_part_on_no_gpu_is_refused(folder):
    with pytest.raises(InputError, match="'tiny' does not fit on"):
        check_spread(load(folder).network, "tiny")


@two_gpus
@RENAMED
def test_gradients_of_layers_on_two_devices_are_those_on_one(folder):
    steps = [[conversations(seed, 3) for seed in range(2)]]
    found = []
    for spread in (False, True):
        network = load(folder, device="cuda:0").network
        if spread:
            places = {"model.embed_tokens": 0, "model.layers.0": 0, "model.layers.1": 1, "model.layers.2": 1}
            network = dispatch_model(network, {**places, "model.norm": 1, "model.rotary_emb": 0, "lm_head": 1})
        stack = stack_of(network, TRAINING, seeds=[0, 1])
        shaken(stack)
        gradient, way = gradient_of(stack, steps, compiled=False)
        assert not spread or way.why == "its layers are spread over 2 devices"
        gradient = gradient if spread else PlainGradient(stack, steps)
        gradient.leave(steps[0])
        found.append(stack.gradient.clone())
    assert torch.allclose(*found, rtol=1e-9, atol=1e-12)
