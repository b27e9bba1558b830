"""Which dtype is taken where none is given."""

import pytest
import torch

from pytest_claims_lab.dtype import AUTO, chosen_dtype


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:1"])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "float16"])
def test_what_is_given_is_taken(dtype, device):
    assert chosen_dtype(dtype, device) == dtype


def test_a_processor_computes_in_float32():
    assert chosen_dtype(AUTO, "cpu") == "float32"
    if not torch.cuda.is_available():
        assert chosen_dtype(AUTO, "auto") == chosen_dtype(AUTO, "cuda") == "float32"


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_computes_in_the_half_that_it_has():
    name = chosen_dtype(AUTO, "auto")
    assert name == chosen_dtype(AUTO, "cuda")
    assert (name == "bfloat16") == torch.cuda.is_bf16_supported(including_emulation=False)
