"""Which torch may compile, and for what. No GPU is needed to ask."""

import re
import sys
from contextlib import nullcontext

import pytest
import torch

from pytest_claims.base.errors import Notice
from pytest_claims_lab import compiler
from pytest_claims_lab.compiler import _makes_kernels, has_kernels, may_compile


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


class _Triton:
    """Kernels of which none can be made."""

    @staticmethod
    def draw_tokens(*_, **__):
        raise RuntimeError("Failed to find C compiler.")


def test_where_triton_makes_no_program_torch_serves_and_says_so(monkeypatch):
    monkeypatch.setitem(sys.modules, "pytest_claims_lab.kernels", _Triton)
    with pytest.warns(
        Notice, match=r"Triton makes no program for cpu \(Failed to find C compiler\.\).* install a C compiler"
    ):
        assert not _makes_kernels.__wrapped__(torch.device("cpu"))


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_there_are_no_kernels_for_a_cpu(dtype):
    assert not has_kernels(torch.device("cpu"), dtype)


def test_there_are_no_kernels_for_the_widest_numbers():
    assert not has_kernels(torch.device("cuda", 0), torch.float64)


class _Full(_Triton):
    """Kernels that find no memory, on a device that others fill at the moment."""

    @staticmethod
    def draw_tokens(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory.")


def test_memory_that_runs_out_says_nothing_about_kernels(monkeypatch):
    monkeypatch.setitem(sys.modules, "pytest_claims_lab.kernels", _Full)
    with pytest.raises(torch.OutOfMemoryError):
        _makes_kernels.__wrapped__(torch.device("cpu"))


@pytest.mark.parametrize(("capability", "enough"), [((7, 5), False), ((8, 0), True), ((9, 0), True)])
def test_kernels_are_for_gpus_that_multiply_bfloat16(capability, enough, monkeypatch):
    monkeypatch.setattr(compiler, "find_spec", lambda _: True)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: capability)
    monkeypatch.setattr(compiler, "_makes_kernels", lambda _: True)
    assert has_kernels.__wrapped__(torch.device("cuda", 0), torch.bfloat16) is enough
