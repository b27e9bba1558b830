"""One run of the court: gathers verdicts, wherever they were judged, and writes them at the end.

Knows nothing about judging. It hears of verdicts through pytest's reports, so it works alike in one
process and with workers.
"""

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from harness import options
from harness.baseline import Known, Place, changed_data, known, merged, not_asked, read_baseline, write_baseline
from harness.errors import InputError
from harness.record import Record, SubjectRecord, from_json, record_of
from harness.verdict import Verdict
from harness.version import VERSION


class Run:
    """The pytest plugin object that keeps the verdicts of a session."""

    def __init__(
        self,
        config: pytest.Config,
        *,
        directory: Path,
        baseline: Path,
        known: Mapping[Place, Known],
        findings: Path | None,
    ) -> None:
        self.config = config
        self.directory = directory
        self.baseline = baseline
        self.known = known
        self.save = bool(config.option.claims_save)
        self.findings = findings
        self._subjects: dict[str, SubjectRecord] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._places: dict[str, tuple[str, int]] = {}
        self._heard: set[Place] = set()
        self._asked = 0
        self._whole = not options.narrowing(config)
        self._record: Record | None = None
        self._wrong: list[str] = []
        self._done: list[str] = []
        self.written: list[Path] = []

    def pytest_deselected(self) -> None:
        """Some claims are left out, whoever chose so."""
        self._whole = False

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """The same, of a worker."""
        self._whole &= not getattr(node, "workeroutput", {}).get("claims_deselected", False)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the verdict that a report carries."""
        if hasattr(report, "claim_asked"):
            self._heard.add(tuple(report.claim_asked))
        carried: Any = getattr(report, "claim", None)
        if carried:
            subject, verdict = carried["subject"], carried["verdict"]
            if not isinstance(verdict, Verdict):  # as JSON, from a worker
                subject, verdict = from_json(SubjectRecord, subject), from_json(Verdict, verdict)
            self._subjects[subject.name] = subject
            self._verdicts[report.nodeid] = verdict
            self._places[verdict.claim.id] = (report.location[0], report.location[1] or 0)
            self._asked = carried["asked"]

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write reports and, if asked to, the baseline and the page of findings; say what the baseline misses."""
        self._whole &= exitstatus in (0, 1, 5) and not (session.shouldstop or session.shouldfail)
        self._whole &= not self.config.option.collectonly
        self._wrong += self._missed()
        if self._wrong and exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if not self._verdicts:
            self._wrong += [f"{self.findings} is not written: no claim was judged"] if self.findings else []
            return
        from harness.report import write_reports  # figures take half a second to import: only when there is something

        self._record = record = self.record()
        self.written = write_reports(record, self.directory)
        if self.save:
            self._save(record)
        if self.findings:
            try:
                self._write_findings(record, self.findings)
            except InputError as error:
                self._wrong.append(f"{self.findings} is not written: {error}")
                session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table of verdicts, and what was written."""
        if self._record is not None:
            self._summarise(terminalreporter, self._record)
        for line in self._done:
            terminalreporter.write_line(line)
        for line in self._wrong:
            terminalreporter.write_line(f"ERROR: {line}", red=True)

    def _summarise(self, terminalreporter: pytest.TerminalReporter, record: Record) -> None:
        from harness.report.terminal import summary

        terminalreporter.section("claims")
        terminalreporter.write_line(summary(record, width=terminalreporter._tw.fullwidth))
        names = ", ".join(path.name for path in self.written)
        terminalreporter.write_line(f"reports: {names} in {self.directory}")

    def record(self) -> Record:
        """Everything heard so far, ordered by test rather than by who finished first."""
        verdicts = sorted(self._verdicts.values(), key=lambda verdict: (verdict.subject, verdict.claim.id))
        return record_of(
            created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            version=VERSION,
            subjects=[self._subjects[name] for name in sorted(self._subjects)],
            verdicts=verdicts,
        )

    def _write_findings(self, record: Record, path: Path) -> None:
        from harness.report.findings import Place, findings, write_if_changed

        if len(self._verdicts) < self._asked:
            raise InputError(f"{len(self._verdicts)} of {self._asked} claims were judged; repair what ended the others")
        root = self.config.rootpath
        places = {claim: Place(file=root / file, line=line) for claim, (file, line) in self._places.items()}
        written = write_if_changed(findings(record, places), path)
        self._done.append(f"findings: {path}, {'written' if written else 'unchanged'}")

    def _missed(self) -> Iterator[str]:
        """What is on record and was not asked, and data that are not those on record."""
        for claim, subjects in _by_claim(self._not_asked(self.known)).items():
            yield (
                f"{claim} is on record for {', '.join(subjects)} and was not asked; restore it, "
                "or take it off the record with --claims-save"
            )
        for name in sorted(self._subjects):
            subject = self._subjects[name]
            was = changed_data(self.known, subject)
            if was:
                yield (
                    f"the data of {name} are not those on record: sha256 was {was[:12]}, is {subject.sha256[:12]}; "
                    "restore them, or accept them with --claims-save"
                )

    def _not_asked(self, verdicts: Mapping[Place, Known]) -> list[Place]:
        """Of these verdicts those that a run of whole folders should have asked; none if the run left some out."""
        if not self._whole:
            return []
        return not_asked(verdicts, self._heard, options.folders(self.config), self.config.rootpath)

    def _save(self, record: Record) -> None:
        old = self._on_record()
        gone = self._not_asked(old)
        new = [((v.claim.id, v.subject), self._known(record, v)) for v in record.verdicts]
        kept = {place: entry for place, entry in old.items() if place not in gone}
        write_baseline(merged(kept, new), self.baseline)
        self._done.append(f"baseline: {self.baseline}")
        for claim, subjects in _by_claim(gone).items():
            self._done.append(f"taken off the record: {claim} on {', '.join(subjects)}")

    def _on_record(self) -> Mapping[Place, Known]:
        try:
            return read_baseline(self.baseline) if self.baseline.is_file() else {}
        except InputError as error:  # a run of part has refused before
            self._done.append(f"written anew: {error}")
            return {}

    def _known(self, record: Record, verdict: Verdict) -> Known:
        file = Path(self._places[verdict.claim.id][0]).as_posix()
        return known(verdict, record.subject(verdict.subject), record.created[:10], file)


def _by_claim(places: list[Place]) -> dict[str, list[str]]:
    subjects: dict[str, list[str]] = {}
    for claim, subject in places:
        subjects.setdefault(claim, []).append(subject)
    return subjects
