"""What the engine is compared with: one PEFT loop and one ``generate`` per adapter, nothing of ours inside.

``tuned`` turns on what a user who has measured would turn on: the fused optimiser, and for training
lengths padded to one size and compiled decoder blocks. Sampling is already one batch per adapter; compiling
it, with a static cache, takes minutes and was found not to pay (NOTES.md).
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from peft import LoraConfig, get_peft_model
from transformers import PreTrainedModel, get_cosine_schedule_with_warmup

from pytest_claims_lab.batch import Tokens
from pytest_claims_lab.recipe import Training
from pytest_claims_lab.stack import known_warnings

IGNORED = -100
LINEAR = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]


@dataclass
class Loop:
    """A model that is given one adapter at a time by PEFT."""

    network: PreTrainedModel
    training: Training
    pad: int
    tuned: bool = False

    def __post_init__(self) -> None:
        config = LoraConfig(
            r=self.training.rank,
            lora_alpha=self.training.alpha,
            lora_dropout=self.training.dropout,
            use_rslora=True,
            target_modules=LINEAR,
            task_type="CAUSAL_LM",
        )
        with known_warnings():
            self.peft = get_peft_model(self.network, config)
        self.config = config
        self.weights = [weight for weight in self.peft.parameters() if weight.requires_grad]
        self.drawn: dict[int, list[torch.Tensor]] = {}
        if self.tuned:
            for block in self.network.get_decoder().layers:
                block.compile(dynamic=False)

    def fresh(self, seed: int) -> None:
        """Give the adapter the weights that PEFT draws for a new one: seed for seed those of the engine."""
        if seed not in self.drawn:  # once: to what was compiled, a module with one adapter more is another module
            self.drawn[seed] = self._draw(seed)
        with torch.no_grad():
            for weight, drawn in zip(self.weights, self.drawn[seed], strict=True):
                weight.copy_(drawn)

    def _draw(self, seed: int) -> list[torch.Tensor]:
        torch.manual_seed(seed)
        with known_warnings():
            self.peft.add_adapter("drawn", self.config)
        drawn = [weight.detach().clone() for name, weight in self.peft.named_parameters() if ".drawn." in name]
        self.peft.delete_adapter("drawn")
        return drawn

    def train(self, examples: Sequence[Tokens], *, seed: int, steps: int | None = None) -> None:
        training, order = self.training, random.Random(seed)
        batches = []
        for _ in range(training.epochs):
            shuffled = order.sample(list(examples), len(examples))
            batches += [shuffled[at : at + training.batch_size] for at in range(0, len(shuffled), training.batch_size)]
        width = max(len(example.prompt) + len(example.answer) for example in examples) if self.tuned else None
        optimiser = torch.optim.AdamW(
            self.weights, lr=training.learning_rate, weight_decay=training.weight_decay, fused=self.tuned or None
        )
        warmup = math.ceil(training.warmup * len(batches))
        schedule = get_cosine_schedule_with_warmup(optimiser, warmup, len(batches))
        self.peft.train()
        for batch in batches[:steps]:
            ids, mask, labels = self.padded(batch, width)
            loss = self.peft(input_ids=ids, attention_mask=mask, labels=labels, use_cache=False).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.weights, training.max_grad_norm)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
        self.peft.eval()

    def padded(self, batch: Sequence[Tokens], width: int | None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        width = width or max(len(example.prompt) + len(example.answer) for example in batch)
        rows = self.training.batch_size if self.tuned else len(batch)
        ids = torch.full((rows, width), self.pad)
        mask = torch.zeros_like(ids)
        labels = torch.full_like(ids, IGNORED)
        for row, example in enumerate(batch):
            text = [*example.prompt, *example.answer]
            ids[row, : len(text)] = torch.tensor(text)
            mask[row, : len(text)] = 1
            labels[row, len(example.prompt) : len(text)] = torch.tensor(example.answer)
        mask[len(batch) :, 0] = 1  # a row of nothing, to keep the compiled shape
        device = self.network.device
        return ids.to(device), mask.to(device), labels.to(device)

    @torch.no_grad()
    def generate(
        self, prompts: Sequence[Sequence[int]], *, copies: int, tokens: int, temperature: float, top_p: float
    ) -> list[list[int]]:
        """One call of ``generate`` for all completions of one adapter, merged."""
        longest = max(map(len, prompts))
        ids = torch.full((len(prompts), longest), self.pad)
        mask = torch.zeros_like(ids)
        for row, prompt in enumerate(prompts):
            ids[row, longest - len(prompt) :] = torch.tensor(prompt)
            mask[row, longest - len(prompt) :] = 1
        self.peft.merge_adapter()
        try:
            with torch.compiler.set_stance("force_eager"):  # what is compiled is compiled for training's one shape
                rows = self.peft.generate(
                    input_ids=ids.to(self.network.device),
                    attention_mask=mask.to(self.network.device),
                    max_new_tokens=tokens,
                    do_sample=True,
                    temperature=temperature,
                    top_p=top_p,
                    top_k=0,
                    num_return_sequences=copies,
                    pad_token_id=self.pad,
                )
        finally:
            self.peft.unmerge_adapter()
        return rows[:, longest:].tolist()
