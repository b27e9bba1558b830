"""What stands at the top of the repository: versions, in every place that names one, are the same."""

import re
import tomllib

import yaml

from pytest_claims.base.version import VERSION


def declared(root) -> dict[str, str]:
    """The lower bound of each package that the project wants."""
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["lab"]]
    bounds = dict(re.fullmatch(r"([\w-]+)>=([\d.]+)", one).groups() for one in wanted)
    return bounds | {"Python": project["requires-python"].removeprefix(">=")}


def test_citation_is_of_this_version_and_licence(root):
    told = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(told)
    assert told["version"] == VERSION
    assert told["license"] == tomllib.loads((root / "pyproject.toml").read_text())["project"]["license"]


def test_changelog_is_by_version_with_what_is_unreleased_on_top(root):
    headings = re.findall(r"^## (.+)$", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == "Unreleased"
    assert headings[1].split()[0] == VERSION


def test_supported_versions_are_those_that_are_declared(root):
    page = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (\w+) \| ([\d.]+) or later \|", page, re.MULTILINE))
    assert set(told) == {"Python", "pytest", "torch", "transformers"}
    assert told == {name: declared(root)[name] for name in told}
