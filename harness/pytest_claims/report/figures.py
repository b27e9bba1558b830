"""The figures of a run: the two-panel scatter of each subject, and the leave-one-out forest.

Knows nothing about claims' bodies: it draws what the record holds.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pytest_claims.base.writing import Writing
from pytest_claims.report.captions import captions, subject_title, title
from pytest_claims.report.drawing import Drawing
from pytest_claims.report.evidence import stated_p
from pytest_claims.report.file_name import file_name
from pytest_claims.report.fonts import families
from pytest_claims.report.labels import label_points
from pytest_claims.stats.coefficients import coefficient, pearson_p
from pytest_claims.verdicts.record import Record, SubjectRecord
from pytest_claims.verdicts.verdict import Verdict

_PANELS: Final = (
    ("cosine", "cosine to the assistant"),
    ("js", "JS divergence from the assistant (nats)"),
)
_COLOURS: Final = {"held": "#1b7837", "failed": "#b2182b", "undecided": "#777777"}
_MOST_NAMES: Final = 2  # more names than this would lie on each other
_TICKS: Final = 5  # with more, small numbers would lie on each other
_LONGEST_REASON: Final = 200
_SIGNS: Final = "Δχ²₀|…"  # of estimates, in titles
_STYLE: Final[dict[Any, Any]] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "font.size": 9,
    "text.parse_math": False,  # a name may hold dollars
    "text.usetex": False,
    "savefig.dpi": 110,
}


def write_figures(record: Record, directory: Path, writing: Writing) -> Iterator[list[Path]]:
    """Write every figure as PNG, the scatter also as PDF; the files of each in turn.

    One that cannot be drawn is a notice, and keeps no other from being drawn.
    """
    for name, suffixes, drawing in _drawings(record):
        stem, files = directory / name, []
        try:
            with warnings.catch_warnings(), writing.telling(stem.with_name(name + suffixes[0])):
                warnings.simplefilter("ignore")  # a figure that is there says enough
                files = drawing.save(stem, *suffixes)
        except Exception as error:  # whatever a library makes of odd data: no verdict hangs on a figure
            why = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST_REASON]
            writing.notices.append(f"{name}.png is not drawn ({why}); the tables in claims.md have its numbers")
        if files:
            yield files


def _drawings(record: Record) -> Iterator[tuple[str, tuple[str, ...], Drawing]]:
    """The name, the formats and the drawing of each figure."""
    for subject in record.subjects:
        name = file_name(subject.name)
        if {"cosine", "js", "source_rate"} <= set(subject.columns):
            drawing = _drawing(subject, (subject.personas, subject.columns), partial(scatter, subject))
            yield f"scatter-{name}", (".png", ".pdf"), drawing
        if verdicts := compared(record, subject.name):
            shows = [(v.claim.id, str(v), v.answer.finding, v.estimates, v.flips) for v in verdicts]
            draw = partial(forest, verdicts, subject.name)
            yield f"leave-one-out-{name}", (".png",), _drawing(subject, shows, draw)


def _drawing(subject: SubjectRecord, shows: object, draw: Callable[[], Figure]) -> Drawing:
    fonts = families("".join([subject_title(subject.name), *captions(subject.personas), _SIGNS]))
    return Drawing(draw=draw, shows=repr((subject.name, fonts, shows)), style={**_STYLE, "font.family": fonts})


def scatter(subject: SubjectRecord) -> Figure:
    """Source rate against cosine and against JS divergence, with names, fit, r and p."""
    figure = Figure(figsize=(10, 4.4))
    left, right = figure.subplots(1, 2, sharey=True, gridspec_kw=_margins(10, 4.4, between=0.06))
    for axes, (column, label) in zip((left, right), _PANELS, strict=True):
        _scatter_panel(axes, subject, column)
        axes.set_xlabel(label)
    left.set_ylabel("source rate")
    figure.suptitle(subject_title(subject.name), y=0.98)
    return figure


def compared(record: Record, subject: str) -> list[Verdict]:
    """The verdicts with an estimate on all the data and on some without one persona; others show nothing."""
    own = [verdict for verdict in record.verdicts if verdict.subject == subject]
    return [verdict for verdict in own if verdict.answer.finding is not None and verdict.estimates]


def forest(verdicts: Sequence[Verdict], subject: str) -> Figure:
    """Per claim: the estimate with its interval, and each estimate without one persona."""
    height = 1.0 + 0.9 * len(verdicts)
    figure = Figure(figsize=(9, height))
    panels = figure.subplots(len(verdicts), 1, squeeze=False, gridspec_kw=_margins(9, height, between=1.3))[:, 0]
    for axes, verdict in zip(panels, verdicts, strict=True):
        _forest_panel(axes, verdict)
    figure.suptitle(f"{subject_title(subject)}: estimates, and without each persona in turn", y=1 - 0.2 / height)
    return figure


def _margins(width: float, height: float, *, between: float) -> dict[str, float]:
    """Margins in inches as shares of the figure: a layout that is found by drawing takes as long as the figure."""
    sides = {"left": 0.85 / width, "right": 1 - 0.2 / width, "bottom": 0.55 / height, "top": 1 - 0.7 / height}
    return {**sides, "wspace": between, "hspace": between}


def _scatter_panel(axes: Axes, subject: SubjectRecord, column: str) -> None:
    x, y = np.array(subject.columns[column]), np.array(subject.columns["source_rate"])
    axes.scatter(x, y, color="#2166ac", zorder=3)
    axes.locator_params(axis="x", nbins=_TICKS)
    label_points(axes, captions(subject.personas), x, y)
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        axes.set_title("constant: no correlation is defined")
        return
    r = coefficient(x, y)
    slope = r * y.std() / x.std()
    ends = np.array([x.min(), x.max()])
    axes.plot(ends, y.mean() + slope * (ends - x.mean()), color="#777777", linewidth=1)
    axes.set_title(f"r = {r:+.2f}, {stated_p(pearson_p(r, len(x)))}, N = {len(x)}")


def _forest_panel(axes: Axes, verdict: Verdict) -> None:
    finding = verdict.answer.finding
    if finding is None:
        return
    if finding.low is not None and finding.high is not None:
        axes.plot([finding.low, finding.high], [0, 0], color="black", linewidth=1)
    axes.plot(finding.estimate, 0, "o", color="black", markersize=6)
    named = set(verdict.flips if len(verdict.flips) <= _MOST_NAMES else ()) | {verdict.most_influential}
    places: dict[str, tuple[float, float]] = {}
    shown = captions([deletion.persona for deletion in verdict.deletions])
    for row, deletion in enumerate(verdict.deletions):
        without = deletion.answer.finding
        if without is None:
            continue
        height = 0.35 + 0.12 * (row % 3)  # staggered, so that equal estimates can be told apart
        sign = "x" if deletion.persona in verdict.flips else "|"
        axes.plot(without.estimate, height, sign, color=_COLOURS[deletion.answer.outcome], markersize=8)
        if deletion.persona in named:
            places[shown[row]] = (without.estimate, height)
    _write_names(axes, places)
    axes.spines.left.set_visible(False)
    axes.set_ylim(-0.3, 1.0)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5)
    flips = f", {len(verdict.flips)} of {len(verdict.decidable)} deletions flip it (x)" if verdict.flips else ""
    axes.set_title(title(f"{verdict.claim.id}: {verdict}{flips} ({finding.symbol})"), loc="left", fontsize=8)


def _write_names(axes: Axes, places: Mapping[str, tuple[float, float]]) -> None:
    """Names beside marks, towards the middle, where there is room."""
    middle = sum(axes.get_xlim()) / 2
    for name, place in places.items():
        side, across = ("left", 4) if place[0] <= middle else ("right", -4)
        axes.annotate(name, place, xytext=(across, 4), textcoords="offset points", ha=side, fontsize=6)
