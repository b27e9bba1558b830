"""Registrations: how a claim stands to what was written before its data, and the file that keeps it."""

import datetime
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims.base.errors import InputError
from pytest_claims.data.registration import (
    PROVENANCE,
    RegisteredClaim,
    Registration,
    Registrations,
    carried_by,
    date_in,
    now,
    read_registrations,
    standing,
)

A, B, C = ("a" * 64, "b" * 64, "c" * 64)
BEGUN = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)


def one(claim=A, calls=A):
    return RegisteredClaim(statement="Made up.", claim=claim, calls=calls)


def written(day, *, whole=True, **claims):
    date = f"2026-{day}T00:00:00Z"
    return Registration(written=date, version="0", finding="f", whole=whole, claims=claims or {"x": one()})


@pytest.mark.parametrize(
    ("several", "word", "why"),
    [
        ([written("05-01")], "registered", ""),
        ([written("06-01")], "registered", ""),  # the very second in which it began
        ([written("05-01", x=one(B))], "after the fact", "claim"),
        ([written("05-01", x=one(A, B))], "after the fact", "calls"),
        ([written("05-01", y=one())], "after the fact", "new"),
        ([written("05-01", y=one(), whole=False)], "unknown", ""),  # nobody knows what else there was
        ([written("06-02")], "unknown", ""),
        ([], "unknown", ""),
        ([written("05-01", x=one(B)), written("05-02")], "registered", ""),
        ([written("05-01"), written("05-02", x=one(B))], "after the fact", "claim"),  # the last form is the plan
        ([written("05-01"), written("05-02", y=one())], "registered", ""),  # what did not change is not written again
        ([written("05-01", x=one(B)), written("06-02")], "after the fact", "claim"),
    ],
)
def test_what_was_written_last_before_the_data_decides(several, word, why):
    found = standing("x", one(), several, BEGUN)
    assert (found.word, found.why) == (word, why)
    assert (
        (found.registered < found.begun or found.registered == found.begun) if word != "unknown" else found.begun == ""
    )


def test_without_a_date_of_the_data_nobody_knows():
    assert standing("x", one(), [written("05-01")], None).word == "unknown"


days = st.integers(1, 28).map("04-{:02}".format) | st.integers(2, 28).map("06-{:02}".format)
claims = st.dictionaries(st.sampled_from("xyz"), st.builds(one, st.sampled_from([A, B]), st.sampled_from([A, C])))
registrations = st.lists(
    st.builds(lambda day, whole, some: written(day, whole=whole, **some), days, st.booleans(), claims),
    unique_by=lambda one: one.written,
)


@given(registrations)
def test_what_is_written_afterwards_never_makes_a_claim_registered(several):
    before = [each for each in several if each.written < "2026-06-01"]
    assert standing("x", one(), several, BEGUN) == standing("x", one(), before, BEGUN)


@given(registrations)
def test_order_in_the_file_decides_nothing(several):
    assert standing("x", one(), several, BEGUN) == standing("x", one(), several[::-1], BEGUN)


@given(registrations, st.booleans())
def test_file_is_read_as_it_was_written(several, begun):
    kept = Registrations(begun="2026-06-01T00:00:00Z" if begun else None, registrations=tuple(several))
    assert carried_by({PROVENANCE: kept.text()}, "made") == kept


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026-11-26T00:02:08Z to 2026-11-26T00:12:22Z", "2026-11-26T00:02:08+00:00"),
        ("2026-11-26", "2026-11-26T00:00:00+00:00"),
        ("2026-11-26 10:00:00+02:00", "2026-11-26T10:00:00+02:00"),
        ("2026-11-26T10:00:00.5", "2026-11-26T10:00:00.500000+00:00"),
    ],
)
def test_dates_are_read(text, date):
    assert date_in(text).isoformat() == date


@pytest.mark.parametrize(
    "text", ["", "not stated by the source", "2026", "2026-13-01", "2026-02-31", "before 2026-01-01"]
)
def test_what_is_no_date_is_none(text):
    assert date_in(text) is None


def test_moment_that_is_written_is_read():
    assert abs(date_in(now()) - datetime.datetime.now(datetime.UTC)) < datetime.timedelta(seconds=5)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content | {"format": 2}, "has format 2, wanted 1; judge with the pytest-claims that wrote it"),
        (lambda content: content | {"registration": []}, "unknown key 'registration'; did you mean 'registrations'?"),
        (lambda content: [content], "wanted a table of key = value"),
        (
            lambda content: content | {"registrations": [content["registrations"][0] | {"written": "yesterday"}]},
            "written is 'yesterday'",
        ),
        (
            lambda content: json.loads(json.dumps(content).replace(A, "abc", 1)),
            "claim is 'abc', wanted a sha256 in hex, of 64 digits; take it from the history",
        ),
    ],
)
def test_file_that_is_no_registration_is_refused_in_a_line(change, message, tmp_path):
    path = tmp_path / "registration.json"
    content = json.loads(Registrations(registrations=(written("05-01"),)).text())
    path.write_text(json.dumps(change(content)))
    with pytest.raises(InputError, match=r"registration\.json") as error:
        read_registrations(path)
    assert message in str(error.value)
    assert "\n" not in str(error.value)
