"""Templates are compiled once for all runs within a process of tests: it took a third of the time of such a run."""

from functools import partialmethod

import jinja2
from jinja2.bccache import Bucket


class Compiled(jinja2.BytecodeCache):
    """In memory, by the template's file and the hash of what is written there."""

    def __init__(self) -> None:
        self._codes = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key, bucket.checksum] = bucket.code


def compile_once() -> None:
    """From now on, in this process."""
    jinja2.Environment.__init__ = partialmethod(jinja2.Environment.__init__, bytecode_cache=Compiled())
