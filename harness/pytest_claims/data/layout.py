"""The layout of labelled arrays: which dimensions are rows by a declaration, what is read, and what is summed.

Knows nothing about cells or tables. The dimensions that are declared as units or factors are the rows; counts are
summed over all others, and nothing else lies along these.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pytest_claims.base.errors import InputError
from pytest_claims.data.alternatives import others
from pytest_claims.data.declaration import Declaration
from pytest_claims.data.entries import column_of, lacking
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.wanted import wanted_columns


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How arrays lie.

    Attributes:
        rows: the dimensions of which each combination of labels is a row, units first.
        read: the arrays that somebody asks for.
        rates: of each rate the arrays of its successes and of its trials, also where one is not there.
        summed: the dimensions over which counts are summed.
        unread: the arrays that nobody asks for.
    """

    rows: tuple[str, ...]
    read: tuple[str, ...]
    rates: tuple[tuple[str, str], ...]
    summed: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def counts(self) -> frozenset[str]:
        """The arrays that are counts."""
        return frozenset(name for rate in self.rates for name in rate)

    @property
    def trials(self) -> tuple[str, ...]:
        """The arrays that say how often something was tried."""
        return tuple(dict.fromkeys(trials for _, trials in self.rates if trials in self.read))


def layout_of(measurement: Measurement, declared: Declaration, *, besides: Collection[str] = ()) -> Layout:
    """The layout of a measurement by a declaration; ``besides`` are columns that it gets from elsewhere.

    Raises:
        InputError: for an array that is not there and for one that lies along a dimension that is not declared.
    """
    data, wanted = measurement.data, wanted_columns(declared)
    names = list(map(str, data.data_vars))
    _refuse_lacking(measurement, declared, besides)
    layout = Layout(
        rows=tuple(_rows(measurement, declared)),
        read=tuple(name for name in names if name in wanted),
        rates=tuple(_rates(declared)),
        summed=tuple(_summed(measurement, declared)),
        unread=tuple(name for name in names if name not in wanted),
    )
    for dim in map(str, data.sizes):
        if dim in wanted and dim not in layout.rows:
            raise InputError(f"{measurement.name}: {dim} is a dimension; declare it as a unit or factor")
    for name in layout.read:
        _check_array(measurement, layout, name)
    _check_rates(measurement, layout)
    _check_rows(measurement, layout)
    return layout


def _refuse_lacking(measurement: Measurement, declared: Declaration, besides: Collection[str]) -> None:
    there = [*map(str, measurement.data.sizes), *map(str, measurement.data.data_vars)]
    for name, _ in lacking(declared, {*there, *declared.cut, *besides}):
        have = ", ".join(there) or "nothing"
        raise InputError(f"{measurement.name}: no column {name!r}: have {have}; {declared.remedy}")


def _rows(measurement: Measurement, declared: Declaration) -> Iterator[str]:
    """The dimensions along which units and factors lie, or from whose labels they are cut, in their order."""
    columns = [one.column or name for name, one in declared.units.items()]
    columns += [one.column or name for name, one in declared.factors.items() if not one.columns]
    lying = [declared.cut[column].from_ if column in declared.cut else column for column in columns]
    yield from (dim for dim in dict.fromkeys(lying) if dim in measurement.data.sizes)


def _rates(declared: Declaration) -> Iterator[tuple[str, str]]:
    """Those of all alternatives, too."""
    found = dict[tuple[str, str], None]()
    for one in (declared, *others(declared).values()):
        for entry in one.measured.values():
            if entry.successes:
                found[column_of(entry.successes, one), column_of(entry.trials, one)] = None
    yield from found


def _summed(measurement: Measurement, declared: Declaration) -> Iterator[str]:
    rows, counts = set(_rows(measurement, declared)), {name for rate in _rates(declared) for name in rate}
    dims = [str(dim) for name in counts if name in measurement.data for dim in measurement.data[name].dims]
    yield from (dim for dim in map(str, measurement.data.sizes) if dim in dims and dim not in rows)


def _check_array(measurement: Measurement, layout: Layout, name: str) -> None:
    """That an array lies along rows, unless it is of counts."""
    others = [dim for dim in map(str, measurement.data[name].dims) if dim not in layout.rows]
    if others and name not in layout.counts:
        raise InputError(
            f"{measurement.name}: {name} lies along {others[0]}, and only counts are summed over a dimension that is "
            f"not declared; declare {others[0]} as a unit or factor"
        )


def _check_rates(measurement: Measurement, layout: Layout) -> None:
    """That successes and trials are summed over the same dimensions."""
    for rate in layout.rates:
        if not set(rate) <= set(layout.read):
            continue
        several = [set(map(str, measurement.data[name].dims)) - set(layout.rows) for name in rate]
        if differ := sorted(several[0] ^ several[1]):
            there, lacks = rate if differ[0] in several[0] else reversed(rate)
            raise InputError(
                f"{measurement.name}: {there} lies along {differ[0]}, and {lacks} does not; give both along it, or "
                f"declare {differ[0]} as a unit or factor"
            )


def _check_rows(measurement: Measurement, layout: Layout) -> None:
    """That something was measured along each dimension: else each row would stand there again and again."""
    along = {str(dim) for name in layout.read for dim in measurement.data[name].dims}
    for dim in layout.rows:
        if (count := measurement.data.sizes[dim]) > 1 and dim not in along:
            raise InputError(
                f"{measurement.name}: nothing that is declared was measured along {dim}, so that each row would stand "
                f"there {count} times; remove {dim} from the units and factors, or declare what lies along it"
            )
