"""Where this repository's recordings lie."""

from pathlib import Path

from pytest_claims import Subject, recorded_in

RECORDED = Path(__file__).parent / "fixtures" / "recorded"


def pytest_claims_subjects() -> list[Subject]:
    """Every recorded measurement, for the claims of its finding, after which its folder is called."""
    folders = sorted(folder for folder in RECORDED.iterdir() if folder.is_dir())
    return [subject for folder in folders for subject in recorded_in(folder, finding=folder.name)]
