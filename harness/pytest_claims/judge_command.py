"""The command ``pytest-claims judge``: the claims of a finding on one file, without a word about pytest.

Knows nothing about judging: it calls pytest with the options that say so.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import pytest

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import is_given
from pytest_claims.data.declaration_file import FILE
from pytest_claims.data.finding import read_finding


def judge_file(arguments: Sequence[str]) -> int:
    """Judge the claims of a finding on a file; the exit status is pytest's: 1 where a claim fails."""
    asked = _parser().parse_args(arguments)
    folder: Path = asked.finding
    if not is_given(asked.file):
        raise InputError(f"no file {str(asked.file)!r}; give the path of a table, or of arrays")
    if not (folder / FILE).is_file():
        raise InputError(f"no {FILE} in {str(folder)!r}; give the folder of a finding, as claims/mine")
    finding = read_finding(folder).name
    reports = [f"--claims-report-dir={asked.report}"] if asked.report else ["--claims-no-report"]
    return int(
        pytest.main(
            [
                str(folder),
                f"--claims-measurement={finding}={asked.file}",
                "--claims-only-given",
                "--claims-no-baseline",
                f"--claims-robustness={asked.robustness}",
                *reports,
                *("--no-header", "--quiet"),
                *("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning"),  # this one was
            ]
        )
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="pytest-claims judge", description=judge_file.__doc__)
    parser.add_argument("file", type=Path, help="a table (.csv, .jsonl, .parquet, .eval ...) or arrays (.nc)")
    parser.add_argument("--finding", type=Path, required=True, metavar="FOLDER", help="with finding.toml and claims")
    parser.add_argument("--robustness", default="quick", metavar="BATTERY", help="quick, full, none, or names")
    parser.add_argument("--report", type=Path, metavar="FOLDER", help="write reports there; none without it")
    return parser
