"""Registering: what the claims of a session say now, and how each stands to what was registered before its data.

Knows nothing about judging, or about how a live subject keeps what it is given. What hashing takes is imported where
something is registered, or compared with what was.
"""

import datetime
import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from pytest_claims.base.given_file import is_given
from pytest_claims.base.version import VERSION
from pytest_claims.data.subject import Subject
from pytest_claims.session import options
from pytest_claims.session.asked import asked, claim_at, given_values
from pytest_claims.session.belonging import finding_at
from pytest_claims.session.reader import tables_of

if TYPE_CHECKING:
    from pytest_claims.data.finding import Finding
    from pytest_claims.data.registration import RegisteredClaim, Registration, Registrations, Standing
    from pytest_claims.session.offer import Loaded, Offer

_COMMITTED: Final = pytest.StashKey[dict[Path, "Registrations"]]()
_CLAIMS: Final = pytest.StashKey[dict[tuple[str, bool], "RegisteredClaim"]]()
# Options that leave claims out only after all were collected.
_LATER: Final = frozenset({"--claims-subject", "--claims-only-given", "-k", "-m"})


class Registrar:
    """The pytest plugin object of a session that only registers: it is given the claims, and nothing is judged."""

    def __init__(self) -> None:
        self.registrations: list[tuple[Finding | None, Registration]] = []

    def take(self, config: pytest.Config, claims: Sequence[pytest.Function]) -> None:
        """Keep what these claims say."""
        self.registrations += registrations_of(config, claims)


def registrar_of(config: pytest.Config) -> Registrar | None:
    """Who registers the claims of this session, if that is all that is wanted of it."""
    return next((one for one in config.pluginmanager.get_plugins() if isinstance(one, Registrar)), None)


def register_live(config: pytest.Config, offer: "Offer", claims: Sequence[pytest.Function]) -> None:
    """Have every live subject of these claims keep what they say, before it is measured."""
    by_finding = _by_finding(config, claims)
    keeping: dict[tuple[str, str], tuple[Subject, list[Registration]]] = {}
    for finding, several in by_finding:
        live = [one for one in offer.subjects_of(finding) if one.register]
        registration = _registration(config, finding, several) if live else None
        for subject in live:
            place = subject.finding, subject.name  # two findings may each have one of this name
            keeping.setdefault(place, (subject, []))[1].extend([registration] if registration else [])
    for subject, registrations in keeping.values():
        if subject.register:
            subject.register(registrations)


def registrations_of(
    config: pytest.Config, claims: Sequence[pytest.Function]
) -> "Iterator[tuple[Finding | None, Registration]]":
    """What the claims of each finding say now."""
    for finding, several in _by_finding(config, claims):
        yield finding, _registration(config, finding, several)


def committed(config: pytest.Config, finding: "Finding | None") -> "Registrations":
    """The registrations beside the claims of a finding; none where there are none.

    Raises:
        InputError: for a file that is no registration.
    """
    from pytest_claims.data.registration import FILE, Registrations, read_registrations

    if finding is None or not is_given(finding.folder / FILE):
        return Registrations()
    known = config.stash.setdefault(_COMMITTED, {})
    if finding.folder not in known:
        known[finding.folder] = read_registrations(finding.folder / FILE)
    return known[finding.folder]


def standing_of(item: pytest.Function, loaded: "Loaded") -> "Standing":
    """How the claim of a test stands to what was registered before the data of its subject were collected.

    Where nobody can tell, an author who says that the data had been seen is believed.
    """
    from pytest_claims.data.registration import EXPLORATORY, UNKNOWN

    claim, known = claim_at(item), _standing_of(item, loaded)
    return EXPLORATORY if known == UNKNOWN and claim and claim.exploratory else known


def _standing_of(item: pytest.Function, loaded: "Loaded") -> "Standing":
    from pytest_claims.data.registration import UNKNOWN, before_the_data, carried_by, standing

    finding = finding_at(item.config, item.path)
    name = finding.name if finding else ""
    carried = carried_by(loaded.data.provenance, loaded.data.name)
    several = [
        *committed(item.config, finding).registrations, *(one for one in carried.registrations if one.finding == name)
    ]  # fmt: skip
    begun = _begun(carried, finding, loaded) if several else None
    if not before_the_data(several, begun):
        return UNKNOWN
    return standing(asked(item)[0], _claim(item), several, begun)


def _begun(carried: "Registrations", finding: "Finding | None", loaded: "Loaded") -> datetime.datetime | None:
    """When data began to be collected, as they say themselves, or their finding; None where nobody says it.

    That data which are here began later than now is what nobody can say.
    """
    from pytest_claims.data.registration import date_in

    provenance = loaded.data.provenance
    declared = finding.collected(loaded.data.name) if finding else ""
    said = (carried.begun or "", declared, provenance.get("date", ""), provenance.get("created", ""))
    begun = next((date for one in said if (date := date_in(one)) is not None), None)
    return begun if begun and begun <= datetime.datetime.now(datetime.UTC) else None


def _registration(
    config: pytest.Config, finding: "Finding | None", claims: Iterable[pytest.Function]
) -> "Registration":
    from pytest_claims.data.registration import Registration, now

    return Registration(
        written=now(),
        version=VERSION,
        finding=finding.name if finding else "",
        whole=_is_whole(config, finding),
        claims={asked(item)[0]: _claim(item) for item in sorted(claims, key=lambda one: asked(one)[0])},
    )


def _is_whole(config: pytest.Config, finding: "Finding | None") -> bool:
    """Whether all claims of a finding are among those of this session."""
    if finding is None or not set(options.narrowing(config)) <= _LATER:
        return False
    folder = finding.folder.resolve()
    return any(folder.is_relative_to(one) for one in options.folders(config))


def _by_finding(
    config: pytest.Config, claims: Sequence[pytest.Function]
) -> "Collection[tuple[Finding | None, list[pytest.Function]]]":
    """Of each finding the tests of its claims."""
    found: dict[str, tuple[Finding | None, list[pytest.Function]]] = {}
    for item in claims:
        finding = finding_at(config, item.path)
        found.setdefault(finding.name if finding else "", (finding, []))[1].append(item)
    return found.values()


def code_of(item: pytest.Function) -> str:
    """The sha256 of what the claim of a test says and calls, whatever its finding declares."""
    said = _claim(item, declared=False)
    return hashlib.sha256(f"{said.claim}{said.calls}".encode()).hexdigest()


def _claim(item: pytest.Function, *, declared: bool = True) -> "RegisteredClaim":
    """What the claim of a test says; the same on every subject."""
    from pytest_claims.asking.as_registered import as_registered

    known, place = item.config.stash.setdefault(_CLAIMS, {}), (asked(item)[0], declared)
    if place not in known:
        claim, finding = claim_at(item), finding_at(item.config, item.path)
        if claim is None:
            raise TypeError(f"{item.nodeid} is no claim")
        decides = finding.decides if finding and declared else ""
        known[place] = as_registered(claim, item.function, given_values(item), tables=tables_of(item), declared=decides)
    return known[place]
