"""The page in a browser: `make browser`. It needs Debian's chromium, and is no part of `make test`.

That what others wrote runs nothing is tried with names, statements and completions that would, if a browser let them.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from worlds import table_with

from pytest_claims import claim, pearson
from pytest_claims.asking.claim import claim_of
from pytest_claims.data.finding import read_finding
from pytest_claims.page.document import Added, Made
from pytest_claims.page.document import Page as Document
from pytest_claims.page.reply import Reply
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.record import Record, SubjectRecord, read_record, record_of
from pytest_claims.words.verdict import counted

ROOT = Path(__file__).parents[1]
SIZES = {"desktop": (1280, 900), "phone": (360, 800)}
HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
CLAIM, SUBJECT = "cosine-predicts-coupling", "qwen2.5-7b-instruct@published"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "no chromium on this machine: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def record() -> Record:
    return read_record(Path(os.environ.get("PAGE_OF", ROOT / "reports/example/claims.json")))


@pytest.fixture(scope="session")
def example(record: Record, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the example, made anew."""
    file = tmp_path_factory.mktemp("page") / "index.html"
    finding = read_finding(ROOT / "claims/marker_coupling")
    file.write_text(Document(record=record, findings={"marker_coupling": finding}).html(), encoding="utf-8")
    return file


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page on which every text that others write is a script."""
    table = table_with({"score": [1.0, 2, 3, 4, 5, 7], "rate": [0.1, 0.2, 0.4, 0.3, 0.6, 0.7]}, subject=HOSTILE)
    table = replace(table, rows=tuple(f"{HOSTILE}{row}" for row in range(6)))

    @claim("hostile", source=HOSTILE)
    def test_hostile(table):
        """Something."""
        assert pearson(table["score"], table["rate"]).p < 0.05

    about = replace(claim_of(test_hostile), statement=HOSTILE)
    verdict = judge(about, test_hostile, table)
    subject = SubjectRecord(
        name=HOSTILE,
        sha256="0" * 64,
        recorded=True,
        words=table.design.words,
        count=len(table),
        levels={},
        units=(),
        rows=table.rows,
        columns={name: tuple(values.tolist()) for name, values in table.columns.items()},
        rounding={},
        provenance={HOSTILE: HOSTILE, "repeat": HOSTILE},
    )
    record = record_of(created="now", version=HOSTILE, subjects=[subject], verdicts=[verdict])
    reply = Reply(condition=HOSTILE, prompt=HOSTILE, text=HOSTILE, speaks="for")
    file = tmp_path_factory.mktemp("hostile") / "index.html"
    added = {("", HOSTILE): Added(make=lambda: Made(replies=[reply]))}
    file.write_text(Document(record=record, added=added).html(), encoding="utf-8")
    return file


class Opened:
    """A page in a browser, and all that it complained of or asked for."""

    def __init__(self, page: Page, file: Path) -> None:
        self.page, self.complaints = page, list[str]()
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog: {dialog.message}"))
        page.on("request", lambda request: self.requests.append(request.url))
        page.goto(file.as_uri())

    def go(self, place: str) -> None:
        self.page.evaluate("place => { location.hash = place; }", place)
        self.page.wait_for_function("() => !document.getElementById('view').hidden")

    def overflows(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def quiet(self, file: Path) -> bool:
        return not self.complaints and set(self.requests) == {file.as_uri()}


@pytest.fixture(params=[(size, scheme) for size in SIZES for scheme in ("light", "dark")], ids="-".join)
def opened(request, browser: Browser, example: Path) -> Iterator[Opened]:
    size, scheme = request.param
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    yield Opened(page, example)
    page.close()


@pytest.fixture
def desktop(browser: Browser, example: Path) -> Iterator[Opened]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield Opened(page, example)
    page.close()


def places(record: Record) -> list[str]:
    return ["", f"claim={CLAIM}&subject={SUBJECT}", f"subject={SUBJECT}"]


def test_nothing_is_asked_for_nothing_complains_and_nothing_overflows(opened, example, record):
    for place in places(record)[1:]:
        assert not opened.overflows()
        opened.go(place)
        opened.page.wait_for_timeout(600)
    assert not opened.overflows()
    assert opened.quiet(example), (opened.complaints, opened.requests)


def test_axe_finds_nothing_serious(opened, record):
    for place in places(record):
        if place:
            opened.go(place)
            opened.page.wait_for_timeout(600)
        found = Axe().run(opened.page)["violations"]
        serious = [one for one in found if one["impact"] in ("serious", "critical")]
        assert not serious, [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in serious]


def test_every_view_draws_all_of_its_charts(desktop, example, record):
    for name in record.matrix:
        desktop.go(f"claim={name}")
        desktop.page.evaluate("document.querySelectorAll('#view details').forEach(one => { one.open = true; })")
        wanted = desktop.page.locator("#view figure.chart").count()
        desktop.page.wait_for_function(
            "wanted => document.querySelectorAll('#view figure.chart svg').length === wanted",
            arg=wanted,
            timeout=60_000,
        )
    assert desktop.quiet(example), desktop.complaints


def test_claims_are_filtered_and_ordered(desktop, record):
    page = desktop.page
    page.fill("input[name=text]", "leakage")
    shown = page.locator(".matrix tbody tr:visible th").all_inner_texts()
    assert sorted(shown) == [one for one in record.matrix if "leakage" in f"{one} {_statement(record, one)}".lower()]
    assert page.inner_text(".count") == f"{len(shown)} of {len(record.matrix)} claims"
    page.fill("input[name=text]", "")
    page.check("input[value=failed]")
    some = page.locator(".matrix tbody tr:visible").count()
    assert 0 < some < len(record.matrix)
    page.select_option("select[name=order]", "failed")
    failures = [int(row.get_attribute("data-failed")) for row in page.locator(".matrix tbody tr:visible").all()]
    assert failures == sorted(failures, reverse=True)


def _statement(record: Record, name: str) -> str:
    return next(one.claim.statement for one in record.verdicts if one.claim.id == name)


def test_first_screen_counts_what_the_record_holds(desktop, record):
    assert counted(record.verdicts) in desktop.page.inner_text(".claimed")
    assert desktop.page.locator(".matrix tbody a.mark").count() == len(record.verdicts)


def test_claim_is_opened_by_keyboard_and_focus_comes_back(desktop):
    link = desktop.page.locator(f".matrix a[href='#claim={CLAIM}']")
    link.focus()
    desktop.page.keyboard.press("Enter")
    desktop.page.wait_for_selector("#view h1")
    assert desktop.page.inner_text("#view h1") == CLAIM
    assert desktop.page.evaluate("document.activeElement.id") == "view"
    desktop.page.go_back()
    desktop.page.wait_for_selector(".matrix", state="visible")
    assert desktop.page.evaluate("document.activeElement.getAttribute('href')") == f"#claim={CLAIM}"


def test_point_tells_its_name_and_numbers(desktop, record):
    desktop.go(f"claim={CLAIM}&subject={SUBJECT}")
    points = desktop.page.locator("details[open] figure.chart").first.locator(".mark-symbol path")
    points.first.wait_for()
    points.first.hover()
    tip = desktop.page.locator("#vg-tooltip-element.visible")
    tip.wait_for()
    rows = next(one.rows for one in record.subjects if one.name == SUBJECT)
    assert any(row in tip.inner_text() for row in rows)


def test_table_behind_a_chart_holds_its_numbers(desktop, record):
    desktop.go(f"claim={CLAIM}&subject={SUBJECT}")
    figure = desktop.page.locator("details[open] figure.chart").first
    figure.locator("svg").first.wait_for()
    figure.get_by_role("button", name="Table").click()
    subject = next(one for one in record.subjects if one.name == SUBJECT)
    cells = figure.locator("tbody tr").first.locator("th, td").all_inner_texts()
    assert cells[0] == subject.rows[0]
    assert float(cells[1]) == pytest.approx(subject.columns["cosine"][0], rel=1e-4)


def test_what_is_written_by_others_runs_nothing(browser, hostile):
    page = browser.new_page()
    opened = Opened(page, hostile)
    for link in ("claim=hostile", f"subject={HOSTILE}"):
        page.evaluate("place => { location.hash = place; }", link.split("=")[0] + "=" + _encoded(page, link))
        page.wait_for_function("() => !document.getElementById('view').hidden")
        page.evaluate("document.querySelectorAll('#view details').forEach(one => { one.open = true; })")
        page.wait_for_timeout(800)
        assert "owned" not in page.title().split("·")[1]
        assert page.locator("#view img, #view script").count() == 0
    assert opened.quiet(hostile), (opened.complaints, opened.requests)
    page.close()


def _encoded(page: Page, link: str) -> str:
    return str(page.evaluate("text => encodeURIComponent(text)", link.partition("=")[2]))


def test_script_that_somebody_puts_in_is_not_run(browser, example, tmp_path):
    """The policy lets the page's own scripts run alone."""
    file = tmp_path / "index.html"
    text = example.read_text(encoding="utf-8")
    file.write_text(text.replace("</main>", "<script>document.title = 'owned'</script></main>"), encoding="utf-8")
    page = browser.new_page()
    complaints = Opened(page, file).complaints
    assert page.title() != "owned"
    assert any("Content Security Policy" in one for one in complaints)
    page.close()
