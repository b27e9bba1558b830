"""The command `pytest-claims report`: opens the page of a run, and writes its charts as files."""

import os

import pytest
from court import Court

from pytest_claims.base.errors import InputError
from pytest_claims.report_command import report


@pytest.fixture
def reports(pytester):
    court = Court(pytester)
    court.judge(robustness="quick")
    return court.path / "reports"


def test_page_of_the_last_run_is_opened(reports, monkeypatch, capsys):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert report([]) == 0
    assert opened == [(reports / "index.html").as_uri()]
    assert capsys.readouterr().out == "reports/index.html\n"


def test_page_of_a_part_that_was_judged_since_is_opened(reports, monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    part = reports / "index.partial.html"
    part.write_text("a part")
    os.utime(part, ns=(0, 0))
    report([])
    os.utime(part)
    report([])
    assert [one.rpartition("/")[2] for one in opened] == ["index.html", "index.partial.html"]


def test_folder_without_a_page_is_refused(reports, tmp_path):
    with pytest.raises(InputError, match=r"no index.html in .*; pytest claims/ writes it there"):
        report([str(tmp_path)])


def test_charts_are_written_as_files(reports, capsys):
    assert report(["--figures", "svg", "png"]) == 0
    names = {path.name for path in (reports / "figures").iterdir()}
    stems = {f"cosine-matters-made-{chart}" for chart in ("scatter", "without-persona")}
    assert {f"{stem}.{suffix}" for stem in stems for suffix in ("svg", "png")} <= names
    assert f"{len(names) // 2} charts in " in capsys.readouterr().out


def test_charts_that_can_be_drawn_are_written_and_what_is_missing_is_said(reports, capsys):
    (reports / "claims.evidence.json.gz").unlink()
    assert report(["--figures", "svg"]) == 0
    assert "cosine-matters-made-without-persona.svg" in {path.name for path in (reports / "figures").iterdir()}
    (line,) = capsys.readouterr().err.splitlines()
    assert "claims.evidence.json.gz is missing: what only charts rest on is left out; write it anew with" in line


def test_charts_of_some_claims_are_written_alone(reports):
    with pytest.raises(InputError, match="no chart of a claim like 'other' on a subject like"):
        report(["--figures", "svg", "--claim", "other"])
    assert report(["--figures", "svg", "--claim", "cosine-*", "--subject", "made"]) == 0


def test_unknown_format_is_refused(reports, capsys):
    with pytest.raises(SystemExit):
        report(["--figures", "gif"])
    assert "invalid choice: 'gif' (choose from" in capsys.readouterr().err
