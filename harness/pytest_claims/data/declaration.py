"""The declaration of a finding: what ``finding.toml`` may hold.

Knows nothing about what is done with it. A key that is none is refused, with the nearest that is one.
"""

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import pydantic
from pydantic import Field

from pytest_claims.base.schema import Content, Many, Name

_Positive = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_Finite = Annotated[float, Field(allow_inf_nan=False)]


def _several(value: object) -> object:
    """One name stands for a list of it."""
    return [value] if isinstance(value, str) else value


def _texts(value: object) -> object:
    """One text stands for a list of it, and a whole number for its digits: cells are text."""
    several = value if isinstance(value, list) else [value]
    return [str(one) if type(one) is int else one for one in several]


def _dated(value: object) -> object:
    """A date stands for its text."""
    return value.isoformat() if isinstance(value, datetime.date) else value


Names = Annotated[Many[Name], pydantic.BeforeValidator(_several)]
_Texts = Annotated[Many[str], pydantic.BeforeValidator(_texts)]
_Date = Annotated[str, pydantic.BeforeValidator(_dated)]
_Numbers = Annotated[tuple[float, float], pydantic.Strict(False)]


class UnitEntry(Content):
    """A unit: what it is nested in, its plural, which of its levels are alike, and the level others are compared with.

    ``families`` names a column that says it, or gives the family of each level; ``column`` is where its levels
    stand, if not in a column of its name. ``shared`` is whether levels of one name are the same in two subjects.
    """

    within: Names = ()
    plural: str = ""
    families: str | Mapping[str, str] = ""
    reference: str = ""
    shared: bool = True
    column: str = ""


class FactorEntry(Content):
    """A factor: its levels are labels in a column, or else ``columns`` of numbers."""

    columns: Names = ()
    reference: str = ""
    column: str = ""


class MeasuredEntry(Content):
    """A column of numbers.

    Attributes:
        range: the least and the most that it can be.
        rounding: half of the last printed digit, or ``printed``, as the text of the cells shows.
        standard_error: the column of its standard errors.
        successes: with ``trials`` the columns of counts of which it is the rate; its own column may then be missing.
        trials: see ``successes``.
        parts: ``{ questions = "score by question" }``: what it is the mean of, and the array that has each of them.
        values: what text stands for which number.
        otherwise: the number of all other text, or ``drop`` for rows to be left out.
        gaps: whether rows may lack a number; claims then compute from ``table.complete`` or ``table.pairs``.
        whole: whether it is a whole number.
        optional: whether a subject may lack it.
        column: where it stands, if not in a column of its name.
    """

    range: _Numbers | None = None
    rounding: _Positive | Literal["printed"] | None = None
    standard_error: str = ""
    successes: str = ""
    trials: str = ""
    parts: Annotated[Mapping[Name, Name], Field(max_length=1)] = {}
    values: Mapping[str, _Finite] = {}
    otherwise: _Finite | Literal["drop"] | None = None
    gaps: bool = False
    whole: bool = False
    optional: bool = False
    column: str = ""


class CutEntry(Content):
    """A column that is cut out of another: what the first group of ``pattern``, or all of it, finds there."""

    from_: Name = Field(alias="from")
    pattern: Name


class TogetherEntry(Content):
    """A table of several files: their paths or patterns of them, and columns that are cut out of each file's path.

    ``cut`` gives for each such column a pattern: its first group, or all that it finds.
    """

    files: Annotated[Names, Field(min_length=1)]
    cut: Mapping[str, Name] = {}


class DropEntry(Content):
    """Rows that are left out, and why: those with these values, and those with nothing in a column of ``missing``.

    A value that no row has is refused, unless it is ``optional``.
    """

    where: Mapping[str, _Texts] = {}
    missing: Names = ()
    because: Name
    optional: bool = False


class AlternativeEntry(Content):
    """Another way to make the table, of which each ``choice`` allows one at a time.

    ``measured`` changes what is said of columns, and ``drop`` leaves out more rows. It is combined with the
    alternatives of all other choices; with ``only_with``, only where one of those that it names is chosen, too.
    """

    choice: Name
    name: Name
    measured: Mapping[str, Mapping[str, Any]] = {}
    drop: Many[DropEntry] = ()
    only_with: Names = ()


class QuestionEntry(Content):
    """A question, in the source's words where it asked, and the claims that answer it.

    Only new subjects with ``least_rows`` can, those on which levels of ``unit``, if one is named, can be left out, and
    those to which ``check``, if one is named, applies; or else the ``subjects`` that are named, new or not.
    """

    name: str
    claims: Many[str]
    quote: str = ""
    least_rows: Annotated[int, Field(ge=0)] = 0
    unit: str = ""
    check: str = ""
    subjects: Names = ()


class NeedEntry(Content):
    """Verdicts that a sentence needs: of all ``claims`` on all ``subjects``.

    Attributes:
        claims: their ids.
        subjects: their names. A pattern stands for every new subject that matches it and is no example.
        says: what each verdict has to be, by its words or their beginning: ``held``, or ``contradicted, robust``; any
            of several.
        without: a level, or a family of levels, without which the outcome has to be the opposite, too.
    """

    claims: Annotated[Names, Field(min_length=1)]
    subjects: Annotated[Names, Field(min_length=1)]
    says: Annotated[Names, Field(min_length=1)]
    without: str = ""


class ConclusionEntry(Content):
    """A sentence that is written only while all that it ``needs`` is so, in a ``part`` of what is concluded.

    In its ``text`` a place such as ``{0.estimate}`` stands for what the first verdict of a need says, counted from 0.
    """

    part: Name
    text: Name
    needs: Annotated[Many[NeedEntry], Field(min_length=1)]


class HeadlineRowEntry(Content):
    """A row of the headline: what is asked, in a few words, and the claim that answers it.

    It ``shows`` the estimate with what is left of it without one part of the data, or in how many of the analyses of
    the multiverse the claim holds.
    """

    name: Name
    claim: Name
    shows: Literal["estimate", "multiverse"] = "estimate"


class HeadlineEntry(Content):
    """The table that says most in the least room: a few claims by some ``subjects``, in this order."""

    subjects: Annotated[Names, Field(min_length=1)]
    rows: Annotated[Many[HeadlineRowEntry], Field(min_length=1)]


class MultilevelEntry(Content):
    """One binomial model of several subjects: log odds of an outcome by columns, with the units as random effects.

    Attributes:
        subjects: patterns of those that it is made of. None should have the data of another among its own.
        successes: with ``trials`` the counts, each an array along rows, or a column.
        trials: see ``successes``.
        predictors: columns, each with the claims that are about what it predicts: they are told what the model says.
        clusters: the dimension of the counts, such as questions, along which more could be drawn and which all rows
            have in common; all others are repetitions of a row.
    """

    subjects: Annotated[Names, Field(min_length=1)]
    successes: Name
    trials: Name
    predictors: Annotated[Mapping[Name, Names], Field(min_length=1)]
    clusters: str = ""


class Declaration(Content):
    """What a finding declares.

    Attributes:
        title: what is claimed, in one line; ``source`` is where.
        data: files of its subjects, or their names and files.
        tables: subjects that are each made of several files.
        collected: the date at which data began to be collected, of all subjects or of each.
        row: what a row is called, if it is no unit; ``row_plural`` what several are.
        outcomes: with ``trials`` and ``alternatives`` what sentences call these.
        own: the subjects that are the finding's own data: new ones are held against the first, which ``own_called``
            calls, and the others are more of the same study. ``controls`` are patterns of subjects in which nothing is
            to be found, and ``examples`` of those too small to say much.
        stack: as what unit the models of all subjects are judged together, as one more subject.
        smallest: by the symbol of an estimate, the smallest effect that counts as one, how far from no effect.
        heading: of the part of the page of findings that is about this one.
        columns: what columns are that a subject may lack, or that predict in the one model of several subjects.
        multilevel: the one model that is made of several subjects.
        headline: the claims and subjects of the table that stands first.
        conclusions: the sentences that follow from verdicts.
        differ_on_purpose: settings that differ between two models by a rule, such as ``training.learning_rate``, and
            that rule: no more is said of them.
        pages: Markdown files, from its folder, in which both stand between marks, and are written anew with the page of
            findings.
    """

    title: Name
    source: Name
    data: str | Many[str] | Mapping[str, str] = ()
    tables: Mapping[Name, TogetherEntry] = {}
    collected: _Date | Mapping[str, _Date] = ""
    row: str = ""
    row_plural: str = ""
    outcomes: str = "outcomes"
    trials: str = "trials"
    alternatives: str = "alternatives"
    own: Names = ()
    own_called: str = ""
    controls: Names = ()
    examples: Names = ()
    stack: str = ""
    heading: str = ""
    remedy: str = "add it"
    units: Mapping[str, UnitEntry] = {}
    factors: Mapping[str, FactorEntry] = {}
    measured: Mapping[str, MeasuredEntry] = {}
    smallest: Mapping[Name, Annotated[float, Field(gt=0, allow_inf_nan=False)]] = {}
    residuals: Names = ()
    partialled_out: Names = ()
    cut: Mapping[str, CutEntry] = {}
    drops: Many[DropEntry] = Field(default=(), alias="drop")
    several: Many[AlternativeEntry] = Field(default=(), alias="alternative")
    columns: Mapping[str, str] = {}
    questions: Many[QuestionEntry] = Field(default=(), alias="question")
    multilevel: MultilevelEntry | None = None
    headline: HeadlineEntry | None = None
    conclusions: Many[ConclusionEntry] = Field(default=(), alias="conclusion")
    differ_on_purpose: Mapping[Name, Name] = {}
    pages: Names = ()
