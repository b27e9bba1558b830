"""Which subjects are judged: each name once, and under the name that its measurement has."""

import re

import pytest

from conftest import make_measurement
from pytest_claims.base.errors import InputError
from pytest_claims.data.subject import Subject, refuse_vain, select


def subject(name="made@up", *, recorded=True, origin="") -> Subject:
    return Subject(name=name, load=make_measurement, recorded=recorded, origin=origin)


def test_live_subject_takes_the_place_of_a_recorded_one():
    live, recorded, other = subject(recorded=False), subject(), subject("other")
    for offered in ([live, recorded, other], [other, recorded, live]):
        assert {one.name: one for one in select(offered, [])} == {"made@up": live, "other": other}
        assert select(offered, ["made*"]) == [live]


@pytest.mark.parametrize("recorded", [True, False])
def test_two_of_one_name_are_refused(recorded):
    two = [subject(recorded=recorded, origin=origin) for origin in ("a/x.nc", "b/x.nc")]
    message = "two subjects are named 'made@up': a/x.nc and b/x.nc; leave one out, or give one another name"
    with pytest.raises(InputError, match=message):
        select([*two, subject(recorded=not recorded)], ["nothing*"])


def test_no_match_says_what_there_is():
    message = "no subject matches mad (did you mean 'made@up'?) and oth? (did you mean 'other'?): have made@up, other"
    with pytest.raises(InputError, match=re.escape(message)):
        refuse_vain(["mad", "m*", "oth?"], ["made@up", "other"])
    refuse_vain(["b*"], [])


def test_measurement_of_another_name_is_refused():
    assert subject().measurement().name == "made@up"
    with pytest.raises(InputError, match=r"recorded/other.nc holds 'made@up', wanted 'other'; give the file the name"):
        subject("other", origin="recorded/other.nc").measurement()
