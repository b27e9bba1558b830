"""The court knows no finding, and its folders are floors: each stands on those below it alone."""

import re
from graphlib import TopologicalSorter

import pytest
from imports import graph

# Folders of the court from the ground up; of a floor with several, one may stand on another.
FLOORS = (
    {"base"},
    {"stats", "reading"},
    {"data"},
    {"asking"},
    {"robustness"},
    {"words", "verdicts", "proposal"},
    {"report"},
    {"page"},
    {"session"},
    {""},  # the modules above all folders, which are what pytest and authors import
)
LEVELS = {folder: level for level, floor in enumerate(FLOORS) for folder in floor}
# Words of the finding of this repository. A title in a reference may have a "Personal" in it.
OF_A_FINDING = re.compile(r"persona(?!l\b)|bystander|cosine|source_?rate|\bzlt\b", re.IGNORECASE)
READABLE = {".py", ".jinja", ".json", ".toml", ".typed", ".md", ".txt"}


def folder(module: str) -> str:
    """The folder of the court in which a module lies; empty for one above all."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in LEVELS else ""


def folders(root) -> dict[str, set[str]]:
    """Which other folders of the court each imports."""
    found: dict[str, set[str]] = {}
    for module, targets in graph(root).items():
        if module.partition(".")[0] == "pytest_claims":
            own = {folder(target) for target in targets if target.partition(".")[0] == "pytest_claims"}
            found.setdefault(folder(module), set()).update(own - {folder(module)})
    return found


@pytest.mark.parametrize(
    "text",
    ["persona", "personas", "of Personas", "table.persona", "least_personas", "PersonaSet", "bystanders", "cosine",
     "max_cosine", "source_rate", "SourceRate", "[ZLT]", "[zlt] für"],
)  # fmt: skip
def test_words_of_the_finding_are_seen(text):
    assert OF_A_FINDING.search(text)


@pytest.mark.parametrize("text", ["Soc. Psychol. Personal. Sci.", "source of the rate", "cos(x)", "default"])
def test_other_words_are_none_of_the_finding(text):
    assert not OF_A_FINDING.search(text)


def test_the_court_has_no_word_of_the_finding(root):
    paths = [path for path in (root / "harness").rglob("*") if path.is_file() and path.suffix in READABLE]
    assert {path.suffix for path in paths} >= {".py", ".jinja", ".json"}
    said = [
        f"{path.relative_to(root)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate([path.name, *path.read_text(encoding="utf-8").split("\n")])
        if OF_A_FINDING.search(line)
    ]
    assert not said


def test_every_folder_of_the_court_has_its_floor(root):
    court = root / "harness" / "pytest_claims"
    assert {path.parent.relative_to(court).parts[:1] for path in court.rglob("*.py")} == {
        (folder,) if folder else () for folder in LEVELS
    }


def test_no_folder_stands_on_one_above_it(root):
    against = [
        f"{lower or 'the top'} imports {upper or 'the top'}"
        for lower, uppers in folders(root).items()
        for upper in uppers
        if LEVELS[upper] > LEVELS[lower]
    ]
    assert not against


def test_no_two_folders_stand_on_each_other(root):
    order = list(TopologicalSorter(folders(root)).static_order())
    assert order[0] == "base"
    assert set(order) == set(LEVELS)


def test_statistics_know_no_data(root):
    assert folders(root)["stats"] == {"base"}
    assert folders(root)["reading"] == {"base"}
    assert folders(root)["data"] == {"base", "reading", "stats"}
    assert folders(root)["base"] == set()
