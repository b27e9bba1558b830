"""Full disks: a run that cannot write says so, loses nothing, and gives the right result once there is room.

Knows nothing about what is written.
"""

import random
import subprocess
from functools import partial
from pathlib import Path

from endurance.study import Study
from endurance.trial import Trial, in_child


def small_files(study: Study, number: int, draw: random.Random, store: Path) -> Trial:
    """No file may grow beyond some size: every writer meets the end of its disk in the middle of a file."""
    largest = max(file.stat().st_size for file in study.reference.rglob("*") if file.is_file())
    limit = int(largest * draw.random() ** 3)
    full = in_child(partial(study.run, store), file_limit=limit)
    ended = in_child(partial(study.run, store))
    return Trial(
        part="full disks",
        number=number,
        did=f"{study.recipe}: no file above {limit} bytes, then none",
        ended=_last(full.said),
        disturbances=1,
        wrong=full.fault or ended.fault or _status(full.status, ended.status) or study.difference(store),
    )


def small_disk(study: Study, number: int, draw: random.Random, store: Path) -> Trial:
    """A disk of its own, too small by some share, which later grows; wants the right to mount."""
    needed = sum(file.stat().st_size + 4096 for file in study.reference.rglob("*") if file.is_file())
    size = int(needed * draw.uniform(0.05, 0.95))
    store.mkdir(parents=True)
    _mount(store, f"size={size}")
    try:
        full = in_child(partial(study.run, store))
        _mount(store, f"remount,size={20 * needed}")
        ended = in_child(partial(study.run, store))
        wrong = full.fault or ended.fault or _status(full.status, ended.status) or study.difference(store)
    finally:
        subprocess.run(["umount", str(store)], check=True)
    return Trial(
        part="full disks",
        number=number,
        did=f"{study.recipe}: a disk of {size} bytes of {needed}, which grows",
        ended=_last(full.said),
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


def _last(said: str) -> str:
    lines = [line for line in said.replace("\r", "\n").splitlines() if line.strip()]
    return lines[-1][-160:] if lines else "nothing said"
