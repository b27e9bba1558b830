"""Full disks: a run that cannot write says so, loses nothing, and gives the right result once there is room.

Knows nothing about what is written.
"""

import random
import subprocess
from contextlib import suppress
from functools import partial
from pathlib import Path

from endurance.study import Study
from endurance.trial import Trial, in_child

_DISK = 20_000_000  # bytes: enough for the study, and soon filled


def small_files(study: Study, number: int, draw: random.Random, store: Path) -> Trial:
    """No file may grow beyond some size: every writer meets the end of its disk in the middle of a file."""
    largest = max(file.stat().st_size for file in study.reference.rglob("*") if file.is_file())
    limit = int(largest * draw.random() ** 3)
    full = in_child(partial(study.run, store), file_limit=limit)
    ended = in_child(partial(study.run, store))
    return Trial(
        part="full disks",
        number=number,
        did=f"{study.recipe}: no file above {limit} bytes, then of any size",
        ended=_how(full.status),
        disturbances=1,
        wrong=full.fault or ended.fault or _status(full.status, ended.status) or study.difference(store),
    )


def small_disk(study: Study, number: int, draw: random.Random, store: Path) -> Trial:
    """A disk of its own, which somebody else fills at some moment, and clears later; wants the right to mount."""
    when = draw.uniform(0, study.seconds)
    disk, ballast = store, store / "ballast"
    store = disk / "store"
    disk.mkdir(parents=True)
    _mount(disk, f"size={_DISK}")
    try:
        full = in_child(partial(study.run, store), moments=[(when, lambda _: _fill(ballast))])
        ballast.unlink(missing_ok=True)
        ended = in_child(partial(study.run, store))
        wrong = full.fault or ended.fault or _status(full.status, ended.status) or study.difference(store)
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    return Trial(
        part="full disks",
        number=number,
        did=f"{study.recipe}: a disk that is full from {when:.2f} s on, until it is cleared",
        ended=_how(full.status),
        disturbances=1,
        wrong=wrong,
    )


def can_mount(folder: Path) -> bool:
    """Whether this process may mount a file system in memory."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _mount(folder, "size=65536")
    except (OSError, subprocess.CalledProcessError):
        return False
    subprocess.run(["umount", str(folder)], check=True)
    return True


def _mount(folder: Path, options: str) -> None:
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    subprocess.run(command, check=True, capture_output=True)


def _status(full: int, ended: int) -> str:
    if ended:
        return f"with room it ended with {ended}"
    return "" if full in (0, 1, 2, 4) else f"the full disk ended it with {full}"


def _how(status: int) -> str:
    return "done before it was full" if status == 0 else "told in a line; right once there was room"


def _fill(ballast: Path) -> None:
    with suppress(OSError), ballast.open("wb", buffering=0) as stream:
        while stream.write(bytes(4096)):
            pass
