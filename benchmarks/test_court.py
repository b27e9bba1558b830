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


@dataclass(kw_only=True)
class Row:
    """What was measured of one thing, round by round; ``empty`` are seconds of collecting nothing, two in a round.

    The goal is a multiple of the empty collection, or a number of units where there is none.
    """

    name: str
    goal: float
    unit: str = "s"
    now: list[float] = field(default_factory=list)
    before: list[float] = field(default_factory=list)
    empty: list[float] = field(default_factory=list)
    memory: float | None = None  # GB, the most that it may take
    peaks: tuple[float, float] = (0, 0)  # GB, now and before

    @property
    def cells(self) -> tuple[str, ...]:
        """Medians and ratios of medians, with the lowest and highest of all rounds."""
        if not self.now:
            return self.name, LEFT_OUT, "", "", f"{self.goal:g}", ""
        took = (f"{statistics.median(one):.3g} {self.unit}" for one in (self.now, self.before))
        if not self.empty:
            return self.name, *took, "", f"{self.goal:g} {self.unit}", _ratio(self.now, self.before)
        nothing = [statistics.mean(pair) for pair in zip(self.empty[::2], self.empty[1::2], strict=True)]
        return self.name, *took, _ratio(self.now, nothing), f"{self.goal:g}", _ratio(self.now, self.before)


def _ratio(several: list[float], others: list[float]) -> str:
    each = [one / other for one, other in zip(several, others, strict=True)]
    ratio = statistics.median(several) / statistics.median(others)
    return f"{ratio:.3g}" + (f" ({min(each):.3g} to {max(each):.3g})" if len(each) > 1 else "")


@dataclass
class Printed:
    """A plugin that prints the rows at the end of the run, as a table."""

    before: Tree
    rows: list[Row] = field(default_factory=list)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        write = terminalreporter.write_line
        terminalreporter.section("the court, side by side")
        head = ("row", "now", self.before.name, "× empty collection", "goal", "× before")
        for cells in (head, ["---"] * len(head), *(row.cells for row in self.rows)):
            write(f"| {' | '.join(cells)} |")
        nothing = [seconds for row in self.rows for seconds in row.empty]
        if nothing:
            low, middle, high = min(nothing), statistics.median(nothing), max(nothing)
            write(f"empty collection: {middle:.2f} s, {len(nothing)} of {low:.2f} to {high:.2f} s; in brackets: rounds")
        for row in self.rows:
            if row.memory:
                peak, was = row.peaks
                write(f"{row.name}, peak memory: {peak:.2f} GB, before {was:.2f} GB; goal: below {row.memory:g} GB")


class Court:
    """Both trees, each with a cache of everything, and the empty collection."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = trees.now(self.fresh())
        self.before = trees.before(self.fresh())

    def fresh(self) -> Path:
        """A new empty folder."""
        return Path(tempfile.mkdtemp(dir=self.folder))

    def judge(self, tree: Tree, cache: Path, *options: str) -> Took:
        """Judge the recorded data, reports included."""
        places = ("-o", f"cache_dir={cache}", f"--claims-report-dir={self.fresh()}")
        return tree.run(*PYTEST, "claims/", "-q", *places, *options)

    def filled(self, tree: Tree) -> Path:
        """The tree's cache of everything; the first time that it is asked for it is made, which warms the tree, too."""
        cache = self.folder / f"cache-of-{tree.folder.name}"
        if not cache.exists():
            self.judge(tree, cache)
        return cache

    def collect_nothing(self) -> float:
        status = int(pytest.ExitCode.NO_TESTS_COLLECTED)
        return self.now.run(*PYTEST, "--collect-only", "-q", at=self.fresh(), ends_with=status).seconds

    def take_turns(self, row: Row, rounds: int, work: Callable[[Tree, int], Took]) -> None:
        """Measure a row; ``work`` is given a tree and the number of the round."""
        peaks = {self.before: 0, self.now: 0}
        for number in range(rounds):
            for tree, seconds in ((self.before, row.before), (self.now, row.now)):
                row.empty.append(self.collect_nothing())
                took = work(tree, number)
                seconds.append(took.seconds)
                peaks[tree] = max(peaks[tree], took.peak)
        row.peaks = (peaks[self.now] / 1e9, peaks[self.before] / 1e9)


@pytest.fixture(scope="module")
def court() -> Iterator[Court]:
    with tempfile.TemporaryDirectory(prefix="court-") as folder:
        court = Court(Path(folder))
        for tree in (court.before, court.now):
            court.filled(tree)
        yield court


@pytest.fixture(scope="module")
def rows(court: Court, pytestconfig: pytest.Config) -> list[Row]:
    printed = Printed(court.before)
    pytestconfig.pluginmanager.register(printed)
    return printed.rows


def test_nothing_cached(court: Court, rows: list[Row]) -> None:
    row = Row(name="nothing cached, quick, reports included", goal=16)
    court.take_turns(row, 2, lambda tree, _: court.judge(tree, court.fresh()))
    rows.append(row)


def test_everything_cached(court: Court, rows: list[Row]) -> None:
    row = Row(name="everything cached", goal=3.4)
    court.take_turns(row, 3, lambda tree, _: court.judge(tree, court.filled(tree)))
    rows.append(row)


def test_full(court: Court, rows: list[Row]) -> None:
    row = Row(name="full, nothing cached", goal=120)
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
    row = Row(name="one claim edited", goal=3)

    def edited(tree: Tree, number: int) -> Took:
        cache = court.filled(tree)
        text, edits = BODY.subn(rf"\g<0>    edited = {number + 1}\n", claims_restored[tree], count=1)
        assert edits == 1, f"no claim was found in {EDITED}"
        (tree.folder / EDITED).write_text(text)
        return court.judge(tree, cache)

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
    row = Row(name=f"pytest-claims judge, {ITEMS * MODELS:,} rows", goal=27, memory=1)

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
    row = Row(name="one more question on ten rows in a set", goal=10, unit="µs")
    for _ in range(3):
        for tree, microseconds in ((court.before, row.before), (court.now, row.now)):
            microseconds.append(float(tree.says(str(TEN_ROWS))))
    rows.append(row)
