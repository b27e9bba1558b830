"""Drawing: which mutants there are, and the few that are tried.

A mutant is one change that cosmic-ray can make to one file. Left out are those that are no change, or no Python, and
those of a ``|`` in an annotation: no test is needed to see that ``int + None`` is no type. Knows nothing about tests.
"""

import ast
import random
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from cosmic_ray.ast import ast_nodes, get_ast_from_path
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from cosmic_ray.work_item import MutationSpec

PACKAGES: Final = tuple(f"harness/pytest_claims/{name}" for name in ("stats", "robustness", "verdicts"))
_OF_TYPES: Final = "ReplaceBinaryOperator_BitOr_"


@dataclass(frozen=True)
class Mutant:
    """One change: where it is, and the text of the file before and after."""

    spec: MutationSpec
    before: str
    after: str

    @property
    def path(self) -> str:
        """The file, as seen from the root."""
        return str(self.spec.module_path.as_posix())

    @property
    def line(self) -> int:
        """Where the change begins."""
        return int(self.spec.start_pos[0])

    @cached_property
    def diff(self) -> tuple[str, str]:
        """The lines that go, and those that come instead, without their indentation."""
        old, new = self.before.splitlines(), self.after.splitlines()
        while old and new and old[0] == new[0]:
            old, new = old[1:], new[1:]
        while old and new and old[-1] == new[-1]:
            old, new = old[:-1], new[:-1]
        return _flat(old), _flat(new)


def _flat(lines: list[str]) -> str:
    return " ".join(line.strip() for line in lines)


def sources(root: Path) -> list[Path]:
    """The files that are mutated, as seen from the root."""
    return [path.relative_to(root) for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]


def possible(root: Path) -> list[MutationSpec]:
    """Every change that cosmic-ray knows to make, always in the same order."""
    return [spec for path in sources(root) for spec in _possible(root, path)]


def _possible(root: Path, path: Path) -> Iterator[MutationSpec]:
    nodes = list(ast_nodes(get_ast_from_path(root / path)))
    annotations = _annotations((root / path).read_text())
    for name in sorted(operator_names()):
        operator = get_operator(name)
        if operator.arguments() or name.endswith("/NoOp"):
            continue
        places = (place for node in nodes for place in operator().mutation_positions(node))
        for occurrence, (start, end) in enumerate(places):
            if _OF_TYPES not in name or not any(low <= start < high for low, high in annotations):
                yield MutationSpec(
                    module_path=path, operator_name=name, occurrence=occurrence, start_pos=start, end_pos=end
                )


def _annotations(text: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Where annotations begin and end, as (line, column)."""
    found = []
    for node in ast.walk(ast.parse(text)):
        annotation = getattr(node, "annotation", None) or getattr(node, "returns", None)
        if annotation is not None:
            found.append(
                ((annotation.lineno, annotation.col_offset), (annotation.end_lineno, annotation.end_col_offset))
            )
    return found


def drawn(root: Path, specs: list[MutationSpec], *, seed: int, count: int) -> list[Mutant]:
    """As many of the changes as are wanted, each as likely as any other."""
    order = random.Random(seed).sample(specs, len(specs))
    chosen: dict[tuple[str, str], Mutant] = {}
    for spec in order:
        if len(chosen) == count:
            break
        mutant = made(root, spec)
        if mutant is not None:
            chosen.setdefault((mutant.path, mutant.after), mutant)
    return list(chosen.values())


def made(root: Path, spec: MutationSpec) -> Mutant | None:
    """The mutant, or nothing if it is no change or no Python."""
    before = (root / spec.module_path).read_text()
    after = mutate_code(before, get_operator(spec.operator_name)(), spec.occurrence)
    if after is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)  # of what the change makes of the code
            compile(after, "mutant", "exec")
        changed = ast.dump(ast.parse(after)) != ast.dump(ast.parse(before))
    except SyntaxError:
        return None
    return Mutant(spec, before, after) if changed else None
