"""Values derived from a table, which several claims ask for: of copies that are asked the same they are computed once.

Knows nothing about what is derived.
"""

import functools
from collections.abc import Callable, Hashable
from typing import Concatenate, ParamSpec

from pytest_claims.base.arrays import FloatArray
from pytest_claims.base.errors import InputError
from pytest_claims.data.siblings import derived_of
from pytest_claims.data.table import Table

Told = ParamSpec("Told")


def derived(
    make: Callable[Concatenate[Table, Told], FloatArray],
) -> Callable[Concatenate[Table, Told], FloatArray]:
    """Decorate a function of a table, and of whatever else is hashable and given by place, that gives an array.

    The array depends on these alone, is read-only, and no estimate is noted on the way to it. Claims say the same with
    and without this, but of hundreds of copies it is computed once for all claims, and statistics of it are found at
    once::

        @derived
        def gain(table: Table) -> FloatArray:
            return table["after"] - table["before"]
    """

    def asked(table: Table, /, *args: Told.args, **kwargs: Told.kwargs) -> FloatArray:
        told: tuple[Hashable, ...] = args
        by_name = functools.partial(make, **kwargs) if kwargs else make
        try:
            hash(told)
        except TypeError as error:
            raise InputError(f"{make.__name__} is @derived and told {told!r:.60}; give it what is hashable") from error
        return derived_of(table, by_name, told) if kwargs else table.derived(make, told)

    functools.update_wrapper(asked, make)
    return asked
