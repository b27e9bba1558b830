"""The pytest plugin: offers subjects to claims, judges them, and announces verdicts in pytest's terms.

Knows nothing about particular claims, or about how measurements are made: other plugins offer
subjects through ``pytest_claims_subjects``.
"""

import functools
from collections.abc import Collection, Generator, Mapping, Sequence
from copy import copy
from pathlib import Path
from traceback import extract_tb
from types import MethodType
from typing import Any, Final

import pytest

from pytest_claims import hooks
from pytest_claims.asking.claim import Claim, claim_of
from pytest_claims.asking.plain import plain
from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.errors import InputError, Undecided
from pytest_claims.base.given_file import is_given
from pytest_claims.base.heard import heard
from pytest_claims.base.project import is_own
from pytest_claims.base.schema import shown
from pytest_claims.base.visible import visible
from pytest_claims.data.measurement import Measurement
from pytest_claims.data.measurement_file import read_measurement
from pytest_claims.data.plain_table import plain_table
from pytest_claims.data.subject import Subject
from pytest_claims.data.table import Table
from pytest_claims.robustness.battery import checks_of
from pytest_claims.robustness.case import Check
from pytest_claims.session import announcement, options
from pytest_claims.session.admission import DATA, objections
from pytest_claims.session.asked import candidate, claim_at, subject_name, subject_of
from pytest_claims.session.kept import Kept
from pytest_claims.session.offer import Loaded, Offer, Reader
from pytest_claims.session.run import Run
from pytest_claims.session.told import REFUSED, Same, Told
from pytest_claims.verdicts.baseline import Known, Place, read_baseline
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.record import to_json
from pytest_claims.verdicts.verdict import Verdict

_OFFER: Final = pytest.StashKey[Offer]()
_KNOWN: Final = pytest.StashKey[Mapping[Place, Known]]()
_LOADED: Final = pytest.StashKey[Loaded]()
_VERDICT: Final = pytest.StashKey[Verdict]()
_CHECKS: Final = pytest.StashKey[Sequence[Check]]()
_ASKED: Final = pytest.StashKey[int]()
_TESTS: Final = pytest.StashKey[Collection[Path]]()
_UNJUDGED: Final = pytest.StashKey[str]()


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Let other plugins offer subjects."""
    pluginmanager.add_hookspecs(hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the court."""
    options.add_options(parser)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the baseline, and collect the run's verdicts."""
    config.addinivalue_line("markers", "claim: an executable claim, judged by the harness")
    path = options.baseline_path(config)
    with options.usage():
        config.stash[_KNOWN] = read_baseline(path) if options.compares(config) else {}
        if config.option.claims_save and is_given(path) and options.narrowing(config):
            read_baseline(path)  # what the run leaves out has to be kept; a whole run writes all of it anew
    with options.usage("--claims-robustness: "):
        config.stash[_CHECKS] = checks_of(config.option.claims_robustness)
    if not hasattr(config, "workerinput"):
        run = Run(
            config,
            directory=Path(config.option.claims_report_dir or config.rootpath / "reports"),
            baseline=path,
            known=config.stash[_KNOWN],
            findings=options.findings_path(config),
        )
        config.pluginmanager.register(run, "claims-run")
        config.pluginmanager.register(Told(), "claims-told")


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
    refused = dict(zip(tests, objections(candidate(item, ours=__name__) for item in tests), strict=True))
    if why := list(filter(None, dict.fromkeys(refused.values()))):
        if not hasattr(config, "workeroutput"):
            raise pytest.UsageError(*why)
        config.workeroutput[REFUSED] = why
        items.clear()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Tell what is wrong with a claim as it is written in one line, and where."""
    report = yield
    call: pytest.CallInfo[Any] | None = getattr(report, "call", None)
    error = call.excinfo.value if call and call.excinfo else None
    if report.failed and isinstance(error, InputError):
        report.longrepr = f"{_where(error)}{error}"
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


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Tell the run of what is left out in a worker."""
    config = items[0].config if items else None
    if config is not None and hasattr(config, "workeroutput"):
        config.workeroutput["claims_deselected"] = True


@pytest.hookimpl(trylast=True)
def pytest_claims_table(measurement: Measurement) -> Table:
    """Columns as they are, where no finding says what they become."""
    return plain_table(measurement)


@pytest.fixture(scope="session")
def table(request: pytest.FixtureRequest) -> object:
    """The data of a claim: its body is called with the table of one subject after the other."""
    if not hasattr(request, "param"):
        pytest.fail(
            f"{DATA} is the data of a claim; write @claim(...) above the test, and take it as an argument", False
        )
    return request.param


def _lacking(subject: Subject) -> str:
    return f"{subject.name} could not be {'read' if subject.recorded else 'measured'}"


@pytest.hookimpl(wrapper=True, trylast=True)  # within pytest's own, so that what a claim prints is captured
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Judge once the fixtures are there: a bug in a claim is then an error, as one in a fixture is."""
    result = yield
    claim = claim_at(item)
    if claim and isinstance(item, pytest.Function) and (subject := subject_of(item)):
        loaded = _loaded(item, subject)
        if refused := _judge(item, claim, loaded):
            pytest.fail(refused, pytrace=False)
    return result


def _loaded(item: pytest.Function, subject: Subject) -> Loaded:
    try:
        item.stash[_LOADED] = _offer(item.config).load(subject, _reader(item))
    except Exception as error:
        told = in_one_line(error)
        if told is None:  # a bug, of which the traceback is wanted
            raise
        pytest.fail(f"{_lacking(subject)}: {told}", pytrace=False)
    return item.stash[_LOADED]


def _reader(item: pytest.Function) -> Reader:
    """A finding's conftest.py says how its claims see a measurement, and those of its folder alone ask it."""
    return Reader(
        place=item.path.parent, table_of=lambda measurement: item.ihook.pytest_claims_table(measurement=measurement)
    )


def _judge(item: pytest.Function, claim: Claim, loaded: Loaded) -> str:
    """Keep the verdict with the test of a claim; why there is none, if it cannot be judged."""
    try:
        item.stash[_VERDICT] = _judged(item, claim, loaded)
    except InputError as error:
        item.stash[_UNJUDGED] = str(error)
        return visible(f"{_where(error)}{claim.id} on {loaded.record.name}: {error}")
    return ""


def _judged(item: pytest.Function, claim: Claim, loaded: Loaded) -> Verdict:
    arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames if name != DATA}
    keep = Kept(item.config, item.function, claim.id, arguments, loaded.measurement, item.config.stash[_TESTS])
    body = functools.partial(_call, plain(item.obj), arguments)
    with heard(own=False):
        verdict = judge(claim, body, loaded.table.fresh(), checks=item.config.stash[_CHECKS], keep=keep)
    gap = verdict.answer.gap
    if gap is not None and gap.missing:
        _offer(item.config).refuse_unknown(gap, _reader(item))
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
        pyfuncitem.stash[_LOADED].record,
        was=config.stash[_KNOWN].get((verdict.claim.id, verdict.subject)),
        strict=config.option.claims_strict,
        saving=config.option.claims_save,
    )
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send the verdict along with the report; from a worker's process as JSON."""
    report = yield
    claim, verdict = claim_at(item), item.stash.get(_VERDICT, None)
    if claim and isinstance(item, pytest.Function) and verdict is None and report.failed and call.excinfo:
        _shared(item, claim, call.excinfo).on(report)
    if claim and isinstance(item, pytest.Function) and (verdict is not None or report.failed):
        report.claim_asked = [claim.id, subject_name(item)]  # type: ignore[attr-defined]
    if verdict is not None and report.when == "call":
        subject = item.stash[_LOADED].record
        carried: dict[str, Any] = {"verdict": verdict, "subject": subject, "asked": item.config.stash[_ASKED]}
        if hasattr(item.config, "workerinput"):
            carried = {name: to_json(value) for name, value in carried.items()}
        report.claim = carried  # type: ignore[attr-defined]
        report.user_properties += [("claim", verdict.claim.id), ("subject", subject.name), ("verdict", str(verdict))]
    return report


def _shared(item: pytest.Function, claim: Claim, error: pytest.ExceptionInfo[BaseException]) -> Same:
    """What an error of a claim that could not be judged shares with others: its subject, or its body."""
    subject = subject_of(item)
    if subject and _offer(item.config).is_lacking(subject.name):
        return Same(what=_lacking(subject), short=f"{_lacking(subject)}: see above")
    said = (item.stash.get(_UNJUDGED, "") or error.exconly()).partition("\n")[0]
    where = error.traceback[-1]
    what = f"{claim.id}: {said} {where.path}:{where.lineno}"
    return Same(what=what, short=visible(f"{claim.id} on {subject_name(item)}: as above, {said[:60]}..."))


def _call(function: Any, arguments: dict[str, Any], table: Table) -> object:
    """Call a body; what it says in pytest's own words, it says in those of a claim."""
    if isinstance(function, MethodType):  # what a body keeps on its object must not reach the next call
        function = MethodType(function.__func__, copy(function.__self__))
    try:
        return function(table=table, **arguments)
    except pytest.xfail.Exception as error:
        raise InputError("the claim calls pytest.xfail; assert, and the baseline will know that it fails") from error
    except pytest.fail.Exception as error:
        raise AssertionError(error.msg) from error
    except pytest.skip.Exception as error:
        raise Undecided(error.msg or "the claim skips itself") from error


def _where(error: InputError) -> str:
    """The line of the project's own code that an error comes from; empty if it comes from none."""
    own = [frame for frame in extract_tb(error.__traceback__) if is_own(frame.filename)]
    return f"{own[-1].filename}:{own[-1].lineno}: " if own else ""


def _offer(config: pytest.Config) -> Offer:
    if _OFFER not in config.stash:
        with options.usage(), heard():
            offered = [
                one for several in config.hook.pytest_claims_subjects(config=config) for one in _checked(several)
            ]
            config.stash[_OFFER] = Offer([*offered, *_files(config)], config.option.subject)
    return config.stash[_OFFER]


def _checked(offered: object) -> list[Subject]:
    """What a hook gave, if it is what it should be."""
    if isinstance(offered, list | tuple) and all(isinstance(one, Subject) for one in offered):
        return list(offered)
    raise InputError(
        f"pytest_claims_subjects of a conftest.py or plugin returns {shown(offered)}; wanted a list of "
        "pytest_claims.data.subject.Subject"
    )


def _files(config: pytest.Config) -> list[Subject]:
    measurements = [(file, read_measurement(Path(file))) for file in config.option.measurement]
    return [
        Subject(name=m.name, load=functools.partial(_same, m), recorded=True, origin=f"--measurement {file}")
        for file, m in measurements
    ]


def _same(measurement: Measurement) -> Measurement:
    return measurement
