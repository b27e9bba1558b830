"""The headline of a finding: a few claims by a few subjects, with what is left of each without one part of the data.

Knows nothing about any finding, or about which pages show it.
"""

from pytest_claims.base.schema import refuse_unknown
from pytest_claims.data.declaration import HeadlineRowEntry
from pytest_claims.data.declaration_file import FILE
from pytest_claims.data.finding import Finding
from pytest_claims.report.table import table
from pytest_claims.report.text import Markdown, inline
from pytest_claims.stats.estimate import Estimate
from pytest_claims.verdicts.conclusions import subjects_of
from pytest_claims.verdicts.multiplicity import across_subjects, p_of
from pytest_claims.verdicts.questions import Questions
from pytest_claims.verdicts.record import Record, SubjectRecord
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.verdicts.weakest import Weakest, weakest
from pytest_claims.words.number import interval, signed, stated_p
from pytest_claims.words.subjects import counted_apart


def headline(record: Record, finding: Finding) -> Markdown:
    """The table, and what it takes to read it; empty where the finding declares none.

    Raises:
        InputError: for a claim or a subject that is not on ``record``.
    """
    declared = finding.declared.headline
    if declared is None:
        return Markdown("")
    where = f"{finding.name}/{FILE}, headline"
    refuse_unknown([row.claim for row in declared.rows], record.matrix, what="claim", where=where)
    names = subjects_of(record, Questions.of(finding.declared), declared.subjects, where)
    by_name = {subject.name: subject for subject in record.subjects}
    data = {"": "data", **{name: _levels(by_name[name]) for name in names}}
    rows = [_row(record, row, names) for row in declared.rows]
    analyses = "; p of analyses is not" if any(row.shows == "multiverse" for row in declared.rows) else ""
    note = (
        "Bold: the 95% interval excludes no effect. *p* is that of the claim, in its direction, corrected for the data "
        f"sets of its row (Holm){analyses}. *Without*: what is left without the one part of the data that leaves "
        f"least. {inline(counted_apart(record, names))}"
    )
    return Markdown(f"{table([data, *rows])}\n\n{note}")


def _row(record: Record, row: HeadlineRowEntry, names: tuple[str, ...]) -> dict[str, str]:
    of_claim = {verdict.subject: verdict for verdict in record.verdicts if verdict.claim.id == row.claim}
    verdicts = [of_claim[name] for name in names if name in of_claim]
    if row.shows == "multiverse":
        cells = {verdict.subject: _multiverse(verdict) for verdict in verdicts}
    else:
        holm = {one.subject: one.holm for one in across_subjects(verdicts)}
        cells = {one.subject: _cell(one, holm.get(one.subject, p_of(one))) for one in verdicts}
    return {"": row.name, **{name: cells.get(name, "") for name in names}}


def _multiverse(verdict: Verdict) -> str:
    """``26 of 270, p = 0.08; without family x 1``: of plain analyses those that hold, and as many by chance."""
    found = verdict.result("multiverse")
    if found is None or "plain" not in found.numbers:
        return "one alone" if found else "not asked"
    numbers, least = found.numbers, found.leverage
    p = f", {stated_p(numbers['p_joint'])}" if "p_joint" in numbers else ""
    without_it = f"; without {_part(least.families, least.unit, least.level, verdict)} {least.held}" if least else ""
    return f"{numbers['plain_held']:.0f} of {numbers['plain']:.0f}{p}{without_it}"


def _cell(verdict: Verdict, p: float | None) -> Markdown:
    """``**r +0.30 [+0.11, +0.46]**, p = 0.006; without family x +0.13 [-0.09, +0.33]``; or ``undecided``."""
    estimate = verdict.answer.estimate
    if estimate is None or verdict.outcome == "undecided":
        return Markdown("undecided")
    value = inline(f"{estimate.symbol} {_told(estimate)}")
    bold = f"**{value}**" if _excludes_none(estimate) else value
    shown = f"{bold}, {inline(stated_p(p))}" if p is not None else bold
    least = weakest(verdict)
    return Markdown(f"{shown}; {inline(' '.join(reversed(without(least, verdict))))}" if least else shown)


def without(least: Weakest, verdict: Verdict) -> tuple[str, str]:
    """``+0.13 [-0.09, +0.33]``, and ``without family x``."""
    part = _part(least.left_out.families, least.left_out.unit, least.level, verdict)
    return _told(least.estimate), f"without {part}"


def _part(families: bool, unit: str, level: str, verdict: Verdict) -> str:
    """A level by its name, and of what is not the main unit, or a family, behind what it is."""
    if families:
        return f"family {level}"
    return level if unit == verdict.main.unit else f"{unit} {level}"


def _told(estimate: Estimate) -> str:
    return f"{signed(estimate.symbol, estimate.value)} {interval(estimate)}".rstrip()


def _excludes_none(estimate: Estimate) -> bool:
    """Whether the interval lies on one side of no effect."""
    low, high = estimate.low, estimate.high
    return low is not None and high is not None and not low <= estimate.null <= high


def _levels(subject: SubjectRecord) -> str:
    """``10 items, 5 seeds``; of what has no unit with levels how many rows there are."""
    words = subject.words
    told = [words.counted(count, unit) for unit, count in subject.levels.items() if count]
    return ", ".join(told) or words.counted(subject.count)
