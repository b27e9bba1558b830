"""The world without an effect that most claims of this finding share: source rates have nothing to do with personas."""

from typing import Final

from pytest_claims import dealt

DEALT: Final = dealt("source_rate", across="persona")
