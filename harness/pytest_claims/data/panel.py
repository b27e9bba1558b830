"""The panel: what a claim sees of a measurement, one row per source persona.

Knows nothing about files, pytest or models. A panel is cheap to copy without some rows; that is
what lets the harness ask a claim the same question again on other data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.frozen import frozen, read_only, read_only_mapping
from pytest_claims.base.schema import unknown_name
from pytest_claims.data.measurement import CENTRINGS, CONTROLS, READOUTS, REFERENCE, Measurement, fixed_layer
from pytest_claims.data.relations import PanelRelations, panel_relations_of

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
_RATES: Final = ("source_rate", "marked", "completions")
_BASE_RATES: Final = ("base_marked", "base_completions")
COLUMNS: Final = ("cosine", "js", *CONTROLS, *_RATES, *_BASE_RATES)  # all that a subject may have, in this order


@dataclass(frozen=True, kw_only=True, eq=False)
class Panel:
    """Columns over source personas: each of shape (N,), in the order of ``personas``. Nothing of it can be changed.

    ``rounding`` holds the half-width of the last printed digit of each column of a published
    table; a measured panel has none, nor has one whose values were changed. ``families`` groups
    personas that are alike; ``relations`` holds what is between personas, layers and seeds. A
    resampled panel may hold a persona more than once. ``base_model`` is the model that was measured.
    """

    subject: str
    base_model: str = ""
    personas: tuple[str, ...]
    columns: Mapping[str, FloatArray]
    rounding: Mapping[str, float] = field(default_factory=dict)
    families: Mapping[str, str] = field(default_factory=dict)
    relations: PanelRelations | None = None

    def __post_init__(self) -> None:
        columns = {name: read_only(values) for name, values in self.columns.items()}
        object.__setattr__(self, "columns", read_only_mapping(columns))
        for name in ("rounding", "families"):
            object.__setattr__(self, name, read_only_mapping(getattr(self, name)))

    def __len__(self) -> int:
        return len(self.personas)

    def column(self, name: str) -> FloatArray:
        """One column, shape (N,).

        Raises:
            Undecided: where the subject does not have it.
            InputError: for a name that no subject has.
        """
        if name in self.columns:
            return self.columns[name]
        if name not in COLUMNS:
            raise InputError(f"{unknown_name('column', name, COLUMNS)}; correct it")
        raise Undecided(
            f"no column {name!r}",
            have=", ".join(["persona", *self.columns]),
            remedy="add it or run with --model",
            missing=name,
        )

    @property
    def cosine(self) -> FloatArray:
        """Cosine to the assistant at the fixed layer, centred on the panel; in [-1, 1], shape (N,)."""
        return self.column("cosine")

    @property
    def js(self) -> FloatArray:
        """Jensen-Shannon divergence from the assistant in nats, in [0, ln 2], shape (N,)."""
        return self.column("js")

    @property
    def source_rate(self) -> FloatArray:
        """Share of the source persona's completions with the marker, in [0, 1], shape (N,)."""
        return self.column("source_rate")

    @property
    def completions(self) -> FloatArray:
        """Completions sampled per source persona, shape (N,)."""
        return self.column("completions")

    @property
    def marked(self) -> FloatArray:
        """Completions with the marker per source persona, shape (N,)."""
        if "marked" in self.columns:
            return self.columns["marked"]
        return read_only(np.round(self.source_rate * self.completions))

    def value(self, column: str, persona: str) -> float:
        """One persona's value. Raises Undecided where the panel has no such persona."""
        return float(self.column(column)[self._rows_of(persona)[0]])

    def rank(self, column: str, persona: str) -> int:
        """1 for the highest value of the column; personas that tie share the better rank."""
        return 1 + int(np.sum(self.column(column) > self.value(column, persona)))

    def highest(self, count: int, column: str) -> "Panel":
        """The ``count`` personas with the highest values of ``column``, highest first."""
        return self._extreme(count, column, -self.column(column), "highest")

    def lowest(self, count: int, column: str) -> "Panel":
        """The ``count`` personas with the lowest values of ``column``, lowest first."""
        return self._extreme(count, column, self.column(column), "lowest")

    def without(self, *personas: str) -> "Panel":
        """A copy without these personas. Raises Undecided for one that is not there."""
        gone = {row for persona in personas for row in self._rows_of(persona)}
        return self._take(np.array([row for row in range(len(self)) if row not in gone], dtype=np.intp))

    def resampled(self, rows: IntArray) -> "Panel":
        """A copy with these rows, each as often as it is named; shape of ``rows`` (M,)."""
        return self._take(rows, rounding={})

    def dealt(self, order: IntArray) -> "Panel":
        """A copy in which each persona has the rates, and the counts behind them, of another; ``order`` is (N,)."""
        columns = {name: self.columns[name][order] for name in _RATES if name in self.columns}
        relations = self.relations.dealt(order) if self.relations else None
        return replace(self.changed(**columns), relations=relations)

    @property
    def between(self) -> PanelRelations:
        """What is between personas, layers and seeds. Raises Undecided where the subject has nothing of it."""
        if self.relations is None:
            raise Undecided("the data are one row per persona and nothing between them", remedy="run with --model")
        return self.relations

    def changed(self, **columns: FloatArray) -> "Panel":
        """A copy with other values in these columns, each of shape (N,)."""
        return replace(self, columns={**self.columns, **columns}, rounding={})

    def fresh(self) -> "Panel":
        """The same panel in memory of its own: what reaches behind read-only arrays reaches no other panel."""
        columns = {name: frozen(values) for name, values in self.columns.items()}
        return replace(self, columns=columns, relations=self.relations.fresh() if self.relations else None)

    def leave_one_out(self) -> Iterator[tuple[str, "Panel"]]:
        """Each persona in turn, with the copy that lacks it: N pairs."""
        for persona in self.personas:
            yield persona, self.without(persona)

    def _rows_of(self, persona: str) -> list[int]:
        rows = [row for row, name in enumerate(self.personas) if name == persona]
        if not rows:
            raise Undecided(f"no persona {persona!r}", have=", ".join(self.personas), missing=persona)
        return rows

    def _take(self, rows: IntArray, rounding: Mapping[str, float] | None = None) -> "Panel":
        return Panel(
            subject=self.subject,
            base_model=self.base_model,
            personas=tuple([self.personas[row] for row in rows]),
            columns={name: values[rows] for name, values in self.columns.items()},
            rounding=self.rounding if rounding is None else rounding,
            families=self.families,
            relations=self.relations.taken(rows) if self.relations else None,
        )

    def _extreme(self, count: int, column: str, key: FloatArray, word: str) -> "Panel":
        if count > len(self):
            raise Undecided(f"the {count} {word} of {len(self)} personas are not defined: too few rows")
        order = np.argsort(key, kind="stable")
        if count < len(self) and key[order[count - 1]] == key[order[count]]:
            raise Undecided(
                f"the {count} {word} by {column} are not defined: "
                f"{self.personas[order[count - 1]]} and {self.personas[order[count]]} tie at the border"
            )
        return self._take(order[:count])


def panel_of(measurement: Measurement) -> Panel:
    """The panel of a measurement: counts pooled over seeds and questions, cosine at the fixed layer."""
    columns = {**_geometry(measurement), **_rates(measurement), **_without_adapter(measurement)}
    return Panel(
        subject=measurement.name,
        base_model=measurement.base_model,
        personas=measurement.sources,
        columns={name: frozen(values) for name, values in columns.items()},
        rounding=measurement.rounding,
        families=measurement.families,
        relations=panel_relations_of(measurement),
    )


def _geometry(measurement: Measurement) -> dict[str, FloatArray]:
    data, columns = measurement.data, {}
    for name in ("cosine", "js", *CONTROLS):
        if name not in data:
            continue
        array = data[name]
        if "question" in array.dims:
            array = array.mean("question")
        for choice, options in (("centring", CENTRINGS), ("readout", READOUTS)):
            if choice in array.dims:
                array = array.sel({choice: options[0]})
        if "layer" in array.dims:
            array = array.sel(layer=fixed_layer(array.sizes["layer"]))
        if "persona" in array.dims:
            array = array.sel(persona=list(measurement.sources))
        if "other" in array.dims:
            array = array.sel(other=REFERENCE)
        columns[name] = np.asarray(array.values, dtype=float)
    return columns


def _without_adapter(measurement: Measurement) -> dict[str, FloatArray]:
    """Counts of the model without any adapter, pooled over questions."""
    data = measurement.data
    return {
        name: np.asarray(data[name].sum("question").sel(persona=list(measurement.sources)).values, dtype=float)
        for name in _BASE_RATES
        if name in data
    }


def _rates(measurement: Measurement) -> dict[str, FloatArray]:
    data = measurement.data
    if "marked" not in data or data["marked"].dims == ("source",):
        names = [name for name in ("source_rate", "marked", "completions") if name in data]
        return {name: np.asarray(data[name].values, dtype=float) for name in names}
    own = data[["marked", "completions"]].sel(bystander=data["source"]).sum(["seed", "question"])
    marked, completions = (np.asarray(own[name].values, dtype=float) for name in ("marked", "completions"))
    if not completions.all():
        missing = [p for p, sampled in zip(measurement.sources, completions, strict=True) if not sampled]
        raise InputError(
            f"{measurement.name}: no completions of {', '.join(missing)} under their own adapter; "
            "a source rate needs some: measure again"
        )
    return {"source_rate": marked / completions, "marked": marked, "completions": completions}
