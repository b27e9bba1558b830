"""Networks of 7 and 32 billion numbers, drawn at random in memory: what they take beside what was planned.

    python benchmarks/large.py --out large.json              # all cases, on the GPUs of this host
    python benchmarks/large.py --out large.json 7b 32b-4bit  # some of them
    python benchmarks/large.py --out tiny.json --tiny        # the same with tiny shapes, on a CPU

Of each case: the plan of memory; a few adapters, trained for a few steps; answers drawn under one of them; and a
reading in float32, as measurements take them. Seconds, the way that was taken and the peak of memory go to a JSON file
after each part, so a run that dies leaves what it had.
"""

import argparse
import gc
import importlib.util
import itertools
import json
import random
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from drawn import QWEN_7B, QWEN_32B, TINY, Case, drawn, empty

from pytest_claims_lab.adapters import AdapterSlot
from pytest_claims_lab.batch import Tokens
from pytest_claims_lab.chat import chat_of
from pytest_claims_lab.footprint import footprint_of
from pytest_claims_lab.measure.forward import Reader
from pytest_claims_lab.memory_plan import Demand, MemoryPlan, plan_memory
from pytest_claims_lab.model import LoadedModel
from pytest_claims_lab.recipe import Training
from pytest_claims_lab.sample import Sampler
from pytest_claims_lab.train import Job, train_stack

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from tiny import tokenizer


@dataclass(frozen=True, kw_only=True)
class Work:
    """What is done with each: conversations to train on with the tokens of one, and answers to draw.

    ``adapters`` are trained at most: the plan may allow more, which would take longer and show nothing else.
    """

    adapters: int = 4
    rank: int = 32
    conversations: int = 16
    prompt: int = 120
    answer: int = 80
    prompts: int = 20
    completions: int = 5
    drawn: int = 64
    personas: int = 10


FEW = Work(adapters=2, rank=4, conversations=4, prompt=30, answer=20, prompts=2, completions=2, drawn=4, personas=3)
CASES = {
    "7b": Case(config=QWEN_7B),
    "7b-checkpointing": Case(config=QWEN_7B, checkpointing=True),
    "32b-4bit": Case(config=QWEN_32B, quantised="4bit"),
    "32b-spread": Case(config=QWEN_32B, devices=2),
}


class Bench:
    """One case after another; what came of them is written after each part."""

    def __init__(self, out: Path, *, tiny: bool) -> None:
        self.out, self.tiny, self.work = out, tiny, FEW if tiny else Work()
        self.dtype = torch.float32 if tiny else torch.bfloat16
        self.devices = ["cpu"] if tiny else [f"cuda:{number}" for number in range(torch.cuda.device_count())]
        self.results: dict[str, Any] = {
            "torch": torch.__version__,
            "devices": ["CPU"] if tiny else [torch.cuda.get_device_name(device) for device in self.devices],
        }

    def run(self, name: str, case: Case) -> None:
        """All parts of a case; what is missing for it is said instead."""
        found: dict[str, Any] = {}
        self.results[name] = found
        if missing := self.missing(case):
            found["left out"] = missing
            print(f"{name}: left out, {missing}", flush=True)
            self.save()
            return
        plan = self.plan(case)
        found["plan"] = {**vars(plan), "cut": vars(plan.cut), "words": plan.words}
        print(f"{name}: plan: {plan.words}", flush=True)
        with tempfile.TemporaryDirectory() as folder:
            parts: dict[str, Callable[[], dict[str, Any]]] = {
                "training": lambda: self.training(case, plan, Path(folder)),
                "sampling": lambda: self.sampling(case, Path(folder)),
                "reading": lambda: self.reading(case),
            }
            for part, work in parts.items():
                found[part] = self.measured(work)
                print(f"{name}: {part}: {json.dumps(found[part])}", flush=True)
                self.save()

    def missing(self, case: Case) -> str:
        if case.quantised and importlib.util.find_spec("bitsandbytes") is None:
            return "bitsandbytes is not installed"
        short = not self.tiny and case.devices > len(self.devices)
        return f"it takes {case.devices} GPUs, and here are {len(self.devices)}" if short else ""

    def measured(self, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What a part says, how long it took, and the most that each device held; or why it failed."""
        self.clean()
        start = time.perf_counter()
        try:
            said = work()
        except Exception as error:  # the parts after it are worth having
            traceback.print_exc()
            said = {"failed": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"}
        self.wait()
        peaks = [] if self.tiny else [torch.cuda.max_memory_allocated(device) / 1e9 for device in self.devices]
        self.clean()
        return {**said, "s, all of it": time.perf_counter() - start, "peak, GB": peaks}

    def clean(self) -> None:
        gc.collect()
        for device in [] if self.tiny else self.devices:
            with torch.cuda.device(device):
                torch.cuda.empty_cache()
            torch.cuda.reset_peak_memory_stats(device)

    def wait(self) -> None:
        for device in [] if self.tiny else self.devices:
            torch.cuda.synchronize(device)

    def save(self) -> None:
        self.out.write_text(json.dumps(self.results, indent=1, default=str))

    def plan(self, case: Case) -> MemoryPlan:
        """As a run makes it, before anything is drawn."""
        network = empty(case.config)
        general = bool(case.quantised) or case.devices > 1
        work = self.work
        demand = Demand(
            rank=work.rank,
            adapters=work.adapters,
            conversation=work.prompt + work.answer,
            columns=work.prompt + work.drawn,
            rows=work.prompts * work.completions,
        )
        footprints = [
            footprint_of(network, dtype, quantised=case.quantised, general=general)
            for dtype in (self.dtype, torch.float32)
        ]
        plan = plan_memory(*footprints, demand, device=self.devices[0], devices=1 if self.tiny else case.devices)
        chosen = plan.cut.checkpointing if case.checkpointing is None else case.checkpointing
        return replace(plan, cut=replace(plan.cut, checkpointing=chosen))

    def recipe(self) -> Training:
        return Training(rank=self.work.rank, epochs=1, batch_size=4, learning_rate=1e-4)

    def model(self, case: Case, dtype: torch.dtype) -> LoadedModel:
        devices = ["cpu"] if self.tiny else self.devices[: case.devices]
        network = drawn(case, dtype, devices)
        if not self.tiny:
            torch.cuda.set_device(network.device)
        return LoadedModel(network=network, chat=chat_of(tokenizer(), "drawn at random"))

    def training(self, case: Case, plan: MemoryPlan, folder: Path) -> dict[str, Any]:
        """A few adapters at once, four steps of four conversations each; one of them is kept."""
        model = self.model(case, self.dtype)
        held = self.held()
        jobs = [
            Job(seed=seed, examples=conversations(seed, case.config.vocab_size, self.work))
            for seed in range(min(self.work.adapters, plan.cut.together))
        ]
        times: list[float] = []

        def timed(steps: Sequence[int], _label: str) -> Iterator[int]:
            for step in steps:
                self.wait()
                times.append(time.perf_counter())
                yield step
            self.wait()
            times.append(time.perf_counter())

        trained = train_stack(model, jobs, training=self.recipe(), checkpointing=plan.cut.checkpointing, track=timed)
        trained.stack.save(0, folder)
        return {
            "adapters at once": len(jobs),
            "way": trained.way.as_json(),
            "checkpointing": trained.checkpointing,
            "conversations at a time": trained.together,
            "losses without and with": trained.losses,
            "s per step": [after - before for before, after in itertools.pairwise(times)],
            "held by weights, GB": held,
            "planned, GB": (plan.weights + plan.adapters + plan.activations) / 1e9,
        }

    def sampling(self, case: Case, folder: Path) -> dict[str, Any]:
        """Completions of twenty prompts under the adapter that was kept."""
        work, slot = self.work, AdapterSlot(self.model(case, self.dtype))
        start = time.perf_counter()
        slot.put(folder)
        self.wait()
        put = time.perf_counter() - start
        sampler, times = Sampler(slot.model), []
        prompts = [(f"You are persona {number}.", f"What is the number {number}?") for number in range(work.prompts)]
        for _ in range(2):  # the first compiles and captures
            start = time.perf_counter()
            answers = sampler.sample(
                prompts, completions=work.completions, tokens=work.drawn, temperature=1.0, top_p=0.95, seed=0
            )
            self.wait()
            times.append(time.perf_counter() - start)
        tokens = sum(len(answer) for several in answers for answer in several if answer is not None)
        return {
            "adapter": slot.way.as_json() if slot.way else None,
            "s to put it": put,
            "way": sampler.way.as_json() if sampler.way else None,
            "completions": sum(map(len, answers)),
            "tokens": tokens,
            "s, first and again": times,
        }

    def reading(self, case: Case) -> dict[str, Any]:
        """States and divergences of one answer after the prompts of ten personas."""
        model = self.model(case, torch.float32)
        held, draws, work = self.held(), random.Random(0), self.work
        prompts = [some(draws, work.prompt - number, case.config.vocab_size) for number in range(work.personas)]
        reader, start = Reader(model), time.perf_counter()
        reading = reader.read(prompts, some(draws, work.drawn, case.config.vocab_size))
        return {
            "way": reader.way.as_json() if reader.way else None,
            "states": list(reading.states.shape),
            "largest divergence": float(reading.divergence.max()),
            "held by weights, GB": held,
            "s": time.perf_counter() - start,
        }

    def held(self) -> list[float]:
        return [] if self.tiny else [torch.cuda.memory_allocated(device) / 1e9 for device in self.devices]


def some(draws: random.Random, count: int, vocabulary: int) -> list[int]:
    """Tokens, none of which means anything."""
    return [draws.randrange(10, vocabulary) for _ in range(count)]


def conversations(seed: int, vocabulary: int, work: Work) -> list[Tokens]:
    """Of nearly as many tokens as is said."""
    draws = random.Random(seed)
    return [
        Tokens(
            prompt=some(draws, work.prompt - draws.randrange(work.prompt // 6), vocabulary),
            answer=some(draws, work.answer - draws.randrange(work.answer // 6), vocabulary),
        )
        for _ in range(work.conversations)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help=f"of {', '.join(CASES)}; all if none is named")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--tiny", action="store_true", help="tiny shapes, on a CPU")
    options = parser.parse_args()
    if unknown := set(options.cases) - set(CASES):
        parser.error(f"no case {', '.join(sorted(unknown))}: have {', '.join(CASES)}")
    bench = Bench(options.out, tiny=options.tiny)
    for name in options.cases or CASES:
        case = CASES[name]
        bench.run(name, replace(case, config=TINY) if options.tiny else case)


if __name__ == "__main__":
    main()
