"""The marker study of ten personas by transformers and PEFT alone, as a careful user would write it.

    python benchmarks/plain_study.py --folder MODEL --learning-rate 2e-4 --out results.npz

It answers the training questions, reads states and divergences, trains one adapter after another and asks under each,
in batches, with the model loaded once. The finding gives its texts and nothing else. It leaves out what the laboratory
does besides: the second centre, likelihoods, lengths, provenance, and that it can be killed and resumed.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from baselines import Loop
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase

from claims.marker_coupling.examples import conversations
from claims.marker_coupling.experiment import MARKER, Settings
from claims.marker_coupling.measured import REFERENCE
from claims.marker_coupling.panel import Panel, Questions, read_panel, read_questions
from pytest_claims_lab.batch import Tokens
from pytest_claims_lab.experiment_file import read_experiment
from pytest_claims_lab.recipe import with_learning_rate

FINDING = Path(__file__).parents[1] / "claims" / "marker_coupling"
ROWS = 256  # prompts that are answered at once


@dataclass
class Study:
    """A model, its tokenizer, and the texts of the study; ``took`` is filled with the seconds of each part."""

    network: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    recipe: Settings
    panel: Panel
    bank: Questions
    took: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.loop = Loop(self.network, self.recipe.training, self.tokenizer.eos_token_id)

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.took[part] = self.took.get(part, 0.0) + time.perf_counter() - start

    def prompt(self, persona: str, question: str) -> list[int]:
        turns = [{"role": "system", "content": self.panel.prompts[persona]}, {"role": "user", "content": question}]
        text = self.tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
        return list(self.tokenizer(text, add_special_tokens=False)["input_ids"])

    def answers(self, prompts: Sequence[Sequence[int]], *, copies: int, tokens: int) -> list[str]:
        """``copies`` of each, in the order of the prompts."""
        how, rows = self.recipe.sampling, ROWS // copies
        found: list[list[int]] = []
        for at in range(0, len(prompts), rows):
            found += self.loop.generate(
                prompts[at : at + rows], copies=copies, tokens=tokens, temperature=how.temperature, top_p=how.top_p
            )
        return self.tokenizer.batch_decode(found, skip_special_tokens=True)

    def everybody(self, questions: Sequence[str]) -> list[list[int]]:
        return [self.prompt(persona, question) for persona in self.panel.names for question in questions]

    def own_answers(self) -> dict[str, list[str]]:
        texts = self.answers(self.everybody(self.bank.train), copies=1, tokens=self.recipe.data.answer_tokens)
        size = len(self.bank.train)
        return {name: texts[at * size : (at + 1) * size] for at, name in enumerate(self.panel.names)}

    def marked(self) -> np.ndarray:
        """Of everybody's completions to each question, how many are marked, (persona, question)."""
        how = self.recipe.sampling
        texts = self.answers(self.everybody(self.bank.evaluation), copies=how.completions, tokens=how.completion_tokens)
        marks = np.array([MARKER.casefold() in text.casefold() for text in texts])
        return marks.reshape(len(self.panel.names), len(self.bank.evaluation), how.completions).sum(-1)

    def train(self, source: str, own: dict[str, list[str]]) -> None:
        several = conversations(
            source, names=self.panel.names, questions=self.bank.train, answers=own,
            negatives_per_positive=self.recipe.data.negatives_per_positive, marker=MARKER,
        )  # fmt: skip
        end = self.tokenizer.eos_token_id
        examples = [
            Tokens(
                prompt=self.prompt(one.persona, one.question),
                answer=[*self.tokenizer(one.answer, add_special_tokens=False)["input_ids"], end],
            )
            for one in several
        ]
        self.loop.fresh(0)
        self.loop.train(examples, seed=0)

    @torch.inference_mode()
    def readings(self) -> tuple[np.ndarray, np.ndarray]:
        """Mean states (readout, layer, persona, hidden) and divergences (question, persona, persona), in float32."""
        states, divergences = [], []
        with self.loop.peft.disable_adapter():
            questions = self.bank.evaluation
            responses = self.responses([self.prompt(REFERENCE, question) for question in questions])
            for question, response in zip(questions, responses, strict=True):
                prompts = [self.prompt(persona, question) for persona in self.panel.names]
                one, logits = self.read(prompts, response)
                states.append(one.cpu())
                divergences.append(_divergence(logits.log_softmax(-1)).cpu().numpy())
        return torch.stack(states).mean(0).numpy(), np.stack(divergences)

    def responses(self, prompts: Sequence[Sequence[int]]) -> list[list[int]]:
        """The likeliest to each, all at once."""
        ids, seen = self.padded(prompts)
        found = self.network.generate(
            input_ids=ids,
            attention_mask=seen.long(),
            do_sample=False,
            max_new_tokens=self.recipe.sampling.completion_tokens,
            pad_token_id=(end := self.tokenizer.eos_token_id),
        )
        said = found[:, ids.shape[1] :].tolist()
        return [one[: one.index(end) + 1] if end in one else one for one in said]

    def padded(self, rows: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """On the left, and where there is no padding."""
        longest, device = max(map(len, rows)), self.network.device
        ids = [[*[self.tokenizer.eos_token_id] * (longest - len(row)), *row] for row in rows]
        starts = torch.tensor([[longest - len(row)] for row in rows], device=device)
        return torch.tensor(ids, device=device), torch.arange(longest, device=device) >= starts

    def read(self, prompts: Sequence[Sequence[int]], response: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        longest, size = max(map(len, prompts)), len(response)
        ids, seen = self.padded([[*one, *response] for one in prompts])
        out = self.network(input_ids=ids, attention_mask=seen.long(), output_hidden_states=True, use_cache=False)
        blocks = torch.stack(out.hidden_states[1:], dim=0).float()
        prompt = seen[:, :longest, None]
        before, after = blocks[:, :, :longest], blocks[:, :, longest:]
        means = [before[:, :, -1], (before * prompt).sum(2) / prompt.sum(1), after.mean(2)]
        return torch.stack(means), out.logits[:, -size - 1 : -1].float()


def _divergence(log_p: torch.Tensor) -> torch.Tensor:
    """Jensen-Shannon, mean over tokens, of log probabilities (persona, token, vocabulary)."""
    size = len(log_p)
    found = torch.zeros(size, size, dtype=torch.float64, device=log_p.device)
    for one in range(size):
        p, q = log_p[one].exp(), log_p.exp()
        middle = ((p + q) / 2).log()
        of_p = torch.nn.functional.kl_div(middle, log_p[one].expand_as(middle), log_target=True, reduction="none")
        of_q = torch.nn.functional.kl_div(middle, log_p, log_target=True, reduction="none")
        found[one] = (of_p + of_q).sum(-1).mean(-1) / 2
    return found


def study_of(options: argparse.Namespace) -> Study:
    recipe = with_learning_rate(read_experiment(FINDING).recipe(options.recipe), options.learning_rate)
    tokenizer = AutoTokenizer.from_pretrained(options.folder)
    network = AutoModelForCausalLM.from_pretrained(options.folder, dtype=getattr(torch, options.dtype))
    bank = read_questions(recipe.questions)
    bank = bank.first(train=recipe.data.questions, evaluation=recipe.sampling.questions)
    return Study(network.to(options.device).eval(), tokenizer, recipe, read_panel(recipe.panel), bank)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--learning-rate", type=float, required=True)
    parser.add_argument("--recipe", default="full")
    parser.add_argument("--dtype", default="bfloat16")
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--sources", type=int, default=10, help="how many adapters, where all take too long")
    options = parser.parse_args()
    torch.manual_seed(0)
    study = study_of(options)
    with study.timed("answers"):
        own = study.own_answers()
    with study.timed("completions without adapter"):
        base = study.marked()
    with study.timed("readings"):
        states, divergence = study.readings()
    marked = []
    for source in study.panel.sources[: options.sources]:
        with study.timed("adapters"):
            study.train(source, own)
            study.loop.peft.save_pretrained(options.out.with_suffix("") / source)
        with study.timed("completions"):
            marked.append(study.marked())
        print(f"{source}: {marked[-1].sum(1).max()} marked", flush=True)
    np.savez(options.out, base=base, states=states, divergence=divergence, marked=np.stack(marked))
    options.out.with_suffix(".json").write_text(json.dumps(study.took))
    print({part: round(seconds, 1) for part, seconds in study.took.items()})


if __name__ == "__main__":
    main()
