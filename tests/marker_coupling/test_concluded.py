"""What README and pages conclude of the marker finding is what the verdicts say now, and goes with any of them."""

import re
from dataclasses import replace

import pytest
from made_records import KINDS
from marker_record import FINDING, concluded

from pytest_claims.report.conclusions import parts, sentence
from pytest_claims.report.findings import inserted
from pytest_claims.verdicts.conclusions import conclusions_of

CONCLUSIONS = FINDING.declared.conclusions
PAGES = [(FINDING.folder / page).resolve() for page in FINDING.declared.pages]
MULTIVERSE = [
    row.name for row in FINDING.declared.headline.rows if row.shows == "multiverse"
]  # test_printed_numbers.py


def without_multiverse(text):
    """A page without the row that takes a check of many analyses."""
    return "\n".join(
        line for line in text.splitlines() if not line.startswith(tuple(f"| {row} |" for row in MULTIVERSE))
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_says_what_the_verdicts_say(page):
    text = page.read_text(encoding="utf-8")
    now = inserted(text, concluded(), FINDING, where=page.name)
    assert without_multiverse(now) == without_multiverse(text), "write it anew: make findings"


def test_page_of_findings_has_every_sentence_and_the_headline(root):
    text = (root / "FINDINGS-marker_coupling.md").read_text(encoding="utf-8")
    for one in conclusions_of(FINDING, concluded()):
        assert one.holds
        assert f"- {sentence(concluded(), one)} *(" in text
    table = re.search(r"headline.*?-->\n(.*?\n)\n", (root / "README.md").read_text(encoding="utf-8"), re.S)[1]
    assert table in text


def test_every_conclusion_stands_on_a_page():
    shown = {
        part
        for page in PAGES
        for mark in re.findall(r"<!-- claims/marker_coupling: (.+?) -->", page.read_text(encoding="utf-8"))
        for part in mark.split(", ")
    }
    assert shown == {one.part for one in CONCLUSIONS} | {"headline", "together"}


@pytest.mark.parametrize("place", range(len(CONCLUSIONS)), ids=lambda place: CONCLUSIONS[place].text[:40])
def test_a_sentence_goes_when_any_of_its_verdicts_is_another(place):
    record = concluded()
    conclusion = conclusions_of(FINDING, record)[place]
    part, said = conclusion.entry.part, sentence(record, conclusion)
    for need, grounds in zip(conclusion.entry.needs, conclusion.grounds, strict=True):
        kind = next(one for one in KINDS if not str(one).startswith(need.says))
        for ground in grounds:
            of_it = ground.verdict
            same = {"claim": of_it.claim, "subject": of_it.subject, "finding": of_it.finding, "power": of_it.power}
            flipped = replace(kind, **same)
            verdicts = tuple(flipped if one is of_it else one for one in record.verdicts)
            now = parts(record, conclusions_of(FINDING, replace(record, verdicts=verdicts)))
            assert said in parts(record, conclusions_of(FINDING, record))[part]
            assert said not in now[part]
