"""The command ``pytest-claims``: what can be done without judging, each under a name of its own.

Knows nothing about what a command does. They are entry points of the group ``pytest_claims.commands``: functions that
take the words after their name, and give the exit status. The first line of such a function's docstring is its help.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from typing import Any, Final

from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.nearest import nearest
from pytest_claims.base.version import VERSION

_NAME: Final = "pytest-claims"
_GROUP: Final = "pytest_claims.commands"
_FAILED, _INTERRUPTED = 1, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command. Exit statuses: 0 done, 1 failed, 2 asked wrongly, 130 interrupted.

    Args:
        arguments: the words after the name of this program; by default those that it was called with.
    """
    commands = {point.name: point for point in entry_points(group=_GROUP)}
    parser = _parser(commands)
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given in (["-h"], ["--help"]):
        parser.epilog = _overview(commands)
    asked = parser.parse_args(given)
    if asked.command not in commands:
        meant = f"; did you mean {nearest(asked.command, commands)}?" if commands else "; none is installed."
        parser.error(f"there is no command {asked.command!r}{meant} See {_NAME} --help")
    return _run(commands[asked.command], asked.arguments)


def _parser(commands: Mapping[str, EntryPoint]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=_NAME,
        description="Commands beside pytest, which judges claims: pytest claims/",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"{_NAME} {VERSION}")
    parser.add_argument("command", metavar="command", help=f"one of {', '.join(commands) or 'none'}")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="its own; see command --help")
    return parser


def _run(point: EntryPoint, arguments: Sequence[str]) -> int:
    try:
        return int(point.load()(arguments) or 0)
    except KeyboardInterrupt:
        return _failed(f"{point.name}: interrupted", _INTERRUPTED)
    except Exception as error:
        told = _lacking(point, error) if isinstance(error, ImportError) else in_one_line(error)
        if told is None:  # a bug, of which the traceback is wanted
            raise
        return _failed(f"{point.name}: {told}", _FAILED)


def _failed(words: str, status: int) -> int:
    print(f"{_NAME} {words}", file=sys.stderr)  # noqa: T201  a command's answer
    return status


def _lacking(point: EntryPoint, error: ImportError) -> str | None:
    """What to install for a command; None if it is installed, and its own code is wrong."""
    distribution = point.dist.name if point.dist else _NAME
    if error.name is None or find_spec(error.name.partition(".")[0]):
        return None
    extras = f"[{','.join(point.extras)}]" if point.extras else ""
    return f"needs {error.name}, which is not installed: pip install '{distribution}{extras}'"


def _overview(commands: Mapping[str, EntryPoint]) -> str:
    width = max(map(len, commands), default=0)
    lines = [f"  {name:{width}}  {_help(point)}" for name, point in sorted(commands.items())]
    return "\n".join(["commands:", *lines])


def _help(point: EntryPoint) -> str:
    try:
        function: Any = point.load()
    except ImportError as error:
        return _lacking(point, error) or f"cannot be imported: {error}"
    return (function.__doc__ or "").strip().partition("\n")[0]
