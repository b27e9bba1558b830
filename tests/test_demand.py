"""What a body demands of its estimates, read from its asserts: which number of which estimate, and what it is to be."""

from dataclasses import replace

import numpy as np
import pytest
from worlds import table_with

from pytest_claims import claim, equivalent, pearson, spearman
from pytest_claims.asking.answer import ask
from pytest_claims.asking.claim import claim_of
from pytest_claims.asking.demand import Demand, demands_in, demands_on
from pytest_claims.asking.reached import reaching
from pytest_claims.stats.correlation import equivalence
from pytest_claims.stats.estimate import Estimate, note
from pytest_claims.verdicts.judge import judge

_RANDOM = np.random.default_rng(0)
RISES = table_with({"score": np.arange(30.0), "rate": np.arange(30.0) + _RANDOM.normal(size=30)})
NOTHING = table_with({"score": np.arange(30.0), "rate": np.tile([1.0, 2.0, 2.0, 1.0, 1.5], 6)})
ALPHA = 0.05
SMALL = Demand(about=0, part="p", operator="<", number=0.05, text="est.p < 0.05")
ABOVE = Demand(about=0, part="value", operator=">", number=0.0, text="r > 0")


def demanded(body, table=RISES):
    """The answer of a body, and its demands in the order in which they were found."""
    found = []

    def followed(data):
        with reaching(lambda frame: found.extend(demands_in(frame))):
            body(data)

    answer = ask(followed, table)
    return answer, list(demands_on(answer.estimates, found))


def correlated(table):
    return pearson(table["score"], table["rate"])


def small(table):
    est = correlated(table)
    assert est.p < 0.05


def small_and_large(table):
    est = correlated(table)
    assert 0 < est.p < 0.05


def swapped(table):
    est = correlated(table)
    assert 0.05 > est.p  # noqa: SIM300


def by_name(table):
    r = correlated(table).r
    assert r > 0


def two(table):
    est = correlated(table)
    assert est.r > -0.3
    assert est.p < ALPHA


def both(table):
    est = correlated(table)
    assert est.low >= 0.1 and est.high <= 1 and est.p < 0.05  # noqa: PT018


def exact(table):
    est = correlated(table)
    assert est.r == 0.6


def same(table):
    assert equivalence(table["score"], table["rate"], bound=0.5).p < 0.05


def check(est):
    assert est.p < 0.05


def by_a_helper(table):
    check(correlated(table))


def second(table):
    correlated(table)
    est = spearman(table["score"], table["rate"])
    assert est.p < 0.05


def of_each(table):
    est = correlated(table)
    rho = spearman(table["score"], table["rate"]).value
    assert est.p < 0.05 and rho > 0.2  # noqa: PT018


def found_by(text, *parts):
    return [Demand(about=0, part=part, operator=sign, number=number, text=text) for part, sign, number in parts]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (small, [SMALL]),
        (small_and_large, found_by("0 < est.p < 0.05", ("p", "<", 0.05))),  # every p is above 0
        (swapped, found_by("0.05 > est.p", ("p", "<", 0.05))),
        (by_name, [ABOVE]),
        (two, [*found_by("est.r > -0.3", ("value", ">", -0.3)), *found_by("est.p < ALPHA", ("p", "<", 0.05))]),
        (
            both,
            [*found_by("est.low >= 0.1", ("low", ">=", 0.1)), *found_by("est.high <= 1", ("high", "<=", 1.0)), SMALL],
        ),
        (by_a_helper, [SMALL]),
        (second, [replace(SMALL, about=1)]),
        (of_each, [SMALL, Demand(about=1, part="value", operator=">", number=0.2, text="rho > 0.2")]),
    ],
)
def test_demands_are_read_from_asserts(body, wanted):
    answer, found = demanded(body)
    assert answer.outcome == "held"
    assert found == wanted
    assert all(one.met(answer.estimates) for one in found)


def test_demand_on_what_a_call_gives():
    answer, found = demanded(same, NOTHING)
    assert answer.outcome == "held"
    (one,) = found
    assert (one.about, one.part, one.operator, one.number) == (0, "p", "<", 0.05)
    assert one.text.startswith("equivalence(")


def test_demand_of_one_value():
    answer, found = demanded(exact)
    assert answer.outcome == "failed"
    assert found == found_by("est.r == 0.6", ("value", "==", 0.6))


def test_demand_that_is_not_met_is_found_and_so_is_one_behind_it():
    answer, found = demanded(two, NOTHING)
    assert [one.met(answer.estimates) for one in found] == [True, False]
    assert answer.unmet.text == found[1].text

    def reverse(table):
        est = correlated(table)
        assert est.r < 0
        assert est.p < 0.05

    answer, found = demanded(reverse)
    assert answer.unmet.text == "est.r < 0"
    assert [(one.part, one.met(answer.estimates)) for one in found] == [("value", False), ("p", True)]


@pytest.mark.parametrize(
    "condition",
    [
        "abs(r) > 0.1",  # a number that the body computes: of what is not known
        "-r < 0",
        "r + 0.1 > 0",
        "max(r, 0.2) > 0.1",
        "0.01 < 0.05",
        "limit < 0.05",
        "est.n > 5",  # neither value, nor p, nor an end
        "r != 0",
        "not 1 < r < 2",
        "r > est.low",  # both are numbers of estimates
        "0 <= est.p <= 1",  # as every p is
        "r > 0 or est.p < 0.05",
        "r",
        "r is not None",
        "r in (r, 1)",
        "few == 'few'",
        "r != 'few'",
    ],
)
def test_what_is_no_demand(condition, tmp_path):
    file = tmp_path / "body.py"
    file.write_text(f"def body(est):\n    r, limit, few = est.r, 0.01, 'few'\n    assert {condition}\n")
    names = {}
    exec(compile(file.read_text(), str(file), "exec"), names)  # noqa: S102  a file of its own
    answer, found = demanded(lambda table: names["body"](correlated(table)))
    assert (answer.outcome, found) == ("held", [])


def test_body_of_a_file_is_read_as_one_that_is_imported(tmp_path):
    """What holds for the conditions above holds because of them, and not because nothing is found there."""
    file = tmp_path / "body.py"
    file.write_text("def body(est):\n    r = est.r\n    assert r > 0\n")
    names = {}
    exec(compile(file.read_text(), str(file), "exec"), names)  # noqa: S102
    assert demanded(lambda table: names["body"](correlated(table)))[1] == [ABOVE]


def test_number_that_two_estimates_share_is_of_the_one_that_is_named_or_else_of_the_last():
    def body(table):
        est = equivalent(correlated(table), low=-0.5, high=0.5)  # it stands ahead of what it was made from
        r = est.value
        assert est.value > 0
        assert r > 0
        assert est.p > 0.05

    answer, found = demanded(body)
    assert [one.symbol for one in answer.estimates] == ["r", "r"]
    assert [(one.part, one.about) for one in found] == [("value", 0), ("value", 1), ("p", 0)]


def test_demand_stays_with_its_estimate_when_another_is_put_ahead_of_it():
    def checked(est):
        assert est.p < 0.05

    def body(table):
        est = correlated(table)
        checked(est)
        assert equivalent(est, low=-0.5, high=2.0).p < 0.05

    answer, found = demanded(body)
    assert [one.about for one in found] == [1, 0]
    assert answer.estimates[0].within == (-0.5, 2.0)


def test_part_that_is_named_is_meant_though_another_is_the_same_number():
    def body(table):
        est = note(Estimate(method="made", symbol="r", value=len(table) / 60, n=9, p=0.0, low=0.0, high=0.5))
        assert est.low >= 0
        assert est.high > 0.1

    assert [one.part for one in demanded(body)[1]] == ["low", "high"]


def test_what_only_happens_to_be_a_number_of_an_estimate_is_none():
    def body(table):
        est = note(Estimate(method="made", symbol="r", value=len(table) / 60, n=9, p=0.03, low=-0.2, high=0.2))
        assert -est.low > 0.1
        assert 0.03 < 0.05
        assert -0.2 < 0

    assert demanded(body)[1] == []


def test_asserts_before_any_estimate_demand_nothing_of_one():
    def body(table):
        few = 3.0
        assert few > 2
        assert len(table) > 2

    assert demanded(body) == (ask(body, RISES), [])


def test_demand_is_not_met_where_its_number_is_missing():
    without = Estimate(method="made", symbol="r", value=0.5, n=9)
    assert not SMALL.met([without])
    assert not replace(SMALL, about=1).met([replace(without, p=0.01)])
    assert SMALL.met([replace(without, p=0.01)])
    assert not SMALL.met([replace(without, p=0.05)])


def test_what_is_called_again_notes_nothing_again():
    calls = []

    @claim("made-up", source="nowhere")
    def body(table):
        """Made up."""
        assert equivalence(table["score"], table["rate"], bound=0.5).p < 0.05

    verdict = judge(claim_of(body), body, NOTHING)
    assert len(verdict.answer.estimates) == 1
    assert verdict.claimed.kind == "equivalence"

    def counted(table):
        calls.append(1)
        return correlated(table).r

    def demanding(table):
        assert counted(table) > 0

    answer, found = demanded(demanding)
    assert (len(calls), len(answer.estimates), found) == (1, 1, [])


def test_call_that_cannot_be_made_again_is_no_demand_and_ends_nothing():
    once = iter([correlated])

    def body(table):
        assert next(once)(table).p < 0.05

    answer, found = demanded(body)
    assert (answer.outcome, len(answer.estimates), found) == ("held", 1, [])


def test_code_that_is_not_the_projects_demands_nothing():
    """Asserts of a library are about its own affairs."""

    def body(table):
        np.testing.assert_allclose(correlated(table).p, 0, atol=0.05)

    assert demanded(body)[1] == []


def test_what_is_denied_is_the_other_operator():
    def body(table):
        est = correlated(table)
        assert not est.p >= 0.05

    assert [(one.part, one.operator, one.number) for one in demanded(body)[1]] == [("p", "<", 0.05)]


def test_number_that_is_as_large_by_coincidence_is_no_demand():
    def body(table):
        est = correlated(table)
        limit = float(str(est.r))
        assert limit > 0

    assert demanded(body)[1] == []
