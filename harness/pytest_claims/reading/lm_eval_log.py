"""What lm-evaluation-harness writes, as cells: logs of samples, and results with their standard errors.

Knows nothing about tasks or metrics. Read as its versions 0.4.0 to 0.4.13 write them: ``samples_*.jsonl`` has an object
for each document and filter, ``results_*.json`` the metrics of each task and filter. A group of tasks is no row beside
its tasks.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
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

    Raises:
        InputError: with file and line, for what is no such file, and two answers to one item.
    """
    content = given_bytes(path, remedy=_WANTED, kind="a log", name=path.name)
    text = text_in(content, file=path.name, remedy=_WANTED, kind="a log")
    if path.suffix.lower() == ".jsonl":
        rows, numbers, source = *_samples(path, text), f"{path.name}, line"
    else:
        rows = list(_results(path, text))
        numbers, source = list(range(1, len(rows) + 1)), f"{path.name}, result"
    columns = _columns(rows)
    chosen = [one for one in columns if wanted is None or one in wanted]
    return Cells(
        name=name,
        columns={one: Column.of(map(cell_of, columns[one])) for one in chosen},
        places=Places.of(source, numbers),
        sha256=hashlib.sha256(content).hexdigest(),
        provenance={"file": path.name, "log": "lm-evaluation-harness"},
        unread=tuple(one for one in columns if one not in chosen),
    )


def _samples(path: Path, text: str) -> tuple[list[dict[str, Any]], list[int]]:
    rows, numbers, first = list[dict[str, Any]](), list[int](), dict[tuple[str, str], int]()
    told = {"task": _task_of(path), "model": _model_of(path)}
    for number, one in objects_in(text, path.name):
        where = f"{path.name}, line {number}"
        if "doc_id" not in one:
            raise InputError(f"{where}: no 'doc_id': have {', '.join(one)}; {_WANTED}")
        row = {"item": one["doc_id"], "filter": one.get("filter", "none"), **told, **_metrics(one)}
        key = cell_of(row["item"]), cell_of(row["filter"])
        if (before := first.setdefault(key, number)) != number:
            raise InputError(
                f"{where}: document {key[0]} with filter {key[1]} is there already, at line {before}; remove one: an "
                "evaluation that is run again adds its lines to the same file"
            )
        rows.append(row)
        numbers.append(number)
    return rows, numbers


def _metrics(one: Mapping[str, Any]) -> dict[str, Any]:
    """The metrics, hashes and single values of the document of a sample."""
    found = {key: value for key, value in one.items() if key not in _NO_METRICS and isinstance(value, _SINGLE)}
    found |= {key: one[key] for key in _HASHES if key in one}
    document = one.get("doc")
    if isinstance(document, dict):
        found |= {f"doc.{key}": value for key, value in flat(document) if isinstance(value, _SINGLE)}
    return found


def _results(path: Path, text: str) -> Iterator[dict[str, Any]]:
    content = json_in(text, file=path.name, remedy=_WANTED)
    results = content.get("results")
    if not isinstance(results, dict) or not all(isinstance(one, dict) for one in results.values()):
        raise InputError(f"{path.name}: 'results' has no tasks; {_WANTED}")
    groups = {name for name, tasks in (content.get("group_subtasks") or {}).items() if tasks}
    for task, values in results.items():
        if task not in groups:
            yield from _filters(task, values, content)


def _filters(task: str, values: Mapping[str, Any], content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A row for each filter: keys are ``metric,filter``."""
    rows: dict[str, dict[str, Any]] = {}
    for key, value in values.items():
        metric, comma, name = key.partition(",")
        if comma and isinstance(value, _SINGLE):
            # What has no standard error says so with N/A.
            rows.setdefault(name, {})[metric] = None if value == "N/A" else value
    samples = (content.get("n-samples") or {}).get(task, {}).get("effective")
    for name, metrics in rows.items():
        yield {
            "task": task,
            "filter": name,
            "model": content.get("model_name"),
            **metrics,
            "version": (content.get("versions") or {}).get(task),
            "shots": (content.get("n-shot") or {}).get(task),
            "samples": samples,
        }


def _columns(rows: Collection[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Values by column, None where a row has none; columns without any are left out."""
    names = dict.fromkeys(key for row in rows for key, value in row.items() if value is not None)
    return {name: [row.get(name) for row in rows] for name in names}


def _task_of(path: Path) -> str:
    found = _SAMPLES.fullmatch(path.name)
    return found["task"] if found else path.stem.removeprefix("samples_")


def _model_of(path: Path) -> str | None:
    """The model as the results beside a log name it, or else as its folder is named; None where that has no name."""
    found = _SAMPLES.fullmatch(path.name)
    results = path.with_name(f"results_{found['date']}.json") if found else path
    if found and results.is_file():
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
