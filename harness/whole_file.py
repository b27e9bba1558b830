"""A text file that is written whole or not at all.

Knows nothing about what is in it.
"""

from pathlib import Path


def write_whole(text: str, path: Path) -> None:
    """Write ``text`` to ``path``, making its folder; a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
