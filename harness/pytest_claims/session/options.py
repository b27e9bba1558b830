"""The options of the court, and what they ask of a run.

Knows nothing about judging.
"""

import os
from pathlib import Path
from typing import Final

import pytest

from pytest_claims.base.option import Option, value

FAILING: Final = "verdict,number"  # changes that fail
OPTIONS: Final = (
    Option(
        flag="--claims-subject",
        kind="list",
        metavar="PATTERN",
        help="judge only subjects that match (repeatable)",
        aliases=("--subject",),
    ),
    Option(
        flag="--claims-measurement",
        kind="list",
        is_path=True,
        metavar="FILE",
        help="judge also this table or these arrays: .csv, .jsonl, .parquet, .eval, .nc ... (repeatable)",
        aliases=("--measurement",),
    ),
    Option(flag="--claims-only-given", kind="flag", help="judge what --claims-measurement gives, and nothing else"),
    Option(flag="--claims-data", kind="flag", help="show what is in the data of each finding, and judge nothing"),
    Option(flag="--claims-no-report", kind="flag", help="write no reports"),
    Option(flag="--claims-open", kind="flag", help="open the page of this run in a browser"),
    Option(flag="--claims-strict", kind="flag", help="fragile and undecided claims fail"),
    Option(
        flag="--claims-save",
        const="",
        metavar="NAME",
        help="put the verdicts on record: in baselines/NAME.json beside the reports, or without NAME baseline.json",
    ),
    Option(
        flag="--claims-compare",
        const="",
        metavar="NAME",
        help="compare with the baseline of this name, or this file (reports/baseline.json, if it is there)",
    ),
    Option(
        flag="--claims-compare-fail",
        metavar="CHANGES",
        default=FAILING,
        help="which changes fail: verdict, number, estimate:2se (standard errors), joined by commas, or none",
    ),
    Option(
        flag="--claims-no-baseline",
        kind="flag",
        help="judge without the baseline",
        aliases=("--no-claims-baseline",),
    ),
    Option(
        flag="--claims-report-dir",
        is_path=True,
        metavar="DIR",
        help="where reports go (reports/ beside the folder claims)",
    ),
    Option(
        flag="--claims-findings",
        is_path=True,
        metavar="FILE",
        help="write also a page of all findings, such as FINDINGS.md",
    ),
    Option(
        flag="--claims-robustness",
        metavar="BATTERY",
        default="quick",
        help="checks beside leave-one-out: quick (default), full, none, or names joined by commas",
    ),
)
# What leaves claims or subjects out of a run, beside --claims-subject; a page of findings would silently lack them.
_NARROWING: Final = {
    "-k": "keyword",
    "-m": "markexpr",
    "--deselect": "deselect",
    "--ignore": "ignore",
    "--ignore-glob": "ignore_glob",
    "--last-failed": "lf",
    "--stepwise": "stepwise",
    "--continue-on-collection-errors": "continue_on_collection_errors",
}
_CLAIMS: Final = "claims"
_PROJECT: Final = ("pyproject.toml", ".git")  # what lies in the folder of a whole project, whatever its name


def home(config: pytest.Config) -> Path:
    """The folder in which ``claims/`` and ``reports/`` lie, whatever pytest takes for its root.

    It is the one that holds the folder ``claims`` which the first argument of the run is, or lies in, or else holds;
    without such a folder it is pytest's rootdir. A whole project of that name, with a pyproject.toml or .git in it, is
    not meant.
    """
    argument = config.args[0].partition("::")[0] if config.args else ""
    first = Path(os.path.abspath(config.invocation_params.dir / argument))  # noqa: PTH100  links stay as they are
    for folder in (first, *first.parents):
        if folder.name == _CLAIMS and not any((folder / name).exists() for name in _PROJECT):
            return folder.parent
    return first if (first / _CLAIMS).is_dir() else config.rootpath


def only_shows(config: pytest.Config) -> bool:
    """Whether tests are shown and not run, as an editor asks for them, too."""
    names = ("collectonly", "showfixtures", "show_fixtures_per_test")
    return any(getattr(config.option, name, False) for name in names)


def narrowing(config: pytest.Config) -> list[str]:
    """The options and arguments that leave claims or subjects out; none in a run of whole folders."""
    flags = [f"--{key}" for key in ("claims-subject", "claims-only-given") if value(config, key.replace("-", "_"))]
    flags += [flag for flag, name in _NARROWING.items() if getattr(config.option, name, None)]
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
    path = value(config, "claims_findings")
    if path is None:
        return None
    if left_out := narrowing(config):
        raise pytest.UsageError(
            f"--claims-findings wants every claim on every subject, and {', '.join(left_out)} leaves some out; "
            "give whole folders and none of these"
        )
    return Path(path)


def report_dir(config: pytest.Config) -> Path:
    """The folder that reports go to."""
    return Path(value(config, "claims_report_dir") or home(config) / "reports")
