"""Facts in the order in which they were taught, and in the reverse: the rows of a table for each.

Knows nothing about any claim.
"""

from typing import Final

from claims.reversal_curse.facts import DESCRIPTION_FIRST, NAME_FIRST
from pytest_claims import Table, undecided

_OTHER: Final = {NAME_FIRST: DESCRIPTION_FIRST, DESCRIPTION_FIRST: NAME_FIRST}
# Fixed before any model was measured: as often as what is 'about 0%' may be answered. Of 60 facts none of which is ever
# answered, the interval ends at 6%; of 30 at 11%.
ABOUT_NEVER: Final = 0.10


def as_taught(table: Table, taught: str) -> Table:
    """The facts that were taught in this order alone, asked in it."""
    return table.only(taught=taught, order=taught)


def in_reverse(table: Table, taught: str) -> Table:
    """The same facts, asked in the other order. Undecided where they are hardly answered as they were taught.

    What was not learnt is not answered in reverse, either, and says nothing about it.
    """
    learnt = as_taught(table, taught)
    share = learnt["right"].sum() / learnt["asked"].sum()
    if share <= ABOUT_NEVER:
        undecided(
            f"of facts taught {taught} {share:.0%} of the answers are right in that very order",
            remedy="train at a learning rate by the rule: pytest-claims learning-rate claims/reversal_curse",
        )
    return table.only(taught=taught, order=_OTHER[taught])
