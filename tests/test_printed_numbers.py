"""Every number in the tables of README.md and FINDINGS-marker_coupling.md, computed again from the raw files.

By code that imports nothing of the court: ``raw_marker`` reads counts, cosines and divergences, ``recomputed`` has the
statistics. What is compared is what is printed, in the digits that are printed; a p that was simulated is compared
within five errors of both simulations.
"""

import ast
import csv
import functools
import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
import recomputed
from raw_marker import read
from scipy.stats import pearsonr

ROOT = Path(__file__).parents[1]
PAGE, README = "FINDINGS-marker_coupling.md", "README.md"
NUMBER = r"[+-]?\d+(?:\.\d+)?"
VALUE = re.compile(
    rf"(?P<value>[+-]\d+\.\d+|0)(?: \[(?P<low>{NUMBER}), (?P<high>{NUMBER})\])?(?: \((?P<level>\d+)%\))?"
)
P = re.compile(
    rf"p (?P<sign>[<=>]) (?P<p>{NUMBER})(?: ± (?P<error>[\d.e-]+))?(?: \(corrected (?P<holm>[<>]? ?{NUMBER})\))?"
)
MARK = {"H": "held", "h": "held", "+": "held", "~": "held", "X": "failed", "x": "failed", "?": "open", ".": "open"}


def tables(page):
    """The tables of a page, as lists of rows of cells."""
    found, rows = [], []
    for line in [*(ROOT / page).read_text(encoding="utf-8").splitlines(), ""]:
        if line.startswith("|"):
            rows.append([cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]])
        elif rows:
            found.append([row for row in rows if not set(row) <= {"---"}])
            rows = []
    return found


def table_with(page, head):
    (table,) = [one for one in tables(page) if one[0][0] == head and "@" in "".join(one[0])]
    return table


raw = functools.cache(read)


@functools.cache
def number(claim, subject):
    if claim not in recomputed.CLAIMS:
        pytest.fail(f"{claim} is printed and computed nowhere else: write it in tests/recomputed.py")
    return recomputed.CLAIMS[claim](raw(subject))


def same(printed, value, slack=0.0):
    """Whether a number is the printed one in its digits; a hair more where it lies between two."""
    decimals = len(printed.partition(".")[2])
    return abs(float(printed) - value) <= 0.5 * 10**-decimals + 1e-7 + slack


def check_value(cell, found):
    said = VALUE.search(cell)
    assert same(said["value"], found.value), (cell, found)
    for end in ("low", "high"):
        assert (said[end] is None) == (getattr(found, end) is None), (cell, found)
        assert said[end] is None or same(said[end], getattr(found, end), found.slack), (cell, found)


def check_p(sign, printed, value, error=0.0):
    """A p, or the bound that it is told to lie below or above."""
    if sign in "<>":
        assert value - 5 * error < float(printed) if sign == "<" else value + 5 * error > float(printed), (
            printed,
            value,
        )
    else:
        decimals = len(printed.partition(".")[2])
        assert abs(float(printed) - value) <= 0.5 * 10**-decimals + 1e-7 + 5 * error, (printed, value, error)


def cells():
    """Of the table of estimates every cell that has a number."""
    head, *rows = table_with(PAGE, "claim")
    return [
        (row[0], subject, cell)
        for row in rows
        for subject, cell in zip(head[1:], row[1:], strict=True)
        if "@" in subject and " " in cell
    ]


def test_nothing_of_the_court_is_imported():
    for name in ("raw_marker", "recomputed", "test_printed_numbers"):
        tree = ast.parse((ROOT / f"tests/{name}.py").read_text(encoding="utf-8"))
        names = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
        names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not [one for one in names if one.startswith(("pytest_claims", "claims"))]


def test_there_is_something_to_check():
    assert len(cells()) > 100
    assert len(table_with(README, "")) >= 5


def test_readme_has_the_table_of_the_page():
    assert table_with(README, "") == table_with(PAGE, "")


@pytest.mark.parametrize("claim", sorted({claim for claim, _, _ in cells()}))
def test_estimates_with_interval_and_p(claim):
    for subject, cell in [(subject, cell) for one, subject, cell in cells() if one == claim]:
        found = number(claim, subject)
        check_value(cell, found)
        said = P.search(cell)
        assert said, cell
        error = np.hypot(found.error, float(said["error"] or found.error))
        check_p(said["sign"], said["p"], found.p, error)


def is_asked_and_not_printed(claim, subject):
    """The one claim of a family that no question names; it is undecided where the fourth and fifth rate are alike."""
    rates = np.sort(raw(subject).rate)
    return claim == "bottom-four-equivalent" and rates[3] < rates[4]


@pytest.mark.parametrize("family", recomputed.FAMILIES, ids=lambda family: family[0])
def test_corrected_p(family):
    checked = 0
    printed = {(claim, subject): cell for claim, subject, cell in cells()}
    for subject in dict.fromkeys(subject for claim, subject in printed if claim in family):
        asked = [claim for claim in family if (claim, subject) in printed or is_asked_and_not_printed(claim, subject)]
        found = [number(claim, subject) for claim in asked]
        corrected = recomputed.holm([one.p for one in found])
        error = len(asked) * max(one.error for one in found)
        for place, claim in enumerate(asked):
            said = P.search(printed.get((claim, subject), ""))
            if said and said["holm"]:
                sign, value = re.fullmatch(rf"([<>]?) ?({NUMBER})", said["holm"]).groups()
                check_p(sign or "=", value, corrected[place], error)
                checked += 1
    assert checked > 3


@pytest.mark.parametrize("row", table_with(PAGE, "claim")[1:], ids=lambda row: row[0])
def test_least_p_of_a_row_is_corrected_for_its_subjects(row):
    asked = [subject for claim, subject, cell in cells() if claim == row[0] and not cell.startswith("`.`")]
    found = [number(row[0], subject) for subject in asked]
    if len(found) < 2:
        assert row[-1] == ""
        return
    sign, value = re.fullmatch(rf"([<>]?) ?({NUMBER})", row[-1]).groups()
    error = len(found) * max(one.error for one in found)
    check_p(sign or "=", value, min(recomputed.holm([one.p for one in found]).values()), error)


def headline():
    head, _, *rows = table_with(README, "")
    return [(row[0], subject, cell) for row in rows for subject, cell in zip(head[1:], row[1:], strict=True)]


ESTIMATED = {
    "does cosine predict rates?": "cosine-predicts-coupling",
    "does JS divergence?": "js-predicts-coupling",
    "does cosine predict better?": "cosine-predicts-better",
}
VARIED = "in how many analyses does cosine (layers, places, centres; of a printed table its other values)?"


def test_every_row_of_the_headline_is_known():
    assert {row for row, _, _ in headline()} == {*ESTIMATED, VARIED}


@pytest.mark.parametrize("row", ESTIMATED)
def test_headline_and_what_is_left_of_it(row):
    claim, shown = recomputed.CLAIMS[ESTIMATED[row]], [one for one in headline() if one[0] == row]
    several = [claim(raw(subject)) for _, subject, _ in shown]
    corrected, error = recomputed.holm([one.p for one in several]), len(several) * max(one.error for one in several)
    for place, (_, subject, cell) in enumerate(shown):
        found = several[place]
        whole, least = cell.split("; without ")
        check_value(whole, found)
        check_p(P.search(whole)["sign"], P.search(whole)["p"], corrected[place], error)
        assert whole.startswith("**") == (not found.low <= 0 <= found.high), cell
        parts = {name: claim(one) for name, one in raw(subject).parts().items()}
        sign = 1 if found.value >= 0 else -1
        name = min(parts, key=lambda one: sign * parts[one].value)
        assert least.startswith(f"{name} "), (cell, name)
        check_value(least.removeprefix(f"{name} "), parts[name])


def printed_otherwise(subject):
    """Cosine and source rate of the printed table, and with what its source says elsewhere, each and together."""
    path = ROOT / "fixtures/recorded/marker_coupling" / subject
    with Path(f"{path}.csv").open(encoding="utf-8") as rows:
        lines = csv.DictReader(line for line in rows if not line.startswith("#"))
        table = {row.pop("source"): row for row in lines}
    several = [one["values"] for one in tomllib.loads(Path(f"{path}.toml").read_text(encoding="utf-8"))["elsewhere"]]
    for chosen in itertools.product([False, True], repeat=len(several)):
        columns = {name: [float(row[name]) for row in table.values()] for name in ("cosine", "source_rate")}
        for name, values in (pair for one in itertools.compress(several, chosen) for pair in one.items()):
            columns[name] = [values.get(who, value) for who, value in zip(table, columns[name], strict=True)]
        yield pearsonr(columns["cosine"], columns["source_rate"])


def test_headline_under_every_layer_place_and_centre():
    for _, subject, cell in [one for one in headline() if one[0] == VARIED]:
        if raw(subject).data is None:
            holds = [found.statistic < 0 and found.pvalue < 0.05 for found in printed_otherwise(subject)]
            assert cell.startswith(f"{sum(holds)} of {len(holds)}, p = ")
            continue
        held, count, p, left = recomputed.multiverse(raw(subject))
        said = re.fullmatch(rf"{held} of {count}, p = ({NUMBER})(?:; without (.+) (\d+))?", cell)
        assert said, (cell, held, count)
        of_the_page = np.sqrt(max(p.value, 0.01) * (1 - p.value) / 99)  # its p rests on 99 draws
        check_p("=", said[1], p.value, np.hypot(p.error, of_the_page))
        assert held < 2 or (left[said[2]] == int(said[3]) == min(left.values())), (cell, left)


def test_rows_of_each_subject_and_their_seeds():
    head, data = table_with(README, "")[:2]
    for subject, cell in zip(head[1:], data[1:], strict=True):
        one = raw(subject)
        seeds = f", {one.seeds} seed{'s' if one.seeds > 1 else ''}" if one.seeds else ""
        assert cell == f"{len(one.personas)} personas{seeds}"
    (subjects,) = [one for one in tables(PAGE) if one[0][:2] == ["", "subject"]]
    for _, name, _, rows, _ in subjects[1:]:
        assert rows == f"{len(raw(name).personas)} personas"


def test_counts_of_verdicts_are_those_of_the_marks():
    (subjects,) = [one for one in tables(PAGE) if one[0][:2] == ["", "subject"]]
    (matrix,) = [one for one in tables(PAGE) if one[0][:2] == ["claim", "what it says"]]
    marks = list(zip(*[row[2:] for row in matrix[1:]], strict=True))
    for (letter, _, _, _, counts), column, head in zip(subjects[1:], marks, matrix[0][2:], strict=True):
        found = [MARK[mark.strip("`")] for mark in column]
        assert (letter, counts) == (head, " / ".join(str(found.count(kind)) for kind in ("held", "failed", "open")))
