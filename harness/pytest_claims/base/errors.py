"""How the harness says no, bad input and a question the data cannot answer; and how it says aloud what it does instead.

Knows nothing about pytest, models or statistics.
"""

from typing import Final

from pytest_claims.base.visible import visible

_MOST: Final = 1000  # characters of a message: what came may be of any length


class InputError(ValueError):
    """Bad input. The message says what came, what was wanted, and what to do; it is one line, whatever came."""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


def one_line(text: str) -> str:
    """``text`` in one line that a terminal shows and nothing more: control characters in words, the middle left out."""
    line = " ".join(text.split())
    line = line if len(line) <= _MOST else f"{line[: _MOST // 2]} ... {line[-_MOST // 2 :]}"
    return visible(line)


class Undecided(Exception):  # noqa: N818  a verdict, not an error
    """The data at hand cannot answer a claim: why, and what would let them.

    Raised by statistics on data for which they are not defined (a constant column, too few
    rows) and by a table asked for something its subject does not have. It is neither an
    assertion that failed nor a bug.

    Args:
        reason: why, in words that do not name the subject; one reason serves all subjects.
        have: what there is instead, such as the columns of this subject.
        remedy: what would decide it.
        missing: the name that was asked for and is not there, if it was one.
        what: what kind of name that is, such as ``column``.
    """

    def __init__(self, reason: str, *, have: str = "", remedy: str = "", missing: str = "", what: str = "") -> None:
        super().__init__(reason)
        self.reason, self.have, self.remedy, self.missing, self.what = reason, have, remedy, missing, what

    def __str__(self) -> str:
        have, remedy = f": have {self.have}" if self.have else "", f"; {self.remedy}" if self.remedy else ""
        return f"{self.reason}{have}{remedy}"


class Notice(UserWarning):
    """Something was not as expected and was dealt with; the message says how."""
