"""Which checks a run makes, how their results are kept, and the rule by which they are put into words."""

import json
import re

import numpy as np
import pytest
from scipy import stats
from worlds import counted, outcome, rises, rises_as_elsewhere, said, table_with, world

from pytest_claims import claim, share
from pytest_claims.asking.claim import claim_of
from pytest_claims.base.errors import InputError
from pytest_claims.robustness.battery import ALWAYS, FULL, QUICK, checks_of
from pytest_claims.robustness.chance import FIRST
from pytest_claims.verdicts.firmness import DECISIVE
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.multiplicity import corrections
from pytest_claims.words.verdict import turned


def test_what_the_wording_rests_on_is_always_checked():
    always = [check.name for check in ALWAYS]
    assert set(always) == {*DECISIVE, "permutation"}
    for option in ("none", "quick", "full", "adversary"):
        first = checks_of(option)[: len(ALWAYS)]
        assert [check.name for check in first] == always
        assert all(check.draws >= FIRST for check in first if check.name == "permutation")


@pytest.mark.parametrize("seed", range(3))
def test_how_often_it_holds_by_chance_rests_on_the_same_worlds_in_every_battery(seed):
    table = world(0.6, 9, seed)
    shares = [
        verdict(table, checks=option).result("permutation").numbers["share_at_first"] for option in ("none", "full")
    ]
    assert shares[0] == shares[1]


def test_full_makes_what_is_always_made_as_thoroughly_as_any():
    (full,) = (check for check in FULL if check.name == "permutation")
    (always,) = (check for check in ALWAYS if check.name == "permutation")
    assert full.draws > always.draws
    assert (full.stream, full.run) == (always.stream, always.run)


def test_full_has_all_of_quick_and_more():
    quick, full = ({check.name for check in checks} for checks in (checks_of("quick"), checks_of("full")))
    assert {check.name for check in (*ALWAYS, *QUICK)} == quick < full
    assert len(full) == len(FULL)


def test_checks_are_chosen_by_name():
    names = [check.name for check in checks_of("adversary, multiverse,adversary")]
    assert names == [*(check.name for check in ALWAYS), "adversary", "multiverse"]


def test_check_that_is_always_made_is_thorough_where_it_is_named():
    draws = {option: {check.name: check.draws for check in checks_of(option)} for option in ("permutation", "full")}
    assert draws["permutation"].keys() == {check.name for check in ALWAYS}
    assert draws["permutation"]["permutation"] == draws["full"]["permutation"]


def test_unknown_check():
    with pytest.raises(InputError, match="unknown check jackknife: have rounding, permutation, smallest-deletion"):
        checks_of("permutation,jackknife")


def verdict(table, body=rises, checks="none"):
    return judge(claim_of(body), body, table, checks=checks_of(checks))


# The written rule on worlds of which the truth is known.
@pytest.mark.parametrize(
    ("table", "body", "words"),
    [
        (world(0.97, 20, seed=0), rises, "held, robust"),
        (counted([0.2, 0.21, 0.19, 0.2, 0.22, 0.9], score=[0, 0.01, 0.02, 0.01, 0, 0.9]), rises, "held, fragile"),
        (world(0.6, 6, seed=0), rises_as_elsewhere, "inconclusive"),
        (world(-0.5, 60, seed=1), rises_as_elsewhere, "contradicted, robust"),
        (counted([0.5] * 6), rises, "undecided"),
    ],
)
def test_wording(table, body, words):
    assert str(verdict(table, body)) == words


RATES = [0.5, 0.52, 0.54, 0.55, 0.57, 0.59]


def test_contradiction_that_one_item_makes_is_fragile():
    table = counted([*RATES, 0.0], score=[0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.9])
    assert str(verdict(table)) == "contradicted, fragile"
    assert verdict(table).flips == ("item_6",)


def test_item_that_makes_it_inconclusive_is_named_and_says_no_more():
    """The interval with it holds effects of the claim's sign, so that nothing is contradicted that could be fragile."""
    table = counted([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.0], score=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.9])
    assert str(verdict(table)) == "inconclusive"
    assert turned(verdict(table)) == "overturned without item_6"


def test_rounding_that_decides_makes_it_fragile():
    def half_above(table):
        """At least half of the rates are above one half."""
        assert share(table["rate"] > 0.5, np.ones(len(table), dtype=bool)).value >= 0.5

    claim("half-above", source="nowhere")(half_above)
    rates = [0.9, 0.9, 0.8, 0.8, 0.7, 0.52, 0.52, 0.52, 0.2, 0.2, 0.1]
    table = counted(rates)
    near = table_with({**table.columns, "rate": rates}, rounding={"rate": 0.3})
    assert str(verdict(table, half_above)) == "held, robust"
    assert str(verdict(near, half_above)) == "held, fragile"


def test_every_check_says_one_sentence_on_every_outcome():
    for table in (world(0.9, 9, seed=0), world(0.0, 9, seed=0), counted([0.5] * 6), counted([0.0, 1.0, 0.0, 1.0, 0.3])):
        results = verdict(table, checks="full").checks
        assert [result.check for result in results] == [check.name for check in FULL]
        for result in results:
            sentence = said(result, table, outcome(table))
            assert sentence.endswith(".")
            assert "nan" not in sentence
            assert all(np.isfinite(list(result.numbers.values())))


def test_the_same_data_and_claim_give_the_same_results():
    assert verdict(world(0.6, 8, seed=0), checks="full") == verdict(world(0.6, 8, seed=0), checks="full")


# Holm's values by hand, from the definition: sorted, times 4, 3, 2, 1, and never falling.
def test_family_is_corrected_as_defined():
    ps = [0.01, 0.04, 0.03, 0.005]
    verdicts = [with_p(f"claim-{row}", p) for row, p in enumerate(ps)]
    found = corrections(verdicts)
    assert [one.holm for one in found] == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert [one.benjamini_hochberg for one in found] == pytest.approx(stats.false_discovery_control(ps))
    assert found[0].asked == 4


def test_claims_without_family_or_answer_are_not_corrected():
    undecided = judge(claim_of(rises_as_elsewhere), rises_as_elsewhere, counted([0.5] * 5))
    assert corrections([verdict(world(0.5, 8, seed=0)), undecided]) == ()


def with_p(name, p):
    from pytest_claims.stats.estimate import Tested, note

    def body(table):
        """Made up."""
        assert table["score"].size
        note(Tested(method="made up", symbol="r", value=0.1, n=len(table), p=p))

    claim(name, source="nowhere", family="made up")(body)
    return judge(claim_of(body), body, world(0.5, 5, seed=0))


CLAIM = '''
from pytest_claims import claim, pearson

@claim("score-matters", source="nowhere")
def test_score(table):
    """The score correlates with the rate."""
    with open("calls", "a") as file:
        file.write(".")
    assert pearson(table["score"], table["rate"]).p < 0.05
'''
TABLE = "item,score,rate\n" + "".join(f"p{row},0.{row},{0.1 * row:.2f}\n" for row in range(1, 8))


@pytest.fixture
def calls(pytester):
    """Judges, and tells how often the body was called."""
    pytester.makepyfile(test_claims=CLAIM)
    (pytester.path / "made.csv").write_text(TABLE)

    def judge_with(*options):
        count = pytester.path / "calls"
        count.write_text("")
        assert pytester.runpytest_inprocess("--claims-measurement=made.csv", *options).ret == 0
        return len(count.read_text())

    return judge_with


def test_copies_are_asked_once_for_the_same_data_claim_and_battery(calls, pytester):
    leave_one_out = 1 + 7
    assert calls() > leave_one_out + 200
    assert calls() == 1
    assert calls("--claims-robustness=none") == 1
    assert calls("--claims-robustness=full") > leave_one_out
    (pytester.path / "made.csv").write_text(TABLE.replace("0.7,0.70", "0.7,0.71"))
    assert calls() > leave_one_out
    pytester.makepyfile(test_claims=CLAIM + "\n# another file, and the same claim\n")
    assert calls() == 1
    pytester.makepyfile(test_claims=CLAIM + "\nMAYBE = 'another claim'\n")
    assert calls() > leave_one_out


def test_nothing_kept_counts_when_code_from_elsewhere_changes_the_answer(calls, pytester):
    claim_text = CLAIM.replace('table["rate"]', "elsewhere.rates(table)").replace("\n", "\nimport elsewhere\n", 1)
    pytester.makepyfile(elsewhere='def rates(table): return table["rate"]', test_claims=claim_text)
    made = calls()
    assert calls() == 1
    pytester.makepyfile(elsewhere='def rates(table): return table["rate"] ** 2')
    assert calls() == made


def test_damaged_cache_is_made_again(calls, pytester):
    made = calls()
    for path in (pytester.path / ".pytest_cache" / "v" / "claims").iterdir():
        path.write_text(json.dumps([{"check": 1}]))
    assert calls() == made


def test_no_cache_provider_means_no_cache(calls):
    assert calls("-p", "no:cacheprovider") == calls("-p", "no:cacheprovider")


def test_unknown_battery_is_a_usage_error(pytester):
    result = pytester.runpytest_inprocess("--claims-robustness=thorough")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--claims-robustness: unknown check thorough: have *; or give quick, full or none"])


def test_checks_that_the_makefile_names_are_there(root):
    """`make findings` quotes some of them."""
    (named,) = re.findall(r"^QUOTED := (.+)$", (root / "Makefile").read_text(), re.MULTILINE)
    assert [check.name for check in checks_of(named)] == [*(check.name for check in ALWAYS), *named.split(",")]
