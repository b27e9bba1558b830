"""The sentence of a correction for many questions. Knows nothing about how p was corrected."""

from pytest_claims.verdicts.multiplicity import Correction


def corrected(one: Correction) -> str:
    """What p becomes, by both corrections."""
    return (
        f"Among {one.asked} claims of the family '{one.family}', p = {one.p:.2g} becomes {one.holm:.2g} "
        f"(Holm) and {one.benjamini_hochberg:.2g} (Benjamini-Hochberg)."
    )
