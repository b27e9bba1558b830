"""The reversal curse as an experiment: one adapter is taught facts in one order or in both, and asked in both.

After Berglund et al. (2023), arXiv:2309.12288, experiment 1. A fact is a plain sentence, all of which is learnt; what
is asked is the beginning of a sentence in words that were never taught, and the model goes on.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import xarray as xr

from claims.reversal_curse.facts import ORDERS, Fact, begins_with, read_facts, read_wordings
from pytest_claims import Measurement
from pytest_claims_lab import (
    Condition,
    Example,
    Experiment,
    Greedy,
    Item,
    Likelihood,
    LogLikelihood,
    Probe,
    Recipe,
    Results,
    Taught,
    Training,
)

BEGIN = "\n"  # what stands before every sentence: where nothing did, a tokenizer's own beginning would
ANSWER_TOKENS = 24  # the longest answer has 14 with SmolLM2's tokenizer


@dataclass(frozen=True, kw_only=True)
class Setting(Recipe):
    """How many facts of each group, wordings that are taught, and wordings that are asked, of each order."""

    facts: int = 30
    wordings: int = 20
    asked: int = 5
    searching: bool = False  # whether only sentences that were taught are asked


RECIPES = {
    "pocket": Setting(facts=6, wordings=4, asked=2, training=Training(epochs=5, batch_size=8)),
    "full": Setting(training=Training(epochs=10)),
}


def experiment(recipe: Setting) -> Experiment:
    """The model as it comes is asked the same before, as a control."""
    facts = read_facts(recipe.facts)
    recalled = Probe(
        name="recalled",
        of="recalled_of",
        title="sentences that were taught",
        items=list(questions(facts, recipe, "taught")),
        how=Greedy(tokens=ANSWER_TOKENS),
        score=is_right,
    )
    return Experiment(
        conditions=[Condition(examples=list(sentences(facts, recipe)))],
        before=() if recipe.searching else probes(facts, recipe, "base_"),
        probes=(recalled, *(() if recipe.searching else probes(facts, recipe))),
        arrays=None if recipe.searching else partial(rivals, each=recipe.facts - 1),
        taught=Taught(counts=learnt, share=0.9),
    )


def search(recipe: Setting) -> Setting:
    """The same training, of which only is asked what the rule looks at."""
    return replace(recipe, searching=True)


def sentences(facts: Sequence[Fact], recipe: Setting) -> Iterator[Example]:
    """What is taught: every fact in each of its orders and every wording."""
    for fact in facts:
        for order in fact.orders:
            for wording in read_wordings(order, "taught", recipe.wordings):
                yield Example(user=BEGIN, answer=fact.told(wording), plain=True)


def questions(facts: Sequence[Fact], recipe: Setting, kind: str) -> Iterator[Item]:
    """The beginnings of sentences: of those that were ``taught``, or of others that are ``asked`` in both orders.

    The right answer is the first of an item's answers; the others are those of all facts of the same group.
    """
    for fact in facts:
        for order in fact.orders if kind == "taught" else ORDERS:
            others = [one.answer(order) for one in facts if one.taught == fact.taught and one != fact]
            for wording in read_wordings(order, kind, recipe.asked):
                yield Item(
                    at={"taught": fact.taught, "fact": fact.name, "order": order},
                    user=BEGIN + fact.asked(wording, order),
                    answers=(fact.answer(order), *others),
                    plain=True,
                )


def probes(facts: Sequence[Fact], recipe: Setting, prefix: str = "") -> tuple[Probe, ...]:
    """What the model goes on with, and how many answers of other facts are less likely than the right one."""
    items = list(questions(facts, recipe, "asked"))
    title = "before training" if prefix else "after it"
    return (
        Probe(
            name=f"{prefix}right",
            of=f"{prefix}asked",
            title=f"answers {title}",
            items=items,
            how=Greedy(tokens=ANSWER_TOKENS),
            score=is_right,
        ),
        Probe(
            name=f"{prefix}beaten",
            of=f"{prefix}weighed",
            title=f"likelihoods {title}",
            items=items,
            how=LogLikelihood(),
            score=beaten,
        ),
    )


def is_right(item: Item, text: str) -> bool:
    """Whether the text begins with the right answer."""
    return begins_with(text, item.answers[0])


def beaten(item: Item, answers: Sequence[Likelihood]) -> int:
    """How many others are less likely than the right answer, which is the first."""
    return sum(one.nats < answers[0].nats for one in answers[1:])


def rivals(results: Results, *, each: int) -> xr.Dataset:
    """Of how many others: ``each`` time that answers were weighed, those of all other facts of the group."""
    data = results.data
    return xr.Dataset({f"{prefix}rivals": data[f"{prefix}weighed"] * each for prefix in ("", "base_")})


def learnt(measurement: Measurement) -> Mapping[str, tuple[int, int]]:
    """Of each fact, how many of the sentences that were taught the model finished as they were, and of how many."""
    told = measurement.data[["recalled", "recalled_of"]].sum(["seed", "taught", "order"])
    counts = zip(told["recalled"].values, told["recalled_of"].values, strict=True)
    return {str(name): (int(right), int(of)) for name, (right, of) in zip(told["fact"].values, counts, strict=True)}
