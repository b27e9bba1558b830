"""How many data sets, base models and levels several subjects are: what stands wherever their numbers stand together.

Knows nothing about claims, or about the page that it stands on.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from pytest_claims.data.design import Words
from pytest_claims.verdicts.record import Record, SubjectRecord
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.listed import joined


def counted_apart(record: Record, names: Sequence[str]) -> str:
    """Of how many base models these subjects are, what they share, and that no interval is corrected for being many."""
    models = {verdict.subject: verdict.base_model for verdict in record.verdicts}
    counts = Counter(models.get(name, name) for name in names)
    several = [f"{model} has {count}" for model, count in counts.items() if count > 1]
    of = f"of {_base_models(len(counts))}{f' ({joined(several)})' if several else ''}"
    said = [f"These are {len(names)} data sets {of}."]
    said += _shared([subject for subject in record.subjects if subject.name in names], record.words)
    said.append("No interval is corrected for their number.")
    return " ".join(said)


def of_base_models(verdicts: Iterable[Verdict]) -> str:
    """`` of 3 base models``, behind a number of subjects; empty where these are as many."""
    places = {(verdict.finding, verdict.subject): verdict.base_model for verdict in verdicts}
    models = len(set(places.values()))
    return f" of {_base_models(models)}" if models < len(places) else ""


def _base_models(count: int) -> str:
    return f"{count} base models" if count > 1 else "one base model"


def _shared(subjects: Sequence[SubjectRecord], words: Words) -> list[str]:
    """How many levels of each unit stand in more than one of them."""
    counts: dict[str, Counter[str]] = {}
    for unit in (unit for subject in subjects for unit in subject.units if unit.shared):
        counts.setdefault(unit.unit, Counter()).update(unit.names)
    found = {unit: sum(count > 1 for count in names.values()) for unit, names in counts.items()}
    return [
        f"{words.counted(count, unit)} {'is' if count == 1 else 'are'} in more than one."
        for unit, count in found.items()
        if count
    ]
