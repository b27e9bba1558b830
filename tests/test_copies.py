"""Draws that say nothing: a claim that compares levels with each other, and data of which nothing can be drawn."""

import numpy as np
import pytest

from pytest_claims import (
    InputError,
    Table,
    claim,
    dealt,
    difference_between_arms,
    judge,
    krippendorff_alpha,
    proportion,
    ranks_first,
    read_finding,
)

HEAD = 'title = "made up"\nsource = "made up"\n'


def table_of(folder, toml: str, data: dict) -> Table:
    (folder / "made").mkdir()
    (folder / "made" / "finding.toml").write_text(HEAD + toml)
    return read_finding(folder / "made").table(data)


def why(verdict, check: str, unit: str = "") -> str:
    """Why a check does not apply."""
    (found,) = [one for one in verdict.checks if one.check == check and unit in ("", one.unit)]
    assert not found.applies
    return found.gap.reason


def votes(folder, *, noise: float) -> Table:
    random = np.random.default_rng(3)
    truth = random.integers(0, 2, 30)
    rows = [(item, rater) for item in range(30) for rater in range(5)]
    marks = [int(truth[item] ^ (random.random() < noise)) for item, _ in rows]
    toml = "[units]\nitem = {}\nrater = {}\n[measured]\nmark = {}\n"
    data = {"item": [f"i{item}" for item, _ in rows], "rater": [f"r{rater}" for _, rater in rows], "mark": marks}
    return table_of(folder, toml, data)


@claim("they-agree", source="made up")
def they_agree(table):
    """Raters agree."""
    assert krippendorff_alpha(table.cells("mark", "rater", "item"), level="nominal").value > 0.2


def test_raters_who_are_drawn_twice_would_agree_with_themselves(tmp_path):
    verdict = judge(votes(tmp_path, noise=0.5), they_agree)
    assert why(verdict, "bootstrap-units", "rater").startswith("it compares raters with each other, and one that is")
    assert verdict.result("bootstrap-units", "item") is not None


def scores(folder) -> Table:
    random = np.random.default_rng(1)
    rows = [(task, model) for task in range(12) for model in range(3)]
    toml = "[units]\nmodel = {}\ntask = {}\n[measured]\nscore = {}\n"
    data = {
        "task": [f"t{task}" for task, _ in rows],
        "model": [f"m{model}" for _, model in rows],
        "score": [random.normal() + 2 * (model == 0) for _, model in rows],
    }
    return table_of(folder, toml, data)


@claim("m0-first", source="made up")
def m0_first(table):
    """m0 is first."""
    found = ranks_first(table.cells("score", "task", "model"), table.names("model"), who="m0")
    assert found.p < 0.05


def test_the_best_is_no_rival_of_its_own_where_it_is_drawn_twice(tmp_path):
    found = judge(scores(tmp_path), m0_first).result("bootstrap-units", "model")
    assert found.numbers["share"] == 1.0


@claim("a-higher", source="made up")
def a_higher(table):
    """Arm a is higher."""
    estimate = difference_between_arms(table["score"], table["arm"], arms=("a", "b"))
    assert estimate.value > 0


def test_one_run_in_each_arm_cannot_be_drawn_again(tmp_path):
    random = np.random.default_rng(0)
    toml = "[units]\nitem = {}\nrun = {}\n[factors]\narm = {}\n[measured]\nscore = {}\n"
    data = {
        "item": [f"i{item}" for item in range(20)] * 2,
        "run": ["one"] * 20 + ["two"] * 20,
        "arm": ["a"] * 20 + ["b"] * 20,
        "score": [*(random.normal(size=20) + 2), *random.normal(size=20)],
    }
    verdict = judge(table_of(tmp_path, toml, data), a_higher)
    assert why(verdict, "bootstrap-units", "run") == (
        "only draws of all 2 runs decide it: there are too few to draw others"
    )


@claim("half", source="made up")
def half(table):
    """It is not half."""
    assert proportion(table["win"], null=0.5).p < 0.05


def test_rows_of_one_prompt_that_a_statistic_takes_for_independent_are_told(tmp_path):
    random = np.random.default_rng(8)
    rate = np.repeat(random.beta(1, 1, 25), 40)
    toml = 'row = "vote"\n[units]\nprompt = {}\n[measured]\nwin = {}\n'
    data = {"prompt": [f"p{row // 40}" for row in range(1000)], "win": (random.random(1000) < rate).astype(int)}
    table = table_of(tmp_path, toml, data)
    found = judge(table, half).result("bootstrap-units")
    within = 0.5 / np.sqrt(1000)
    between = np.std(rate[::40]) / np.sqrt(25)
    assert found.numbers["wider"] == pytest.approx(np.hypot(within, between) / within, rel=0.25)

    @claim("clustered", source="made up")
    def clustered(table):
        """The same with clusters."""
        assert proportion(table["win"], null=0.5, clusters=table["prompt"]).p < 0.05

    assert "wider" not in judge(table, clustered).result("bootstrap-units").numbers


@claim("mean", source="made up")
def mean(table):
    """It is above half."""
    assert proportion((table["score"] > 0.5).astype(int)).value > 0.5


def test_errors_of_zero_are_not_said_to_be_of_no_concern(tmp_path):
    toml = "[units]\nitem = {}\n[measured]\nscore = { standard_error = 'se' }\nse = {}\n"
    data = {"item": list("abcd"), "score": [0.4, 0.6, 0.7, 0.9], "se": [0, 0, 0, 0]}
    verdict = judge(table_of(tmp_path, toml, data), mean)
    assert why(verdict, "bootstrap-counts") == "every draw of score is the same: errors are 0, or rates 0 or 1"


def test_a_standard_error_below_zero_is_refused_with_its_row(tmp_path):
    toml = "[units]\nitem = {}\n[measured]\nscore = { standard_error = 'se' }\nse = {}\n"
    with pytest.raises(InputError, match=r"^made, row 2: se is -0.1, wanted a number in \[0, inf\]"):
        table_of(tmp_path, toml, {"item": list("ab"), "score": [1, 2], "se": [0.1, -0.1]})


@pytest.mark.parametrize("declared", [False, True])
def test_the_order_of_lines_does_not_say_whose_values_a_row_gets(tmp_path, declared):
    rows = [(seed, shots) for seed in range(8) for shots in (0, 4, 16)]
    random = np.random.default_rng(0)
    role = "[factors]\nshots = {}\n[measured]\n" if declared else "[measured]\nshots = {}\n"

    @claim("more-helps", source="made up", null=dealt("acc", across="seed"))
    def more_helps(table):
        """More shots help."""
        shots = table["shots"].astype(float)
        assert table["acc"][shots > 0].mean() > table["acc"][shots == 0].mean()

    data = {
        "seed": [f"s{seed}" for seed, _ in rows],
        "shots": [shots for _, shots in rows],
        "acc": [random.normal() + shots / 16 for _, shots in rows],
    }
    toml = f"row = 'run'\n[units]\nseed = {{}}\n{role}acc = {{}}\n"
    verdict = judge(table_of(tmp_path, toml, data), more_helps)
    found = next(one for one in verdict.checks if one.check == "permutation")
    if declared:
        assert found.applies or "depends" in found.gap.reason
    else:
        assert found.gap.reason == "rows of one seed differ in shots, and no unit or factor tells them apart"
