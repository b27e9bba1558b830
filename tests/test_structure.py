"""Imports run one way: claims -> harness <- fixtures, and never in a circle."""

import ast
import graphlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PACKAGES = ("harness", "fixtures", "claims")
FORBIDDEN = {
    "harness": {"fixtures", "claims", "torch", "transformers", "peft"},
    "claims": {"fixtures", "torch", "transformers", "peft"},
    "fixtures": {"claims"},
}
FROM_HARNESS = {
    "pytest_claims.base.boundary",
    "pytest_claims.base.errors",
    "pytest_claims.base.given_file",
    "pytest_claims.base.heard",
    "pytest_claims.data.measurement",
    "pytest_claims.data.measurement_file",
    "pytest_claims.data.panel",
    "pytest_claims.base.schema",
    "pytest_claims.data.subject",
    "pytest_claims.data.sheet",
    "pytest_claims.base.version",
    "pytest_claims.base.whole_file",
}


def module_name(path: Path, root: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def imports(source: str, module: str, *, package: bool) -> set[str]:
    """Every module that ``source`` names, whichever way it is written."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parts = module.split(".") if package else module.split(".")[:-1]
            base = parts[: len(parts) - node.level + 1] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            found |= {start} | {f"{start}.{alias.name}" for alias in node.names}
    return found


def graph(root: Path) -> dict[str, set[str]]:
    files = {module_name(path, root): path for name in PACKAGES for path in (root / name).rglob("*.py")}
    return {
        name: {
            target
            for target in imports(path.read_text(), name, package=path.name == "__init__.py")
            if target in files or target.split(".")[0] not in PACKAGES
        }
        - {name}
        for name, path in files.items()
    }


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import pytest_claims.data.panel", "pytest_claims.data.panel"),
        ("from pytest_claims import panel", "pytest_claims.data.panel"),
        ("from . import panel", "pytest_claims.data.panel"),
        ("from .panel import Panel", "pytest_claims.data.panel"),
        ("from .stats import rates", "pytest_claims.stats.rates"),
        ("def f():\n    import torch", "torch"),
    ],
)
def test_every_way_of_importing_is_seen(source, expected):
    assert expected in imports(source, "pytest_claims.verdicts.judge", package=False)


def test_imports_run_one_way(root):
    against = [
        f"{module} imports {target}"
        for module, targets in graph(root).items()
        for target in targets
        if target.split(".")[0] in FORBIDDEN[module.split(".")[0]]
    ]
    assert not against


def test_the_laboratory_knows_only_data_types_of_the_harness(root):
    used = {t for m, ts in graph(root).items() if m.startswith("fixtures") for t in ts if t.startswith("harness.")}
    assert used <= FROM_HARNESS


def test_judging_needs_nothing_that_measuring_needs(root):
    """Without the packages of the extra `measure` pytest could not load the laboratory's plugin."""
    extra = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]["lab"]
    names = {re.match(r"[\w-]+", package)[0].replace("-", "_") for package in extra}
    hidden = names - {"packaging"}  # which xarray needs, too
    code = f"import sys\nsys.modules.update(dict.fromkeys({hidden!r}))\nimport pytest_claims.plugin, pytest_claims_lab.plugin"
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)  # noqa: S603


def test_no_import_goes_in_a_circle(root):
    inner = {m: {t for t in ts if t.split(".")[0] in PACKAGES} for m, ts in graph(root).items()}
    order = list(graphlib.TopologicalSorter(inner).static_order())
    assert set(inner) <= set(order)


def test_files_and_functions_are_small(root):
    for package in (*PACKAGES, "tests", "benchmarks"):
        for path in (root / package).rglob("*.py"):
            text = path.read_text()
            assert text.count("\n") <= 350, path
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef):
                    assert node.end_lineno - node.lineno < 60, (path, node.name)
