"""Work in a process of its own, forked from one that has imported everything already."""

import multiprocessing
from collections.abc import Callable

# What a process would take seconds to import.
_PRELOADED = [
    "pytest_claims_lab.laboratory", "gguf", "hypothesis", "pytest", "xarray",
    "transformers.models.llama.modeling_llama", "peft.tuners.lora",
]  # fmt: skip


def apart(work: Callable[..., None], *arguments: object) -> int | None:
    """The exit status of ``work`` in another process."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    process = context.Process(target=work, args=arguments)
    process.start()
    process.join()
    return process.exitcode
