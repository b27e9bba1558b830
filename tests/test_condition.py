"""What is told of an assert that failed, wherever it stands and however it was compiled."""

import ast
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from worlds import world

from pytest_claims import pearson
from pytest_claims.asking.answer import ask
from pytest_claims.asking.condition import Condition, condition_of
from pytest_claims.asking.plain import plain
from pytest_claims.words.reason import unmet

PANEL = world(-0.9, 8, seed=0)
UNMET = Condition(text="p < 0.05", left=0.5, operator="<", right=0.05, left_text="p", right_text="0.05")


def compared(p):
    assert p < 0.05


def chained(p):
    assert 0 < p < 0.05


def both(p):
    assert p > 0 and p < 0.05  # noqa: PT018


def either(p):
    assert p < 0 or p > 1


def alone(p):
    assert np.all(np.array([p, 0.0]))


def negated(p):
    assert not p


def with_message(p):
    assert p < 0.05, f"p is {p:.1f}"


def over_lines(p):
    assert (
        p
        < 0.05
    )  # fmt: skip


def in_a_comprehension(p):
    limit = 0.05
    assert all(one < limit for one in [p])


def two_on_a_line(p):
    assert p > 0
    assert p < 0.05


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (compared, UNMET),
        (chained, replace(UNMET, text="0 < p < 0.05")),
        (both, UNMET),
        (either, Condition(text="p < 0 or p > 1", left="False")),
        (alone, Condition(text="np.all(np.array([p, 0.0]))", left="False")),
        (negated, Condition(text="not p", left="False")),
        (with_message, replace(UNMET, message="p is 0.5")),
        (over_lines, UNMET),
        (in_a_comprehension, Condition(text="all((one < limit for one in [p]))", left="False")),
        (two_on_a_line, UNMET),
    ],
)
@pytest.mark.parametrize("compiled", [plain, lambda body: body])
def test_both_sides_of_a_condition_are_told(body, expected, compiled):
    with pytest.raises(AssertionError) as caught:
        compiled(body)(np.float64(0.5))
    assert condition_of(caught.value) == expected


def test_number_stays_a_number_and_all_else_is_text():
    def body(table):
        assert table.rows == "a" * 200

    condition = ask(body, PANEL).unmet
    assert condition.left.startswith("('item_0', 'item_1'")
    assert len(condition.right) < 100


def test_assert_of_a_helper_is_told():
    def body(table):
        compared(pearson(table["score"], table["rate"]).p + 1)

    found = ask(body, PANEL).unmet
    assert found == replace(UNMET, left=found.left)
    assert found.left > 1


def test_sides_that_are_computed_again_note_nothing_again():
    def body(table):
        assert pearson(table["score"], table["rate"]).value > 0

    answer = ask(body, PANEL)
    assert len(answer.estimates) == 1
    assert answer.unmet.left == answer.estimate.value


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (lambda table: np.testing.assert_allclose(1, 2), "Not equal to tolerance rtol=1e-07, atol=0"),
        (lambda table: (_ for _ in ()).throw(AssertionError("own words")), "own words"),
        (lambda table: (_ for _ in ()).throw(AssertionError()), "an assertion without message"),
    ],
)
def test_error_that_no_assert_raised_has_its_own_words(body, text):
    assert ask(body, PANEL).unmet == Condition(text=text)


def test_side_that_cannot_be_computed_again_leaves_the_error_its_words():
    values = iter([1])

    def body(table):
        assert next(values) > 2

    answer = ask(body, PANEL)
    assert answer.outcome == "failed"
    assert answer.unmet == Condition(text="next(values) > 2")
    assert unmet(answer.unmet, ()) == "next(values) > 2"


def test_asserts_are_told_by_a_python_that_knows_nothing_of_pytest(tmp_path):
    (tmp_path / "helper.py").write_text("def check(p):\n    assert p < 0.05\n")
    code = (
        "from pytest_claims.asking.condition import condition_of\nimport helper\n"
        "try:\n    helper.check(0.5)\nexcept AssertionError as error:\n    print(vars(condition_of(error)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)  # noqa: S603
    assert ast.literal_eval(done.stdout) == vars(UNMET)
