"""What is recorded of the marker finding, read from its files by xarray and csv alone: nothing here knows the court.

A measurement is a netCDF file with its counts by seed, source, bystander and question; a printed table is a CSV file.
"""

import csv
import gzip
import io
import json
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import xarray as xr

FOLDER = Path(__file__).parents[1] / "fixtures/recorded/marker_coupling"
CENTRINGS, READOUTS = ("panel", "sources", "none"), ("last_prompt_token", "prompt_mean", "response_mean")
CONTROLS = ("prompt_tokens", "answer_tokens", "answer_nll")


@dataclass(frozen=True, kw_only=True)
class Raw:
    """A subject. ``data`` are its arrays, None of a printed table.

    ``marked`` and ``completions`` are (seed, N); ``columns`` have a number for each of N personas.
    """

    personas: tuple[str, ...]
    families: dict[str, str]
    marked: np.ndarray
    completions: np.ndarray
    columns: dict[str, np.ndarray]
    data: xr.Dataset | None = None

    @property
    def seeds(self) -> int:
        """How many there are; 0 of a printed table, which has none."""
        return 0 if self.data is None else len(self.marked)

    @property
    def rate(self) -> np.ndarray:
        """Source rates, pooled over seeds (N,)."""
        return self.marked.sum(axis=0) / self.completions.sum(axis=0)

    def only(self, keep: np.ndarray) -> "Raw":
        """These personas alone, by a mask (N,)."""
        return replace(
            self,
            personas=tuple(np.array(self.personas)[keep]),
            marked=self.marked[:, keep],
            completions=self.completions[:, keep],
            columns={name: values[keep] for name, values in self.columns.items()},
        )

    def without_seed(self, seed: int) -> "Raw":
        """The other seeds, by its place."""
        keep = np.arange(self.seeds) != seed
        return replace(self, marked=self.marked[keep], completions=self.completions[keep])

    def parts(self) -> dict[str, "Raw"]:
        """Without each persona, each family and each seed in turn, as a cell names what was left out."""
        names = np.array(self.personas)
        of = np.array([self.families.get(name, "") for name in self.personas])
        found = {name: self.only(names != name) for name in self.personas}
        families = [family for family in dict.fromkeys(of) if family]
        found |= {f"family {one}": self.only(of != one) for one in families if len(families) >= 3}
        if self.seeds >= 3:
            labels = [int(label) for label in self.data["seed"].values]
            found |= {f"seed {label}": self.without_seed(place) for place, label in enumerate(labels)}
        return found

    def to_assistant(self, centring: str, readout: str) -> np.ndarray:
        """Cosines to the assistant at every layer (layer, N)."""
        cosine = self.data["cosine"].sortby("layer").sel(centring=centring, readout=readout, other="assistant")
        return cosine.sel(persona=list(self.personas)).transpose("layer", "persona").values.astype(float)

    def between(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Cosine and divergence of pairs, and leakage from the first to the second (N, N); NaN where there is none."""
        names, data = list(self.personas), self.data
        place = {"centring": CENTRINGS[0], "readout": READOUTS[0]}
        cosine = data["cosine"].sortby("layer").sel(persona=names, other=names, **place)
        js = data["js"].mean("question").sel(persona=names, other=names)
        counts = data[["marked", "completions"]].sum(["question", "seed"]).sel(source=names, bystander=names)
        counts = counts.transpose("source", "bystander")
        asked = counts["completions"].values.astype(float)
        leaked = np.where(asked > 0, counts["marked"].values / np.where(asked > 0, asked, 1), np.nan)
        fixed = cosine.isel(layer=fixed_layer(data.sizes["layer"])).transpose("persona", "other").values.astype(float)
        squares = [fixed, js.transpose("persona", "other").values.astype(float), leaked]
        for square in squares:
            np.fill_diagonal(square, np.nan)
        return squares[0], squares[1], squares[2]


def fixed_layer(depth: int) -> int:
    """The block at the relative depth of the source's: 10 of 28."""
    return min(depth - 1, round(10 / 28 * depth))


def read(name: str) -> Raw:
    """A subject by its name."""
    table = FOLDER / f"{name}.csv"
    return _printed(table) if table.is_file() else _measured(FOLDER / f"{name}.nc.gz")


def _printed(path: Path) -> Raw:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    numbers = {key: np.array([float(row[key]) for row in rows]) for key in rows[0] if key not in ("source", "persona")}
    completions = numbers["completions"]
    marked = numbers["marked"] if "marked" in numbers else numbers["source_rate"] * completions
    return Raw(
        personas=tuple(row.get("source") or row["persona"] for row in rows),
        families=tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8")).get("families", {}),
        marked=marked[None],
        completions=completions[None],
        columns={name: numbers[name] for name in ("cosine", "js", *CONTROLS) if name in numbers},
    )


def _measured(path: Path) -> Raw:
    with xr.open_dataset(io.BytesIO(gzip.decompress(path.read_bytes())), engine="scipy") as lazy:
        data = lazy.load()
    personas = tuple(map(str, data["source"].values))
    own = data[["marked", "completions"]].sum("question").sel(bystander=xr.DataArray(list(personas), dims="source"))
    own = own.transpose("seed", "source")
    one = Raw(
        personas=personas,
        families=json.loads(data.attrs["families"]),
        marked=own["marked"].values.astype(float),
        completions=own["completions"].values.astype(float),
        columns={},
        data=data,
    )
    js = data["js"].mean("question").sel(persona=list(personas), other="assistant").values.astype(float)
    controls = {name: data[name].sel(persona=list(personas)).values.astype(float) for name in CONTROLS if name in data}
    cosine = one.to_assistant(CENTRINGS[0], READOUTS[0])[fixed_layer(data.sizes["layer"])]
    return replace(one, columns={"cosine": cosine, "js": js, **controls})
