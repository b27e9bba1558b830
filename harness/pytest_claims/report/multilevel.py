"""The one model of several subjects as a table: a line for each predictor. Knows nothing about how it is fitted."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from pytest_claims.base.errors import InputError
from pytest_claims.base.schema import refuse_unknown
from pytest_claims.data.declaration_file import FILE
from pytest_claims.data.design import Words
from pytest_claims.data.finding import Finding
from pytest_claims.report.table import table
from pytest_claims.report.text import Markdown, inline
from pytest_claims.stats.multilevel import Effect, Slope
from pytest_claims.verdicts.multilevel import MultilevelModel
from pytest_claims.verdicts.record import Record
from pytest_claims.words.listed import joined
from pytest_claims.words.multilevel import called, few, interval_of, left_out, made_of, slope


def together(record: Record) -> list[Markdown]:
    """What is said of all models of several subjects on record; nothing where there is none."""
    return [said for model in record.multilevel for said in one_model(model, record.words)]


def check_names(record: Record, finding: Finding) -> None:
    """Raise InputError where a model names a claim that is not on ``record``, or a pattern that no subject matches."""
    declared, where = finding.declared.multilevel, f"{finding.name}/{FILE}, multilevel"
    if declared is None:
        return
    claims = [claim for several in declared.predictors.values() for claim in several]
    refuse_unknown(claims, record.matrix, what="claim", where=where)
    names = [subject.name for subject in record.subjects]
    for pattern in declared.subjects:
        if not any(fnmatchcase(name, pattern) for name in names):
            raise InputError(f"{where}: no subject matches {pattern!r}: have {', '.join(names)}; correct it")


def one_model(model: MultilevelModel, words: Words) -> list[Markdown]:
    """Of what it is made, its table, and what it takes to read that; why there is none, where there is none."""
    begun = inline(" ".join([made_of(model, words), *left_out(model)]))
    if model.why_not:
        return [begun]
    lines = [_line(model, name) for name in dict.fromkeys(one.predictor for one in model.effects)]
    return [begun, table(lines), Markdown(_note(model))]


def _line(model: MultilevelModel, predictor: str) -> dict[str, str]:
    effects = [one for one in model.effects if one.predictor == predictor]
    last, others = effects[-1], _others(effects)
    return {
        "for one standard deviation of": called(model, predictor),
        "alone": _cell(effects[0].these),
        **({f"beside {others}": _cell(last.these)} if others else {}),
        **{name: _bold(one, interval_of(one)) for name, one in zip(model.models, last.slopes, strict=True)},
        **({"models like these": _cell(last.like_these)} if last.like_these else {}),
    }


def _others(effects: Sequence[Effect]) -> str:
    """What the others are called together; empty where a predictor is alone."""
    count = len(effects[-1].beside)
    return "the other" if count == 1 else "the others" if count else ""


def _note(model: MultilevelModel) -> str:
    """Which numbers of the table are what."""
    others = _others(model.effects[-1:])
    means = f"*Alone* and *beside {others}* are means" if others else "*Alone* is the mean"
    own = f"; each model's own slope is that beside {others}" if others else ""
    like = "*Models like these*: the mean of all such models, beside "
    like = f" {like}{others}; {few(len(model.models))}." if others else ""
    return (
        f"Numbers are differences of log odds, with 95% intervals; bold excludes none. {means} of the slopes of these "
        f"models{own}.{like}{_differing(model)}"
    )


def _differing(model: MultilevelModel) -> str:
    """How much slopes differ between models, where that could be fitted; a mean hides it."""
    last = [one for one in model.effects if one.like_these and len(one.beside) == len(model.effects[-1].beside)]
    spreads = [f"{one.spread:.2f} ({inline(called(model, one.predictor))})" for one in last]
    return f" Between models slopes differ by a standard deviation of {joined(spreads)}." if spreads else ""


def _cell(one: Slope) -> Markdown:
    return _bold(one, slope(one))


def _bold(one: Slope, told: str) -> Markdown:
    """Bold where the interval excludes no effect."""
    return Markdown(f"**{inline(told)}**" if one.low > 0 or one.high < 0 else inline(told))
