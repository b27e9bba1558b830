"""Whether a value is found, by where in the list of pairs its key stands.

The numbers of the source are those of its repository (nelson-liu/lost-in-the-middle, EXPERIMENTS.md: "approximately
around"), for 500 lists of 140 pairs. mpt-30b-instruct found 1.0 of the values at the first place, 0.936, 0.886 and
0.804 at places 34, 69 and 104, and 0.962 at the last; longchat-13b-16k 0.37, 0.382, 0.354, 0.656 and 0.886. There the
ends are 0.095 and 0.274 above the middle; claims are held against the model whose ends together are less far above it.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from pytest_claims import Original, Table, claim, mcnemar, paired_difference, swapped, undecided

Marks = npt.NDArray[np.float64]

SOURCE: Final = "Liu et al. 2023, arXiv:2307.03172, key-value retrieval"
MPT: Final = "mpt-30b-instruct@140-pairs"
WHICH: Final = "which end"
ANYWHERE: Final = swapped("position", within="list")  # it does not matter where in its list a key stands


@claim(
    "ends-above-middle",
    source=SOURCE,
    null=ANYWHERE,
    original=Original(subject=MPT, symbol="Δ", value=0.095, n=500),
)
def test_ends_above_middle(table: Table) -> None:
    """Values are found more often at the ends of a list, first and last together, than in its middle."""
    first, middle, last = (found(table, position) for position in ("first", "middle", "last"))
    refuse_alike(first, middle, last)
    estimate = paired_difference((first + last) / 2, middle)
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim(
    "first-above-middle",
    source=SOURCE,
    family=WHICH,
    null=ANYWHERE,
    original=Original(subject=MPT, symbol="Δ", value=0.114, n=500),
)
def test_first_above_middle(table: Table) -> None:
    """Values are found more often at the beginning of a list than in its middle."""
    first, middle = found(table, "first"), found(table, "middle")
    refuse_alike(first, middle)
    estimate = mcnemar(first, middle)
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim(
    "last-above-middle",
    source=SOURCE,
    family=WHICH,
    null=ANYWHERE,
    original=Original(subject=MPT, symbol="Δ", value=0.076, n=500),
)
def test_last_above_middle(table: Table) -> None:
    """Values are found more often at the end of a list than in its middle."""
    last, middle = found(table, "last"), found(table, "middle")
    refuse_alike(last, middle)
    estimate = mcnemar(last, middle)
    assert estimate.value > 0
    assert estimate.p < 0.05


@claim("first-above-chance", source="a caveat of ours", null=ANYWHERE)
def test_first_above_chance(table: Table) -> None:
    """The first value of a list is named more often when its key is asked for than when another's is.

    Chance is what the same model does when it is asked for something else. A model that names any value of the list
    would name the first in one of as many answers as there are pairs, and one that always names the first, in all:
    neither looked for the key, and for both the two rates are alike.
    """
    named = table.pairs("named_first", "position", within="list")
    others = np.mean([named[position] for position in table.names("position") if position != "first"], axis=0)
    estimate = paired_difference(named["first"], others)
    assert estimate.value > 0
    assert estimate.p < 0.05


def found(table: Table, position: str) -> Marks:
    """Whether the value was found at this position, list by list."""
    return table.pairs("found", "position", within="list")[position]


def refuse_alike(*several: Marks) -> None:
    """Where every value is found, or none, positions have no room to differ, and nothing is said of them."""
    if len(np.unique(several)) == 1:
        undecided(
            f"{'every value' if several[0].all() else 'no value'} is found at the positions that are compared",
            remedy="ask with more pairs in a list, or with fewer, or ask another model",
        )
