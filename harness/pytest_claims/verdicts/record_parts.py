"""The two files of a record: ``claims.json``, and beside it, compressed, the numbers behind charts.

Both hold columns of the same tables. The first has the hash of the second, so that nobody draws what another run said.
Knows nothing about what is in a record, but for which fields are of the second file.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pytest_claims.base.tables import TABLES
from pytest_claims.base.visible import json_text

EVIDENCE: Final = "evidence"
OF_EVIDENCE: Final = (
    "subjects.counted",
    "verdicts.compared",
    "verdicts.checks.histogram",
    "verdicts.checks.analyses",
    "verdicts.checks.replicates",
)
_Tables = Mapping[str, Mapping[str, Any]]


def evidence_of(path: Path) -> Path:
    """Where the second file of a record lies."""
    return path.with_name(f"{path.stem}.{EVIDENCE}.json.gz")


def texts_of(content: Mapping[str, Any]) -> tuple[str, bytes]:
    """The two files of what :func:`pytest_claims.base.tables.tables_of` gave; the same bytes for the same content."""
    tables: _Tables = content[TABLES]
    rest = json_text({TABLES: _chosen(tables, evidence=True)})
    named = {**content, EVIDENCE: _hash(rest.encode()), TABLES: _chosen(tables, evidence=False)}
    return json_text(named), gzip.compress(rest.encode(), mtime=0)


def joined(content: Mapping[str, Any], path: Path, say: Callable[[str], object]) -> dict[str, Any]:
    """What both files say, of which the first is read; without the second, and a line, if that is not of its run."""
    text, why = _found(evidence_of(path), content.get(EVIDENCE))
    if why:
        say(f"{evidence_of(path)} {why}: what only charts rest on is left out")
        return dict(content)
    tables = {name: dict(table) for name, table in content[TABLES].items()}
    for name, columns in json.loads(text)[TABLES].items():
        tables.setdefault(name, {}).update(columns)
    return {**content, TABLES: tables}


def _found(file: Path, wanted: Any) -> tuple[bytes, str]:
    """The text of the second file, or why it is not to be had."""
    try:
        text = gzip.decompress(file.read_bytes())
    except FileNotFoundError:
        return b"", "is missing"
    except (OSError, EOFError, zlib.error):
        return b"", "cannot be read"
    return (text, "") if _hash(text) == wanted else (b"", "is of another run")


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _chosen(tables: _Tables, *, evidence: bool) -> dict[str, dict[str, Any]]:
    """The columns of one of the files, by table."""
    chosen = {
        name: {column: values for column, values in table.items() if _is_evidence(f"{name}.{column}") == evidence}
        for name, table in tables.items()
    }
    return {name: table for name, table in chosen.items() if table}


def _is_evidence(name: str) -> bool:
    return any(f"{name}.".startswith(f"{field}.") for field in OF_EVIDENCE)
