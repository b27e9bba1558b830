"""Completions as they lie beside a measurement, read line by line, and no further than somebody asks.

Knows nothing about what is looked for in them. The laboratory writes them: JSON lines in the order of seed, adapter,
who was asked, question and repetition.
"""

import gzip
import json
import lzma
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_NAMES: Final = (
    "{name}.completions.jsonl.xz",
    "{name}.completions.jsonl.gz",
    "completions.jsonl.gz",
)  # last: the store


@dataclass(frozen=True, kw_only=True)
class Completion:
    """What the model answered, under the adapter of ``source``, when ``bystander`` was asked ``question``."""

    seed: int
    source: str
    bystander: str
    question: str
    completion: int = 0  # which of those to this question, where there are several
    text: str


def completions_beside(folder: Path, name: str) -> Path | None:
    """The file of the completions of a measurement, if it is there."""
    paths = (folder / one.format(name=name) for one in _NAMES)
    return next((path for path in paths if path.is_file()), None)


def completions_in(path: Path) -> Generator[Completion, None, None]:
    """Completions in the order of the file."""
    opened = lzma.open if path.suffix == ".xz" else gzip.open
    with opened(path, "rt", encoding="utf-8", newline="\n") as lines:  # other breaks are text
        for line in lines:
            yield Completion(**json.loads(line))
