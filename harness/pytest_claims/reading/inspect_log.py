"""Logs of inspect_ai, ``.eval`` and ``.json``, as cells, read by inspect_ai itself, which is an optional extra.

Knows nothing about tasks or scorers. A log is data: reading one runs nothing that it names.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pytest_claims.base.boundary import reading
from pytest_claims.base.errors import InputError
from pytest_claims.base.given_file import refuse_no_file
from pytest_claims.base.heard import heard
from pytest_claims.reading.cells import Cells
from pytest_claims.reading.column import Column
from pytest_claims.reading.json_lines import flat
from pytest_claims.reading.places import Places
from pytest_claims.reading.value import cell_of

if TYPE_CHECKING:
    from inspect_ai.log import EvalLog, EvalSample, EvalSampleSummary

_WANTED: Final = "wanted a log as the installed inspect_ai writes it; restore it, or update inspect_ai"
_MARKS: Final = {"C": 1, "P": 0.5, "I": 0, "N": 0}  # correct, partial, incorrect, no answer, as inspect_ai counts them
_SINGLE: Final = (str, int, float, type(None))
_CUT: Final = ("...", "Key removed from summary (> 1k)")  # how a text of a summary ends that is longer in the sample
_LONG: Final = {"messages", "output", "events", "store", "attachments", "timelines"}  # of a sample, and not read


def is_one(path: Path) -> bool:
    """Whether a file is such a log, by its name and how it begins."""
    if path.suffix.lower() == ".eval":
        return True
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        beginning = stream.read(4096)
    return beginning.lstrip()[:1] == b"{" and all(key in beginning for key in (b'"status"', b'"eval"', b'"run_id"'))


def read(path: Path, name: str, wanted: Collection[str] | None = None) -> Cells:
    """The cells of a log: a row for each sample and epoch, of all columns or of those that are wanted.

    Columns are ``item`` (the id of the sample), ``epoch``, ``task``, ``model``, one for each scorer, or each entry of
    one that gives several (``scorer.entry``), and ``metadata.*``. A sample that ended in an error has no scores, unless
    the evaluation was told to score it. Where a scorer gives C, P, I and N alone, they are numbers. Lists are not read.

    Raises:
        InputError: for what is no such log, one of an evaluation that did not end, and one sample twice.
    """
    refuse_no_file(path, kind="a log", remedy=_WANTED, name=path.name)
    header, samples = _read(path, wanted)
    _refuse_unfinished(path, header)
    rows = list(_rows(header, samples))
    _refuse_twice(path, rows)
    names = dict.fromkeys(key for row in rows for key in row)
    lists = {key for row in rows for key, value in row.items() if not isinstance(value, _SINGLE)}
    chosen = [one for one in names if one not in lists and (wanted is None or one in wanted)]
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Cells(
        name=name,
        columns={one: Column.of(map(cell_of, _marked([row.get(one) for row in rows]))) for one in chosen},
        places=Places.of(f"{path.name}, sample", range(1, len(rows) + 1)),
        sha256=digest,
        provenance={"file": path.name, "log": "inspect_ai", "created": str(header.eval.created)},
        unread=tuple(one for one in names if one not in chosen),
    )


def _read(path: Path, wanted: Collection[str] | None) -> "tuple[EvalLog, Sequence[EvalSample | EvalSampleSummary]]":
    try:
        with heard():  # it brings a hundred libraries, some of which warn
            from inspect_ai.log import read_eval_log, read_eval_log_sample_summaries
    except ImportError as error:
        raise InputError(
            f"{path.name} is a log of inspect_ai, which is not installed: pip install 'pytest-claims[inspect]'"
        ) from error
    with reading(path.name, kind="a log", remedy=_WANTED):
        try:
            if path.suffix.lower() != ".eval":  # of these it keeps the summaries when the file has changed
                log = read_eval_log(str(path))
                return log, log.samples or ()
            header, summaries = read_eval_log(str(path), header_only=True), read_eval_log_sample_summaries(str(path))
            if not _is_cut(summaries, wanted):
                return header, summaries
            return header, read_eval_log(str(path), exclude_fields=_LONG).samples or ()
        except Exception as error:  # it says which file, and why in what it was raised from
            raise error.__cause__ or error from None


def _is_cut(summaries: "Sequence[EvalSampleSummary]", wanted: Collection[str] | None) -> bool:
    """Whether summaries lack a part of what is wanted: they hold a thousand characters of each text."""
    cut = {
        f"metadata.{key}."
        for one in summaries
        for key, value in one.metadata.items()
        if isinstance(value, str) and value.endswith(_CUT)
    }
    return bool(cut) and (wanted is None or any(f"{one}.".startswith(tuple(cut)) for one in wanted))


def _refuse_unfinished(path: Path, header: "EvalLog") -> None:
    again = "run it again or finish it with inspect eval-retry"
    if header.status != "success":
        raise InputError(
            f"{path.name}: its evaluation has the status {header.status!r}, so samples are missing; {again}"
        )
    if header.invalidated:
        raise InputError(f"{path.name}: samples of it were marked as not valid; {again}")


def _rows(header: "EvalLog", samples: "Sequence[EvalSample | EvalSampleSummary]") -> Iterator[dict[str, Any]]:
    for sample in samples:
        about = {"item": sample.id, "epoch": sample.epoch, "task": header.eval.task, "model": header.eval.model}
        scores = sample.scores if sample.error is None or header.eval.config.score_on_error else None
        found = {scorer: score.value for scorer, score in (scores or {}).items()}
        # Whatever a scorer is called.
        yield about | dict(flat(found)) | dict(flat({"metadata": dict(sample.metadata)})) | about


def _marked(values: Sequence[Any]) -> Sequence[Any]:
    """Marks as numbers, where there is no other text: among A, B and D a C is an answer."""
    texts = {value for value in values if isinstance(value, str)}
    return [_MARKS.get(value, value) for value in values] if texts and texts <= _MARKS.keys() else values


def _refuse_twice(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    first: dict[tuple[str, int], int] = {}
    for place, row in enumerate(rows, start=1):
        key = cell_of(row["item"]), row["epoch"]
        if (before := first.setdefault(key, place)) != place:
            raise InputError(
                f"{path.name}, sample {place}: {key[0]} of epoch {key[1]} is there already, as sample {before}; give "
                "each sample an id of its own"
            )
