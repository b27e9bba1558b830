import os
import signal
import subprocess
import sys

import pytest
from tiny import SOURCES

from pytest_claims_lab.command import as_command


@pytest.fixture(autouse=True)
def as_before():
    """Signals do what they did."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def interrupted_in_c() -> None:
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        raise ValueError("could not determine the shape") from None


def test_interrupt_of_which_a_library_made_another_error_is_one(capsys):
    """Code in C may meet the interrupt, and say that something else is wrong."""
    with pytest.raises(SystemExit) as ended, as_command("pytest-claims measure", []):
        interrupted_in_c()
    assert ended.value.code == 130
    assert capsys.readouterr().err.startswith("pytest-claims measure: interrupted; what was finished before is kept")


def test_end_of_a_jobs_time_is_an_interrupt(capsys):
    """A scheduler, and timeout, send SIGTERM; what is kept, and how to go on, was not told."""
    with pytest.raises(SystemExit) as ended, as_command("pytest-claims measure", []):
        os.kill(os.getpid(), signal.SIGTERM)
    assert ended.value.code == 128 + signal.SIGTERM
    assert capsys.readouterr().err.startswith("pytest-claims measure: interrupted; what was finished before is kept")


def test_signals_are_as_they_were_after_a_command():
    with as_command("pytest-claims measure", []):
        assert signal.getsignal(signal.SIGTERM) not in (signal.SIG_DFL, signal.SIG_IGN)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_signal_that_another_has_taken_stays_with_it():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # as nohup does of others
    with as_command("pytest-claims measure", []):
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN


def test_reader_that_has_seen_enough_ends_a_command_without_a_word():
    """As ``head`` does after some lines."""
    script = (
        "from pytest_claims_lab.command import as_command\nwith as_command('c', []):\n    while True: print('a' * 999)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(SOURCES)}
    process = subprocess.Popen(  # noqa: S603  ours
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert process.stdout.readline() == b"a" * 999 + b"\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait() == 128 + signal.SIGPIPE
    process.stderr.close()
