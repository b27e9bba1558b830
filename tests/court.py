"""A project of its own for a test of the plugin: one claim, one table, and how to judge it."""

import shutil
from pathlib import Path

import pytest
import vl_convert  # noqa: F401  as below

# Runs within this process forget what they import, and what is written in C cannot be imported twice.
import pytest_claims.data.measurement_file
import pytest_claims.data.plain_table
import pytest_claims.reading.sheet
import pytest_claims.report.findings
import pytest_claims.report.markdown
import pytest_claims.report.terminal
import pytest_claims.session.context
import pytest_claims.session.index
import pytest_claims.session.trial
from pytest_claims.verdicts.record import read_record, to_json

for _name in pytest_claims.__all__:  # what a claim imports, likewise
    getattr(pytest_claims, _name)

CLAIM = '''
from pytest_claims import claim, pearson, undecided

@claim("cosine-matters", source="nowhere")
def test_cosine(table):
    """Cosine correlates with source rate."""
    estimate = pearson(table['cosine'], table['source_rate'])
    assert estimate.p < 0.05
'''
OTHER = CLAIM.replace("cosine-matters", "another-claim").replace("test_cosine", "test_other")
ROWS = ["a,0.1,0.10", "b,0.2,0.22", "c,0.3,0.29", "d,0.4,0.41", "e,0.5,0.50", "f,0.6,0.62"]
HEADER = "persona,cosine,source_rate"
FLAT = ["a,0.1,0.5", "b,0.2,0.1", "c,0.3,0.5", "d,0.4,0.1", "e,0.5,0.5", "f,0.6,0.1"]


class Court:
    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.claims(CLAIM)
        self.table(ROWS)

    def claims(self, text: str, file: str = "test_claims") -> None:
        # A compiled file counts as fresh if the second and the size are the same.
        for compiled in self.path.rglob("__pycache__"):
            shutil.rmtree(compiled)
        self.pytester.makepyfile(**{file: text})

    def body(self, *lines: str, above: str = "", arguments: str = "table") -> None:
        """One claim with these lines as its body."""
        self.claims(
            "import functools\nimport numpy as np\nimport pytest\nfrom pytest_claims import claim, pearson, undecided\n"
            f'{above}\n@claim("made-up", source="nowhere")\ndef test_it({arguments}):\n    """Made up."""\n'
            + "".join(f"    {line}\n" for line in lines)
        )

    def table(self, rows: list[str], name: str = "made") -> None:
        (self.pytester.path / f"{name}.csv").write_text("\n".join([HEADER, *rows]) + "\n")

    def judge(self, *options: str, robustness: str = "none") -> pytest.RunResult:
        return self.pytester.runpytest_inprocess(
            "--claims-measurement=made.csv", f"--claims-robustness={robustness}", *options
        )

    @property
    def path(self) -> Path:
        return self.pytester.path

    @property
    def record(self) -> dict:
        whole, part = (self.path / "reports" / f"claims{part}.json" for part in ("", ".partial"))
        return to_json(read_record(part if part.is_file() else whole))

    @property
    def verdicts(self) -> dict[str, str]:
        """The words of every verdict on the one subject, by claim."""
        return {claim: words["made"] for claim, words in self.record["matrix"].items()}


def saved(pytester: pytest.Pytester) -> Court:
    """Two claims, and the baseline of both."""
    court = Court(pytester)
    court.claims(OTHER, "test_other")
    assert court.judge("--claims-save").ret == 0
    return court
