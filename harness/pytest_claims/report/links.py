"""Names of claims and subjects in Markdown. Knows nothing about what is said of them."""

from collections.abc import Iterable

from pytest_claims.report.text import Markdown, inline


class Links:
    """How a page shows a name: as it is, for one that has no place of its own for each."""

    def link(self, name: str) -> Markdown:
        """The name of a claim or a subject."""
        return inline(name)

    def all(self, names: Iterable[str]) -> Markdown:
        """Several of them."""
        return Markdown(", ".join(map(self.link, names)))
