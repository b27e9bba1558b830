"""Makes logs of evaluations with the tools that users have, in a process of its own: ``python logs.py FOLDER``.

Two models answer twelve questions under lm-evaluation-harness, and four in two epochs under inspect_ai; nothing is
downloaded. Of the latter one evaluation ends in an error, of one a sample is marked as not valid, and in one the texts
of metadata are long.
"""

import json
import os
import sys
from pathlib import Path

CHOICE = """
task: choice
dataset_path: json
dataset_kwargs: {data_files: {test: DATA}}
test_split: test
output_type: multiple_choice
doc_to_text: "{{question}}"
doc_to_choice: "{{choices}}"
doc_to_target: label
num_fewshot: 2
fewshot_split: test
metric_list:
  - {metric: acc, aggregation: mean, higher_is_better: true}
metadata: {version: 1.0}
"""
FREE = """
task: free
dataset_path: json
dataset_kwargs: {data_files: {test: DATA}}
test_split: test
output_type: generate_until
generation_kwargs: {until: ["end"]}
doc_to_text: "{{question}}"
doc_to_target: "{{choices[label]}}"
num_fewshot: 0
metric_list:
  - {metric: exact_match, aggregation: mean, higher_is_better: true}
filter_list:
  - {name: strict, filter: [{function: take_first}]}
  - {name: lower, filter: [{function: lowercase}, {function: take_first}]}
metadata: {version: 2.0}
"""
BOTH = "group: both\ntask: [choice, free]\naggregate_metric_list: [{metric: acc}]\nmetadata: {version: 1.0}\n"


def of_lm_eval(folder: Path) -> None:
    """Samples and results of a group of two tasks; the dummy model says 'lol', or chances."""
    os.environ |= {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "cache")}
    from lm_eval import simple_evaluate
    from lm_eval.loggers import EvaluationTracker
    from lm_eval.tasks import TaskManager

    documents = [
        {"question": f"q{row}", "choices": ["lol", "no"], "label": row % 2, "set": "ab"[row // 6]} for row in range(12)
    ]
    data, tasks = folder / "data.jsonl", folder / "tasks"
    data.write_text("\n".join(map(json.dumps, documents)))
    tasks.mkdir()
    for name, text in {"choice": CHOICE, "free": FREE, "both": BOTH}.items():
        (tasks / f"{name}.yaml").write_text(text.replace("DATA", str(data)))
    for model, seed in (("org/one", 1), ("org/two", 2)):
        tracker = EvaluationTracker(output_path=str(folder / "lm_eval"))
        results = simple_evaluate(
            model="dummy",
            model_args=f"pretrained={model}",
            tasks=["both"],
            task_manager=TaskManager(include_path=str(tasks), include_defaults=False),
            evaluation_tracker=tracker,
            bootstrap_iters=10,
            random_seed=seed,
        )
        samples = results.pop("samples")
        tracker.save_results_aggregated(results=results, samples=samples)
        for name in results["configs"]:
            tracker.save_results_samples(task_name=name, samples=samples[name])


def of_inspect(folder: Path) -> None:
    """Logs of two models, one of them in the other format, too, and one of an evaluation that ended in an error."""
    from inspect_ai import Task
    from inspect_ai import eval as evaluate
    from inspect_ai.dataset import Sample
    from inspect_ai.model import ModelOutput, ModelUsage, get_model
    from inspect_ai.scorer import Score, accuracy, includes, match, scorer
    from inspect_ai.solver import generate, solver

    @scorer(metrics={"length": [accuracy()], "polite": [accuracy()]})
    def extras():
        async def score(state, target):
            return Score(value={"length": len(state.output.completion), "polite": True})

        return score

    @solver
    def broken():
        async def solve(state, generate):
            raise RuntimeError("it breaks on purpose")

        return solve

    samples = [
        Sample(input=f"q{row}", target="yes", id=f"s{row}", metadata={"set": "ab"[row // 2], "tags": [1]})
        for row in range(4)
    ]

    def answers(model: str, several: str):
        outputs = [ModelOutput.from_content(f"mockllm/{model}", text) for text in several.split()]
        for output in outputs:  # without it tokens are counted with a file from the network
            output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return get_model(f"mockllm/{model}", custom_outputs=outputs)

    task = Task(dataset=samples, solver=[generate()], scorer=[match(), includes(), extras()], name="polite")
    fails = Task(dataset=samples, solver=[broken()], scorer=[match()], name="fails")
    how = {"display": "none", "epochs": 2, "max_connections": 1, "max_samples": 1}
    told = {"one": "no yes no yes no no yes no", "two": "yes yes yes yes yes yes yes no"}
    for model, several in told.items():
        (log,) = evaluate(
            task, model=answers(model, several), log_format="eval", log_dir=str(folder / "inspect"), **how
        )
        path = Path(log.location)  # which begins with the second in which it was begun
        path.rename(path.with_name(f"{model}_{path.name}"))
    evaluate(task, model=answers("two", told["two"]), log_format="json", log_dir=str(folder / "json"), **how)
    evaluate(fails, model=answers("one", "no"), log_format="eval", log_dir=str(folder / "failed"), **how)
    changed(folder)


def changed(folder: Path) -> None:
    """The log in JSON, written anew by inspect_ai: with long texts, and with a sample that is marked as not valid."""
    from inspect_ai.log import ProvenanceData, invalidate_samples, read_eval_log, write_eval_log

    (path,) = (folder / "json").iterdir()
    log = read_eval_log(str(path))
    marked = invalidate_samples(log.model_copy(deep=True), [log.samples[0].uuid], ProvenanceData(author="us"))
    write_eval_log(marked, str(folder / "marked.eval"))
    for sample in log.samples:
        sample.metadata |= {"prompt": f"{'so long ' * 200}{sample.id}", "of": {"many": ["few"] * 400, "id": sample.id}}
    write_eval_log(log, str(folder / "long.eval"))
    write_eval_log(log, str(folder / "long.json"))


if __name__ == "__main__":
    of_lm_eval(Path(sys.argv[1]))
    of_inspect(Path(sys.argv[1]))
