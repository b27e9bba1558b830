"""Values as cells: the text of a number, a truth or nothing. Knows nothing about where they come from."""

import math
from typing import Any, Final

_MISSING: Final = ("NAType", "NaTType")  # what a data frame has where nothing is


def cell_of(value: Any) -> str:
    """What stands in a cell: of a number its digits, nothing of one that is missing."""
    if isinstance(value, str):
        return str(value)  # of numpy's text the plain one, which is written in the same way by all its versions
    if value is None or (isinstance(value, float) and math.isnan(value)) or type(value).__name__ in _MISSING:
        return ""
    if hasattr(value, "item"):
        return cell_of(value.item())
    return repr(value) if isinstance(value, float) and not value.is_integer() else str(_whole(value))


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and math.isfinite(value) else value
