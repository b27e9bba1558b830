"""The sentences of corrections, for many questions and several subjects. Knows nothing about how p was corrected."""

from collections.abc import Sequence

from pytest_claims.stats.replication import ALPHA
from pytest_claims.verdicts.multiplicity import AcrossSubjects, Correction
from pytest_claims.words.number import stated_p


def corrected(one: Correction) -> str:
    """What p becomes, by both corrections."""
    return (
        f"Among {one.asked} claims of the family '{one.family}', p = {one.p:.2g} becomes {one.holm:.2g} "
        f"(Holm) and {one.benjamini_hochberg:.2g} (Benjamini-Hochberg)."
    )


def of_subjects(several: Sequence[AcrossSubjects]) -> str:
    """What is left of small p where a claim holds, corrected for the subjects that it is asked on; empty without."""
    if not several:
        return ""
    models = len({one.base_model for one in several})
    subjects = f"{len(several)} subjects of {f'{models} base models' if models > 1 else 'one base model'}"
    small = [f"{stated_p(one.holm)} on {one.subject}" for one in several if one.p < ALPHA and one.held]
    if not small:
        return f"On none of {subjects} it holds with p below {ALPHA:g}."
    return f"Corrected for {subjects} (Holm), where it holds: {', '.join(small)}."
