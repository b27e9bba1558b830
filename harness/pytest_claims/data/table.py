"""The table: what a claim sees of a subject. Rows, columns, levels of units and factors, and arrays along rows.

Knows nothing about files, pytest or models, nor what any column means. A copy without some rows, or with rows drawn
again, is a list of places; that is what lets a claim be asked the same question again on other data.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pytest_claims.base.arrays import FloatArray, IntArray, floats
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.frozen import ReadOnly, frozen, read_only, read_only_mapping, sealed
from pytest_claims.base.schema import refuse_unknown, unknown_name
from pytest_claims.data.array import Alternatives, Array
from pytest_claims.data.columns import Columns
from pytest_claims.data.complete import Pairs, complete, pairs, refuse_gaps
from pytest_claims.data.design import Design, Rate
from pytest_claims.data.dropped import Dropped, Otherwise
from pytest_claims.data.extreme import extreme
from pytest_claims.data.gap import Gap
from pytest_claims.data.grid import grid
from pytest_claims.data.levels import Levels, drawn_levels
from pytest_claims.data.pooled import pooled
from pytest_claims.data.siblings import Siblings, derived_of

_NOT_ROUNDED: Final[Mapping[str, float]] = ReadOnly()
_NONE: Final = np.zeros(0, dtype=np.intp)
_LATER: Final = ("rows", "levels")  # of a copy these are made when somebody asks for them
_ALONE: Final[tuple[Callable[[], Siblings | None], int]] = (lambda: None, 0)


@dataclass(frozen=True, kw_only=True, eq=False)
class Table:
    """Columns of shape (N,), in the order of ``rows``, and arrays. Nothing of it can be changed.

    Attributes:
        subject: whose data these are, and ``base_model`` the model that was measured: subjects may share one.
        rows: a name for each; a resampled table may hold a row more than once.
        columns: by name, shape (N,).
        levels: by unit and factor, which level each row is of. Without any, each row is a level of the first unit.
        rounding: half of the last printed digit of each column of a published table; none where something
            was measured, or changed.
        families: of levels of a unit that are alike, by their names.
        design: what the columns are to each other.
        arrays: over all rows of the subject, whichever of them this copy has.
        labels: along the other dimensions of arrays, of which a unit may be one.
        alternatives: what one column might have been instead; ``variants`` are whole tables, by what was chosen
            otherwise. ``dropped`` says how many rows were left out, and why, ``otherwise`` which text was taken for
            which number.
        nothing: why nothing can be judged on these data, if that is so.
        places: which of the arrays' rows these are, shape (N,), and ``outcomes_of`` whose outcomes they have,
            where those were dealt to others.
    """

    subject: str
    base_model: str = ""
    rows: tuple[str, ...]
    columns: Mapping[str, FloatArray]
    levels: Mapping[str, Levels] = field(default_factory=dict)
    rounding: Mapping[str, float] = field(default_factory=dict)
    families: Mapping[str, str] = field(default_factory=dict)
    design: Design = field(default_factory=Design)
    arrays: Mapping[str, Array] = field(default_factory=dict)
    labels: Mapping[str, tuple[str | int, ...]] = field(default_factory=dict)
    alternatives: Alternatives | None = None
    variants: Mapping[str, "Table"] = field(default_factory=dict)
    dropped: tuple[Dropped, ...] = ()
    otherwise: tuple[Otherwise, ...] = ()
    nothing: Gap | None = None
    places: IntArray = field(default_factory=lambda: _NONE)
    outcomes_of: IntArray = field(default_factory=lambda: _NONE)

    def __post_init__(self) -> None:
        columns = {name: read_only(floats(values)) for name, values in self.columns.items()}
        object.__setattr__(self, "columns", read_only_mapping(columns))
        if not self.levels and (first := self.design.units[0].name) not in self.labels:
            codes = np.arange(len(self.rows))
            object.__setattr__(self, "levels", {first: Levels(names=self.rows, codes=codes)})
        for name in ("levels", "rounding", "families", "arrays", "labels", "variants"):
            object.__setattr__(self, name, read_only_mapping(getattr(self, name)))
        for name in ("places", "outcomes_of"):
            given = getattr(self, name)
            object.__setattr__(self, name, read_only(given if len(given) else np.arange(len(self.rows))))

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, name: str) -> Any:
        """One column, shape (N,): numbers, or of a unit or factor the name of each row's level.

        Raises:
            Undecided: where the subject does not have it.
            InputError: for a name that no subject has, and for a column with gaps: see :meth:`complete`.
        """
        if name in self.columns:
            values = self.columns[name]
            return refuse_gaps(name, values) if name in self.design.gaps else values
        if name in self.levels:
            return self.levels[name].labels
        if self.design.columns and name not in self.design.columns:
            raise InputError(f"{unknown_name('column', name, self.design.columns)}; correct it")
        have = ", ".join(dict.fromkeys([self.design.words.unit, *self.levels, *self.columns]))
        raise Undecided(f"no column {name!r}", have=have, remedy=self.design.remedy, missing=name, what="column")

    if not TYPE_CHECKING:  # to a type checker, what is not declared is not there

        def __getattr__(self, name: str) -> Any:
            """What of a copy is made late; or say how a column is written, which once was an attribute."""
            own = object.__getattribute__(self, "__dict__")
            later = own.get("_later", {})
            if name in later:
                found = own[name] = later[name]()
                later[name] = lambda: found  # also for those that know this copy under another object
                return found
            raise AttributeError(f"a table has no attribute {name!r}; a column is written table[{name!r}]")

    def array(self, name: str) -> FloatArray:
        """An array of these rows: along each of its dimensions over rows as long as the table.

        Between two such dimensions it is NaN of a row with itself. Raises Undecided where there is none of that name.
        """
        if name not in self.arrays:
            have = ", ".join(self.arrays)
            raise Undecided(f"no array {name!r}", have=have, remedy=self.design.remedy, missing=name, what="array")
        array = self.arrays[name]
        return array.of_rows(self.outcomes_of if array.outcome else self.places)

    def derived(self, make: Callable[..., FloatArray], told: tuple[Hashable, ...] = ()) -> FloatArray:
        """What ``make(table, *told)`` gives; of copies that are asked the same it is computed for all, and kept."""
        siblings, place = self.__dict__.get("_siblings", _ALONE)
        known = siblings()
        found = known.derived(place, make, told) if known else None
        return derived_of(self, make, told) if found is None else found

    def cells(self, column: str, *dims: str, mean: bool = False) -> FloatArray:
        """A column by the levels of units and factors, in the order of :meth:`names`; NaN where there is no row.

        Args:
            column: its name.
            dims: units and factors, one for each dimension of what is returned.
            mean: whether rows of the same cell are averaged; otherwise they are refused with an InputError.
        """
        return grid(self[column], {dim: self._levels_of(dim) for dim in dims}, mean=mean)

    def complete(self, *columns: str) -> "Table":
        """A copy with the rows that have a number in each of these columns; the verdict says how many have none."""
        asked = {name: self.columns[name] if name in self.design.gaps else self[name] for name in columns}
        return self._take(np.flatnonzero(complete(asked, self.levels, self.design)))

    def pairs(self, column: str, factor: str, *, within: str, mean: bool = False) -> Pairs:
        """The column by the levels of a factor, each (items,), of the items that have it for all of these levels.

        ``pairs("score", "model", within="item")["a"]`` and ``["b"]`` are of the same items, in one order. The verdict
        says how many are left out. ``mean`` averages rows of one item and level; otherwise they are refused.
        """
        values = self.columns[column] if column in self.design.gaps else self[column]
        levels = {**self.levels, factor: self._levels_of(factor), within: self._levels_of(within)}
        return pairs(column, values, levels, factor=factor, within=within, mean=mean)

    def names(self, dim: str) -> tuple[str, ...]:
        """The levels of a unit or factor that this copy has, in the order of the data; twice what was drawn twice."""
        if dim in self.labels:
            return tuple(map(str, self.labels[dim]))
        levels = self._levels_of(dim)
        return tuple([levels.apart[code] for code in levels.present.tolist()])

    def codes(self, dim: str, levels: str | Sequence[str]) -> IntArray:
        """The places of these levels among those of a unit or factor. Raises Undecided for one that is not there."""
        names = tuple(map(str, self.labels[dim])) if dim in self.labels else self._levels_of(dim).names
        wanted = {levels} if isinstance(levels, str) else set(levels)
        if lacking := sorted(wanted.difference(names)):
            raise Undecided(f"no {dim} {lacking[0]!r}", have=", ".join(names), missing=lacking[0], what=dim)
        return np.array([code for code, name in enumerate(names) if name in wanted], dtype=np.intp)

    @property
    def successes(self) -> FloatArray:
        """Of the design's first rate the successes of each row, shape (N,): those that its rate gives, if not counted.

        Raises Undecided where nothing was counted, as does :attr:`trials`.
        """
        return self.counts(self._rate)[0]

    @property
    def trials(self) -> FloatArray:
        """How many times each row was tried, shape (N,)."""
        return self.counts(self._rate)[1]

    def counts(self, rate: Rate) -> tuple[FloatArray, FloatArray]:
        """Successes and trials of each row, both (N,). Raises Undecided where they were not counted."""
        trials = self[rate.trials]
        if rate.successes in self.columns:
            return self.columns[rate.successes], trials
        return read_only(np.round(self[rate.name] * trials)), trials

    def value(self, column: str, row: str) -> float:
        """One row's value. Raises Undecided where the table has no such row."""
        return float(self[column][self._places_of(row)[0]])

    def rank(self, column: str, row: str) -> int:
        """1 for the highest value of the column; rows that tie share the better rank."""
        return 1 + int(np.sum(self[column] > self.value(column, row)))

    def highest(self, count: int, column: str) -> "Table":
        """The ``count`` rows with the highest values of ``column``, highest first."""
        return self._extreme(column, -self[column], count, "highest")

    def lowest(self, count: int, column: str) -> "Table":
        """The ``count`` rows with the lowest values of ``column``, lowest first."""
        return self._extreme(column, self[column], count, "lowest")

    def only(self, **levels: str | Sequence[str]) -> "Table":
        """A copy with the rows of these levels, as ``only(arm="treated", model=["a", "b"])``. Undecided without any."""
        stays = np.ones(len(self), dtype=bool)
        for name, some in levels.items():
            stays &= np.isin(self._levels_of(name).codes, self.codes(name, some))
            if not stays.any():
                wanted = ", ".join([some] if isinstance(some, str) else some)
                raise Undecided(f"no {self.design.words.unit} of {name} {wanted}", missing=wanted, what=name)
        return self._take(np.flatnonzero(stays))

    def without(self, *rows: str, **levels: str | Sequence[str]) -> "Table":
        """A copy without these rows, or levels of units. Raises Undecided for one that is not there."""
        copy = self
        for name, some in levels.items():
            copy = copy.leave_out(name, copy.codes(name, some))
        gone = {place for row in rows for place in copy._places_of(row)}
        stay = [place for place in range(len(copy)) if place not in gone]
        return copy._take(np.array(stay, dtype=np.intp)) if gone else copy

    def leave_out(self, unit: str, codes: IntArray) -> "Table":
        """A copy without these levels of a unit, by their places among its names.

        Where arrays lie along the unit, rates are those of what stays. Raises Undecided for a row without any.
        """
        if unit in self.labels:
            gone = ", ".join(str(self.labels[unit][code]) for code in codes.tolist())
            stay = np.delete(np.arange(len(self.labels[unit])), codes)
            return self._at_labels(unit, stay, f"without {unit} {gone}")
        levels = self.levels[unit]
        stays = np.ones(len(levels.names), dtype=bool)
        stays[codes] = False
        return self._take(np.flatnonzero(stays[levels.codes]))

    def resampled(self, codes: IntArray, unit: str = "") -> "Table":
        """A copy with these levels of a unit, the first if none is named, each as often as it is drawn."""
        unit = unit or self.design.units[0].name
        if unit in self.labels:
            return replace(self._at_labels(unit, codes, f"with the {unit} drawn"), rounding=_NOT_ROUNDED)
        places, which = self.levels[unit].rows_of(codes)
        inner = {name for name, one in self.design.unit.items() if unit in one.within}
        copy = self._take(places, rounding=_NOT_ROUNDED)
        copy.__dict__["_later"]["levels"] = lambda: drawn_levels(self.levels, unit, inner, codes, places, which)
        return copy

    def dealt(self, order: IntArray, columns: Sequence[str] = ()) -> "Table":
        """A copy in which each row has these columns of another, those of rates unless told; ``order`` is (N,)."""
        names = self.design.together(columns or [rate.name for rate in self.design.rates])
        own = {name: sealed(self.columns[name][order]) for name in names if name in self.columns}
        moved = {name: self.levels[name].take(order) for name in names if name in self.levels}
        levels = {"levels": ReadOnly({**self.levels, **moved})} if moved else {}
        outcomes, dealt = sealed(self.outcomes_of[order]), Columns(self.columns, None, own)
        return self._copy(columns=dealt, rounding=_NOT_ROUNDED, outcomes_of=outcomes, **levels)

    def relabelled(self, name: str, codes: IntArray) -> "Table":
        """A copy with other levels of a unit or factor; ``codes`` are (N,) places among its names."""
        levels = Levels(names=self.levels[name].names, codes=sealed(codes))
        return self._copy(levels=ReadOnly({**self.levels, name: levels}), rounding=_NOT_ROUNDED)

    def changed(self, **columns: FloatArray) -> "Table":
        """A copy with other values in these columns, each of shape (N,)."""
        own = {name: sealed(np.array(values, dtype=float)) for name, values in columns.items()}
        return self._copy(columns=Columns(self.columns, None, own), rounding=_NOT_ROUNDED)

    def counted(self, successes: FloatArray, trials: FloatArray, rate: Rate | None = None) -> "Table":
        """A copy with other counts behind a rate, the first unless told; each of shape (N,)."""
        rate = rate or self._rate
        return self.changed(**{rate.successes: successes, rate.name: successes / trials})

    def again(self) -> "Table":
        """The same table as another object: who puts something else in its place changes it for nobody else."""
        copy = object.__new__(Table)
        copy.__dict__.update(self.__dict__)
        return copy

    def fresh(self) -> "Table":
        """The same table in memory of its own: what reaches behind read-only arrays reaches no other table."""
        return replace(
            self,
            columns={name: frozen(values) for name, values in self.columns.items()},
            levels={name: Levels(names=one.names, codes=frozen(one.codes)) for name, one in self.levels.items()},
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

    def _levels_of(self, dim: str) -> Levels:
        if dim not in self.levels:
            refuse_unknown([dim], [*self.levels, *self.labels], what="unit or factor", where=self.subject)
        return self.levels[dim]

    def _at_labels(self, dim: str, places: IntArray, where: str) -> "Table":
        """A copy with what was measured at these labels of a dimension of its arrays."""
        arrays = {name: array.at(dim, places) for name, array in self.arrays.items()}
        labels = {**self.labels, dim: tuple([self.labels[dim][place] for place in places.tolist()])}
        rates = pooled(self.design, arrays, self.rows, of=self.outcomes_of, where=where)
        return replace(self.changed(**rates), rounding=self.rounding, arrays=arrays, labels=labels)

    def _places_of(self, row: str) -> list[int]:
        places = [place for place, name in enumerate(self.rows) if name == row]
        if not places:
            unit = self.design.words.unit
            raise Undecided(f"no {unit} {row!r}", have=", ".join(self.rows), missing=row, what=unit)
        return places

    def _take(self, places: IntArray, rounding: Mapping[str, float] | None = None) -> "Table":
        later: dict[str, Callable[[], Any]] = {
            "rows": lambda: tuple([self.rows[place] for place in places.tolist()]),
            "levels": lambda: ReadOnly({name: levels.take(places) for name, levels in self.levels.items()}),
        }
        return self._copy(
            columns=Columns(self.columns, places),
            rounding=self.rounding if rounding is None else rounding,
            places=sealed(self.places[places]),
            outcomes_of=sealed(self.outcomes_of[places]),
            _later=later,
        )

    def _copy(self, **fields: Any) -> "Table":
        """A copy with other values in these fields, which are read-only already: thousands are made of a table."""
        copy = self.again()
        copy.__dict__.pop("_siblings", None)
        if "_later" in fields:
            for name in _LATER:
                copy.__dict__.pop(name, None)
        copy.__dict__.update(fields)
        return copy

    def _extreme(self, column: str, key: FloatArray, count: int, word: str) -> "Table":
        called, units = f"{count} {word}", self.design.words.units
        return self._take(extreme(key, count, self.rows, called=called, column=column, units=units))
