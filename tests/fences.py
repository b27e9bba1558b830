"""The fenced blocks of a page of documentation, and what is to be done with each. Knows nothing about what they say.

```LANGUAGE title="PATH"   the block is a file, and is written there
```python, ```sh           it is run, as a script or with bash -e; with `fails` it has to end with another status than 0
```... no-run              it is parsed
```toml, json, yaml        they are parsed
```text, csv               it is shown
"""

import ast
import json
import re
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml

_FENCE = re.compile(
    r"^(?P<indent> *)(?P<ticks>`{3,})(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=indent)(?P=ticks) *$",
    re.MULTILINE | re.DOTALL,
)
_INFO = re.compile(r'(?P<language>\w+)(?: title="(?P<title>[^"]+)")?(?: (?P<word>no-run|fails))?')
_LANGUAGES = {"csv", "json", "python", "sh", "text", "toml", "yaml"}
_RUN = {"python", "sh"}


@dataclass(frozen=True, kw_only=True)
class Block:
    """A block of ``page``, which begins at ``line``; ``title`` is the path that it is a file of."""

    page: str
    line: int
    language: str
    title: str
    word: Literal["", "no-run", "fails"]
    text: str

    @property
    def runs(self) -> bool:
        return self.language in _RUN and not self.title and self.word != "no-run"

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(path: Path) -> list[Block]:
    """Every block of a page. Raises ValueError for one that does not say what is to be done with it."""
    text = path.read_text(encoding="utf-8")
    return [_block(path.name, fence, text.count("\n", 0, fence.start()) + 1) for fence in _FENCE.finditer(text)]


def _block(page: str, fence: re.Match[str], line: int) -> Block:
    info = _INFO.fullmatch(fence["info"].strip())
    if info is None or info["language"] not in _LANGUAGES:
        wanted = f'one of {", ".join(sorted(_LANGUAGES))}, then title="PATH", then no-run or fails'
        raise ValueError(f"{page}:{line}: ```{fence['info']}; wanted {wanted}")
    title, word = info["title"] or "", info["word"] or ""
    if (word and (title or info["language"] not in _RUN)) or Path(title).is_absolute() or ".." in Path(title).parts:
        raise ValueError(
            f"{page}:{line}: ```{fence['info']}; a file lies in the folder, and only python and sh are run"
        )
    body = re.sub(rf"^{fence['indent']}", "", fence["text"], flags=re.MULTILINE)
    return Block(page=page, line=line, language=info["language"], title=title, word=word, text=body)


def parse(block: Block) -> None:
    """Raise an error for a block that is not written in its language."""
    if block.language == "python":
        ast.parse(block.text, filename=block.place)
    elif block.language == "sh":
        told = subprocess.run(["bash", "-n"], input=block.text, capture_output=True, text=True, check=False)  # noqa: S607
        if told.returncode or told.stderr:
            raise SyntaxError(f"{block.place}: {told.stderr}")
    elif block.language in ("toml", "json", "yaml"):
        {"toml": tomllib.loads, "json": json.loads, "yaml": yaml.safe_load}[block.language](block.text)
