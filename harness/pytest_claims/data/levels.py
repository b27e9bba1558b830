"""Levels: which item, prompt or model each row is about, as the places of their names.

Knows nothing about which dimension it is. A level that was drawn twice is two levels of one name.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pytest_claims.base.arrays import IntArray
from pytest_claims.base.frozen import ReadOnly, read_only, sealed


@dataclass(frozen=True, kw_only=True, eq=False)
class Levels:
    """``names`` of levels, and ``codes`` (N,): the place among them of each row's."""

    names: tuple[str, ...]
    codes: IntArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", read_only(self.codes))

    @classmethod
    def of(cls, labels: "tuple[str, ...] | list[str]") -> "Levels":
        """The levels of labels, one for each row, in the order in which they come first."""
        places: dict[str, int] = {}
        codes = [places.setdefault(label, len(places)) for label in labels]
        return cls(names=tuple(places), codes=sealed(np.array(codes, dtype=np.intp)))

    def take(self, places: IntArray) -> "Levels":
        """Those of the rows at these places."""
        return Levels(names=self.names, codes=sealed(self.codes[places]))

    def drawn(self, codes: IntArray, which: IntArray) -> "Levels":
        """A level for each draw of one, by its place in ``codes``; ``which`` is the draw that each row is of."""
        return Levels(names=tuple([self.names[code] for code in codes.tolist()]), codes=sealed(which))

    def split(self, places: IntArray, which: IntArray) -> "Levels":
        """Those of the rows at these places, apart for each draw of what they lie in: drawn twice they are two."""
        new, at = np.unique(which * len(self.names) + self.codes[places], return_inverse=True)
        return Levels(names=tuple([self.names[code] for code in (new % len(self.names)).tolist()]), codes=sealed(at))

    @cached_property
    def present(self) -> IntArray:
        """The codes of the levels that any row has, in their order."""
        return sealed(np.flatnonzero(np.bincount(self.codes, minlength=len(self.names))))

    @cached_property
    def apart(self) -> tuple[str, ...]:
        """The names, with a number behind one that was drawn before, so that no two are the same."""
        if len(set(self.names)) == len(self.names):
            return self.names
        seen: dict[str, int] = {}
        told = []
        for name in self.names:
            seen[name] = seen.get(name, 0) + 1
            told.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
        return tuple(told)

    @cached_property
    def labels(self) -> npt.NDArray[np.str_]:
        """The name of each row's level, shape (N,); of one that was drawn twice they differ."""
        return sealed(np.array(self.apart, dtype=np.str_)[self.codes])

    @cached_property
    def rows(self) -> tuple[IntArray, IntArray]:
        """The places of rows in the order of their levels, and where each level begins, with the end at last."""
        order = np.argsort(self.codes, kind="stable")
        counts = np.bincount(self.codes, minlength=len(self.names))
        return order, np.concatenate([[0], np.cumsum(counts)])

    def rows_of(self, codes: IntArray) -> tuple[IntArray, IntArray]:
        """The places of the rows of these levels, one level after the other, and which of ``codes`` each is of."""
        order, starts = self.rows
        counts = (starts[1:] - starts[:-1])[codes]
        which = np.repeat(np.arange(len(codes)), counts)
        within = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        return order[starts[codes][which] + within], which


def drawn_levels(
    levels: Mapping[str, Levels], unit: str, inner: Collection[str], codes: IntArray, places: IntArray, which: IntArray
) -> Mapping[str, Levels]:
    """The levels of rows at ``places`` where ``codes`` of a unit were drawn, ``which`` draw each row is of.

    ``inner`` are the units that lie in it: of a level that was drawn twice, theirs are two.
    """

    def drawn(name: str, one: Levels) -> Levels:
        if name == unit:
            return one.drawn(codes, which)
        return one.split(places, which) if name in inner else one.take(places)

    return ReadOnly({name: drawn(name, one) for name, one in levels.items()})
