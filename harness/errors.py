"""How the harness says no, bad input and a question the data cannot answer; and how it says aloud what it does instead.

Knows nothing about pytest, models or statistics.
"""


class InputError(ValueError):
    """Bad input. The message says what came, what was wanted, and what to do."""


class Undecided(Exception):  # noqa: N818  a verdict, not an error
    """The data at hand cannot answer a claim. The message is the reason, and the verdict.

    Raised by statistics on data for which they are not defined (a constant column, too few
    rows) and by a panel asked for something its subject does not have. It is neither an
    assertion that failed nor a bug.
    """


class Notice(UserWarning):
    """Something was not as expected and was dealt with; the message says how."""
