import os
import signal

import pytest

from pytest_claims_lab.command import as_command


def interrupted_in_c() -> None:
    try:
        os.kill(os.getpid(), signal.SIGINT)
    except KeyboardInterrupt:
        raise ValueError("could not determine the shape") from None


def test_interrupt_of_which_a_library_made_another_error_is_one(capsys, monkeypatch):
    """Code in C may meet the interrupt, and say that something else is wrong."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(SystemExit) as ended, as_command("pytest-claims measure", []):
            interrupted_in_c()
    finally:
        signal.signal(signal.SIGINT, before)
    assert ended.value.code == 130
    assert capsys.readouterr().err.startswith("pytest-claims measure: interrupted; what was finished before is kept")
