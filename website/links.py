"""A hook of MkDocs: what pages link to outside of docs/ is copied into the site, and links follow it there.

Knows nothing about what the pages say. The same link works on GitHub, where ``../FINDINGS.md`` is a file of the
repository, and in the site, where it is ``repository/FINDINGS.md``. A folder has no page: of a link to one its words
stay.
"""

import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

_OUTSIDE: Final = "repository"
_FENCE: Final = re.compile(r"^( *)(`{3,}|~{3,}).*?^\1\2[ \t]*$", re.MULTILINE | re.DOTALL)
_LINK: Final = re.compile(
    r"(?P<code>(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))"
    r"|(?P<image>!?)\[(?P<words>(?:`[^`]*`|!\[[^\]]*\]\([^)]*\)|[^\[\]])*)\]\((?P<target>[^()\s]+)(?P<title>[^()]*)\)",
    re.DOTALL,
)


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """Add every file that a page, or the navigation, leads to; and those that these lead to."""
    root, docs = _places(config)
    waiting = [f"{docs}/{one.src_uri}" for one in files.documentation_pages()]
    waiting += [one.removeprefix(f"{_OUTSIDE}/") for one in _navigated(config.nav) if one.startswith(f"{_OUTSIDE}/")]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen or not (root / path).is_file():
            continue
        seen.add(path)
        if not path.startswith(f"{docs}/"):
            files.append(File.generated(config, _in_site(path, docs), abs_src_path=str(root / path)))
        if path.endswith(".md"):
            waiting += _targets((root / path).read_text(encoding="utf-8"), path)
    return files


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links lead to where their files lie in the site."""
    root, docs = _places(config)
    own = page.file.src_uri
    origin = own.removeprefix(f"{_OUTSIDE}/") if own.startswith(f"{_OUTSIDE}/") else f"{docs}/{own}"

    def led(link: re.Match[str]) -> str:
        path, anchor = _resolved(link["target"], origin)
        if path is None:
            return link[0]
        if (root / path).is_dir():
            return link["words"]
        words = _rewritten(link["words"], led)  # a picture may be what a link shows
        target = posixpath.relpath(_in_site(path, docs), posixpath.dirname(own) or ".")
        return f"{link['image']}[{words}]({target}{anchor}{link['title']})"

    return _rewritten(markdown, led)


def _places(config: MkDocsConfig) -> tuple[Path, str]:
    """The repository, and the name of the folder of pages in it."""
    docs = Path(config.docs_dir)
    return docs.parent, docs.name


def _navigated(nav: object) -> list[str]:
    """The files that the navigation names."""
    if isinstance(nav, str):
        return [nav]
    inner = nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ()
    return [path for one in inner for path in _navigated(one)]


def _in_site(path: str, docs: str) -> str:
    return path.removeprefix(f"{docs}/") if path.startswith(f"{docs}/") else f"{_OUTSIDE}/{path}"


def _targets(markdown: str, origin: str) -> list[str]:
    found: list[str] = []

    def note(link: re.Match[str]) -> str:
        path, _ = _resolved(link["target"], origin)
        found.extend([path] if path else [])
        _rewritten(link["words"], note)
        return link[0]

    _rewritten(markdown, note)
    return found


def _resolved(target: str, origin: str) -> tuple[str | None, str]:
    """The path in the repository that a link on ``origin`` leads to, and its anchor; None for an address."""
    path, sign, anchor = target.partition("#")
    if not path or "://" in path or path.startswith(("/", "mailto:")):
        return None, ""
    return posixpath.normpath(posixpath.join(posixpath.dirname(origin), path)), sign + anchor


def _rewritten(markdown: str, led: Callable[[re.Match[str]], str]) -> str:
    """``markdown`` with ``led`` of every link that stands in no code."""
    parts, end = [], 0
    for fence in _FENCE.finditer(markdown):
        parts += [_outside_of_code(markdown[end : fence.start()], led), fence[0]]
        end = fence.end()
    return "".join([*parts, _outside_of_code(markdown[end:], led)])


def _outside_of_code(text: str, led: Callable[[re.Match[str]], str]) -> str:
    return _LINK.sub(lambda link: link[0] if link["code"] else led(link), text)
