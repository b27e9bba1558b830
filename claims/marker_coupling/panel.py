"""Panels of personas, centres, and banks of questions: TOML files, of the finding's own or of a user's.

Knows nothing about models.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os.path import lexists
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field

from claims.marker_coupling.measured import MINIMUM_PERSONAS, REFERENCE
from pytest_claims import Content, InputError, Many, Name, read_toml, refuse_unknown

_DATA: Final = Path(__file__).parent / "data"


class Persona(Content):
    """A name, the system prompt that makes a model speak as that persona, and a family of personas alike.

    Of a centre the prompt may be empty: then there is no system prompt.
    """

    name: Name
    prompt: str
    family: str = ""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """The personas under study: the assistant, which is the reference, and the sources.

    ``bystanders`` are those that are asked under every adapter, besides its source and the assistant;
    if there are none, everybody is.

    Raises:
        InputError: for duplicate names, a missing assistant, an empty prompt, fewer than 4 sources, or
            bystanders that are not sources.
    """

    name: str
    personas: tuple[Persona, ...]
    bystanders: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        where = f"panel {self.name!r}"
        _refuse_repeated(self.names, f"{where}: persona", "rename one")
        if REFERENCE not in self.names:
            raise InputError(f"{where}: no persona {REFERENCE!r}: have {', '.join(self.names)}; add it")
        for persona in self.personas:
            if not persona.prompt.strip():
                raise InputError(f"{where}: the prompt of {persona.name!r} is empty; write one")
        if len(self.sources) < MINIMUM_PERSONAS:
            raise InputError(
                f"{where}: {len(self.sources)} personas besides the assistant; "
                f"at least {MINIMUM_PERSONAS} are needed to judge a correlation; add some"
            )
        if REFERENCE in self.bystanders:
            raise InputError(f"{where}: bystander {REFERENCE!r} is always asked; leave it out")
        _refuse_repeated(self.bystanders, f"{where}: bystander", "name it once")
        refuse_unknown(self.bystanders, self.sources, what="bystander", where=where)

    @property
    def names(self) -> tuple[str, ...]:
        """Every persona, the assistant among them, in the order of the file."""
        return tuple(persona.name for persona in self.personas)

    @property
    def sources(self) -> tuple[str, ...]:
        """Every persona but the assistant."""
        return tuple(name for name in self.names if name != REFERENCE)

    @property
    def families(self) -> dict[str, str]:
        """The family of each persona that has one."""
        return {persona.name: persona.family for persona in self.personas if persona.family}

    @property
    def prompts(self) -> dict[str, str]:
        """The system prompt of each persona."""
        return {persona.name: persona.prompt for persona in self.personas}

    def asked(self, source: str) -> tuple[str, ...]:
        """Who is asked under ``source``'s adapter, in the order of the file."""
        some = {source, REFERENCE, *self.bystanders}
        return tuple(name for name in self.names if name in some or not self.bystanders)


@dataclass(frozen=True, kw_only=True)
class Questions:
    """Training and evaluation questions, which never overlap.

    Raises:
        InputError: for an empty bank, a repeated question, or one that is in both banks.
    """

    name: str
    train: tuple[str, ...]
    evaluation: tuple[str, ...]

    def __post_init__(self) -> None:
        for label, bank in (("train", self.train), ("evaluation", self.evaluation)):
            if not bank:
                raise InputError(f"questions {self.name!r}: {label} is empty; add questions")
        seen: set[str] = set()
        for question in (*self.train, *self.evaluation):
            key = question.strip().casefold()
            if key in seen:
                raise InputError(f"questions {self.name!r}: {question!r} appears twice; the banks must not overlap")
            seen.add(key)

    def first(self, *, train: int, evaluation: int) -> "Questions":
        """The first questions of each bank: a small recipe asks a prefix of what a large one asks."""
        banks = (("training", train, len(self.train)), ("evaluation", evaluation, len(self.evaluation)))
        for label, wanted, have in banks:
            if wanted > have:
                raise InputError(f"questions {self.name!r}: {have} {label} questions, the recipe needs {wanted}")
        return Questions(name=self.name, train=self.train[:train], evaluation=self.evaluation[:evaluation])


class _PanelFile(Content):
    name: Name | None = None
    reference: Literal["assistant"] = REFERENCE  # for who reads the file: there is no other
    bystanders: Annotated[Many[str], Field(min_length=1)] | None = None
    personas: Many[Persona]


class _CentreFile(Content):
    name: Name | None = None
    personas: Annotated[Many[Persona], Field(min_length=1)]


class _QuestionsFile(Content):
    name: Name | None = None
    train: Many[str]
    evaluation: Many[str]


def read_panel(name_or_path: str) -> Panel:
    """The panel of that name among the finding's data (``ten``), or of a TOML file.

    The file has ``name`` and one ``[[personas]]`` table with ``name``, ``prompt`` and, if it is one
    of several alike, ``family`` for each persona. ``bystanders``, a list of names, is for a panel that
    is too large to ask everybody under every adapter.
    """
    path = _file(name_or_path, "panel")
    content = read_toml(_PanelFile, path)
    with _naming(path):
        return Panel(name=content.name or path.stem, personas=content.personas, bystanders=content.bystanders or ())


def read_centre(name_or_path: str) -> dict[str, str]:
    """By name the system prompts on whose mean state cosines are centred: of that name (``published``), or of a file.

    The file has one ``[[personas]]`` table with ``name`` and ``prompt`` for each; an empty prompt is none at all.
    """
    path = _file(name_or_path, "centre")
    personas = read_toml(_CentreFile, path).personas
    _refuse_repeated([one.name for one in personas], f"{path.name}: persona", "rename one")
    return {one.name: one.prompt for one in personas}


def read_questions(name_or_path: str) -> Questions:
    """The question bank of that name among the finding's data, or of a TOML file.

    The file has ``name``, ``train`` and ``evaluation``, the last two being lists of strings.
    """
    path = _file(name_or_path, "questions file")
    content = read_toml(_QuestionsFile, path)
    with _naming(path):
        return Questions(name=content.name or path.stem, train=content.train, evaluation=content.evaluation)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """What is wrong with what a file says is told with its name."""
    try:
        yield
    except InputError as error:
        raise InputError(f"{path.name}: {error}") from error


def _file(name_or_path: str, kind: str) -> Path:
    own = _DATA / f"{name_or_path}.toml"
    path = own if lexists(own) else Path(name_or_path)
    if not lexists(path):  # be it a file or not; also of what can be no name
        raise InputError(f"no {kind} {name_or_path!r}; give the path of a .toml file, or leave the setting out")
    return path


def _refuse_repeated(names: Sequence[str], what: str, remedy: str) -> None:
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise InputError(f"{what} {', '.join(repeated)} appears more than once; {remedy}")
