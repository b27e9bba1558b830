"""One run of the court: gathers verdicts, wherever they were judged, and writes them at the end.

Knows nothing about judging. It hears of verdicts through pytest's reports, so it works alike in one
process and with workers. What it needs to write them is imported when there are any.
"""

import datetime
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_claims.base.errors import InputError
from pytest_claims.base.option import usage, value
from pytest_claims.base.version import VERSION
from pytest_claims.base.visible import visible, visible_lines
from pytest_claims.base.writing import Writing, refuse_folder, refuse_unwritable
from pytest_claims.session import options
from pytest_claims.session.belonging import finding_at
from pytest_claims.session.extent import Extent
from pytest_claims.session.places import compares_with, saves_to
from pytest_claims.session.selection import DESELECTED
from pytest_claims.session.versions import versions

if TYPE_CHECKING:
    from pytest_claims.report.context import Context
    from pytest_claims.verdicts.known import Baseline, Place
    from pytest_claims.verdicts.record import Record, SubjectRecord
    from pytest_claims.verdicts.verdict import Verdict
    from pytest_claims.verdicts.written import Written


class Run:
    """The pytest plugin object that keeps the verdicts of a session."""

    def __init__(self, config: pytest.Config, *, known: "Baseline | None") -> None:
        self.config = config
        self.directory = options.report_dir(config)
        self.baseline = compares_with(config)
        self.known = known
        self.saved = saves_to(config)
        self.findings = options.findings_path(config)
        self._home = options.home(config)
        self._reports = not value(config, "claims_no_report")
        self._subjects: dict[tuple[str, str], SubjectRecord] = {}
        self._verdicts: dict[Place, Verdict] = {}
        self._places: dict[str, tuple[Path, int]] = {}
        self._written: dict[str, Written] = {}
        self._heard: set[Place] = set()
        self._asked = 0
        self._extent = Extent(config)
        self._record: Record | None = None
        self._writing = Writing()
        self._wrong: list[str] = []
        self._done: list[str] = []

    def pytest_sessionstart(self) -> None:
        """Refuse what is asked to be written and cannot be, before anything is judged."""
        with usage():
            if value(self.config, "claims_report_dir") is not None:
                refuse_unwritable(self.directory, "--claims-report-dir")
            if self.saved:
                refuse_folder(self.saved, "--claims-save")
            if self.findings:
                refuse_folder(self.findings, "--claims-findings")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """The same of the folder that nobody named, once there are claims."""
        judges = not (self.config.option.collectonly or value(self.config, "claims_data"))
        if judges and self._reports and any(item.get_closest_marker("claim") for item in session.items):
            with usage():
                refuse_unwritable(self.directory, "--claims-report-dir")

    def pytest_deselected(self) -> None:
        """Some claims are left out, whoever chose so."""
        self._extent.leave_out("deselection")

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """The same, of a worker; and of one that died."""
        if getattr(node, "workeroutput", {}).get(DESELECTED, False):
            self._extent.leave_out("deselection")
        if error:
            self._extent.leave_out("a worker that died")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the verdict that a report carries."""
        if hasattr(report, "claim_asked"):
            self._heard.add(tuple(report.claim_asked))
            report.sections = [(title, visible_lines(text)) for title, text in report.sections]
        carried: Any = getattr(report, "claim", None)
        if carried:
            subject, verdict, written = _as_objects(carried)
            self._written[written.claim] = written
            self._keep(subject, verdict, report)
            self._asked = carried["asked"]

    def _keep(self, subject: "SubjectRecord", verdict: "Verdict", report: pytest.TestReport) -> None:
        """Of a test that is run again, or repeated, the last verdict counts."""
        file, line = report.location[0], report.location[1] or 0
        self._subjects[subject.finding, subject.name] = subject
        self._verdicts[verdict.claim.id, verdict.subject] = verdict
        self._places[verdict.claim.id] = self.config.rootpath / file, line

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write reports and, if asked to, the baseline and the page of findings; say what the baseline misses."""
        self._extent.end(session, exitstatus, all_heard=len(self._heard) >= self._asked > 0)
        if self.known and any(one.robustness is None for one in self.known.verdicts.values()):
            self._writing.notices.append(
                f"{self.baseline} is of an older format, whose 'failed' says less; --claims-save writes it anew"
            )
        self._record = self.record() if self._verdicts else None
        self._wrong += self._missed()
        if self._record:
            self._write(self._record, session)
        elif self.findings:
            self._wrong.append(f"{self.findings} is not written: no claim was judged")
        self._wrong += self._writing.failed
        if self._wrong and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _write(self, record: "Record", session: pytest.Session) -> None:
        """First what took longest to find out."""
        from pytest_claims.report import write_comment, write_record  # only when there is something to say
        from pytest_claims.session.index import write_index

        if self._reports:
            write_record(record, self.directory, self._writing)
        if self.saved:
            with self._writing.telling(self.saved):
                self._save(record, self.saved)
        if self.findings:
            with self._writing.telling(self.findings):
                try:
                    self._write_findings(record, self.findings)
                except InputError:
                    session.exitstatus = pytest.ExitCode.USAGE_ERROR
                    raise
        if not self._reports:
            return
        context = self._context(record)
        write_comment(record, context, self.directory, self._writing)
        try:
            write_index(self.config, record, self.directory, self._writing, context)
        except KeyboardInterrupt:
            self._writing.notices.append("the page is not written: it was interrupted, and all else is there")
            session.exitstatus = pytest.ExitCode.INTERRUPTED

    def pytest_terminal_summary(self, terminalreporter: "pytest.TerminalReporter") -> None:
        """Print what the run says, and what was written."""
        if self._record is not None:
            self._summarise(terminalreporter, self._record)
            self._open(self._record)
        for line in self._done:
            terminalreporter.write_line(visible(line))
        for line in self._writing.notices:
            terminalreporter.write_line(f"NOTICE: {visible(line)}", yellow=True)
        for line in self._wrong:
            terminalreporter.write_line(f"ERROR: {visible(line)}", red=True)

    def _open(self, record: "Record") -> None:
        from pytest_claims.session.index import page_of

        page = page_of(record, self.directory)
        if value(self.config, "claims_open") and page in self._writing.written:
            import webbrowser

            webbrowser.open(page.absolute().as_uri())

    def _summarise(self, terminalreporter: "pytest.TerminalReporter", record: "Record") -> None:
        from pytest_claims.report.terminal import summary

        terminalreporter.ensure_newline()
        terminalreporter.section("claims")
        for line in summary(record, self._context(record), verbose=self.config.get_verbosity()):
            for part in line:
                terminalreporter.write(part.text, **({part.colour: True} if part.colour else {}))
            terminalreporter.write_line("")
        names = ", ".join(path.relative_to(self.directory).as_posix() for path in self._writing.written)
        if names:
            terminalreporter.write_line(visible(f"reports: {names} in {self.directory}{self._how_much(record)}"))

    def _context(self, record: "Record") -> "Context":
        from pytest_claims.session.context import context_of
        from pytest_claims.session.index import page_of

        page = page_of(record, self.directory)
        return context_of(
            self.config,
            record,
            {claim: file for claim, (file, _) in self._places.items()},
            known=self.known,
            missing=self._missing(),
            page=page if page in self._writing.written else None,  # it may be that it could not be made
        )

    def _how_much(self, record: "Record") -> str:
        if not record.left_out:
            return ""
        whole = "claims.json, of a whole run, stays as it was"
        rest = whole if (self.directory / "claims.json").is_file() else "a run of all writes claims.json"
        return f": {len(record.verdicts)} of {record.asked} verdicts, a part ({', '.join(record.left_out)}); {rest}"

    def record(self) -> "Record":
        """Everything heard so far, ordered by test rather than by who finished first."""
        from pytest_claims.verdicts.record import record_of

        verdicts = sorted(
            self._verdicts.values(), key=lambda verdict: (verdict.finding, verdict.subject, verdict.claim.id)
        )
        # Not of the extent: what ended in an error was asked, and is missed by nobody.
        unjudged = ("claims that could not be judged",) if len(verdicts) < self._asked else ()
        return record_of(
            created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            version=VERSION,
            asked=max(self._asked, len(verdicts)),
            left_out=self._extent.left_out or unjudged,
            subjects=[self._subjects[name] for name in sorted(self._subjects)],
            verdicts=verdicts,
            written=[self._written[claim] for claim in sorted(self._written)],
            versions=versions(),
        )

    def _write_findings(self, record: "Record", path: Path) -> None:
        from pytest_claims.report.findings import Place, write_if_changed
        from pytest_claims.session.finding_pages import finding_pages, lost_conclusions

        if len(self._verdicts) < self._asked:
            raise InputError(f"{len(self._verdicts)} of {self._asked} claims were judged; repair what ended the others")
        if record.left_out:
            raise InputError(f"this is a part of a run ({', '.join(record.left_out)}); judge all of it")
        places = {claim: Place(file=file, line=line) for claim, (file, line) in self._places.items()}
        # Asked of files, for where workers judge, nothing is collected here.
        declared = {one.finding: finding_at(self.config, places[one.claim.id].file) for one in record.verdicts}
        for page, text in finding_pages(record, path, places, declared).items():  # only now: each may be refused
            written = write_if_changed(text, page)
            self._done.append(f"findings: {page}, {'written' if written else 'unchanged'}")
        self._writing.notices += lost_conclusions(record, declared)

    def _missed(self) -> Iterator[str]:
        """What is on record and was not asked, and data that are not those on record."""
        if not self.known:
            return
        from pytest_claims.session.saving import by_claim
        from pytest_claims.verdicts.failing import failing_of
        from pytest_claims.words.changed_data import other_data
        from pytest_claims.words.difference import missed

        for claim, subjects in by_claim(self._missing()).items():
            yield missed(claim, subjects)
        if self._record and failing_of(value(self.config, "claims_compare_fail")).number:
            from pytest_claims.verdicts.since import changed_subjects

            yield from map(other_data, changed_subjects(self._record, self.known))

    def _missing(self) -> "list[Place]":
        """What is on record and should have been asked; nothing if the run left some out."""
        if not self.known:
            return []
        from pytest_claims.session.saving import gone_from

        return gone_from(self.known, self._all_heard, self.config)

    def _save(self, record: "Record", path: Path) -> None:
        from pytest_claims.session.saving import save

        files = {claim: Path(os.path.relpath(file, self._home)).as_posix() for claim, (file, _) in self._places.items()}
        self._done += save(record, files, path, self.config, self._all_heard)

    @property
    def _all_heard(self) -> "set[Place] | None":
        """What a run of whole folders asked; None if it left some out."""
        return self._heard if self._extent.whole else None


def _as_objects(carried: Mapping[str, Any]) -> "tuple[SubjectRecord, Verdict, Written]":
    """A subject, a verdict and where its claim is written, as a report carries them: as JSON, from a worker."""
    from pytest_claims.verdicts.record import SubjectRecord, from_json
    from pytest_claims.verdicts.verdict import Verdict
    from pytest_claims.verdicts.written import Written

    subject, verdict, written = carried["subject"], carried["verdict"], carried["written"]
    if isinstance(verdict, Verdict):
        return subject, verdict, written
    return from_json(SubjectRecord, subject), from_json(Verdict, verdict), from_json(Written, written)
