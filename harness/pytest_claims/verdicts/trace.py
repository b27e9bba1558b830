"""What else differs where a verdict does: data, what they came of, the claim's code, and what judged it.

Knows nothing about how that is told. Entries of provenance have names of their own, but for those that are agreed on:
``model sha256``, ``recipe sha256``, ``code sha256``, ``libraries`` and ``machine`` (docs/regression.md).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pytest_claims.verdicts.known import HASHED, KnownSubject, kept_text
from pytest_claims.verdicts.record import SubjectRecord

Kind = Literal["data", "weights", "recipe", "measuring code", "libraries", "machine", "provenance", "declaration",
               "claim", "version"]  # fmt: skip
_AGREED: Final[Mapping[str, Kind]] = {
    "model sha256": "weights",
    "model": "weights",
    "recipe sha256": "recipe",
    "recipe": "recipe",
    "code sha256": "measuring code",
    "libraries": "libraries",
    "machine": "machine",
}
_ALWAYS_OTHERS: Final = ("date", "key", "repeat", "seconds", "training loss")  # of two measurements, whatever made them


@dataclass(frozen=True, kw_only=True)
class Thing:
    """One thing that differs: its kind, what it is called where there are several of that kind, and both values.

    Values are empty where one of them is too long to be on record.
    """

    kind: Kind
    name: str = ""
    was: str = ""
    now: str = ""


@dataclass(frozen=True, kw_only=True)
class Trace:
    """All that is known to differ; ``known`` says whether the record keeps what it takes to tell.

    ``claims`` are those whose code differs.
    """

    things: tuple[Thing, ...] = ()
    claims: tuple[str, ...] = ()
    known: bool = True

    @property
    def causes(self) -> tuple[Thing, ...]:
        """Things that nothing else explains: data follow from what they were measured with."""
        measured = any(one.kind not in ("data", "declaration", "claim", "version") for one in self.things)
        return tuple(one for one in self.things if not (one.kind == "data" and measured))


def trace(
    was: KnownSubject | None, now: SubjectRecord, *, claims: tuple[str, ...] = (), versions: Mapping[str, str]
) -> Trace:
    """What differs of a subject, and of the claims whose code does."""
    own = (Thing(kind="claim"),) if claims else ()
    if was is None:
        return Trace(things=own, claims=claims, known=False)
    return Trace(things=(*_things(was, now, versions), *own), claims=claims)


def _things(was: KnownSubject, now: SubjectRecord, versions: Mapping[str, str]) -> Iterator[Thing]:
    if was.sha256 != now.sha256:
        yield Thing(kind="data", was=was.sha256, now=now.sha256)
    yield from _provenance(was.provenance, now.provenance)
    if was.declared != now.declared:
        yield Thing(kind="declaration")
    for name in dict.fromkeys([*was.versions, *versions]):
        if was.versions.get(name) != versions.get(name):
            yield Thing(kind="version", name=name, was=was.versions.get(name, "none"), now=versions.get(name, "none"))


def _provenance(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Thing]:
    told = set[Kind]()
    for name in dict.fromkeys([*was, *now]):
        before, after = was.get(name, "none"), kept_text(now[name]) if name in now else "none"
        kind = _AGREED.get(name, "provenance")
        if before == after or name in _ALWAYS_OTHERS or (kind != "provenance" and kind in told):
            continue
        told.add(kind)
        told_both = not (before.startswith(HASHED) or after.startswith(HASHED))
        yield Thing(kind=kind, name=name, was=before if told_both else "", now=after if told_both else "")
