"""When a run began: code that is edited after that is not what it runs. Knows nothing about what it runs."""

import time
from typing import Final

import pytest

_STARTED: Final = pytest.StashKey[float]()


def begin(config: pytest.Config) -> None:
    """Remember it, before anything of the project is loaded but what pytest reads first."""
    config.stash[_STARTED] = time.time()


def started(config: pytest.Config) -> float:
    """When it was, in seconds since the epoch, as files have it."""
    return config.stash[_STARTED]
