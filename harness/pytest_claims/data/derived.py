"""Values derived from a table, which several claims ask for: computed once for a table, and at once for its copies.

Knows nothing about what is derived.
"""

import functools
from collections.abc import Callable, Hashable
from typing import Concatenate, ParamSpec

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.frozen import read_only
from pytest_claims.data.table import Table

Told = ParamSpec("Told")


def derived(
    make: Callable[Concatenate[Table, Told], FloatArray],
) -> Callable[Concatenate[Table, Told], FloatArray]:
    """Decorate a function of a table, and of whatever else is hashable and given by place, that gives an array.

    The array depends on these alone, and is read-only. Claims say the same with and without this, but of hundreds of
    copies it is computed once for all claims, and statistics of it are found at once::

        @derived
        def gain(table: Table) -> FloatArray:
            return table["after"] - table["before"]
    """

    def asked(table: Table, /, *args: Told.args, **kwargs: Told.kwargs) -> FloatArray:
        told: tuple[Hashable, ...] = args
        return read_only(make(table, *args, **kwargs) if kwargs else table.derived(make, told))

    functools.update_wrapper(asked, make)
    return asked
