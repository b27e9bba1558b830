"""What is registered of a claim changes with all that decides it, and with nothing that only looks otherwise."""

import ast
import importlib
import sys

import pytest

from pytest_claims.asking.as_registered import as_registered
from pytest_claims.asking.claim import claim, claim_of
from pytest_claims.base.canonical import canonical

CLAIMS = '''
"""Claims."""
import helpers_of_registered as helpers
from helpers_of_registered import twice, unused
from pytest_claims import claim, dealt, pearson

LIMIT = 0.05
OTHER = 7
LIMITS = {"p": 1}
LIMITS["p"] = 0.05


def most(p):
    """Helps."""
    return p < LIMIT  # a comment


def nothing():
    return OTHER


class TestMany:
    least = 1

    @claim("in-a-class", source="nowhere")
    def test_method(self, table):
        """Of a class."""
        assert table > self.least


@claim("a", source="nowhere", smallest=0.3, null=dealt("y", across="item"))
def test_a(table):
    """A holds."""
    estimate = pearson(table["x"], twice(table["y"]))
    assert most(estimate.p), "too large"
    assert estimate.r > helpers.LEAST


@claim("b", source="nowhere")
def test_b(table):
    """B holds."""
    assert nothing() and table["x"]


def made(limit):
    @claim("made", source="nowhere")
    def test(table):
        """Made."""
        assert table["x"] > limit

    return test


test_made = made(3)
'''
HELPERS = """
LEAST = 0


def twice(x):
    return 2 * inner(x)


def inner(x):
    return x


def unused(x):
    return x
"""
SAME = ("", "")


@pytest.fixture
def registered(tmp_path, monkeypatch):
    """What is registered of a test, after a text of its file, or of what it imports, is replaced by another."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def made(was="", new="", test="test_a", also=SAME, **given):
        for name, text in (("claims_of_registered", CLAIMS), ("helpers_of_registered", HELPERS)):
            for one, other in ((was, new), also):
                text = text.replace(one, other) if one else text
            (tmp_path / f"{name}.py").write_text(text)
            monkeypatch.delitem(sys.modules, name, raising=False)
        importlib.invalidate_caches()
        function = importlib.import_module("claims_of_registered")
        for part in test.split("."):
            function = getattr(function, part)
        return as_registered(claim_of(function), function, given.pop("values", {}), **given)

    return made


@pytest.mark.parametrize(
    ("was", "new"),
    [
        ("  # a comment", ""),
        ("    return p < LIMIT", "\n    return (p\n        < LIMIT)"),
        ('"""Helps."""', '"""Helps a lot."""'),
        ('"""Claims."""', ""),
        ("def test_a(table):", "def test_another(table: dict) -> None:"),
        ('"a", source="nowhere"', '"a", source="elsewhere"'),
        ("assert nothing()", "assert not nothing()"),  # another claim
        ('"b", source="nowhere"', '"b", source="nowhere", smallest=2'),
        ("OTHER = 7", "OTHER = 8"),
        ("from helpers_of_registered import twice, unused", "from helpers_of_registered import twice"),
        ("def unused(x):\n    return x", "def unused(x):\n    return -x"),
        ("test_made = made(3)", "test_made = made(3)\n\n\ndef more():\n    return 1\n"),
    ],
)
def test_what_does_not_decide_it_changes_nothing(was, new, registered):
    assert was in CLAIMS + HELPERS
    test = "test_another" if "test_another" in new else "test_a"
    assert registered(was, new, test) == registered()


@pytest.mark.parametrize(
    ("was", "new"),
    [
        ("estimate.r > helpers.LEAST", "estimate.r >= helpers.LEAST"),
        ("assert most(estimate.p)", "assert not most(estimate.p)"),
        ('"too large"', '"large"'),
        ("A holds.", "A holds always."),
        ("smallest=0.3", "smallest=0.2"),
        ('dealt("y", across="item")', '"none"'),
        ('"a", source="nowhere"', '"a", source="nowhere", family="f"'),
        ('table["x"], twice', 'table["z"], twice'),
        ("def test_a(table):", "def test_a(table, least=1):"),
    ],
)
def test_statement_body_and_what_stands_above_it_change_the_claim(was, new, registered):
    assert was in CLAIMS
    one, other = registered(), registered(was, new)
    assert one.claim != other.claim
    assert "A holds" in other.statement


@pytest.mark.parametrize(
    ("was", "new"),
    [
        ("return p < LIMIT", "return p <= LIMIT"),
        ("LIMIT = 0.05", "LIMIT = 0.5"),
        ('LIMITS["p"] = 0.05', 'LIMITS["p"] = 0.5'),  # whatever is done while the file is loaded
        ("return 2 * inner(x)", "return 3 * inner(x)"),
        ("def inner(x):\n    return x", "def inner(x):\n    return -x"),  # what a helper calls
        ("LEAST = 0\n", "LEAST = 1\n"),
        ("import twice, unused", "import unused as twice"),
        ("import claim, dealt, pearson", "import claim, dealt, spearman as pearson"),
    ],
)
def test_what_it_calls_changes_the_other_hash_alone(was, new, registered):
    assert was in CLAIMS + HELPERS
    one, other = registered(), registered(was, new)
    assert one.calls != other.calls
    assert one.claim == other.claim


def test_what_its_finding_makes_of_data_is_what_it_calls(registered):
    assert registered(declared="x").calls != registered().calls
    helper = importlib.import_module("helpers_of_registered").unused
    with_tables = registered(tables=[helper])
    assert with_tables.calls != registered().calls
    changed = registered("def unused(x):\n    return x", "def unused(x):\n    return -x", tables=[helper])
    assert changed.calls != with_tables.calls


def test_class_of_a_claim_counts_without_its_other_tests(registered):
    one = registered(test="TestMany.test_method")
    assert registered("least = 1", "least = 2", "TestMany.test_method").calls != one.calls
    more = '    def test_more(self, table):\n        """More."""\n\n'
    assert registered('    @claim("in-a-class"', f'{more}    @claim("in-a-class"', "TestMany.test_method") == one


def test_values_that_decide_a_claim_are_part_of_it(registered):
    assert registered(values={"k": 1}).claim != registered(values={"k": 2}).claim
    assert registered(values={"k": 1}).claim != registered(values={"k": "1"}).claim
    assert registered(test="test_made").claim != registered("made(3)", "made(4)", "test_made").claim


def test_where_names_are_looked_up_all_of_the_file_counts(registered):
    looking = ("    estimate = pearson(", "    assert globals()\n    estimate = pearson(")
    assert registered(*looking, also=("OTHER = 7", "OTHER = 8")).calls != registered(*looking).calls
    assert registered(*looking, also=("assert nothing()", "assert OTHER")) == registered(*looking)  # another claim


def test_code_that_nobody_wrote_down_is_registered_by_its_statement(registered):
    space = {"claim": claim}
    exec('@claim("e", source="n")\ndef test_e(table):\n    "E."\n    assert table', space)  # noqa: S102
    function = space["test_e"]
    function.__module__ = "typed"
    assert as_registered(claim_of(function), function, {}).statement == "E."


def test_text_of_code_is_as_it_was_when_registrations_were_written():
    """Files of others rest on it: another text means that nobody's claims are as registered."""
    text = canonical(ast.parse("def f(x: int = 1) -> int:\n    'Doc.'\n    assert f'{x}' > 1.0, None\n").body)
    assert text == (
        '[["FunctionDef",{"args":["arguments",{"args":[["arg",{"arg":"x"}]],"defaults":[["Constant","int","1"]]}],'
        '"body":[["Assert",{"msg":["Constant","NoneType","None"],"test":["Compare",{"comparators":[["Constant",'
        '"float","1.0"]],"left":["JoinedStr",{"values":[["FormattedValue",{"conversion":-1,"value":["Name",{"id":"x"}]'
        '}]]}],"ops":[["Gt",{}]]}]}]],"name":"f"}]]'
    )
