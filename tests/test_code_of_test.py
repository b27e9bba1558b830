"""The code that one test runs on changes with all that it may run, and with nothing else."""

import pytest

from pytest_claims.base.code_of_test import code_of_test

FILE = b'''
"""Two tests."""
import limits

def most():
    return 2

class TestMany:
    least = 1

    def test_method(self):
        assert self.least

@claim("a", null=None)
def test_a(table):
    """A."""
    assert table < most()

def test_b(table, of=limits.ALL):
    assert table
'''


def code(content, test="test_a", others=()):
    return code_of_test(content, test, others)


@pytest.mark.parametrize(
    ("was", "new"),
    [
        (b"    assert table\n", b"    assert not table\n"),  # another test's body
        (b"assert self.least", b"assert True"),
        (b"import limits\n", b"import limits  # all of them\n"),
        (b"import limits\n", b"\n\nimport limits\n"),
    ],
)
def test_what_it_does_not_run_changes_nothing(was, new):
    assert was in FILE
    assert code(FILE.replace(was, new)) == code(FILE)


@pytest.mark.parametrize(
    ("was", "new"),
    [
        (b"assert table < most()", b"assert table <= most()"),  # its own body
        (b'"""A."""', b'"""B."""'),
        (b'"a", null', b'"b", null'),
        (b"return 2", b"return 3"),  # a helper's
        (b"import limits", b"import others as limits"),
        (b"least = 1", b"least = 2"),
        (b"of=limits.ALL", b"of=limits.pop()"),  # what is evaluated when the file is loaded
    ],
)
def test_what_it_may_run_changes_it(was, new):
    assert was in FILE
    assert code(FILE.replace(was, new)) != code(FILE)


def test_a_test_that_something_calls_counts():
    edited = FILE.replace(b"    assert table\n", b"    assert not table\n")
    called = b"\nEVERY = [test_b]\n"
    assert code(FILE + called) != code(edited + called)
    assert code(FILE, others=[b"from a import test_b"]) != code(edited, others=[b"from a import test_b"])
    assert code(FILE, others=[b"from a import test_bb"]) == code(edited, others=[b"from a import test_bb"])


@pytest.mark.parametrize(
    "found",
    [
        b"\nEVERY = {name: one for name, one in globals().items()}\n",
        b"\nimport sys\nsys.modules[__name__]\n",
        b"\neval('test' + '_b')\n",
    ],
)
def test_where_functions_are_looked_up_all_count(found):
    edited = FILE.replace(b"    assert table\n", b"    assert not table\n")
    assert code(FILE + found) != code(edited + found)
    assert code(FILE, others=[found]) != code(edited, others=[found])


@pytest.mark.parametrize("decorator", [b"@register", b"@claim.register('b')", b"@others.add(claim('b'))"])
def test_a_test_that_a_decorator_may_hand_on_counts(decorator):
    handed = FILE.replace(b"def test_b", decorator + b"\ndef test_b")
    assert code(handed) != code(handed.replace(b"    assert table\n", b"    assert not table\n"))


@pytest.mark.parametrize("decorator", [b"@claim('b', source='(c)')", b"@pytest.mark.parametrize('of', [1])"])
def test_decorators_of_claims_hand_nothing_on(decorator):
    handed = FILE.replace(b"def test_b", decorator + b"\ndef test_b")
    assert code(handed) == code(handed.replace(b"    assert table\n", b"    assert not table\n"))


def test_a_method_is_known_by_its_class():
    edited = FILE.replace(b"assert self.least", b"assert True")
    assert code(FILE, "TestMany.test_method") != code(edited, "TestMany.test_method")
    assert code(FILE, "test_b") == code(edited, "test_b")


def test_a_file_that_is_no_python_counts_as_it_is():
    assert code(b"def test_a(:") == "def test_a(:"
