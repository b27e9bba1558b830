"""The cache of checks: their results under the hash of the data, the claim's file and the harness's code.

Knows nothing about what a check does. It lives in pytest's own cache, so ``--cache-clear`` empties it
and ``-p no:cacheprovider`` does without.
"""

import hashlib
import inspect
import json
from collections.abc import Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import pytest

from harness.errors import InputError
from harness.judge import examine_all
from harness.measurement import Measurement
from harness.record import from_json, to_json
from harness.robustness.case import Case, Check
from harness.robustness.result import CheckResult

_LIBRARIES: Final = ("numpy", "scipy", "pingouin", "hypothesis", "scikit-learn")


class CheckCache:
    """Results of the checks of one claim, for :func:`harness.judge.judge` to ask."""

    def __init__(self, config: pytest.Config, function: Any, measurement: Measurement) -> None:
        self._cache = getattr(config, "cache", None)
        self._function, self._measurement = function, measurement

    def examine(self, case: Case, checks: Sequence[Check]) -> tuple[CheckResult, ...]:
        """What is on record for these data, claim and code; or what the checks say now, which is then kept."""
        if self._cache is None:
            return examine_all(case, checks)
        place = f"claims/{self._key(case, checks)}"
        try:
            kept = self._cache.get(place, None)
            if kept is not None:
                return tuple(from_json(CheckResult, one) for one in kept)
        except (InputError, TypeError):  # a file that was cut short or altered: made again
            pass
        results = examine_all(case, checks)
        self._cache.set(place, [to_json(one) for one in results])
        return results

    def _key(self, case: Case, checks: Sequence[Check]) -> str:
        parts = {
            "data": self._measurement.sha256,
            "claim": case.verdict.claim.id,
            "file": _file_hash(Path(inspect.getfile(self._function))),
            "harness": _harness_hash(),
            "checks": [[check.name, check.draws] for check in checks],
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:32]


def _file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@cache
def _harness_hash() -> str:
    """Of everything that can change a result: the harness, less its reports, and the libraries it computes with."""
    root = Path(__file__).parent
    files = [path for path in sorted(root.rglob("*.py")) if "report" not in path.relative_to(root).parts]
    versions = [f"{name} {metadata.version(name)}" for name in _LIBRARIES]
    return hashlib.sha256("".join([*map(_file_hash, files), *versions]).encode()).hexdigest()
