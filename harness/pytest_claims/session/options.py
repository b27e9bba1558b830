"""The options of the court, and what they ask of a run.

Knows nothing about judging.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.given_file import is_given

# What leaves claims or subjects out of a run; a page of findings would silently lack them.
_NARROWING: Final = {
    "--subject": "subject",
    "-k": "keyword",
    "-m": "markexpr",
    "--deselect": "deselect",
    "--ignore": "ignore",
    "--ignore-glob": "ignore_glob",
    "--last-failed": "lf",
    "--stepwise": "stepwise",
    "--continue-on-collection-errors": "continue_on_collection_errors",
}


def add_options(parser: pytest.Parser) -> None:
    """Declare them."""
    add = parser.getgroup("claims", "judging claims").addoption
    add("--subject", action="append", default=[], metavar="PATTERN", help="judge only subjects that match (repeatable)")
    add(
        "--measurement",
        action="append",
        default=[],
        metavar="FILE",
        help="judge also this .csv, .nc, .nc.gz (repeatable)",
    )
    add("--claims-strict", action="store_true", help="fragile and undecided claims fail")
    add("--claims-save", action="store_true", help="write the verdicts of this run to the baseline")
    add(
        "--claims-compare",
        metavar="FILE",
        nargs="?",
        const="",
        help="compare with this baseline (reports/baseline.json)",
    )
    add("--no-claims-baseline", action="store_true", help="judge without the baseline")
    add("--claims-report-dir", metavar="DIR", help="where reports go (reports/)")
    add("--claims-findings", metavar="FILE", help="write also a page of all findings, such as FINDINGS.md")
    add(
        "--claims-robustness",
        metavar="BATTERY",
        default="quick",
        help="checks beside leave-one-out: quick (default), full, none, or names joined by commas",
    )


def narrowing(config: pytest.Config) -> list[str]:
    """The options and arguments that leave claims or subjects out; none in a run of whole folders."""
    flags = [flag for flag, name in _NARROWING.items() if getattr(config.option, name, None)]
    if _is_configured(config):
        return flags
    return flags + [argument for argument in config.args if not (config.invocation_params.dir / argument).is_dir()]


def folders(config: pytest.Config) -> list[Path]:
    """The folders in which a run of whole folders looks for claims; of a file that testpaths name, its folder."""
    places = [(config.invocation_params.dir / argument).resolve() for argument in config.args]
    return [place if place.is_dir() else place.parent for place in places]


def _is_configured(config: pytest.Config) -> bool:
    """Whether the project's own ``testpaths`` say what is collected, and not the command line."""
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS


def findings_path(config: pytest.Config) -> Path | None:
    """Where the page of findings goes, if one is asked for: of all claims on all subjects."""
    if config.option.claims_findings is None:
        return None
    if left_out := narrowing(config):
        raise pytest.UsageError(
            f"--claims-findings wants every claim on every subject, and {', '.join(left_out)} leaves some out; "
            "give whole folders and none of these"
        )
    return Path(config.option.claims_findings)


def baseline_path(config: pytest.Config) -> Path:
    """The baseline that the run compares with, or writes."""
    return Path(config.option.claims_compare or config.rootpath / "reports" / "baseline.json")


def compares(config: pytest.Config) -> bool:
    """Whether the run compares with a baseline."""
    if config.option.no_claims_baseline or config.option.claims_save:
        return False
    return config.option.claims_compare is not None or is_given(baseline_path(config))


@contextmanager
def usage(option: str = "") -> Iterator[None]:
    """What is told in one line ends the run before anything is judged."""
    try:
        yield
    except Exception as error:
        told = in_one_line(error)
        if told is None:
            raise
        raise pytest.UsageError(f"{option}{told}") from error
