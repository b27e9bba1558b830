"""Reports are written whatever becomes of one of them, under names that are safe, and never in place of a whole one."""

import errno
import gzip
import json
import re
from pathlib import Path

import pytest
from court import CLAIM, ROWS, Court
from opened import opened

from pytest_claims.base.writing import Writing
from pytest_claims.verdicts.record import read_record

WRITTEN = {"claims.json", "claims.evidence.json.gz", "claims.md", "index.html"}
PART = {"claims.partial.json", "claims.partial.evidence.json.gz", "claims.partial.md", "index.partial.html"}
OTHER = CLAIM.replace("cosine-matters", "another-claim").replace("test_cosine", "test_other")
JS = "persona,cosine,js,source_rate"
ODD = ["图书馆员", "$x^{$", "n" * 300, "\x1b[31mred", "a|b", "<script>"]


@pytest.fixture
def court(pytester):
    court = Court(pytester)
    court.claims(OTHER, "test_other")
    return court


def odd_table(court: Court, subject: str, rows: list[str] = ODD) -> None:
    """A table of rows and a subject with odd names."""
    lines = [f'"{name}",0.{row},0.0{9 - row},0.{row + 1}' for row, name in enumerate(rows, 1)]
    (court.path / "made.csv").write_text("\n".join([JS, *lines]) + "\n", encoding="utf-8")
    (court.path / "made.toml").write_text(f"name = {json.dumps(subject)}\n", encoding="utf-8")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("subject", ["../../evil", "a/b", "n" * 300, "图书馆员", "$x^{$", "\x1b[31mred\x1b[0m"])
def test_odd_names_are_shown_and_all_is_written(court, subject):
    """Drawing died, and with it the page and the baseline; '../../evil' left the folder."""
    odd_table(court, subject)
    result = court.judge("--claims-save", "-v", "-W", "error")
    assert result.ret == 0
    assert "\x1b[31m" not in result.stdout.str() + result.stderr.str()
    result.stdout.no_fnmatch_line("*NOTICE*")
    assert set(files(court.path / "reports")) == {*WRITTEN, "baseline.json"}
    assert {path.name for path in court.path.parent.glob("*evil*")} == set()
    assert court.record["subjects"][0]["name"] == subject
    for name, content in files(court.path / "reports").items():
        assert b"\x1b" not in (gzip.decompress(content) if name.endswith(".gz") else content)


VIEWS = "from pytest_claims.views import Chart, layered\n\ndef charts(subject):\n    {}\n"


def test_interrupt_of_the_page_keeps_what_was_written(court):
    odd_table(court, "made", list("abcdef"))
    finding(court, VIEWS.format("raise KeyboardInterrupt"))
    result = court.judge("--claims-save")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["NOTICE: the page is not written: it was interrupted*"])
    assert set(files(court.path / "reports")) == {*WRITTEN, "baseline.json"} - {"index.html"}


def finding(court: Court, views: str) -> None:
    """A finding of the claims of the project, with views of its own; its subject is the table that is given."""
    declared = 'title = "Made up"\nsource = "nowhere"\n[units]\npersona = {}\n[measured]\n'
    measured = "".join(f"{name} = {{}}\n" for name in ("cosine", "js", "source_rate"))
    (court.path / "finding.toml").write_text(declared + measured)
    court.claims(views, "views")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("raise SystemExit(3)", "NOTICE: *views.py, charts of made: some are missing on the page (SystemExit: 3)"),
        ("return [3]", "NOTICE: *views.py, charts of made: one is missing on the page (*"),
        ("return 1 / 0", "NOTICE: *views.py, charts of made: some are missing on the page (ZeroDivisionError: *"),
    ],
)
def test_views_of_a_finding_end_no_run(court, body, said):
    odd_table(court, "made", list("abcdef"))
    finding(court, VIEWS.format(body))
    result = court.judge("-W", "error")
    assert result.ret == 0
    result.stdout.fnmatch_lines([said, "*passed*"])
    assert (court.path / "reports" / "index.html").is_file()


def test_what_a_finding_adds_is_made_once_for_the_same_data(court):
    odd_table(court, "made", list("abcdef"))
    made = 'yield Chart(name="own", title="Own", description="Own.", spec=layered(), data={"rows": [{"a": 1.0}]})'
    finding(court, VIEWS.format(f"open('count.txt', 'a').write('x')\n    {made}"))
    for _ in range(2):
        court.judge()
    assert (court.path / "count.txt").read_text() == "x"
    page = opened((court.path / "reports" / "index.html").read_text())
    assert ">Own</figcaption>" in page["subject=made"]["html"]
    odd_table(court, "made", list("abcdeg"))
    court.judge()
    assert (court.path / "count.txt").read_text() == "xx"


def test_page_is_opened_where_that_is_asked_for(court, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    court.judge()
    assert not opened
    court.judge("--claims-open")
    assert opened == [(court.path / "reports" / "index.html").as_uri()]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--claims-report-dir=a-file"], "a-file is wanted as a folder to write to, and * (it is a file); *-dir"),
        (["--claims-report-dir=a-file/below"], "* cannot be (it is a file); give another with --claims-report-dir"),
        (["--claims-report-dir=/proc/nowhere"], "/proc is wanted as a folder*; give another with --claims-report-dir"),
        ([f"--claims-report-dir={'n' * 300}"], "*n is wanted as a folder*File name too long*"),
        (["--claims-report-dir=loop/x"], "*loop* is wanted as a folder*"),
        (["--claims-save=./a-folder"], "a-folder is a folder, wanted a file to write to; *-save"),
        (["--claims-save=a-file/x.json"], "*a-file is wanted as a folder to write to*-save"),
        (["--claims-findings=a-folder"], "a-folder is a folder, wanted a file to write to; *--claims-findings"),
        (["--claims-findings=a-file/x.md"], "*a-file is wanted as a folder to write to*--claims-findings"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is_judged(court, options, said):
    (court.path / "a-file").write_text("")
    (court.path / "a-folder").mkdir()
    (court.path / "loop").symlink_to("loop")
    before = {path.name for path in court.path.iterdir()}
    result = court.judge("-p", "no:cacheprovider", *options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    (line,) = [line for line in result.stderr.lines if line]
    assert re.match("ERROR: ", line)
    result.stderr.fnmatch_lines([f"ERROR: *{said}"])
    assert {path.name for path in court.path.iterdir()} - before <= {"__pycache__", ".benchmarks"}
    result.stdout.no_fnmatch_line("*passed*")


def test_folder_of_reports_that_nobody_named_is_refused_only_where_there_are_claims(court):
    (court.path / "reports").write_text("")
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: */reports is wanted as a folder to write to, and cannot be (it is a file)*"])
    court.claims("def test_plain(): assert True")
    court.claims("def test_plain(): assert True", "test_other")
    assert court.judge().ret == 0


def test_what_cannot_be_written_at_the_end_is_an_error_and_all_else_is_written(court):
    reports = court.path / "reports"
    (reports / "claims.json").mkdir(parents=True)
    result = court.judge("--claims-save")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["ERROR: */claims.json is not written: *; a folder stands where a file is wanted*"])
    assert {"claims.md", "baseline.json", "index.html"} <= {path.name for path in reports.iterdir()}


def test_record_of_a_part_stays_where_that_of_the_whole_cannot_be_written(court):
    """It was removed, and nothing took its place."""
    court.judge("-k", "cosine")
    (court.path / "reports" / "claims.json").mkdir()
    court.judge().stdout.fnmatch_lines(["ERROR: */claims.json is not written: *"])
    assert {"claims.partial.json", "claims.partial.md"} <= {path.name for path in (court.path / "reports").iterdir()}


def test_full_disk_is_told_in_a_line_and_a_bug_is_not(tmp_path):
    writing = Writing()

    def full() -> str:
        raise OSError(errno.ENOSPC, "No space left on device", "x")

    writing.write(tmp_path / "a", full)
    writing.write(tmp_path / "b", lambda: "text")
    assert writing.failed == [
        f"{tmp_path / 'a'} is not written: x: No space left on device; free some space on its disk, "
        "or give another folder"
    ]
    assert writing.written == [tmp_path / "b"]
    with pytest.raises(ZeroDivisionError):
        writing.write(tmp_path / "c", lambda: str(1 / 0))


PARTS = [
    (["-k", "cosine"], "1 of 2 verdicts, a part (-k, deselection)"),
    (["-k", "cosine", "--claims-report-dir=elsewhere"], "1 of 2 verdicts, a part (-k, deselection)"),
    (["-m", "claim and not slow", "--deselect=test_other.py"], "1 of 2 verdicts, a part (-m, --deselect, deselection)"),
    (["test_claims.py"], "1 of 1 verdicts, a part (test_claims.py)"),
    (["test_claims.py::test_cosine"], "1 of 1 verdicts, a part (*)"),
    (["--claims-subject=made", "--claims-measurement=also.csv"], "2 of 4 verdicts, a part (--claims-subject)"),
    (["-x"], "1 of 2 verdicts, a part (stopping after 1 failures)"),
    (["--maxfail=1", "-n1"], "1 of 2 verdicts, a part (stopping after 1 failures)"),
    (["--ignore=test_other.py"], "1 of 1 verdicts, a part (--ignore)"),
    (["--lf"], "1 of 1 verdicts, a part (--last-failed*)"),
]


@pytest.mark.parametrize(("options", "said"), PARTS)
def test_part_of_a_run_never_takes_the_place_of_a_whole_one(court, options, said):
    """A few verdicts were written over all of them."""
    always = [option for option in options if option.startswith(("--claims-report-dir", "--claims-measurement"))]
    court.table(ROWS, "also")
    fails = options[0] in ("-x", "--maxfail=1", "--lf")
    if fails:
        court.claims(OTHER.replace("p < 0.05", "p > 0.05"), "test_a_first")
        (court.path / "test_other.py").unlink()
    court.judge(*always)
    folder = court.path / ("elsewhere" if "--claims-report-dir=elsewhere" in options else "reports")
    before = files(folder)
    assert set(before) >= WRITTEN
    result = court.judge(*options)
    result.stdout.fnmatch_lines(
        [f"reports: claims.partial.json, claims.partial.md, index.partial.html in *: {said}; claims.json, of*stays*"]
    )
    after = files(folder)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == PART
    record = read_record(folder / "claims.partial.json")
    assert record.left_out
    assert len(record.verdicts) == int(said.split()[0])
    assert "**This is a part of a run**" in (folder / "claims.partial.md").read_text()
    court.judge(*always, "--ff")
    assert (PART - {"index.partial.html"}).isdisjoint(files(folder))
    assert read_record(folder / "claims.json").left_out == ()


@pytest.mark.parametrize("ending", ["raise KeyboardInterrupt", "pytest.exit('enough')"])
def test_run_that_was_ended_is_a_part(court, ending):
    court.judge()
    before = files(court.path / "reports")
    ended = OTHER.replace("from pytest_claims", "import pytest\nfrom pytest_claims").replace("assert", f"{ending} #")
    court.claims(ended, "test_other")
    # In one process pytester would interrupt these tests, too.
    result = court.pytester.runpytest_subprocess("--claims-measurement=made.csv", "--claims-robustness=none")
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(["reports: claims.partial.json, *: 1 of 2 verdicts, a part (an interrupt); *"])
    assert before.items() <= files(court.path / "reports").items()


@pytest.mark.slow
def test_run_with_a_worker_that_died_is_a_part(court):
    court.judge()
    before = files(court.path / "reports")
    court.claims("import os\ndef test_last(): os._exit(3)\n", "test_zzz")
    result = court.judge("-n1")
    result.stdout.fnmatch_lines(["reports: claims.partial.json, *: * verdicts, a part (a worker that died); *"])
    assert before.items() <= files(court.path / "reports").items()


def test_collecting_alone_writes_nothing(court):
    court.judge("--collect-only")
    assert not (court.path / "reports").exists()


def test_part_says_what_it_is_though_there_is_no_whole(court):
    result = court.judge("-k", "cosine")
    result.stdout.fnmatch_lines(["reports: claims.partial.json, *(-k, deselection); a run of all writes claims.json"])


def test_nothing_of_names_reasons_or_prints_acts_on_the_terminal(court):
    """Colours and marks of direction were sent to the terminal as they came."""
    red = "\x1b[31mred\u202e"
    odd_table(court, red, [red, *"bcdef"])
    court.claims(
        'from pytest_claims import claim, pearson, undecided\n\n@claim("fails", source="\\x1b[31mred\\u202e")\n'
        'def test_fails(table):\n    """Made \\x1b[31mred\\u202e."""\n    print(table.rows[0])\n'
        '    pearson(table["cosine"], table["source_rate"])\n    name = table.rows[0]\n'
        '    assert table["cosine"][0] > 9, name\n'
        '\n@claim("open", source="x")\ndef test_open(table):\n    """Open."""\n'
        '    undecided("as " + table.rows[0])\n'
        '\n@claim("wrong", source="x")\ndef test_wrong(table):\n    """Wrong."""\n    return table.rows[0]\n'
    )
    result = court.judge("-rA", "-v", "--color=no")
    said = result.stdout.str() + result.stderr.str()
    assert r"\x1b[31mred\u202e" in said
    assert not re.search("[\x1b\u202e]", said)
    page = (court.path / "reports" / "claims.partial.md").read_text(encoding="utf-8")
    text = (court.path / "reports" / "claims.partial.json").read_text(encoding="utf-8")
    assert not re.search("[\x1b\u202e]", page + text)


def test_message_stays_as_readable_as_it_was(court):
    court.claims(CLAIM.replace("p < 0.05", "p > 0.05"))
    court.judge().stdout.fnmatch_lines(["*statement: Cosine correlates with source rate.", "*p < 0.001, and*p > 0.05"])


def test_verdicts_are_properties_in_a_file_of_junit(court):
    """They were given to a report of which pytest writes none."""
    court.judge("--junitxml=out.xml")
    verdict = next(one for one in court.record["verdicts"] if one["claim"]["id"] == "cosine-matters")
    (estimate,) = verdict["answer"]["estimates"]
    wanted = {"verdict": "held, robust", "outcome": "held", "robustness": "robust"}
    wanted |= {"estimate": f"r = {estimate['value']:.6g}", "p": f"{estimate['p']:.6g}"}
    text = (court.path / "out.xml").read_text()
    for name, value in wanted.items():
        assert f'<property name="{name}" value="{value}"' in text
