"""The site of the documentation: built without a warning, with nothing from elsewhere, and with all that is public."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from fences import blocks

import pytest_claims
from pytest_claims import hooks, views

COLOURS = {"BLUE", "FAILED", "FAINT", "GRID", "HELD", "INK", "OPEN", "PAPER"}  # of these a page has a table
LOADED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


def documented(root: Path) -> list[str]:
    return [
        name for page in (root / "docs/api").glob("*.md") for name in re.findall(r"^::: (\S+)$", page.read_text(), re.M)
    ]


def test_all_that_is_public_is_in_the_reference_once(root):
    own = {f"pytest_claims.hooks.{name}" for name in vars(hooks) if name.startswith("pytest_claims")}
    seen = {f"pytest_claims.views.{name}" for name in set(views.__all__) - COLOURS}
    public = {f"pytest_claims.{name}" for name in pytest_claims.__all__} | own | seen
    assert len(own) >= 2
    assert sorted(documented(root)) == sorted(public)


def test_every_colour_is_in_its_table(root):
    assert set(re.findall(r"`([A-Z]+)`", (root / "docs/api/hooks.md").read_text())) == COLOURS
    assert set(views.__all__) >= COLOURS


class Loads(HTMLParser):
    """What a browser fetches to show a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if (address := given.get(LOADED.get(tag, ""))) and given.get("rel") not in ("prev", "next", "canonical"):
            self.found.append(address)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    root, folder = Path(__file__).parents[1], tmp_path_factory.mktemp("site") / "site"
    built = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=root, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert built.returncode == 0, built.stderr
    assert not built.stderr
    return folder


@pytest.mark.slow
def test_the_site_is_built_strictly_and_loads_nothing_from_elsewhere(site):
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        parser = Loads()
        parser.feed(page.read_text(encoding="utf-8"))
        parser.close()
        for address in parser.found:
            assert not re.match(r"(https?:)?//", address), (page, address)
            if page.name != "404.html" and not address.startswith("data:"):
                assert (page.parent / re.split("[?#]", address)[0]).exists(), (page, address)


@pytest.mark.slow
def test_what_lies_outside_of_docs_is_in_the_site(site):
    assert 'href="repository/reports/calibration.html"' in (site / "index.html").read_text()
    assert (site / "repository/reports/example/index.html").is_file()
    assert "cosine-predicts-coupling" in (site / "repository/FINDINGS-marker_coupling.html").read_text()
    assert 'href="../finding.html"' in (site / "repository/CHANGELOG.html").read_text()
    assert "function" in (site / "assets/iframe-worker.js").read_text()
    assert "assets/iframe-worker.js" in (site / "index.html").read_text()


@pytest.mark.slow
def test_every_block_of_code_is_shown_as_one(site, root):
    for page in (root / "docs").rglob("*.md"):
        if page.parent.name != "api":  # of which most is made from docstrings
            shown = (site / page.relative_to(root / "docs").with_suffix(".html")).read_text(encoding="utf-8")
            assert shown.count("<pre>") == len(blocks(page)), page


def test_a_link_leads_to_where_its_file_lies_in_the_site(root):
    """On a page of docs/ and on one from outside of it; in code nothing is a link, and of a folder the words stay."""
    sys.path.insert(0, str(root / "website"))
    import links

    config = SimpleNamespace(docs_dir=str(root / "docs"))

    def led(text, own):
        page = SimpleNamespace(file=SimpleNamespace(src_uri=own))
        return links.on_page_markdown(text, page=page, config=config, files=None)

    assert led("[all](../FINDINGS.md#what)", "running.md") == "[all](repository/FINDINGS.md#what)"
    assert led("[all](../../FINDINGS.md)", "api/data.md") == "[all](../repository/FINDINGS.md)"
    assert led("[own](docs/finding.md)", "repository/CHANGELOG.md") == "[own](../finding.md)"
    assert led('![`a`](../x.png "b")', "running.md") == '![`a`](repository/x.png "b")'
    assert led("[![a](../x.png)](../y.md)", "running.md") == "[![a](repository/x.png)](repository/y.md)"
    assert led("see [`tests`](../tests) and", "running.md") == "see `tests` and"
    for same in (
        "`[a](../b.md)`",
        "```text\n[a](../b.md)\n```\n",
        "[a](https://example.org/b.md)",
        "[a](#b)",
        "[a](finding.md)",
    ):
        assert led(same, "running.md") == same
