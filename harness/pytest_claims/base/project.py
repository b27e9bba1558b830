"""The project: which code is the user's own, and which of it a module runs.

Knows nothing about claims. Own is what is neither Python's, nor installed among its packages, nor this harness.
"""

import ast
import importlib.util
import linecache
import sys
import sysconfig
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Final

_HARNESS: Final = Path(__file__).parents[1]
_PYTHON: Final = frozenset(Path(sysconfig.get_path(name)).resolve() for name in ("stdlib", "platstdlib"))
_INSTALLED: Final = frozenset({"site-packages", "dist-packages"})


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What decides how a module's code behaves: the project's own files, and the versions of other libraries."""

    files: tuple[Path, ...]
    libraries: tuple[str, ...]


def content_of(file: str) -> bytes:
    """A file of code as it is now, or the cell of a notebook; empty where there is neither, as for typed code."""
    try:
        return Path(file).read_bytes()
    except OSError:
        return "".join(linecache.getlines(file)).encode()  # where notebooks, and debuggers, keep what has no file


@lru_cache(maxsize=256)
def asserts_of(content: bytes) -> tuple[ast.Assert, ...]:
    """Every assert of a file of code, by its content."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, ast.Assert))


@cache
def is_own(file: str) -> bool:
    """Whether a file of code, or a cell of a notebook, belongs to the project."""
    path = Path(file).resolve()
    if not path.is_file():
        return not file.startswith("<frozen") and bool(content_of(file))
    above = set(path.parents)
    return not (_INSTALLED & set(path.parts) or _PYTHON & above or _HARNESS in above)


def loaded_files(leave_out: Collection[Path]) -> tuple[Path, ...]:
    """The files of all modules of the project that are loaded, less some: they may be imported without an import."""
    return tuple([path for path in _own().files if path not in leave_out])


def loaded_names() -> tuple[str, ...]:
    """The names of all modules of the project that are loaded."""
    return _own().names


def _own() -> "_Loaded":
    modules = dict(sys.modules)
    if modules != _last.modules:  # asked hundreds of times, and nothing has been loaded between most of them
        files = {name: getattr(module, "__file__", None) for name, module in modules.items()}
        own = {name: file for name, file in files.items() if file and is_own(file)}
        _last.names, _last.files = tuple(own), tuple(sorted({Path(file) for file in own.values()}))
        _last.modules = modules
    return _last


@dataclass
class _Loaded:
    """The modules that were loaded when somebody asked last; of those that are the project's names and files."""

    modules: dict[str, ModuleType] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


_last: Final = _Loaded()


def sources_of(module: ModuleType) -> Sources:
    """The files of ``module`` and of all modules of the project that it imports, directly or not."""
    waiting, files, others = [module.__name__], dict[Path, None](), set[str]()
    seen = set(waiting)
    while waiting:
        name = waiting.pop()
        file = _file_of(name)
        if file is None or not is_own(file):
            others.add(name.partition(".")[0])
            continue
        files[Path(file)] = None
        new = _imported(Path(file), name) - seen
        seen |= new
        waiting += sorted(new)
    return Sources(files=tuple(sorted(files)), libraries=tuple(sorted(filter(None, map(_version, others)))))


def own_file_of(module: str) -> Path | None:
    """The file of a module of the project, loaded or not; None for any other."""
    file = _file_of(module)
    return Path(file) if file is not None and is_own(file) else None


def _file_of(name: str) -> str | None:
    """The file of a module, loaded or not; None for what is no module, or has no file."""
    loaded = sys.modules.get(name)
    if loaded is not None:
        return getattr(loaded, "__file__", None)
    top = name.partition(".")[0]
    if top in sys.stdlib_module_names or (top != name and not _is_own_package(top)):
        return None  # to look for a module inside a library would import the library
    spec = _spec_of(name)
    return spec.origin if spec else None


def _is_own_package(name: str) -> bool:
    spec = _spec_of(name)
    places = [spec.origin] if spec and spec.origin else list(spec.submodule_search_locations or ()) if spec else []
    return bool(places) and not any(_INSTALLED & set(Path(place).parts) for place in places)


def _spec_of(name: str) -> ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None


def _imported(file: Path, name: str) -> set[str]:
    """Every module that a file may import."""
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    return {module for node in ast.walk(_tree(file)) for module in imported_by(node, package)}


def imported_by(node: ast.AST, package: str) -> set[str]:
    """Every module that a node of code in ``package`` imports; of ``from a import b`` both ``a`` and ``a.b``."""
    if isinstance(node, ast.Import):
        return _with_parents(alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        start = _absolute("." * node.level + (node.module or ""), package)
        return _with_parents([start, *(f"{start}.{alias.name}" for alias in node.names)]) if start else set()
    return set()


def _tree(file: Path) -> ast.Module:
    try:
        return ast.parse(content_of(str(file)))
    except (SyntaxError, ValueError):  # compiled code, which names its imports to nobody
        return ast.Module(body=[], type_ignores=[])


def _absolute(name: str, package: str) -> str:
    try:
        return importlib.util.resolve_name(name, package)
    except ImportError:
        return ""


def _with_parents(names: Iterable[str]) -> set[str]:
    return {parent for name in names for parent in _parents(name)}


def _parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    return (".".join(parts[: size + 1]) for size in range(len(parts)))


def _version(library: str) -> str:
    version = getattr(sys.modules.get(library), "__version__", None)
    return f"{library} {version}" if version else ""
