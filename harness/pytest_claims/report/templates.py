"""The templates of pages, and what they may call. Knows nothing about what a page says."""

from functools import cache

import jinja2

from pytest_claims.report.text import code, inline


@cache  # its templates are compiled once
def environment() -> jinja2.Environment:
    """The templates of this folder, and what they may call; whatever they print is escaped, unless it is Markdown."""
    templates = jinja2.Environment(  # noqa: S701  the page is Markdown, not HTML
        loader=jinja2.PackageLoader("pytest_claims", "report"),
        finalize=inline,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    templates.filters |= {"code": code}
    return templates
