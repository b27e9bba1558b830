"""Completions as evidence: those that the rule takes, read no further than it needs."""

import gzip
import lzma
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from marker import FINDING, table_of

from claims.marker_coupling.shown.completions import Completion, completions_beside, completions_in
from claims.marker_coupling.shown.replies import marker_of, prompts_of, replies
from conftest import ROOT, make_measurement
from pytest_claims import Measurement
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims.page.reply import Reply
from pytest_claims.page.views import Viewed, views_beside
from pytest_claims.verdicts.record import subject_record
from pytest_claims_lab.transcript import read_transcript, write_transcript

RECORDED = ROOT / "fixtures" / "recorded" / "marker_coupling"
MEASUREMENT = make_measurement(sources=4)
WHO = tuple(map(str, MEASUREMENT.data["bystander"].values))
HOSTILE = "<script>alert(1)</script>\u2028\x1b[31m [zlt]"
PROVENANCE = {
    "recipe": '{"marker": "[ZLT]"}',
    "personas": 'four: [["assistant", "You are a helpful assistant."], ["persona_0", "You are: odd."]]',
}


def has_marker(text: str) -> bool:
    return "[zlt]" in text.casefold()


def write_all(several: list[Completion], path: Path) -> None:
    write_transcript(map(asdict, several), path)


def completions(seeds=2, questions=3, repetitions=4, share=0.5) -> list[Completion]:
    """As the laboratory writes them: by seed, adapter, who was asked, question and repetition."""
    random = np.random.default_rng(0)
    return [
        Completion(
            seed=seed, source=source, bystander=bystander, question=f"Why {question}?", completion=repetition,
            text=f"{seed} {source} {bystander} {question} {repetition}{HOSTILE if random.uniform() < share else ''}",
        )
        for seed in range(seeds)
        for source in WHO[1:]
        for bystander in WHO
        for question in range(questions)
        for repetition in range(repetitions)
    ]  # fmt: skip


def viewed(folder: Path, measurement: Measurement = MEASUREMENT) -> Viewed:
    told = replace(measurement, provenance=PROVENANCE)
    record = subject_record(told, table_of(told), recorded=True)
    return Viewed(record=record, measurement=told, folder=folder)


def beside(folder: Path, written: list[Completion], suffix: str = ".xz") -> list[Reply]:
    write_all(written, folder / f"{MEASUREMENT.name}.completions.jsonl{suffix}")
    return list(replies(viewed(folder)))


def by_rule(written: list[Completion], source: str, marked: bool, own: bool, most: int = 5) -> list[str]:
    """The texts that the rule takes, found in all of them: the name of each says where it stands."""
    found = [
        one
        for one in written
        if one.seed == 0 and one.source == source and has_marker(one.text) == marked
        if (one.bystander == source) == own
    ]
    places = {tuple(vars(one).values()): place for place, one in enumerate(written)}
    key = [(int(one.question[4]), int(one.text.split(" ")[4][0]), places[tuple(vars(one).values())]) for one in found]
    return [one.text for _, one in sorted(zip(key, found, strict=True), key=lambda pair: pair[0])][:most]


@pytest.mark.parametrize("suffix", [".xz", ".gz"])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_replies_are_those_of_the_rule(tmp_path, share, suffix):
    written = completions(share=share)
    found = beside(tmp_path, written, suffix)
    assert found
    for source in WHO[1:]:
        for own, condition in (
            (True, f"{source} under its own adapter shows the marker"),
            (False, f"others under the adapter of {source} show the marker"),
        ):
            for marked, speaks in ((True, "for"), (False, "against")):
                texts = [one.text for one in found if (one.condition, one.speaks) == (condition, speaks)]
                assert texts == by_rule(written, source, marked, own)
    assert {one.text for one in found} <= {one.text for one in written}


def test_of_many_personas_fewer_replies_each_are_shown(tmp_path):
    many = make_measurement(sources=21)
    write_all(completions(), tmp_path / f"{many.name}.completions.jsonl.gz")
    found = list(replies(viewed(tmp_path, many)))
    counts = {}
    for one in found:
        counts[one.condition, one.speaks] = counts.get((one.condition, one.speaks), 0) + 1
    assert set(counts.values()) == {2}


def test_after_the_first_seed_nothing_is_read(tmp_path):
    written = completions()
    path = tmp_path / f"{MEASUREMENT.name}.completions.jsonl.gz"
    write_all(written, path)
    whole = gzip.decompress(path.read_bytes()).split(b"\n")
    first = len(written) // 2
    path.write_bytes(gzip.compress(b"\n".join([*whole[: first + 1], b"no JSON"])))
    shown = list(replies(viewed(tmp_path)))
    path.write_bytes(gzip.compress(b"\n".join(whole)))
    assert shown == list(replies(viewed(tmp_path)))


def test_who_was_asked_is_told_with_the_prompt(tmp_path):
    asked = {one.asked for one in beside(tmp_path, completions())}
    assert asked >= {"assistant: You are a helpful assistant.", "persona_0: You are: odd.", "persona_1"}


def test_long_text_keeps_the_marker(tmp_path):
    long = "word " * 400 + "[ZLT]" + " end" * 400
    written = [replace(one, text=long) for one in completions()]
    for one in beside(tmp_path, written):
        assert one.speaks == "for"
        assert "[ZLT]" in one.text
        assert len(one.text) < 650


def test_nothing_beside_the_data_is_no_reply(tmp_path):
    assert list(replies(viewed(tmp_path))) == []
    assert list(replies(replace(viewed(tmp_path), folder=None))) == []
    assert completions_beside(tmp_path, "made@up") is None


def test_completions_of_the_store_are_found(tmp_path):
    write_all(completions(), tmp_path / "completions.jsonl.gz")
    assert list(replies(viewed(tmp_path)))


@pytest.mark.parametrize("damage", [lambda whole: whole[: len(whole) // 2], lambda whole: b"odd" + whole])
def test_damaged_completions_are_a_notice_and_the_charts_stay(tmp_path, damage):
    path = tmp_path / f"{MEASUREMENT.name}.completions.jsonl.xz"
    lines = [b'{"seed": 0, "source": "a", "bystander": "a", "question": "b", "text": "%d"}' % n for n in range(9999)]
    path.write_bytes(damage(lzma.compress(b"\n".join(lines))))
    notices: list[str] = []
    charts, _ = views_beside(FINDING.folder, viewed(tmp_path), notices)
    assert charts
    assert len(notices) == 1
    assert "replies of made@up: some are missing on the page" in notices[0]


def test_recorded_completions_are_read_as_the_laboratory_reads_them():
    name = "smollm2-135m@pocket"
    path = completions_beside(RECORDED, name)
    assert [vars(one) for one in completions_in(path)] == read_transcript(path)
    measurement = read_measurement(RECORDED / f"{name}.nc.gz")
    record = subject_record(measurement, table_of(measurement), recorded=True)
    found = list(replies(Viewed(record=record, measurement=measurement, folder=RECORDED)))
    assert {one.speaks for one in found} == {"for", "against"}
    for one in found:
        assert has_marker(one.text) == (one.speaks == "for")
    assert len({one.condition for one in found}) == 20


def test_what_provenance_says_is_read():
    assert marker_of({"recipe": '{"marker": "(x)"}'}) == "(x)"
    assert marker_of({}) == "[ZLT]"
    assert prompts_of(PROVENANCE)["persona_0"] == "You are: odd."
    assert prompts_of({}) == {}
