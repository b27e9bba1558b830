"""The engine beside what it replaces, in one run: training, sampling, and the shape of a 7B model.

    python benchmarks/engine.py --model smollm2-135m --out results.json engine naive tuned large

Every time is wall time with the device synchronised; the first use of a device and of each kernel is
warmed up before. Numbers go to a JSON file, a table to standard output.
"""

import argparse
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
from baselines import Loop
from roofline import ceilings, decoding_bytes, seconds, synchronise, training_flops
from transformers import AutoModelForCausalLM, Qwen2Config

from pytest_claims_lab.adapters import AdapterSlot
from pytest_claims_lab.asking import Sampled
from pytest_claims_lab.batch import Tokens
from pytest_claims_lab.experiment import Condition
from pytest_claims_lab.experiment_file import read_experiment
from pytest_claims_lab.given import Given
from pytest_claims_lab.item import Item
from pytest_claims_lab.making import make_plan
from pytest_claims_lab.model import LoadedModel, load_model
from pytest_claims_lab.plan import Plan
from pytest_claims_lab.recipe import with_learning_rate
from pytest_claims_lab.sample import Sampler
from pytest_claims_lab.train import Job, cut_that_fits, train_stack
from pytest_claims_lab.weights import loadable_folder

FINDING = Path(__file__).parents[1] / "claims" / "marker_coupling"


class Bench:
    """One model, the marker experiment under the recipe ``full``, and the ten personas' training examples."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options, self.in_steps = options, 0.0
        self.generated, self.read = 0, 0.0  # tokens, and the bytes that these take at least
        self.device = torch.device(options.device)
        file = read_experiment(FINDING)
        recipe = file.recipe(options.recipe)
        if options.learning_rate:
            recipe = with_learning_rate(recipe, options.learning_rate)
        self.plan: Plan = make_plan(
            file=file, model=options.model, recipe=recipe, dtype=options.dtype, weights_dir=options.weights_dir
        )
        self.conditions = {str(one.at["source"]): one for one in self.plan.experiment.conditions}
        self.sources = list(self.conditions)
        (self.probe,) = self.plan.experiment.probes
        self.results: dict[str, Any] = {"device": self.where(), "torch": torch.__version__, "dtype": options.dtype}
        given = self.measured("answers", self.answers)
        model = self.model()
        self.examples = {source: self.tokens(model, one, given) for source, one in self.conditions.items()}
        self.tokens_of_one = sum(len(e.prompt) + len(e.answer) for e in self.examples["villain"])
        self.results["tokens of one adapter"] = self.tokens_of_one * recipe.training.epochs
        flops = training_flops(model.network, recipe.training.rank, self.examples["villain"], recipe.training.epochs)
        self.results["FLOP of training one adapter"] = flops

    def where(self) -> str:
        return torch.cuda.get_device_name() if self.device.type == "cuda" else "CPU"

    def model(self) -> LoadedModel:
        folder = loadable_folder(self.plan.weights, self.options.weights_dir)
        return load_model(folder, self.plan.weights.name, device=str(self.device), dtype=self.options.dtype)

    def measured(self, name: str, work: Any) -> Any:
        kept: list[Any] = []
        if self.device.type == "cuda":
            torch.cuda.reset_peak_memory_stats()
        self.results[f"{name}, s"] = seconds(lambda: kept.append(work()), self.device)
        if self.device.type == "cuda":
            self.results[f"{name}, peak GiB"] = torch.cuda.max_memory_allocated() / 2**30
        print(f"{name}: {self.results[f'{name}, s']:.2f} s", flush=True)
        self.save()
        return kept[0]

    def save(self) -> None:
        self.options.out.write_text(json.dumps(self.results, indent=1))

    def answers(self) -> Given:
        """Everybody's own to the training questions."""
        model, probe = self.model(), self.plan.experiment.before[0]
        texts = [
            [model.chat.text(tokens) for tokens in several if tokens is not None]
            for several in Sampler(model).sample([one.prompt for one in probe.items], seed=0, **sampling(probe.how))
        ]
        return Given(seed=0, answers={probe.name: list(zip(probe.items, texts, strict=True))})

    def tokens(self, model: LoadedModel, condition: Condition, given: Given) -> list[Tokens]:
        chat = model.chat
        return [
            Tokens(prompt=chat.prompt(*one.prompt), answer=chat.answer(one.answer)) for one in condition.examples(given)
        ]

    def jobs(self, seeds: int) -> list[Job]:
        return [Job(seed=seed, examples=self.examples[s]) for seed in range(seeds) for s in self.sources]

    def train(self, jobs: Sequence[Job], folder: Path, steps: int | None = None) -> None:
        done = 0
        while done < len(jobs):
            model = self.model()
            size = cut_that_fits(model, self.plan.recipe.training, 200).together
            stack = train_stack(
                model, jobs[done : done + size], training=self.plan.recipe.training,
                track=lambda items, _: self.timed(itertools.islice(items, steps)),
            ).stack  # fmt: skip
            for number in range(len(stack)):
                stack.save(number, folder / str(done + number))
            done += len(stack)

    def timed(self, steps: Iterable[int]) -> Iterator[int]:
        """The steps, and how long they took without loading and saving."""
        synchronise(self.device)
        start = time.perf_counter()
        yield from steps
        synchronise(self.device)
        self.in_steps += time.perf_counter() - start

    def sample(self, folders: Sequence[Path]) -> list[int]:
        """Marked completions of each adapter's own source."""
        slot = AdapterSlot(self.model())
        sampler = Sampler(slot.model)
        marked = []
        for number, folder in enumerate(folders):
            model = slot.put(folder)
            source = self.source(number)
            prompts = [item.prompt for item in self.asked(source)]
            answers = sampler.sample(prompts, seed=number, **self.sampling())
            marked.append(self.count(source, answers, model))
            lengths = [[len(one) for one in several] for several in answers]
            self.generated += sum(map(sum, lengths))
            self.read += decoding_bytes(model.network, [len(model.chat.prompt(*one)) for one in prompts], lengths)
        return marked

    def tell_speed(self, name: str, taken: float) -> None:
        """Generated tokens per second, and how near that is to what reading memory allows."""
        share = self.read / taken / self.results["ceilings"]["copy, B/s"]
        self.results |= {
            f"{name}, tokens": self.generated,
            f"{name}, tokens per second": self.generated / taken,
            f"{name}, share of the memory ceiling": share,
        }
        print(f"{name}: {self.generated / taken:,.0f} tokens/s, {share:.0%} of the memory ceiling", flush=True)

    def sampling(self) -> dict[str, Any]:
        return sampling(self.probe.how) | {"tokens": self.options.completion_tokens}

    def source(self, number: int) -> str:
        return self.sources[number % len(self.sources)]

    def asked(self, source: str) -> list[Item]:
        """What is asked under an adapter, the source's own first."""
        items = self.probe.under(self.conditions[source], self.probe.items)
        return sorted(items, key=lambda item: item.at["bystander"] != source)

    def count(self, source: str, answers: Sequence[Sequence[Sequence[int]]], model: LoadedModel) -> int:
        """Marked completions of the source's own."""
        own = [
            (item, tokens)
            for item, several in zip(self.asked(source), answers, strict=True)
            for tokens in several
            if item.at["bystander"] == source
        ]
        return sum(self.probe.score(item, model.chat.text(tokens)) for item, tokens in own)

    def engine(self) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            for seeds in self.options.seeds:
                jobs = self.jobs(seeds)
                adapters = len(jobs)
                # Shapes are those of the whole training, so that it finds everything compiled.
                self.measured(f"engine: first steps of {adapters}", lambda: self.train(jobs, Path(scratch), 3))
                self.in_steps = 0.0
                self.measured(f"engine: train {adapters}", lambda: self.train(jobs, Path(scratch)))
                self.results[f"engine: train {adapters}, in steps alone, s"] = self.in_steps
                folders = [Path(scratch) / str(number) for number in range(adapters)]
                self.generated, self.read = 0, 0.0
                marked = self.measured(f"engine: sample {adapters}", lambda: self.sample(folders))
                self.tell_speed(f"engine: sample {adapters}", self.results[f"engine: sample {adapters}, s"])
                self.results[f"engine: marked of 100, {adapters} adapters"] = marked
                self.save()

    def loop(self, name: str, adapters: int, *, tuned: bool) -> None:
        model = self.model()
        loop = Loop(model.network, self.plan.recipe.training, model.chat.end, tuned=tuned)
        prompts = {one: [model.chat.prompt(*item.prompt) for item in self.asked(one)] for one in self.sources}
        sampling = self.sampling()
        options = {key: sampling[key] for key in ("tokens", "temperature", "top_p")} | {
            "copies": sampling["completions"]
        }
        loop.fresh(0)
        self.measured(f"{name}: first steps and tokens", lambda: (
            loop.train(self.examples["villain"], seed=0, steps=3),
            loop.generate(prompts["villain"], **(options | {"tokens": 4})),
        ))  # fmt: skip
        marked, train, sample = [], [], []
        for number, source in enumerate(self.sources[:adapters]):
            loop.fresh(0)
            train.append(seconds(lambda: loop.train(self.examples[source], seed=0), self.device))
            kept: list[Any] = []
            torch.manual_seed(number)
            sample.append(seconds(lambda: kept.append(loop.generate(prompts[source], **options)), self.device))
            rows, copies = kept[0], options["copies"]
            answers = [rows[at : at + copies] for at in range(0, len(rows), copies)]
            marked.append(self.count(source, answers, model))
            self.results |= {f"{name}: train, s": train, f"{name}: sample, s": sample, f"{name}: marked of 100": marked}
            print(f"{name}: {source} {train[-1]:.1f} s, {sample[-1]:.1f} s, {marked[-1]} marked", flush=True)
            self.save()

    def large(self) -> None:
        """The shape of Qwen2.5-7B with random weights: ten adapters stacked, and one alone."""
        training = self.plan.recipe.training
        for adapters, steps in ((10, 6), (1, 12)):
            # As many examples as there are steps; what a step costs does not depend on how many follow.
            model = LoadedModel(network=_seven_billion(self.device), chat=self.model().chat)
            few = {s: self.examples[s][: steps * training.batch_size] for s in self.sources}
            once = type(training)(**{**vars(training), "epochs": 1})
            flops = sum(training_flops(model.network, training.rank, few[s], 1) for s in self.sources[:adapters])
            jobs = [Job(seed=0, examples=few[s]) for s in self.sources[:adapters]]
            times: list[float] = []

            def timed(items: Sequence[int], _label: str) -> Any:
                for item in items:
                    torch.cuda.synchronize()
                    times.append(time.perf_counter())
                    yield item
                torch.cuda.synchronize()
                times.append(time.perf_counter())

            train_stack(model, jobs, training=once, track=timed)
            each = [b - a for a, b in itertools.pairwise(times)][2:]
            name = f"7B shape: {adapters} adapters"
            self.results[f"{name}, s per step"] = each
            self.results[f"{name}, FLOP/s"] = flops / steps / statistics.mean(each)
            self.results[f"{name}, peak GiB"] = torch.cuda.max_memory_allocated() / 2**30
            print(name, each, f"{self.results[f'{name}, FLOP/s'] / 1e12:.0f} TFLOP/s", flush=True)
            self.save()
            del model, jobs
            torch.cuda.empty_cache()


def sampling(how: Sampled) -> dict[str, Any]:
    return {
        "completions": how.completions,
        "tokens": how.tokens,
        "temperature": how.temperature,
        "top_p": how.top_p,
    }


def _seven_billion(device: torch.device) -> Any:
    config = Qwen2Config(
        vocab_size=152064, hidden_size=3584, intermediate_size=18944, num_hidden_layers=28, num_attention_heads=28,
        num_key_value_heads=4, tie_word_embeddings=False,
    )  # fmt: skip
    with torch.device(device):
        return AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16).eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="+", choices=["engine", "naive", "tuned", "large"])
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--recipe", default="full")
    parser.add_argument("--learning-rate", type=float)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 5])
    parser.add_argument("--adapters", type=int, default=10, help="how many the loops train")
    parser.add_argument("--completion-tokens", type=int, default=160)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--dtype", default="bfloat16")
    parser.add_argument("--weights-dir", type=Path, default=Path("weights"))
    parser.add_argument("--out", type=Path, default=Path("engine.json"))
    options = parser.parse_args()
    bench = Bench(options)
    bench.results["ceilings"] = ceilings(bench.device)
    print(bench.results["ceilings"], flush=True)
    for part in options.parts:
        if part in ("naive", "tuned"):
            bench.loop(part, options.adapters, tuned=part == "tuned")
        else:
            getattr(bench, part)()
    bench.save()


if __name__ == "__main__":
    main()
