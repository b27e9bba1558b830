"""Replies to the questions of a finding, as Markdown: every sentence is chosen by a rule from verdicts.

Knows nothing about any finding, or about where the links to claims and subjects lead.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from pytest_claims.data.declaration import QuestionEntry
from pytest_claims.report.evidence import evidence, reason, verdict_words
from pytest_claims.report.links import Links
from pytest_claims.report.sentences import label, told
from pytest_claims.report.text import Markdown, inline
from pytest_claims.robustness.battery import FULL
from pytest_claims.verdicts.multiplicity import across_subjects
from pytest_claims.verdicts.questions import (
    Conclusion,
    Questions,
    Reply,
    answering,
    conclude,
    reply,
    without_levels,
)
from pytest_claims.verdicts.record import Record
from pytest_claims.verdicts.ruling import Ruling
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.checks import asked
from pytest_claims.words.left_out import left_out
from pytest_claims.words.multilevel import of_model
from pytest_claims.words.multiplicity import of_subjects
from pytest_claims.words.replication import compared, several_together
from pytest_claims.words.subjects import of_base_models
from pytest_claims.words.verdict import counted, word

_WHERE: Final[dict[Conclusion, str]] = {
    "holds": "on every new subject that can tell",
    "mixed": "on some of the new subjects that can tell",
    "fails": "on no new subject that can tell",
    "open": "cannot be told yet",
}
_ORDER: Final[tuple[Ruling, ...]] = ("held", "contradicted", "failed", "inconclusive")


def answered(record: Record, questions: Questions, question: QuestionEntry, to: Links) -> Markdown:
    """The paragraph of a question: a list of claims, each with what it says, and the conclusion."""
    replies, nobody = _replies(record, questions, question)
    lines = []
    for one in replies:
        lines += _of_claim(record, questions, question, one, to)
        if len(replies) > 1 and not question.subjects:
            lines.append(f"  - *{_closing(one, nobody, to)}*")
    return Markdown("\n".join([*lines, "", f"**{concluded(record, questions, question, to)}**"]))


def concluded(record: Record, questions: Questions, question: QuestionEntry, to: Links) -> Markdown:
    """What is now known of a question, in a sentence or two."""
    replies, nobody = _replies(record, questions, question)
    if question.subjects:
        return Markdown(f"{_in_own(questions, replies)}{_on_named(replies, question.subjects, to)}")
    return Markdown(f"{_in_own(questions, replies)}{_conclusion(replies, nobody, to)}")


def replies_of(record: Record, questions: Questions, question: QuestionEntry) -> list[Reply]:
    """What each claim of a question says."""
    return [reply(record, questions, question, claim) for claim in question.claims]


def _replies(record: Record, questions: Questions, question: QuestionEntry) -> tuple[list[Reply], str]:
    """The same, and what is lacking where no new subject can answer."""
    nobody = "" if answering(record, questions, question) else _nobody(record, question)
    return replies_of(record, questions, question), nobody


def overview(record: Record, questions: Questions, to: Links) -> Markdown:
    """All claims of the record by what the new subjects say of them."""
    new = [subject.name for subject in record.subjects if questions.role(subject.name) == "new"]
    groups: dict[Conclusion, list[str]] = {name: [] for name in _WHERE}
    for claim in record.matrix:
        verdicts = [v for v in record.verdicts if v.claim.id == claim and v.subject in new]
        groups[conclude(verdicts)].append(claim)
    lines = [f"New subjects: {to.all(new) or 'none yet'}. Of {len(record.matrix)} claims:", ""]
    lines += [
        f"- **{_holding(len(claims), name)}**: {_by_source(record, questions, claims, to)}."
        for name, claims in groups.items()
        if claims
    ]
    return Markdown("\n".join(lines))


def _by_source(record: Record, questions: Questions, claims: Sequence[str], to: Links) -> str:
    """Claims, those first that the finding's own data hold."""
    own = {v.claim.id for v in record.verdicts if v.subject == questions.source and v.outcome == "held"}
    held = [claim for claim in claims if claim in own]
    rest = [claim for claim in claims if claim not in held]
    before = [f"{len(held)} that held in {inline(questions.own)} ({to.all(held)})"] if held else []
    return "; ".join([*before, *([f"{'also ' if held else ''}{to.all(rest)}"] if rest else [])])


def _holding(count: int, conclusion: Conclusion) -> str:
    verb = "" if conclusion == "open" else "holds " if count == 1 else "hold "
    return f"{count} {verb}{_WHERE[conclusion]}"


def _of_claim(record: Record, questions: Questions, question: QuestionEntry, one: Reply, to: Links) -> list[str]:
    lines = [f"- {to.link(one.claim.id)} {inline(one.claim.statement)}"]
    if one.own:
        lines.append(f"  - In {inline(questions.own)}: {_on_subject(record, one.own)}.")
    for verdict in sorted((v for v in one.new if v.ruling != "undecided"), key=lambda v: _ORDER.index(v.ruling)):
        lines.append(f"  - On {to.link(verdict.subject)}: {_on_subject(record, verdict)}.")
    for why, subjects in _undecided(one.new).items():
        lines.append(f"  - On {to.all(subjects)}: undecided: {inline(why)}.")
    for verdict in one.verdicts:
        lines += [f"  - {said}" for said in _quoted(record, question, verdict, to)]
    if corrected := of_subjects(across_subjects(one.verdicts)):
        lines.append(f"  - {inline(corrected)}")
    told = of_model(one.model, one.claim.id, record.words)
    lines += [f"  - {inline(said)}" for said in several_together(one.synthesis, told, record.words)]
    return lines


def _quoted(record: Record, question: QuestionEntry, verdict: Verdict, to: Links) -> Iterator[Markdown]:
    """What the question wants quoted: the sentence of a unit that was left out, and those of a check."""
    left = without_levels(verdict, question.unit)
    if left is not None:
        said = left_out(left, verdict.outcome, record.subject_of(verdict).words)
        yield Markdown(f"{inline(left.unit)} left out, {to.link(verdict.subject)}: {inline(said)}")
    yield from quoted_check(record, question, verdict, to)


def quoted_check(record: Record, question: QuestionEntry, verdict: Verdict, to: Links) -> Iterator[Markdown]:
    """The sentences of the check that the question wants quoted."""
    for check in verdict.checks:
        if check.check == question.check and check.applies:
            name = inline(label(verdict, check))
            yield Markdown(f"{name}, {to.link(verdict.subject)}: {inline(told(record, verdict, check))}")


def _undecided(verdicts: Sequence[Verdict]) -> dict[str, list[str]]:
    """Subjects by the reason why they are undecided."""
    reasons: dict[str, list[str]] = {}
    for verdict in verdicts:
        if verdict.ruling == "undecided":
            reasons.setdefault(reason(verdict), []).append(verdict.subject)
    return reasons


def _on_subject(record: Record, verdict: Verdict) -> str:
    if verdict.ruling == "undecided":
        return verdict_words(verdict)
    speaking = [
        inline(compared(one))
        for one in record.replications
        if (one.claim, one.subject) == (verdict.claim.id, verdict.subject)
    ]
    return "; ".join([verdict_words(verdict), inline(evidence(record, verdict)), *speaking])


def _closing(one: Reply, nobody: str, to: Links) -> str:
    """What the new subjects say of a claim: that it replicates only where the finding's own data hold it."""
    telling = [verdict for verdict in one.new if verdict.says]
    held = [verdict.subject for verdict in telling if verdict.outcome == "held"]
    before = one.own is not None and one.own.outcome == "held"
    does, not_ = ("It replicates", "It does not replicate") if before else ("It holds", "It does not hold")
    if one.conclusion == "open":
        return f"On new subjects it cannot be told yet: {nobody or _why_open(one.new)}."
    fragile = [verdict.subject for verdict in telling if verdict.robustness == "fragile"]
    if len(telling) == 1:
        where = f"{to.link(telling[0].subject)}, the one new subject that can tell{'; fragile' if fragile else ''}"
        return f"{does if held else not_} on {where}."
    some = f"{len(held)} ({to.all(held)})"
    count = "all" if one.conclusion == "holds" else "any" if one.conclusion == "fails" else some
    models = of_base_models(telling)
    where = f"{count} of the {len(telling)} new subjects that can tell{models and f', which are{models}'}"
    return f"{does if held else not_} on {where}{f'; fragile on {to.all(fragile)}' if fragile else ''}."


def _why_open(verdicts: Sequence[Verdict]) -> str:
    counts = Counter(verdict.ruling if verdict.ruling != "held" else word(verdict) for verdict in verdicts)
    models = of_base_models(verdicts)
    return " and ".join(f"{told} on {count} of {len(verdicts)} new subjects{models}" for told, count in counts.items())


def _nobody(record: Record, question: QuestionEntry) -> str:
    wanted = []
    if question.least_rows:
        wanted.append(f"with {question.least_rows} {record.words.units} or more")
    if question.unit:
        wanted.append(f"of which {record.words.several(question.unit)} can be left out one by one")
    if question.check:
        asks = {check.name: asked(record.words, check.question) for check in FULL}
        wanted.append(f"to which the check '{asks[question.check]}' applies")
    return f"there is no new subject {' and '.join(wanted)}".rstrip()


def _in_own(questions: Questions, replies: Sequence[Reply]) -> str:
    """What the finding's own data say, for the closing sentence."""
    own = [one.own for one in replies if one.own]
    if len(own) == 1:
        return f"In {inline(questions.own)}: {word(own[0])}. "
    words = counted(own)
    return f"In {inline(questions.own)}: {words}. " if own else ""


def _on_named(replies: Sequence[Reply], subjects: Sequence[str], to: Links) -> str:
    """What the subjects say that a question names, for the closing sentence; it does not say whether they are new."""
    several = {name: [v for one in replies for v in one.new if v.subject == name] for name in subjects}
    said = {name: word(some[0]) if len(some) == 1 else counted(some) for name, some in several.items() if some}
    return " ".join(f"On {to.link(name)}: {words}." for name, words in said.items())


def _conclusion(replies: Sequence[Reply], nobody: str, to: Links) -> str:
    """The closing sentence of a question: of its only claim, or of how many hold."""
    if len(replies) == 1:
        return _closing(replies[0], nobody, to)
    counts = Counter(one.conclusion for one in replies)
    if set(counts) == {"open"}:
        return f"On new subjects it cannot be told yet: {nobody or 'none can tell on any of these claims'}."
    if set(counts) == {"fails"}:
        return f"None of the {len(replies)} claims holds on a new subject that can tell."
    words = [_holding(counts[name], name) for name in _WHERE if name in counts]
    return f"Of the {len(replies)} claims {', '.join(words)}."
