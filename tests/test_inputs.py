"""What a user names: recipes and models that are none."""

import pytest
from planned import marker_file

from pytest_claims.base.errors import InputError
from pytest_claims_lab.weights import find_weights


def test_unknown_recipe_and_model(tmp_path):
    with pytest.raises(
        InputError,
        match=r"marker_coupling: unknown recipe 'x'; known are pocket, .*; correct it, or give the path of a .toml",
    ):
        marker_file().recipe("x")
    with pytest.raises(InputError, match=r"unknown model 'x'; wanted one of smollm2-135m, .*, a hub id"):
        find_weights("x", tmp_path)


def test_pickled_weights_are_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(InputError, match="only safetensors and GGUF are loaded"):
        find_weights(str(tmp_path), tmp_path)


def test_truncated_gguf(tmp_path):
    (tmp_path / "small.gguf").write_bytes(b"GG")
    with pytest.raises(InputError, match="does not begin like a GGUF file"):
        find_weights(str(tmp_path / "small.gguf"), tmp_path)
