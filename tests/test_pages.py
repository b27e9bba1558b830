"""The documentation: every block of code is run, or at least parsed, and what it names is there."""

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from fences import Block, blocks, parse
from said import commands, inline_commands, options, targets, variables

from pytest_claims.session.options import OPTIONS
from pytest_claims_lab.options import MODEL
from pytest_claims_lab.options import OPTIONS as LABORATORY

ROOT = Path(__file__).parents[1]
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS]  # test_readme.py runs the blocks of the first
QUICK = 1  # command; a page with more is asked by make check
PARTS = {"record.md": ["reports/example/claims.json"]}  # of this repository, that a page finds in its folder
PROGRAMS = {
    "pytest": "-m pytest",
    "pytest-claims": "-c 'import sys; from pytest_claims.command import main; sys.exit(main(sys.argv[1:]))'",
    "python": "",
    "python3": "",
}


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def running() -> list:
    """Pages with something to run; those that take long are marked."""
    found = []
    for page in PAGES[1:]:
        try:
            runs = [block for block in blocks(page) if block.runs]
        except ValueError:  # told by the test of what each block is
            continue
        if runs:
            many = sum(len(list(lines(block))) for block in runs) > QUICK
            found.append(pytest.param(page, id=name(page), marks=[pytest.mark.slow] if many else []))
    return found


def lines(block: Block) -> list[str]:
    return [one for one in block.text.splitlines() if re.match(r"pytest\b", one)] if block.language == "sh" else []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_says_what_it_is_and_can_be_parsed(page):
    for block in blocks(page):
        parse(block)


@pytest.mark.parametrize("page", running())
def test_page_is_run_in_a_folder_of_its_own(page, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    for part in PARTS.get(page.name, []):
        (folder / part).parent.mkdir(parents=True)
        shutil.copy(ROOT / part, folder / part)
    environment = surroundings(tmp_path)
    for block in blocks(page):
        if block.title:
            file = folder / block.title
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")
        elif block.runs:
            told = run(block, folder, environment)
            assert (told.returncode != 0) == (block.word == "fails"), f"{block.place}\n{told.stdout}\n{told.stderr}"


def surroundings(tmp_path: Path) -> dict[str, str]:
    """Our programs, and a home of their own: nothing of a run of this test, and no browser that opens."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for program, words in PROGRAMS.items():
        (programs / program).write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        (programs / program).chmod(0o755)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "CLAIMS_", "COV_"))}
    return kept | {"PATH": f"{programs}:/usr/bin:/bin", "HOME": str(tmp_path), "BROWSER": "true", "COLUMNS": "120"}


def run(block: Block, folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess:
    if block.language == "python":
        script = folder / f"block_{block.line}.py"
        script.write_text(block.text, encoding="utf-8")
        words = [sys.executable, script.name]
    else:
        words = ["bash", "-e", "-o", "pipefail", "-c", block.text]
    return subprocess.run(  # noqa: S603
        words, cwd=folder, env=environment, capture_output=True, text=True, timeout=180, check=False
    )


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_option_variable_and_target_is_there(page):
    text = page.read_text(encoding="utf-8")
    assert not options(text) - known_options()
    assert not {one for one in variables(text) if one not in CODE}
    makefile = (ROOT / "Makefile").read_text()
    assert not {one for one in targets(text) if not re.search(rf"^{one}:", makefile, re.MULTILINE)}


def known_options() -> set[str]:
    return {flag for option in (*OPTIONS, MODEL, *LABORATORY) for flag in (option.flag, *option.aliases)}


CODE = "".join(path.read_text() for place in ("harness", "fixtures") for path in (ROOT / place).rglob("*.py"))


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_option_of_a_command_is_there(page):
    shell = "\n".join(block.text for block in blocks(page) if block.language == "sh")
    told = [*commands(shell), *inline_commands(page.read_text(encoding="utf-8"))]
    for command, given in told:
        assert command.startswith("-") or set(given) <= options_of(command), (command, given)


def options_of(command: str) -> set[str]:
    """What the help of a command names; its name has to be one of ours."""
    (point,) = entry_points(group="pytest_claims.commands", name=command)
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), pytest.raises(SystemExit):
        point.load()(["--help"])
    return {"--help", *re.findall(r"--[a-z]+(?:-[a-z]+)*", shown.getvalue())}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_a_file(page):
    for target in re.findall(r"\]\(([^)#\s]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize(
    ("info", "said"),
    [("", "wanted one of"), ("bash", "wanted one of"), ("sh norun", "wanted one of"),
     ('csv title="/a"', "in the folder"), ('python title="../a.py"', "in the folder"),
     ("csv no-run", "only python and sh")],
)  # fmt: skip
def test_a_block_that_does_not_say_what_it_is_is_refused(tmp_path, info, said):
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n```{info}\nx\n```\n")
    with pytest.raises(ValueError, match=said) as told:
        blocks(page)
    assert "page.md:3" in str(told.value)


@pytest.mark.parametrize(
    ("language", "text"),
    [("python", "def"), ("sh", "if true"), ("toml", "a ="), ("json", "{"), ("yaml", "a: [")],
)
def test_a_block_with_an_error_is_noticed(tmp_path, language, text):
    page = tmp_path / "page.md"
    page.write_text(f"```{language}\n{text}\n```\n")
    (block,) = blocks(page)
    with pytest.raises(Exception, match=r".+"):
        parse(block)


def test_what_a_text_names_is_found():
    text = "pytest --claims-model=a  # pytest-claims new\nA=1 env/bin/pytest-claims new x --from f --in=g | tee log\n"
    assert options(text + "`--claims-seeds 3`") == {"--claims-model", "--claims-seeds"}
    assert list(commands(text)) == [("new", ["--from", "--in"])]
    assert list(commands("torchrun --nproc-per-node 8 \\\n  -m pytest_claims_lab --model m")) == [
        ("measure", ["--model"])
    ]
    assert list(inline_commands("so `pytest-claims report --figures png` and `pytest`")) == [("report", ["--figures"])]
    assert variables("CLAIMS_STORE=/x pytest") == {"CLAIMS_STORE"}
    assert targets("`make claims`\nmake test\nthey make it") == {"claims", "test"}
