"""What is known of a finding, as HTML: the sentences that the page of findings has, too.

Knows nothing about how they are chosen.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markupsafe import Markup

from pytest_claims.base.errors import InputError
from pytest_claims.data.finding import Finding
from pytest_claims.page.address import address
from pytest_claims.report.conclusions import sentence
from pytest_claims.report.links import Links
from pytest_claims.report.replies import answered, concluded, overview
from pytest_claims.report.text import Markdown, inline
from pytest_claims.verdicts.conclusions import Conclusion, conclusions_of
from pytest_claims.verdicts.questions import Questions, questions_of
from pytest_claims.verdicts.record import Record


@dataclass(frozen=True, kw_only=True)
class Known:
    """A question of a finding, as its source puts it, the answer in a sentence, and all that it rests on."""

    question: str
    quote: str
    answer: Markup
    evidence: Markup


class ViewLinks(Links):
    """Links to the views of this page."""

    def __init__(self, claims: Iterable[str], views: Mapping[str, str]) -> None:
        self._claims, self._views = set(claims), dict(views)

    def link(self, name: str) -> Markdown:
        """A link to the view of a claim or a subject."""
        if name not in self._claims and name not in self._views:
            return inline(name)
        place = f"claim={address(name)}" if name in self._claims else f"subject={address(self._views[name])}"
        return Markdown(f"[{inline(name)}](#{place})")


def known(record: Record, questions: Questions, to: Links) -> list[Known]:
    """The questions of a finding in their order."""
    return [
        Known(
            question=one.name,
            quote=one.quote,
            answer=html(concluded(record, questions, one, to)),
            evidence=html(answered(record, questions, one, to)),
        )
        for one in questions.questions
    ]


def summary(record: Record, questions: Questions, to: Links) -> Markup:
    """All claims by what the new subjects say of them."""
    return html(overview(record, questions, to))


def conclusions(record: Record, finding: Finding, to: Links) -> Markup:
    """The conclusions that hold, each with links to the claims that it rests on; none where a subject is missing."""
    lines: list[str] = []
    several: tuple[Conclusion, ...] = ()
    with suppress(InputError):  # it says what is missing where the page of findings is written
        several = conclusions_of(finding, record)
    for one in several:
        if one.holds:
            lines.append(f"- {sentence(record, one)} ({to.all(one.claims)})")
    return html(Markdown("\n".join(lines)))


def asked_of(finding: Finding | None, record: Record) -> Questions | None:
    """The questions of a finding, if it has some, and if all that they ask about was judged."""
    if finding is None or not finding.declared.questions or record.left_out:
        return None
    return questions_of(finding, record)


def html(text: Markdown) -> Markup:
    """Markdown as HTML; tags in it are text."""
    return Markup(_reader().render(text))  # noqa: S704  the reader escapes all tags


@cache
def _reader() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})
