"""The versions of what judges. Knows nothing about what is judged."""

import platform
from functools import cache
from importlib import metadata
from typing import Final

from pytest_claims.base.version import VERSION

_LIBRARIES: Final = ("numpy", "scipy", "statsmodels", "pingouin", "hypothesis", "scikit-learn")


@cache
def versions() -> dict[str, str]:
    """By name those of Python, this harness, and the libraries that it computes with, as far as they are there."""
    libraries = {name: _version(name) for name in _LIBRARIES}
    return {
        "python": platform.python_version(),
        "pytest-claims": VERSION,
        **{name: version for name, version in libraries.items() if version},
    }


def _version(library: str) -> str:
    """Its version; empty where it lies on the path without being installed."""
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return ""
