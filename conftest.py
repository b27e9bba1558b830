"""Where this repository's recordings lie."""

from pathlib import Path

from pytest_claims import Subject, recorded_in

RECORDED = Path(__file__).parent / "fixtures" / "recorded"


def pytest_claims_subjects() -> list[Subject]:
    """Every recorded measurement."""
    return recorded_in(RECORDED)
