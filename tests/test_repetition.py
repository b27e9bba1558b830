"""What a live measurement is held against: draws of the recorded one, as large as the new one."""

import numpy as np
import pytest
from declared import written
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from pytest_claims.asking.answer import Answer
from pytest_claims.robustness.repetition import DRAWS, Drawn, Repetition, repetition
from pytest_claims.stats.estimate import Estimate, note
from pytest_claims.words.repetition import repeated

TOML = """data = "answers.csv"
[units]
item = {}
seed = { shared = false }
[measured]
score = {}
"""
COUNTED = TOML.replace("score = {}", 'score = { successes = "hits", trials = "tries" }')


def finding(folder, toml, rows, header="item,seed,score"):
    made = written(folder, toml, {"answers.csv": "\n".join([header, *rows]) + "\n"})
    (subject,) = made.subjects
    return made.table(subject.measurement())


def seeds(folder, levels, items=6):
    """A table of items by seeds: each seed has a level of its own."""
    rows = [f"i{item},{seed},{level + item}" for seed, level in enumerate(levels) for item in range(items)]
    return finding(folder, TOML, rows)


def high(table):
    value = float(np.mean(table["score"]))
    note(Estimate(method="mean", symbol="mean", value=value, n=len(table)))
    assert value > 0


def test_as_many_seeds_are_drawn_as_the_new_measurement_has(tmp_path):
    recorded, new = seeds(tmp_path, [0.0, 1.0, 2.0, 5.0]), seeds(tmp_path, [9.0, 9.0])
    again = repetition(high, recorded, new)
    assert again.drawn == (Drawn(unit="seed", levels=2, of=4),)
    assert not again.counts
    assert again.held == DRAWS
    assert "draws of 2 of 4 recorded seeds" in repeated(again)


@pytest.mark.parametrize("new", [1, 2, 4])
def test_limits_are_the_prediction_interval_of_a_mean(tmp_path, new):
    """By its formula: mean ± t sqrt(s² (1/k + 1/M)), Student's t of M - 1 degrees of freedom."""
    levels = [0.0, 1.0, 2.0, 5.0, 3.0]
    again = repetition(high, seeds(tmp_path, levels), seeds(tmp_path, [0.0] * new))
    reach = stats.t.ppf(0.975, 4) * np.std(levels, ddof=1) * np.sqrt(1 / new + 1 / 5)
    middle = np.mean(levels) + 2.5
    assert (again.low, again.high) == pytest.approx((middle - reach, middle + reach), abs=0.12 * reach)


def test_of_one_recorded_seed_counts_alone_are_drawn(tmp_path):
    rows = [f"i{item},0,50,100" for item in range(4)]
    table = finding(tmp_path, COUNTED, rows, "item,seed,hits,tries")
    again = repetition(high, table, table)
    assert (again.drawn, again.counts) == ((), True)
    error = np.sqrt(0.5 * 0.5 / 400)
    assert again.high - again.low == pytest.approx(2 * stats.norm.ppf(0.975) * np.sqrt(2) * error, rel=0.15)
    assert "draws of counts" in repeated(again)


def test_seeds_and_counts_are_drawn_together(tmp_path):
    rows = [f"i{item},{seed},{50 + 10 * seed},100" for item in range(4) for seed in range(3)]
    table = finding(tmp_path, COUNTED, rows, "item,seed,hits,tries")
    again = repetition(high, table, table)
    assert [one.unit for one in again.drawn] == ["seed"]
    assert again.counts


@pytest.mark.parametrize(
    ("recorded", "new", "why"),
    [
        ([0.0, 1.0, 2.0], {"items": 5}, "its items are not those of the recorded measurement"),
        ([0.0, 1.0], {}, "the recorded measurement has no counts, and fewer than 3 levels of what a repetition draws"),
    ],
)
def test_what_cannot_be_compared_says_why(tmp_path, recorded, new, why):
    again = repetition(high, seeds(tmp_path, recorded), seeds(tmp_path, [0.0], **new))
    assert repeated(again) == why


@given(st.floats(-2, 2), st.sampled_from(["mean", "other"]), st.sampled_from(["held", "failed"]))
def test_answer_is_given_by_its_estimate_or_else_by_its_outcome(value, symbol, outcome):
    again = Repetition(held=DRAWS - 1, failed=1, symbol="mean", low=-1.0, high=1.0)
    answer = Answer(outcome=outcome, estimates=(Estimate(method="", symbol=symbol, value=value, n=3),))
    assert again.gives(answer) == (abs(value) <= 1 if symbol == "mean" else outcome == "held")


def test_of_what_no_draw_moves_nobody_knows_how_far_a_repetition_may_lie(tmp_path):
    def of_items(table):
        value = float(np.mean(table.cells("score", "item", "seed", mean=True)[:, 0] * 0 + 1))
        note(Estimate(method="constant", symbol="one", value=value, n=len(table)))
        assert value > 0

    again = repetition(of_items, seeds(tmp_path, [0.0, 1.0, 2.0]), seeds(tmp_path, [0.0]))
    assert repeated(again) == "nothing that is drawn for a repetition moves its estimate"


def test_limits_are_values_that_there_are(tmp_path):
    def shared(table):
        value = float(np.mean(table["score"] > 3))
        note(Estimate(method="share", symbol="share", value=value, n=len(table)))
        assert value > 0

    again = repetition(shared, seeds(tmp_path, [0.0, 1.0, 4.0]), seeds(tmp_path, [0.0]))
    assert (again.low, again.high) == (0, 1)


def test_repetitions_of_the_same_world_are_given_nearly_always(tmp_path):
    """The promise on worlds of known truth: 95% of them, of five seeds for one."""
    random, given_ = np.random.default_rng(1), 0
    for _ in range(60):
        levels = random.normal(size=6)
        recorded, new = seeds(tmp_path, levels[:5], items=3), seeds(tmp_path, levels[5:], items=3)
        value = float(np.mean(new["score"]))
        answer = Answer(outcome="held", estimates=(Estimate(method="", symbol="mean", value=value, n=3),))
        given_ += repetition(high, recorded, new).gives(answer)
    assert given_ >= 52


CLAIM = """
from pytest_claims import claim, pearson

@claim("rises", source="nowhere")
def test_rises(table):
    \"\"\"Scores rise with x.\"\"\"
    estimate = pearson(table["x"], table["score"])
    assert estimate.r > 0
    assert estimate.p < 0.05
"""
CONFTEST = """
from pathlib import Path
from pytest_claims import Subject
from pytest_claims.data.subject import cells_in

def pytest_claims_subjects(config):
    file = Path(__file__).parent / "live" / "answers.csv"
    return [Subject(name="answers", load=print, recorded=False, finding="rising", cells=cells_in(file, "answers"))]
"""


class Project:
    """A finding with recorded data of three seeds, and a live measurement of the same name with one."""

    def __init__(self, pytester):
        self.pytester, folder = pytester, pytester.path / "claims" / "rising"
        (folder / "live").mkdir(parents=True)
        toml = TOML.replace("[measured]\n", "[measured]\nx = {}\n")
        (folder / "finding.toml").write_text(f'title = "T"\nsource = "s"\n{toml}')
        (folder / "test_it.py").write_text(CLAIM)
        self.rows(folder, "answers.csv", [0.0, 0.3, -0.3], 1.0)
        self.folder = folder

    def rows(self, folder, file, levels, slope):
        noise = [0.3, -0.4, 0.5, -0.2, 0.1, -0.3]
        rows = [
            f"i{item},{seed},{item},{slope * item + level * (item % 2) + noise[item]}"
            for seed, level in enumerate(levels)
            for item in range(6)
        ]
        (folder / file).write_text("\n".join(["item,seed,x,score", *rows]) + "\n")

    def live(self, slope):
        self.rows(self.folder, "live/answers.csv", [0.1], slope)
        (self.pytester.path / "conftest.py").write_text(CONFTEST.replace("parent /", "parent / 'claims' / 'rising' /"))

    def judge(self, *options):
        return self.pytester.runpytest_inprocess("claims", "--claims-robustness=none", *options)


@pytest.fixture
def project(pytester):
    project = Project(pytester)
    assert project.judge("--claims-save").ret == 0
    return project


def test_live_measurement_as_a_repetition_may_give_it_is_no_change(project):
    project.live(0.9)
    result = project.judge("-vv")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        ["*repetition: 95% of repetitions have r in*", "*of 200 draws of 1 of 3 recorded seeds"]
    )


def test_live_measurement_beyond_what_a_repetition_may_give_moved_and_fails(project):
    project.live(-1.0)
    result = project.judge()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*no repetition is expected there: 95% of repetitions have r in*", "moved: rises on answers was held*is"]
    )
    assert project.judge("--claims-compare-fail=none").ret == 0


def test_live_measurement_does_not_take_the_place_of_recorded_data_on_record(project):
    """Afterwards every change of the recorded data passed."""
    baseline = project.pytester.path / "reports" / "baseline.json"
    before = baseline.read_text()
    project.live(0.9)
    result = project.judge("--claims-save")
    result.stdout.fnmatch_lines(["stays on record: answers, of recorded data; a live measurement does not take its*"])
    assert baseline.read_text() == before
    project.judge("--claims-save=live")
    assert '"recorded": false' in (baseline.parent / "baselines" / "live.json").read_text()


def test_live_measurement_that_cannot_be_compared_says_so(project):
    """It was said to be as on record."""
    project.live(0.9)
    file = project.folder / "live" / "answers.csv"
    file.write_text(file.read_text().replace("\ni", "\nother"))
    result = project.judge()
    assert result.ret == 0
    result.stdout.fnmatch_lines(["cannot be compared: 1 verdict of answers: its items are not those*"])
