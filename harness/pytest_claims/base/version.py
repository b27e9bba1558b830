"""The version of this harness, which a checkout knows that is not installed, too. Knows nothing else."""

from typing import Final

VERSION: Final = "0.1.0"
