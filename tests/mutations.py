"""Mutations: what can stand in a file that a user gives, and how every function that reads one takes it.

Seeded, so that whatever is found can be found again. A reader reads what it is given, or raises InputError in one
line that names the file; anything else is a defect. For :func:`attempts`, many in one process: no timing, no pytest.
"""

import gzip
import lzma
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from marker import table_of
from orchard import grove, measured

from claims.marker_coupling.panel import read_panel
from claims.marker_coupling.panel import read_questions as read_banks
from conftest import make_measurement
from pytest_claims.asking.claim import Claim
from pytest_claims.base.boundary import naming
from pytest_claims.base.errors import InputError
from pytest_claims.base.visible import visible
from pytest_claims.data.finding import read_finding
from pytest_claims.data.measurement_file import read_measurement, write_measurement
from pytest_claims.stats.correlation import pearson
from pytest_claims.verdicts.baseline import read_baseline, write_baseline
from pytest_claims.verdicts.judge import judge
from pytest_claims.verdicts.known import known_of
from pytest_claims.verdicts.questions import questions_of
from pytest_claims.verdicts.record import Record, files_of, read_record, record_of, subject_record
from pytest_claims_lab.ladder import Rung, read_ladder, write_ladder
from pytest_claims_lab.transcript import read_transcript, write_transcript

_DEEP: Final = 3000
_DIGITS: Final = b"9" * 5000
_ANY: Final = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xff", b"\xed\xa0\x80", b"\x1b[31m", b"\r",
    b"\n", b"\r\n", b"\t", b'"',
    b"'", b"\\", "图书馆员".encode(), "\u202e".encode(), "\u2028".encode(), b"a" * 3000, b"-1", b"0", b"1e999", b"nan",
    _DIGITS,
)  # fmt: skip
_TOML: Final = (
    b"[[", b"]]", b"[personas]", b"=", b"1979-05-27T07:32:00Z", b"07:32:00", b"1.5", b"true",
    b"inf", b"[1, 'a']", b"{a=1}",
    b"0x" + b"f" * 5000, b"[" * _DEEP, b"a" + b".a" * _DEEP + b" = 1\n", b"'''", b'"""',
    b'"\\uD800"', b"name = 1\n", b"[]",
)  # fmt: skip
_CSV: Final = (
    b",",
    b";",
    b'"',
    b"#",
    b"1_000",
    b"1e400",
    b"0x1",
    b"persona",
    b"cosine",
    b",,,",
    b"x" * 200_000,
    "١".encode(),
)
_JSON: Final = (
    b"NaN", b"-Infinity", b"1e999", b"{}", b"[]", b"null", b"true", b'"\\ud800"', b'"\\u0000"',
    b"[" * _DEEP, b'{"a":' * _DEEP,
    b'"format": 2, ', b"1.0", b'""', b",", b":", b"0.5", b'{"a": 1, "a": 2}',
)  # fmt: skip
_NETCDF: Final = (
    b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x00\x00\x00\x00", b"\x00\x00\x00\x01",
    b"\x00\x00\x00\x02", b"\x00\x00\x00\x06",
    b"\x00\x00\x00\x0a", b"\x00\x00\x00\x0b", b"\x00\x00\x00\x0c", b"\x80\x00\x00\x00",
    b"_FillValue", b"units", b"scale_factor",
    b"persona", b"source", b"days since 2000-01-01", b"CDF\x02", b"CDF\x05", b"\x7f\xf0\x00\x00\x00\x00\x00\x00",
)  # fmt: skip
_WORD: Final = re.compile(rb"[\w.+-]+|\"[^\"\n]*\"")


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A function that reads a file, a valid file for it, and what to put into that."""

    file: str
    read: Callable[[Path], object]
    write: Callable[[Path], object]
    tokens: tuple[bytes, ...]


def mutated(content: bytes, random: Random, tokens: tuple[bytes, ...] = ()) -> bytes:
    """``content`` with one to four changes; of compressed content half of the time what is inside of it."""
    for magic, (expand, compress) in _COMPRESSED.items():
        if content.startswith(magic) and random.random() < 0.7:
            return compress(mutated(expand(content), random, tokens))
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        content = random.choice(_CHANGES)(content, random, (*_ANY, *tokens))
    return content


def attempt(reader: Reader, content: bytes, folder: Path) -> str:
    """What is wrong with how ``reader`` takes this content; empty if nothing is."""
    path = folder / reader.file
    path.write_bytes(content)
    try:
        reader.read(path)
    except InputError as error:
        said = str(error)
        if len(said.splitlines()) != 1 or visible(said) != said:
            return f"not one line: {said!r}"
        return "" if path.stem.partition(".")[0] in said else f"does not name the file: {said!r}"
    except Exception as error:
        return f"{type(error).__name__}: {error!s:.300}"
    return ""


def attempts(seed: int, count: int, folder: Path) -> Iterator[str]:
    """Of ``count`` mutations of this seed those that a reader did not take, each with how to find it again."""
    readers = [(reader, sample_of(reader, folder)) for reader in READERS]
    for number in range(count):
        reader, sample = readers[number % len(readers)]
        content = mutated(sample, Random(f"{seed} {number}"), reader.tokens)
        if wrong := attempt(reader, content, folder):
            yield f"{reader.file}, seed {seed}, number {number}: {wrong}"


def sample_of(reader: Reader, folder: Path) -> bytes:
    path = folder / reader.file
    reader.write(path)
    reader.read(path)
    return path.read_bytes()


Change = Callable[[bytes, Random, tuple[bytes, ...]], bytes]


def _flip(content: bytes, random: Random, tokens: tuple[bytes, ...]) -> bytes:
    flipped = bytearray(content)
    for _ in range(random.choice((1, 1, 3, 20)) if content else 0):
        flipped[random.randrange(len(flipped))] ^= 1 << random.randrange(8)
    return bytes(flipped)


def _cut_short(content: bytes, random: Random, tokens: tuple[bytes, ...]) -> bytes:
    return content[: random.randint(0, len(content))]


def _slice(content: bytes, random: Random, tokens: tuple[bytes, ...]) -> bytes:
    start = random.randint(0, len(content))
    end = min(len(content), start + random.choice((1, 4, 16, 200)))
    return content[:start] + content[start:end] * random.choice((0, 0, 2, 3)) + content[end:]


def _line(content: bytes, random: Random, tokens: tuple[bytes, ...]) -> bytes:
    lines = content.split(b"\n")
    at = random.randrange(len(lines))
    lines[at : at + 1] = random.choice(([], [lines[at]] * 2, [lines[at], random.choice(lines)]))
    return b"\n".join(lines)


def _insert(content: bytes, random: Random, tokens: tuple[bytes, ...]) -> bytes:
    at = random.randint(0, len(content))
    return content[:at] + random.choice(tokens) + content[at:]


def _overwrite(content: bytes, random: Random, tokens: tuple[bytes, ...]) -> bytes:
    token = random.choice(tokens)
    at = random.randint(0, len(content)) // 4 * 4  # where numbers of a netCDF header begin
    return content[:at] + token + content[at + len(token) :]


def _word(content: bytes, random: Random, tokens: tuple[bytes, ...]) -> bytes:
    words = list(_WORD.finditer(content, 0, 20_000))
    if not words:
        return random.choice(tokens)
    chosen = random.choice(words)
    return content[: chosen.start()] + random.choice(tokens) + content[chosen.end() :]


def _other_encoding(content: bytes, random: Random, tokens: tuple[bytes, ...]) -> bytes:
    return content.decode("latin-1").encode(random.choice(("utf-16", "utf-16-le", "utf-32", "utf-8-sig")))


_CHANGES: Final[tuple[Change, ...]] = (
    _flip, _flip, _cut_short, _slice, _slice, _line, _insert, _insert, _overwrite, _word, _word, _word, _other_encoding,
)  # fmt: skip
_COMPRESSED: Final[Mapping[bytes, tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]]] = {
    b"\x1f\x8b": (gzip.decompress, gzip.compress),
    b"\xfd7zXZ": (lzma.decompress, lzma.compress),
}


def _text(text: str) -> Callable[[Path], object]:
    return lambda path: path.write_text(text, encoding="utf-8")


def _record() -> Record:
    measurement, table = measured(), grove()
    about = Claim(id="made-up", statement="Made up.", source="nowhere", family="made")
    verdict = judge(about, _body, table)
    return record_of(
        created="2026-01-01T00:00:00+00:00",
        version="0",
        subjects=[subject_record(measurement, table, recorded=True)],
        verdicts=[verdict],
    )


def _body(table) -> None:
    finding = pearson(table["height"], table["share_set"])
    assert finding.p < 2


def _write_baseline(path: Path) -> None:
    record = _record()
    write_baseline(known_of(record, dict.fromkeys(record.matrix, "claims/test_x.py")), path)


def _write_completions(path: Path) -> None:
    at = {"seed": 0, "source": "a", "bystander": "b", "question": "Why?"}
    write_transcript([{**at, "text": f"[ZLT] für {row}"} for row in range(9)], path)


def _write_ladder(path: Path) -> None:
    counts = {"a": (1, 5), "b": (2, 5), "c": (3, 5)}
    write_ladder([Rung(learning_rate=rate, counts=counts) for rate in (1e-5, 2e-5)], path)


def _read_with_about(path: Path) -> object:
    """The table beside which this TOML file stands."""
    path.with_suffix(".csv").write_text(_TABLE, encoding="utf-8")
    return read_for_the_finding(path.with_suffix(".csv"))


def _read_alone(path: Path) -> object:
    path.with_suffix(".toml").unlink(missing_ok=True)
    return read_for_the_finding(path)


def read_for_the_finding(path: Path) -> object:
    """As a session does: what the finding finds wrong is said under the name of the file, too."""
    with naming(path.name):
        return table_of(read_measurement(path))


def _read_finding(path: Path) -> object:
    """With its questions, as the page of findings asks them."""
    finding = read_finding(path.parent)
    return finding.design, finding.subjects, questions_of(finding, _made_record)


_PERSONAS: Final = "".join(
    f"[[personas]]\nname = '{name}'\nprompt = 'You are {name}, für alle.'\nfamily = \"some\"\n\n"
    for name in ("assistant", "ada", "bob", "cleo", "dora")
)
_TABLE: Final = "persona,cosine,js,source_rate,marked,completions\n" + "".join(
    f"{name},0.{row},0.{row},0.{row},{row},10\n" for row, name in enumerate(("ada", "bob", "cleo", "dora", "eve"), 1)
)
_ABOUT: Final = """name = "made@up"
[rounding]
cosine = 0.005
source_rate = 0.005
[provenance]
url = "https://example.org"
"base model" = "made"
[families]
ada = "some"
bob = "some"
"""
_FINDING: Final = """title = "Made"
source = "für a test"
own = "grove@made-up"
controls = "*-shuffled"
[units]
tree = { within = "wood" }
wood = {}
[factors]
arm = { reference = "a" }
[measured]
height = { range = [0, 1], rounding = 0.05 }
kind = { values = { "oak" = 1 }, otherwise = "drop" }
share = { successes = "hits", trials = "tries" }
[cut]
wood = { from = "tree", pattern = "^(..)" }
[[drop]]
where = { arm = "base" }
because = "belongs to no arm"
[[alternative]]
choice = "kinds"
name = "both"
measured = { kind = { otherwise = 0 } }
[[question]]
name = "sign"
quote = "Is it?"
claims = ["made-up"]
least_rows = 5
unit = "tree"
check = "rounding"
"""
_made_record: Final = _record()
READERS: Final = (
    Reader(
        file="panel.toml",
        read=lambda path: read_panel(str(path)),
        write=_text(f'name = "made"\nbystanders = ["ada"]\n{_PERSONAS}'),
        tokens=_TOML,
    ),
    Reader(
        file="banks.toml",
        read=lambda path: read_banks(str(path)),
        write=_text('name = "made"\ntrain = ["Why?", "How, für wen?"]\nevaluation = ["When?"]\n'),
        tokens=_TOML,
    ),
    Reader(file="finding.toml", read=_read_finding, write=_text(_FINDING), tokens=_TOML),
    Reader(file="table.csv", read=_read_alone, write=_text(_TABLE), tokens=_CSV),
    Reader(file="about.toml", read=_read_with_about, write=_text(_ABOUT), tokens=_TOML),
    Reader(
        file="arrays.nc",
        read=read_for_the_finding,
        write=lambda path: write_measurement(make_measurement(), path),
        tokens=(*_NETCDF, *_JSON),
    ),
    Reader(
        file="packed.nc.gz",
        read=read_for_the_finding,
        write=lambda path: write_measurement(make_measurement(), path),
        tokens=(*_NETCDF, *_JSON),
    ),
    Reader(file="baseline.json", read=read_baseline, write=_write_baseline, tokens=_JSON),
    Reader(
        file="claims.json",
        read=read_record,
        write=lambda path: _text(files_of(_record())[0])(path),
        tokens=_JSON,
    ),
    Reader(file="ladder.csv", read=read_ladder, write=_write_ladder, tokens=_CSV),
    Reader(file="completions.jsonl.gz", read=read_transcript, write=_write_completions, tokens=_JSON),
    Reader(file="completions.jsonl.xz", read=read_transcript, write=_write_completions, tokens=_JSON),
)
