"""Ten models of 7B to 70B, by the shapes that their config.json have, and a panel of 1,000 personas for them.

What the page on studies says of these is recomputed from here. Nothing is loaded: a shape has no numbers.
"""

import json
from dataclasses import replace
from pathlib import Path

import torch
from planned import marker_plan

from claims.marker_coupling.experiment import RECIPES
from pytest_claims.base.errors import InputError
from pytest_claims_lab.demand import demand_of
from pytest_claims_lab.estimate import Size, kept_bytes, size_of
from pytest_claims_lab.folder import empty_network
from pytest_claims_lab.footprint import footprint_of
from pytest_claims_lab.memory_plan import MOST, MemoryPlan, plan_memory
from pytest_claims_lab.model import load_chat
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.store import Store

FREE = 84_400_000_000  # bytes of an H100 of 80 GB, as docs/memory.md has them
PERSONAS = 1000
FEW = 12  # personas of which stages are made; of more they are alike
ASKED = 12  # under each adapter: its source, the assistant, and ten others
# Type, hidden, inner, blocks, heads, heads of keys, vocabulary, width of a head where hidden / heads is another.
SHAPES = {
    "Qwen2.5-7B": ("qwen2", 3584, 18944, 28, 28, 4, 152064, None),
    "Llama-3.1-8B": ("llama", 4096, 14336, 32, 32, 8, 128256, None),
    "Gemma-2-9B": ("gemma2", 3584, 14336, 42, 16, 8, 256000, 256),
    "Mistral-Nemo-12B": ("mistral", 5120, 14336, 40, 32, 8, 131072, 128),
    "Qwen2.5-14B": ("qwen2", 5120, 13824, 48, 40, 8, 152064, None),
    "Mistral-Small-24B": ("mistral", 5120, 32768, 40, 32, 8, 131072, 128),
    "Gemma-2-27B": ("gemma2", 4608, 36864, 46, 32, 16, 256000, 128),
    "Qwen2.5-32B": ("qwen2", 5120, 27648, 64, 40, 8, 152064, None),
    "Llama-3.1-70B": ("llama", 8192, 28672, 80, 64, 8, 128256, None),
    "Qwen2.5-72B": ("qwen2", 8192, 29568, 80, 64, 8, 152064, None),
}
_NAMES = ("model_type", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
          "num_key_value_heads", "vocab_size")  # fmt: skip
# Measured, 7B on one H100 and 32B spread over two H200 (docs/places.md, docs/memory.md): seconds of a step of so many
# adapters, of 6,400 tokens, and the numbers of the network.
ONE = {"step": 1.67, "adapters": 10, "tokens": 0.74, "numbers": 7.6e9}
SPREAD = {"step": 4.5, "adapters": 4, "tokens": 9.0, "numbers": 32.8e9}
_DRAWN = 6400
STEPS = 114  # of `full`
HELD = 4  # states of all contexts, while they are read: those of a question, and the sums of all and of two halves


def save_shape(name: str, folder: Path) -> Path:
    """A folder with the model's config.json, and no weights."""
    *shape, head = SHAPES[name]
    config = dict(zip(_NAMES, shape, strict=True)) | ({"head_dim": head} if head else {})
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({**config, "tie_word_embeddings": name.startswith("Gemma")}))
    return folder


def few_personas(tiny: Path, folder: Path) -> Schedule:
    """The stages of ``full`` for a few personas of such a panel, one seed."""
    lines = ['name = "few"', f"bystanders = {json.dumps([f'p{number}' for number in range(2, ASKED)])}"]
    for name in ("assistant", *(f"p{number}" for number in range(FEW))):
        lines.append(f'[[personas]]\nname = "{name}"\nprompt = "You are {name}."')
    (folder / "few.toml").write_text("\n".join(lines))
    plan = marker_plan(tiny, RECIPES["full"], panel=folder / "few.toml", weights_dir=folder, dtype="bfloat16")
    return Schedule(plan, Store(folder / "store"))


def memory_of(folder: Path, schedule: Schedule, devices: int) -> MemoryPlan | None:
    """The plan on so many devices, or None where it does not fit."""
    network, chat = (
        empty_network(folder, folder.name),
        load_chat(schedule.plan.weights.path, "", schedule.plan.recipe.chat),
    )
    demand = replace(demand_of(schedule, chat), adapters=MOST)
    trained, read = (footprint_of(network, one, general=devices > 1) for one in (torch.bfloat16, torch.float32))
    try:
        return plan_memory(trained, read, demand, device="cuda", devices=devices, free=FREE)
    except InputError:
        return None


def kept(schedule: Schedule, size: Size) -> float:
    """Bytes that the store holds in the end, of 1,000 personas, without adapters."""
    bytes_of = {group.title: kept_bytes(group.stages, size, adapters=False) for group in schedule.groups}
    more = {"completions": PERSONAS / FEW, "centre": 1.0}
    return sum(count * more.get(title, (PERSONAS + 1) / (FEW + 1)) for title, count in bytes_of.items())


def hours(size: Size, devices: int) -> tuple[float, float]:
    """Of all devices together, for training and for sampling of one seed: as measured, in proportion to the numbers."""
    rate = ONE if devices == 1 else SPREAD
    larger = devices * size.numbers / rate["numbers"] / 3600
    drawn = PERSONAS * ASKED * 100 * RECIPES["full"].sampling.completion_tokens
    return (
        STEPS * rate["step"] * PERSONAS / rate["adapters"] * larger,
        drawn / _DRAWN * rate["tokens"] * larger,
    )


def row(name: str, folder: Path, schedule: Schedule) -> list[str]:
    """What the page says of a model."""
    shape = save_shape(name, folder)
    size = size_of(shape)
    devices, plan = next((n, plan) for n in (1, 2, 4, 8) if (plan := memory_of(shape, schedule, n)))
    train, sample = hours(size, devices)
    blocks, width = size.blocks, size.width
    states = HELD * 3 * blocks * (PERSONAS + 1) * width * 8
    cosines = 9 * blocks * (PERSONAS + 1) ** 2 * 4
    adapter = RECIPES["full"].training.rank * size.sides * 4
    return [
        f"{plan.weights / 1e9:.0f} and {plan.readings / 1e9:.0f} GB", f"{devices}", f"{plan.cut.together}",
        f"{adapter / 1e6:,.0f} MB", f"{train:.0f} h", f"{sample:.0f} h", f"{kept(schedule, size) / 1e9:.0f} GB",
        f"{states / 1e9:.0f} GB", f"{cosines / 1e9:.1f} GB",
    ]  # fmt: skip
