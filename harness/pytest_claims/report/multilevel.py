"""The one model of several subjects as a table: a line for each predictor. Knows nothing about how it is fitted."""

from collections.abc import Sequence

from pytest_claims.data.design import Words
from pytest_claims.report.table import table
from pytest_claims.report.text import Markdown, inline
from pytest_claims.stats.multilevel import Effect, Slope
from pytest_claims.verdicts.multilevel import MultilevelModel
from pytest_claims.words.multilevel import called, few, left_out, made_of, slope


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
        **{name: f"{value:+.2f}" for name, value in zip(model.models, last.slopes, strict=True)},
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
    return f"Numbers are differences of log odds, with 95% intervals. {means} of the slopes of these models{own}.{like}"


def _cell(one: Slope) -> Markdown:
    """Bold where the interval excludes no effect."""
    told = inline(slope(one))
    return Markdown(f"**{told}**" if one.low > 0 or one.high < 0 else told)
