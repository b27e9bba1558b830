"""The trial: judges the claims of a session, and announces each verdict as the outcome of its test.

Knows nothing about how subjects are offered, or what is written of verdicts. It is imported where there are claims.
"""

import functools
import gc
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from pytest_claims.asking.answer import Body
from pytest_claims.asking.claim import Claim
from pytest_claims.asking.plain import plain
from pytest_claims.base.boundary import in_one_line
from pytest_claims.base.errors import InputError
from pytest_claims.base.heard import heard
from pytest_claims.base.option import value
from pytest_claims.base.visible import visible
from pytest_claims.data.subject import Subject
from pytest_claims.robustness.case import Check
from pytest_claims.robustness.repetition import Repetition, repetition
from pytest_claims.session import announcement
from pytest_claims.session.admission import DATA
from pytest_claims.session.asked import arguments_of, claim_at, subject_name, subject_of, written_at
from pytest_claims.session.called import call
from pytest_claims.session.kept import Kept
from pytest_claims.session.offer import Loaded, Offer, lacking
from pytest_claims.session.reader import reader_of
from pytest_claims.session.registering import code_of, standing_of
from pytest_claims.session.told import Same, where
from pytest_claims.verdicts.failing import failing_of
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.known import Baseline
from pytest_claims.verdicts.record import to_json
from pytest_claims.verdicts.verdict import Verdict

_LOADED: Final = pytest.StashKey[Loaded]()
_VERDICT: Final = pytest.StashKey[Verdict]()
_UNJUDGED: Final = pytest.StashKey[str]()


class Trial:
    """The pytest plugin object that judges.

    Args:
        known: what verdicts are compared with, if anything.
        checks: the battery.
        asked: how many different questions there are: claims, with their values, on all subjects of their findings.
        tests: the files of all its tests.
    """

    def __init__(
        self,
        config: pytest.Config,
        *,
        offer: Offer,
        known: Baseline | None,
        checks: Sequence[Check],
        asked: int,
        tests: Collection[Path],
    ) -> None:
        self._config = config
        self._offer = offer
        self._known = known
        self._checks = checks
        self._asked = asked
        self._tests = tests
        self._failing = failing_of(value(config, "claims_compare_fail"))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Judge with what is loaded set aside: Python would look for what of it nobody holds again and again."""
        gc.freeze()
        try:
            return (yield)
        finally:
            gc.unfreeze()

    @pytest.hookimpl(wrapper=True, trylast=True)  # within pytest's own, so that what a claim prints is captured
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Judge once the fixtures are there: a bug in a claim is then an error, as one in a fixture is."""
        result = yield
        claim = claim_at(item)
        if claim and isinstance(item, pytest.Function) and (subject := subject_of(item)):
            item.stash[_LOADED] = self._load(item, subject)
            if refused := self._judge(item, claim):
                pytest.fail(refused, pytrace=False)
        return result

    def _load(self, item: pytest.Function, subject: Subject) -> Loaded:
        try:
            return self._offer.load(subject, reader_of(item))
        except Exception as error:
            told = in_one_line(error)
            if told is None:  # a bug, of which the traceback is wanted
                raise
        pytest.fail(f"{lacking(subject)}: {told}", pytrace=False)

    def _judge(self, item: pytest.Function, claim: Claim) -> str:
        """Keep the verdict with the test of a claim; why there is none, if it cannot be judged."""
        try:
            item.stash[_VERDICT] = self._judged(item, claim, item.stash[_LOADED])
        except InputError as error:
            item.stash[_UNJUDGED] = str(error)
            return visible(f"{where(error)}{claim.id} on {subject_name(item)}: {error}")
        return ""

    def _judged(self, item: pytest.Function, claim: Claim, loaded: Loaded) -> Verdict:
        arguments = {name: item.funcargs[name] for name in arguments_of(item) if name != DATA}
        reader = reader_of(item)
        declared = reader.finding.sha256 if reader.finding else ""
        data = loaded.data.sha256 + declared
        keep = Kept(item.config, item.function, claim.id, arguments, subject_name(item), data, self._tests)
        body = functools.partial(call, plain(item.obj), arguments)
        with heard(own=False):
            verdict = judge(claim, body, loaded.table, checks=self._checks, keep=keep)
            again = self._repeated(item, body, verdict)
        verdict = replace(verdict, finding=reader.name, repetition=again, registered=standing_of(item, loaded))
        gap = verdict.answer.gap
        if gap is not None and gap.missing:
            self._offer.refuse_unknown(gap, reader)
        return verdict

    def _repeated(self, item: pytest.Function, body: Body, verdict: Verdict) -> Repetition | None:
        """What a repetition of the recorded measurement of a live subject's name gives; None without one."""
        subject, loaded = subject_of(item), item.stash[_LOADED]
        recorded = self._offer.recorded_of(subject, reader_of(item)) if subject else None
        if recorded is None or loaded.table.nothing or recorded.nothing:
            return None
        return repetition(body, recorded, loaded.table, about=verdict.claimed.about if verdict.claimed else 0)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> object | None:
        """Announce a verdict where there is one; every other test runs as always."""
        verdict = pyfuncitem.stash.get(_VERDICT, None)
        if verdict is None:
            return None
        announcement.announce(
            verdict,
            pyfuncitem.stash[_LOADED].record,
            was=self._known.verdicts.get((verdict.claim.id, verdict.subject)) if self._known else None,
            failing=self._failing,
            strict=value(self._config, "claims_strict"),
            saving=value(self._config, "claims_save") is not None,
        )
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Send the verdict along with the report; from a worker's process as JSON."""
        report = yield
        claim, verdict = claim_at(item), item.stash.get(_VERDICT, None)
        if claim is None or not isinstance(item, pytest.Function):
            return report
        if verdict is None and report.failed and call.excinfo:
            self._shared(item, claim, call.excinfo).on(report)
        if verdict is not None or report.failed:
            report.claim_asked = [claim.id, subject_name(item)]  # type: ignore[attr-defined]
        if verdict is not None and report.when == "call":
            self._send(verdict, item, report)
        return report

    def _send(self, verdict: Verdict, item: pytest.Function, report: pytest.TestReport) -> None:
        subject = item.stash[_LOADED].record
        written = written_at(item, verdict.claim.id, code_of(item))
        carried: dict[str, Any] = {"verdict": verdict, "subject": subject, "written": written, "asked": self._asked}
        if hasattr(self._config, "workerinput"):
            carried = {name: to_json(one) for name, one in carried.items()}
        report.claim = carried  # type: ignore[attr-defined]
        told = list(_properties(verdict, subject.name))
        report.user_properties += told
        item.user_properties = [*(one for one in item.user_properties if one[0] not in dict(told)), *told]  # --junitxml

    def _shared(self, item: pytest.Function, claim: Claim, error: pytest.ExceptionInfo[BaseException]) -> Same:
        """What an error of a claim that could not be judged shares with others: its subject, or its body."""
        subject = subject_of(item)
        if subject and self._offer.is_lacking(subject, reader_of(item)):
            return Same(what=error.exconly(), short=f"{lacking(subject)}: see above")
        said = (item.stash.get(_UNJUDGED, "") or error.exconly()).partition("\n")[0]
        frame = error.traceback[-1]
        what = f"{claim.id}: {said} {frame.path}:{frame.lineno}"
        return Same(what=what, short=visible(f"{claim.id} on {subject_name(item)}: as above, {said[:60]}..."))


def _properties(verdict: Verdict, subject: str) -> Iterator[tuple[str, str]]:
    """What a file of JUnit says of a verdict: the estimate and p are those that decided, where there are some."""
    yield from (("claim", verdict.claim.id), ("subject", subject), ("verdict", str(verdict)))
    yield from (("outcome", verdict.ruling), ("robustness", verdict.robustness))
    yield "registered", verdict.registered.word
    estimate = verdict.deciding
    if estimate is not None:
        yield "estimate", f"{estimate.symbol} = {estimate.value:.6g}"
        if estimate.p is not None:
            yield "p", f"{estimate.p:.6g}"
