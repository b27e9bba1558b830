"""The sentences of corrections, for many questions and several subjects. Knows nothing about how p was corrected."""

from collections.abc import Sequence

from pytest_claims.stats.replication import ALPHA
from pytest_claims.verdicts.multiplicity import AcrossSubjects, Correction
from pytest_claims.words.number import p_value


def corrected(one: Correction) -> str:
    """What p becomes, by both corrections."""
    return (
        f"Among {one.asked} claims of the family '{one.family}', p = {one.p:.2g} becomes {one.holm:.2g} "
        f"(Holm) and {one.benjamini_hochberg:.2g} (Benjamini-Hochberg)."
    )


def of_subjects(several: Sequence[AcrossSubjects]) -> str:
    """What is left of a claim's small p after correction for the subjects that it was asked on; empty without any."""
    if not several:
        return ""
    models = len({one.base_model for one in several})
    count = f"p of {len(several)} subjects of {models} base model{'s' if models > 1 else ''}"
    small = [f"{one.subject} {p_value(one.holm)}" for one in several if one.p < ALPHA]
    if not small:
        return f"{count}: none is below {ALPHA:g}."
    return f"{count}: those below {ALPHA:g} are, corrected for their number (Holm), {', '.join(small)}."
