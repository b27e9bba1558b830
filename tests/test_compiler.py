"""Which torch may compile, and for what. No GPU is needed to ask."""

import re
from contextlib import nullcontext

import pytest
import torch

from pytest_claims.base.errors import Notice
from pytest_claims_lab.compiler import may_compile


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
