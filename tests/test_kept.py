"""What is kept of a judgement counts only while all that decided it is the same."""

import json
import os
import pathlib
import sys
import textwrap

import pytest
from court import CLAIM, ROWS, Court

from pytest_claims.base.project import is_own, sources_of


@pytest.fixture
def court(pytester):
    return Court(pytester)


def checks_of(court):
    (verdict,) = court.record["verdicts"]
    return verdict["checks"], verdict["left_out"]


IMPORTING = CLAIM.replace("from pytest_claims", "from limits.most import MOST\nfrom pytest_claims").replace(
    "0.05", "MOST"
)


@pytest.mark.parametrize("package", ["MOST = {}", "from limits.deeper import MOST", "from .deeper import MOST"])
def test_threshold_of_another_module_counts(court, package):
    """It was changed, and deletions were still the old ones: 'held, fragile 4/6' where it is 'robust 6/6'."""
    court.claims("", "limits/__init__")
    court.claims(IMPORTING)
    agreeing = {}
    for most in ("1e-5", "0.05"):
        court.claims(package.format(most), "limits/most")
        court.claims(f"MOST = {most}", "limits/deeper")
        court.judge()
        (verdict,) = court.record["verdicts"]
        assert verdict["answer"]["outcome"] == "held"
        agreeing[most] = sum(one["answer"]["outcome"] == "held" for one in verdict["left_out"][0]["deletions"])
    assert agreeing["1e-5"] < agreeing["0.05"] == 6


@pytest.mark.parametrize(
    "how",
    [
        "from space.most import MOST",  # of a package without __init__.py
        "import importlib; MOST = importlib.import_module('limits.most').MOST",
        "MOST = pytest.importorskip('limits.most').MOST",
        "MOST = pytest.most",  # set by a conftest.py
    ],
)
def test_threshold_that_no_import_statement_names_counts(court, how):
    agreeing = {}
    court.claims("", "limits/__init__")
    for most in ("1e-5", "0.05"):
        for module in ("limits/most", "space/most"):
            court.claims(f"MOST = {most}", module)
        court.claims(f"import pytest\npytest.most = {most}\n", "conftest")
        court.body(how, "assert pearson(table['cosine'], table['source_rate']).p < MOST")
        court.judge()
        (verdict,) = court.record["verdicts"]
        agreeing[most] = sum(one["answer"]["outcome"] == "held" for one in verdict["left_out"][0]["deletions"])
    assert agreeing["1e-5"] < agreeing["0.05"] == 6


def test_same_code_and_data_are_judged_once(court, monkeypatch):
    court.judge()
    before = checks_of(court)
    monkeypatch.setattr("pytest_claims.verdicts.judge._left_out", lambda *_: pytest.fail("judged again"))
    court.judge()
    assert checks_of(court) == before


OTHER = """
@claim("other", source="nowhere")
def test_other(table):
    \"\"\"The first of two.\"\"\"
    print("other asked")
    assert pearson(table['source_rate'], table['cosine']).p < 0.05
"""


def test_what_is_kept_gives_the_record_that_was_made(court):
    court.judge(robustness="quick")
    before = court.record
    court.judge(robustness="quick")
    assert json.dumps({**court.record, "created": ""}) == json.dumps({**before, "created": ""})


@pytest.mark.parametrize(
    ("most", "changed"),
    [
        ("float(os.environ['MOST'])", "os.environ['MOST'] = '0'"),
        ("json.loads(pathlib.Path('most.json').read_text())", "pathlib.Path('most.json').write_text('0')"),
        ("runpy.run_path('most.txt')['MOST']", "pathlib.Path('most.txt').write_text('MOST = 0')"),
    ],
)
@pytest.mark.parametrize("place", ["body", "module"])
def test_answer_is_that_of_now_whatever_it_hangs_on(court, monkeypatch, most, changed, place):
    """Each was stale once, when the answer itself was kept."""
    monkeypatch.setenv("MOST", "1")
    (court.path / "most.json").write_text("1")
    (court.path / "most.txt").write_text("MOST = 1")
    imports = "import json, os, pathlib, runpy"
    above, first = (f"{imports}\nMOST = {most}", "most = MOST") if place == "module" else (imports, f"most = {most}")
    court.body(first, "assert pearson(table['cosine'], table['source_rate']).p < most", above=above)
    outcomes = []
    for change in ("", changed):
        exec(change, {"os": os, "pathlib": pathlib})  # noqa: S102
        court.judge()
        outcomes.append(court.record["verdicts"][0]["answer"]["outcome"])
    assert outcomes == ["held", "failed"]


def test_one_edited_claim_is_asked_again_and_no_other(court):
    court.claims(CLAIM.replace("estimate =", "print('first asked')\n    estimate =") + OTHER)
    court.judge()
    court.claims(CLAIM.replace("estimate =", "print('first asked')\n    estimate =") + OTHER.replace("0.05", "0.06"))
    said = court.judge("-s").outlines
    assert sum("other asked" in line for line in said) > sum("first asked" in line for line in said)


def test_code_that_was_edited_while_it_ran_is_not_kept_under_its_new_hash(court):
    """The answers of what ran were found by the next run, which runs something else."""
    court.claims("MOST = 1e-5", "limits")
    edit = "pathlib.Path('limits.py').write_text('MOST = 0.05')"
    court.body("import pathlib", edit, "estimate = pearson(table['cosine'], table['source_rate'])",
               "assert estimate.p < (0.9 if len(table) == 6 else limits.MOST)", above="import limits")  # fmt: skip
    court.judge()
    assert not list((court.path / ".pytest_cache").glob("**/claims/*"))


def test_subjects_of_one_content_are_told_apart(court):
    court.table(ROWS, name="other")
    court.body(
        "estimate = pearson(table['cosine'], table['source_rate'])",
        "assert estimate.p < (0.9 if len(table) == 6 or table.subject == 'made' else 1e-30)",
    )
    court.judge("--claims-measurement=other.csv")
    without = {one["subject"]: one["left_out"][0]["deletions"][0]["answer"] for one in court.record["verdicts"]}
    assert {name: answer["outcome"] for name, answer in without.items()} == {"made": "held", "other": "failed"}


@pytest.mark.parametrize("loads", ["importlib.import_module('limits').MOST", "runpy.run_path('limits.py')['MOST']"])
def test_code_that_is_loaded_for_some_copies_alone_counts(court, loads):
    court.body("import importlib, runpy", f"most = 0.05 if len(table) == 6 else {loads}",
               "assert pearson(table['cosine'], table['source_rate']).p < most")  # fmt: skip
    agreeing = []
    for most in ("1e-30", "0.05"):
        court.claims(f"MOST = {most}", "limits")
        court.judge()
        deletions = court.record["verdicts"][0]["left_out"][0]["deletions"]
        agreeing.append(sum(one["answer"]["outcome"] == "held" for one in deletions))
    assert agreeing == [0, 6]


@pytest.mark.parametrize(
    "reads", ["float(open('most.txt').read())", "float(np.loadtxt('most.txt'))", "float(path.read_text())"]
)
def test_claim_that_reads_a_file_is_asked_each_time(court, reads):
    """Nobody would know that the file is another one."""
    court.body("from pathlib import Path; path = Path('most.txt')", f"most = {reads}",
               "assert pearson(table['cosine'], table['source_rate']).p < most")  # fmt: skip
    outcomes = []
    for most in ("1", "0"):
        (court.path / "most.txt").write_text(most)
        court.judge()
        outcomes.append(court.record["verdicts"][0]["answer"]["outcome"])
    assert outcomes == ["held", "failed"]
    assert not list((court.path / ".pytest_cache").glob("**/claims/*"))


def test_claim_with_values_that_are_not_plain_is_judged_each_time(court):
    above = "@pytest.mark.parametrize('most', [np.float64])"
    court.body(
        "assert pearson(table['cosine'], table['source_rate']).p < most(0.5)", above=above, arguments="table, most"
    )
    court.judge().assert_outcomes(passed=1)
    assert not list((court.path / ".pytest_cache").glob("**/claims/*"))


FILES = {
    "start": "import os.path, numpy\nfrom inner import one\nfrom inner.two import name\ndef f():\n    import late\n",
    "inner/__init__": "",
    "inner/one": "from . import three\n",
    "inner/two": "name = 1\n",
    "inner/three": "import start\n",
    "inner/never": "",
    "late": "",
    "other": "",
}


def test_sources_are_all_modules_of_the_project_that_are_imported(tmp_path, monkeypatch):
    for name, text in FILES.items():
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(tmp_path)
    import start

    sources = sources_of(start)
    names = {path.relative_to(tmp_path).with_suffix("").as_posix() for path in sources.files}
    assert names == set(FILES) - {"inner/never", "other"}
    assert [one.split()[0] for one in sources.libraries] == ["numpy"]
    for name in FILES:
        sys.modules.pop(name.removesuffix("/__init__").replace("/", "."), None)


def test_what_is_installed_is_nobodys_own(tmp_path):
    import json

    import numpy

    import pytest_claims.data.table

    assert is_own(__file__)
    assert not any(
        map(is_own, (json.__file__, numpy.__file__, pytest_claims.data.table.__file__, str(tmp_path / "absent.py")))
    )
