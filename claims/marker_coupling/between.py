"""What is between personas, layers, read-outs and seeds: derived from the arrays of a table.

Knows nothing about claims. Everything is undecided where the subject has nothing of it.
"""

from typing import Final

import numpy as np
from scipy.stats import rankdata

from claims.marker_coupling.measured import fixed_layer
from pytest_claims import FloatArray, Table, Undecided, derived

_MEASURE: Final = "run with --claims-model"
_AGAIN: Final = "measure again"


def layer(table: Table) -> int:
    """The layer that is fixed in advance, from 0."""
    return fixed_layer(len(cosine_by_layer(table)))


@derived
def cosine_by_layer(table: Table) -> FloatArray:
    """Cosine to the assistant at every layer, read at the last prompt token; shape (layer, N)."""
    everywhere = _array(table, "cosine to the assistant")
    return np.asarray(everywhere[0])


@derived
def uncentred_by_layer(table: Table) -> FloatArray:
    """The same where nothing is subtracted from the vectors; shape (layer, N)."""
    return _array(table, "cosine to the assistant without a centre")


@derived
def cosine_from_published_centre(table: Table) -> FloatArray:
    """Cosine to the assistant at the fixed layer, centred as claim #232 did; shape (N,)."""
    by_layer = _array(table, "cosine to the assistant from the published centre")
    return np.asarray(by_layer[fixed_layer(len(by_layer))])


@derived
def uncentred_ranks_by_layer(table: Table) -> FloatArray:
    """Their ranks among personas; shape (layer, N)."""
    return np.asarray(rankdata(uncentred_by_layer(table), axis=-1), dtype=float)


@derived
def rate_ranks(table: Table) -> FloatArray:
    """The ranks of source rates, shape (N,)."""
    return np.asarray(rankdata(table["source_rate"]), dtype=float)


def cosine_by_readout(table: Table) -> list[FloatArray]:
    """Cosine to the assistant at the fixed layer, read at each of READOUTS; shape (N,) each."""
    return [cosine_at(table, place) for place in range(len(_array(table, "cosine to the assistant")))]


@derived
def cosine_at(table: Table, place: int) -> FloatArray:
    """Cosine to the assistant at the fixed layer, read at one of READOUTS; shape (N,)."""
    everywhere = _array(table, "cosine to the assistant")
    return np.asarray(everywhere[place, fixed_layer(everywhere.shape[1])])


@derived
def cosine(table: Table) -> FloatArray:
    """Cosines between all personas at the fixed layer, NaN of a persona with itself; shape (N, N)."""
    return _array(table, "cosine")


@derived
def js(table: Table) -> FloatArray:
    """Divergences between all personas in nats, NaN of a persona with itself; shape (N, N)."""
    return _array(table, "js")


@derived
def distance(table: Table) -> FloatArray:
    """The table's cosine to the assistant with its sign changed, shape (N,)."""
    return -np.asarray(table["cosine"])


@derived
def reflected(table: Table, name: str) -> FloatArray:
    """A column with the sign with which it rises with source rates, shape (N,): its r with them is then |r|."""
    rates = table["source_rate"]
    covariance = float((rates - rates.mean()) @ table[name])
    return np.asarray(-table[name] if covariance < 0 else +table[name])


@derived
def cosine_to_others(table: Table) -> FloatArray:
    """Mean cosine to every other persona of the table and to the assistant, shape (N,)."""
    return np.asarray(np.nanmean(_cosine_to_everybody(table), axis=1))


@derived
def distance_to_others(table: Table) -> FloatArray:
    """Mean cosine to everybody else with its sign changed, shape (N,)."""
    return -cosine_to_others(table)


@derived
def cosine_to_nearest(table: Table) -> FloatArray:
    """Cosine to the nearest other persona of the table or the assistant, shape (N,)."""
    return np.asarray(np.nanmax(_cosine_to_everybody(table), axis=1))


@derived
def agreement(table: Table) -> FloatArray:
    """The divergences with their sign changed: high where outputs diverge little; shape (N, N)."""
    return -js(table)


@derived
def leakage(table: Table) -> FloatArray:
    """Share of marked completions of each bystander (column) under each source's adapter (row), shape (N, N).

    NaN where a bystander was not asked. Raises Undecided where a source has no bystander that was.
    """
    leaked, asked = (_array(table, name, called="leakage").sum(axis=0) for name in ("leaked", "asked"))
    shares: FloatArray = np.full(leaked.shape, np.nan)
    np.divide(leaked, asked, out=shares, where=asked > 0)
    if (table.outcomes_of == table.outcomes_of[0]).all():
        raise Undecided("one persona alone has no bystander")
    if np.isnan(shares).all(axis=1).any():
        raise Undecided("bystanders were not sampled", remedy="measure with a recipe that does, as full")
    return shares


@derived
def leakage_to_bystanders(table: Table) -> FloatArray:
    """Mean leakage of each source to the other personas of the table that were asked, shape (N,)."""
    return np.asarray(np.nanmean(leakage(table), axis=1))


def answers_samples(table: Table) -> FloatArray:
    """Which sample of training answers each seed was trained on, shape (seed,)."""
    seed_counts(table)  # without seeds there is nothing to be on record
    if "answers_sample" not in table.arrays:
        raise Undecided("it is not on record on which sample of training answers each seed was trained", remedy=_AGAIN)
    return table.array("answers_sample")


def seed_counts(table: Table) -> tuple[FloatArray, FloatArray]:
    """Marked completions of each source under its adapter of each seed, and all of them; shape (seed, N) each."""
    return _array(table, "marked", called="seed_rates"), _array(table, "completions", called="seed_rates")


@derived
def seed_rates(table: Table) -> FloatArray:
    """Source rates of each training seed, shape (seed, N); NaN where none were sampled."""
    marked, completions = seed_counts(table)
    rates: FloatArray = np.full_like(marked, np.nan)
    return np.divide(marked, completions, out=rates, where=completions > 0)


def _cosine_to_everybody(table: Table) -> FloatArray:
    to_assistant = cosine_at(table, 0)
    return np.column_stack([cosine(table), to_assistant])


def _array(table: Table, name: str, called: str = "") -> FloatArray:
    if not table.arrays:
        raise Undecided("the data are one row per persona and nothing between them", remedy=_MEASURE)
    if name not in table.arrays:
        what = called or name.partition(" ")[0]
        raise Undecided(f"no {what} between personas was measured", remedy=_MEASURE)
    return table.array(name)
