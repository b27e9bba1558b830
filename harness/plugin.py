"""The pytest plugin: offers subjects to claims, judges them, and announces verdicts in pytest's terms.

Knows nothing about particular claims, or about how measurements are made: other plugins offer
subjects through ``pytest_claims_subjects``.
"""

import functools
from collections.abc import Collection, Generator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from pathlib import Path
from traceback import extract_tb
from types import MethodType
from typing import Any, Final

import pytest

from harness import announcement, options
from harness.admission import DATA, Candidate, objections
from harness.baseline import Known, Place, read_baseline
from harness.claim import Claim, claim_of
from harness.errors import InputError, Undecided
from harness.judge import judge
from harness.kept import Kept
from harness.measurement import Measurement
from harness.measurement_file import read_measurement
from harness.offer import Offer
from harness.panel import COLUMNS, Panel
from harness.plain import plain
from harness.project import is_own
from harness.record import to_json
from harness.robustness.battery import checks_of
from harness.robustness.case import Check
from harness.run import Run
from harness.subject import Subject
from harness.verdict import Verdict
from harness.visible import visible

_OFFER: Final = pytest.StashKey[Offer]()
_KNOWN: Final = pytest.StashKey[Mapping[Place, Known]]()
_VERDICT: Final = pytest.StashKey[Verdict]()
_CHECKS: Final = pytest.StashKey[Sequence[Check]]()
_ASKED: Final = pytest.StashKey[int]()
_TESTS: Final = pytest.StashKey[Collection[Path]]()
_REFUSED: Final = pytest.StashKey[str]()


class Hooks:
    """What other plugins may implement."""

    @pytest.hookspec
    def pytest_claims_subjects(self, config: pytest.Config) -> list[Subject]:  # type: ignore[empty-body]
        """Offer subjects to claims."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Let other plugins offer subjects."""
    pluginmanager.add_hookspecs(Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the court."""
    options.add_options(parser)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the baseline, and collect the run's verdicts."""
    config.addinivalue_line("markers", "claim: an executable claim, judged by the harness")
    path = options.baseline_path(config)
    try:
        config.stash[_KNOWN] = read_baseline(path) if options.compares(config) else {}
        if config.option.claims_save and path.is_file() and options.narrowing(config):
            read_baseline(path)  # what the run leaves out has to be kept; a whole run writes all of it anew
    except InputError as error:
        raise pytest.UsageError(str(error)) from error
    try:
        config.stash[_CHECKS] = checks_of(config.option.claims_robustness)
    except InputError as error:
        raise pytest.UsageError(f"--claims-robustness: {error}") from error
    if not hasattr(config, "workerinput"):
        run = Run(
            config,
            directory=Path(config.option.claims_report_dir or config.rootpath / "reports"),
            baseline=path,
            known=config.stash[_KNOWN],
            findings=options.findings_path(config),
        )
        config.pluginmanager.register(run, "claims-run")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Find the subjects at once: a bad option is then one line, not an error for every claim."""
    if not hasattr(session.config, "workerinput"):
        _offer(session.config)


@pytest.hookimpl(tryfirst=True)  # the subject comes first in a test's id, whatever else it is parametrised with
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each claim every subject."""
    if DATA in metafunc.fixturenames and claim_of(metafunc.function):
        subjects = _offer(metafunc.config).subjects
        metafunc.parametrize(DATA, subjects, ids=[s.name for s in subjects], indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse what cannot be judged: as a usage error, or, where a worker's would be a crash, test by test."""
    tests = [item for item in items if isinstance(item, pytest.Function)]
    claims = [item for item in tests if claim_of(item.function)]
    config.stash[_ASKED] = _offer(config).of_all(len(claims)) if claims else 0
    config.stash[_TESTS] = frozenset(item.path for item in items)
    for item in claims:
        item.add_marker("claim")
    refused = dict(zip(tests, objections(map(_candidate, tests)), strict=True))
    if any(refused.values()) and not hasattr(config, "workerinput"):
        raise pytest.UsageError(*filter(None, dict.fromkeys(refused.values())))
    for item, why in refused.items():
        item.stash[_REFUSED] = why


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Tell the run of what is left out in a worker."""
    config = items[0].config if items else None
    if config is not None and hasattr(config, "workeroutput"):
        config.workeroutput["claims_deselected"] = True


@pytest.fixture(scope="session")
def panel(request: pytest.FixtureRequest) -> Panel:
    """One subject's data, one row per source persona."""
    if not hasattr(request, "param"):
        pytest.fail(
            f"{DATA} is the data of a claim; write @claim(...) above the test, and take it as an argument", False
        )
    try:
        return _offer(request.config).load(request.param).panel
    except InputError as error:
        pytest.fail(visible(str(error)), pytrace=False)


@pytest.hookimpl(wrapper=True, trylast=True)  # within pytest's own, so that what a claim prints is captured
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Judge once the fixtures are there: a bug in a claim is then an error, as one in a fixture is."""
    if refused := item.stash.get(_REFUSED, ""):
        pytest.fail(refused, pytrace=False)
    result = yield
    claim = _claim(item)
    data = item.funcargs.get(DATA) if isinstance(item, pytest.Function) else None
    if refused := _judge(item, claim, data):
        pytest.fail(refused, pytrace=False)
    return result


def _judge(item: pytest.Item, claim: Claim | None, data: object) -> str:
    """Keep the verdict with the test of a claim; why there is none, if it cannot be judged."""
    if not (claim and isinstance(item, pytest.Function) and isinstance(data, Panel)):
        return ""
    try:
        item.stash[_VERDICT] = _judged(item, claim, data)
    except InputError as error:
        return visible(f"{_where(error)}{claim.id} on {data.subject}: {error}")
    return ""


def _judged(item: pytest.Function, claim: Claim, data: Panel) -> Verdict:
    arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames if name != DATA}
    measurement = _offer(item.config).loaded(data.subject).measurement
    verdict = judge(
        claim,
        functools.partial(_call, plain(item.obj), arguments),
        data.fresh(),
        measurement=measurement,
        checks=item.config.stash[_CHECKS],
        keep=Kept(item.config, item.function, claim.id, arguments, measurement, item.config.stash[_TESTS]),
    )
    missing = verdict.answer.gap.missing if verdict.answer.gap else ""
    if missing and missing not in COLUMNS:
        _offer(item.config).refuse_unknown_persona(missing)
    return verdict


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object | None:
    """Announce a verdict where there is one; every other test runs as always."""
    verdict = pyfuncitem.stash.get(_VERDICT, None)
    if verdict is None:
        return None
    config = pyfuncitem.config
    announcement.announce(
        verdict,
        _offer(config).loaded(verdict.subject).record,
        was=config.stash[_KNOWN].get((verdict.claim.id, verdict.subject)),
        strict=config.option.claims_strict,
        saving=config.option.claims_save,
    )
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send the verdict along with the report; from a worker's process as JSON."""
    report = yield
    claim, verdict = _claim(item), item.stash.get(_VERDICT, None)
    if claim and isinstance(item, pytest.Function) and (verdict is not None or report.failed):
        report.claim_asked = [claim.id, _subject(item)]  # type: ignore[attr-defined]
    if verdict is not None and report.when == "call":
        subject = _offer(item.config).loaded(verdict.subject).record
        carried: dict[str, Any] = {"verdict": verdict, "subject": subject, "asked": item.config.stash[_ASKED]}
        if hasattr(item.config, "workerinput"):
            carried = {name: to_json(value) for name, value in carried.items()}
        report.claim = carried  # type: ignore[attr-defined]
        report.user_properties += [("claim", verdict.claim.id), ("subject", subject.name), ("verdict", str(verdict))]
    return report


def _call(function: Any, arguments: dict[str, Any], panel: Panel) -> object:
    """Call a body; what it says in pytest's own words, it says in those of a claim."""
    if isinstance(function, MethodType):  # what a body keeps on its object must not reach the next call
        function = MethodType(function.__func__, copy(function.__self__))
    try:
        return function(panel=panel, **arguments)
    except pytest.xfail.Exception as error:
        raise InputError("the claim calls pytest.xfail; assert, and the baseline will know that it fails") from error
    except pytest.fail.Exception as error:
        raise AssertionError(error.msg) from error
    except pytest.skip.Exception as error:
        raise Undecided(error.msg or "the claim skips itself") from error


def _claim(item: pytest.Item) -> Claim | None:
    """The claim of a test; one that is parametrised has a place of its own for every set of values."""
    claim = claim_of(getattr(item, "function", None))
    values = item.callspec._idlist[1:] if claim and hasattr(item, "callspec") else []
    return replace(claim, id=f"{claim.id}[{'-'.join(values)}]") if claim and values else claim


def _subject(item: pytest.Function) -> str:
    subject: Any = item.callspec.params.get(DATA) if hasattr(item, "callspec") else None
    return subject.name if isinstance(subject, Subject) else ""


def _candidate(item: pytest.Function) -> Candidate:
    parametrized = [mark for mark in item.iter_markers("parametrize") if not mark.kwargs.get("indirect", False)]
    names = [name for mark in parametrized for name in _names(*mark.args[:1], **mark.kwargs)]
    claim, fixtures = _claim(item), item._fixtureinfo.name2fixturedefs
    return Candidate(
        name=f"{item.parent.nodeid if item.parent else ''}::{item.originalname}",
        claim=claim_of(item.function),
        place=claim.id if claim else "",
        subject=_subject(item) if claim else "",
        arguments=tuple(item._fixtureinfo.argnames),
        parameters=tuple(names),
        has_data=_is_ours(fixtures.get(DATA, ())),
        borrowers=tuple(name for name, several in fixtures.items() if DATA in several[-1].argnames),
        marks=tuple(mark.name for mark in item.iter_markers()),
    )


def _is_ours(fixtures: Sequence[pytest.FixtureDef[Any]]) -> bool:
    """Whether the last of several fixtures of one name, which is the one that counts, is that of this file."""
    return bool(fixtures) and fixtures[-1].func.__module__ == __name__


def _names(argnames: str | Sequence[str], **_: Any) -> list[str]:
    return [name.strip() for name in argnames.split(",")] if isinstance(argnames, str) else list(argnames)


def _where(error: InputError) -> str:
    """The line of the project's own code that an error comes from; empty if it comes from none."""
    own = [frame for frame in extract_tb(error.__traceback__) if is_own(frame.filename)]
    return f"{own[-1].filename}:{own[-1].lineno}: " if own else ""


def _offer(config: pytest.Config) -> Offer:
    if _OFFER not in config.stash:
        try:
            offered = [subject for several in config.hook.pytest_claims_subjects(config=config) for subject in several]
            config.stash[_OFFER] = Offer([*offered, *_files(config)], config.option.subject)
        except InputError as error:
            raise pytest.UsageError(str(error)) from error
    return config.stash[_OFFER]


def _files(config: pytest.Config) -> list[Subject]:
    measurements = [(file, read_measurement(Path(file))) for file in config.option.measurement]
    return [
        Subject(name=m.name, load=functools.partial(_same, m), recorded=True, origin=f"--measurement {file}")
        for file, m in measurements
    ]


def _same(measurement: Measurement) -> Measurement:
    return measurement
