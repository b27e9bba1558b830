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
    """A record of the claims that are needed, on the source's data and on new ones that are no examples."""
    questions, bodies = Questions.of(FINDING.declared), needed()
    examples = {name for one in FINDING.declared.conclusions for need in one.needs for name in need.subjects}
    subjects, verdicts = [], []
    for path in sorted(RECORDED.iterdir()):
        name = measurement_name(path)
        if name is None or (questions.place(name) > 1 and name not in examples):
            continue
        measurement = read_measurement(path)
        table = table_of(measurement)
        subjects.append(subject_record(measurement, table, recorded=True, finding=FINDING.name))
        verdicts += [judge(table, body, robustness="none") for body in bodies]
    return record_of(created="2026-11-28", version="0", subjects=subjects, verdicts=verdicts)


def needed():
    """The bodies of the claims that are named by conclusions and the headline, and those whose p count for theirs."""
    declared = FINDING.declared
    named = {claim for one in declared.conclusions for need in one.needs for claim in need.claims}
    named |= {row.claim for row in declared.headline.rows}
    corrected = [need for one in declared.conclusions if ".corrected}" in one.text for need in one.needs]
    bodies = {claim_of(body).id: body for body in all_bodies()}
    families = {claim_of(bodies[claim]).family for need in corrected for claim in need.claims}
    return [body for name, body in sorted(bodies.items()) if name in named or claim_of(body).family in families]


def all_bodies():
    for path in sorted(FINDING.folder.glob("test_*.py")):
        module = importlib.import_module(f"claims.marker_coupling.{path.stem}")
        yield from (body for body in vars(module).values() if inspect.isfunction(body) and claim_of(body))
