"""The command pytest-claims: finds commands of installed packages, and says what to do where there is none."""

import sys
from importlib.metadata import EntryPoint, version

import pytest

from pytest_claims import command
from pytest_claims.base.errors import InputError


def echo(arguments):
    """Say what came.

    And nothing more.
    """
    sys.stdout.write(" ".join(arguments) + "\n")
    return len(arguments)


def refuse(arguments):
    """Refuse."""
    raise InputError("3 models; wanted one;\nname it")


def stop(arguments):
    """Be stopped."""
    raise KeyboardInterrupt


def need(arguments):
    """Need another package."""
    import no_such_package  # noqa: F401


def be_wrong(arguments):
    """Be wrong."""
    raise RuntimeError("a bug")


@pytest.fixture
def run(monkeypatch, capsys):
    """Runs the command with those of this file; gives exit status, stdout and stderr."""
    names = ("echo", "refuse", "stop", "need", "be_wrong")
    values = {name: f"{__name__}:{name}" for name in names} | {"absent": "no_such_package.inner:main [measure]"}
    points = [EntryPoint(name.replace("_", "-"), place, "pytest_claims.commands") for name, place in values.items()]
    monkeypatch.setattr(command, "entry_points", lambda group: [point for point in points if point.group == group])

    def call(*arguments):
        try:
            status = command.main(arguments)
        except SystemExit as ended:
            status = ended.code
        return status, *capsys.readouterr()

    return call


def test_command_gets_its_words_and_gives_its_status(run):
    assert run("echo", "--model", "x") == (2, "--model x\n", "")
    assert run("echo") == (0, "\n", "")
    assert run("echo", "--help", "--version") == (2, "--help --version\n", "")


def test_words_of_the_command_line_are_taken(run, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["pytest-claims", "echo", "a"])
    assert command.main() == 1


def test_help_has_one_line_for_each(run):
    status, out, _ = run("--help")
    lines = [line.split(maxsplit=1) for line in out.partition("commands:")[2].strip().splitlines()]
    assert status == 0
    assert ["echo", "Say what came."] in lines
    assert ["absent", "needs no_such_package, which is not installed: pip install 'pytest-claims[measure]'"] in lines


def test_version(run):
    assert run("--version") == (0, f"pytest-claims {version('pytest-claims')}\n", "")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["ehco"], 2, "error: there is no command 'ehco'; did you mean echo? See pytest-claims --help\n"),
        ([], 2, "error: the following arguments are required: command, ...\n"),
        (["refuse"], 1, "pytest-claims refuse: 3 models; wanted one; name it\n"),
        (["stop"], 130, "pytest-claims stop: interrupted\n"),
        (["need"], 1, "needs no_such_package, which is not installed: pip install 'pytest-claims'\n"),
        (["absent"], 1, "needs no_such_package, which is not installed: pip install 'pytest-claims[measure]'\n"),
    ],
)
def test_what_cannot_be_done_is_one_line(run, words, status, said):
    ended, out, err = run(*words)
    assert (ended, out) == (status, "")
    assert err.endswith(said)


def test_bug_keeps_its_traceback(run):
    with pytest.raises(RuntimeError, match="a bug"):
        run("be-wrong")
