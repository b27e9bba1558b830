"""The page of a run: what is known of each finding, the matrix of claims and subjects, and a view of each.

Knows nothing about pytest, or about how charts are drawn. It is one file, loads nothing, and runs its scripts alone.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from pytest_claims.base.visible import visible_lines
from pytest_claims.data.finding import Finding
from pytest_claims.page.address import address, view_of
from pytest_claims.page.chart import Chart
from pytest_claims.page.claim_view import claim_view
from pytest_claims.page.embedded import columns_of
from pytest_claims.page.overview import FindingView, finding_view, kinds, place_of, role_of, source_of
from pytest_claims.page.part import Charts, Part, key_of, part, parts_in, specs_of
from pytest_claims.page.policy import policy
from pytest_claims.page.reply import Reply
from pytest_claims.page.subject_view import subject_view
from pytest_claims.report.premise import unjudged
from pytest_claims.report.sentences import any_one
from pytest_claims.report.text import shortened
from pytest_claims.verdicts.record import Record, SubjectRecord, to_json
from pytest_claims.verdicts.since import Since
from pytest_claims.words.verdict import meanings


@dataclass(frozen=True, kw_only=True)
class Made:
    """Charts and replies that a finding adds; where they are not ``whole``, because something failed, none is kept."""

    charts: Sequence[Chart] = ()
    replies: Sequence[Reply] = ()
    whole: bool = True


@dataclass(frozen=True, kw_only=True)
class Added:
    """What a finding adds to a subject: ``make`` gives it; ``key`` says what it is made from."""

    key: str = ""
    make: Callable[[], Made] = Made


@dataclass(frozen=True, kw_only=True)
class Page:
    """All that a page is made of.

    ``findings`` are those declared, by name; ``added`` is what they add, by finding and subject; ``since`` is how the
    record differs from the ``baseline``, where it was compared with one.
    """

    record: Record
    since: Since | None = None
    baseline: str = ""
    findings: Mapping[str, Finding | None] = field(default_factory=dict)
    added: Mapping[tuple[str, str], Added] = field(default_factory=dict)

    def html(self, last: Path | None = None) -> str:
        """The page; parts that would be the same are taken from the ``last`` one."""
        kept = parts_in(last) if last else {}
        parts = [*self._claims(kept), *self._subjects(kept)]
        style, script, vega = (_asset(name) for name in ("page.css", "page.js", "vega.js"))
        return _environment().get_template("page.html.jinja").render(
            title="Which claims hold?",
            record=self.record,
            findings=[self._finding(name) for name in self.record.findings],
            kinds=kinds(),
            baseline=self.baseline if self.since else "",
            unjudged=list(unjudged(self.record)),
            meanings=meanings(any_one(self.record)),
            parts=parts,
            specs=specs_of(parts),
            policy=policy([vega, script], [style]),
            style=Markup(style),  # noqa: S704  files of this package
            script=Markup(script),  # noqa: S704
            vega=Markup(vega),  # noqa: S704
        )  # fmt: skip

    def _finding(self, name: str) -> FindingView:
        own = [one for one in self.record.subjects if one.finding == name]
        views = {one.name: view_of(self.record, one) for one in own}
        return finding_view(self.record.of(name), self.findings.get(name), views, self.since)

    def _claims(self, kept: Mapping[str, Part]) -> list[Part]:
        return [self._claim(claim, kept) for claim in self.record.matrix]

    def _claim(self, claim: str, kept: Mapping[str, Part]) -> Part:
        record = self.record
        own = [to_json(one) for one in record.verdicts if one.claim.id == claim]
        several: tuple[Any, ...] = (*record.corrections, *record.replications, *record.syntheses, *record.written)
        model = record.model_of(claim)
        about = [to_json(one) for one in several if one.claim == claim] + ([to_json(model)] if model else [])
        key = key_of(_code(), own, about)
        if key in kept:
            return kept[key]
        finding = next(self.findings.get(one.finding) for one in record.verdicts if one.claim.id == claim)
        view, charts = claim_view(record, claim, lambda subject: place_of(subject, finding)), Charts()
        html = _environment().get_template("claim.html.jinja").render(view=view, place=charts.place)
        return part(key, f"claim={address(claim)}", html, charts, {})

    def _subjects(self, kept: Mapping[str, Part]) -> list[Part]:
        return [self._subject(subject, kept) for subject in self.record.subjects]

    def _subject(self, subject: SubjectRecord, kept: Mapping[str, Part]) -> Part:
        finding = self.findings.get(subject.finding)
        source, role = source_of(self.record, subject, finding), role_of(subject, finding)
        view_name = view_of(self.record, subject)
        added = self.added.get((subject.finding, subject.name), Added())
        verdicts = [
            one for one in self.record.verdicts if (one.finding, one.subject) == (subject.finding, subject.name)
        ]
        registered = [(one.claim.id, one.registered.word) for one in verdicts]
        pitfalls = [to_json(one) for verdict in verdicts for one in verdict.pitfalls]
        about = to_json(subject), to_json(source) if source else None
        key = key_of(_code(), *about, role, added.key, view_name, registered, pitfalls)
        if key in kept:
            return kept[key]
        made, charts = added.make(), Charts()
        view = subject_view(subject, role, source, made.charts, made.replies, verdicts=verdicts)
        html = _environment().get_template("subject.html.jinja").render(view=view, place=charts.place)
        data = {"columns": dict(view.columns), "data": columns_of(view.rows)}
        key = key if made.whole else key_of("made again", key)
        return part(key, f"subject={address(view_name)}", html, charts, {"data": data} if view.rows else {})


@cache
def _environment() -> jinja2.Environment:
    """The templates; every text is escaped, and signs that nobody sees are shown."""
    templates = jinja2.Environment(
        loader=jinja2.PackageLoader("pytest_claims", "page"),
        autoescape=True,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    templates.filters |= {
        "shortened": shortened,
        "address": address,
        "breakable": _breakable,
        "capitalised": _capitalised,
    }
    return templates


def _shown(value: Any) -> Any:
    return visible_lines(value) if type(value) is str else value


def _breakable(name: str) -> Markup:
    """A name that a narrow column breaks before its @, rather than within a word."""
    return escape(visible_lines(name)).replace("@", Markup("<wbr>@"))


def _capitalised(said: str) -> str:
    return said[:1].upper() + said[1:]


@cache
def _asset(name: str) -> str:
    return (resources.files("pytest_claims") / "page" / name).read_text(encoding="utf-8")


@cache
def _code() -> str:
    """The hash of all that makes a view, down to the words of a sentence."""
    root = Path(__file__).parents[1]
    files = [path for path in sorted(root.rglob("*")) if path.suffix in (".py", ".jinja")]
    return key_of(*(hashlib.sha256(path.read_bytes()).hexdigest() for path in files))
