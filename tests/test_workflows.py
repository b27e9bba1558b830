"""What GitHub runs: what each job may do, what it is given, and that its commands are there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from court import FLAT, Court
from said import commands, options, targets
from test_pages import known_options, options_of

from pytest_claims_lab.experiment_file import experiments_in, read_experiment

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}
JOBS = [(name, job) for name, flow in WORKFLOWS.items() for job in flow["jobs"]]
MARK = "<!-- pytest-claims -->"
LIMIT = 65_536  # characters of a comment


def job_of(place) -> dict:
    name, job = place
    return WORKFLOWS[name]["jobs"][job]


def scripts(job) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def step(workflow: str, job: str, name: str) -> dict:
    (found,) = (one for one in WORKFLOWS[workflow]["jobs"][job]["steps"] if one.get("name") == name)
    return found


def test_there_are_three():
    assert set(WORKFLOWS) == {"claims", "replicate", "tests"}
    assert (
        set(WORKFLOWS["claims"][True]) == set(WORKFLOWS["tests"][True]) == {"push", "pull_request"}
    )  # `on` in YAML 1.1
    inputs = WORKFLOWS["replicate"][True]["workflow_dispatch"]["inputs"]
    assert set(inputs) == {"finding", "model", "recipe", "seeds", "runner"}


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_nothing_is_allowed_but_what_a_job_says(workflow):
    assert workflow["permissions"] == {}
    assert workflow["concurrency"]["group"]


@pytest.mark.parametrize("place", JOBS, ids="-".join)
def test_a_job_ends_and_writes_only_where_it_runs_no_code_of_others(place):
    job = job_of(place)
    assert 0 < job["timeout-minutes"] <= 360
    assert job["permissions"]
    writes = "write" in job["permissions"].values()
    runs_code = any(one.get("uses", "").startswith("actions/checkout@") for one in job["steps"])
    assert writes != runs_code
    assert not writes or "github.event.pull_request.head.repo.full_name == github.repository" in job["if"]


@pytest.mark.parametrize("place", JOBS, ids="-".join)
def test_every_action_has_its_version_and_keeps_no_credentials(place):
    for one in job_of(place)["steps"]:
        if "uses" in one:
            assert re.fullmatch(r"actions/[\w/-]+@v\d+", one["uses"])
            assert not one["uses"].startswith("actions/checkout") or one["with"]["persist-credentials"] is False


@pytest.mark.parametrize("place", JOBS, ids="-".join)
def test_what_a_shell_runs_is_written_here_alone(place):
    """What somebody else wrote, a title or an input, reaches a shell as a variable."""
    for script in scripts(job_of(place)):
        assert "${{" not in script
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)  # noqa: S607


@pytest.mark.parametrize("place", JOBS, ids="-".join)
def test_every_command_and_option_is_there(place):
    makefile = (ROOT / "Makefile").read_text()
    for script in scripts(job_of(place)):
        assert options(script) <= known_options()
        for target in {*targets(script), *re.findall(r"make -C \w+ (\w+)", script)}:
            assert re.search(rf"^{target}:", makefile, re.MULTILINE)
        for command, given in commands(script):
            assert set(given) <= options_of(command)


def test_a_replication_offers_every_finding_with_an_experiment_and_every_recipe():
    inputs = WORKFLOWS["replicate"][True]["workflow_dispatch"]["inputs"]
    files = [read_experiment(folder) for folder in experiments_in([ROOT / "claims"], ROOT)]
    assert {file.finding for file in files} == set(inputs["finding"]["options"])
    assert {recipe for file in files for recipe in file.recipes} == set(inputs["recipe"]["options"])


def test_the_comment_is_found_by_the_mark_that_it_is_written_with():
    assert f'echo "{MARK}"' in step("claims", "judge", "What changed")["run"]
    assert f'startswith("{MARK}")' in step("claims", "comment", "Write the comment, or write it anew")["run"]


@pytest.fixture
def checkout(pytester):
    """A folder as the step finds it: the claims of both sides were judged, and the base's table is another."""
    court = Court(pytester)
    court.judge("--claims-no-baseline")
    shutil.copytree(court.path / "reports", court.path / "base/reports")
    court.table(FLAT)
    court.judge("--claims-no-baseline")
    program = court.path / ".venv-judge/bin/pytest-claims"
    program.parent.mkdir(parents=True)
    code = "import sys; from pytest_claims.command import main; sys.exit(main(sys.argv[1:]))"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{code}" "$@"\n')
    program.chmod(0o755)
    return court.path


def told(checkout) -> str:
    """The comment that the step writes."""
    script = step("claims", "judge", "What changed")["run"]
    given = os.environ | {"RUN": "https://example.org/run"}
    subprocess.run(["bash", "-e", "-o", "pipefail", "-c", script], cwd=checkout, env=given, check=True)  # noqa: S603, S607
    return (checkout / "told/comment.md").read_text()


def test_the_comment_says_what_changed_and_what_holds_and_fits_whatever_happened(checkout):
    comment, page = told(checkout), checkout / "reports/claims.md"
    assert comment.startswith(f"{MARK}\n")
    assert "cosine-matters on made was held, robust" in comment
    assert page.read_text() in comment
    page.write_text("".join(f"row {number} of many ü\n" for number in range(10_000)))
    comment = told(checkout)
    assert "row 0 of many ü" in comment
    assert len(comment) < LIMIT
    (checkout / "base/reports/claims.json").unlink()
    assert "nothing to compare with" in told(checkout)
    (checkout / "reports/claims.json").unlink()
    assert "the run says why" in told(checkout)
