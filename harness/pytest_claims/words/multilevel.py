"""The sentences of one model of several subjects. Knows nothing about how it is fitted, or where they stand."""

from collections.abc import Iterator

from pytest_claims.data.design import Words
from pytest_claims.stats.multilevel import Effect, Slope
from pytest_claims.verdicts.multilevel import MultilevelModel
from pytest_claims.words.listed import joined
from pytest_claims.words.number import stated_p


def of_model(model: MultilevelModel | None, claim: str, words: Words) -> str:
    """What the model says of the predictor that a claim is about, or why there is none; empty without a model."""
    if model is None:
        return ""
    return " ".join([made_of(model, words), *_said(model, claim), *left_out(model)])


def briefly(model: MultilevelModel | None, claim: str, words: Words) -> str:
    """The same in a sentence, where the whole of the model stands elsewhere on the page."""
    if model is None or model.why_not:
        return of_model(model, claim, words)
    effect = model.about(claim)[-1]
    others = ""
    if effect.like_these:
        others = f", and by {slope(effect.like_these)}, on the mean of models like these"
    return (
        f"Together, in one binomial model of {_subjects(model)}: for one standard deviation of "
        f"{called(model, effect.predictor)}{beside(model, effect)}, log odds differ by {slope(effect.these)}, on the "
        f"mean of these models{others}."
    )


def made_of(model: MultilevelModel, words: Words) -> str:
    """Of what the model is made, or why there is none."""
    if model.why_not:
        return f"There is no one model of these subjects: {model.why_not}."
    levels = f"{model.levels} {words.several(model.unit)}, counted {model.repetitions} times"
    subjects = f"{_subjects(model)}: {joined(model.subjects)}"
    return f"One binomial model was made of {subjects}. They have {levels}, in {model.trials} {words.trials}."


def left_out(model: MultilevelModel) -> Iterator[str]:
    """Which subjects bring nothing to it, and why."""
    yield from (f"{subject} is left out: {why}." for subject, why in model.left_out.items())


def details(model: MultilevelModel, words: Words) -> Iterator[str]:
    """What the model rests on, and what its intervals allow for: for who wants to know more."""
    if model.why_not:
        return
    spreads = joined([f"{name} {spread:.2f}" for name, spread in model.spreads.items()])
    yield f"Standard deviations of log odds are between: {spreads}."
    for name, why in model.dropped.items():
        yield f"Not in the model is {name}: {why}."
    if model.clustered:
        several = words.several(model.clusters)
        yield f"{model.clustered} {several} were left out one by one; intervals have what they add in them."


def called(model: MultilevelModel, predictor: str) -> str:
    """What the finding calls a predictor, or else its name."""
    return model.called.get(predictor, predictor)


def beside(model: MultilevelModel, effect: Effect) -> str:
    """`` beside a and b``; empty where it is alone."""
    return f" beside {joined([called(model, name) for name in effect.beside])}" if effect.beside else ""


def slope(one: Slope) -> str:
    """``+0.16 [+0.07, +0.24], p < 0.001``."""
    return f"{one.value:+.2f} [{one.low:+.2f}, {one.high:+.2f}], {stated_p(one.p)}"


def few(models: int) -> str:
    """What an interval of models like these is worth."""
    return f"{models} models leave that wide"


def _said(model: MultilevelModel, claim: str) -> Iterator[str]:
    """A sentence for each effect of the predictor, and one for models like these."""
    effects = model.about(claim)
    for place, one in enumerate(effects):
        of = f"For one standard deviation of {called(model, one.predictor)}{beside(model, one)}, log odds differ by "
        last = place == len(effects) - 1
        yield f"{of}{slope(one.these)}, on the mean of these models{f' ({_by_model(model, one)})' if last else ''}."
    if effects and (others := effects[-1].like_these):
        yield f"On the mean of models like these they differ by {slope(others)}; {few(len(model.models))}."


def _subjects(model: MultilevelModel) -> str:
    return f"{len(model.subjects)} subjects of {len(model.models)} base models"


def _by_model(model: MultilevelModel, effect: Effect) -> str:
    return joined([f"{name} {value:+.2f}" for name, value in zip(model.models, effect.slopes, strict=True)])
