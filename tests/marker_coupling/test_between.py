"""What is between personas, layers and seeds."""

from dataclasses import replace

import numpy as np
import pytest
from marker import table_of
from marker_made import RATES, changed, measured, printed

from claims.marker_coupling import between
from claims.marker_coupling.measured import CENTRINGS, READOUTS, fixed_layer, sources
from claims.marker_coupling.nulls import DEALT
from conftest import make_measurement
from pytest_claims import Table, Undecided, difference_of_dependent_correlations
from pytest_claims.robustness.null_world import null_world

DERIVED = (
    between.cosine,
    between.cosine_by_layer,
    lambda table: between.cosine_at(table, 0),
    between.distance_to_others,
    between.agreement,
    between.cosine_to_others,
    between.cosine_to_nearest,
    between.js,
    between.leakage,
    between.leakage_to_bystanders,
    between.seed_rates,
)


@pytest.fixture(scope="module")
def measurement():
    return measured(layers=5, sources=6, seed=1)


@pytest.fixture(scope="module")
def table(measurement) -> Table:
    return table_of(measurement)


def at(measurement, persona, other, readout=READOUTS[0], layer=None):
    """One cosine, looked up by its labels."""
    layer = fixed_layer(5) if layer is None else layer
    array = measurement.data["cosine"].sel(centring=CENTRINGS[0], readout=readout, layer=layer)
    return float(array.sel(persona=persona, other=other))


def test_cosines_are_those_of_the_labels(measurement, table):
    names = sources(measurement)
    for row, name in enumerate(names):
        for layer in range(5):
            assert between.cosine_by_layer(table)[layer, row] == at(measurement, name, "assistant", layer=layer)
        for place, readout in enumerate(READOUTS):
            assert between.cosine_by_readout(table)[place][row] == at(measurement, name, "assistant", readout)
        others = [at(measurement, name, other) for other in (*names, "assistant") if other != name]
        assert between.cosine_to_others(table)[row] == pytest.approx(np.mean(others))
        assert between.cosine_to_nearest(table)[row] == max(others)
    assert between.layer(table) == fixed_layer(5)
    assert between.cosine(table)[1, 2] == at(measurement, names[1], names[2])
    assert np.isnan(np.diag(between.cosine(table))).all()


def test_divergences_are_means_over_questions(measurement, table):
    one, other = sources(measurement)[1:3]
    wanted = float(measurement.data["js"].sel(persona=one, other=other).mean())
    assert between.js(table)[1, 2] == pytest.approx(wanted)
    assert np.isnan(np.diag(between.js(table))).all()


def test_a_reflected_column_rises_with_rates(table):
    for name in ("cosine", "js"):
        reflected = between.reflected(table, name)
        np.testing.assert_array_equal(np.abs(reflected), np.abs(table[name]))
        assert np.corrcoef(reflected, table["source_rate"])[0, 1] == pytest.approx(
            abs(np.corrcoef(table[name], table["source_rate"])[0, 1])
        )


def test_of_two_columns_that_say_nothing_none_predicts_better_too_often(table):
    """Both signs are chosen by the data: of a thousand worlds at most one in twenty, and 20 more by chance, hold it."""
    random = np.random.default_rng(1)
    held = 0
    for _ in range(1_000):
        rates, length, cosine = random.uniform(0, 1, (3, len(table)))
        world = table.changed(source_rate=rates, answer_tokens=length, cosine=cosine)
        columns = [between.reflected(world, name) for name in ("answer_tokens", "cosine")]
        held += difference_of_dependent_correlations(*columns, rates).p < 0.05
    assert 0 < held <= 70


@pytest.mark.parametrize("order", [[4, 3, 2, 1, 0], [2, 0, 4, 1, 3]])
def test_order_of_the_layers_in_a_file_is_no_order_of_layers(measurement, table, order):
    """They were read by label in one place, and by position in another."""
    turned = table_of(replace(measurement, data=measurement.data.isel(layer=order)))
    np.testing.assert_array_equal(turned["cosine"], table["cosine"])
    for derived in (between.cosine, between.cosine_by_layer, between.cosine_by_readout):
        np.testing.assert_array_equal(derived(turned), derived(table))
    np.testing.assert_array_equal(turned.alternatives.values, table.alternatives.values)


@pytest.mark.parametrize("dim", ["centring", "readout", "question", "persona", "other", "bystander"])
def test_no_order_of_labels_matters(measurement, table, dim):
    turned = table_of(replace(measurement, data=measurement.data.isel({dim: slice(None, None, -1)})))
    for name in table.columns:
        np.testing.assert_allclose(turned[name], table[name], rtol=1e-14)
    for derived in DERIVED:
        np.testing.assert_allclose(derived(turned), derived(table), rtol=1e-14)


def test_leakage_and_seeds_are_those_of_the_counts(measurement, table):
    names = sources(measurement)
    counts = measurement.data[["marked", "completions"]].sel(source=names[2], bystander=names[4]).sum()
    assert between.leakage(table)[2, 4] == float(counts["marked"] / counts["completions"])
    others = [between.leakage(table)[2, row] for row in range(6) if row != 2]
    assert between.leakage_to_bystanders(table)[2] == pytest.approx(np.mean(others))
    np.testing.assert_allclose(between.seed_rates(table)[0], table["source_rate"])  # there is one seed


def test_deleting_a_persona_deletes_it_among_the_others(measurement, table):
    left = table.without(sources(measurement)[0])
    np.testing.assert_array_equal(between.cosine(left), between.cosine(table)[1:, 1:])
    np.testing.assert_array_equal(between.leakage(left), between.leakage(table)[1:, 1:])
    assert not np.allclose(between.cosine_to_others(left), between.cosine_to_others(table)[1:])


def test_dealing_moves_what_adapters_do_and_leaves_geometry(table):
    other = null_world(DEALT, table).draw(np.random.default_rng(1))
    order = [int(np.flatnonzero(table["source_rate"] == rate)[0]) for rate in other["source_rate"]]
    for same in (between.cosine, between.js, between.cosine_by_layer, between.cosine_to_nearest):
        np.testing.assert_array_equal(same(other), same(table))
    np.testing.assert_array_equal(between.leakage(other), between.leakage(table)[np.ix_(order, order)])
    np.testing.assert_array_equal(between.seed_rates(other), between.seed_rates(table)[:, order])


def test_a_persona_drawn_twice_is_not_its_own_neighbour(table):
    twice = table.resampled(np.array([0, 0, 1, 2, 3]))
    assert np.isnan(between.cosine(twice)[0, 1])
    assert np.isnan(between.leakage(twice)[0, 1])
    assert (between.cosine_to_nearest(twice) < 1).all()


def test_one_persona_alone_leaks_to_nobody(table):
    """As a small table that is resampled can be: neither a warning nor NaN."""
    with pytest.raises(Undecided, match="no bystander"):
        between.leakage_to_bystanders(table.resampled(np.zeros(4, dtype=int)))


@pytest.mark.parametrize("derived", [*DERIVED, between.layer], ids=lambda derived: derived.__name__)
def test_published_table_has_nothing_between_personas(derived):
    message = "the data are one row per persona and nothing between them; run with --claims-model"
    with pytest.raises(Undecided, match=message):
        derived(table_of(printed(source_rate=RATES)))


@pytest.mark.parametrize(
    ("without", "derived", "what"),
    [
        (("js",), between.js, "js"),
        (("cosine",), between.cosine, "cosine"),
        (("cosine",), between.cosine_by_layer, "cosine"),
        (("marked", "completions"), between.leakage, "leakage"),
        (("marked", "completions"), between.seed_rates, "seed_rates"),
    ],
)
def test_what_was_not_measured_is_undecided(measurement, without, derived, what):
    some = table_of(replace(measurement, data=measurement.data.drop_vars(without)))
    with pytest.raises(Undecided, match=f"no {what} between personas was measured; run with --claims-model"):
        derived(some)


def test_cosines_of_one_readout_are_no_relations():
    """As older measurements have them: by layer alone."""
    with pytest.raises(Undecided, match="no cosine between personas was measured"):
        between.cosine(table_of(make_measurement()))


def without_completions(data, **cells):
    for name in ("completions", "marked"):
        data[name].loc[cells] = 0
    return data


def test_bystanders_that_were_not_asked_do_not_count():
    whole = table_of(make_measurement())
    some = table_of(changed(lambda data: without_completions(data, bystander="persona_1", source="persona_0")))
    assert np.isnan(between.leakage(some)[0, 1])
    np.testing.assert_array_equal(between.leakage(some)[1:], between.leakage(whole)[1:])
    assert between.leakage_to_bystanders(some)[0] == pytest.approx(np.mean(between.leakage(whole)[0, 2:]))


def test_a_source_without_bystanders_leaves_leakage_undecided():
    others = [name for name in sources(make_measurement()) if name != "persona_0"]
    some = table_of(changed(lambda data: without_completions(data, bystander=others, source="persona_0")))
    with pytest.raises(Undecided, match="bystanders were not sampled; measure with a recipe that does"):
        between.leakage(some)


@pytest.mark.parametrize("derived", DERIVED, ids=lambda derived: derived.__name__)
def test_nothing_derived_reaches_the_table(table, derived):
    """Whoever writes to it changes no other answer."""
    found = derived(table)
    before = found.copy()
    if found.flags.writeable:
        found[:] = 0
    np.testing.assert_array_equal(derived(table), before)
