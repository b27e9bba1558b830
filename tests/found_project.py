"""A project with a finding of two claims, to be judged on tables that a test gives it; and its page, read again."""

import re

import pytest

CLAIMS = '''
"""What was found.

More about it.
"""
from pytest_claims import claim, pearson

@claim("zeta-rises", source="a note", family="both")
def test_rises(table):
    """Source rate rises with cosine | and a pipe."""
    estimate = pearson(table["cosine"], table["source_rate"])
    assert estimate.value > 0
    assert estimate.p < 0.05

@claim("alpha-js", source="a note", family="both")
def test_js(table):
    """Source rate rises with divergence."""
    assert pearson(table["js"], table["source_rate"]).p < 0.05
'''
DECLARED = """
title = "Source rate rises"
source = "a note"
heading = "What is now known"
own = "own"
own_called = "the table of the note"
controls = "*-control"

[units]
item = {}

[measured]
cosine = {}
js = { optional = true }
source_rate = {}

[[question]]
name = "Caveat: one model"
quote = "a single model"
claims = ["zeta-rises"]

[[question]]
name = "Caveat: few rows"
claims = ["zeta-rises", "alpha-js"]
least_rows = 7
"""
CONFTEST = """
from dataclasses import replace
from pytest_claims.data.plain_table import plain_table

def pytest_claims_table(measurement, design):
    return replace(plain_table(measurement), design=design)
"""
RISING = [0.10, 0.22, 0.29, 0.41, 0.50, 0.62]
OPEN = "On new subjects it cannot be told yet:"
FALLING = RISING[::-1]
FLAT = [0.5, 0.1, 0.5, 0.1, 0.5, 0.1]  # r = -0.29, which leaves open what its sign is


@pytest.fixture
def court(pytester):
    """A project with a finding of two claims, and the source's own table; call it to judge."""
    (pytester.path / "claims").mkdir()
    (pytester.path / "claims" / "test_found.py").write_text(CLAIMS)
    (pytester.path / "claims" / "conftest.py").write_text(CONFTEST)
    (pytester.path / "claims" / "finding.toml").write_text(DECLARED)
    return Court(pytester)


class Court:
    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.tables: list[str] = []
        self.table("own", RISING)
        self.page_file = pytester.path / "FINDINGS.md"

    def table(self, name: str, rates: list[float], provenance: str = "") -> None:
        rows = [f"p{row},{row / 10},{rate}" for row, rate in enumerate(rates)]
        (self.pytester.path / f"{name}.csv").write_text("\n".join(["item,cosine,source_rate", *rows]) + "\n")
        (self.pytester.path / f"{name}.toml").write_text(f'name = "{name}"\n[provenance]\n{provenance}')
        self.tables.append(f"--claims-measurement={name}.csv")

    def judge(self, *options: str) -> pytest.RunResult:
        where = [] if any("claims/" in option for option in options) else ["claims/"]
        asked = "--claims-findings=FINDINGS.md"
        return self.pytester.runpytest_inprocess(*self.tables, asked, "--claims-robustness=none", *where, *options)

    def page(self, *options: str) -> str:
        self.judge(*options)
        return self.page_file.read_text()


def lines_of(page: str, heading: str) -> list[str]:
    """What stands under a heading, up to the next."""
    return re.split(r"\n#+ ", page.split(f"# {heading}\n")[1])[0].strip().splitlines()


def rows_of(page: str, heading: str) -> list[list[str]]:
    """The cells of the tables under a heading."""
    lines = [line for line in lines_of(page, heading) if line.startswith("|") and not line.startswith("| ---")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
