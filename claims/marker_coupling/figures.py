"""The figure of marker coupling: source rate against cosine and against divergence, for each subject.

Knows nothing about how anything was computed: what it writes beside the points is what the claims found.
"""

from collections.abc import Iterator
from functools import partial
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pytest_claims import Estimate, Record, SubjectRecord
from pytest_claims.figures import (
    Named,
    captions,
    drawing_of,
    file_name,
    label_points,
    margins,
    stated_p,
    subject_title,
)

_SIDES: Final = (
    ("cosine", "cosine to the assistant", "cosine-predicts-coupling"),
    ("js", "JS divergence from the assistant (nats)", "js-not-significant"),
)
_TICKS: Final = 5  # with more, small numbers would lie on each other
_Found = tuple[Estimate | None, ...]


def drawings(record: Record) -> Iterator[Named]:
    """One for each subject that has all columns."""
    for subject in record.subjects:
        if {"cosine", "js", "source_rate"} <= set(subject.columns):
            found = tuple(_estimate(record, subject.name, claim) for _, _, claim in _SIDES)
            drawing = drawing_of(subject, (subject.rows, subject.columns, found), partial(scatter, subject, found))
            yield Named(name=f"scatter-{file_name(subject.name)}", suffixes=(".png", ".pdf"), drawing=drawing)


def scatter(subject: SubjectRecord, found: _Found) -> Figure:
    """Source rate against cosine and against JS divergence, with names, and the fit, r and p of the claims."""
    figure = Figure(figsize=(10, 4.4))
    left, right = figure.subplots(1, 2, sharey=True, gridspec_kw=margins(10, 4.4, between=0.06))
    for axes, (column, label, _), estimate in zip((left, right), _SIDES, found, strict=True):
        _side(axes, subject, column, estimate)
        axes.set_xlabel(label)
    left.set_ylabel("source rate")
    figure.suptitle(subject_title(subject.name), y=0.98)
    return figure


def _estimate(record: Record, subject: str, claim: str) -> Estimate | None:
    """What a claim found on a subject; None where it is not on the record, or undecided."""
    verdicts = (one for one in record.verdicts if (one.claim.id, one.subject) == (claim, subject))
    return next((one.answer.estimate for one in verdicts if one.outcome != "undecided"), None)


def _side(axes: Axes, subject: SubjectRecord, column: str, estimate: Estimate | None) -> None:
    x, y = np.array(subject.columns[column]), np.array(subject.columns["source_rate"])
    axes.scatter(x, y, color="#2166ac", zorder=3)
    axes.locator_params(axis="x", nbins=_TICKS)
    label_points(axes, captions(subject.rows), x, y)
    if estimate is None or estimate.p is None:
        axes.set_title("no correlation")
        return
    ends, slope = np.array([x.min(), x.max()]), estimate.value * y.std() / x.std()
    axes.plot(ends, y.mean() + slope * (ends - x.mean()), color="#777777", linewidth=1)
    axes.set_title(f"r = {estimate.value:+.2f}, {stated_p(estimate.p)}, N = {estimate.n}")
