"""A part of the page that is opened by itself: the HTML of a view, its data, and the specifications of its charts.

Knows nothing about what it is about. Parts say by a key what they were made from, so that one that would be the same is
taken from the last page.
"""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup

from pytest_claims.page.chart import Chart
from pytest_claims.page.embedded import columns_of, json_text

_PART: Final = re.compile(
    r'<!--part ([0-9a-f]{32})-->\n(<script [^>]*data-specs="([0-9a-f ]*)">[^<]*</script>)\n<!--end-->'
)
_SPEC: Final = re.compile(
    r'<script type="application/json" class="spec" id="spec-([0-9a-f]{12})">(.*?)</script>', re.DOTALL
)


@dataclass(frozen=True, kw_only=True)
class Part:
    """The text of a part, and the specifications that its charts are drawn by, by the hash of each."""

    text: Markup
    specs: Mapping[str, Markup]


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A chart in its part, where it is known by its place."""

    place: int
    title: str
    description: str


@dataclass(kw_only=True)
class Charts:
    """The charts of one part, as they are placed in it."""

    charts: list[dict[str, Any]] = field(default_factory=list)
    specs: dict[str, Markup] = field(default_factory=dict)

    def place(self, chart: Chart) -> Placed:
        """Take a chart in."""
        spec = json_text(chart.spec)
        name = hashlib.sha256(spec.encode()).hexdigest()[:12]
        self.specs[name] = spec
        data = {called: columns_of(rows) for called, rows in chart.data.items()}
        told = {"spec": name, "name": chart.name, "title": chart.title, "description": chart.description}
        self.charts.append({**told, "columns": dict(chart.columns), "data": data})
        return Placed(place=len(self.charts) - 1, title=chart.title, description=chart.description)


def part(key: str, name: str, html: str, charts: Charts, rows: Mapping[str, Any]) -> Part:
    """A part under its key: the HTML of the view ``name``, and its data, compressed: they repeat themselves a lot."""
    content = json_text({"html": html, "charts": charts.charts, "rows": dict(rows)})
    packed = base64.b64encode(gzip.compress(content.encode(), mtime=0)).decode()
    used = " ".join(sorted(charts.specs))
    script = Markup('<script type="text/plain" class="part" data-view="{}" data-specs="{}">{}</script>')
    return Part(text=_between(key, script.format(name, used, packed)), specs=charts.specs)


def _between(key: str, script: Markup) -> Markup:
    return Markup("<!--part {}-->\n{}\n<!--end-->").format(key, script)


def key_of(*about: Any) -> str:
    """The key of what is made from these, which are plain JSON."""
    return hashlib.sha256(json.dumps(about, sort_keys=True, default=str).encode()).hexdigest()[:32]


def parts_in(page: Path) -> dict[str, Part]:
    """The parts of a page by their keys; none of one that is not there, or cannot be read."""
    try:
        text = page.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    specs = {name: Markup(spec) for name, spec in _SPEC.findall(text)}  # noqa: S704
    found: dict[str, Part] = {}
    for key, script, used in _PART.findall(text):
        if all(name in specs for name in used.split()):
            whole = _between(key, Markup(script))  # noqa: S704
            found[key] = Part(text=whole, specs={name: specs[name] for name in used.split()})
    return found


def specs_of(parts: Sequence[Part]) -> dict[str, Markup]:
    """All specifications of some parts."""
    return dict(sorted((name, spec) for one in parts for name, spec in one.specs.items()))
