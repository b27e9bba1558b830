"""What the engine is compared with: one PEFT loop and one ``generate`` per adapter, nothing of ours inside.

``tuned`` turns on what a user who has measured would turn on: the fused optimiser, lengths padded to
one size, the decoder compiled for training, and a static cache for sampling.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from peft import LoraConfig, get_peft_model
from transformers import PreTrainedModel, get_cosine_schedule_with_warmup

from fixtures.batch import Tokens
from fixtures.recipe import Training
from fixtures.stack import known_warnings

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
        self.forward = torch.compile(self.peft) if self.tuned else self.peft

    def fresh(self, seed: int) -> None:
        """Draw the adapter's weights anew, as PEFT draws those of a new adapter: seed for seed those of the engine."""
        torch.manual_seed(seed)
        with known_warnings():
            self.peft.add_adapter("drawn", self.config)
        for module in self.peft.modules():
            for matrices in (getattr(module, "lora_A", None), getattr(module, "lora_B", None)):
                if matrices is not None and "drawn" in matrices:
                    matrices["default"].weight.data.copy_(matrices["drawn"].weight)
        self.peft.delete_adapter("drawn")

    def train(self, examples: Sequence[Tokens], *, seed: int, steps: int | None = None) -> None:
        training, order = self.training, random.Random(seed)
        batches = []
        for _ in range(training.epochs):
            shuffled = order.sample(list(examples), len(examples))
            batches += [shuffled[at : at + training.batch_size] for at in range(0, len(shuffled), training.batch_size)]
        width = max(len(example.prompt) + len(example.answer) for example in examples) if self.tuned else None
        weights = [weight for weight in self.peft.parameters() if weight.requires_grad]
        optimiser = torch.optim.AdamW(
            weights, lr=training.learning_rate, weight_decay=training.weight_decay, fused=self.tuned or None
        )
        warmup = math.ceil(training.warmup * len(batches))
        schedule = get_cosine_schedule_with_warmup(optimiser, warmup, len(batches))
        self.peft.train()
        for batch in batches[:steps]:
            ids, mask, labels = self.padded(batch, width)
            loss = self.forward(input_ids=ids, attention_mask=mask, labels=labels, use_cache=False).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(weights, training.max_grad_norm)
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
        options = {"cache_implementation": "static"} if self.tuned else {}
        self.peft.merge_adapter()
        try:
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
                **options,
            )
        finally:
            self.peft.unmerge_adapter()
        return rows[:, longest:].tolist()
