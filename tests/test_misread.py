"""Claims that are put in other words than the usual: no word is firmer than what was read of them."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import world

from pytest_claims import claim, estimated, judge, pearson, proportion
from pytest_claims.base.errors import InputError
from pytest_claims.data.table import Table

_RANDOM = np.random.default_rng(3)
ROWS = 40


def table_of(slope):
    x = _RANDOM.normal(size=ROWS)
    columns = {"x": x, "y": slope * x + _RANDOM.normal(size=ROWS), "z": slope * x + _RANDOM.normal(size=ROWS)}
    return Table(subject="made", rows=tuple(f"row {row}" for row in range(ROWS)), columns=columns)


RELATED, UNRELATED = table_of(0.9), table_of(0.0)


def word(body, table):
    def test(some):
        """Made up."""
        body(pearson(some["x"], some["y"]), some)

    return str(judge(table, claim("made-up", source="nowhere")(test), robustness="none"))


def computed(est, table):
    assert abs(est.r) > 0.7


def in_a_flag(est, table):
    large = est.r > 0.95
    assert large


def between_two(est, table):
    assert est.r > pearson(table["x"], table["z"]).r + 1


@pytest.mark.parametrize("body", [computed, in_a_flag, between_two])
def test_what_cannot_be_read_is_inconclusive_where_an_estimate_may_leave_it_open(body):
    """It was failed, robust, though the interval left it open."""
    assert word(body, UNRELATED) == "inconclusive"


def test_what_is_about_no_estimate_fails_plainly():
    def body(est, table):
        assert est.p <= 1
        assert len(table) > 99

    def read(est, table):
        assert est.r > -0.99
        assert len(table) > 99

    assert word(read, RELATED) == "failed, robust"
    assert word(body, RELATED) == "inconclusive"  # nothing was read of its estimate


def around(est, table):
    assert est.low < 0 < est.high


def denied(est, table):
    assert not est.p < 0.05


def below_all(est, table):
    assert 0 <= est.p < 0.05


def behind_another(est, table):
    assert est.p < 0.05
    assert pearson(table["x"], np.arange(len(table)) % 7.0).p >= 0.05


@pytest.mark.parametrize(
    ("body", "table", "wanted"),
    [
        (around, UNRELATED, "held, not shown otherwise"),
        (around, RELATED, "contradicted, robust"),
        (denied, UNRELATED, "held, not shown otherwise"),
        (denied, RELATED, "contradicted, robust"),
        (below_all, RELATED, "held, robust"),
        (behind_another, RELATED, "held, not shown otherwise"),
    ],
)
def test_absence_is_known_however_it_is_put(body, table, wanted):
    assert word(body, table) == wanted


UNRELATED_IS_BELOW = bool(np.corrcoef(UNRELATED.columns["x"], UNRELATED.columns["y"])[0, 1] < 0)


def test_sign_without_a_test_says_little_where_the_interval_holds_no_effect():
    def below(est, table):
        assert est.r < 0

    def above(est, table):
        assert est.r > 0

    def beyond(est, table):
        assert est.r > -1  # its own bound, and not no effect

    assert word(below if UNRELATED_IS_BELOW else above, UNRELATED) == "held, uninformative"
    assert [word(above, RELATED), word(beyond, UNRELATED)] == ["held, robust", "held, robust"]


@pytest.mark.parametrize(("level", "wanted"), [(0.95, "contradicted, robust"), (0.5, "inconclusive")])
def test_narrow_interval_of_a_low_level_excludes_nothing(level, wanted):
    def test(table):
        """Made up."""
        mean = float(table["x"].mean())
        found = estimated("m", mean, n=len(table), low=mean - 0.1, high=mean + 0.1, confidence=level)
        assert found.low > 5

    assert str(judge(RELATED, claim("made-up", source="nowhere")(test), robustness="none")) == wanted


def test_value_without_interval_or_p_fails_plainly():
    def test(table):
        """Made up."""
        assert estimated("m", float(table["x"].mean()), n=len(table)).value > 5

    assert str(judge(RELATED, claim("made-up", source="nowhere")(test), robustness="none")) == "failed, robust"


@pytest.mark.parametrize("size", [10, 400])
def test_interval_between_two_bounds_is_an_equivalence(size):
    """Written by hand it was an effect, inconclusive on few data, and nobody said that these never could show it."""

    @claim("between", source="test")
    def between(table):
        """They are not related."""
        found = pearson(table["score"], table["rate"])
        assert found.low > -0.2
        assert found.high < 0.2

    verdict = judge(world(0.0, size, seed=0), between, robustness="none")
    assert (verdict.claimed.kind, verdict.claimed.low, verdict.claimed.high) == ("equivalence", -0.2, 0.2)
    assert verdict.ruling == ("held" if size == 400 else "undecided")
    assert verdict.power.share == (pytest.approx(0.96, abs=0.01) if size == 400 else 0)
    assert verdict.power.size == 259  # 80%: (1.96 + 1.2816) standard errors of Fisher's z within atanh(0.2)


@pytest.mark.parametrize("who", ["claim", "finding"])
def test_smallest_correlation_of_1_is_refused(who):
    """It contradicted everything."""

    @claim("steep", source="test", smallest=1.5 if who == "claim" else None)
    def steep(table):
        """They are related."""
        assert pearson(table["score"], table["rate"]).p < 0.05

    table = world(0.0, 20, seed=0)
    if who == "finding":
        table = replace(table, design=replace(table.design, smallest={"r": 1.5}))
    wanted = r"claim 'steep'" if who == "claim" else r"\[smallest\] of the finding"
    with pytest.raises(InputError, match=rf"{wanted} has r = 1.5 as its smallest effect; none is 1 or more"):
        judge(table, steep, robustness="none")


@pytest.mark.parametrize(("times", "word"), [(1, "held, uninformative"), (20, "held, robust")])
def test_bound_of_its_own_is_to_lie_outside_of_the_interval(times, word):
    """Four of five are more than a half, and so few say nothing of it; it was 'held, robust'."""

    @claim("most", source="test", null="none")
    def most(table):
        """Most are right."""
        assert proportion(table["right"]).value > 0.5

    marks = np.tile([1.0, 1, 1, 1, 0], times)
    table = Table(subject="made", rows=tuple(f"r{row}" for row in range(len(marks))), columns={"right": marks})
    assert str(judge(table, most, robustness="none")) == word
