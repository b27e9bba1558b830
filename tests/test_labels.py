"""Names beside the points of a figure."""

import itertools

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from harness.report.labels import label_points


def named(count: int, seed: int) -> tuple[Figure, np.ndarray]:
    figure = Figure(figsize=(6, 5))
    FigureCanvasAgg(figure)
    x, y = np.random.default_rng(seed).normal(size=(2, count))
    axes = figure.subplots()
    axes.scatter(x, y)
    label_points(axes, [f"persona_{row}" for row in range(count)], x, y)
    return figure, np.hypot((x - x.mean()) / x.std(), (y - y.mean()) / y.std())


@given(count=st.integers(2, 120), seed=st.integers(0, 99))
@example(count=51, seed=70)  # other points take all the places near the outermost one
@settings(max_examples=20, deadline=None)
def test_few_points_are_all_named_and_of_many_the_outermost(count, seed):
    figure, outward = named(count, seed)
    names = {text.get_text() for text in figure.axes[0].texts}
    assert len(names) == count or count > 25
    assert f"persona_{outward.argmax()}" in names


def test_names_of_many_points_do_not_lie_on_each_other():
    figure, _ = named(100, seed=1)
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    assert len(boxes) > 5
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
