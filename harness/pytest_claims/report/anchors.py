"""Links to the headings of a page, by the anchors that GitHub gives them.

Knows nothing about what stands under a heading.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from pytest_claims.report.text import Markdown, inline

_KEPT: Final = ("L", "M", "Nd", "Pc")  # categories of Unicode; of other signs a hyphen stays, and a blank becomes one
# Names that may stand in brackets as they are: a link whose target the page defines at its end.
_PLAIN: Final = re.compile(r"[a-z0-9]([a-z0-9._@-]*[a-z0-9])?")


def anchor(heading: str) -> str:
    """The anchor of a heading."""
    return "".join(sign for sign in heading.lower().replace(" ", "-") if sign == "-" or _is_kept(sign))


def anchors(names: Iterable[str], *, others: Iterable[str] = ()) -> dict[str, str]:
    """The anchor of each name that is a heading of its own; none where it would not tell which of several is meant.

    Args:
        others: headings of the same page which are no such names.
    """
    named = list(names)
    counts = Counter(map(anchor, [*named, *others]))
    return {name: anchor(name) for name in named if anchor(name) and counts[anchor(name)] == 1}


def linked(name: str, targets: Mapping[str, str]) -> Markdown:
    """A link to the heading of that name; the name alone, where it has no anchor."""
    return Markdown(f"[{inline(name)}](#{targets[name]})") if name in targets else inline(name)


class Links:
    """Links to headings of a page that says at its end where they lead, so that a name in brackets is one."""

    def __init__(self, names: Iterable[str], *, others: Iterable[str] = ()) -> None:
        self._targets = anchors(names, others=others)

    def link(self, name: str) -> Markdown:
        """A link to the heading of that name; the name alone, where it has no anchor."""
        return (
            Markdown(f"[{name}]") if name in self._targets and _PLAIN.fullmatch(name) else linked(name, self._targets)
        )

    def all(self, names: Iterable[str]) -> Markdown:
        """Names as links."""
        return Markdown(", ".join(map(self.link, names)))

    @property
    def definitions(self) -> Markdown:
        """Where they lead, for the end of the page."""
        plain = ((name, target) for name, target in self._targets.items() if _PLAIN.fullmatch(name))
        return Markdown("".join(f"[{name}]: #{target}\n" for name, target in plain))


def _is_kept(sign: str) -> bool:
    return unicodedata.category(sign).startswith(_KEPT)
