"""Signals: a run is killed again and again, and goes on until it is done; then all is as if nothing had been.

Knows nothing about how it goes on.
"""

import os
import random
import signal
from functools import partial
from pathlib import Path

from endurance.study import Study
from endurance.trial import Trial, in_child

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)
_KILLS = 12  # in one trial; the last run is left alone


def trial(study: Study, number: int, draw: random.Random, store: Path) -> Trial:
    """Kill runs at random moments, mostly early ones of what is left to do, then let one finish."""
    sent: list[str] = []
    wrong = ""
    for _ in range(_KILLS):
        when, which = draw.uniform(0, study.seconds), draw.choice(_SIGNALS)
        ended = in_child(partial(study.run, store), moments=[(when, partial(_send, which))])
        wrong = wrong or ended.fault
        if ended.status == 0:
            break
        sent.append(f"{which.name} at {when:.2f} s")
        if which is signal.SIGINT and ended.said.count("\n") > 40:
            wrong = wrong or f"an interrupt printed {ended.said.count(chr(10))} lines"
    ended = in_child(partial(study.run, store))
    wrong = wrong or ended.fault or (f"the last run ended with {ended.status}" if ended.status else "")
    return Trial(
        part="signals",
        number=number,
        did=f"{study.recipe}: {', '.join(sent) or 'the run was faster than the signal'}",
        ended="as if undisturbed",
        disturbances=len(sent),
        wrong=wrong or study.difference(store),
    )


def _send(which: signal.Signals, child: int) -> None:
    os.kill(child, which)
