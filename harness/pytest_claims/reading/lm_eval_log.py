"""What lm-evaluation-harness writes, as cells: logs of samples, and results with their standard errors.

Knows nothing about tasks or metrics. Samples are read as its versions 0.4.3 to 0.4.13 write them, results from 0.4.0
on: ``samples_*.jsonl`` has an object for each document and filter, ``results_*.json`` the metrics of each task and
filter. A group of tasks is no row beside its tasks.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import given_bytes, json_in, text_in
from pytest_claims.reading.cells import Cells
from pytest_claims.reading.column import Column
from pytest_claims.reading.json_lines import flat, objects_in
from pytest_claims.reading.places import Places
from pytest_claims.reading.value import cell_of

_WANTED: Final = "wanted it as lm-evaluation-harness wrote it; restore it, or run the evaluation again"
_SAMPLES: Final = re.compile(r"samples_(?P<task>.+?)_(?P<date>\d{4}-\d\d-\d\dT[\d.-]+)\.jsonl")
_HASHES: Final = ("doc_hash", "prompt_hash", "target_hash")
_NO_METRICS: Final = {
    *("doc_id", "doc", "target", "arguments", "resps", "filtered_resps", "filter", "metrics"),
    *_HASHES,
}
_SINGLE: Final = (str, int, float, type(None))


def is_one(path: Path) -> bool:
    """Whether a file is one, by its name and how it begins."""
    if path.suffix.lower() == ".jsonl":
        return path.name.startswith("samples_") and b'"doc_id"' in _beginning(path)
    return bool(re.match(rb'\s*\{\s*"results"\s*:', _beginning(path)))


def read(path: Path, name: str, wanted: Collection[str] | None = None) -> Cells:
    """The cells of a log of samples, or of results, of all columns or of those that are wanted.

    Samples have the columns ``item`` (its ``doc_id``), ``task``, ``filter`` and ``model``, each metric, the hashes, and
    ``doc.*``; results ``task``, ``filter``, ``model``, each metric and its ``_stderr``, ``version``, ``shots`` and
    ``samples``.

    What is a list, as a perplexity with its weight, is not read.

    Raises:
        InputError: with file and line, for what is no such file, and two answers to one item.
    """
    content = given_bytes(path, remedy=_WANTED, kind="a log", name=path.name)
    text = text_in(content, file=path.name, remedy=_WANTED, kind="a log")
    if path.suffix.lower() == ".jsonl":
        rows, numbers, source = *_samples(path, text), f"{path.name}, line"
    else:
        rows = _results(path, text)
        numbers, source = list(range(1, len(rows) + 1)), f"{path.name}, result"
    columns, lists = _columns(rows)
    chosen = [one for one in columns if wanted is None or one in wanted]
    return Cells(
        name=name,
        columns={one: Column.of(map(cell_of, columns[one])) for one in chosen},
        places=Places.of(source, numbers),
        sha256=hashlib.sha256(content).hexdigest(),
        provenance={"file": path.name, "log": "lm-evaluation-harness"},
        unread=tuple(one for one in (*columns, *lists) if one not in chosen),
    )


def _samples(path: Path, text: str) -> tuple[list[dict[str, Any]], list[int]]:
    rows, numbers, first = list[dict[str, Any]](), list[int](), dict[tuple[str, str], int]()
    told = {"task": _task_of(path), "model": _model_of(path)}
    for number, one in objects_in(text, path.name):
        where = f"{path.name}, line {number}"
        if "doc_id" not in one:
            raise InputError(f"{where}: no 'doc_id': have {', '.join(one)}; {_WANTED}")
        row = {"item": one["doc_id"], "filter": one.get("filter", "none"), **told}
        key = cell_of(row["item"]), cell_of(row["filter"])
        if (before := first.setdefault(key, number)) != number:
            raise InputError(f"{where}: document {key[0]}{_twice(one, before)}")
        rows.append(row | _metrics(one) | row)  # whatever a metric is called
        numbers.append(number)
    return rows, numbers


def _twice(one: Mapping[str, Any], before: int) -> str:
    """That a document is there twice, and what to do about it."""
    if "filter" in one:
        said, remedy = f"with filter {one['filter']}", "remove one: an evaluation that is run again adds its lines"
        return f" {said} is there already, at line {before}; {remedy} to the same file"
    remedy = "keep those of one filter: until version 0.4.5 lm-evaluation-harness did not write which"
    return f" is there already, at line {before}, and no line names its filter; {remedy}"


def _metrics(one: Mapping[str, Any]) -> dict[str, Any]:
    """The metrics and hashes of a sample, and what its document holds."""
    found = {key: value for key, value in one.items() if key not in _NO_METRICS}
    found |= {key: one[key] for key in _HASHES if key in one}
    document = one.get("doc")
    return found | {f"doc.{key}": value for key, value in flat(document if isinstance(document, dict) else {})}


def _results(path: Path, text: str) -> list[dict[str, Any]]:
    content = json_in(text, file=path.name, remedy=_WANTED)
    results = content.get("results")
    if not isinstance(results, dict) or not all(isinstance(one, dict) for one in results.values()):
        raise InputError(f"{path.name}: 'results' has no tasks; {_WANTED}")
    subtasks, rows = _inside(content, "group_subtasks"), list[dict[str, Any]]()
    groups = {*_inside(content, "groups"), *(name for name, tasks in subtasks.items() if tasks)}
    for task, values in results.items():
        if task not in groups:
            rows += _filters(task, values, content)
    if not rows:
        raise InputError(f"{path.name}: no metric of a task is called 'metric,filter', as since version 0.4; {_WANTED}")
    return rows


def _filters(task: str, values: Mapping[str, Any], content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each filter: keys are ``metric,filter``."""
    metrics: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        metric, comma, name = key.partition(",")
        if comma:
            # What has no standard error says so with N/A.
            metrics.setdefault(name, {})[metric] = None if value == "N/A" else value
    about = {
        "version": _inside(content, "versions").get(task),
        "shots": _inside(content, "n-shot").get(task),
        "samples": _inside(_inside(content, "n-samples"), task).get("effective"),
    }
    model = content.get("model_name")
    return [{"task": task, "filter": name, "model": model, **found, **about} for name, found in metrics.items()]


def _inside(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """The object that stands there; an empty one where there is none."""
    found = content.get(key)
    return found if isinstance(found, Mapping) else {}


def _columns(rows: Collection[Mapping[str, Any]]) -> tuple[dict[str, list[Any]], list[str]]:
    """Values by column, None where a row has none; the names of those with lists. One without a value is left out."""
    names = dict.fromkeys(key for row in rows for key, value in row.items() if value is not None)
    columns = {name: [row.get(name) for row in rows] for name in names}
    lists = [name for name, values in columns.items() if not all(isinstance(value, _SINGLE) for value in values)]
    return {name: values for name, values in columns.items() if name not in lists}, lists


def _task_of(path: Path) -> str:
    found = _SAMPLES.fullmatch(path.name)
    return found["task"] if found else path.stem.removeprefix("samples_")


def _model_of(path: Path) -> str | None:
    """The model as the results beside a log name it, or else as its folder is named; None where that has no name."""
    found = _SAMPLES.fullmatch(path.name)
    # Of one run both have its date; what comes before it was the user's choice.
    for results in sorted(path.parent.glob(f"*_{found['date']}.json")) if found else ():
        text = text_in(given_bytes(results, remedy=_WANTED), file=results.name, remedy=_WANTED)
        content = json_in(text, file=results.name, remedy=_WANTED)
        name = content.get("model_name") if isinstance(content, dict) else None
        if isinstance(name, str) and name:
            return name
    return path.resolve().parent.name or None


def _beginning(path: Path) -> bytes:
    if not path.is_file():
        return b""
    with path.open("rb") as stream:
        return stream.read(4096)
