"""What a run knows beside its record: what its findings declare, how it differs from the baseline, and its page.

Knows nothing about pytest, or about how any of it is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pytest_claims.data.finding import Finding
from pytest_claims.verdicts.questions import Questions
from pytest_claims.verdicts.since import Since


@dataclass(frozen=True, kw_only=True)
class Context:
    """What is told of a record beside itself.

    Attributes:
        findings: what each finding declares, by its name; claims may belong to none.
        since: how it differs from the baseline; None where it was compared with none.
        baseline: the file on record, as it is to be shown.
        page: the page that has all of it; None where none was written.
    """

    findings: Mapping[str, Finding] = field(default_factory=dict)
    since: Since | None = None
    baseline: Path | None = None
    page: Path | None = None

    def title(self, finding: str) -> str:
        """What a finding claims, or else its name."""
        known = self.findings.get(finding)
        return known.title if known else finding or "Claims of no finding"

    def questions(self, finding: str) -> Questions | None:
        """What a finding declares of its subjects; None where there is no declaration."""
        known = self.findings.get(finding)
        return Questions.of(known.declared) if known else None
