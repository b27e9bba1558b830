"""A claim's body called with its values and a table: what it says in pytest's own words, it says in those of a claim.

Knows nothing about judging.
"""

from copy import copy
from types import MethodType
from typing import Any

import pytest

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.data.table import Table


def call(function: Any, arguments: dict[str, Any], table: Table) -> object:
    """Call a body. Raises what it raises, but of pytest: AssertionError, Undecided, and InputError for an xfail."""
    if isinstance(function, MethodType):  # what a body keeps on its object must not reach the next call
        function = MethodType(function.__func__, copy(function.__self__))
    try:
        return function(table=table, **arguments)
    except pytest.xfail.Exception as error:
        raise InputError("the claim calls pytest.xfail; assert, and the baseline will know that it fails") from error
    except pytest.fail.Exception as error:
        raise AssertionError(error.msg) from error
    except pytest.skip.Exception as error:
        raise Undecided(error.msg or "the claim skips itself") from error
