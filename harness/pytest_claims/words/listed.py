"""Names in a sentence. Knows nothing about what is named."""

from collections.abc import Sequence
from typing import Final

_MOST_NAMES: Final = 4


def listed(names: Sequence[str]) -> str:
    """``a, b and c`` for a sentence; of many names the first few, and how many more."""
    if len(names) > _MOST_NAMES:
        return f"{', '.join(names[:_MOST_NAMES])} and {len(names) - _MOST_NAMES} more"
    return joined(names)


def joined(names: Sequence[str], last: str = "and") -> str:
    """``a, b and c``, however many they are; ``last`` is the word before the last."""
    return f" {last} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
