"""One thread: small products of matrices are computed by the thread that asks for them.

Knows nothing about who computes what. A product of 30 by 10 takes microseconds; handed out to several threads it takes
as long as these need to wake up, which is a hundred times as long where other processes use the same processors.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import numpy as _numpy  # noqa: F401  its library is there before anybody looks for it
from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[Any]:
    """Within it numpy's products are computed in one thread; after it in as many as before."""
    limits: AbstractContextManager[Any] = _libraries().limit(limits=1)
    return limits


@cache
def _libraries() -> Any:
    """The libraries of linear algebra that are loaded; to find them takes milliseconds, and so it is done once."""
    return ThreadpoolController().select(user_api="blas")
