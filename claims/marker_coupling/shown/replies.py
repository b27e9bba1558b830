"""Completions as evidence: with and without the marker, of each persona under its own adapter, and of the others.

Knows nothing about claims. The rule, which looks at no text but for the marker: of the first seed, the first by
question, repetition and who was asked, in the order of the file.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from itertools import groupby
from operator import attrgetter
from typing import Final

from claims.marker_coupling.measured import sources
from claims.marker_coupling.shown.completions import Completion, completions_beside, completions_in
from pytest_claims import Measurement
from pytest_claims.views import Reply, Viewed, cut, first_of_each

_MARKER: Final = "[ZLT]"  # of the source, where a measurement does not say it
_MANY: Final = 20  # personas: from here on fewer completions of each are shown
_EACH, _FEWER = 5, 2  # for, and as many against


def replies(viewed: Viewed) -> Iterator[Reply]:
    """Of every persona that was taught the marker: its own answers, and those of others under its adapter."""
    measurement, folder = viewed.measurement, viewed.folder
    if folder is None or not isinstance(measurement, Measurement):
        return
    path = completions_beside(folder, measurement.name)
    if path is None:
        return
    marker, prompts = marker_of(measurement.provenance), prompts_of(measurement.provenance)
    each = _FEWER if len(sources(measurement)) > _MANY else _EACH
    with closing(completions_in(path)) as completions:
        for _, of_one in groupby(_first_seed(completions), attrgetter("source")):
            several = (_reply(one, marker, prompts) for one in _by_question(of_one))
            yield from first_of_each(several, each)


def marker_of(provenance: Mapping[str, str]) -> str:
    """The marker of the recipe."""
    recipe = json.loads(provenance.get("recipe") or "{}")
    return str(recipe.get("marker", _MARKER))


def prompts_of(provenance: Mapping[str, str]) -> dict[str, str]:
    """The system prompt of each persona; provenance has them after the name of the panel."""
    panel = provenance.get("personas", "").partition(": ")[2]
    return {str(name): str(prompt) for name, prompt in json.loads(panel or "[]")}


def _first_seed(completions: Iterable[Completion]) -> Iterator[Completion]:
    """All of the seed that comes first; the rest of the file is not read."""
    for _, of_one in groupby(completions, attrgetter("seed")):
        yield from of_one
        return


def _by_question(completions: Iterable[Completion]) -> list[Completion]:
    """In the order of question, completion and who was asked; who was asked comes first in the file."""
    several = list(completions)
    places = {question: place for place, question in enumerate(dict.fromkeys(one.question for one in several))}
    return sorted(several, key=lambda one: (places[one.question], one.completion))


def _reply(one: Completion, marker: str, prompts: Mapping[str, str]) -> Reply:
    place = one.text.casefold().find(marker.casefold())
    own = one.bystander == one.source
    said = f": {prompts[one.bystander]}" if one.bystander in prompts else ""
    return Reply(
        condition=f"{one.source} under its own adapter shows the marker" if own
        else f"others under the adapter of {one.source} show the marker",
        prompt=one.question,
        text=cut(one.text, about=place if place >= 0 else None),
        speaks="for" if place >= 0 else "against",
        asked=f"{one.bystander}{said}",
    )  # fmt: skip
