"""Options: as they are given, else as the ini file says, else their default; old names where nobody takes them."""

import argparse

import pytest

from pytest_claims.base.option import Option, add_to

PLUGIN = """
import pytest
from pytest_claims.base.option import Option, declare, value, values
OPTIONS = [
    Option(flag="--claims-tried-text", help="100% text", default="a", aliases=("--tried-text", "--tried")),
    Option(flag="--claims-tried-number", help="n", kind="number"),
    Option(flag="--claims-tried-count", help="n", kind="int", default=1),
    Option(flag="--claims-tried-flag", help="f", kind="flag"),
    Option(flag="--claims-tried-many", help="l", kind="list", aliases=("--many",)),
    Option(flag="--claims-tried-file", help="p", is_path=True, metavar="FILE"),
    Option(flag="--claims-tried-const", help="c", const=""),
]
def pytest_addoption(parser, pluginmanager):
    declare(parser, pluginmanager, OPTIONS, group="tried", title="options to try")
def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        print(vars(values(config, OPTIONS)), config.args)
"""
DEFAULTS = {
    "tried_text": "a",
    "tried_number": None,
    "tried_count": 1,
    "tried_flag": False,
    "tried_many": [],
    "tried_file": None,
    "tried_const": None,
}


@pytest.fixture
def tried(pytester, monkeypatch):
    """Runs pytest with these options, declared by a plugin; gives what they are."""
    pytester.makepyfile(tried_plugin=PLUGIN, test_it="def test_it(): pass")
    monkeypatch.setenv("PYTHONPATH", str(pytester.path), prepend=":")  # of a worker
    monkeypatch.syspath_prepend(pytester.path)

    def run(*arguments, ret=0, workers=False):
        runpytest = pytester.runpytest_subprocess if workers else pytester.runpytest_inprocess
        result = runpytest("-p", "tried_plugin", "-s", *arguments)
        assert result.ret == ret, result.stdout.str() + result.stderr.str()
        return result

    return run


def shown(**changed):
    return f"*{ {**DEFAULTS, **changed} } *".replace("[", "[[]")


def test_defaults(tried):
    tried().stdout.fnmatch_lines([shown()])


def test_given_on_the_command_line(tried):
    given = ["--claims-tried-text=b", "--claims-tried-number=2", "--claims-tried-count=3", "--claims-tried-flag"]
    given += ["--claims-tried-many=x", "--claims-tried-many=y", "--claims-tried-file=z", "--claims-tried-const"]
    numbers = {"tried_number": 2.0, "tried_count": 3}
    others = {"tried_flag": True, "tried_many": ["x", "y"], "tried_file": "z", "tried_const": ""}
    tried(*given).stdout.fnmatch_lines([shown(tried_text="b", **numbers, **others)])


def test_ini_where_it_is_not_given(tried, pytester):
    pytester.makeini(
        "[pytest]\nclaims_tried_text = b\nclaims_tried_number = 0.5\nclaims_tried_count = 3\n"
        "claims_tried_flag = true\nclaims_tried_many =\n    x y\n    z\nclaims_tried_file = data/z\n"
    )
    wanted = {"tried_number": 0.5, "tried_count": 3, "tried_flag": True, "tried_file": "data/z"}
    result = tried("--claims-tried-text=c", "--claims-tried-many=w")
    result.stdout.fnmatch_lines([shown(tried_text="c", tried_many=["w"], **wanted)])
    tried().stdout.fnmatch_lines([shown(tried_text="b", tried_many=["x y", "z"], **wanted)])


def test_path_in_an_ini_file_is_relative_to_that_file(tried, pytester, monkeypatch):
    pytester.makeini("[pytest]\nclaims_tried_file = data/z\n")
    pytester.mkdir("below")
    (pytester.path / "below" / "test_below.py").write_text("def test_it(): pass\n")
    monkeypatch.chdir(pytester.path / "below")
    tried().stdout.fnmatch_lines([shown(tried_file=str(pytester.path / "data" / "z"))])


@pytest.mark.parametrize("line", ["claims_tried_count = many", "claims_tried_number = x", "claims_tried_flag = maybe"])
def test_ini_value_of_another_kind_is_a_usage_error(tried, pytester, line):
    pytester.makeini(f"[pytest]\n{line}\n")
    tried(ret=pytest.ExitCode.USAGE_ERROR).stderr.fnmatch_lines(["ERROR: *"])


def test_help_tells_the_option_and_its_ini_key(tried):
    tried("--help").stdout.fnmatch_lines(
        ["options to try:", "*--claims-tried-text=*", "*100% text (ini: claims_tried_text)"]
    )


@pytest.mark.parametrize("words", [["--tried-text", "b"], ["--tried-text=b"], ["--tried=b"]])
def test_old_name_is_understood_and_told_once(tried, words):
    result = tried(*words, "test_it.py", "--many", "x", "--many=y")
    result.stdout.fnmatch_lines([shown(tried_text="b", tried_many=["x", "y"]) + "[[]'test_it.py'[]]"])
    result.stdout.fnmatch_lines([f"NOTICE: {words[0][:12].partition('=')[0]} is --claims-tried-text now, --many is *"])
    assert result.stdout.str().count("NOTICE") == 1


def test_old_name_in_addopts_and_with_workers(tried, pytester, monkeypatch):
    pytester.makeini("[pytest]\naddopts = --tried-text b\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--many x")
    result = tried("-n1", workers=True)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([shown(tried_text="b", tried_many=["x"]) + "*"])


@pytest.mark.parametrize("details", ["", ", action='store_true'", ", type=int"])
def test_old_name_that_a_conftest_takes_is_left_to_it(tried, pytester, details):
    """Declared by us, it would end the run."""
    pytester.makeconftest(f"def pytest_addoption(parser):\n    parser.addoption('--tried-text'{details})\n")
    words = ["--tried-text"] if "store" in details else ["--tried-text", "3"]
    result = tried(*words)
    result.stdout.fnmatch_lines([shown()])
    assert "NOTICE" not in result.stdout.str()


def test_what_follows_two_dashes_is_no_option(tried):
    tried("--", "--tried-text=b", ret=pytest.ExitCode.USAGE_ERROR)


def test_command_of_our_own_has_them_without_claims():
    options = [
        Option(flag="--claims-recipe", help="r", default="pocket"),
        Option(flag="--claims-model", help="m", kind="list"),
        Option(flag="--claims-seeds", help="s", kind="int", default=1),
        Option(flag="--claims-remeasure", help="f", kind="flag"),
    ]
    parser = argparse.ArgumentParser()
    add_to(parser, options)
    read = vars(parser.parse_args(["--model", "a", "--model", "b", "--seeds=3"]))
    assert read == {"recipe": "pocket", "model": ["a", "b"], "seeds": 3, "remeasure": False}
    assert vars(parser.parse_args([])) == {"recipe": "pocket", "model": [], "seeds": 1, "remeasure": False}
