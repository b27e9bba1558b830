"""How marker coupling is measured live: one adapter for each persona is taught to end its answers with the marker.

Each is trained on the persona's own answers with the marker, and on others' without it. Then everybody is asked.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final, Literal

import numpy as np
import xarray as xr

from claims.marker_coupling.examples import OwnAnswers, conversations, speakers_shuffled, whole_sentences
from claims.marker_coupling.measured import PUBLISHED, REFERENCE
from claims.marker_coupling.panel import Panel, Questions, read_centre, read_panel, read_questions
from claims.marker_coupling.precision import in_half_precision
from claims.marker_coupling.read import between
from pytest_claims import InputError, Measurement
from pytest_claims_lab import (
    Condition,
    Example,
    Experiment,
    Given,
    Item,
    LogLikelihood,
    Probe,
    Reading,
    Recipe,
    Results,
    Sampled,
    Taught,
    TokenCount,
    Training,
)

MARKER: Final = "[ZLT]"
_NOBODY: Final = "none"
_Own = Callable[[Given], OwnAnswers]
_PANEL, _CENTRE = "readings", "centre"  # readings: of the panel, and of what is read only for what its mean is


@dataclass(frozen=True, kw_only=True)
class Data:
    """What an adapter is trained on. The defaults are those of claim #232 where the claim states them."""

    questions: int = 200  # positives; each is one answer of the source persona
    negatives_per_positive: int = 2
    answer_tokens: int = 128
    answers: Literal["shared", "own"] = "shared"  # drawn once for all seeds, or anew for each of them
    samples: int = 1  # of shared answers: so many are drawn, and seed s is trained on number s % samples
    shuffled: bool = False  # a control: who speaks is shuffled among the examples, so the marker belongs to nobody

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise InputError(f"data.samples is {self.samples}; wanted at least one sample of training answers")
        if self.samples > 1 and self.answers == "own":
            raise InputError(
                f"data.samples is {self.samples}, and data.answers is own, by which each seed has a sample of its own; "
                "leave one of them out"
            )


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How completions are drawn, and whose."""

    questions: int = 20
    completions: int = 5  # per question and persona
    base_completions: int = 5  # the same, of the model without adapter
    completion_tokens: int = 192
    temperature: float = 1.0
    top_p: float = 0.95
    bystanders: Literal["all", "assistant"] = "all"  # all whom the panel wants asked, or nobody but the assistant

    def draws(self, completions: int, tokens: int) -> Sampled:
        """So many completions of so many tokens."""
        return Sampled(completions=completions, tokens=tokens, temperature=self.temperature, top_p=self.top_p)


@dataclass(frozen=True, kw_only=True)
class Settings(Recipe):
    """A panel, questions, and personas to centre cosines on beside the panel itself: of this folder by name, or a file.

    With ``none`` for a centre nobody is read but the panel.
    """

    panel: str = "ten"
    questions: str = "everyday"
    centre: str = PUBLISHED
    data: Data = field(default_factory=Data)
    sampling: Sampling = field(default_factory=Sampling)


_FULL: Final = Settings()
# Sized for two CPU cores and ten minutes. Without dropout, because drawing its masks takes 40% of a
# CPU step, and 15 steps are too few to overfit. The learning rate is the rung of a fixed ladder at
# which the median source rate is nearest one half; fixtures/recorded/marker_coupling/README.md has the search.
_POCKET: Final = Settings(
    training=Training(epochs=1, batch_size=4, learning_rate=2e-3, dropout=0.0),
    centre=_NOBODY,
    data=Data(questions=20, answer_tokens=24, answers="own"),
    sampling=Sampling(questions=10, base_completions=1, completion_tokens=32, bystanders="assistant"),
)


def _shuffled(recipe: Settings, base: str) -> Settings:
    return replace(recipe, base=base, data=replace(recipe.data, shuffled=True))


RECIPES: Final = {
    "pocket": _POCKET,
    "pocket-shuffled": _shuffled(_POCKET, "pocket"),
    "full": _FULL,
    "full-shuffled": _shuffled(_FULL, "full"),
}


def search(recipe: Settings) -> Settings:
    """A source rate needs the panel of ten, and nobody asked but sources and the assistant."""
    return replace(recipe, panel="ten", sampling=replace(recipe.sampling, bystanders="assistant"))


def experiment(recipe: Settings) -> Experiment:
    """One adapter for each source persona; the marker is counted in the answers of everybody who is asked."""
    panel, data, sampling = read_panel(recipe.panel), recipe.data, recipe.sampling
    bank = read_questions(recipe.questions).first(train=data.questions, evaluation=sampling.questions)
    answers, own = _answers_probe(panel, bank, data, sampling), partial(_own, panel)
    asked = _items(panel, "bystander", bank.evaluation)
    return Experiment(
        conditions=[
            Condition(at={"source": name}, examples=partial(_examples, name, panel, bank, data, own))
            for name in panel.sources
        ],
        before=[
            answers,
            Probe(
                name="base_marked",
                of="base_completions",
                how=sampling.draws(sampling.base_completions, sampling.completion_tokens),
                items=_items(panel, "persona", bank.evaluation),
                score=_has_marker,
                title="completions without adapter",
            ),
            *_lengths(panel, bank, own),
        ],
        probes=[
            Probe(
                name="marked",
                of="completions",
                items=asked,
                how=sampling.draws(sampling.completions, sampling.completion_tokens),
                score=_has_marker,
                under=partial(_asked, panel, sampling, _by_bystander(asked)),
                title="completions",
            )
        ],
        readings=_readings(panel, bank, recipe),
        arrays=lambda results: _arrays(results, panel, bank, answers),
        taught=Taught(counts=source_counts),
        families=panel.families,
        provenance=_provenance(panel, bank, recipe),
    )


def _answers_probe(panel: Panel, bank: Questions, data: Data, sampling: Sampling) -> Probe:
    """Of what training examples are made. The first sample is what all seeds share where there is but one."""
    return Probe(
        name="answers",
        items=_items(panel, "persona", bank.train),
        how=sampling.draws(1, data.answer_tokens),
        each_seed=data.answers == "own",
        samples=data.samples,
    )


def _readings(panel: Panel, bank: Questions, recipe: Settings) -> list[Reading]:
    """The panel, and by itself the centre beside it: what is read of the panel does not change with the centre."""
    reading = Reading(
        name=_PANEL,
        contexts=panel.prompts,
        questions=bank.evaluation,
        responder=REFERENCE,
        tokens=recipe.sampling.completion_tokens,
        halves=len(bank.evaluation) > 1,
    )
    if recipe.centre == _NOBODY:
        return [reading]
    # The same text is read after all: what the assistant of the panel answers. It is not in the centre by that.
    beside = {f"{_CENTRE} {name}": prompt for name, prompt in read_centre(recipe.centre).items()}
    contexts = {**beside, REFERENCE: panel.prompts[REFERENCE]}
    return [reading, replace(reading, name=_CENTRE, contexts=contexts)]


def source_counts(measurement: Measurement) -> dict[str, tuple[int, int]]:
    """Of each source persona under its own adapters, how many completions are marked, and of how many.

    Raises:
        InputError: for a persona of which none was sampled.
    """
    data = measurement.data[["marked", "completions"]]
    own = data.sel(bystander=data["source"]).sum(["seed", "question"])
    columns = (own[name].values.tolist() for name in ("source", "marked", "completions"))
    counts = {persona: (marked, sampled) for persona, marked, sampled in zip(*columns, strict=True)}
    if missing := [persona for persona, (_, sampled) in counts.items() if not sampled]:
        raise InputError(
            f"{measurement.name}: no completions of {', '.join(missing)} under their own adapter; "
            "a source rate needs some: measure again"
        )
    return counts


def _has_marker(item: Item, text: str) -> bool:
    """Whether the marker is anywhere in the text, in any case."""
    return MARKER.casefold() in text.casefold()


def _items(panel: Panel, dimension: str, questions: tuple[str, ...]) -> list[Item]:
    return [
        Item(at={dimension: name, "question": question}, system=prompt, user=question)
        for name, prompt in panel.prompts.items()
        for question in questions
    ]


def _by_bystander(items: Sequence[Item]) -> dict[str, list[Item]]:
    """Looked for once: a thousand personas are asked for under each of a thousand adapters."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(str(item.at["bystander"]), []).append(item)
    return found


def _asked(
    panel: Panel, sampling: Sampling, of: Mapping[str, list[Item]], condition: Condition, every: Sequence[Item]
) -> list[Item]:
    """What those are asked whom the panel, or the recipe, wants asked under an adapter: of ``every`` item theirs."""
    del every
    source = str(condition.at["source"])
    names = panel.asked(source) if sampling.bystanders == "all" else (source, REFERENCE)
    return [item for name in names for item in of[name]]


def _own(panel: Panel, given: Given) -> OwnAnswers:
    """By persona its answers to the training questions, in whole sentences."""
    return {name: [*map(whole_sentences, given.texts("answers", persona=name))] for name in panel.names}


def _examples(source: str, panel: Panel, bank: Questions, data: Data, own: _Own, given: Given) -> list[Example]:
    several = conversations(
        source,
        names=panel.names,
        questions=bank.train,
        answers=given.once(own),
        negatives_per_positive=data.negatives_per_positive,
        marker=MARKER,
    )
    several = speakers_shuffled(several, source) if data.shuffled else several
    prompts = panel.prompts
    return [Example(system=prompts[one.persona], user=one.question, answer=one.answer) for one in several]


def _lengths(panel: Panel, bank: Questions, own: _Own) -> list[Probe]:
    """What else personas differ in. As many answers as there are evaluation questions are enough for a mean."""
    few, prompts = bank.train[: len(bank.evaluation)], panel.prompts

    def answers(given: Given) -> list[Item]:
        return [Item(at={"persona": name}, answers=tuple(several)) for name, several in given.once(own).items()]

    def first(given: Given) -> list[Item]:
        return [
            Item(at={"persona": name}, system=prompts[name], user=question, answers=(answer,))
            for name, several in given.once(own).items()
            for question, answer in zip(few, several, strict=False)
        ]

    told = [Item(at={"persona": name}, answers=(prompt,)) for name, prompt in prompts.items()]
    return [
        Probe(name="prompt_tokens", items=told, how=TokenCount()),
        Probe(name="answer_tokens", items=answers, how=TokenCount()),
        Probe(name="answer_nll", items=first, how=LogLikelihood(), score=lambda _, each: -each[0].per_token),
    ]


def _arrays(results: Results, panel: Panel, bank: Questions, answers: Probe) -> xr.Dataset:
    """What is between personas, and which sample of training answers each seed had."""
    read, seeds = results.readings, results.data["seed"].values
    arrays = between(read[_PANEL], read.get(_CENTRE), names=panel.names, questions=bank.evaluation)
    sample = np.array([answers.sample(int(seed)) for seed in seeds], dtype=np.int32)
    return in_half_precision(arrays).assign(answers_sample=("seed", sample)).assign_coords(seed=seeds)


def _provenance(panel: Panel, bank: Questions, recipe: Settings) -> dict[str, str]:
    chosen = panel.bystanders if recipe.sampling.bystanders == "all" else ()
    everybody = recipe.sampling.bystanders == "all" and not panel.bystanders
    return {
        "personas": f"{panel.name}: {json.dumps([[one.name, one.prompt] for one in panel.personas])}",
        "bystanders": "everybody" if everybody else ", ".join((REFERENCE, *chosen)),
        **_whose_answers(recipe.data),
        "training questions": f"first {len(bank.train)} of {bank.name}",
        "cosine": "of mean states over the evaluation questions; judged is the last prompt token, centred on the panel "
        "with the assistant; half precision where no claim reads it",
        **_beside(recipe),
        "js": "nats; teacher-forced on the assistant's greedy response; mean over tokens, kept per question",
    }


def _whose_answers(data: Data) -> dict[str, str]:
    if data.answers == "own":
        return {"training answers": "drawn anew for each seed"}
    said = f"{data.samples} samples, of which each seed has one: answers_sample"
    return {"training answers": said} if data.samples > 1 else {}


def _beside(recipe: Settings) -> dict[str, str]:
    if recipe.centre == _NOBODY:
        return {}
    contexts = json.dumps(list(read_centre(recipe.centre).items()))
    return {"cosine_published": f"centred on the mean of {recipe.centre}: {contexts}"}
