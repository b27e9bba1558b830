"""One run of the court: gathers verdicts, wherever they were judged, and writes them at the end.

Knows nothing about judging. It hears of verdicts through pytest's reports, so it works alike in one
process and with workers.
"""

import datetime
import importlib.metadata
from pathlib import Path
from typing import Any

import pytest

from harness.baseline import known, merged, read_baseline, write_baseline
from harness.errors import InputError
from harness.record import Record, SubjectRecord, from_json, record_of
from harness.verdict import Verdict


class Run:
    """The pytest plugin object that keeps the verdicts of a session."""

    def __init__(self, *, root: Path, directory: Path, baseline: Path, save: bool, findings: Path | None) -> None:
        self.root = root
        self.directory = directory
        self.baseline = baseline
        self.save = save
        self.findings = findings
        self._subjects: dict[str, SubjectRecord] = {}
        self._verdicts: dict[str, Verdict] = {}
        self._places: dict[str, tuple[str, int]] = {}
        self._asked = 0
        self._record: Record | None = None
        self._said = ""
        self.written: list[Path] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the verdict that a report carries."""
        carried: Any = getattr(report, "claim", None)
        if carried:
            subject, verdict = carried["subject"], carried["verdict"]
            if not isinstance(verdict, Verdict):  # as JSON, from a worker
                subject, verdict = from_json(SubjectRecord, subject), from_json(Verdict, verdict)
            self._subjects[subject.name] = subject
            self._verdicts[report.nodeid] = verdict
            self._places[verdict.claim.id] = (report.location[0], report.location[1] or 0)
            self._asked = carried["asked"]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write reports and, if asked to, the baseline and the page of findings."""
        if not self._verdicts:
            self._said = f"ERROR: {self.findings} is not written: no claim was judged" if self.findings else ""
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
                self._said = f"ERROR: {self.findings} is not written: {error}"
                session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table of verdicts, and what was written."""
        if self._record is not None:
            self._summarise(terminalreporter, self._record)
        if self._said:
            terminalreporter.write_line(self._said, red=self._said.startswith("ERROR"))

    def _summarise(self, terminalreporter: pytest.TerminalReporter, record: Record) -> None:
        from harness.report.terminal import summary

        terminalreporter.section("claims")
        terminalreporter.write_line(summary(record, width=terminalreporter._tw.fullwidth))
        names = ", ".join(path.name for path in self.written)
        terminalreporter.write_line(f"reports: {names} in {self.directory}")
        if self.save:
            terminalreporter.write_line(f"baseline: {self.baseline}")

    def record(self) -> Record:
        """Everything heard so far, ordered by test rather than by who finished first."""
        verdicts = sorted(self._verdicts.values(), key=lambda verdict: (verdict.subject, verdict.claim.id))
        return record_of(
            created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            version=importlib.metadata.version("executable-claims"),
            subjects=[self._subjects[name] for name in sorted(self._subjects)],
            verdicts=verdicts,
        )

    def _write_findings(self, record: Record, path: Path) -> None:
        from harness.report.findings import Place, findings, write_if_changed

        if len(self._verdicts) < self._asked:
            raise InputError(f"{len(self._verdicts)} of {self._asked} claims were judged; repair what ended the others")
        places = {claim: Place(file=self.root / file, line=line) for claim, (file, line) in self._places.items()}
        written = write_if_changed(findings(record, places), path)
        self._said = f"findings: {path}, {'written' if written else 'unchanged'}"

    def _save(self, record: Record) -> None:
        old = read_baseline(self.baseline) if self.baseline.is_file() else {}
        date = record.created[:10]
        new = [
            ((verdict.claim.id, verdict.subject), known(verdict, record.subject(verdict.subject), date))
            for verdict in record.verdicts
        ]
        write_baseline(merged(old, new), self.baseline)
