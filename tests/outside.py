"""The wheel outside of this repository: installed into an empty environment, beside a user's own packages.

``make outside``: builds the wheel, installs nothing but it, and judges one claim on one table with the oldest pytest
that is supported and the newest, alone and with other plugins. Takes some minutes and needs the package index.
"""

import os
import re
import subprocess
import sys
import tempfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
OLDEST, NEWEST = "pytest==8.2.*", "pytest"
PACKAGES = {"pytest_claims", "pytest_claims_lab"}
LARGEST = 2_000_000  # bytes of the wheel
DATA = "table"
CLAIM = f'''
import pytest
from fixtures import LIMIT  # the user's own
from harness import rate
from pytest_claims import claim, pearson


@claim("cosine-matters", source="nowhere")
def test_cosine({DATA}):
    """Cosine correlates with source rate."""
    assert pearson({DATA}["cosine"], rate({DATA})).p < LIMIT


@claim("cosine-is-negative", source="nowhere")
@pytest.mark.parametrize("most", [0, -0.5])
def test_sign({DATA}, most):
    """It does so negatively."""
    assert pearson({DATA}["cosine"], rate({DATA})).r < most


def test_plain():
    pass
'''
OWN = {"fixtures": "LIMIT = 0.05\n", "harness": "def rate(data):\n    return data['source_rate']\n"}
TABLE = "persona,cosine,source_rate\na,0.1,0.10\nb,0.2,0.22\nc,0.3,0.29\nd,0.4,0.41\ne,0.5,0.50\nf,0.6,0.62\n"
TAKEN = ("--subject",)  # old names that a user's own conftest takes


@dataclass(frozen=True, kw_only=True)
class Case:
    """A plugin beside ours, how it is called, and what comes out: passed, xfailed."""

    plugin: str
    options: tuple[str, ...] = ()
    passed: int = 2
    xfailed: int = 2


CASES = (
    Case(plugin=""),
    Case(plugin="pytest-xdist", options=("-n2",)),
    Case(plugin="pytest-randomly", options=("-p", "randomly", "-p", "no:cacheprovider")),
    Case(plugin="pytest-rerunfailures", options=("--reruns=1",)),
    Case(plugin="pytest-repeat", options=("--count=2",), passed=4, xfailed=4),
    Case(plugin="pytest-timeout", options=("--timeout=120",)),
    Case(plugin="pytest-cov", options=("--cov=harness",)),
)


def main() -> None:
    """Try all of it in a folder of its own; ends with status 1 at the first that is not as it should be."""
    with tempfile.TemporaryDirectory(prefix="outside-") as place:
        folder = Path(place)
        wheel = _build(folder)
        python = _environment(folder)
        _run(python, "-m", "pip", "install", "--quiet", wheel, cwd=folder)
        project = _project(folder)
        for pytest in (OLDEST, NEWEST):
            _run(python, "-m", "pip", "install", "--quiet", "--upgrade", pytest, cwd=folder)
            _first(python, project)
            for case in CASES:
                _try(python, project, case)
            _refused(python, project)
        _say("all as it should be")


def _build(folder: Path) -> Path:
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as content:
        tops = {name.partition("/")[0] for name in content.namelist()}
    others = {top for top in tops - PACKAGES if not top.endswith(".dist-info")}
    _check(tops >= PACKAGES and not others, f"the wheel holds {', '.join(sorted(tops))}")
    size = wheel.stat().st_size
    _check(size < LARGEST, f"the wheel has {size} bytes")
    return wheel


def _environment(folder: Path) -> Path:
    venv.create(folder / "venv", with_pip=True)
    return folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"


def _project(folder: Path) -> Path:
    project = folder / "project"
    (project / "claims").mkdir(parents=True)
    (project / "claims" / "test_claims.py").write_text(CLAIM)
    (project / "table.csv").write_text(TABLE)
    (project / "pytest.ini").write_text("[pytest]\npythonpath = .\nclaims_robustness = none\n")
    for name, text in OWN.items():
        (project / name).mkdir()
        (project / name / "__init__.py").write_text(text)
    return project


def _first(python: Path, project: Path) -> None:
    """Options and fixtures are there, and the verdicts of the first run are kept for those that follow."""
    (project / "conftest.py").unlink(missing_ok=True)
    version = _run(python, "-m", "pytest", "--version", cwd=project)
    _say(version.stdout.strip() or version.stderr.strip())
    fixtures = _run(python, "-m", "pytest", "--fixtures", cwd=project).stdout
    _check(DATA in fixtures, f"the fixture {DATA}")
    told = _run(python, "-m", "pytest", "--help", cwd=project).stdout
    _check("--claims-measurement" in told and "claims_robustness" in told, "options and their ini keys")
    saved = _pytest(python, project, "--claims-save")
    _check(saved.returncode == 0, "the baseline is written", saved)
    options = "".join(f"    parser.addoption({name!r})\n" for name in TAKEN)
    (project / "conftest.py").write_text(f"def pytest_addoption(parser):\n{options}")


def _try(python: Path, project: Path, case: Case) -> None:
    if case.plugin:
        _run(python, "-m", "pip", "install", "--quiet", case.plugin, cwd=project)
    done = _pytest(python, project, *case.options)
    last = done.stdout.rstrip().rpartition("\n")[2]
    outcomes = {name: int(count) for count, name in re.findall(r"(\d+) (passed|xfailed|failed|errors?|skipped)", last)}
    wanted = {"passed": case.passed, "xfailed": case.xfailed}
    _check(done.returncode == 0 and outcomes == wanted, f"{case.plugin or 'alone'}: {wanted}", done)
    _check((project / "reports" / "claims.json").is_file(), "reports lie next to claims/")
    _say(f"  {case.plugin or 'alone'}: {last.strip('= ')}")
    if case.plugin:
        _run(python, "-m", "pip", "uninstall", "--quiet", "--yes", case.plugin, cwd=project)


def _refused(python: Path, project: Path) -> None:
    """No subject is a usage error; an old name is understood."""
    none = _run(python, "-m", "pytest", "claims", cwd=project, check=False)
    _check(none.returncode == 4 and "no subject" in none.stderr, "no subject is a usage error", none)
    old = _run(python, "-m", "pytest", "claims", "--measurement", "table.csv", cwd=project)
    _check("--measurement is --claims-measurement now" in old.stdout, "an old name is understood, and told", old)


def _pytest(python: Path, project: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    words = ("-m", "pytest", "claims", "--claims-measurement=table.csv", *options)
    return _run(python, *words, cwd=project, check=False)


def _run(*words: str | Path, cwd: Path, check: bool = True) -> "subprocess.CompletedProcess[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PYTHON", "CLAIMS"))}
    done = subprocess.run(words, cwd=cwd, env=clean, capture_output=True, text=True)  # noqa: S603
    if check:
        _check(done.returncode == 0, " ".join(map(str, words[1:5])), done)
    return done


def _check(right: bool, what: str, done: "subprocess.CompletedProcess[str] | None" = None) -> None:
    if right:
        return
    _say(f"NOT SO: {what}")
    sys.exit(f"{done.stdout}\n{done.stderr}" if done else 1)


def _say(words: str) -> None:
    print(words, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
