"""A finding that is not one of this repository: how tall trees are, how far apart, and how many flowers set fruit."""

import numpy as np
import xarray as xr

from pytest_claims import ROWS, Alternatives, Array, Design, Measurement, Rate, Table, Words, pooled

TREES = ("ash", "birch", "cedar", "date", "elm", "fir")
YEARS = (2024, 2025, 2026)
DESIGN = Design(
    words=Words(unit="tree", units="trees", outcomes="fruits", trials="flowers", alternatives="ways to measure"),
    rates=(Rate(name="share_set", successes="set", trials="flowers"),),
    limits={"share_set": (0.0, 1.0)},
    columns=("height", "age", "share_set", "set", "flowers"),
    remedy="measure it",
)


def measured(trees: tuple[str, ...] = TREES, seed: int = 0) -> Measurement:
    """Fruits that set, of flowers, by year and tree; heights; and distances between trees."""
    random = np.random.default_rng(seed)
    place = random.normal(size=(len(trees), 2))
    flowers = random.integers(5, 20, (len(YEARS), len(trees))).astype(np.int32)
    return Measurement(
        name="grove@made-up",
        data=xr.Dataset(
            {
                "flowers": (("year", "tree"), flowers),
                "set": (("year", "tree"), random.integers(0, flowers + 1).astype(np.int32)),
                "height": (("tree",), random.uniform(2, 30, len(trees))),
                "distance": (("tree", "other"), np.linalg.norm(place[:, None] - place[None], axis=-1)),
            },
            coords={"year": list(YEARS), "tree": list(trees), "other": list(trees)},
        ),
        provenance={"machine": "none: made up — für Tests"},
        families={"ash": "broad-leaved", "fir": "needle-leaved"},
    )


def grove(measurement: Measurement | None = None) -> Table:
    """The table of it, with two ways in which heights might have been measured."""
    measurement = measurement or measured()
    data = measurement.data
    arrays = {
        **{
            name: Array(values=data[name].values.astype(float), dims=("year", ROWS), outcome=True)
            for name in ("set", "flowers")
        },
        "distance": Array(values=data["distance"].values, dims=(ROWS, ROWS)),
        "stolen": Array(values=np.arange(36.0).reshape(6, 6), dims=(ROWS, ROWS), outcome=True),
    }
    height = data["height"].values
    return Table(
        subject=measurement.name,
        base_model=measurement.base_model,
        rows=tuple(map(str, measurement.labels("tree"))),
        columns={"height": height, **pooled(DESIGN, arrays)},
        families=measurement.families,
        design=DESIGN,
        arrays=arrays,
        labels={"year": measurement.labels("year")},
        alternatives=Alternatives(
            column="height", values=np.stack([height, height[::-1]]), ordinary=np.array([True, False])
        ),
    ).fresh()
