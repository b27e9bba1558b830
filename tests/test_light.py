"""The plugin is loaded in every run of its environment: what judging needs is not."""

import ast
import importlib
import inspect
import sys

import pytest

import pytest_claims
import pytest_claims_lab

HEAVY = {"pandas", "xarray", "scipy", "matplotlib", "pydantic", "rich", "statsmodels", "numpy", "torch"}


def test_run_without_claims_imports_nothing_that_judging_needs(pytester):
    pytester.makepyfile(test_it="def test_it(): pass")
    pytester.makepyfile(
        check=f"""
        import sys, pytest
        code = pytest.main(sys.argv[1:])
        heavy = {HEAVY!r} & set(sys.modules)
        sys.exit(f"imported {{heavy}}" if heavy or "pytest_claims.plugin" not in sys.modules else int(code))
        """
    )
    result = pytester.run(sys.executable, "check.py")
    assert result.ret == 0, result.stdout.str() + result.stderr.str()
    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("package", [pytest_claims, pytest_claims_lab], ids=lambda one: one.__name__)
def test_package_offers_the_same_to_readers_and_when_it_runs(package):
    tree = ast.parse(inspect.getsource(package))
    shown = {
        (node.module, alias.name)
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert {name for _, name in shown} == set(package.__all__)
    for module, name in shown:
        assert getattr(package, name) is getattr(importlib.import_module(module), name)
    assert not hasattr(package, "none_such")
