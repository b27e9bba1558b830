"""The pytest plugin: offers subjects to claims, judges them, and announces verdicts in pytest's terms.

Knows nothing about particular claims, or about how measurements are made: other plugins offer
subjects through ``pytest_claims_subjects``.
"""

import functools
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from harness import announcement
from harness.baseline import Known, Place, read_baseline
from harness.claim import Claim, claim_of
from harness.errors import InputError
from harness.judge import judge
from harness.kept import Kept
from harness.measurement import Measurement
from harness.measurement_file import read_measurement
from harness.panel import Panel, panel_of
from harness.plain import plain
from harness.record import SubjectRecord, subject_record, to_json
from harness.robustness.battery import checks_of
from harness.robustness.case import Check
from harness.run import Run
from harness.subject import Subject, select
from harness.verdict import Verdict

_SUBJECTS: Final = pytest.StashKey[list[Subject]]()
_KNOWN: Final = pytest.StashKey[dict[Place, Known]]()
_VERDICT: Final = pytest.StashKey[Verdict]()
_LOADED: Final = pytest.StashKey[dict[str, "Loaded | str"]]()
_CHECKS: Final = pytest.StashKey[Sequence[Check]]()
_ASKED: Final = pytest.StashKey[int]()
# What leaves claims or subjects out of a run; a page of findings would silently lack them.
_NARROWING: Final = {
    "--subject": "subject",
    "-k": "keyword",
    "-m": "markexpr",
    "--deselect": "deselect",
    "--ignore": "ignore",
    "--ignore-glob": "ignore_glob",
    "--last-failed": "lf",
    "--stepwise": "stepwise",
    "--continue-on-collection-errors": "continue_on_collection_errors",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Loaded:
    """A subject that was read: its measurement, the panel that claims see, and what the record keeps."""

    measurement: Measurement
    panel: Panel
    record: SubjectRecord


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
    group = parser.getgroup("claims", "judging claims")
    add = group.addoption
    add("--subject", action="append", default=[], metavar="PATTERN", help="judge only subjects that match (repeatable)")
    add(
        "--measurement",
        action="append",
        default=[],
        metavar="FILE",
        help="judge also this .csv, .nc, .nc.gz (repeatable)",
    )
    add("--claims-strict", action="store_true", help="fragile and undecided claims fail")
    add("--claims-save", action="store_true", help="write the verdicts of this run to the baseline")
    add(
        "--claims-compare",
        metavar="FILE",
        nargs="?",
        const="",
        help="compare with this baseline (reports/baseline.json)",
    )
    add("--no-claims-baseline", action="store_true", help="judge without the baseline")
    add("--claims-report-dir", metavar="DIR", help="where reports go (reports/)")
    add("--claims-findings", metavar="FILE", help="write also a page of all findings, such as FINDINGS.md")
    add(
        "--claims-robustness",
        metavar="BATTERY",
        default="quick",
        help="checks beside leave-one-out: quick (default), full, none, or names joined by commas",
    )


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the baseline, and collect the run's verdicts."""
    config.addinivalue_line("markers", "claim: an executable claim, judged by the harness")
    path = _baseline_path(config)
    try:
        config.stash[_KNOWN] = read_baseline(path) if _compares(config, path) else {}
    except InputError as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[_LOADED] = {}
    try:
        config.stash[_CHECKS] = checks_of(config.option.claims_robustness)
    except InputError as error:
        raise pytest.UsageError(f"--claims-robustness: {error}") from error
    if not hasattr(config, "workerinput"):
        run = Run(
            root=config.rootpath,
            directory=Path(config.option.claims_report_dir or config.rootpath / "reports"),
            baseline=path,
            save=config.option.claims_save,
            findings=_findings_path(config),
        )
        config.pluginmanager.register(run, "claims-run")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Find the subjects at once: a bad option is then one line, not an error for every claim."""
    if not hasattr(session.config, "workerinput"):
        _subjects(session.config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each claim every subject."""
    if "panel" in metafunc.fixturenames and claim_of(metafunc.function):
        subjects = _subjects(metafunc.config)
        metafunc.parametrize("panel", subjects, ids=[s.name for s in subjects], indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Count what is asked; two claims under one id would share a place in the baseline."""
    config.stash[_ASKED] = sum(claim_of(getattr(item, "function", None)) is not None for item in items)
    places: dict[str, str] = {}
    for item in items:
        claim = claim_of(getattr(item, "function", None))
        if claim is None:
            continue
        item.add_marker("claim")
        name = item.nodeid.partition("[")[0]
        if places.setdefault(claim.id, name) != name:
            raise pytest.UsageError(f"claim id {claim.id!r} is used by {places[claim.id]} and by {name}; rename one")


@pytest.fixture(scope="session")
def panel(request: pytest.FixtureRequest) -> Panel:
    """One subject's data, one row per source persona."""
    subject: Subject = request.param
    loaded = request.config.stash[_LOADED]
    if subject.name not in loaded:
        loaded[subject.name] = _load(subject)
    found = loaded[subject.name]
    if isinstance(found, str):
        pytest.fail(found, pytrace=False)
    return found.panel


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Judge once the fixtures are there: a bug in a claim is then an error, as one in a fixture is."""
    result = yield
    claim = claim_of(getattr(item, "function", None))
    data = item.funcargs.get("panel") if isinstance(item, pytest.Function) else None
    if claim and isinstance(item, pytest.Function) and isinstance(data, Panel):
        item.stash[_VERDICT] = _judged(item, claim, data)
    return result


def _judged(item: pytest.Function, claim: Claim, data: Panel) -> Verdict:
    arguments = {name: item.funcargs[name] for name in item._fixtureinfo.argnames if name != "panel"}
    measurement = _loaded(item.config, data.subject).measurement
    # What other fixtures bring is no part of the hash, so then nothing is cached.
    keep = None if arguments else Kept(item.config, item.function, claim.id, measurement)
    return judge(
        claim,
        functools.partial(_call, item.function, arguments),
        data,
        again=functools.partial(_call, plain(item.function), arguments),
        measurement=measurement,
        checks=item.config.stash[_CHECKS],
        keep=keep,
    )


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object | None:
    """Announce a verdict where there is one; every other test runs as always."""
    verdict = pyfuncitem.stash.get(_VERDICT, None)
    if verdict is None:
        return None
    config = pyfuncitem.config
    announcement.announce(
        verdict,
        _loaded(config, verdict.subject).record,
        was=config.stash[_KNOWN].get((verdict.claim.id, verdict.subject)),
        strict=config.option.claims_strict,
        saving=config.option.claims_save,
    )
    return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Send the verdict along with the report; from a worker's process as JSON."""
    report = yield
    verdict = item.stash.get(_VERDICT, None)
    if verdict is not None and report.when == "call":
        subject = _loaded(item.config, verdict.subject).record
        carried: dict[str, Any] = {"verdict": verdict, "subject": subject, "asked": item.config.stash[_ASKED]}
        if hasattr(item.config, "workerinput"):
            carried = {name: to_json(value) for name, value in carried.items()}
        report.claim = carried  # type: ignore[attr-defined]
        report.user_properties += [("claim", verdict.claim.id), ("subject", subject.name), ("verdict", str(verdict))]
    return report


def _call(function: Any, arguments: dict[str, Any], panel: Panel) -> object:
    return function(panel=panel, **arguments)


def _load(subject: Subject) -> Loaded | str:
    try:
        measurement = subject.measurement()
        panel = panel_of(measurement)
    except InputError as error:
        return str(error)
    record = subject_record(measurement, panel, recorded=subject.recorded)
    return Loaded(measurement=measurement, panel=panel, record=record)


def _loaded(config: pytest.Config, name: str) -> Loaded:
    loaded = config.stash[_LOADED][name]
    if isinstance(loaded, str):
        raise TypeError(f"subject {name} was judged though it could not be loaded: {loaded}")
    return loaded


def _subjects(config: pytest.Config) -> list[Subject]:
    if _SUBJECTS not in config.stash:
        try:
            offered = [subject for several in config.hook.pytest_claims_subjects(config=config) for subject in several]
            config.stash[_SUBJECTS] = select([*offered, *_files(config)], config.option.subject)
        except InputError as error:
            raise pytest.UsageError(str(error)) from error
    return config.stash[_SUBJECTS]


def _files(config: pytest.Config) -> list[Subject]:
    measurements = [(file, read_measurement(Path(file))) for file in config.option.measurement]
    return [
        Subject(name=m.name, load=functools.partial(_same, m), recorded=True, origin=f"--measurement {file}")
        for file, m in measurements
    ]


def _same(measurement: Any) -> Any:
    return measurement


def _findings_path(config: pytest.Config) -> Path | None:
    """Where the page of findings goes, if one is asked for: of all claims on all subjects."""
    if config.option.claims_findings is None:
        return None
    narrowing = [flag for flag, name in _NARROWING.items() if getattr(config.option, name, None)]
    narrowing += [argument for argument in config.args if not (config.invocation_params.dir / argument).is_dir()]
    if narrowing:
        raise pytest.UsageError(
            f"--claims-findings wants every claim on every subject, and {', '.join(narrowing)} leaves some out; "
            "give whole folders and none of these"
        )
    return Path(config.option.claims_findings)


def _baseline_path(config: pytest.Config) -> Path:
    return Path(config.option.claims_compare or config.rootpath / "reports" / "baseline.json")


def _compares(config: pytest.Config, path: Path) -> bool:
    if config.option.no_claims_baseline or config.option.claims_save:
        return False
    return config.option.claims_compare is not None or path.is_file()
