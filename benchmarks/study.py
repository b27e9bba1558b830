"""The whole marker study of ten personas, from command to measurement on disk: the laboratory beside plain code.

    python benchmarks/study.py --model smollm2-135m --learning-rate 2e-4 --out results.json

Each is a process of its own, one after the other on one machine, with the weights at hand and nothing in the store:
what a user waits for. With ``--gpus 2`` the laboratory measures twice, on one GPU and on so many. Of plain code, which
takes minutes, ``--plain-adapters 3`` trains and asks three adapters, and ten are reckoned from these.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
import transformers

from pytest_claims_lab.places import weights_dir
from pytest_claims_lab.weights import find_weights, loadable_folder

FINDING = Path(__file__).parents[1] / "claims" / "marker_coupling"


def took(command: list[str]) -> float:
    """Seconds of wall time, of a command that succeeds."""
    print("$", *command, flush=True)
    start = time.perf_counter()
    subprocess.run(command, check=True)  # noqa: S603  its own command
    return time.perf_counter() - start


def laboratory(options: argparse.Namespace, scratch: Path, gpus: int) -> list[str]:
    """The command of the README, with a store that is empty."""
    several = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(gpus)] if gpus > 1 else []
    return [
        sys.executable, *several, "-m", "pytest_claims_lab", str(FINDING), "--model", options.model,
        "--recipe", options.recipe, "--seeds", str(options.seeds), "--learning-rate", str(options.learning_rate),
        "--weights-dir", str(options.weights_dir), "--store", str(scratch / f"store-{gpus}"), *options.more,
    ]  # fmt: skip


def plain(options: argparse.Namespace, scratch: Path, folder: Path) -> list[str]:
    """The same study by transformers and PEFT, in the dtype that the laboratory takes by itself."""
    half = torch.cuda.is_available() and torch.cuda.is_bf16_supported(including_emulation=False)
    return [
        sys.executable, str(Path(__file__).with_name("plain_study.py")), "--folder", str(folder),
        "--out", str(scratch / "plain.npz"), "--learning-rate", str(options.learning_rate),
        "--recipe", options.recipe, "--dtype", "bfloat16" if half else "float32",
        "--device", "cuda" if torch.cuda.is_available() else "cpu", "--sources", str(options.plain_adapters),
    ]  # fmt: skip


def of_ten(taken: float, parts: dict[str, float], adapters: int) -> float:
    """Seconds of the plain code for ten adapters: each takes as long, and the rest is done once."""
    each = (parts["adapters"] + parts["completions"]) / adapters
    return taken + (10 - adapters) * each


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", default="smollm2-135m")
    parser.add_argument("--recipe", default="full")
    parser.add_argument("--learning-rate", type=float, default=2e-4)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--gpus", type=int, default=1)
    parser.add_argument("--weights-dir", type=Path, default=weights_dir(None))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--plain-adapters", type=int, default=10, help="how many of ten plain code trains and asks")
    parser.add_argument("--without-plain", action="store_true", help="the laboratory alone")
    options, options.more = parser.parse_known_args()
    folder = loadable_folder(find_weights(options.model, options.weights_dir), options.weights_dir)
    results = {
        "device": torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU",
        "torch": torch.__version__, "transformers": transformers.__version__, "seeds": options.seeds,
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for gpus in dict.fromkeys([1, options.gpus]):
            results[f"laboratory, {gpus} GPU, s"] = took(laboratory(options, scratch, gpus))
        if not options.without_plain:
            taken = took(plain(options, scratch, folder))
            parts = json.loads((scratch / "plain.json").read_text())
            results |= {"plain, adapters": options.plain_adapters, "plain, s": taken, "plain, parts, s": parts}
            results["plain, ten adapters, s"] = of_ten(taken, parts, options.plain_adapters)
    options.out.write_text(json.dumps(results, indent=1))
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
