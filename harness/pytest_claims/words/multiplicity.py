"""The sentences of corrections for many questions, or of none. Knows nothing about how p was corrected."""

from collections.abc import Iterable

from pytest_claims.verdicts.multiplicity import Correction, p_of
from pytest_claims.verdicts.verdict import Verdict


def corrected(one: Correction) -> str:
    """What p becomes, by both corrections."""
    return (
        f"Among {one.asked} claims of the family '{one.family}', p = {one.p:.2g} becomes {one.holm:.2g} "
        f"(Holm) and {one.benjamini_hochberg:.2g} (Benjamini-Hochberg)."
    )


def of_subjects(verdicts: Iterable[Verdict]) -> str:
    """That p of a claim on several subjects are not corrected for each other; empty where fewer than two have one."""
    count = sum(p_of(verdict) is not None for verdict in verdicts)
    return f"p of {count} subjects, none corrected for there being several." if count > 1 else ""
