"""Compiled decoder blocks. With the backend that compiles nothing: what is tested is how often torch is asked to."""

import re
from contextlib import nullcontext

import pytest
import torch
import torch._dynamo
from tiny import save_tiny_model

from fixtures.blocks import compile_blocks, may_compile
from fixtures.model import load_model
from harness.errors import Notice

LENGTHS = range(4, 16)  # more than the 8 programs after which torch, left alone, gives up


@pytest.fixture
def network(tmp_path):
    torch._dynamo.reset()
    yield load_model(save_tiny_model(tmp_path / "tiny-llama"), "tiny", device="cpu", dtype="float32").network
    torch._dynamo.reset()


@pytest.fixture
def asked_anew():
    may_compile.cache_clear()
    yield
    may_compile.cache_clear()


# From the release whose torch/_inductor/codegen/triton.py puts a barrier before what is read back.
@pytest.mark.parametrize(
    ("version", "sound"), [("2.11.0+cu130", False), ("2.13.1", False), ("2.14.0", True), ("2.15.0+cu130", True)]
)
@pytest.mark.usefixtures("asked_anew")
def test_only_a_torch_whose_threads_wait_for_each_other_compiles_for_a_gpu(version, sound, monkeypatch):
    monkeypatch.setattr(torch, "__version__", version)
    with nullcontext() if sound else pytest.warns(Notice, match=rf"torch {re.escape(version)} .* install torch 2\.14"):
        assert may_compile(torch.device("cuda", 0)) is sound


@pytest.mark.usefixtures("asked_anew")
def test_nothing_is_compiled_for_a_cpu():
    assert not may_compile(torch.device("cpu"))


@pytest.mark.parametrize("dynamic", [False, True])
def test_blocks_stay_compiled_for_more_shapes_than_torch_allows(network, dynamic):
    texts = [torch.arange(length)[None] for length in LENGTHS]
    with torch.no_grad(), torch._dynamo.config.patch(recompile_limit=8, fail_on_recompile_limit_hit=True):
        plain = [network(ids).logits for ids in texts]
        compile_blocks(network, dynamic=dynamic, backend="eager")
        for ids, logits in zip(texts, plain, strict=True):
            torch.testing.assert_close(network(ids).logits, logits)


def test_blocks_share_their_programs(network):
    compile_blocks(network, dynamic=False, backend="eager")
    with torch.no_grad(), torch._dynamo.config.patch(error_on_recompile=True):
        network(torch.arange(5)[None], use_cache=False)
