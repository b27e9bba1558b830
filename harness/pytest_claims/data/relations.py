"""Relations: what a measurement holds beyond one row per persona, which is between personas, layers or seeds.

Knows nothing about claims. The arrays of a measurement stay whole; a panel's relations say which of
their rows it is about, so that a copy of a panel costs nothing here until a claim looks.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pytest_claims.base.errors import Undecided
from pytest_claims.base.frozen import frozen, read_only
from pytest_claims.data.measurement import CENTRINGS, READOUTS, REFERENCE, Measurement, fixed_layer

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, eq=False)
class Relations:
    """Arrays over all sources of a measurement, and over everybody: the sources and then the assistant.

    ``cosine`` is (readout, layer, everybody, everybody), centred on the panel; ``js`` is (everybody,
    everybody), in nats; ``leakage`` (source, everybody), the share of marked completions under the
    source's adapter, NaN where none were sampled; ``seed_rates`` (seed, source). None where not measured.
    """

    cosine: FloatArray | None
    js: FloatArray | None
    leakage: FloatArray | None
    seed_rates: FloatArray | None

    def __post_init__(self) -> None:
        for name in ("cosine", "js", "leakage", "seed_rates"):
            array = getattr(self, name)
            object.__setattr__(self, name, None if array is None else read_only(array))


@dataclass(frozen=True, kw_only=True, eq=False)
class PanelRelations:
    """The relations of the N personas of a panel.

    ``geometry`` (N,) are their rows of the arrays as far as the base model goes, ``behaviour`` (N,)
    as far as adapters go; where rates were dealt to personas at random the two differ.
    """

    whole: Relations
    geometry: IntArray
    behaviour: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "geometry", read_only(self.geometry))
        object.__setattr__(self, "behaviour", read_only(self.behaviour))

    def fresh(self) -> "PanelRelations":
        """The same relations in memory of their own."""
        arrays = {name: getattr(self.whole, name) for name in ("cosine", "js", "leakage", "seed_rates")}
        whole = {name: None if array is None else frozen(array) for name, array in arrays.items()}
        rows = {name: frozen(getattr(self, name)) for name in ("geometry", "behaviour")}
        return PanelRelations(whole=Relations(**whole), **rows)

    def taken(self, rows: IntArray) -> "PanelRelations":
        """The relations of some of the personas."""
        return replace(self, geometry=self.geometry[rows], behaviour=self.behaviour[rows])

    def dealt(self, order: IntArray) -> "PanelRelations":
        """The same personas, each with what another one's adapter does."""
        return replace(self, behaviour=self.behaviour[order])

    @property
    def layer(self) -> int:
        """The layer that is fixed in advance, from 0."""
        return fixed_layer(self._array("cosine").shape[1])

    @property
    def cosine_by_layer(self) -> FloatArray:
        """Cosine to the assistant at every layer, read at the last prompt token; shape (layer, N)."""
        return read_only(self._array("cosine")[0, :, self.geometry, -1].T)

    @property
    def cosine_by_readout(self) -> FloatArray:
        """Cosine to the assistant at the fixed layer, read at each of READOUTS; shape (readout, N)."""
        return read_only(self._array("cosine")[:, self.layer, self.geometry, -1])

    @property
    def cosine(self) -> FloatArray:
        """Cosines between all personas at the fixed layer, NaN of a persona with itself; shape (N, N)."""
        return self._without_self(self._array("cosine")[0, self.layer][np.ix_(self.geometry, self.geometry)])

    @property
    def js(self) -> FloatArray:
        """Divergences between all personas in nats, NaN of a persona with itself; shape (N, N)."""
        return self._without_self(self._array("js")[np.ix_(self.geometry, self.geometry)])

    @property
    def cosine_to_others(self) -> FloatArray:
        """Mean cosine to every other persona of the panel and to the assistant, shape (N,)."""
        return read_only(np.asarray(np.nanmean(self._cosine_to_everybody, axis=1)))

    @property
    def cosine_to_nearest(self) -> FloatArray:
        """Cosine to the nearest other persona of the panel or the assistant, shape (N,)."""
        return read_only(np.asarray(np.nanmax(self._cosine_to_everybody, axis=1)))

    @property
    def leakage(self) -> FloatArray:
        """Share of marked completions of each bystander (column) under each source's adapter (row), shape (N, N).

        NaN where a bystander was not asked. Raises Undecided where a source has no bystander that was.
        """
        shares = self._without_self(self._array("leakage")[np.ix_(self.behaviour, self.behaviour)], of="behaviour")
        if (self.behaviour == self.behaviour[0]).all():
            raise Undecided("one persona alone has no bystander")
        if np.isnan(shares).all(axis=1).any():
            raise Undecided("bystanders were not sampled", remedy="measure with a recipe that does, as full")
        return shares

    @property
    def leakage_to_bystanders(self) -> FloatArray:
        """Mean leakage of each source to the other personas of the panel that were asked, shape (N,)."""
        return read_only(np.asarray(np.nanmean(self.leakage, axis=1)))

    @property
    def seed_rates(self) -> FloatArray:
        """Source rates of each training seed, shape (seed, N)."""
        return read_only(self._array("seed_rates")[:, self.behaviour])

    @property
    def _cosine_to_everybody(self) -> FloatArray:
        to_assistant = self._array("cosine")[0, self.layer, self.geometry, -1]
        return np.column_stack([self.cosine, to_assistant])

    def _without_self(self, square: FloatArray, of: str = "geometry") -> FloatArray:
        rows: IntArray = getattr(self, of)
        return read_only(np.where(rows[:, None] == rows[None, :], np.nan, square))

    def _array(self, name: str) -> FloatArray:
        array: FloatArray | None = getattr(self.whole, name)
        if array is None:
            raise Undecided(f"no {name} between personas was measured", remedy="run with --model")
        return array


def panel_relations_of(measurement: Measurement) -> PanelRelations | None:
    """The relations of all sources of a measurement; None for a published table, which has none."""
    whole = Relations(**_arrays(measurement))
    if whole.cosine is whole.js is whole.leakage is None:
        return None
    rows = np.arange(len(measurement.sources))
    return PanelRelations(whole=whole, geometry=rows, behaviour=rows)


def _arrays(measurement: Measurement) -> dict[str, FloatArray | None]:
    data = measurement.data
    everybody = [*measurement.sources, REFERENCE]
    arrays: dict[str, FloatArray | None] = dict.fromkeys(("cosine", "js", "leakage", "seed_rates"))
    if "cosine" in data and {"centring", "readout", "layer"} <= set(data["cosine"].dims):
        layers = range(data.sizes["layer"])  # by their labels, in whatever order they are stored
        cosine = data["cosine"].sel(centring=CENTRINGS[0], readout=list(READOUTS), layer=layers)
        cosine = cosine.sel(persona=everybody, other=everybody)
        arrays["cosine"] = np.asarray(cosine.transpose("readout", "layer", "persona", "other").values, dtype=float)
    if "js" in data and "other" in data["js"].dims:
        arrays["js"] = np.asarray(data["js"].mean("question").sel(persona=everybody, other=everybody).values)
    if "marked" in data and "bystander" in data["marked"].dims:
        counts = data[["marked", "completions"]].sum("question")
        pooled = counts.sum("seed").sel(bystander=everybody).transpose("source", "bystander")
        own = counts.sel(bystander=data["source"]).transpose("seed", "source")
        arrays["leakage"] = _share(pooled["marked"].values, pooled["completions"].values)
        arrays["seed_rates"] = _share(own["marked"].values, own["completions"].values)
    return {name: None if array is None else frozen(array) for name, array in arrays.items()}


def _share(marked: FloatArray, completions: FloatArray) -> FloatArray:
    shares: FloatArray = np.full(marked.shape, np.nan)
    return np.divide(marked, completions, out=shares, where=completions > 0)
