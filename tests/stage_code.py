"""The code that a stage reaches, and the record of it: which code belongs to which version of the stage.

    python tests/stage_code.py                                       # after a version was raised
    python tests/stage_code.py --same-results "the run that shows it"  # after a change that changes no result

Code is reached from a stage's maker by name: every top-level definition of the project that a reached one mentions,
and whatever a module that has a reached one does when it is imported. Of modules that are imported besides, what they
do then is followed no further. Comments, docstrings and layout do not count.
"""

import argparse
import ast
import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[1]
RECORD = ROOT / "tests" / "stage_code.json"
PACKAGES = {"pytest_claims_lab": "fixtures", "pytest_claims": "harness"}  # each in its source folder
# By the stage's class, where its making begins.
STARTS = {
    "Readings": ["pytest_claims_lab.makers.make_readings"],
    "Lengths": ["pytest_claims_lab.makers.make_lengths"],
    "Adapter": ["pytest_claims_lab.makers.train_together", "pytest_claims_lab.makers.write_adapter"],
    "Answers": ["pytest_claims_lab.respondent.Respondent"],
    "Likelihoods": ["pytest_claims_lab.respondent.Respondent"],
    "Measured": ["pytest_claims_lab.assembly.make_measured"],
    "Converted": ["pytest_claims_lab.conversion.convert"],
}
# What decides no result: what is said, where things are kept, and whether they may be.
BESIDES = (
    "pytest_claims.base.boundary", "pytest_claims.base.errors", "pytest_claims.base.heard",
    "pytest_claims.base.whole_file", "pytest_claims_lab.manifest", "pytest_claims_lab.progress",
    "pytest_claims_lab.stage", "pytest_claims_lab.store",
)  # fmt: skip


@dataclass(frozen=True)
class Module:
    """A file of the project: its definitions by name, what its names mean elsewhere, and what it does besides."""

    name: str
    tree: ast.Module

    @cached_property
    def definitions(self) -> dict[str, list[ast.stmt]]:
        """By name, the statements that define it; imports are none."""
        found: dict[str, list[ast.stmt]] = {}
        for statement in self.tree.body:
            for name in _defined(statement):
                found.setdefault(name, []).append(statement)
        return found

    @cached_property
    def imported(self) -> dict[str, str]:
        """By name, the full name of what it was imported from."""
        found: dict[str, str] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                if node.level or node.names[0].name == "*":
                    raise ValueError(f"{self.name}: {ast.unparse(node)} cannot be followed; import by full names")
                found |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                found |= {alias.asname or alias.name.split(".")[0]: _bound(alias) for alias in node.names}
        return found

    @cached_property
    def loading(self) -> set[str]:
        """Full names of what is imported when it is; some of these are modules, others are in modules."""
        found: set[str] = set()
        for node in filter(_imports, self.tree.body):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
        return found

    @cached_property
    def doings(self) -> list[ast.stmt]:
        """What importing it does, such as registering a function."""
        others = [one for one in self.tree.body if not (_defined(one) or _imports(one) or isinstance(one, ast.Pass))]
        return [one for one in others if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]


@dataclass(frozen=True)
class Code:
    """All modules of the project under ``root``."""

    root: Path
    replaced: Mapping[str, str] = field(default_factory=dict)  # by module, other source than the file's

    @cached_property
    def modules(self) -> dict[str, Module]:
        """By their names."""
        folders = [self.root / folder for folder in PACKAGES.values()]
        names = {_name(path.relative_to(folder)): path for folder in folders for path in sorted(folder.rglob("*.py"))}
        sources = {name: self.replaced.get(name) or path.read_text(encoding="utf-8") for name, path in names.items()}
        return {name: _module(name, source) for name, source in sources.items()}

    def reached(self, starts: list[str]) -> dict[str, str]:
        """By its full name, the code of every definition that is reached from these."""
        found: dict[str, str] = {}
        entered: dict[str, Module] = {}
        waiting = list(starts)
        while waiting:
            full = waiting.pop()
            module, name = self._split(full)
            if full in found or module is None or module.name in BESIDES:
                continue
            statements = module.definitions.get(name, []) if name else []
            found[full] = "\n".join(map(_text, statements))
            if module.name not in entered:
                entered[module.name] = module
                statements = [*statements, *module.doings]
            waiting += [target for one in statements for target in _mentioned(one, module)]
        for module in self._loaded([*entered.values()]):
            found[f"{module.name}."] = "\n".join(map(_text, module.doings))
        return {full: code for full, code in found.items() if code}

    def _split(self, full: str) -> tuple[Module | None, str]:
        head, _, name = full.rpartition(".")
        if full in self.modules:
            return self.modules[full], ""
        module = self.modules.get(head)
        if module and name not in module.definitions and name in module.imported:  # passed on from elsewhere
            return self._split(module.imported[name])
        return module, name

    def _loaded(self, modules: list[Module]) -> list[Module]:
        """These, the modules that are imported with them, and the packages of all."""
        found: dict[str, Module] = {}
        waiting = [module.name for module in modules]
        while waiting:
            full = waiting.pop()
            module = self.modules.get(full)
            if module and full not in (*found, *BESIDES):
                found[full] = module
                waiting += module.loading
            waiting += [full.rpartition(".")[0]] * ("." in full)
        return list(found.values())


def hashes(code: Code, stage: str) -> dict[str, str]:
    """By its full name, the hash of each definition that a stage reaches."""
    reached = code.reached(STARTS[stage])
    return {name: hashlib.sha256(text.encode()).hexdigest()[:12] for name, text in sorted(reached.items())}


def changed(was: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The definitions that are new, gone or different."""
    return sorted(name for name in {*was, *now} if was.get(name) != now.get(name))


def versions() -> dict[str, int]:
    """By the stage's class, its version."""
    from pytest_claims_lab import conversion, stages

    return {name: getattr(stages, name, conversion.Converted).version for name in STARTS}


def main() -> None:
    """Write the record anew, if it may be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--same-results", metavar="RUN", help="the run that shows that no result changed")
    same = parser.parse_args().same_results
    record = json.loads(RECORD.read_text()) if RECORD.is_file() else {}
    record, code = {stage: entry for stage, entry in record.items() if stage in STARTS}, Code(ROOT)
    for stage, version in versions().items():
        entry, now = record.get(stage, {"version": 0, "code": {}, "same results": []}), hashes(code, stage)
        differ = changed(entry["code"], now)
        if differ and version == entry["version"] and not same:
            sys.exit(
                f"{stage} is still version {version}, and {', '.join(differ[:5])} changed; raise it, or --same-results"
            )
        notes = [] if version != entry["version"] else entry["same results"] + ([same] if differ and same else [])
        record[stage] = {"version": version, "same results": notes, "code": now}
    RECORD.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n")


# What depends on a module's source alone is found out once: projects with one edit share all their other modules.
@cache
def _module(name: str, source: str) -> Module:
    return Module(name=name, tree=_plain(ast.parse(source)))


@cache
def _text(node: ast.AST) -> str:
    return ast.unparse(node)


@cache
def _mentioned(statement: ast.stmt, module: Module) -> list[str]:
    """Full names of what of the project a statement of this module may mean."""
    found: list[str] = []
    for node in ast.walk(statement):
        if isinstance(node, ast.Name):
            found += _meant(node.id, module)
        elif isinstance(node, ast.Attribute) and all(map(str.isidentifier, _text(node).split("."))):
            name, _, rest = _text(node).partition(".")
            found += [f"{target}.{rest}" for target in _meant(name, module)]
    return found


def _meant(name: str, module: Module) -> list[str]:
    if name in module.definitions:
        return [f"{module.name}.{name}"]
    full = module.imported.get(name, "")
    return [full] if full.split(".")[0] in PACKAGES else []


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    names = [node for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    return [node.id for node in names if isinstance(node.ctx, ast.Store)]  # not what an attribute is set of


def _bound(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.split(".")[0]


def _imports(statement: ast.stmt) -> bool:
    of_types = isinstance(statement, ast.If) and ast.unparse(statement.test) == "TYPE_CHECKING"
    return of_types or isinstance(statement, ast.Import | ast.ImportFrom)


def _plain(tree: ast.Module) -> ast.Module:
    """Without docstrings."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:] or [ast.Pass()]
    return tree


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT / folder) for folder in PACKAGES.values()]
    main()
