"""An extension of griffe: docstrings are written for a terminal, and read as Markdown here.

Knows nothing about what they say. ``:func:`dealt` `` becomes its name as code, and ``::`` before an example a colon.
"""

import re
from typing import Any, Final

import griffe

_ROLE: Final = re.compile(r":(?:func|meth|class|attr|mod):`~?([^`]+)`")
_EXAMPLE: Final = re.compile(r"::\s*$", re.MULTILINE)


class Docstrings(griffe.Extension):
    """Rewrites every docstring once."""

    def on_instance(self, *, obj: griffe.Object, **_: Any) -> None:
        """Of every module, class, function and attribute that is read."""
        if obj.docstring:
            obj.docstring.value = _EXAMPLE.sub(":", _ROLE.sub(r"`\1`", obj.docstring.value))
