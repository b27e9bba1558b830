"""The table: what a claim sees of a subject. Rows, columns, and arrays along rows and further dimensions.

Knows nothing about files, pytest or models, nor what any column means. A table is cheap to copy without some
rows; that is what lets a claim be asked the same question again on other data.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, NoReturn

import numpy as np

from pytest_claims.base.arrays import BoolArray, FloatArray, IntArray
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.frozen import ReadOnly, frozen, read_only, read_only_mapping, sealed
from pytest_claims.base.schema import refuse_unknown, unknown_name
from pytest_claims.data.design import Design, Rate
from pytest_claims.data.gap import Gap

ROWS: Final = "rows"  # the dimension of an array that goes along the rows of its table
_NOT_ROUNDED: Final[Mapping[str, float]] = ReadOnly()


@dataclass(frozen=True, kw_only=True, eq=False)
class Array:
    """Values along ``dims``, some of which may be :data:`ROWS`.

    ``outcome`` says whether they are dealt to other rows with the outcomes, or stay where they are.
    """

    values: FloatArray
    dims: tuple[str, ...]
    outcome: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", read_only(self.values))

    def fresh(self) -> "Array":
        """The same in memory of its own."""
        return replace(self, values=frozen(self.values))

    def without(self, dim: str, place: int) -> "Array":
        """A copy without what is at one place along a dimension; itself, if it has no such dimension."""
        if dim not in self.dims:
            return self
        return replace(self, values=np.delete(self.values, place, axis=self.dims.index(dim)))


@dataclass(frozen=True, kw_only=True, eq=False)
class Alternatives:
    """Other values that ``column`` might have had, had one chosen otherwise: ``values`` (choice, all rows).

    ``ordinary`` (choice,) are those that differ from what was chosen in the least.
    """

    column: str
    values: FloatArray
    ordinary: BoolArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", read_only(self.values))
        object.__setattr__(self, "ordinary", read_only(self.ordinary))

    def fresh(self) -> "Alternatives":
        """The same in memory of their own."""
        return replace(self, values=frozen(self.values), ordinary=frozen(self.ordinary))


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """Columns of shape (N,), in the order of ``rows``, and arrays. Nothing of it can be changed.

    Attributes:
        subject: whose data these are, and ``base_model`` the model that was measured: subjects may share one.
        rows: a name for each; a resampled table may hold a row more than once.
        columns: by name, shape (N,).
        rounding: half of the last printed digit of each column of a published table; none where something
            was measured, or changed.
        families: of rows that are alike, by their names.
        design: what the columns are to each other.
        arrays: over all rows of the subject, whichever of them this copy has.
        labels: along the other dimensions of arrays.
        alternatives: what one column might have been instead.
        nothing: why nothing can be judged on these data, if that is so.
        places: which of the arrays' rows these are, shape (N,), and ``outcomes_of`` whose outcomes they have,
            where those were dealt to others.
    """

    subject: str
    base_model: str = ""
    rows: tuple[str, ...]
    columns: Mapping[str, FloatArray]
    rounding: Mapping[str, float] = field(default_factory=dict)
    families: Mapping[str, str] = field(default_factory=dict)
    design: Design = field(default_factory=Design)
    arrays: Mapping[str, Array] = field(default_factory=dict)
    labels: Mapping[str, tuple[str | int, ...]] = field(default_factory=dict)
    alternatives: Alternatives | None = None
    nothing: Gap | None = None
    places: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.intp))
    outcomes_of: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.intp))

    def __post_init__(self) -> None:
        columns = {name: read_only(_numbers(values)) for name, values in self.columns.items()}
        object.__setattr__(self, "columns", read_only_mapping(columns))
        for name in ("rounding", "families", "arrays", "labels"):
            object.__setattr__(self, name, read_only_mapping(getattr(self, name)))
        for name in ("places", "outcomes_of"):
            given = getattr(self, name)
            object.__setattr__(self, name, read_only(given if len(given) else np.arange(len(self.rows))))

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> FloatArray:
        """One column, shape (N,).

        Raises:
            Undecided: where the subject does not have it.
            InputError: for a name that no subject has.
        """
        if name in self.columns:
            return self.columns[name]
        if self.design.columns and name not in self.design.columns:
            raise InputError(f"{unknown_name('column', name, self.design.columns)}; correct it")
        have = ", ".join([self.design.words.unit, *self.columns])
        raise Undecided(f"no column {name!r}", have=have, remedy=self.design.remedy, missing=name, what="column")

    if not TYPE_CHECKING:  # to a type checker, what is not declared is not there

        def __getattr__(self, name: str) -> NoReturn:
            """Say how a column is written, which claims of before wrote as an attribute."""
            raise AttributeError(f"a table has no attribute {name!r}; a column is written table[{name!r}]")

    def array(self, name: str) -> FloatArray:
        """An array of these rows: along each of its dimensions over rows as long as the table.

        Between two such dimensions it is NaN of a row with itself. Raises Undecided where there is none of that name.
        """
        if name not in self.arrays:
            have = ", ".join(self.arrays)
            raise Undecided(f"no array {name!r}", have=have, remedy=self.design.remedy, missing=name, what="array")
        array = self.arrays[name]
        places, values = self.outcomes_of if array.outcome else self.places, array.values
        axes = [axis for axis, dim in enumerate(array.dims) if dim == ROWS]
        for axis in axes:
            # Rows come to lie beside each other in memory, on which the last digits of a sum depend.
            values = values[(slice(None),) * axis + (places,)]
        if len(axes) == 2:
            values = _without_itself(values, places, (axes[0], axes[1]))
        return read_only(values)

    @property
    def successes(self) -> FloatArray:
        """Of the design's rate the successes of each row, shape (N,): those that its rate gives, if not counted.

        Raises Undecided where nothing was counted, as does :attr:`trials`.
        """
        rate = self._rate
        if rate.successes in self.columns:
            return self.columns[rate.successes]
        return read_only(np.round(self[rate.name] * self.trials))

    @property
    def trials(self) -> FloatArray:
        """How many times each row was tried, shape (N,)."""
        return self[self._rate.trials]

    def value(self, column: str, row: str) -> float:
        """One row's value. Raises Undecided where the table has no such row."""
        return float(self[column][self._places_of(row)[0]])

    def rank(self, column: str, row: str) -> int:
        """1 for the highest value of the column; rows that tie share the better rank."""
        return 1 + int(np.sum(self[column] > self.value(column, row)))

    def highest(self, count: int, column: str) -> "Table":
        """The ``count`` rows with the highest values of ``column``, highest first."""
        return self._extreme(count, column, -self[column], "highest")

    def lowest(self, count: int, column: str) -> "Table":
        """The ``count`` rows with the lowest values of ``column``, lowest first."""
        return self._extreme(count, column, self[column], "lowest")

    def without(self, *rows: str) -> "Table":
        """A copy without these rows. Raises Undecided for one that is not there."""
        gone = {place for row in rows for place in self._places_of(row)}
        return self._take(np.array([place for place in range(len(self)) if place not in gone], dtype=np.intp))

    def leave_one_out(self) -> Iterator[tuple[str, "Table"]]:
        """Each row in turn, with the copy that lacks it: N pairs."""
        for row in self.rows:
            yield row, self.without(row)

    def resampled(self, places: IntArray) -> "Table":
        """A copy with the rows at these places, each as often as it is named; shape of ``places`` (M,)."""
        return self._take(places, rounding=_NOT_ROUNDED)

    def dealt(self, order: IntArray) -> "Table":
        """A copy in which each row has the outcomes of another; ``order`` is (N,)."""
        columns = {name: self.columns[name][order] for name in self.design.dealt if name in self.columns}
        return self._copy(
            columns=ReadOnly({**self.columns, **{name: sealed(values) for name, values in columns.items()}}),
            rounding=_NOT_ROUNDED,
            outcomes_of=sealed(self.outcomes_of[order]),
        )

    def changed(self, **columns: FloatArray) -> "Table":
        """A copy with other values in these columns, each of shape (N,)."""
        return self._copy(
            columns=ReadOnly({**self.columns, **{name: read_only(values) for name, values in columns.items()}}),
            rounding=_NOT_ROUNDED,
        )

    def counted(self, successes: FloatArray, trials: FloatArray) -> "Table":
        """A copy with other counts behind its rate, each of shape (N,)."""
        rate = self._rate
        return self.changed(**{rate.successes: successes, rate.name: successes / trials})

    def without_label(self, dim: str, label: str | int) -> "Table":
        """A copy without what was measured at one label of a dimension of its arrays, such as one seed.

        Rates are those of what stays. Raises Undecided for a row of this copy of which nothing does, and
        InputError for a dimension or label that there is not.
        """
        refuse_unknown([dim], list(self.labels), what="dimension", where=self.subject)
        if label not in self.labels[dim]:
            have = ", ".join(map(str, self.labels[dim]))
            raise InputError(f"{self.subject}: unknown {dim} {label!r}; known are {have}; correct it")
        place = self.labels[dim].index(label)
        arrays = {name: array.without(dim, place) for name, array in self.arrays.items()}
        labels = {**self.labels, dim: tuple(other for other in self.labels[dim] if other != label)}
        rates = self._pooled(arrays, f"{dim} {label}")
        return replace(self.changed(**rates), rounding=self.rounding, arrays=arrays, labels=labels)

    def fresh(self) -> "Table":
        """The same table in memory of its own: what reaches behind read-only arrays reaches no other table."""
        return replace(
            self,
            columns={name: frozen(values) for name, values in self.columns.items()},
            arrays={name: array.fresh() for name, array in self.arrays.items()},
            alternatives=self.alternatives.fresh() if self.alternatives else None,
            places=frozen(self.places),
            outcomes_of=frozen(self.outcomes_of),
        )

    @property
    def _rate(self) -> Rate:
        if self.design.rate is None:
            raise Undecided("the finding does not say what was counted", remedy="declare the rate of its design")
        return self.design.rate

    def _pooled(self, arrays: Mapping[str, Array], gone: str) -> dict[str, FloatArray]:
        """The columns of the rate, from these arrays, of the rows that this copy has."""
        rate = self.design.rate
        if rate is not None and {rate.successes, rate.trials} <= arrays.keys():
            trials = _along_rows(arrays[rate.trials])[self.outcomes_of]
            if not trials.all():
                never = ", ".join(row for row, tried in zip(self.rows, trials, strict=True) if not tried)
                raise Undecided(f"without {gone} there are no {self.design.words.trials} of {never}")
            own = {name: _of_rows(arrays[name], self.outcomes_of) for name in (rate.successes, rate.trials)}
            return pooled(self.design, own)
        return {}

    def _places_of(self, row: str) -> list[int]:
        places = [place for place, name in enumerate(self.rows) if name == row]
        if not places:
            unit = self.design.words.unit
            raise Undecided(f"no {unit} {row!r}", have=", ".join(self.rows), missing=row, what=unit)
        return places

    def _take(self, places: IntArray, rounding: Mapping[str, float] | None = None) -> "Table":
        return self._copy(
            rows=tuple([self.rows[place] for place in places.tolist()]),
            columns=ReadOnly({name: sealed(values[places]) for name, values in self.columns.items()}),
            rounding=self.rounding if rounding is None else rounding,
            places=sealed(self.places[places]),
            outcomes_of=sealed(self.outcomes_of[places]),
        )

    def _copy(self, **fields: Any) -> "Table":
        """A copy with other values in these fields, which are read-only already: thousands are made of a table."""
        copy = object.__new__(Table)
        copy.__dict__.update(self.__dict__)
        copy.__dict__.update(fields)
        return copy

    def _extreme(self, count: int, column: str, key: FloatArray, word: str) -> "Table":
        units = self.design.words.units
        if count > len(self):
            raise Undecided(f"the {count} {word} of {len(self)} {units} are not defined: too few rows")
        order = np.argsort(key, kind="stable")
        if count < len(self) and key[order[count - 1]] == key[order[count]]:
            raise Undecided(
                f"the {count} {word} by {column} are not defined: "
                f"{self.rows[order[count - 1]]} and {self.rows[order[count]]} tie at the border"
            )
        return self._take(order[:count])


def _numbers(values: FloatArray) -> FloatArray:
    """Whole numbers and truths as float, on which all statistics compute; what is no number as it is."""
    array: FloatArray = np.asarray(values)
    return array.astype(float) if array.dtype.kind in "iub" else array


def _of_rows(array: Array, places: IntArray) -> Array:
    return replace(array, values=np.take(array.values, places, axis=array.dims.index(ROWS)))


def _without_itself(values: FloatArray, places: IntArray, axes: tuple[int, int]) -> FloatArray:
    """NaN where both axes are at the same row."""
    square = np.moveaxis(values, axes, (-2, -1))
    return np.moveaxis(np.where(places[:, None] == places[None, :], np.nan, square), (-2, -1), axes)


def pooled(design: Design, arrays: Mapping[str, Array], rows: Sequence[str] = ()) -> dict[str, FloatArray]:
    """The columns of the design's rate, from counts along rows and other dimensions; none where there are none.

    ``rows`` are their names, for an error to say. Raises InputError for a row that was never tried: it has no rate.
    """
    rate = design.rate
    if rate is None or not {rate.successes, rate.trials} <= arrays.keys():
        return {}
    successes, trials = (_along_rows(arrays[name]) for name in (rate.successes, rate.trials))
    if not trials.all():
        names = rows or [f"row {place + 1}" for place in range(len(trials))]
        never = ", ".join(name for name, tried in zip(names, trials, strict=True) if not tried)
        raise InputError(f"no {design.words.trials} of {never}; a rate needs some: measure again")
    return {rate.name: successes / trials, rate.successes: successes, rate.trials: trials}


def _along_rows(array: Array) -> FloatArray:
    others: Sequence[int] = [axis for axis, dim in enumerate(array.dims) if dim != ROWS]
    return np.asarray(array.values.sum(axis=tuple(others)))
