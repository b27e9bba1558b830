"""What the file that declares a finding is called. Knows nothing about what is in it: to look for one is cheap."""

from typing import Final

FILE: Final = "finding.toml"
