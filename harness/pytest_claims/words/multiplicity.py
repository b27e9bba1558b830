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
    """What is left of a claim's small p after correction for the subjects that it was asked on; empty without any."""
    if not several:
        return ""
    models = len({one.base_model for one in several})
    subjects = f"{len(several)} subjects of {f'{models} base models' if models > 1 else 'one base model'}"
    small = [f"{stated_p(one.holm)} on {one.subject}" for one in several if one.p < ALPHA]
    if not small:
        return f"No p of {subjects} is below {ALPHA:g}."
    rest = len(several) - len(small)
    others = f"; {rest} {'is' if rest == 1 else 'are'} above {ALPHA:g} without it" if rest else ""
    return f"Corrected for {subjects} (Holm): {', '.join(small)}{others}."
