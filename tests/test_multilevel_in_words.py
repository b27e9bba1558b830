"""What is said of one model of several subjects, and where it stands: for the mean of models as they are."""

from dataclasses import replace

import pytest
from made_records import record_with
from opened import opened
from test_multilevel import SMALL, model_of, subjects

from pytest_claims.data.design import Words
from pytest_claims.page.claim_view import claim_view
from pytest_claims.page.document import Page
from pytest_claims.report.multilevel import one_model
from pytest_claims.stats.multilevel import Effect, Slope
from pytest_claims.stats.pooling import Joint, Pooled
from pytest_claims.verdicts.multilevel import MultilevelModel
from pytest_claims.verdicts.record import Record, files_of, from_json, read_record, record_of, to_json
from pytest_claims.verdicts.syntheses import Synthesis
from pytest_claims.words.multilevel import briefly, details, of_model
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


def test_sentences_say_of_how_many_models_and_what_others_would_do():
    assert of_model(MODEL, "rises", WORDS) == (
        "One binomial model was made of 4 subjects of 3 base models: a@full, b@full, b@more and c@full. They have 100 "
        "items, counted 430 times, in 43000 tries. For one standard deviation of score, log odds differ by -0.04 "
        "[-0.12, +0.05], p = 0.40, on the mean of these models. For one standard deviation of score beside other, log "
        "odds differ by +0.16 [+0.07, +0.24], p < 0.001, on the mean of these models (a +0.22, b +0.09 and c +0.15). "
        "On the mean of models like these they differ by +0.13 [-0.03, +0.29], p = 0.072; 3 models leave that wide. "
        "d@full is left out: no column 'score'."
    )


def test_predictors_have_the_names_that_the_finding_gives_them():
    named = replace(MODEL, called={"score": "the score of a judge", "other": "length"})
    assert "For one standard deviation of the score of a judge beside length, " in of_model(named, "rises", WORDS)


def test_where_its_table_stands_elsewhere_one_sentence_is_enough():
    assert briefly(MODEL, "rises", WORDS) == (
        "Together, in one binomial model of 4 subjects of 3 base models: for one standard deviation of score beside "
        "other, log odds differ by +0.16 [+0.07, +0.24], p < 0.001, on the mean of these models, and by +0.13 [-0.03, "
        "+0.29], p = 0.072, on the mean of models like these."
    )


def test_of_two_models_nothing_is_said_of_others():
    two = replace(MODEL, models=("a", "b"), effects=(replace(ALONE, like_these=None, slopes=(0.1, 0.2)),), left_out={})
    assert of_model(two, "rises", WORDS).endswith("on the mean of these models (a +0.10 and b +0.20).")
    assert briefly(two, "rises", WORDS).endswith("p = 0.40, on the mean of these models.")
    _, table, note = one_model(two, WORDS)
    assert table.splitlines()[0] == "| for one standard deviation of | alone | a | b |"
    assert "like these" not in note


def test_its_table_has_a_line_for_each_predictor():
    other = [replace(one, predictor="other", beside=("score",) if one.beside else ()) for one in MODEL.effects]
    begun, table, note = one_model(replace(MODEL, effects=(*MODEL.effects, *other)), WORDS)
    assert begun.startswith("One binomial model was made of 4 subjects of 3 base models: ")
    assert begun.endswith("d@full is left out: no column 'score'.")
    head, _, score, last = table.splitlines()
    assert head == "| for one standard deviation of | alone | beside the other | a | b | c | models like these |"
    assert score == (
        "| score | -0.04 [-0.12, +0.05], p = 0.40 | **+0.16 [+0.07, +0.24], p < 0.001** | +0.22 | +0.09 | +0.15 | "
        "+0.13 [-0.03, +0.29], p = 0.072 |"
    )
    assert last.startswith("| other | ")
    assert note.endswith(
        "*Models like these*: the mean of all such models, beside the other; 3 models leave that wide."
    )


def test_what_it_rests_on():
    assert list(details(MODEL, WORDS)) == [
        "Standard deviations of log odds are between: item 0.12, item × model 0.20 and slope of score 0.10.",
        "Not in the model is seed: there is one seed of each item.",
        "20 questions were left out one by one; intervals have what they add in them.",
    ]


def test_why_there_is_none():
    none = replace(MODEL, effects=(), why_not="such a model takes subjects of two base models, and these are of 0")
    said = (
        "There is no one model of these subjects: such a model takes subjects of two base models, and these are of 0. "
        "d@full is left out: no column 'score'."
    )
    assert of_model(none, "rises", WORDS) == briefly(none, "rises", WORDS) == said
    assert one_model(none, WORDS) == [said]
    assert list(details(none, WORDS)) == []
    assert of_model(None, "rises", WORDS) == briefly(None, "rises", WORDS) == ""


JOINT = Synthesis(
    claim="rises", subjects=("a@full", "b@full"), independent=1, models=2, unit="item", levels=30,
    joint=Joint(k=2, symbol="r", estimate=0.2, low=0.1, high=0.3),
)  # fmt: skip
POOLED = Pooled(
    k=3, symbol="r", estimate=0.2, low=0.1, high=0.3, prediction=None, no_prediction=None, mean=0.2, se=0.1, q=1.0,
    df=2, p=0.5, i2=0.0, tau2=0.0,
)  # fmt: skip


def test_it_stands_for_a_mean_of_models_and_beside_what_is_pooled():
    (mean,) = several_together(JOINT, "", WORDS)
    assert mean.startswith("Together, a@full and b@full: ")
    told = of_model(MODEL, "rises", WORDS)
    assert list(several_together(JOINT, told, WORDS)) == list(several_together(None, told, WORDS)) == [told]
    both = list(several_together(replace(JOINT, joint=None, pooled=POOLED), told, WORDS))
    assert both[0].startswith("Together, a@full and b@full: ")
    assert both[1:] == [told]


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
    assert view.together[0].startswith("One binomial model was made of 3 subjects of 3 base models: first@full, ")
    assert any(one.startswith("Standard deviations of log odds are between: item ") for one in view.together)
    assert not any("binomial model" in one for one in claim_view(record, "another", lambda subject: 0).together)
    page = opened(Page(record=record).html())
    assert "One binomial model was made of 3 subjects of 3 base models" in page["claim=x1-predicts"]["html"]
    assert "binomial model" not in page["claim=another"]["html"]
