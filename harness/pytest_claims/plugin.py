"""The pytest plugin: offers subjects to claims, and where there are claims calls the court to judge them.

Knows nothing about particular claims, or about how measurements are made: other plugins offer subjects through
``pytest_claims_subjects``. It is loaded in every run of its environment, so what judging needs is imported when there
is a claim to judge.
"""

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_claims import hooks
from pytest_claims.asking.claim import claim_of
from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import is_given
from pytest_claims.base.heard import heard
from pytest_claims.base.option import declare, usage, value, values
from pytest_claims.data.declaration_file import FILE
from pytest_claims.session import options, started
from pytest_claims.session.admission import DATA, objections
from pytest_claims.session.asked import asked, candidate, subject_of, test_id
from pytest_claims.session.belonging import finding_at, findings_of
from pytest_claims.session.offer import begin, offer_of, too_late
from pytest_claims.session.places import compares_with, saves_to
from pytest_claims.session.registering import committed, register_live, registrar_of
from pytest_claims.session.run import Run
from pytest_claims.session.selection import Selection
from pytest_claims.session.told import REFUSED, Told, where

if TYPE_CHECKING:
    from pytest_claims.asking.claim import Claim
    from pytest_claims.data.finding import Finding
    from pytest_claims.data.measurement import Measurement
    from pytest_claims.data.table import Table
    from pytest_claims.verdicts.known import Baseline

_BROKEN: Final = pytest.StashKey[list[str]]()
_KNOWN: Final = pytest.StashKey["Baseline | None"]()


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """What other plugins may implement."""
    pluginmanager.add_hookspecs(hooks)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """The options of the court."""
    declare(parser, pluginmanager, options.OPTIONS, group="claims", title="judging claims")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the baseline, refuse unknown checks, and collect the run's verdicts."""
    started.begin(config)
    config.addinivalue_line("markers", "claim: an executable claim, judged by the harness")
    config.pluginmanager.register(Selection(config), "claims-selection")
    values(config, options.OPTIONS)  # a value that is none is refused now, and not by each claim
    with usage():
        config.stash[_KNOWN] = _known(config)
    if value(config, "claims_compare_fail") != options.FAILING:
        from pytest_claims.verdicts.failing import failing_of

        with usage("--claims-compare-fail: "):
            failing_of(value(config, "claims_compare_fail"))
    if value(config, "claims_robustness") != "quick":
        from pytest_claims.robustness.battery import checks_of

        with usage("--claims-robustness: "):
            checks_of(value(config, "claims_robustness"))
    if value(config, "claims_data") and getattr(config.option, "numprocesses", None):
        raise pytest.UsageError("--claims-data shows data in one process; leave -n out, or say -n 0")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Run(config, known=config.stash[_KNOWN]), "claims-run")
        config.pluginmanager.register(Told(), "claims-told")


def _known(config: pytest.Config) -> "Baseline | None":
    """What the run compares with; a baseline that it will have to keep in part is read, too, whether it can be."""
    compares, saves = compares_with(config), saves_to(config)
    keeps = saves is not None and is_given(saves) and bool(options.narrowing(config))
    if compares is None and not keeps:
        return None  # a whole run that saves writes all of it anew
    from pytest_claims.verdicts.baseline import read_baseline

    if keeps and saves is not None:
        read_baseline(saves)
    return None if compares is None else read_baseline(compares)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Find the subjects at once: a bad option is then one line, not an error for every claim."""
    begin(session.config)


@pytest.hookimpl(tryfirst=True)  # the subject comes first in a test's id, whatever else it is parametrised with
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each claim every subject; where there is none, it is refused with all other claims."""
    claim = claim_of(metafunc.function)
    if not (claim and DATA in metafunc.fixturenames):
        return
    try:
        finding = finding_at(metafunc.config, metafunc.definition.path)
        if registrar_of(metafunc.config):  # before there are any data, if need be
            return
        subjects = offer_of(metafunc.config).subjects_of(finding)
    except InputError as error:  # told when all is collected, and not of every file of claims
        metafunc.config.stash.setdefault(_BROKEN, []).append(str(error))
        return
    if subjects:
        ids = [test_id(claim, subject) for subject in subjects]
        metafunc.parametrize(DATA, subjects, ids=ids, indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse what cannot be judged: as a usage error, or, where a worker's would be a crash, test by test."""
    tests = [item for item in items if isinstance(item, pytest.Function)]
    claims = [item for item in tests if claim_of(item.function)]
    if not any(item in claims or DATA in item.fixturenames for item in tests):
        return
    for item in claims:
        item.add_marker("claim")
        item.extra_keyword_matches.add(asked(item)[0])  # -k finds what reports call it: an id with its values
    refused: list[str] = config.stash.setdefault(_BROKEN, []) or list(
        objections(candidate(item, ours=__name__) for item in tests)
    )
    if not options.narrowing(config):
        refused = [*refused, *_without_twin([claim_of(item.function) for item in claims])]
    if not options.only_shows(config):
        refused = [*refused, *map(_offered_late, too_late(config))]
    registrar = registrar_of(config)
    if registrar and not any(refused):
        registrar.take(config, claims)
        return
    chosen = claims if any(refused) else _chosen(config, items, claims)
    if not any(refused):
        refused = _vain(config) or _without_subjects(config, chosen)
    if why := list(filter(None, dict.fromkeys(refused))):
        if not hasattr(config, "workeroutput"):
            raise pytest.UsageError(*why)
        config.workeroutput[REFUSED] = why
        items.clear()
    elif chosen:
        _call_the_court(config, items, claims)


def _without_twin(claims: "Sequence[Claim | None]") -> list[str]:
    """The twins that are no claims of this run, which is one of whole folders."""
    every = {claim.id for claim in claims if claim}
    return [
        f"claim {claim.id!r} has the twin {claim.twin!r}, and there is no such claim; correct it, or leave it out"
        for claim in dict.fromkeys(claims)
        if claim and claim.twin and claim.twin not in every
    ]


def _offered_late(conftest: str) -> str:
    return (
        f"{conftest} offers subjects, and pytest reads it only with the tests beside it; move pytest_claims_subjects "
        "to the conftest.py beside the folder claims, or name its folder on the command line"
    )


def _chosen(config: pytest.Config, items: list[pytest.Item], claims: list[pytest.Function]) -> list[pytest.Function]:
    """The claims without those of findings of which --claims-subject leaves no subject: they are deselected."""
    offer = offer_of(config)
    without = [(item, finding_at(config, item.path)) for item in claims if subject_of(item) is None]
    gone = {item for item, finding in without if offer.all_of(finding) and not offer.subjects_of(finding)}
    if gone:
        config.hook.pytest_deselected(items=[item for item in claims if item in gone])
        items[:] = [item for item in items if item not in gone]
    return [item for item in claims if item not in gone]


def _vain(config: pytest.Config) -> list[str]:
    """A pattern that no subject matches, a finding that there is not, or a registration that is none."""
    try:
        offer_of(config).refuse_vain(findings_of(config))
        for finding in findings_of(config):
            committed(config, finding)
    except InputError as error:
        return [str(error)]
    return []


def _without_subjects(config: pytest.Config, claims: Sequence[pytest.Function]) -> list[str]:
    """Of each finding that has claims and no subject, what to do; nothing where tests are only shown."""
    lacking: dict[str, list[Finding | None]] = {}
    for item in claims:
        if subject_of(item) is None and not options.only_shows(config):
            finding = finding_at(config, item.path)
            lacking.setdefault(finding.name if finding else "", []).append(finding)
    measures = hasattr(config.option, "claims_model")
    return [_no_subject(several[0], len(several), measures=measures) for several in lacking.values()]


def _no_subject(finding: "Finding | None", claims: int, *, measures: bool) -> str:
    counted, them = ("is 1 claim", "it") if claims == 1 else (f"are {claims} claims", "them")
    whose = f" of {finding.name}" if finding else ""
    declared = f"name one in data of {finding.name}/{FILE}" if finding else f"declare one in data of a {FILE}"
    measured = ", measure one with --claims-model" if measures else ""
    return (
        f"there {counted}{whose} and no subject to judge {them} on; {declared}, give a table or arrays with "
        f"--claims-measurement=FILE{measured}, or offer subjects in conftest.py with pytest_claims_subjects"
    )


def _call_the_court(config: pytest.Config, items: Sequence[pytest.Item], claims: Sequence[pytest.Function]) -> None:
    if not options.only_shows(config):
        with heard():
            register_live(config, offer_of(config), claims)
    if value(config, "claims_data"):
        with heard():
            from pytest_claims.session.shown import Shown

        config.pluginmanager.register(Shown(offer_of(config), claims), "claims-shown")
        return
    with heard():
        from pytest_claims.robustness.battery import checks_of
        from pytest_claims.session.trial import Trial

    trial = Trial(
        config,
        offer=offer_of(config),
        known=config.stash[_KNOWN],
        checks=checks_of(value(config, "claims_robustness")),
        asked=_questions(config, claims),
        tests=frozenset(item.path for item in items),
    )
    config.pluginmanager.register(trial, "claims-trial")


def _questions(config: pytest.Config, claims: Sequence[pytest.Function]) -> int:
    """How many there are: claims, with their values, on all subjects of their findings."""
    offer = offer_of(config)
    places = {asked(item)[0]: finding_at(config, item.path) for item in claims}
    return sum(len(offer.all_of(finding)) for finding in places.values())


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Tell what is wrong with a claim as it is written in one line, and where."""
    report = yield
    call: pytest.CallInfo[Any] | None = getattr(report, "call", None)
    error = call.excinfo.value if call and call.excinfo else None
    if report.failed and isinstance(error, InputError):
        report.longrepr = f"{where(error)}{error}"
    return report


@pytest.hookimpl(wrapper=True, trylast=True)  # within pytest's own, which puts a user's filters first
def pytest_sessionfinish() -> Generator[None, None, None]:
    """What libraries warn of while reports are written is told."""
    with heard(own=False):
        yield


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_terminal_summary() -> Generator[None, None, None]:
    """The same of what is shown."""
    with heard(own=False):
        yield


@pytest.hookimpl(trylast=True)
def pytest_claims_table(measurement: "Measurement") -> "Table":
    """Columns as they are, where no finding says what they become."""
    from pytest_claims.data.plain_table import plain_table

    return plain_table(measurement)


@pytest.fixture(scope="session")
def table(request: pytest.FixtureRequest) -> object:
    """The data of a claim: its body is called with the table of one subject after the other."""
    if not hasattr(request, "param"):
        pytest.fail(
            f"{DATA} is the data of a claim; write @claim(...) above the test, and take it as an argument", False
        )
    return request.param
