"""What is between personas, layers and seeds; and the statistics of it."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pingouin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from test_multiverse import measured
from worlds import world

from conftest import make_measurement
from pytest_claims import (
    intraclass_correlation,
    mantel,
    mantel_difference,
    partial_correlation,
    stands_out,
    strongest_correlation,
)
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.data.measurement import CENTRINGS, READOUTS, fixed_layer
from pytest_claims.data.panel import panel_of
from pytest_claims.robustness.chance import dealt
from pytest_claims.robustness.multiverse import _geometries
from pytest_claims.stats.analysis import analysed

seeds = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def measurement():
    return measured(layers=5, sources=6, seed=1)


def at(measurement, persona, other, readout=READOUTS[0], layer=None):
    """One cosine, looked up by its labels."""
    layer = fixed_layer(5) if layer is None else layer
    array = measurement.data["cosine"].sel(centring=CENTRINGS[0], readout=readout, layer=layer)
    return float(array.sel(persona=persona, other=other))


def test_cosines_are_those_of_the_labels(measurement):
    between = panel_of(measurement).between
    names = measurement.sources
    for row, name in enumerate(names):
        for layer in range(5):
            assert between.cosine_by_layer[layer, row] == at(measurement, name, "assistant", layer=layer)
        for place, readout in enumerate(READOUTS):
            assert between.cosine_by_readout[place, row] == at(measurement, name, "assistant", readout)
        others = [at(measurement, name, other) for other in (*names, "assistant") if other != name]
        assert between.cosine_to_others[row] == pytest.approx(np.mean(others))
        assert between.cosine_to_nearest[row] == max(others)
    assert between.cosine[1, 2] == at(measurement, names[1], names[2])
    assert np.isnan(np.diag(between.cosine)).all()


@pytest.mark.parametrize("order", [[4, 3, 2, 1, 0], [2, 0, 4, 1, 3]])
def test_order_of_the_layers_in_a_file_is_no_order_of_layers(measurement, order):
    """They were read by label here, and by position there: panel.cosine was not that of panel.between."""
    turned = replace(measurement, data=measurement.data.isel(layer=order))
    before, after = panel_of(measurement), panel_of(turned)
    np.testing.assert_array_equal(after.cosine, before.cosine)
    for name in ("cosine", "cosine_by_layer", "cosine_by_readout"):
        np.testing.assert_array_equal(getattr(after.between, name), getattr(before.between, name))
    ways, turned_ways = (list(_geometries(one)) for one in (measurement, turned))
    for one, other in zip(ways, turned_ways, strict=True):
        np.testing.assert_array_equal(one.cosine, other.cosine)


def test_leakage_and_seeds_are_those_of_the_counts(measurement):
    between, data = panel_of(measurement).between, measurement.data
    source, bystander = measurement.sources[2], measurement.sources[4]
    counts = data[["marked", "completions"]].sel(source=source, bystander=bystander).sum()
    assert between.leakage[2, 4] == float(counts["marked"] / counts["completions"])
    others = [between.leakage[2, row] for row in range(6) if row != 2]
    assert between.leakage_to_bystanders[2] == pytest.approx(np.mean(others))
    np.testing.assert_allclose(between.seed_rates[0], panel_of(measurement).source_rate)  # there is one seed


def test_deleting_a_persona_deletes_it_among_the_others(measurement):
    panel = panel_of(measurement)
    left = panel.without(measurement.sources[0]).between
    np.testing.assert_array_equal(left.cosine, panel.between.cosine[1:, 1:])
    np.testing.assert_array_equal(left.leakage, panel.between.leakage[1:, 1:])
    assert not np.allclose(left.cosine_to_others, panel.between.cosine_to_others[1:])


def test_dealing_moves_what_adapters_do_and_leaves_geometry(measurement):
    panel = panel_of(measurement)
    other = dealt(panel, np.random.default_rng(1))
    order = [int(np.flatnonzero(panel.source_rate == rate)[0]) for rate in other.source_rate]
    np.testing.assert_array_equal(other.between.cosine, panel.between.cosine)
    np.testing.assert_array_equal(other.between.leakage, panel.between.leakage[np.ix_(order, order)])
    np.testing.assert_array_equal(other.between.seed_rates, panel.between.seed_rates[:, order])


def test_a_persona_drawn_twice_is_not_its_own_neighbour(measurement):
    panel = panel_of(measurement)
    twice = panel.resampled(np.array([0, 0, 1, 2, 3])).between
    assert np.isnan(twice.cosine[0, 1])
    assert np.isnan(twice.leakage[0, 1])
    assert (twice.cosine_to_nearest < 1).all()


def test_one_persona_alone_leaks_to_nobody(measurement):
    """As a small panel that is resampled can be: neither a warning nor NaN."""
    alone = panel_of(measurement).resampled(np.zeros(4, dtype=int)).between
    with pytest.raises(Undecided, match="no bystander"):
        _ = alone.leakage_to_bystanders


def test_published_table_has_nothing_between_personas():
    with pytest.raises(Undecided, match="the data are one row per persona and nothing between them; run with --model"):
        _ = world(0.5, 6, seed=0).between


def without_completions(measurement, **cells):
    for name in ("completions", "marked"):
        measurement.data[name].loc[cells] = 0
    return measurement


def test_bystanders_that_were_not_asked_do_not_count():
    whole = panel_of(make_measurement()).between
    some = panel_of(without_completions(make_measurement(), bystander="persona_1", source="persona_0")).between
    assert np.isnan(some.leakage[0, 1])
    np.testing.assert_array_equal(some.leakage[1:], whole.leakage[1:])
    assert some.leakage_to_bystanders[0] == pytest.approx(np.mean(whole.leakage[0, 2:]))


def test_a_source_without_bystanders_leaves_leakage_undecided():
    measurement = make_measurement()
    others = [name for name in measurement.sources if name != "persona_0"]
    without_completions(measurement, bystander=others, source="persona_0")
    with pytest.raises(Undecided, match="bystanders were not sampled; measure with a recipe that does"):
        _ = panel_of(measurement).between.leakage


@given(seeds)
@settings(max_examples=20)
def test_strongest_correlation_is_the_strongest(seed):
    random = np.random.default_rng(seed)
    columns, y = random.normal(size=(5, 9)), random.normal(size=9)
    rs = [stats.pearsonr(column, y).statistic for column in columns]
    with analysed(tables=99):
        found = strongest_correlation(columns, y)
    assert found.r == pytest.approx(max(rs, key=abs))
    assert found.details["place"] == np.argmax(np.abs(rs))


def test_scan_pays_for_looking_and_not_for_looking_twice():
    random = np.random.default_rng(0)
    x, noise = random.normal(size=(2, 12))
    y = x + noise
    single = strongest_correlation(x[None], y).p
    assert single == pytest.approx(stats.pearsonr(x, y).pvalue, abs=0.03)  # a permutation test of one place
    assert strongest_correlation(np.stack([x, x, -x]), y).p == single
    assert strongest_correlation(np.vstack([x[None], random.normal(size=(40, 12))]), y).p > single


def test_scan_of_nothing_finds_it_in_5_per_cent():
    random = np.random.default_rng(0)
    with analysed(tables=199):
        ps = [strongest_correlation(random.normal(size=(6, 10)), random.normal(size=10)).p for _ in range(400)]
    assert abs(np.mean(np.array(ps) <= 0.05) - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 400)


def test_place_that_stands_out():
    random = np.random.default_rng(1)
    y = random.normal(size=20)
    columns = np.vstack([random.normal(size=(4, 20)), y + 0.1 * random.normal(size=20)])
    assert stands_out(columns, y, place=4).p < 0.01
    assert stands_out(columns, y, place=0).p > 0.2
    assert stands_out(columns, y, place=4).details["rank"] == 1
    with pytest.raises(InputError, match="place 5 of 5"):
        stands_out(columns, y, place=5)


@pytest.mark.parametrize("asked", [5, 2])
def test_mantel_is_that_of_every_permutation(asked):
    """By listing all 120 permutations of five personas, without the module's own permuting."""
    random = np.random.default_rng(3)
    x, y = random.normal(size=(2, 5, 5))
    y[:, asked:] = np.nan
    off = ~np.eye(5, dtype=bool) & ~np.isnan(y)
    observed = np.corrcoef(x[off], y[off])[0, 1]
    orders = [np.array(order) for order in itertools.permutations(range(5))]
    as_strong = [abs(np.corrcoef(x[np.ix_(o, o)][off], y[off])[0, 1]) >= abs(observed) - 1e-12 for o in orders]
    found = mantel(x, y)
    assert found.r == pytest.approx(observed)
    assert found.p == pytest.approx(np.mean(as_strong), abs=1e-12)


def test_mantel_does_not_take_dependent_pairs_for_independent():
    """Where both arrays are of persona effects alone, a naive p is far too small; that of Mantel is right."""
    random, false, naive = np.random.default_rng(0), 0, 0
    off = ~np.eye(8, dtype=bool)
    with analysed(tables=199):
        for _ in range(300):
            x, y = (np.add.outer(a, a) for a in random.normal(size=(2, 8)))
            false += mantel(x, y).p <= 0.05
            naive += stats.pearsonr(x[off], y[off]).pvalue <= 0.05
    assert abs(false / 300 - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 300)
    assert naive / 300 > 0.3


def test_mantel_difference_knows_the_better_predictor():
    random = np.random.default_rng(5)
    target, noise = random.normal(size=(2, 12, 12))
    found = mantel_difference(target + 0.3 * noise, random.normal(size=(12, 12)), target)
    assert found.p < 0.001
    assert found.low < found.estimate < found.high
    assert mantel_difference(noise, target, target + noise).p > 0.01


@given(seeds)
@settings(max_examples=20)
def test_mantel_difference_is_the_jackknife_that_leaves_out_each_persona(seed):
    random = np.random.default_rng(seed)
    better, worse, target = random.normal(size=(3, 7, 7)) + 5
    target[random.random((7, 7)) < 0.1] = np.nan  # not measured

    def difference(kept: list[int]) -> float:
        counted = ~np.isnan(target[np.ix_(kept, kept)]) & ~np.eye(len(kept), dtype=bool)
        one, other, goal = (array[np.ix_(kept, kept)][counted] for array in (better, worse, target))
        return float(np.corrcoef(one, goal)[0, 1] - np.corrcoef(other, goal)[0, 1])

    left_out = [difference([row for row in range(7) if row != gone]) for gone in range(7)]
    error = np.sqrt(6 / 7 * np.square(left_out - np.mean(left_out)).sum())
    found = mantel_difference(better, worse, target)
    assert found.estimate == pytest.approx(difference(list(range(7))), abs=1e-10)
    assert found.high - found.low == pytest.approx(2 * stats.t.ppf(0.975, 6) * error, abs=1e-9)


def test_mantel_difference_without_the_only_persona_that_varies_is_undecided():
    target = np.zeros((6, 6))
    target[0] = np.arange(6)
    with pytest.raises(Undecided, match="without one persona"):
        mantel_difference(*np.random.default_rng(0).normal(size=(2, 6, 6)), target)


@pytest.mark.parametrize(("shape", "error"), [((3, 3), Undecided), ((4, 5), InputError)])
def test_mantel_of_too_few_or_no_squares(shape, error):
    x = np.random.default_rng(0).normal(size=shape)
    with pytest.raises(error):
        mantel(x, x)


# Shrout and Fleiss (1979), table 2: six targets, four judges; ICC(1,1) = .17 (table 4), F = 1.79 on 5 and 18
# degrees of freedom. The interval is that of R's psych::ICC for the same data, -.13 to .72.
RATINGS = np.array([[9, 6, 8, 7, 10, 6], [2, 1, 4, 1, 5, 2], [5, 3, 6, 2, 6, 4], [8, 2, 8, 6, 9, 7]], dtype=float)


def test_intraclass_correlation_of_shrout_and_fleiss():
    found = intraclass_correlation(RATINGS)
    assert found.estimate == pytest.approx(0.17, abs=0.005)
    assert found.details["F"] == pytest.approx(1.79, abs=0.005)
    assert (found.low, found.high) == pytest.approx((-0.13, 0.72), abs=0.005)


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # pingouin's, of pandas
@given(seeds)
@settings(max_examples=10)
def test_intraclass_correlation_is_that_of_pingouin(seed):
    ratings = np.random.default_rng(seed).normal(size=(3, 7)) + np.arange(7)
    judge, target = np.indices(ratings.shape)

    table = pd.DataFrame({"target": target.ravel(), "judge": judge.ravel(), "rating": ratings.ravel()})
    theirs = pingouin.intraclass_corr(table, targets="target", raters="judge", ratings="rating").iloc[0]
    found = intraclass_correlation(ratings)
    assert found.estimate == pytest.approx(theirs["ICC"], abs=1e-6)
    assert found.p == pytest.approx(theirs.filter(regex="pval|p_val").iloc[0], rel=1e-6)


def test_one_seed_is_undecided():
    with pytest.raises(Undecided, match="1 repetitions of 6 targets"):
        intraclass_correlation(RATINGS[:1])
    with pytest.raises(Undecided, match="do not vary"):
        intraclass_correlation(np.ones((3, 5)))


@given(seeds)
@settings(max_examples=10)
def test_partial_correlation_is_that_of_pingouin(seed):

    x, y, z = np.random.default_rng(seed).normal(size=(3, 12))
    table = pd.DataFrame({"x": x + z, "y": y - z, "z": z})
    theirs = pingouin.partial_corr(table, x="x", y="y", covar="z").iloc[0]
    found = partial_correlation(x + z, y - z, z)
    assert found.r == pytest.approx(theirs["r"], abs=1e-6)
    assert found.p == pytest.approx(theirs.filter(regex="p[-_]val").iloc[0], abs=1e-6)


def test_partial_correlation_of_the_control_itself_is_undecided():
    x, y = np.random.default_rng(0).normal(size=(2, 8))
    with pytest.raises(Undecided, match="follows from the control"):
        partial_correlation(2 * x + 1, y, x)
