"""The Markdown page of a run.

Knows nothing about how verdicts are reached; the wording is in ``claims.md.jinja``.
"""

from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Final

import jinja2

from pytest_claims.report.anchors import anchors, linked
from pytest_claims.report.captions import legend
from pytest_claims.report.premise import unjudged
from pytest_claims.report.row import row
from pytest_claims.report.text import Markdown, block, code, inline
from pytest_claims.robustness.battery import FULL
from pytest_claims.robustness.case import Check
from pytest_claims.robustness.result import CheckResult
from pytest_claims.stats.replication import Criterion
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.replications import SubjectReplication
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words import checks as in_words
from pytest_claims.words.left_out import called, left_out
from pytest_claims.words.listed import joined
from pytest_claims.words.lost import dropped, lost
from pytest_claims.words.multiplicity import corrected, of_subjects
from pytest_claims.words.power import prospects
from pytest_claims.words.reason import reason
from pytest_claims.words.replication import compared, criterion, together
from pytest_claims.words.verdict import meanings

_FIGURES: Final = Markdown("<!-- figures -->")  # as nobody else can write it: what others write is escaped


def markdown(record: Record, figures: Sequence[Path] = ()) -> str:
    """The page: the table of verdicts, each claim with its evidence, the figures, the provenance."""
    return with_figures(page_of(record), record, figures)


def with_figures(page: str, record: Record, figures: Sequence[Path]) -> str:
    """The page with the figures that there are, in their place."""
    pictures = [path.name for path in figures if path.suffix == ".png"]
    template = environment().get_template("figures.md.jinja")
    shown = template.render(pictures=pictures, legend=legend(record) if pictures else {})
    return page.replace(f"{_FIGURES}\n", shown)


def page_of(record: Record) -> str:
    """The page before figures are drawn, which takes long; it knows their place."""
    claims = {verdict.claim.id: verdict.claim for verdict in record.verdicts}
    headings = ("Claims", "Statements", "Many questions, the same data", "Replications", "Subjects")
    targets = anchors(claims, others=(*headings, *(subject.name for subject in record.subjects)))
    return environment().get_template("claims.md.jinja").render(
        record=record,
        claims=claims,
        links={claim: linked(claim, targets) for claim in claims},
        checks=checks_made(record),
        figures=_FIGURES,
        asks=partial(asked_of, record),
        unjudged=list(unjudged(record)),
        words=record.words,
        told=partial(told, record),
        label=label,
        left_out=partial(left_out_sentences, record),
        left_out_before=dropped,
        meanings=meanings(any_one(record)),
        reason=reason,
        prospects=prospects,
        corrected=corrected,
        of_subjects=of_subjects,
        said=partial(_said, record),
        compared=compared,
        together=together,
        inapplicable=partial(_inapplicable, record),
    )  # fmt: skip


def told(record: Record, verdict: Verdict, check: CheckResult) -> str:
    """The sentence of a check."""
    return in_words.told(check, verdict, record.subject_of(verdict).words)


def left_out_sentences(record: Record, verdict: Verdict) -> list[str]:
    """What the claim did without, and says without parts of each unit; of one that is undecided only the former."""
    words = record.subject_of(verdict).words
    several = verdict.left_out if verdict.ruling != "undecided" else ()
    missing = [lost(one, words) for one in verdict.lost]
    return [*missing, *(left_out(one, verdict.outcome, words, verdict.carrying(one)) for one in several)]


def label(verdict: Verdict, check: CheckResult) -> str:
    """The name of a check, and of its unit, where the verdict has results of several units by that name."""
    several = [one for one in verdict.checks if one.check == check.check]
    return f"{check.check}, {check.unit}" if len(several) > 1 else check.check


def _said(record: Record, applied: Criterion, one: SubjectReplication) -> str:
    """The sentence of a criterion of replication."""
    return "" if one.replication is None else criterion(applied, one.replication, record.subject_of(one).words)


def _inapplicable(record: Record, verdict: Verdict) -> list[tuple[str, list[str]]]:
    """Why checks do not apply, and which; what was said of leaving out is not said again."""
    why: dict[str, list[str]] = {}
    gaps = [one.gap for one in verdict.left_out if one.gap]
    for check in verdict.checks:
        if not check.applies and check.gap not in gaps:
            why.setdefault(told(record, verdict, check), []).append(label(verdict, check))
    return sorted(why.items())


def units_of(record: Record) -> list[str]:
    """The names of all units of which anything might be left out, in their order."""
    return list(dict.fromkeys(one.unit for verdict in record.verdicts for one in verdict.left_out))


def any_one(record: Record) -> str:
    """What was left out one at a time on any subject: ``any one item or seed``."""
    parts = dict.fromkeys(
        called(one, record.subject_of(verdict).words)
        for verdict in record.verdicts
        for one in verdict.left_out
        if one.deletions
    )
    return f"any one {joined(list(parts), 'or') or record.words.unit}"


def checks_made(record: Record) -> list[Check]:
    """The checks of the battery that were made on any verdict, in its order."""
    made = {check.check for verdict in record.verdicts for check in verdict.checks}
    return [check for check in FULL if check.name in made]


@cache  # its templates are compiled once
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


def asked_of(record: Record, check: Check) -> str:
    """The question of a check, about every unit of which it is made."""
    return in_words.asked(record.words, check.question, units_of(record) if check.each else ())
