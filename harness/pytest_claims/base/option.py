"""Options: each is declared once, for pytest's command line, for its ini file, and for a command of our own.

Knows nothing about what an option means. To pytest it is ``--claims-recipe`` and, where that is not given, the ini
key ``claims_recipe``; to a command of ours it is ``--recipe``.
"""

import argparse
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pytest

from pytest_claims.base.boundary import in_one_line

Kind = Literal["text", "number", "int", "flag", "list"]

_PREFIX: Final = "--claims-"
_TYPES: Final = {"text": str, "number": float, "int": int, "list": str}
_INI: Final = {"text": "string", "number": "float", "int": "int", "flag": "bool", "list": "linelist"}
_BEFORE_8_4: Final = {"number": "string", "int": "string"}  # which knows no numbers in an ini file


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option.

    Args:
        flag: its name on pytest's command line, ``--claims-...``.
        help: what it does; where the ini key is told, too, this is added.
        kind: what its value is. A flag is on or off; a list is what the option, given again and again, gives.
        default: its value where neither the option nor the ini key is given. A flag is off, a list empty.
        metavar: what stands for the value in the help.
        const: the value of the option where it is given without one; None if it always wants one.
        is_path: whether values are files or folders: in an ini file they are relative to that file.
        aliases: old names, which are rewritten where nobody else has taken them.
    """

    flag: str
    help: str
    kind: Kind = "text"
    default: object = None
    metavar: str | None = None
    const: str | None = None
    is_path: bool = False
    aliases: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Its ini key, and its name in pytest's namespace: ``claims_recipe``."""
        return self.flag.removeprefix("--").replace("-", "_")

    @property
    def name(self) -> str:
        """Its name in a namespace of our own: ``recipe``."""
        return self.key.removeprefix("claims_")

    @property
    def unset(self) -> Any:
        """Its value where it is not given."""
        return {"flag": False, "list": []}.get(self.kind, self.default)

    def details(self, *, default: object) -> dict[str, Any]:
        """How argparse is told."""
        told: dict[str, Any] = {"default": default, "help": self.help.replace("%", "%%")}
        if self.kind == "flag":
            return {**told, "action": "store_true"}
        told |= {"type": _TYPES[self.kind], "metavar": self.metavar or self.name.upper()}
        told |= {"action": "append"} if self.kind == "list" else {}
        return told | ({"nargs": "?", "const": self.const} if self.const is not None else {})


class Declared:
    """A group of options that a pytest plugin has declared; itself a plugin, which understands their old names."""

    def __init__(self, options: Sequence[Option]) -> None:
        self.options = {option.key: option for option in options}
        self._aliases = {alias: option.flag for option in options for alias in option.aliases}
        self._renamed: dict[str, str] = {}

    @pytest.hookimpl(wrapper=True, tryfirst=True)  # around all: every conftest has said which names it takes
    def pytest_load_initial_conftests(
        self, early_config: pytest.Config, parser: pytest.Parser, args: list[str]
    ) -> Generator[None, None, None]:
        """Rewrite old names that nobody else has taken: declared, they would collide with a user's own.

        Before that, leave tests to pytest that would be taken for the value of an option that can do without.
        """
        if self._give_back(args, early_config.invocation_params.dir):
            early_config.known_args_namespace = parser.parse_known_args(args)
        yield
        end = args.index("--") if "--" in args else len(args)
        args[:end] = [self._rewritten(argument, parser) for argument in args[:end]]

    def _give_back(self, args: list[str], folder: Path) -> bool:
        """``--claims-save claims/`` is an option without a value, and a folder of tests; whether there was one."""
        optional = {option.flag for option in self.options.values() if option.const is not None}
        places = [
            place for place, given in enumerate(args[:-1]) if given in optional and _is_test(args[place + 1], folder)
        ]
        for place in places:
            args[place] += "="
        return bool(places)

    def _rewritten(self, argument: str, parser: pytest.Parser) -> str:
        name, equals, given = argument.partition("=")
        if name not in self._aliases or _is_taken(name, parser):
            return argument
        self._renamed[name] = self._aliases[name]
        return f"{self._aliases[name]}{equals}{given}"

    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Tell which names are old, in one line."""
        if self._renamed:
            words = ", ".join(f"{old} is {new} now" for old, new in self._renamed.items())
            terminalreporter.write_line(f"NOTICE: {words}; the next version knows the new name only", yellow=True)


def declare(
    parser: pytest.Parser,
    pluginmanager: pytest.PytestPluginManager,
    options: Sequence[Option],
    *,
    group: str,
    title: str,
    shown: bool = True,
) -> None:
    """Declare options to pytest, each with its ini key; to be called in ``pytest_addoption``.

    Args:
        group: a word for the group, of which there is one of its name.
        title: what stands above them in the help.
        shown: whether the help has them at all; they are understood in any case.
    """
    place = parser.getgroup(group, title)
    for option in options:
        told = option.details(default=None)
        told["help"] = f"{told['help']} (ini: {option.key})" if shown else argparse.SUPPRESS
        place.addoption(option.flag, dest=option.key, **told)
        parser.addini(option.key, f"as {option.flag}", type=_ini_type(option), default=option.unset)
    pluginmanager.register(Declared(options), f"claims-options-{group}")


def value(config: pytest.Config, key: str) -> Any:
    """What an option is in this run, by its key: as it was given, else as the ini file says, else its default.

    Raises:
        pytest.UsageError: for an ini value that is not of its kind.
        KeyError: if no such option was declared.
    """
    option = _declared(config)[key]
    given = getattr(config.option, key, None)
    if given is not None:
        return given
    try:
        return _from_ini(option, config.getini(key), config)
    except (ValueError, TypeError) as error:
        raise pytest.UsageError(f"{key} in {config.inipath or 'the ini options'}: {error}; correct it") from error


def values(config: pytest.Config, options: Sequence[Option]) -> argparse.Namespace:
    """What these options are in this run, by their names without ``claims_``, as a command's own parser gives them."""
    return argparse.Namespace(**{option.name: value(config, option.key) for option in options})


def add_to(parser: argparse.ArgumentParser, options: Sequence[Option]) -> None:
    """Declare options to a command of our own, without ``claims-`` in their names."""
    for option in options:
        flag = option.flag.replace(_PREFIX, "--", 1)
        parser.add_argument(flag, dest=option.name, **option.details(default=option.unset))


@contextmanager
def usage(option: str = "") -> Iterator[None]:
    """What is told in one line ends the run before anything is judged."""
    try:
        yield
    except Exception as error:
        told = in_one_line(error)
        if told is None:
            raise
        raise pytest.UsageError(f"{option}{told}") from error


def _ini_type(option: Option) -> Any:
    old = _BEFORE_8_4 if pytest.version_tuple < (8, 4) else {}
    return old.get(option.kind) or _INI[option.kind]


def _is_test(argument: str, folder: Path) -> bool:
    """Whether an argument is a folder, or a file or test of Python, that is there."""
    path = folder / argument.partition("::")[0]
    return path.is_dir() or (path.suffix == ".py" and path.is_file())


def _is_taken(name: str, parser: pytest.Parser) -> bool:
    """Whether somebody has declared an option of this name."""
    try:
        return name not in parser.parse_known_and_unknown_args([name])[1]
    except pytest.UsageError:  # it wants a value
        return True


def _declared(config: pytest.Config) -> dict[str, Option]:
    groups = [one for one in config.pluginmanager.get_plugins() if isinstance(one, Declared)]
    return {key: option for group in groups for key, option in group.options.items()}


def _from_ini(option: Option, found: Any, config: pytest.Config) -> Any:
    if option.kind in _BEFORE_8_4:
        return found if found is None else _TYPES[option.kind](found)
    if not (option.is_path and found):
        return found
    folder = config.inipath.parent if config.inipath else config.invocation_params.dir
    return [_below(folder, one) for one in found] if option.kind == "list" else _below(folder, found)


def _below(folder: Path, path: str) -> str:
    """A path as seen from a folder; one that need not be written longer than it was, is not."""
    return path if folder == Path.cwd() else str(folder / path)
