"""The sentences of one model of several subjects. Knows nothing about how it is fitted, or where they stand."""

from collections.abc import Iterator, Sequence

from pytest_claims.data.design import Words
from pytest_claims.stats.multilevel import Effect, Slope
from pytest_claims.verdicts.multilevel import MultilevelModel
from pytest_claims.words.listed import joined
from pytest_claims.words.number import stated_p


def of_model(model: MultilevelModel, claim: str, words: Words) -> str:
    """What the model says of the predictor that a claim is about, or why there is none; as a sentence may end."""
    return _told(model, [model.claims[claim]], words)


def in_short(model: MultilevelModel, words: Words) -> str:
    """What the model says of all predictors, or why there is none, as a sentence."""
    said = _told(model, list(dict.fromkeys(one.predictor for one in model.effects)), words)
    return f"{said[:1].upper()}{said[1:]}."


def _told(model: MultilevelModel, predictors: Sequence[str], words: Words) -> str:
    if model.why_not:
        return f"no one model of these subjects, for {model.why_not}"
    effects = {name: [one for one in model.effects if one.predictor == name] for name in predictors}
    left_out = "".join(f"; without {subject} ({why})" for subject, why in model.left_out.items())
    said = "; ".join(_said(model, name, several) for name, several in effects.items())
    return f"one binomial model of {_size(model, words)}: {said}{left_out}"


def _said(model: MultilevelModel, predictor: str, effects: Sequence[Effect]) -> str:
    """What the mean of the models says of a predictor, alone and beside others, and what others would."""
    slopes = " and ".join(f"{_slope(one.these)}, {_beside(one)}" for one in effects)
    return "".join(
        [
            f"where {predictor} is a standard deviation higher than others on a subject, log odds are higher by ",
            f"{slopes}, as the mean of these models ({_by_model(model, effects[-1])})",
            *_like_these(effects[-1]),
        ]
    )


def details(model: MultilevelModel, words: Words) -> Iterator[str]:
    """What the model rests on, and what its intervals allow for: for who wants to know more."""
    if model.why_not:
        return
    spreads = joined([f"{name} {spread:.2f}" for name, spread in model.spreads.items()])
    yield f"Standard deviations of log odds between: {spreads}."
    for name, why in model.dropped.items():
        yield f"Not in the model: {name}, for {why}."
    if model.clustered:
        several = words.several(model.clusters)
        yield f"{model.clustered} {several} were left out one by one; intervals have what they add in them."


def _size(model: MultilevelModel, words: Words) -> str:
    levels = f"{model.levels} {words.several(model.unit)}"
    return (
        f"{len(model.subjects)} subjects of {len(model.models)} base models, with {levels}, {model.repetitions} "
        f"repetitions and {model.trials} {words.trials} in all"
    )


def _slope(one: Slope) -> str:
    """``+0.16 [+0.07, +0.24], p < 0.001``."""
    return f"{_number(one.value)} [{_number(one.low)}, {_number(one.high)}], {stated_p(one.p)}"


def _beside(effect: Effect) -> str:
    return f"beside {joined(effect.beside)}" if effect.beside else "alone"


def _by_model(model: MultilevelModel, effect: Effect) -> str:
    return joined([f"{name} {_number(value)}" for name, value in zip(model.models, effect.slopes, strict=True)])


def _like_these(effect: Effect) -> Iterator[str]:
    """What is said of models that were not measured, of the last effect; nothing of two models."""
    if (one := effect.like_these) is not None:
        few = f"which {one.df + 1:.0f} models leave wide"
        yield f"; of models like these {_slope(one)}, {few}"


def _number(value: float) -> str:
    return f"{value:+.2f}"
