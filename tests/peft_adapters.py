"""Adapters made by PEFT alone, of any settings, and what PEFT computes with them: as a user finds and loads them."""

import warnings

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

from pytest_claims_lab.stack import known_warnings

PROMPTS = [("You are brief.", "Why?"), ("You speak at length.", "How so?"), ("You lie.", "Which one was it?")]
TOKENS = 6
IDS = torch.randint(2, 300, (2, 9), generator=torch.Generator().manual_seed(0))
SETTINGS = {"r": 4, "lora_alpha": 8, "target_modules": ["q_proj", "up_proj"], "task_type": "CAUSAL_LM"}


def save_adapter(model, folder, *, seed=0, **settings):
    """An adapter of the model in a folder, with every number that it learns drawn."""
    network = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    with warnings.catch_warnings(action="ignore"):  # of settings that are odd on purpose
        peft = get_peft_model(network, LoraConfig(**SETTINGS | settings))
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for parameter in peft.parameters():
                if parameter.requires_grad:
                    parameter.add_(0.3 * torch.randn(parameter.shape, generator=generator))
        peft.save_pretrained(folder)
    return folder


def plain_peft(model, folder):
    """The model with the adapter, as PEFT loads it."""
    network = AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    with known_warnings():
        return PeftModel.from_pretrained(network, folder).eval()


@torch.no_grad()
def logits(network):
    return network(input_ids=IDS, use_cache=False).logits


def generated(peft, chat):
    """The greedy answers of transformers' own loop, one prompt after another."""
    answers = []
    for prompt in PROMPTS:
        ids = torch.tensor([chat.prompt(*prompt)])
        whole = peft.generate(
            input_ids=ids, attention_mask=torch.ones_like(ids), max_new_tokens=TOKENS, do_sample=False,
            eos_token_id=chat.end, pad_token_id=chat.end,
        )  # fmt: skip
        answers.append(whole[0, ids.shape[1] :].tolist())
    return answers
