"""A module that is made of a file by its path: what a finding may lay beside its claims.

Knows nothing about what is in it. It is found wherever tests run, and no package has to hold it.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType


def module_at(file: Path) -> ModuleType:
    """The module that ``file`` is, run anew. Raises whatever the file raises, and ImportError where it is no module."""
    spec = importlib.util.spec_from_file_location(f"_{file.stem}_of_{file.parent.name}", file)
    if spec is None or spec.loader is None:
        raise ImportError(f"no module can be made of {file}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where a dataclass looks for what its annotations name
    spec.loader.exec_module(module)
    return module
