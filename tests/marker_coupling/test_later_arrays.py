"""What later measurements have besides: halves of the questions, the published centre, and samples of answers."""

import re
from dataclasses import replace

import numpy as np
import pytest
from marker import table_of
from marker_made import measured

from claims.marker_coupling.between import seed_counts, seed_rates
from claims.marker_coupling.measured import CENTRINGS, HALVES, PUBLISHED, READOUTS, check, fixed_layer
from claims.marker_coupling.test_confounds import test_persona_explains_more_than_the_sample_of_answers as claimed
from pytest_claims import variance_components
from pytest_claims.asking.claim import claim_of
from pytest_claims.base.errors import InputError
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims.robustness.battery import checks_of
from pytest_claims.stats.reliability import reliability_of_parts
from pytest_claims.verdicts.judge import judge

TO_ASSISTANT = ("readout", "layer", "persona")
OF_THREE = [0, 1, 2, 0, 1, 2, 0, 1, 2]


def later():
    """A measurement with every geometry, by halves and from the published centre, too."""
    plain = measured()
    cosine = plain.data["cosine"].sel(other="assistant", drop=True)
    random = np.random.default_rng(5)
    halves = np.clip(cosine.values + random.normal(0, 0.01, (2, *cosine.shape)), -1, 1)
    published = random.uniform(-1, 1, cosine.shape[1:])
    data = plain.data.assign(
        cosine_half=(("half", "centring", *TO_ASSISTANT), halves),
        cosine_published=(TO_ASSISTANT, published),
        cosine_published_half=(("half", *TO_ASSISTANT), np.stack([published, published])),
    )
    return replace(plain, data=data.assign_coords(half=list(HALVES)))


def test_they_may_be_there_or_not():
    check(measured())
    check(later())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.assign_coords(half=["even", "uneven"]), "unknown half 'uneven'"),
        (lambda d: d.isel(half=[0]), "no half odd: have even; measure again, with all"),
        (lambda d: d.assign(cosine_published=2 + d["cosine_published"]), "cosine_published"),
        (lambda d: d.assign(answers_sample=("seed", [0.5])), "answers_sample"),
    ],
)
def test_what_they_cannot_be(change, said):
    made = later()
    with pytest.raises(InputError, match=said):
        check(replace(made, data=change(made.data)))


def test_parts_of_columns_are_those_of_the_same_place():
    made = later()
    table = table_of(made)
    names, layer = list(table.rows), fixed_layer(5)
    js = made.data["js"].sel(persona=names, other="assistant").transpose("question", "persona")
    np.testing.assert_array_equal(table.array("js by question"), js)
    np.testing.assert_allclose(table.array("js by question").mean(axis=0), table["js"])
    half = made.data["cosine_half"].sel(centring=CENTRINGS[0], readout=READOUTS[0], layer=layer, persona=names)
    np.testing.assert_array_equal(table.array("cosine by half"), half.transpose("half", "persona"))
    np.testing.assert_allclose(table.array("cosine by half").mean(axis=0), table["cosine"], atol=0.05)
    assert set(table.design.parts) == {"cosine", "js"}
    assert {one.array for one in table.design.parts.values()} <= set(table.arrays)


def test_published_centre_is_one_more_way_to_have_chosen():
    made = later()
    before, after = table_of(measured()).alternatives, table_of(made).alternatives
    assert after.names[: len(before.names)] == before.names
    assert after.names[len(before.names) :] == tuple(
        f"layer {layer}, {readout}, {PUBLISHED}" for readout in READOUTS for layer in range(5)
    )
    np.testing.assert_array_equal(after.values[: len(before.values)], before.values)
    names = list(table_of(made).rows)
    published = made.data["cosine_published"].sel(persona=names).transpose(*TO_ASSISTANT).values
    np.testing.assert_array_equal(after.values[len(before.values) :], published.reshape(15, -1))
    assert not after.ordinary[len(before.values) :].any()


def trained(samples, *, persona=0.0, answers=0.0, sources=10):
    """A measurement of so many seeds, of which each has its sample of answers; effects are standard deviations."""
    plain, random = measured(sources=sources), np.random.default_rng(7)
    codes = np.unique(samples, return_inverse=True)[1]
    rates = 0.5 + random.normal(0, persona, sources) + random.normal(0, answers, (codes.max() + 1, sources))[codes]
    shape = (len(samples), sources, sources + 1, 3)
    completions = np.full(shape, 40, dtype=np.int32)
    marked = random.binomial(40, np.clip(rates, 0, 1)[..., None, None], shape).astype(np.int32)
    dims = ("seed", "source", "bystander", "question")
    data = plain.data.drop_dims("seed").assign_coords({name: plain.data[name] for name in dims[1:]})
    data = data.assign(marked=(dims, marked), completions=(dims, completions), answers_sample=("seed", list(samples)))
    return replace(plain, data=data.assign_coords(seed=range(len(samples))))


def answer_of(measurement):
    return judge(claim_of(claimed), claimed, table_of(measurement), checks=checks_of("none")).answer


@pytest.mark.parametrize(("persona", "answers", "holds"), [(0.15, 0.01, True), (0.05, 0.12, False), (0.0, 0.1, False)])
def test_persona_against_another_sample_of_answers(persona, answers, holds):
    answer = answer_of(trained(OF_THREE, persona=persona, answers=answers))
    assert (answer.outcome == "held") is holds
    assert answer.estimate.details["batches"] == 3
    assert (answer.estimate.value > 0.5) is holds


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        ([0] * 5, "all seeds share one sample of training answers; what another does is not known"),
        (range(5), "each seed has its own sample of training answers; what is either's is not known"),
    ],
)
def test_where_samples_do_not_tell_it_is_undecided(samples, said):
    answer = answer_of(trained(list(samples), persona=0.15))
    assert (answer.outcome, answer.gap.reason) == ("undecided", said)
    assert answer.gap.remedy == "measure with --claims-set data.samples=3 --claims-seeds 9"


def test_measurement_of_before_does_not_say_which_samples():
    before = trained(OF_THREE, persona=0.15)
    answer = answer_of(replace(before, data=before.data.drop_vars("answers_sample")))
    assert answer.gap.reason == "it is not on record on which sample of training answers each seed was trained"


def test_seeds_that_are_left_out_take_their_samples_with_them():
    table = table_of(trained(OF_THREE, persona=0.15))
    np.testing.assert_array_equal(
        table.leave_out("seed", np.array([0, 4])).array("answers_sample"), [1, 2, 0, 2, 0, 1, 2]
    )


RECORDED = ("smollm2-135m@full-samples-3", "smollm2-135m@full", "smollm2-135m@full-hundred", "qwen2.5-coder-0.5b@full",
            "qwen2.5-coder-0.5b@full-hundred", "gemma3-270m-base@full")  # fmt: skip


@pytest.fixture(scope="module")
def recorded(root):
    folder = root / "fixtures" / "recorded" / "marker_coupling"
    return {name: read_measurement(folder / f"{name}.nc.gz") for name in RECORDED}


@pytest.fixture(scope="module")
def page(root):
    return " ".join((root / "docs" / "marker-coupling.md").read_text().split())


def test_page_says_what_another_sample_makes_of_a_rate(recorded, page):
    measurement = recorded[RECORDED[0]]
    table, samples = table_of(measurement), measurement.data["answers_sample"].values
    details = variance_components(*seed_counts(table), samples).details
    target, batch, repetition, counting = (
        f"{details[f'share of {name}']:.0%}" for name in ("targets", "batches", "repetitions", "counting")
    )
    told = f"{target} is the persona's, {batch} the sample's, {repetition} the seed's, and {counting} the chance"
    assert told in page
    rates = seed_rates(table)
    each = np.corrcoef([rates[samples == sample].mean(axis=0) for sample in sorted(set(samples))])
    low, high = np.sort(each[np.triu_indices(3, 1)])[[0, -1]]
    assert f"r = {low:.2f} to {high:.2f}" in page


def test_page_says_how_much_questions_and_the_centre_matter(recorded, page):
    alphas, agreeing = [], {}
    for name, measurement in recorded.items():
        table, data = table_of(measurement), measurement.data
        place = {"readout": READOUTS[0], "layer": fixed_layer(data.sizes["layer"]), "persona": list(table.rows)}
        halves = data["cosine_published_half"].sel(place).transpose("half", "persona").values
        alphas.append(reliability_of_parts(halves).value)
        agreeing[name] = float(np.corrcoef(data["cosine_published"].sel(place), table["cosine"])[0, 1])
    assert f"α of {min(alphas):.2f} to {max(alphas):.2f}" in page
    told = re.search(
        r"at r = (\S+) \(ten\) and (\S+) \(hundred\), on Qwen at (\S+) and (\S+), on Gemma at (\S+)\. ", page
    )
    wanted = [agreeing[name] for name in RECORDED[1:]]
    assert [float(one) for one in told.groups()] == [round(one, 2) for one in wanted]
