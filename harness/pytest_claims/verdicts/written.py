"""Where a claim is written, and its code.

Knows nothing about pytest, or about what the code does.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Written:
    """The test of a claim.

    Attributes:
        claim: its id.
        file: its file, relative to where pytest ran from, with slashes; ``line`` its first line there, from 1.
        test: the name of the test in that file, behind that of its class, without what it is parametrised with.
        code: the text of the test, without what it is indented by; empty where nobody knows it.
        runs: the sha256 of what it says and calls, without layout and comments; empty where nobody knows it.
    """

    claim: str
    file: str
    line: int
    test: str
    code: str
    runs: str = ""
