"""What was read of a model, as arrays: cosines of mean states, and divergences, between personas.

Knows nothing about adapters, or about how anything is read.
"""

from collections.abc import Sequence
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt
import xarray as xr

from claims.marker_coupling.geometry import centred_cosines, cosines_from
from claims.marker_coupling.measured import CENTRINGS, HALVES, READOUTS, REFERENCE

States = npt.NDArray[np.float32]  # (..., readout, layer, persona, hidden)
_Arrays = dict[str, tuple[tuple[str, ...], npt.NDArray[Any]]]
_TO_ASSISTANT: Final = ("readout", "layer", "persona")


class Read(Protocol):
    """Mean states over the questions, the same over every other question (half, ...), and divergences in nats."""

    @property
    def states(self) -> States:
        """(readout, layer, persona, hidden)."""

    @property
    def halves(self) -> States | None:
        """(half, readout, layer, persona, hidden), if they were read."""

    @property
    def divergence(self) -> npt.NDArray[np.float64]:
        """(question, persona, persona)."""


def between(read: Read, centre: Read | None, *, names: Sequence[str], questions: Sequence[str]) -> xr.Dataset:
    """Cosines and divergences between all personas; to the assistant alone for each half, and from another centre.

    Args:
        centre: what was read of the contexts whose mean is that centre, and last of the assistant, which answered and
            is in the centre no more than once.
        names, questions: those that were read, in their order.
    """
    reference = names.index(REFERENCE)
    arrays: _Arrays = {
        "cosine": (("centring", *_TO_ASSISTANT, "other"), _cosines(read.states, reference)),
        "js": (("question", "persona", "other"), read.divergence),
    }
    if read.halves is not None:
        halves = np.stack([_cosines(half, reference)[..., reference] for half in read.halves])
        arrays["cosine_half"] = (("half", "centring", *_TO_ASSISTANT), halves)
    if centre is not None:
        arrays |= _from(centre, read, reference)
    labels = {"centring": CENTRINGS, "readout": READOUTS, "question": questions, "persona": names, "other": names}
    labels |= {} if read.halves is None else {"half": HALVES}
    coords = {dim: list(several) for dim, several in labels.items()}
    return xr.Dataset(arrays, coords={**coords, "layer": np.arange(read.states.shape[1], dtype=np.int32)})


def _from(centre: Read, read: Read, reference: int) -> _Arrays:
    found: _Arrays = {"cosine_published": (_TO_ASSISTANT, _cosines_from(centre.states, read.states, reference))}
    if centre.halves is not None and read.halves is not None:
        halves = _cosines_from(centre.halves, read.halves, reference)
        found["cosine_published_half"] = (("half", *_TO_ASSISTANT), halves)
    return found


def _cosines(states: States, reference: int) -> States:
    # float32: half of the file, and precise to 1e-7, as the states are
    return centred_cosines(states.astype(np.float64), reference=reference).astype(np.float32)


def _cosines_from(centre: States, states: States, reference: int) -> States:
    others = centre[..., :-1, :].astype(np.float64)
    return cosines_from(states.astype(np.float64), others)[..., reference].astype(np.float32)
