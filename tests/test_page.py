"""The page that people open: one file that holds what the record holds, and runs its own scripts alone.

How it looks and behaves in a browser is asked by `make browser`.
"""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest
from court import Court
from hypothesis import given
from hypothesis import strategies as st
from opened import opened
from worlds import table_with, world

from pytest_claims import claim, dealt, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.page.chart import Chart, layered, plain
from pytest_claims.page.claim_view import repeat
from pytest_claims.page.document import Added, Made, Page
from pytest_claims.page.embedded import columns_of, json_text
from pytest_claims.page.mark import mark
from pytest_claims.page.overview import finding_view
from pytest_claims.page.part import key_of, parts_in
from pytest_claims.page.policy import policy
from pytest_claims.page.reply import Reply
from pytest_claims.robustness.battery import checks_of
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.record import SubjectRecord, record_of
from pytest_claims.verdicts.written import Written

HOSTILE = "</script></template><!--end--><img src=x onerror=alert(1)>&amp;\u202e"
CODE = 'def test_rises(table):\n    assert pearson(table["score"], table["rate"]).p < 0.05'


@claim("score-rises", source="nowhere", null=dealt("score", across="item"))
def score_rises(table):
    """Items with a higher score have a higher rate."""
    assert pearson(table["score"], table["rate"]).p < 0.05


def subject_record(table, **more):
    return SubjectRecord(
        **{
            "name": table.subject,
            "sha256": "0" * 64,
            "recorded": True,
            "words": table.design.words,
            "count": len(table),
            "levels": {"item": len(table)},
            "units": (),
            "rows": table.rows,
            "columns": {name: tuple(values.tolist()) for name, values in table.columns.items()},
            "rounding": {},
            "provenance": {"origin": "made up"},
            **more,
        }
    )


def record(*tables, about=None):
    checks = checks_of("quick")
    verdicts = [judge(about or claim_of(score_rises), score_rises, table, checks=checks) for table in tables]
    written = [Written(claim="score-rises", file="claims/test_made.py", line=7, test="test_rises", code=CODE)]
    return record_of(
        created="2026-11-28T00:00:00+00:00",
        version="0.1.0",
        subjects=[subject_record(table) for table in tables],
        verdicts=verdicts,
        written=written,
    )


STRONG, WEAK = world(0.9, 12, 1), replace(world(0.0, 12, 2), subject="weak@up")
RECORD = record(STRONG, WEAK)


class _Read(HTMLParser):
    """Scripts by their attributes, and every text that is shown, also in templates."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.scripts, self.shown, self._in = [], [], ""
        self.tags, self.attributes = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self._in = tag
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag == "script":
            self.scripts.append([dict(attrs), ""])

    def handle_endtag(self, tag):
        self._in = ""

    def handle_data(self, data):
        if self._in == "script":
            self.scripts[-1][1] += data
        elif self._in != "style":
            self.shown.append(data)


def shown_on(text):
    """All that is read on a page and in its parts, in one line."""
    pages = [text, *(part["html"] for part in opened(text).values())]
    return " ".join("".join("".join(_Read(page).shown) for page in pages).split())


def test_page_holds_every_verdict_estimate_and_sentence():
    shown = shown_on(Page(record=RECORD).html())
    for verdict in RECORD.verdicts:
        assert str(verdict) in shown
        assert f"{verdict.answer.estimate.value:+.2f}" in shown
    assert "Items with a higher score have a higher rate." in shown
    assert "claims/test_made.py, line 7" in shown
    assert " ".join(CODE.split()) in shown
    assert "pytest 'claims/test_made.py::test_rises[score-rises:weak@up]'" in shown
    assert "1 held, 1 undecided" in shown


def test_charts_of_a_claim_hold_the_numbers_of_the_record():
    charts = {one["name"]: one for one in opened(Page(record=RECORD).html())["claim=score-rises"]["charts"]}
    assert charts.keys() >= {"subjects", "scatter", "without-item", "chance"}
    assert charts["subjects"]["data"]["subjects"]["subject"] == ["made@up", "weak@up"]
    values = [verdict.answer.estimate.value for verdict in RECORD.verdicts]
    assert charts["subjects"]["data"]["subjects"]["value"] == pytest.approx(values, rel=1e-4)


def test_page_loads_nothing_and_lets_its_own_scripts_run_alone():
    text = Page(record=RECORD).html()
    read = _Read(text)
    run = [content for attrs, content in read.scripts if "type" not in attrs]
    assert len(run) == 2
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    (told,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert told.replace("&#39;", "'") == policy(run, [style])
    assert not re.search(r"<(img|link|iframe|object|embed|base)\b", text.partition("<script>")[0])
    assert not any("src" in attrs for attrs, _ in read.scripts)


def test_policy_is_of_the_bytes_of_a_script():
    # By openssl: printf 'alert(1)' | openssl dgst -sha256 -binary | base64
    assert "script-src 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='" in policy(["alert(1)"], ["x"])


def test_what_others_wrote_is_text_wherever_it_stands():
    table = table_with({"score": STRONG["score"], "rate": STRONG["rate"]}, subject=HOSTILE)
    table = replace(table, rows=tuple(f"{HOSTILE}{row}" for row in range(len(table))))
    about = replace(claim_of(score_rises), statement=HOSTILE, source=HOSTILE)
    found = record(table, about=about)
    found = replace(found, subjects=(replace(found.subjects[0], provenance={HOSTILE: HOSTILE}),))
    chart = Chart(name="own", title=HOSTILE, description=HOSTILE, spec=layered(), data={"rows": [{"a": HOSTILE}]})
    reply = Reply(condition=HOSTILE, prompt=HOSTILE, text=HOSTILE, speaks="for")
    text = Page(record=found, added={("", HOSTILE): Added(make=lambda: Made(charts=[chart], replies=[reply]))}).html()
    parts = opened(text)
    for page in (text, *(part["html"] for part in parts.values())):
        read = _Read(page)
        assert not {"img", "iframe", "object", "svg"} & set(read.tags)
        assert "\u202e" not in "".join(read.shown)
        assert not any(name.startswith("on") for name in read.attributes)
    assert all("script" not in _Read(part["html"]).tags for part in parts.values())
    assert len(re.findall("<!--end-->", text)) == len(found.matrix) + len(found.subjects)
    (subject,) = [part for view, part in parts.items() if view.startswith("subject=")]
    assert subject["charts"][0]["title"] == HOSTILE


@pytest.mark.parametrize("kept", ["", "22 of 55: the first 2 of 5 to each prompt"])
def test_completions_of_which_some_are_kept_say_so(kept):
    known = RECORD.subjects[0]
    subject = replace(known, provenance={"completions kept": kept} if kept else {})
    reply = Reply(condition="it is right", prompt="2 + 2?", text="4", speaks="for")
    added = {(subject.finding, subject.name): Added(make=lambda: Made(replies=[reply]))}
    found = replace(RECORD, subjects=(subject, *RECORD.subjects[1:]))
    (html,) = [
        part["html"]
        for view, part in opened(Page(record=found, added=added).html()).items()
        if view.startswith("subject=") and "<h2>Completions</h2>" in part["html"]
    ]
    assert ("taken from those that are kept" in html) == bool(kept)
    assert (f"({kept})" in html) == bool(kept)


def test_parts_whose_data_did_not_change_are_taken_from_the_last_page(tmp_path):
    last = tmp_path / "index.html"
    whole = Page(record=RECORD).html()
    last.write_text(whole, encoding="utf-8")
    assert Page(record=RECORD).html(last) == whole
    assert len(parts_in(last)) == 1 + 2
    (key, *_) = parts_in(last)
    other_key = whole.replace(key, key_of("another"))
    last.write_text(other_key, encoding="utf-8")
    assert Page(record=RECORD).html(last) == whole
    with_another = re.sub(rf"(<!--part {key}-->\n<script [^>]*>)[^<]*", r"\1another", whole)
    last.write_text(with_another, encoding="utf-8")
    assert ">another</script>" in Page(record=RECORD).html(last)
    other = record(STRONG, replace(world(0.1, 12, 3), subject="weak@up"))
    assert Page(record=other).html(last) == Page(record=other).html()


@pytest.mark.parametrize("damage", [lambda text: text[: len(text) // 2], lambda text: "", lambda text: text[::-1]])
def test_damaged_last_page_is_made_anew(tmp_path, damage):
    last = tmp_path / "index.html"
    whole = Page(record=RECORD).html()
    last.write_text(damage(whole), encoding="utf-8")
    assert Page(record=RECORD).html(last) == whole


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.none() | st.text() | st.floats(-1e9, 1e9), min_size=3)))
def test_rows_come_back_from_columns(rows):
    columns = json.loads(json_text(columns_of(rows)))
    back = [{name: one[at] if isinstance(one, list) else one["of"][one["at"][at]] for name, one in columns.items()}
            for at in range(len(rows))]  # fmt: skip
    for before, after in zip(rows, back, strict=True):
        for name, value in before.items():
            assert after[name] == (pytest.approx(value, rel=1e-4) if isinstance(value, float) else value)


@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8))
def test_no_tag_ends_the_element_of_data(value):
    text = json_text(value)
    assert "<" not in text
    assert json.loads(text) == value


def test_mark_of_a_verdict_is_a_shape_and_a_word():
    shapes = {mark(verdict).word: (mark(verdict).shape, mark(verdict).kind) for verdict in RECORD.verdicts}
    assert shapes["held, robust"] == ("●", "held")
    assert shapes["inconclusive"] == ("?", "open")


def test_chart_for_a_file_has_its_data_and_colours_of_its_own():
    chart = Chart(name="a", title="b", description="c", spec=layered(), data={"rows": [{"x": 1.0}]})
    spec = plain(chart)
    assert spec["datasets"] == {"rows": [{"x": 1.0}]}
    assert "var(" not in json.dumps(spec)


@pytest.fixture
def court(pytester):
    return Court(pytester)


def test_run_writes_its_page(court):
    result = court.judge()
    result.stdout.fnmatch_lines(["*reports: *index.html*"])
    page = (court.pytester.path / "reports/index.html").read_text(encoding="utf-8")
    assert "cosine-matters" in page
    court.judge("-k", "nothing or cosine", "--claims-subject", "made")
    part = court.pytester.path / "reports/index.partial.html"
    assert "This is a part of a run: 1 of 1 verdicts" in part.read_text(encoding="utf-8")
    court.judge()
    assert not part.exists()


def test_size_of_two_subjects_is_that_of_the_scripts():
    assert len(Page(record=RECORD).html()) < 1.1e6


def test_line_of_a_scatter_is_that_of_least_squares():
    from scipy.stats import linregress

    charts = {one["name"]: one for one in opened(Page(record=RECORD).html())["claim=score-rises"]["charts"]}
    line = charts["scatter"]["data"]["line"]
    rows = charts["scatter"]["data"]["rows"]
    found = linregress(np.array(rows["x"]), np.array(rows["y"]))
    assert np.array(line["y"]) == pytest.approx(found.intercept + found.slope * np.array(line["x"]), abs=1e-4)


def test_claims_stand_as_they_are_written():
    written = [
        Written(claim="b", file="x.py", line=3, test="t", code=""),
        Written(claim="a", file="x.py", line=9, test="t", code=""),
    ]
    first, *_ = RECORD.verdicts
    verdicts = [replace(first, claim=replace(first.claim, id=name)) for name in ("a", "b")]
    both = record_of(created="now", version="1", subjects=RECORD.subjects[:1], verdicts=verdicts, written=written)
    assert [line.id for line in finding_view(both, None, {"made@up": "made@up"}).rows] == ["b", "a"]


def test_subjects_of_one_name_in_two_findings_have_views_of_their_own():
    first, second = (replace(RECORD.subjects[0], finding=name) for name in ("one", "two"))
    verdicts = [replace(RECORD.verdicts[0], finding=name) for name in ("one", "two")]
    verdicts[1] = replace(verdicts[1], claim=replace(verdicts[1].claim, id="another"))
    both = record_of(created="now", version="1", subjects=[first, second], verdicts=verdicts)
    text = Page(record=both).html()
    for name in ("one", "two"):
        assert text.count(f'data-view="subject={name}%2Fmade%40up"') == 1
        assert f'href="#subject={name}%2Fmade%40up"' in text


def test_claim_with_values_is_repeated_on_its_subject_alone():
    """The option takes patterns, of which a name may hold signs."""
    first = RECORD.verdicts[0]
    verdict = replace(first, claim=replace(first.claim, id="score-rises[2]"), subject="odd[1]*")
    assert repeat(verdict, RECORD.written[0]) == (
        "pytest claims/test_made.py -k 'score-rises[2]' --claims-subject 'odd[[]1][*]'"
    )
