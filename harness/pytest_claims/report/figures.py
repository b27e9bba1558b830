"""The figures of a run: the leave-one-out forest of each subject, of its main unit, and those that findings bring.

Knows nothing about claims' bodies: it draws what the record holds, and computes nothing.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pytest_claims.asking.answer import Outcome
from pytest_claims.base.writing import Writing
from pytest_claims.report.captions import captions, level_captions, named_levels, subject_title, title
from pytest_claims.report.drawing import Drawing, Named
from pytest_claims.report.file_name import FOREST, file_name
from pytest_claims.report.fonts import families
from pytest_claims.verdicts.record import Record, SubjectRecord
from pytest_claims.verdicts.verdict import Verdict
from pytest_claims.words.left_out import called

_COLOURS: Final[Mapping[Outcome, str]] = {"held": "#1b7837", "failed": "#b2182b", "undecided": "#777777"}
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


def write_figures(
    record: Record, directory: Path, writing: Writing, drawings: Iterable[Named] = ()
) -> Iterator[list[Path]]:
    """Write every figure as PNG, some in further formats, too; the files of each in turn.

    One that cannot be drawn is a notice, and keeps no other from being drawn.
    """
    taken: set[str] = set()
    for one in (*drawings, *_forests(record)):
        stem, files = directory / one.name, []
        if one.name in taken:
            writing.notices.append(f"{one.name}.png is drawn once: two figures have this name; give one another")
            continue
        taken.add(one.name)
        try:
            with warnings.catch_warnings(), writing.telling(stem.with_name(one.name + one.suffixes[0])):
                warnings.simplefilter("ignore")  # a figure that is there says enough
                files = one.drawing.save(stem, *one.suffixes)
        except (Exception, SystemExit) as error:  # whatever a library makes of odd data: no verdict hangs on a figure
            why = " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST_REASON]
            writing.notices.append(f"{one.name}.png is not drawn ({why}); the tables in claims.md have its numbers")
        if files:
            yield files


def _forests(record: Record) -> Iterator[Named]:
    for subject in record.subjects:
        if verdicts := compared(record, subject.name):
            shows = [(v.claim.id, str(v), v.answer.estimate, v.values_without, v.flips) for v in verdicts]
            names = {caption for verdict in verdicts for caption in level_captions(verdict, subject).values()}
            drawing = drawing_of(subject, shows, partial(forest, verdicts, subject), sorted(names))
            yield Named(name=f"{FOREST}{file_name(subject.name)}", suffixes=(".png",), drawing=drawing)


def drawing_of(
    subject: SubjectRecord, shows: object, draw: Callable[[], Figure], names: Sequence[str] | None = None
) -> Drawing:
    """A drawing of one subject: ``shows`` is all that ``draw`` puts in, so that it is drawn anew where that changed.

    ``names`` are what it writes; captions of the subject's rows, unless told.
    """
    written = captions(subject.rows) if names is None else names
    fonts = families("".join([subject_title(subject.name), *written, _SIGNS]))
    return Drawing(draw=draw, shows=repr((subject.name, fonts, shows)), style={**_STYLE, "font.family": fonts})


def compared(record: Record, subject: str) -> list[Verdict]:
    """The verdicts with an estimate on all the data and on some without one level; others show nothing."""
    own = [verdict for verdict in record.verdicts if verdict.subject == subject]
    return [verdict for verdict in own if verdict.answer.estimate is not None and verdict.values_without]


def forest(verdicts: Sequence[Verdict], subject: SubjectRecord) -> Figure:
    """Per claim: the estimate with its interval, and each estimate without one level, or group, of the main unit."""
    height = 1.0 + 0.9 * len(verdicts)
    figure = Figure(figsize=(9, height))
    panels = figure.subplots(len(verdicts), 1, squeeze=False, gridspec_kw=margins(9, height, between=1.3))[:, 0]
    for axes, verdict in zip(panels, verdicts, strict=True):
        _forest_panel(axes, verdict, level_captions(verdict, subject))
    parts = " or ".join(dict.fromkeys(called(verdict.main, subject.words) for verdict in verdicts))
    figure.suptitle(f"{subject_title(subject.name)}: estimates, and without each {parts} in turn", y=1 - 0.2 / height)
    return figure


def margins(width: float, height: float, *, between: float) -> dict[str, float]:
    """Margins in inches as shares of the figure: a layout that is found by drawing takes as long as the figure."""
    sides = {"left": 0.85 / width, "right": 1 - 0.2 / width, "bottom": 0.55 / height, "top": 1 - 0.7 / height}
    return {**sides, "wspace": between, "hspace": between}


def _forest_panel(axes: Axes, verdict: Verdict, shown: Mapping[str, str]) -> None:
    estimate = verdict.answer.estimate
    if estimate is None:
        return
    if estimate.low is not None and estimate.high is not None:
        axes.plot([estimate.low, estimate.high], [0, 0], color="black", linewidth=1)
    axes.plot(estimate.value, 0, "o", color="black", markersize=6)
    _write_names(axes, _mark_deletions(axes, verdict, shown))
    axes.spines.left.set_visible(False)
    axes.set_ylim(-0.3, 1.0)
    axes.set_yticks([])
    axes.locator_params(axis="x", nbins=5)
    flips = f", {len(verdict.flips)} of {len(verdict.decidable)} deletions flip it (x)" if verdict.flips else ""
    axes.set_title(title(f"{verdict.claim.id}: {verdict}{flips} ({estimate.symbol})"), loc="left", fontsize=8)


def _mark_deletions(axes: Axes, verdict: Verdict, shown: Mapping[str, str]) -> dict[str, tuple[float, float]]:
    """A mark for the estimate without each level; where those stand that are named, by what is shown of the name."""
    flips, named, names = set(verdict.flips), named_levels(verdict), dict[str, tuple[float, float]]()
    places: dict[tuple[str, Outcome], list[tuple[float, float]]] = {}
    for number, deletion in enumerate(verdict.deletions):
        if (without := deletion.answer.estimate) is not None:
            place = (without.value, 0.35 + 0.12 * (number % 3))  # staggered, so that equal values can be told apart
            places.setdefault(("x" if deletion.level in flips else "|", deletion.answer.outcome), []).append(place)
            if deletion.level in named:
                names[shown[deletion.level]] = place
    for (sign, outcome), several in places.items():  # drawn together: a line for each mark takes ten times as long
        axes.plot(*zip(*several, strict=True), sign, color=_COLOURS[outcome], markersize=8)
    return names


def _write_names(axes: Axes, places: Mapping[str, tuple[float, float]]) -> None:
    """Names beside marks, towards the middle, where there is room."""
    middle = sum(axes.get_xlim()) / 2
    for name, place in places.items():
        side, across = ("left", 4) if place[0] <= middle else ("right", -4)
        axes.annotate(name, place, xytext=(across, 4), textcoords="offset points", ha=side, fontsize=6)
