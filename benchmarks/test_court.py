"""What the court takes, beside an empty collection by the same pytest and beside the code before.

In each round of a row the empty collection, the code before and the code now take turns, so that ratios do not depend
on what else the machine does. The rows are printed at the end of the run. Run by `make bench`; `BENCH_BEFORE` names the
revision that is compared with, and `BENCH_FULL=1` adds the full battery, which may take ten minutes with either. Knows
nothing about how the court works: of the harness it knows the commands that a user types.
"""

import os
import re
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import trees
from trees import Took, Tree

pytestmark = pytest.mark.filterwarnings("error", "default::pytest_claims.base.errors.Notice")
PYTEST = (sys.executable, "-m", "pytest")
TEN_ROWS = Path(__file__).with_name("ten_rows.py")
JUDGE = str(Path(sys.executable).with_name("pytest-claims"))
FULL = os.environ.get("BENCH_FULL") == "1"
LEFT_OUT = "left out: BENCH_FULL=1 measures it"
EDITED = Path("claims/marker_coupling/test_coupling.py")
# The first claim of the file, up to its code.
BODY = re.compile(r'def test_\w+\(table: Table\) -> None:\n    """.*"""\n')
PROMPTS, ITEMS, MODELS = 50, 20_000, 5
DECLARATION = """\
title = "Of five models the last marks more of the same items right than the first"
source = "made up"

[units]
item = { within = "prompt" }
prompt = {}

[factors]
model = {}

[measured]
score = { range = [0, 1] }
"""
CLAIM = '''\
from pytest_claims import claim, paired_difference, swapped


@claim("last-is-better", source="made up", null=swapped("model", within="item"))
def test_last_is_better(table):
    """The last model marks more of the same items right than the first."""
    pairs = table.pairs("score", "model", within="item")
    estimate = paired_difference(pairs["m4"], pairs["m0"], clusters=pairs.labels("prompt"))
    assert estimate.value > 0
    assert estimate.p < 0.05
'''


@dataclass
class Sides:
    """One measure, round by round, with the code now and before; of the empty collection there are two in a round."""

    now: list[float] = field(default_factory=list)
    before: list[float] = field(default_factory=list)
    empty: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> tuple[str, str]:
        """Of medians, with the lowest and highest of all rounds: beside the empty collection, and beside before."""
        nothing = [statistics.mean(pair) for pair in zip(self.empty[::2], self.empty[1::2], strict=True)]
        return _ratio(self.now, nothing) if nothing else "", _ratio(self.now, self.before)


def _ratio(several: list[float], others: list[float]) -> str:
    each = [one / other for one, other in zip(several, others, strict=True)]
    ratio = statistics.median(several) / statistics.median(others)
    return f"{ratio:.3g}" + (f" ({min(each):.3g} to {max(each):.3g})" if len(each) > 1 else "")


@dataclass(kw_only=True)
class Row:
    """What was measured of one thing.

    The goal is a multiple of the empty collection, or a number of units where nothing is started.
    """

    name: str
    goal: str
    unit: str = "s"
    time: Sides = field(default_factory=Sides)
    processor: Sides = field(default_factory=Sides)
    memory: float | None = None  # GB, the most that it may take
    peaks: tuple[float, float] = (0, 0)  # GB, now and before

    @property
    def cells(self) -> tuple[str, ...]:
        """Medians of times, and ratios."""
        if not self.time.now:
            return self.name, LEFT_OUT, "", "", self.goal, "", "", ""
        took = (f"{statistics.median(one):.3g} {self.unit}" for one in (self.time.now, self.time.before))
        beside_nothing, beside_before = self.time.ratios
        processor = self.processor.ratios if self.processor.now else ("", "")
        return self.name, *took, beside_nothing, self.goal, beside_before, *processor


@dataclass
class Printed:
    """A plugin that prints the rows at the end of the run, as a table."""

    before: Tree
    rows: list[Row] = field(default_factory=list)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        write = terminalreporter.write_line
        terminalreporter.section("the court, side by side")
        times = ("× empty collection", "goal", "× before")
        head = ("row", "now", self.before.name, *times, "processor time: × empty collection", "× before")
        for cells in (head, ["---"] * len(head), *(row.cells for row in self.rows)):
            write(f"| {' | '.join(cells)} |")
        write("In brackets: the lowest and highest of all rounds.")
        if nothing := [seconds for row in self.rows for seconds in row.time.empty]:
            low, middle, high = min(nothing), statistics.median(nothing), max(nothing)
            write(f"Empty collection: {middle:.2f} s, {len(nothing)} of {low:.2f} to {high:.2f} s.")
        for row in self.rows:
            if row.memory:
                peak, was = row.peaks
                write(f"{row.name}, peak memory: {peak:.2f} GB, before {was:.2f} GB; goal: below {row.memory:g} GB.")


class Court:
    """Both trees, what was cached with each, and the empty collection."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = trees.now(self.fresh())
        self.before = trees.before(self.fresh())
        self.caches: dict[Tree, Path] = {}
        for tree in (self.now, self.before):  # compiles the claims as pytest does, so that no run that is timed has to
            tree.run(*PYTEST, "claims/", "-q", "--collect-only", "-p", "no:cacheprovider")

    def fresh(self) -> Path:
        """A new empty folder."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def judge(self, tree: Tree, cache: Path, *options: str) -> Took:
        """Judge the recorded data, reports included."""
        places = ("-o", f"cache_dir={cache}", f"--claims-report-dir={self.fresh()}")
        return tree.run(*PYTEST, "claims/", "-q", *places, *options)

    def judge_anew(self, tree: Tree) -> Took:
        """The same with nothing cached."""
        self.caches[tree] = self.fresh()
        return self.judge(tree, self.caches[tree])

    def filled(self, tree: Tree) -> Path:
        """A cache of everything."""
        if tree not in self.caches:
            self.judge_anew(tree)
        return self.caches[tree]

    def collect_nothing(self) -> Took:
        status = int(pytest.ExitCode.NO_TESTS_COLLECTED)
        return self.now.run(*PYTEST, "--collect-only", "-q", at=self.fresh(), ends_with=status)

    def take_turns(self, row: Row, rounds: int, work: Callable[[Tree, int], Took]) -> None:
        """Measure a row; ``work`` is given a tree and the number of the round."""
        took: dict[str, list[Took]] = {"now": [], "before": [], "empty": []}
        for number in range(rounds):
            for side, tree in (("before", self.before), ("now", self.now)):
                took["empty"].append(self.collect_nothing())
                took[side].append(work(tree, number))
        row.time = Sides(**{side: [one.seconds for one in several] for side, several in took.items()})
        row.processor = Sides(**{side: [one.processor for one in several] for side, several in took.items()})
        now, before = (max(one.peak for one in took[side]) / 1e9 for side in ("now", "before"))
        row.peaks = (now, before)


@pytest.fixture(scope="module")
def court() -> Iterator[Court]:
    with tempfile.TemporaryDirectory(prefix="court-") as folder:
        yield Court(Path(folder))


@pytest.fixture(scope="module")
def rows(court: Court, pytestconfig: pytest.Config) -> list[Row]:
    printed = Printed(court.before)
    pytestconfig.pluginmanager.register(printed)
    return printed.rows


def test_nothing_cached(court: Court, rows: list[Row]) -> None:
    row = Row(name="nothing cached, quick, reports included", goal="16")
    court.take_turns(row, 2, lambda tree, _: court.judge_anew(tree))
    rows.append(row)


def test_everything_cached(court: Court, rows: list[Row]) -> None:
    row = Row(name="everything cached", goal="3.4")
    caches = {tree: court.filled(tree) for tree in (court.now, court.before)}
    court.take_turns(row, 3, lambda tree, _: court.judge(tree, caches[tree]))
    rows.append(row)


def test_full(court: Court, rows: list[Row]) -> None:
    row = Row(name="full, nothing cached", goal="120")
    if FULL:
        court.take_turns(row, 1, lambda tree, _: court.judge(tree, court.fresh(), "--claims-robustness=full"))
    rows.append(row)


@pytest.fixture
def claims_restored(court: Court) -> Iterator[dict[Tree, str]]:
    """What stands in the file of the claim that is edited, and will again."""
    texts = {tree: (tree.folder / EDITED).read_text() for tree in (court.now, court.before)}
    yield texts
    for tree, text in texts.items():
        (tree.folder / EDITED).write_text(text)


def test_one_claim_edited(court: Court, rows: list[Row], claims_restored: dict[Tree, str]) -> None:
    """Each round begins the body of one claim with another line that means nothing: no cache has seen it."""
    row = Row(name="one claim edited", goal="3")
    caches = {tree: court.filled(tree) for tree in (court.now, court.before)}

    def edited(tree: Tree, number: int) -> Took:
        text, edits = BODY.subn(rf"\g<0>    edited = {number + 1}\n", claims_restored[tree], count=1)
        assert edits == 1, f"no claim was found in {EDITED}"
        (tree.folder / EDITED).write_text(text)
        return court.judge(tree, caches[tree])

    court.take_turns(row, 2, edited)
    rows.append(row)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A row for each item and model, in a CSV file; a later model is right a little more often."""
    path, random = tmp_path_factory.mktemp("table") / "rows.csv", np.random.default_rng(0)
    item, model = np.repeat(np.arange(ITEMS), MODELS), np.tile(np.arange(MODELS), ITEMS)
    prompt = item % PROMPTS
    chance = 0.5 + 0.02 * model + 0.1 * random.normal(size=PROMPTS)[prompt]
    score = (random.random(ITEMS * MODELS) < chance).astype(int)
    lines = [f"i{i},p{p},m{m},{s}\n" for i, p, m, s in zip(item, prompt, model, score, strict=True)]
    path.write_text("item,prompt,model,score\n" + "".join(lines))
    return path


def test_judge_a_large_table(court: Court, rows: list[Row], table: Path) -> None:
    row = Row(name=f"pytest-claims judge, {ITEMS * MODELS:,} rows", goal="27", memory=1)

    def asked(tree: Tree, _: int) -> Took:
        folder = court.fresh()  # in which no cache of an earlier round lies
        finding = folder / "claims" / "models"
        finding.mkdir(parents=True)
        (finding / "finding.toml").write_text(DECLARATION)
        (finding / "test_models.py").write_text(CLAIM)
        return tree.run(JUDGE, "judge", str(table), "--finding", "claims/models", at=folder)

    court.take_turns(row, 2, asked)
    rows.append(row)


def test_one_more_question_in_a_set(court: Court, rows: list[Row]) -> None:
    """Here nothing is started: microseconds are counted by ten_rows.py, within a process of each tree."""
    row = Row(name="one more question on ten rows in a set", goal="10 µs", unit="µs")
    for _ in range(3):
        for tree, microseconds in ((court.before, row.time.before), (court.now, row.time.now)):
            microseconds.append(float(tree.says(str(TEN_ROWS))))
    rows.append(row)
