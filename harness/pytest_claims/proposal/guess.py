"""A guess: which role a column may have, why, and what else it could be. Knows nothing about how it is found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

Role = Literal["unit", "factor", "measured", "left out"]
# What an entry may say: a name, several names, the ends of a range, the numbers of texts, or that something is so.
Said = str | tuple[str, ...] | tuple[float, float] | Mapping[str, float] | bool
_NAMES: Final = ("within", "standard_error", "successes", "trials")


@dataclass(frozen=True, kw_only=True)
class Guess:
    """What one column may be.

    Attributes:
        role: of a declaration, or ``left out``.
        name: what the declaration calls it.
        column: what the file calls it; the same unless a declaration cannot say that.
        why: what of the column speaks for it.
        other: what else it could be.
        entry: what the declaration says of it, by key.
    """

    role: Role
    name: str
    column: str
    why: str
    other: str
    entry: Mapping[str, Said] = field(default_factory=dict)

    def saying(self, **more: Said) -> "Guess":
        """The same with more said of it."""
        return replace(self, entry={**self.entry, **more})

    def because(self, why: str) -> "Guess":
        """The same with one more reason."""
        return replace(self, why=f"{self.why}; {why}")


def of_role(guesses: Sequence[Guess], *roles: Role) -> tuple[Guess, ...]:
    """Those guesses that have one of these roles."""
    return tuple(guess for guess in guesses if guess.role in roles)


def left_out(guess: Guess, why: str) -> Guess:
    """The column is left out after all."""
    told = f"it was guessed to be {guess.role}: say so by hand"
    return Guess(role="left out", name=guess.name, column=guess.column, why=why, other=told)


def consistent(guesses: Sequence[Guess]) -> tuple[Guess, ...]:
    """The same guesses, without what they say of columns that are left out."""
    units = {guess.name for guess in of_role(guesses, "unit")}
    measured = {guess.name for guess in of_role(guesses, "measured")}
    return tuple(_pruned(guess, units if guess.role == "unit" else measured) for guess in guesses)


def _pruned(guess: Guess, known: set[str]) -> Guess:
    entry = dict(guess.entry)
    for key in _NAMES:
        named = entry.pop(key, ())
        stays = tuple(str(name) for name in ((named,) if isinstance(named, str) else _several(named)) if name in known)
        if stays:
            entry[key] = stays if key == "within" else stays[0]
    if ("successes" in entry) != ("trials" in entry):
        entry.pop("successes", None)
        entry.pop("trials", None)
    return replace(guess, entry=entry)


def _several(named: Said) -> tuple[object, ...]:
    return tuple(named) if isinstance(named, tuple) else ()
