"""Multiplicity: what is left of a family's p-values after asking many questions of the same data.

Knows nothing about pytest. A claim declares its family; the family is corrected on each subject. Where a claim is asked
on several subjects its p are corrected for their number, too, and its verdicts are not: which subjects there are is no
plan, but what lies in a folder.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pytest_claims.base.arrays import FloatArray
from pytest_claims.verdicts.verdict import Verdict


@dataclass(frozen=True, kw_only=True)
class Correction:
    """The ``p`` of one ``claim`` among the ``asked`` of its ``family`` on one ``subject``, corrected.

    ``holm`` bounds the chance of any false discovery in the family (Holm 1979, Scand. J. Stat. 6,
    65-70), ``benjamini_hochberg`` the share of false ones among all (1995, J. R. Stat. Soc. B 57, 289-300).
    """

    subject: str
    family: str
    claim: str
    asked: int
    p: float
    holm: float
    benjamini_hochberg: float


def corrections(verdicts: Iterable[Verdict]) -> tuple[Correction, ...]:
    """The corrected p-values of every family on every subject, in the order of the verdicts.

    A claim without family, undecided, or without p counts nowhere.
    """
    families: dict[tuple[str, str, str], list[tuple[str, float]]] = {}
    for verdict in verdicts:
        p = p_of(verdict)
        if verdict.claim.family and p is not None:
            place = verdict.finding, verdict.subject, verdict.claim.family
            families.setdefault(place, []).append((verdict.claim.id, p))
    return tuple(one for (_, subject, family), asked in families.items() for one in _corrected(subject, family, asked))


@dataclass(frozen=True, kw_only=True)
class AcrossSubjects:
    """The ``p`` of one claim on a ``subject`` of a ``base_model``, and ``holm`` corrected for all that it is asked on.

    ``held`` says whether the claim held there: p of an effect in another direction may be as small. Holm's correction
    holds whatever subjects have in common, such as a base model, or levels of a unit.
    """

    subject: str
    base_model: str
    p: float
    holm: float
    held: bool


def across_subjects(verdicts: Iterable[Verdict]) -> tuple[AcrossSubjects, ...]:
    """The corrected p of one claim on several subjects; none for fewer than two that have one."""
    told = [(verdict, p) for verdict in verdicts if (p := p_of(verdict)) is not None]
    if len(told) < 2:
        return ()
    holm, _ = corrected(np.array([p for _, p in told]))
    return tuple(
        AcrossSubjects(
            subject=verdict.subject,
            base_model=verdict.base_model,
            p=p,
            holm=float(by_holm),
            held=verdict.outcome == "held",
        )
        for (verdict, p), by_holm in zip(told, holm, strict=True)
    )


def p_of(verdict: Verdict) -> float | None:
    """The p of a verdict's headline; None where it has none, or is undecided."""
    estimate = verdict.answer.estimate
    return None if verdict.outcome == "undecided" or estimate is None else estimate.p


def _corrected(subject: str, family: str, asked: list[tuple[str, float]]) -> Iterable[Correction]:
    holm, hochberg = corrected(np.array([p for _, p in asked]))
    for (claim, p), by_holm, by_hochberg in zip(asked, holm, hochberg, strict=True):
        yield Correction(
            subject=subject,
            family=family,
            claim=claim,
            asked=len(asked),
            p=p,
            holm=float(by_holm),
            benjamini_hochberg=float(by_hochberg),
        )


def corrected(ps: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Holm's and Benjamini and Hochberg's p for each of (K,) p-values, as :class:`Correction` has them.

    statsmodels gives the same, to the last bit, and empties the memory at each call, which takes longer than all else.
    """
    order, count = np.argsort(ps, kind="stable"), len(ps)
    ordered, places = ps[order], np.arange(1, count + 1)
    holm, hochberg = np.empty(count), np.empty(count)
    holm[order] = np.minimum(1.0, np.maximum.accumulate(ordered * places[::-1]))
    hochberg[order] = np.minimum(1.0, np.minimum.accumulate((ordered / (places / count))[::-1])[::-1])
    return holm, hochberg
