"""The options, commands, variables and targets that a text names. Knows nothing about which of them there are."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_OPTION = re.compile(r"--claims-[a-z]+(?:-[a-z]+)*")
_VARIABLE = re.compile(r"\bCLAIMS_[A-Z]+(?:_[A-Z]+)*\b")
_TARGET = re.compile(r"(?:`|^)make ([a-z]+)", re.MULTILINE)
_LABORATORY = "pytest_claims_lab"


def options(text: str) -> set[str]:
    return set(_OPTION.findall(text))


def variables(text: str) -> set[str]:
    return set(_VARIABLE.findall(text))


def targets(text: str) -> set[str]:
    return set(_TARGET.findall(text))


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """Each command of ours in a shell's text, and the options that it is given: ``("new", ["--from"])``."""
    for line in text.replace("\\\n", " ").splitlines():
        words = _words(line)
        for place, word in enumerate(words):
            if Path(word).name == "pytest-claims" and place + 1 < len(words):
                yield words[place + 1], _given(words[place + 2 :])
            elif word == _LABORATORY and words[place - 1] == "-m":  # the module, for a launcher
                yield "measure", _given(words[place + 1 :])


def inline_commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """The same, of code within a line of Markdown."""
    for code in _CODE.findall(text):
        if code.startswith("pytest-claims "):
            yield from commands(code)


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>()")
    lexer.whitespace_split, lexer.commenters = True, "#"
    try:
        return list(lexer)
    except ValueError:  # a quotation over several lines: bash has parsed it
        return line.split()


def _given(words: list[str]) -> list[str]:
    end = next((place for place, word in enumerate(words) if set(word) <= set("|&;<>()")), len(words))
    return [word.partition("=")[0] for word in words[:end] if word.startswith("--") and word != "--"]
