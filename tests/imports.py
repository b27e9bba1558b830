"""Which module of this repository imports which, read from the source: within functions and for types, too."""

import ast
from functools import cache
from pathlib import Path

SOURCES = {"pytest_claims": "harness", "pytest_claims_lab": "fixtures", "claims": "."}  # where each package lies


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


def files(root: Path) -> dict[str, Path]:
    """Every module of the three packages, and where it lies."""
    return {
        module_name(path, root / source): path
        for package, source in SOURCES.items()
        for path in (root / source / package).rglob("*.py")
    }


@cache
def graph(root: Path) -> dict[str, set[str]]:
    """What each module imports: modules of ours by their names, and of others what is named."""
    known = files(root)
    return {
        name: {
            target
            for target in imports(path.read_text(), name, package=path.name == "__init__.py")
            if target in known or target.split(".")[0] not in SOURCES
        }
        - {name}
        for name, path in known.items()
    }
