"""The view of a claim: everything that is known of it on every subject, as facts for a template.

Knows nothing about HTML.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from glob import escape
from shlex import quote

from pytest_claims.asking.claim import Claim
from pytest_claims.page.chart import Chart
from pytest_claims.page.charts.forest import forest
from pytest_claims.page.charts.of_verdict import of_verdict
from pytest_claims.page.mark import Mark, mark
from pytest_claims.report.evidence import estimate, p_value, rows_of
from pytest_claims.report.sentences import label, left_out_sentences, told
from pytest_claims.verdicts.multiplicity import across_subjects
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.verdicts.written import Written
from pytest_claims.words.multilevel import details, of_model
from pytest_claims.words.multiplicity import corrected, of_subjects
from pytest_claims.words.power import prospects, smallest
from pytest_claims.words.reason import reason
from pytest_claims.words.registered import because, beside
from pytest_claims.words.repetition import repeated
from pytest_claims.words.replication import compared, criterion, several_together


@dataclass(frozen=True, kw_only=True)
class OnSubject:
    """A claim on one subject.

    Attributes:
        rule: what would make the claim true.
        sentences: what was found, each a sentence; ``checks`` those of checks that apply, by name.
        inapplicable: why others do not apply.
        registered: whether it was registered before the data were collected, in a word, and ``registration`` in a
            sentence; empty where it is unknown.
        replication: what the comparison with the source says, sentence by sentence.
        repeat: the command that judges it again.
    """

    subject: str
    mark: Mark
    estimate: str
    p: str
    rows: str
    reason: str
    registered: str
    registration: str
    rule: str
    sentences: tuple[str, ...]
    checks: tuple[tuple[str, str], ...]
    inapplicable: tuple[tuple[str, str], ...]
    replication: tuple[str, ...]
    repeat: str
    charts: tuple[Chart, ...]


@dataclass(frozen=True, kw_only=True)
class ClaimView:
    """A claim, where it stands, on every subject, and on all of them together."""

    claim: Claim
    written: Written | None
    subjects: tuple[OnSubject, ...]
    together: tuple[str, ...]
    charts: tuple[Chart, ...]


def claim_view(record: Record, claim: str, order: Callable[[str], int]) -> ClaimView:
    """The view of the claim with this id; subjects stand in an order by their names."""
    verdicts = sorted((one for one in record.verdicts if one.claim.id == claim), key=lambda one: order(one.subject))
    written = next((one for one in record.written if one.claim == claim), None)
    for_several = of_subjects(across_subjects(verdicts))
    synthesis, model = next((one for one in record.syntheses if one.claim == claim), None), record.model_of(claim)
    said = list(several_together(synthesis, of_model(model, claim, record.words), record.words))
    if model is not None:
        said += details(model, record.words)
    return ClaimView(
        claim=verdicts[0].claim,
        written=written,
        subjects=tuple(_on_subject(record, one, written) for one in verdicts),
        together=(*said, *([for_several] if for_several else [])),
        charts=tuple(forest(record, verdicts)),
    )


def _on_subject(record: Record, verdict: Verdict, written: Written | None) -> OnSubject:
    return OnSubject(
        subject=verdict.subject,
        mark=mark(verdict),
        estimate=estimate(verdict),
        p=p_value(verdict),
        rows=rows_of(record, verdict),
        reason=reason(verdict),
        registered=beside(verdict),
        registration=because(verdict.registered),
        rule=smallest(verdict),
        sentences=tuple(_sentences(record, verdict)),
        checks=tuple(
            (label(verdict, check), told(record, verdict, check)) for check in verdict.checks if check.applies
        ),
        inapplicable=tuple(_inapplicable(record, verdict)),
        replication=tuple(_replication(record, verdict)),
        repeat=repeat(verdict, written),
        charts=tuple(of_verdict(verdict, record.subject_of(verdict).words)),
    )


def repeat(verdict: Verdict, written: Written | None) -> str:
    """The command that judges a claim on its subject again."""
    if written is None or "[" in verdict.claim.id:  # the values that an author gives stand in the name, too
        where = quote(written.file if written else "claims/")
        return f"pytest {where} -k {quote(verdict.claim.id)} --claims-subject {quote(escape(verdict.subject))}"
    return f"pytest {quote(f'{written.file}::{written.test}[{verdict.claim.id}:{verdict.subject}]')}"


def _sentences(record: Record, verdict: Verdict) -> Iterator[str]:
    yield from (one.told for one in verdict.answer.estimates)
    yield from prospects(verdict)
    yield from left_out_sentences(record, verdict)
    if verdict.repetition:
        yield f"Against the recorded measurement: {repeated(verdict.repetition)}."
    place = verdict.claim.id, verdict.subject
    yield from (f"{corrected(one)}" for one in record.corrections if (one.claim, one.subject) == place)


def _inapplicable(record: Record, verdict: Verdict) -> Iterator[tuple[str, str]]:
    gaps = [one.gap for one in verdict.left_out if one.gap]
    for check in verdict.checks if verdict.outcome != "undecided" else ():
        if not check.applies and check.gap not in gaps:
            yield label(verdict, check), told(record, verdict, check)


def _replication(record: Record, verdict: Verdict) -> Iterator[str]:
    for one in record.replications:
        if (one.claim, one.subject) == (verdict.claim.id, verdict.subject):
            yield f"{compared(one)}."
            if found := one.replication:
                words = record.subject_of(one).words
                yield from (criterion(each, found, words) for each in found.criteria)
