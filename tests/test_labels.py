"""Names beside the points of a figure."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from pytest_claims.report.labels import label_points

LAYOUTS = pytest.mark.parametrize(("count", "seed"), list(itertools.product([10, 100], range(10))))


def named(count: int, seed: int) -> tuple[Figure, np.ndarray]:
    figure = Figure(figsize=(6, 5))
    FigureCanvasAgg(figure)
    x, y = np.random.default_rng(seed).normal(size=(2, count))
    axes = figure.subplots()
    axes.scatter(x, y)
    label_points(axes, [f"persona_{row}" for row in range(count)], x, y)
    return figure, np.hypot((x - x.mean()) / x.std(), (y - y.mean()) / y.std())


def own_extent(text: Annotation) -> Bbox:
    """Of the name alone: an annotation's extent holds its line as well."""
    return Text.get_window_extent(text)


def line_of(text: Annotation) -> Path:
    return text.arrow_patch.get_transform().transform_path(text.arrow_patch.get_path())


def drawn(count: int, seed: int) -> list[Annotation]:
    figure, _ = named(count, seed)
    figure.draw_without_rendering()
    return figure.axes[0].texts


@given(count=st.integers(2, 120), seed=st.integers(0, 99))
@example(count=51, seed=70)  # other points take all the places near the outermost one
@settings(max_examples=20, deadline=None)
def test_few_points_are_all_named_and_of_many_the_outermost(count, seed):
    figure, outward = named(count, seed)
    names = {text.get_text() for text in figure.axes[0].texts}
    assert len(names) == count or count > 25
    assert f"persona_{outward.argmax()}" in names


@LAYOUTS
def test_names_do_not_lie_on_each_other(count, seed):
    boxes = [own_extent(text) for text in drawn(count, seed)]
    assert len(boxes) > 5
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


@LAYOUTS
def test_no_line_to_a_name_crosses_another_name_or_line(count, seed):
    texts = drawn(count, seed)
    lines = {text: line_of(text) for text in texts if text.arrow_patch is not None}
    assert not any(
        line.intersects_bbox(own_extent(other)) for text, line in lines.items() for other in {*texts} - {text}
    )
    assert not any(one.intersects_path(other) for one, other in itertools.combinations(lines.values(), 2))
