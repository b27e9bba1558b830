"""A Markdown table. Knows nothing about what stands in it."""

from collections.abc import Iterable, Mapping, Sequence

from pytest_claims.report.text import Markdown, in_cell


def table(lines: Iterable[Mapping[str, str]]) -> Markdown:
    """A Markdown table with the columns that are not empty in every line; empty without lines.

    What is not Markdown already is escaped.
    """
    rows = list(lines)
    heads = [head for head in (rows[0] if rows else ()) if any(row[head] for row in rows)]
    cells: list[Sequence[str]] = [
        heads,
        [Markdown("---")] * len(heads),
        *([row[head] for head in heads] for row in rows),
    ]
    return Markdown("\n".join("| " + " | ".join(map(in_cell, line)) + " |" for line in cells if heads))
