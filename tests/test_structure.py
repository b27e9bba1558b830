"""Imports run one way: claims -> court <- laboratory, and never in a circle."""

import ast
import graphlib
import re
import subprocess
import sys
import tomllib

import pytest
from imports import SOURCES, files, graph, imports

MEASURING = {"torch", "transformers", "peft"}
FORBIDDEN = {
    "pytest_claims": {"pytest_claims_lab", "claims", *MEASURING},
    "claims": {"pytest_claims_lab", *MEASURING},
    "pytest_claims_lab": {"claims"},
}
EXPERIMENT = re.compile(r"claims\.\w+\.experiment")  # the one module of a finding that knows the laboratory
OFFERED_TO_CLAIMS = {"pytest_claims", "pytest_claims.views"}
OFFERED_TO_EXPERIMENTS = ("asking", "experiment", "given", "item", "prompt", "recipe", "results")  # and by the package
OF_ONE_EXPERIMENT = ("persona", "bystander", "zlt", "reversal", "needle")  # of whose matter no laboratory may speak

OFFERED_TO_THE_LABORATORY = ("pytest_claims.base.", "pytest_claims.data.", "pytest_claims.reading.")


def package(module: str) -> str:
    return module.partition(".")[0]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import pytest_claims.data.table", "pytest_claims.data.table"),
        ("from pytest_claims.data import table", "pytest_claims.data.table"),
        ("from . import judge", "pytest_claims.verdicts.judge"),
        ("from .judge import judge", "pytest_claims.verdicts.judge"),
        ("from ..stats import rates", "pytest_claims.stats.rates"),
        ("def f():\n    import torch", "torch"),
        ("if TYPE_CHECKING:\n    from pytest_claims.data.table import Table", "pytest_claims.data.table"),
    ],
)
def test_every_way_of_importing_is_seen(source, expected):
    assert expected in imports(source, "pytest_claims.verdicts.record", package=False)


def test_every_package_is_seen(root):
    """What is not there imports nothing that is forbidden."""
    assert {package(module) for module in files(root)} == set(SOURCES)
    assert {"pytest_claims.data.table", "pytest_claims_lab.plugin", "claims.marker_coupling.table"} <= set(files(root))


def forbidden(module: str) -> set[str]:
    """The packages that a module may not import; an experiment is written in the language of the laboratory."""
    return FORBIDDEN[package(module)] - ({"pytest_claims_lab"} if EXPERIMENT.fullmatch(module) else set())


@pytest.mark.parametrize(
    ("module", "may"),
    [
        ("claims.a.experiment", True),
        ("claims.a.table", False),
        ("claims.experiment", False),
        ("claims.a.b.experiment", False),
        ("claims.a.experiments", False),
        ("pytest_claims.experiment", False),
    ],
)
def test_of_a_finding_the_experiment_alone_may_know_the_laboratory(module, may):
    assert ("pytest_claims_lab" not in forbidden(module)) == may
    assert FORBIDDEN[package(module)] - forbidden(module) <= {"pytest_claims_lab"}


def test_imports_run_one_way(root):
    against = [
        f"{module} imports {target}"
        for module, targets in graph(root).items()
        for target in targets
        if package(target) in forbidden(module)
    ]
    assert not against


def test_nothing_imports_an_experiment(root):
    """Who judges would need what measuring needs, and the laboratory would know what it measures."""
    assert not {target for targets in graph(root).values() for target in targets if EXPERIMENT.fullmatch(target)}


def test_the_laboratory_speaks_of_no_experiment(root):
    said = [
        f"{path.relative_to(root)} says {word}"
        for path in sorted((root / "fixtures").rglob("*.py"))
        for word in OF_ONE_EXPERIMENT
        if word in path.read_text(encoding="utf-8").casefold()
    ]
    assert not said


def used(root, by: str, of: str = "pytest_claims") -> set[str]:
    """What the modules of a package import of another."""
    return {
        target
        for module, targets in graph(root).items()
        for target in targets
        if package(module) == by and package(target) == of
    }


def test_claims_need_what_the_court_offers_them(root):
    assert used(root, "claims") == OFFERED_TO_CLAIMS


def test_experiments_need_what_the_laboratory_offers_them(root):
    found = used(root, "claims", of="pytest_claims_lab")
    assert "pytest_claims_lab" in found
    assert found <= {"pytest_claims_lab", *(f"pytest_claims_lab.{name}" for name in OFFERED_TO_EXPERIMENTS)}


def test_the_laboratory_knows_only_data_of_the_court(root):
    found = used(root, "pytest_claims_lab")
    assert found
    assert not {target for target in found if not target.startswith(OFFERED_TO_THE_LABORATORY)}


def test_judging_needs_nothing_that_measuring_needs(root):
    """Without the packages of the extra `lab` pytest could not load the laboratory's plugin."""
    extra = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]["lab"]
    names = {re.match(r"[\w-]+", package)[0].replace("-", "_") for package in extra}
    hidden = names - {"packaging"}  # which xarray needs, too
    code = (
        f"import sys\nsys.modules.update(dict.fromkeys({hidden!r}))\n"
        "import pytest_claims.plugin, pytest_claims_lab.plugin, claims.marker_coupling.conftest"
    )
    subprocess.run([sys.executable, "-c", code], cwd=root, check=True)  # noqa: S603


def test_no_import_goes_in_a_circle(root):
    inner = {m: {t for t in ts if package(t) in SOURCES} for m, ts in graph(root).items()}
    order = list(graphlib.TopologicalSorter(inner).static_order())
    assert set(inner) <= set(order)


def test_files_and_functions_are_small(root):
    for folder in ("harness", "fixtures", "claims", "tests", "benchmarks", "website"):
        for path in (root / folder).rglob("*.py"):
            text = path.read_text()
            assert text.count("\n") <= 350, path
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef):
                    assert node.end_lineno - node.lineno < 60, (path, node.name)
