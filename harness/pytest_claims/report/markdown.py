"""The Markdown page of a run.

Knows nothing about how verdicts are reached; the wording is in ``claims.md.jinja``.
"""

from collections.abc import Sequence
from pathlib import Path

import jinja2

from pytest_claims.report.anchors import anchors, linked
from pytest_claims.report.captions import legend
from pytest_claims.report.premise import unmarked
from pytest_claims.report.row import row
from pytest_claims.report.text import block, code, inline
from pytest_claims.robustness.battery import ALWAYS, FULL
from pytest_claims.robustness.case import Check
from pytest_claims.verdicts.record import Record


def markdown(record: Record, figures: Sequence[Path]) -> str:
    """The page: the table of verdicts, each claim with its evidence, the figures, the provenance."""
    pictures = [path.name for path in figures if path.suffix == ".png"]
    claims = {verdict.claim.id: verdict.claim for verdict in record.verdicts}
    headings = ("Claims", "Statements", "Many questions, the same data", "Replications", "Subjects")
    targets = anchors(claims, others=(*headings, *(subject.name for subject in record.subjects)))
    return environment().get_template("claims.md.jinja").render(
        record=record,
        claims=claims,
        links={claim: linked(claim, targets) for claim in claims},
        checks=checks_made(record),
        pictures=pictures,
        unmarked=list(unmarked(record)),
        legend=legend(record) if pictures else {},
    )  # fmt: skip


def checks_made(record: Record) -> list[Check]:
    """The checks of the battery that were made on any verdict, in its order."""
    made = {check.check for verdict in record.verdicts for check in verdict.checks}
    return [check for check in (*ALWAYS, *FULL) if check.name in made]


def environment() -> jinja2.Environment:
    """The templates of this folder, and what they may call; whatever they print is escaped, unless it is Markdown."""
    templates = jinja2.Environment(  # noqa: S701  the page is Markdown, not HTML
        loader=jinja2.PackageLoader("pytest_claims", "report"),
        finalize=inline,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    templates.filters |= {"row": row, "code": code, "block": block}
    return templates
