"""Names beside the points of a figure."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from harness.report.labels import label_points


def named(count: int, seed: int) -> tuple[Figure, np.ndarray]:
    figure = Figure(figsize=(6, 5))
    FigureCanvasAgg(figure)
    x, y = np.random.default_rng(seed).normal(size=(2, count))
    axes = figure.subplots()
    axes.scatter(x, y)
    label_points(axes, [f"persona_{row}" for row in range(count)], x, y)
    return figure, np.hypot((x - x.mean()) / x.std(), (y - y.mean()) / y.std())


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


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("count", [10, 100])
def test_names_do_not_lie_on_each_other(count, seed):
    boxes = [Text.get_window_extent(text) for text in drawn(count, seed)]
    assert len(boxes) > 5
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))


@pytest.mark.parametrize("seed", range(10))
def test_no_line_to_a_name_crosses_another_name(seed):
    texts = drawn(10, seed)
    for text, other in itertools.permutations(texts, 2):
        if text.arrow_patch is not None:
            line = text.arrow_patch.get_transform().transform_path(text.arrow_patch.get_path())
            assert not line.intersects_bbox(Text.get_window_extent(other)), f"{text.get_text()}, {other.get_text()}"
