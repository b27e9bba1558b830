"""What is said of one model of several subjects, and where it stands: for the mean of models as they are."""

from dataclasses import replace

import pytest
from made_records import record_with
from opened import opened
from test_multilevel import SMALL, model_of, subjects

from pytest_claims.data.design import Words
from pytest_claims.page.claim_view import claim_view
from pytest_claims.page.document import Page
from pytest_claims.stats.multilevel import Effect, Slope
from pytest_claims.stats.pooling import Joint, Pooled
from pytest_claims.verdicts.multilevel import MultilevelModel
from pytest_claims.verdicts.record import Record, files_of, from_json, read_record, record_of, to_json
from pytest_claims.verdicts.syntheses import Synthesis
from pytest_claims.words.multilevel import details, in_short, of_model
from pytest_claims.words.replication import several_together

WORDS = Words(unit="item", units="items", trials="tries", plurals=(("seed", "seeds"),))
ALONE = Effect(
    predictor="score",
    these=Slope(value=-0.036, low=-0.119, high=0.048, p=0.396, df=98),
    like_these=Slope(value=-0.027, low=-0.265, high=0.210, p=0.669, df=2),
    spread=0.07,
    slopes=(-0.06, -0.09, 0.05),
    se=0.04,
)
BESIDE = replace(
    ALONE,
    beside=("other",),
    these=Slope(value=0.158, low=0.071, high=0.244, p=0.0005, df=97),
    like_these=Slope(value=0.130, low=-0.029, high=0.290, p=0.072, df=2),
    slopes=(0.22, 0.09, 0.15),
)
MODEL = MultilevelModel(
    finding="made up",
    outcome="hits",
    unit="item",
    subjects=("a@full", "b@full", "b@more", "c@full"),
    models=("a", "b", "c"),
    levels=100,
    rows=130,
    repetitions=430,
    trials=43000,
    clusters="question",
    clustered=20,
    claims={"rises": "score"},
    effects=(ALONE, BESIDE),
    spreads={"item": 0.12, "item × model": 0.2, "slope of score": 0.1},
    dropped={"seed": "there is one seed of each item"},
    left_out={"d@full": "no column 'score'"},
)


def test_a_sentence_says_of_how_many_models_and_what_others_would_do():
    assert of_model(MODEL, "rises", WORDS) == (
        "one binomial model of 4 subjects of 3 base models, with 100 items, 430 repetitions and 43000 tries in all: "
        "where score is a standard deviation higher than others on a subject, log odds are higher by -0.04 [-0.12, "
        "+0.05], p = 0.40, alone and +0.16 [+0.07, +0.24], p < 0.001, beside other, as the mean of these models (a "
        "+0.22, b +0.09 and c +0.15); of models like these +0.13 [-0.03, +0.29], p = 0.072, which 3 models leave wide; "
        "without d@full (no column 'score')"
    )


def test_of_two_models_nothing_is_said_of_others():
    two = replace(MODEL, models=("a", "b"), effects=(replace(ALONE, like_these=None, slopes=(0.1, 0.2)),), left_out={})
    assert of_model(two, "rises", WORDS).endswith("as the mean of these models (a +0.10 and b +0.20)")


def test_of_all_predictors_in_one_sentence():
    other = [replace(one, predictor="other", beside=("score",) if one.beside else ()) for one in MODEL.effects]
    said = in_short(replace(MODEL, effects=(*MODEL.effects, *other), left_out={}), WORDS)
    assert said.startswith("One binomial model of 4 subjects of 3 base models, ")
    assert said.count("as the mean of these models") == 2
    assert "which 3 models leave wide; where other is a standard deviation higher" in said
    assert said.endswith("which 3 models leave wide.")


def test_what_it_rests_on():
    assert list(details(MODEL, WORDS)) == [
        "Standard deviations of log odds between: item 0.12, item × model 0.20 and slope of score 0.10.",
        "Not in the model: seed, for there is one seed of each item.",
        "20 questions were left out one by one; intervals have what they add in them.",
    ]


def test_why_there_is_none():
    none = replace(MODEL, effects=(), why_not="the mixed model does not converge")
    assert of_model(none, "rises", WORDS) == "no one model of these subjects, for the mixed model does not converge"
    assert list(details(none, WORDS)) == []


JOINT = Synthesis(
    claim="rises", subjects=("a@full", "b@full"), independent=1, models=2, unit="item", levels=30,
    joint=Joint(k=2, symbol="r", estimate=0.2, low=0.1, high=0.3),
)  # fmt: skip
POOLED = Pooled(
    k=3, symbol="r", estimate=0.2, low=0.1, high=0.3, prediction=None, no_prediction=None, mean=0.2, se=0.1, q=1.0,
    df=2, p=0.5, i2=0.0, tau2=0.0,
)  # fmt: skip


def test_it_stands_for_a_mean_of_models_and_beside_what_is_pooled():
    alone = list(several_together(JOINT, None, "rises", WORDS))
    assert [names for names, _ in alone] == ["a@full and b@full"]
    names = "a@full, b@full, b@more and c@full"
    assert [one for one, _ in several_together(JOINT, MODEL, "rises", WORDS)] == [names]
    assert [one for one, _ in several_together(None, MODEL, "rises", WORDS)] == [names]
    pooled = replace(JOINT, joint=None, pooled=POOLED)
    assert [one for one, _ in several_together(pooled, MODEL, "rises", WORDS)] == ["a@full and b@full", names]


@pytest.fixture(scope="module")
def record() -> Record:
    """Two claims on three subjects that bring something to one model."""
    plain = record_with(["x1-predicts", "another"], [name for name, *_ in SMALL], finding="made up")
    brought = {name: one for _, name, one in subjects()}
    several = [replace(one, counted=brought[one.name]) for one in plain.subjects]
    return record_of(created=plain.created, version="0", subjects=several, verdicts=plain.verdicts)


def test_the_record_makes_it_of_what_subjects_bring(record):
    assert record.multilevel == (model_of(subjects()),)
    assert record.model_of("x1-predicts") is record.multilevel[0]
    assert record.model_of("another") is None


def test_it_comes_back_from_a_file(record, tmp_path):
    text, evidence = files_of(record)
    (tmp_path / "claims.json").write_text(text)
    (tmp_path / "claims.evidence.json.gz").write_bytes(evidence)
    again = read_record(tmp_path / "claims.json")
    assert to_json(again.multilevel) == to_json(record.multilevel)
    assert [one.counted for one in again.subjects] == [one.counted for one in record.subjects]
    (tmp_path / "claims.evidence.json.gz").unlink()
    less = read_record(tmp_path / "claims.json")
    assert to_json(less.multilevel) == to_json(record.multilevel)
    assert from_json(MultilevelModel, to_json(record.multilevel[0])) == record.multilevel[0]


def test_the_record_of_a_finding_keeps_its_own_and_makes_none_again(record):
    other = record_of(
        created=record.created,
        version="0",
        subjects=[*record.subjects, *(replace(one, finding="other", counted=None) for one in record.subjects)],
        verdicts=[*record.verdicts, *(replace(one, finding="other") for one in record.verdicts)],
        multilevel=record.multilevel,
    )
    assert other.of("made up").multilevel == record.multilevel
    assert other.of("other").multilevel == ()


def test_the_page_says_it_in_the_view_of_a_claim(record):
    view = claim_view(record, "x1-predicts", lambda subject: 0)
    assert view.together[0].startswith("first@full, second@full and third@full: one binomial model of 3 subjects of 3 ")
    assert any(one.startswith("Standard deviations of log odds between: item ") for one in view.together)
    assert not any("binomial model" in one for one in claim_view(record, "another", lambda subject: 0).together)
    page = opened(Page(record=record).html())
    assert "one binomial model of 3 subjects of 3 base models" in page["claim=x1-predicts"]["html"]
    assert "binomial model" not in page["claim=another"]["html"]
