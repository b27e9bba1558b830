"""What a run tells beside its record: the declarations of its findings, and how it differs from the baseline.

Knows nothing about where that is told. It is imported when there are verdicts.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from pytest_claims.base.errors import InputError
from pytest_claims.base.option import value
from pytest_claims.data.finding import Finding
from pytest_claims.report.context import Context
from pytest_claims.session.belonging import finding_at
from pytest_claims.session.places import compares_with, saves_to
from pytest_claims.verdicts.known import Baseline, Place
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.since import since


def context_of(
    config: pytest.Config,
    record: Record,
    files: Mapping[str, Path],
    *,
    known: Baseline | None,
    missing: Iterable[Place],
    page: Path | None,
) -> Context:
    """What is told beside a record.

    Args:
        files: where each claim stands.
        known: what is on record, if it was read.
        missing: what is on record and was not asked.
        page: the page that has all of it, if one is written.
    """
    path = compares_with(config)
    # Without any baseline all is new, unless it is being saved.
    compares = path is not None or not (saves_to(config) or value(config, "claims_no_baseline"))
    return Context(
        findings=dict(_findings(config, record, files)),
        since=since(record, known or Baseline(), missing) if compares else None,
        baseline=_shown(config, path) if path else None,
        page=_shown(config, page) if page else None,
    )


def _findings(config: pytest.Config, record: Record, files: Mapping[str, Path]) -> Iterator[tuple[str, Finding]]:
    """The findings of a record, asked of files: where workers judge, nothing is collected here."""
    for verdict in {one.finding: one for one in record.verdicts}.values():
        with suppress(InputError):  # it was read before; who needs it says so
            if finding := finding_at(config, files[verdict.claim.id]):
                yield verdict.finding, finding


def _shown(config: pytest.Config, path: Path) -> Path:
    """A path as short as it can be given where pytest was run."""
    here = config.invocation_params.dir
    return path.relative_to(here) if path.is_relative_to(here) else path
