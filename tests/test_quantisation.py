"""Quantised checkpoints: those that are loaded dequantised give the numbers that they stand for, others are refused."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tiny import save_tiny_model
from transformers import AutoModelForCausalLM, GptOssConfig, GptOssForCausalLM

from pytest_claims.base.errors import InputError
from pytest_claims_lab.folder import bytes_of, read_network
from pytest_claims_lab.quantisation import quantised_in
from pytest_claims_lab.weights import find_weights

WEIGHTS = "model.safetensors"
BLOCK = 16
FP8 = {"quant_method": "fp8", "fmt": "e4m3", "activation_scheme": "dynamic", "weight_block_size": [BLOCK, BLOCK]}
E2M1 = torch.tensor([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])
GATE = "model.layers.0.mlp.gate_proj.weight"


def with_quantisation(folder, said):
    config = json.loads((folder / "config.json").read_text()) | {"quantization_config": said}
    (folder / "config.json").write_text(json.dumps(config))
    return folder


def in_blocks(weight, rows, columns):
    """Of a weight the float8 numbers, a scale for each block, and what they stand for."""
    blocks = weight.reshape(weight.shape[0] // rows, rows, weight.shape[1] // columns, columns)
    scales = blocks.abs().amax((1, 3)) / torch.finfo(torch.float8_e4m3fn).max
    eighths = (blocks / scales[:, None, :, None]).to(torch.float8_e4m3fn)
    return eighths.reshape(weight.shape), scales, (eighths.float() * scales[:, None, :, None]).reshape(weight.shape)


def to_fp8(folder, *, block=(BLOCK, BLOCK)):
    """Quantises the blocks of the model in ``folder`` as DeepSeek-V3 is; gives what each tensor then stands for."""
    stored, meant = {}, {}
    for name, weight in load_file(folder / WEIGHTS).items():
        stored[name] = meant[name] = weight
        if ".layers." in name and weight.ndim == 2:
            rows, columns = block or weight.shape
            stored[name], scales, meant[name] = in_blocks(weight, rows, columns)
            stored[f"{name}_scale_inv"] = scales if block else scales.reshape(())
    save_file(stored, folder / WEIGHTS, metadata={"format": "pt"})
    with_quantisation(folder, FP8 | {"weight_block_size": block and list(block)})
    return meant


@pytest.fixture
def folder(tmp_path):
    return save_tiny_model(tmp_path / "tiny")


def logits(network):
    with torch.no_grad():
        return network(input_ids=torch.arange(40)[None]).logits


@pytest.mark.parametrize("block", [(BLOCK, BLOCK), (8, 32), None])
def test_fp8_gives_the_logits_of_what_it_stands_for(block, folder, tmp_path):
    plain = AutoModelForCausalLM.from_pretrained(folder)
    before = logits(plain)
    meant = to_fp8(folder, block=block)
    plain.load_state_dict(meant)
    network = read_network(folder, "tiny", dtype=torch.float32)
    assert torch.equal(logits(network), logits(plain))
    assert not torch.equal(logits(network), before), "it was not quantised"
    assert not hasattr(network.config, "quantization_config")
    blocks = f" in blocks of {block[0]} × {block[1]}" if block else ""
    assert find_weights(str(folder), tmp_path).quantisation == f"FP8{blocks}, dequantised when it is loaded"


def test_fp8_is_dequantised_once_and_rounded_last(folder):
    meant = to_fp8(folder)
    network = read_network(folder, "tiny", dtype=torch.bfloat16)
    assert {weight.dtype for weight in network.parameters()} == {torch.bfloat16}
    assert all(torch.equal(network.state_dict()[name], weight.bfloat16()) for name, weight in meant.items())


def altered(folder, change):
    tensors = load_file(folder / WEIGHTS)
    change(tensors)
    save_file(tensors, folder / WEIGHTS, metadata={"format": "pt"})


def test_block_that_is_not_whole_is_refused(folder):
    """64 rows have four scales in blocks of 20, the last of 4 rows: transformers would take four blocks of 16."""
    to_fp8(folder)
    with_quantisation(folder, FP8 | {"weight_block_size": [20, BLOCK]})
    said = r"of shape \(\d+, \d+\) with scales of shape \(\d, \d\), wanted one for each whole block of 20 × 16: trans"
    with pytest.raises(InputError, match=said):
        read_network(folder, "tiny", dtype=torch.float32)


def test_scales_that_are_missing_are_named(folder):
    to_fp8(folder)
    altered(folder, lambda tensors: tensors.pop(f"{GATE}_scale_inv"))
    with pytest.raises(InputError, match=rf"has {GATE} as F8_E4M3 without {GATE}_scale_inv, its scales"):
        read_network(folder, "tiny", dtype=torch.float32)


def test_quantised_without_a_word_is_refused(folder):
    """Its numbers would be taken for the weights, without their scales."""
    to_fp8(folder)
    with_quantisation(folder, None)
    with pytest.raises(InputError, match=r"has \S+ as F8_E4M3, wanted floating-point numbers, or a quantisation that"):
        read_network(folder, "tiny", dtype=torch.float32)


def mxfp4(folder):
    """A tiny gpt-oss as it is published, with experts in four bits; gives what each tensor stands for."""
    torch.manual_seed(0)
    config = GptOssConfig(
        vocab_size=64, hidden_size=64, intermediate_size=32, num_hidden_layers=2, num_attention_heads=4, head_dim=16,
        num_key_value_heads=2, num_local_experts=4, num_experts_per_tok=2, max_position_embeddings=512,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
    )  # fmt: skip
    GptOssForCausalLM(config).save_pretrained(folder)
    stored, meant = {}, {}
    for name, weight in load_file(folder / WEIGHTS).items():
        stored[name] = meant[name] = weight
        if name.endswith(("gate_up_proj", "down_proj")):
            packed, scales, meant[name] = in_four_bits(*weight.shape)
            stored |= {f"{name}_blocks": packed, f"{name}_scales": scales}
            del stored[name]
    save_file(stored, folder / WEIGHTS, metadata={"format": "pt"})
    with_quantisation(folder, {"quant_method": "mxfp4", "modules_to_not_convert": ["lm_head"]})
    return meant


def in_four_bits(experts, inputs, outputs):
    """Random numbers of four bits, two in a byte, with a power of two for each 32, and what they stand for."""
    bits = torch.randint(0, 16, (experts, outputs, inputs))
    scales = torch.randint(118, 126, (experts, outputs, inputs // 32), dtype=torch.uint8)
    numbers = torch.cat((E2M1, -E2M1))[bits] * torch.exp2(scales.float() - 127).repeat_interleave(32, -1)
    packed = (bits[..., 0::2] | (bits[..., 1::2] << 4)).to(torch.uint8)
    return packed.reshape(experts, outputs, inputs // 32, 16), scales, numbers.transpose(1, 2).contiguous()


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_mxfp4_gives_what_it_stands_for(dtype, tmp_path):
    meant = mxfp4(tmp_path / "tiny")
    network = read_network(tmp_path / "tiny", "tiny", dtype=dtype)
    assert {weight.dtype for weight in network.parameters()} == {dtype}
    assert all(torch.equal(network.state_dict()[name], weight.to(dtype)) for name, weight in meant.items())
    taken = sum(weight.numel() * weight.element_size() for weight in network.parameters())
    assert taken <= bytes_of(tmp_path / "tiny", dtype) < 1.1 * taken
    weights = find_weights(str(tmp_path / "tiny"), tmp_path)
    assert weights.quantisation == "MXFP4, dequantised when it is loaded"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"quant_method": "awq", "bits": 4}, "AWQ"),
        ({"quant_method": "gptq", "bits": 4}, "GPTQ"),
        ({"quant_method": "compressed-tensors", "format": "float-quantized"}, "compressed-tensors"),
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "bitsandbytes"),
        ({"quant_method": "hqq"}, "HQQ"),
        ({"quant_method": "eetq"}, "EETQ"),
        ({"quant_method": "aqlm"}, "AQLM"),
        ({"quant_method": "fbgemm_fp8"}, "FBGEMM FP8"),
        ({"quant_method": "modelopt", "quant_algo": "NVFP4"}, "ModelOpt"),
        ({"bits": 4, "group_size": 64}, "MLX"),
        ({"odd": 1}, "by a method that it does not name"),
    ],
)
def test_others_are_refused_by_name(said, name, folder, tmp_path):
    with_quantisation(folder, said)
    for work in (find_weights, lambda *_: read_network(Path(folder), "tiny", dtype=torch.float32)):
        with pytest.raises(InputError, match=rf"'tiny' is quantised \({name}\), as its config.json says, and adapters"):
            work(str(folder), tmp_path)


@pytest.mark.parametrize("block", [3, [128], ["a", "b"], [0, 128]])
def test_blocks_that_are_none(block):
    with pytest.raises(InputError, match=r"it has weight_block_size .* in its config\.json, wanted two numbers"):
        quantised_in({"quantization_config": FP8 | {"weight_block_size": block}}, "it")
