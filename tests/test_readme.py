"""The README: every block of it is run, with the parts that it needs; test_pages.py has what holds for all pages."""

import re
import shutil
import subprocess
import sys

import pytest
import test_logs

LINE = re.compile(r"^(?P<command>[^#]+?)\s*(#.*)?$")


def blocks(root, language):
    return re.findall(rf"```{language}\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def commands(root):
    return [LINE.match(line)["command"] for block in blocks(root, "sh") for line in block.splitlines()]


def run(folder, *words):
    words = [sys.executable, "-m", *words] if words[0] == "pytest" else words
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603


def claims_command(*words):
    program = "import sys; from pytest_claims.command import main; sys.exit(main(sys.argv[1:]))"
    return (sys.executable, "-c", program, *words)


def test_readme_is_short(root):
    assert len((root / "README.md").read_text(encoding="utf-8").splitlines()) <= 120


def test_every_command_is_run_here(root):
    """Or elsewhere: what makes an environment by CI, what trains a model by tests of the laboratory."""
    elsewhere = ("make claims", "make test", "pip install '.[lab]' -c constraints.txt")
    for command in commands(root):
        here = command.startswith(("pytest-claims new", "pytest claims/tuning", "pytest claims/two-models"))
        assert here or command in elsewhere or "--claims-model" in command, command


@pytest.fixture
def project(root, tmp_path):
    """The claims of this repository on the published table alone: one subject is enough to see that a block runs."""
    shutil.copytree(root / "claims", tmp_path / "claims", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "fixtures/recorded/marker_coupling/gemma3-270m-base@pocket.nc.gz", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def test_claim_in_five_lines_is_judged_when_it_is_pasted(root, project):
    (block,) = blocks(root, "python")
    (own,) = re.findall(r'@claim\("([^"]+)"', block)
    assert not [path for path in (root / "claims").rglob("test_*.py") if own in path.read_text()]
    (project / "claims/marker_coupling/test_mine.py").write_text(block)
    measurement = "--claims-measurement=marker_coupling=gemma3-270m-base@pocket.nc.gz"
    result = run(project, "pytest", "claims/marker_coupling/test_mine.py", measurement)
    assert "longer-prompts-couple-more" in result.stdout
    assert re.search(r"1 (skipped|passed|failed)", result.stdout)
    assert "error" not in result.stdout.splitlines()[-1]


def test_finding_from_a_csv_is_judged_when_it_is_pasted(root, tmp_path):
    (block,) = blocks(root, "csv")
    (tmp_path / "answers.csv").write_text(block)
    new, judged = [one for one in commands(root) if "tuning" in one]
    assert run(tmp_path, *claims_command(*new.split()[1:])).returncode == 0
    result = run(tmp_path, *judged.split())
    assert "tuning-first-look" in result.stdout, result.stdout + result.stderr
    assert (tmp_path / "reports/index.html").is_file()


made = test_logs.made


def test_two_models_are_read_from_a_log(root, made, tmp_path):
    """Its block on two models, of a log that lm-evaluation-harness wrote."""
    own = next(made.rglob("samples_choice*.jsonl"))
    (tmp_path / "logs").mkdir(exist_ok=True)
    shutil.copy(own, tmp_path / "logs/samples_arc.jsonl")
    for command in [one for one in commands(root) if "two-models" in one]:
        words = command.split()
        result = run(tmp_path, *(claims_command(*words[1:]) if words[0] == "pytest-claims" else words))
        assert result.returncode in (0, 5), result.stdout + result.stderr
    assert "acc" in result.stdout
