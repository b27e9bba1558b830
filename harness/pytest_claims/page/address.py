"""Names in the addresses of views. Knows nothing about what has a name."""

from urllib.parse import quote


def address(name: str) -> str:
    """A name as ``encodeURIComponent`` of a browser gives it, so that both call a view the same."""
    return quote(name, safe="!~*'()", errors="replace")
