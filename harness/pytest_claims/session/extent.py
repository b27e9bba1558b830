"""How much of what there is a run asked: all of it, or a part, and then what left out the rest.

Knows nothing about what is written of a run. Record, findings and baseline of a whole run are
never replaced by those of a part.
"""

import pytest

from pytest_claims.base.option import value
from pytest_claims.session import options


class Extent:
    """Whole until something says that it left claims or subjects out."""

    def __init__(self, config: pytest.Config) -> None:
        self._left_out = dict.fromkeys(options.narrowing(config))
        if config.option.collectonly:
            self.leave_out("--collect-only")
        if value(config, "claims_data"):
            self.leave_out("--claims-data")

    @property
    def whole(self) -> bool:
        """Whether the run asked everything that it found in whole folders."""
        return not self._left_out

    @property
    def left_out(self) -> tuple[str, ...]:
        """What left out the rest: options, arguments, or what happened; none for a whole run."""
        return tuple(self._left_out)

    def leave_out(self, why: str) -> None:
        """Something was left out, whoever chose so."""
        self._left_out[why] = None

    def end(self, session: pytest.Session, exitstatus: int, *, all_heard: bool) -> None:
        """The run is over, as its session and exit status say; ``all_heard`` if every claim was asked before."""
        if stopped := session.shouldstop or session.shouldfail:
            if not all_heard:
                self.leave_out(str(stopped))
        elif exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
            interrupted = exitstatus == pytest.ExitCode.INTERRUPTED
            self.leave_out("an interrupt" if interrupted else f"exit status {int(exitstatus)}")
