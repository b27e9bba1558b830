"""Where a training step and a step of sampling spend their time, kernel by kernel.

    python benchmarks/profiled.py --model smollm2-135m --learning-rate 2e-4 --weights-dir WEIGHTS

Milliseconds of wall time with nothing recorded, and then a table of what the device did in one step.
"""

import argparse
import itertools
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from engine import Bench
from roofline import seconds, synchronise
from torch.profiler import ProfilerActivity, profile

from pytest_claims_lab.adapters import AdapterSlot
from pytest_claims_lab.decoder import Decoder
from pytest_claims_lab.nucleus import draw
from pytest_claims_lab.train import train_stack

WARM, TIMED = 6, 20  # steps
COLUMNS, KERNELS = 192, 40


@contextmanager
def recorded(device: torch.device) -> Iterator[None]:
    """What the device did within, the longest first."""
    cuda = device.type == "cuda"
    with profile(activities=[ProfilerActivity.CUDA if cuda else ProfilerActivity.CPU]) as found:
        yield
        synchronise(device)
    several = found.key_averages()
    spent = {one.key: one.self_device_time_total if cuda else one.self_cpu_time_total for one in several}
    for one in sorted(several, key=lambda each: -spent[each.key])[:KERNELS]:
        own = spent[one.key]
        print(f"{own / 1e3:9.2f} ms {one.count:6d} x {own / one.count:9.1f} us  {one.key[:120]}", flush=True)


def training(bench: Bench, folder: Path) -> None:
    """A few steps of ten adapters, of which the first is saved."""
    jobs = bench.jobs(1)

    def track(steps: Sequence[int], _label: str) -> Iterator[int]:
        left, start = iter(steps), time.perf_counter()
        yield from itertools.islice(left, WARM)
        synchronise(bench.device)
        print(f"the first {WARM} steps of training: {time.perf_counter() - start:.1f} s", flush=True)
        start = time.perf_counter()
        yield from itertools.islice(left, TIMED)
        synchronise(bench.device)
        print(f"a step of {len(jobs)} adapters: {1e3 * (time.perf_counter() - start) / TIMED:.1f} ms", flush=True)
        with recorded(bench.device):
            yield from itertools.islice(left, 1)

    train_stack(bench.model(), jobs, training=bench.plan.recipe.training, track=track).stack.save(0, folder)


def sampling(bench: Bench, folder: Path) -> None:
    """Steps of as many rows as the recipe asks for under an adapter, and their tokens drawn."""
    model, how = AdapterSlot(bench.model()).put(folder), bench.probe.how
    prompts = [model.chat.prompt(*item.prompt) for item in bench.asked(bench.source(0))]
    decoder = Decoder(model.network, rows=len(prompts) * how.completions, columns=COLUMNS)
    logits = decoder.begin(*model.padded(prompts), copies=how.completions).clone()
    tokens = logits.argmax(-1)

    def drawn(times: int) -> None:
        for _ in range(times):
            draw(logits, temperature=how.temperature, top_p=how.top_p)

    def stepped(times: int) -> None:
        for _ in range(times):
            decoder.step(tokens)

    for what, work in (("a step of sampling", stepped), ("their tokens drawn", drawn)):
        work(WARM)
        taken = seconds(lambda: work(TIMED), bench.device)
        print(f"{what}, {len(tokens)} rows: {1e3 * taken / TIMED:.2f} ms", flush=True)
        with recorded(bench.device):
            work(1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--recipe", default="full")
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--completion-tokens", type=int, default=160)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--dtype", default="bfloat16")
    parser.add_argument("--weights-dir", type=Path, default=Path("weights"))
    parser.add_argument("--out", type=Path, default=Path("profiled.json"), help="how long the answers took")
    bench = Bench(parser.parse_args())
    with tempfile.TemporaryDirectory() as scratch:
        training(bench, Path(scratch))
        sampling(bench, Path(scratch))


if __name__ == "__main__":
    main()
