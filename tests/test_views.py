"""What a finding adds to the page: taken from its `views.py`, and a notice wherever that goes wrong."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import altair
import pytest
from hypothesis import given
from hypothesis import strategies as st
from marker import table_of
from opened import opened

from conftest import ROOT, make_measurement
from pytest_claims.data.subject import Subject
from pytest_claims.page.chart import Chart, plain
from pytest_claims.page.document import Added, Made, Page
from pytest_claims.page.given_chart import MOST_ROWS
from pytest_claims.page.reply import LONGEST, MOST, Reply, cut, first_of_each
from pytest_claims.page.views import MOST_REPLIES, Viewed, views_beside
from pytest_claims.verdicts.record import record_of, subject_record

MEASUREMENT = make_measurement()
RECORD = subject_record(MEASUREMENT, table_of(MEASUREMENT), recorded=True)
VIEWED = Viewed(record=RECORD, measurement=MEASUREMENT)
BEGIN = """
import dataclasses as d

from pytest_claims.views import Chart, Reply, layer, layered, number

def chart(name="own", spec=None, **rows):
    spec = layered(layer("rows", {"type": "point"}, x=number("x"))) if spec is None else spec
    data = {"rows": [{"x": 1.5, **rows}]}
    return Chart(name=name, title="A title", description="What is seen.", spec=spec, data=data)

def reply(number=0, speaks="for", condition="it is so"):
    return Reply(condition=condition, prompt="Why?", text=f"Answer {number}", speaks=speaks)
"""
ALTAIR = """
import altair

def charts(subject):
    rows = [{"name": name, "row": place} for place, name in enumerate(subject.record.rows)]
    spec = altair.Chart(altair.Data(values=rows)).mark_bar().encode(x="row:Q", y="name:N")
    yield Chart(name="bars", title="Bars", description="A bar for each.", spec=spec, data={}, columns={"name": "who"})
"""


def views(folder: Path, code: str, begin: str = BEGIN):
    (folder / "views.py").write_text(begin + code, encoding="utf-8")
    notices: list[str] = []
    charts, replies = views_beside(folder, VIEWED, notices)
    return charts, replies, notices


def test_folder_without_views_adds_nothing(tmp_path):
    notices: list[str] = []
    assert views_beside(tmp_path, VIEWED, notices) == ([], [])
    assert not notices


def test_views_are_made_of_the_subject(tmp_path):
    code = """
def charts(subject):
    yield chart(spec=None, x=len(subject.record.rows))
def replies(subject):
    yield reply(condition=subject.measurement.name)
"""
    charts, replies, notices = views(tmp_path, code)
    assert not notices
    assert [(one.name, one.rows) for one in charts] == [("own", [{"x": 5}])]
    assert [one.condition for one in replies] == ["made@up"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("1 / 0", "adds nothing to the page (ZeroDivisionError: division by zero)"),
        ("raise SystemExit(3)", "adds nothing to the page (SystemExit: 3)"),
        ("def charts(:", "adds nothing to the page (SyntaxError"),
        ("import no_such_module", "adds nothing to the page (ModuleNotFoundError"),
        ("drawings = 3", "it defines neither charts nor replies"),
        ("charts = 3", "'int' object is not callable"),
        ("def charts(subject): return 3", "'int' object is not iterable"),
        ("def charts(): return []", "takes 0 positional arguments"),
        ("def charts(subject): yield 'a chart'", "charts gives 'a chart', wanted pytest_claims.views.Chart"),
        ("def charts(subject): yield chart('My Chart')", "a chart named 'My Chart'; wanted small letters"),
        ("def charts(subject): yield chart('../../evil')", "a chart named '../../evil'; wanted small letters"),
        ("def charts(subject): yield from [chart(), chart()]", "two charts are named own"),
        ("def charts(subject): yield chart(spec='bar')", "a specification 'bar'; wanted a mapping"),
        ("def charts(subject): yield chart(x=float('nan'))", "give None where there is no number"),
        ("def charts(subject): yield chart(x=[1])", "x is [1]; wanted text, a number or None"),
        ("import numpy\ndef charts(subject): yield chart(x=numpy.int64(1))", "wanted text, a number or None"),
        ("def charts(subject): yield chart(x='\\ud800')", "surrogates not allowed"),
        ("def charts(subject): yield chart(spec={'mark': 'bar', 'data': {'url': 'https://a.b'}})", "own asks for url"),
        ("def charts(subject): yield chart(spec={'encoding': {'href': {'value': 'https://a.b'}}})", "asks for href"),
        ("def charts(subject): yield chart(spec={'mark': object()})", "own is no JSON"),
        ("def charts(subject): yield d.replace(chart(), title=' ')", "with title ' '; wanted"),
        ("def charts(subject): yield d.replace(chart(), data={'a': 'b'})", "wanted a list of rows"),
        (f"def charts(subject): yield d.replace(chart(), data={{'a': [{{}}] * {MOST_ROWS + 1}}})",
         "has 20,001 rows; at most 20,000 fit a page"),
        ("def replies(subject): yield 'yes'", "replies gives 'yes', wanted pytest_claims.views.Reply"),
        ("def replies(subject): yield reply(speaks='maybe')", "speaks 'maybe'; wanted 'for' or 'against'"),
        ("def replies(subject): yield reply(condition=None)", "condition None; wanted text"),
    ],
)  # fmt: skip
def test_whatever_is_wrong_with_views_is_a_notice(tmp_path, code, said):
    charts, replies, notices = views(tmp_path, code)
    assert len(charts) <= 1
    assert not replies
    (notice,) = notices
    assert said in notice
    assert str(tmp_path / "views.py") in notice


def test_what_is_wrong_leaves_the_rest(tmp_path):
    code = """
def charts(subject):
    yield from (chart("first"), 3, chart("third"))
    raise RuntimeError("no more")
def replies(subject):
    yield reply()
    raise RuntimeError("none left")
"""
    charts, replies, notices = views(tmp_path, code)
    assert [one.name for one in charts] == ["first", "third"]
    assert len(replies) == 1
    assert [notice.rpartition("(")[2] for notice in notices] == [
        "TypeError: charts gives 3, wanted pytest_claims.views.Chart)",
        "RuntimeError: no more)",
        "RuntimeError: none left)",
    ]


def test_the_same_is_told_once(tmp_path):
    (tmp_path / "views.py").write_text("1 / 0", encoding="utf-8")
    notices: list[str] = []
    for _ in range(3):
        views_beside(tmp_path, VIEWED, notices)
    assert len(notices) == 1


def test_interrupt_is_no_notice(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        views(tmp_path, "raise KeyboardInterrupt")


def test_chart_of_altair_is_taken_with_its_data(tmp_path):
    (chart,), _, notices = views(tmp_path, ALTAIR)
    assert not notices
    assert [row["name"] for row in chart.rows] == list(RECORD.rows)
    assert not {"datasets", "$schema", "usermeta"} & set(chart.spec)
    assert chart.spec["data"]["name"] in chart.data
    assert altair.Chart.from_dict(plain(chart)).to_dict()["mark"] == {"type": "bar"}


def test_at_most_so_many_replies_of_a_subject(tmp_path):
    _, replies, notices = views(
        tmp_path, f"def replies(s):\n    for n in range({MOST_REPLIES}): yield reply(n, 'for', str(n))"
    )
    assert (len(replies), notices) == (MOST_REPLIES, [])
    code = f"def replies(s):\n    for n in range({MOST_REPLIES + 1}): yield reply(n, 'for', str(n))"
    (tmp_path / "more").mkdir()  # in the same second a file of the same size counts as the one that was compiled
    _, replies, notices = views(tmp_path / "more", code)
    assert len(replies) == MOST_REPLIES
    assert "there are more than 1,000; give fewer of each condition" in notices[0]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["for", "against"])), max_size=60))
def test_of_each_condition_the_first_are_shown(kinds):
    given_ = [
        Reply(condition=condition, prompt="Why?", text=str(place), speaks=speaks)
        for place, (condition, speaks) in enumerate(kinds)
    ]
    shown = list(first_of_each(given_))
    assert shown == [one for one in given_ if one in shown]
    for kind in set(kinds):
        of_kind = [one for one in given_ if (one.condition, one.speaks) == kind]
        assert [one for one in shown if (one.condition, one.speaks) == kind] == of_kind[:MOST]


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_cut_text_holds_its_beginning_and_the_place_it_is_cut_about(size, place):
    text = "".join(chr(ord("a") + at % 26) for at in range(size))
    mark = "[ZLT]"
    whole = text[: min(place, size)] + mark + text[min(place, size) :]
    found = cut(whole, about=whole.index(mark))
    assert mark in found
    assert found.startswith(whole[: LONGEST // 2])
    left_out = [int(part.split(" ")[0]) for part in found.split("[…")[1:]]
    if not left_out:
        assert found == whole
    marks = sum(len(f" […{count} characters…] ") for count in left_out)
    assert len(found) - marks + sum(left_out) == len(whole)
    assert len(found) <= LONGEST + 2 * len(" […9999 characters…] ")


def test_cut_text_says_how_much_is_left_out():
    assert cut("a" * LONGEST) == "a" * LONGEST
    assert cut("a" * 1000) == "a" * LONGEST + " […400 characters…] "


def test_what_views_add_is_text_on_the_page(tmp_path):
    hostile = "</script><img src=x onerror=alert(1)>"
    code = f"""
EVIL = {hostile!r}
def charts(subject): yield d.replace(chart(name="own", label=EVIL), title=EVIL, description=EVIL)
def replies(subject): yield Reply(condition=EVIL, prompt=EVIL, text=EVIL, speaks="for", asked=EVIL)
"""
    charts, replies, notices = views(tmp_path, code)
    assert not notices
    record = record_of(created="2026-11-28T00:00:00+00:00", version="0", subjects=[RECORD], verdicts=[])
    added = Added(make=lambda: Made(charts=charts, replies=replies))
    (part,) = opened(Page(record=record, added={("", RECORD.name): added}).html()).values()
    tags: list[str] = []
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attrs: tags.append(tag)
    parser.feed(part["html"])
    assert "article" in tags
    assert "img" not in tags
    assert part["html"].count("&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;") >= 4
    assert part["charts"][0]["title"] == hostile


def of(origin: str = "", *, recorded: bool = True, beside: Path | None = None) -> tuple[Path | None, Path | None]:
    """Folder and file of a subject."""
    subject = Subject(name="made@up", load=make_measurement, recorded=recorded, origin=origin, beside=lambda: beside)
    viewed = Viewed.of(RECORD, MEASUREMENT, subject)
    return viewed.folder, viewed.file


def test_places_of_data_are_those_that_are_there(tmp_path):
    file = tmp_path / "made.csv"
    file.write_text("a\n", encoding="utf-8")
    assert of(str(file)) == (tmp_path, file)
    assert of(str(tmp_path)) == (tmp_path, None)
    assert of("--claims-model made", recorded=False, beside=tmp_path) == (tmp_path, None)
    for nowhere in (of(), of(str(tmp_path / "gone.csv")), of(str(file), recorded=False)):
        assert nowhere == (None, None)


def test_example_of_the_guide_draws(tmp_path):
    guide = (ROOT / "docs" / "finding.md").read_text(encoding="utf-8")
    (code,) = (
        one for one in re.findall(r"```python[^\n]*\n(.*?)```", guide, re.DOTALL) if "pytest_claims.views" in one
    )
    (tmp_path / "views.py").write_text(code, encoding="utf-8")
    record = replace(RECORD, rows=("maths-00", "maths-01"), columns={"tuned": (1.0, 0.0), "plain": (0.0, 0.0)})
    notices: list[str] = []
    (chart,), (reply,) = views_beside(tmp_path, replace(VIEWED, record=record), notices)
    assert not notices
    assert chart.rows[0] == {"name": "maths-00", "tuned": 1.0, "plain": 0.0}
    assert reply.speaks == "for"
    altair.Chart.from_dict(plain(chart))


def test_views_offer_what_charts_are_made_with():
    from pytest_claims import views as offered

    assert offered.Chart is Chart
    assert all(hasattr(offered, name) for name in offered.__all__)
