"""The verdicts that the conclusions and the headline of the marker finding rest on, judged anew of what is recorded."""

import functools
import importlib
import inspect

from marker import table_of

from conftest import ROOT
from pytest_claims import judge, read_finding
from pytest_claims.asking.claim import claim_of
from pytest_claims.data.measurement_file import measurement_name, read_measurement
from pytest_claims.verdicts.questions import Questions
from pytest_claims.verdicts.record import Record, record_of, subject_record

FINDING = read_finding(ROOT / "claims/marker_coupling")
RECORDED = ROOT / "fixtures/recorded/marker_coupling"


@functools.cache
def concluded() -> Record:
    """A record of the claims that are needed, each on the subjects on which it is."""
    paths = {name: path for path in sorted(RECORDED.iterdir()) if (name := measurement_name(path))}
    asked = needed(list(paths))
    subjects, verdicts = [], []
    for name in dict.fromkeys(name for _, name in sorted(asked)):
        measurement = read_measurement(paths[name])
        table = table_of(measurement)
        subjects.append(subject_record(measurement, table, recorded=True, finding=FINDING.name))
        verdicts += [
            judge(table, body, robustness="none") for claim, body in bodies().items() if (claim, name) in asked
        ]
    return record_of(created="2026-11-28", version="0", subjects=subjects, verdicts=verdicts)


def needed(names):
    """Claims and subjects that conclusions and the headline name, and the claims whose p count for a corrected one."""
    counted = [name for name in names if Questions.of(FINDING.declared).role(name) != "control"]
    found = {(row.claim, name) for row in FINDING.declared.headline.rows for name in counted}
    for one in FINDING.declared.conclusions:
        for need in one.needs:
            several = [name for pattern in need.subjects for name in matching(pattern, names)]
            claims = set(need.claims)
            if ".corrected}" in one.text:
                families = {claim_of(bodies()[claim]).family for claim in claims}
                claims |= {claim for claim, body in bodies().items() if claim_of(body).family in families}
            found |= {(claim, name) for claim in claims for name in several}
    return found


def matching(pattern, names):
    questions = Questions.of(FINDING.declared)
    return [name for name in names if name == pattern or questions.matches(name, pattern)]


@functools.cache
def bodies():
    """The bodies of all claims of the finding, by their ids."""
    modules = [
        importlib.import_module(f"claims.marker_coupling.{path.stem}") for path in FINDING.folder.glob("test_*.py")
    ]
    found = [
        body for module in modules for body in vars(module).values() if inspect.isfunction(body) and claim_of(body)
    ]
    return {claim_of(body).id: body for body in found}
