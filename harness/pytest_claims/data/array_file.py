"""The files that hold labelled arrays, by their names. Knows nothing about what is in them.

It is asked where a run only collects: what reads them is imported elsewhere.
"""

from typing import Final

SUFFIXES: Final = (".nc", ".nc.gz")


def arrays_name(file: str) -> str:
    """What the arrays in a file go by, after the file's name; empty for a file of another kind."""
    name = file.replace("\\", "/").rpartition("/")[2]
    return next((name.removesuffix(suffix) for suffix in SUFFIXES if name.endswith(suffix)), "")
