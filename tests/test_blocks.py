"""Compiled decoder blocks. With the backend that compiles nothing: what is tested is how often torch is asked to."""

import pytest
import torch
import torch._dynamo
from tiny import save_tiny_model

from pytest_claims_lab.blocks import compile_blocks
from pytest_claims_lab.model import load_model

# More lengths than programs after which torch would give up: here, and where it is left alone.
LIMITS = [(2, range(4, 8)), pytest.param(8, range(4, 16), marks=pytest.mark.slow)]


@pytest.fixture
def network(tmp_path):
    torch._dynamo.reset()
    yield load_model(save_tiny_model(tmp_path / "tiny-llama"), "tiny", device="cpu", dtype="float32").network
    torch._dynamo.reset()


@pytest.mark.parametrize(("limit", "lengths"), LIMITS)
def test_blocks_stay_compiled_for_more_shapes_than_torch_allows(network, limit, lengths):
    texts = [torch.arange(length)[None] for length in lengths]
    with torch.no_grad(), torch._dynamo.config.patch(recompile_limit=limit, fail_on_recompile_limit_hit=True):
        plain = [network(ids).logits for ids in texts]
        compile_blocks(network, backend="eager")
        for ids, logits in zip(texts, plain, strict=True):
            torch.testing.assert_close(network(ids).logits, logits)


def test_blocks_share_their_programs(network):
    compile_blocks(network, backend="eager")
    with torch.no_grad(), torch._dynamo.config.patch(error_on_recompile=True):
        network(torch.arange(5)[None], use_cache=False)
