"""A claim judged without pytest, as in a notebook: the same body, table and battery give the same verdict.

Knows nothing about sessions, or what is kept from one judgement to the next.
"""

from collections.abc import Callable

from pytest_claims.asking.claim import claim_of
from pytest_claims.asking.plain import plain
from pytest_claims.base.errors import InputError
from pytest_claims.data.table import Table
from pytest_claims.data.table_check import check_table
from pytest_claims.robustness.battery import checks_of
from pytest_claims.verdicts import judge as court
from pytest_claims.verdicts.verdict import Verdict


def judge(table: Table, claim: Callable[[Table], object], *, robustness: str = "quick") -> Verdict:
    """The verdict of a claim on a table, with leave-one-out and a battery of checks.

    Args:
        table: the data, such as ``read_finding(folder).table(frame)`` gives.
        claim: a function marked with :func:`pytest_claims.claim` whose one argument is the table.
        robustness: the battery, as for ``--claims-robustness``: quick, full, none, or names joined by commas.

    Raises:
        InputError: for a function that is no claim, an unknown check, a table that is none, and for all that cannot
            be judged: a body that never looks at its table, reaches no assert, or gives two answers.
    """
    marked = claim_of(claim)
    if marked is None:
        name = getattr(claim, "__name__", repr(claim))
        raise InputError(f"{name} is no claim; write @claim('its-id', source='...') directly above its def")
    check_table(table)
    return court.judge(marked, plain(claim), table, checks=checks_of(robustness))
