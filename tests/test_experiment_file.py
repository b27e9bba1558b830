"""The file of an experiment: where it is looked for, what it defines, and when its code is another."""

import sys
from textwrap import dedent

import pytest

from pytest_claims.base.errors import InputError
from pytest_claims_lab.experiment_code import code_of
from pytest_claims_lab.experiment_file import experiments_in, read_experiment
from pytest_claims_lab.recipe import Recipe

EXPERIMENT = """
    from pytest_claims_lab import Experiment, Greedy, Item, Probe

    def experiment(recipe):
        items = [Item(at={"question": "why"}, user="Why?")]
        return Experiment(probes=[Probe(name="long", items=items, how=Greedy(tokens=3), score=length)])

    def length(item, text):
        return len(text)
"""
TAKEN = iter(range(10**6))


@pytest.fixture
def forgotten(tmp_path, monkeypatch):
    """What is imported of the test's own folder is forgotten afterwards."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield
    for name, module in list(sys.modules.items()):
        if str(tmp_path) in str(getattr(module, "__file__", "")):
            del sys.modules[name]


def finding(folder, experiment=EXPERIMENT, **beside):
    """A finding with an experiment; ``beside`` are files of code."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "finding.toml").write_text("")
    for name, text in {"experiment": experiment, **beside}.items():
        (folder / f"{name}.py").write_text(dedent(text))
    return folder


def package(root, experiment=EXPERIMENT, **beside):
    """The folder of a finding that is a package, in a package with a name that nothing else has."""
    outer = root / f"claims_{next(TAKEN)}"
    folder = finding(outer / "made_up", experiment.replace("CLAIMS", outer.name), **{"__init__": "", **beside})
    (outer / "__init__.py").write_text("")
    return folder


@pytest.fixture
def project(tmp_path):
    """Findings with and without experiments, at several depths."""
    finding(tmp_path / "claims" / "one")
    finding(tmp_path / "claims" / "more" / "two")
    (tmp_path / "claims" / "without").mkdir()
    (tmp_path / "claims" / "without" / "finding.toml").write_text("")
    (tmp_path / "claims" / "undeclared").mkdir()
    (tmp_path / "claims" / "undeclared" / "experiment.py").write_text("")
    for passed_over in (".hidden", "build", "node_modules", "__pycache__"):
        finding(tmp_path / passed_over / "three")
    (tmp_path / "claims" / "one" / "test_one.py").write_text("")
    (tmp_path / "claims" / "one" / "below").mkdir()
    (tmp_path / "claims" / "link").symlink_to(tmp_path / "claims" / "one")
    return tmp_path


@pytest.mark.parametrize(
    ("named", "found"),
    [
        (["."], ["claims/more/two", "claims/one"]),
        (["claims"], ["claims/more/two", "claims/one"]),
        (["claims/one"], ["claims/one"]),
        (["claims/one/test_one.py"], ["claims/one"]),
        (["claims/one/below"], ["claims/one"]),
        (["claims/more"], ["claims/more/two"]),
        (["claims/link"], ["claims/one"]),
        (["claims/without"], []),
        (["claims/undeclared"], []),
        (["claims/one", "claims"], ["claims/one", "claims/more/two"]),
        ([".hidden/three"], [".hidden/three"]),
        ([], []),
    ],
)
def test_experiments_are_found_in_and_around_what_is_named(project, named, found):
    folders = experiments_in([project / name for name in named], project)
    assert folders == [project / name for name in found]


def test_nothing_is_found_above_the_top(project):
    """Where somebody else's project may lie."""
    finding(project)
    assert experiments_in([project / "claims/one"], project) == [project / "claims/one", project]
    assert experiments_in([project / "claims/one"], project / "claims") == [project / "claims/one"]


def test_file_of_a_finding_outside_of_any_package(tmp_path):
    file = read_experiment(finding(tmp_path / "made_up"))
    assert file.finding == "made_up"
    assert (file.default, file.recipe("pocket")) == ("pocket", Recipe(name="pocket"))
    assert file.make(file.recipe("pocket")).probes[0].name == "long"
    assert file.search(file.recipe("pocket")) == file.recipe("pocket")
    assert file.ladders == tmp_path / "made_up" / "ladders"


def test_file_in_a_package_is_its_module(tmp_path, forgotten):
    """So that what is imported beside it is what claims import."""
    folder = package(tmp_path, "from CLAIMS.made_up.beside import experiment", beside=EXPERIMENT)
    file = read_experiment(folder)
    module = sys.modules[f"{folder.parent.name}.made_up.beside"]
    assert file.experiment is module.experiment
    assert read_experiment(folder).experiment is module.experiment


def test_recipes_have_their_names_and_the_first_is_taken(tmp_path):
    recipes = """
        from pytest_claims_lab import Recipe, Training
        RECIPES = {"small": Recipe(), "large": Recipe(name="odd", training=Training(epochs=9))}
        def experiment(recipe): ...
        def search(recipe): return RECIPES["small"]
    """
    file = read_experiment(finding(tmp_path / "made_up", recipes))
    assert (file.default, list(file.recipes)) == ("small", ["small", "large"])
    assert (file.recipe("large").name, file.recipe("large").training.epochs) == ("large", 9)
    assert file.search(file.recipe("large")).training.epochs == 3
    with pytest.raises(InputError, match=r"made_up: unknown recipe 'larg'; did you mean 'large'\?"):
        file.recipe("larg")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "1 / 0",
            "made_up/experiment.py cannot be run: ZeroDivisionError: division by zero .experiment.py, line 1.; corr",
        ),
        ("def experiment(:", "made_up/experiment.py cannot be run: SyntaxError: "),
        ("import none_such", "cannot be run: ModuleNotFoundError: No module named 'none_such' .*; correct it"),
        (
            "import none_such_facts",
            "No module named 'none_such_facts' .*; add an empty __init__.py to the folder, and import "
            "made_up.none_such_facts",
        ),
        ("x = 1", r"made_up/experiment.py defines no experiment\(recipe\); add it, and let it give an Experiment"),
        ("experiment = 3", r"made_up/experiment.py defines no experiment\(recipe\)"),
        ("RECIPES = {}\ndef experiment(recipe): ...", "made_up/experiment.py: RECIPES is {}; wanted a Recipe by each"),
        ("RECIPES = {'a': 3}\ndef experiment(recipe): ...", "RECIPES is {'a': 3}; wanted a Recipe by each name"),
        ("RECIPES = []\ndef experiment(recipe): ...", r"RECIPES is \[\]; wanted a Recipe by each name"),
        (
            "from pytest_claims.base.errors import InputError\nraise InputError('facts.toml: no facts; add some')",
            "^facts.toml: no facts; add some$",
        ),
    ],
)
def test_what_is_no_file_of_an_experiment(tmp_path, content, said):
    folder = finding(tmp_path / "made_up", content)
    (folder / "none_such_facts.py").write_text("")
    with pytest.raises(InputError, match=said):
        read_experiment(folder)


def test_folder_without_a_file(tmp_path):
    with pytest.raises(InputError, match=r"has no experiment\.py; write one, which defines experiment"):
        read_experiment(tmp_path)


def test_package_of_a_name_that_is_taken(tmp_path, forgotten):
    """What was imported first would be run instead."""
    first = package(tmp_path / "a")
    read_experiment(first)
    other = finding(tmp_path / "b" / first.parent.name / "made_up", __init__="")
    (other.parent / "__init__.py").write_text("")
    with pytest.raises(InputError, match=r"made_up.experiment is .*, and not .*; rename one of the two packages"):
        read_experiment(other)


def code(tmp_path, number, experiment=EXPERIMENT, **beside) -> str:
    return code_of(finding(tmp_path / str(number) / "made_up", experiment, **beside) / "experiment.py")


def test_code_is_another_where_it_says_something_else(tmp_path):
    """Comments, docstrings, layout, and where the folder lies say nothing."""
    usual = code(tmp_path, 0)
    assert code(tmp_path, 1) == usual
    assert code(tmp_path, 2, EXPERIMENT.replace("len(text)", "len(text)  # of characters")) == usual
    documented = EXPERIMENT.replace("return len(text)", '"""How long it is."""\n        return len( text )')
    assert code(tmp_path, 3, documented) == usual
    assert code(tmp_path, 4, EXPERIMENT.replace("len(text)", "len(text) + 1")) != usual
    assert code(tmp_path, 5, EXPERIMENT, other="x = 1") == usual


IMPORTS = {
    "from CLAIMS.made_up.beside import length": "beside",
    "from CLAIMS.made_up import beside": "beside",
    "import CLAIMS.made_up.beside": "beside",
    "from .beside import length": "beside",
    "from . import beside": "beside",
    "from .. import common": "../common",
    "from CLAIMS.common import length": "../common",
    "from CLAIMS.made_up.below.deep import length": "below/deep",
    "def later():\n    from .beside import length": "beside",
}


@pytest.mark.parametrize(("imported", "file"), IMPORTS.items())
def test_code_is_what_is_imported_of_the_package_too(tmp_path, imported, file):
    folder = package(tmp_path, imported)
    path = (folder / file).with_suffix(".py")
    path.parent.mkdir(exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text("length = len")
    before = code_of(folder / "experiment.py")
    path.write_text("length = len  # of characters")
    assert code_of(folder / "experiment.py") == before
    path.write_text("length = max")
    assert code_of(folder / "experiment.py") != before


def test_code_is_what_an_imported_file_imports(tmp_path):
    folder = package(tmp_path, "from .beside import x", beside="from .further import x", further="x = 1")
    before = code_of(folder / "experiment.py")
    (folder / "further.py").write_text("x = 2")
    assert code_of(folder / "experiment.py") != before


def test_imports_in_a_circle_come_to_an_end(tmp_path):
    folder = package(tmp_path, "from . import beside", beside="from . import experiment")
    assert code_of(folder / "experiment.py")


def test_code_hangs_on_nothing_else_that_is_loaded(tmp_path, forgotten):
    """Under pytest the claims of the folder are loaded, too; a command loads the experiment alone."""
    folder = package(tmp_path, EXPERIMENT, conftest="x = 1", table="y = 2")
    before = read_experiment(folder).code
    __import__(f"{folder.parent.name}.made_up.conftest")
    __import__(f"{folder.parent.name}.made_up.table")
    assert read_experiment(folder).code == before
