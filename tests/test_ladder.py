import tempfile
from fractions import Fraction
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_claims_lab.completions import read_completions
from pytest_claims_lab.personas import read_panel
from tiny import FEW, save_tiny_model

from pytest_claims.base.errors import InputError
from pytest_claims_lab.commands import learning_rate
from pytest_claims_lab.ladder import (
    LADDER,
    LADDERS,
    Rung,
    chosen_rate,
    climb,
    finished,
    nearest_half,
    own_ladder_file,
    read_ladder,
    write_ladder,
)
from pytest_claims_lab.options import Settings, plan_of
from pytest_claims_lab.recipe import RECIPES
from pytest_claims_lab.store import Store

HEADER = "learning_rate,persona,marked,completions"
COUNTS = st.integers(1, 200).flatmap(lambda sampled: st.tuples(st.integers(0, sampled), st.just(sampled)))
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda name: name == name.strip())


def rungs_of(names: list[str]) -> st.SearchStrategy[list[Rung]]:
    """Some rungs of these personas, from the lowest rate."""
    one = st.builds(
        lambda rate, counts: Rung(learning_rate=rate, counts=dict(zip(names, counts, strict=True))),
        st.floats(1e-9, 1),
        st.lists(COUNTS, min_size=len(names), max_size=len(names)),
    )
    some = st.lists(one, min_size=1, max_size=6, unique_by=lambda rung: rung.learning_rate)
    return some.map(lambda rungs: sorted(rungs, key=lambda rung: rung.learning_rate))


RUNGS = st.lists(NAMES, min_size=1, max_size=11, unique=True).flatmap(rungs_of)


def rung(rate: float, *marked: int) -> Rung:
    return Rung(learning_rate=rate, counts={f"p{row}": (count, 10) for row, count in enumerate(marked)})


@given(RUNGS)
def test_no_rung_is_nearer_to_one_half_and_no_lower_one_as_near(rungs):
    far = {
        r.learning_rate: abs(median(Fraction(*counts) for counts in r.counts.values()) - Fraction(1, 2)) for r in rungs
    }
    chosen = nearest_half(rungs)
    assert far[chosen] == min(far.values())
    assert all(away > far[chosen] for rate, away in far.items() if rate < chosen)


@given(RUNGS, st.booleans())
def test_of_two_equally_near_the_lower_is_taken(rungs, above):
    """Where marked and unmarked change places, a median is as far from one half as before, on the other side."""
    one = rungs[0]
    other = {name: (sampled - marked, sampled) for name, (marked, sampled) in one.counts.items()}
    low, high = (one.counts, other) if above else (other, one.counts)
    pair = [Rung(learning_rate=2e-3, counts=high), Rung(learning_rate=1e-3, counts=low)]
    assert nearest_half(pair) == nearest_half(pair[::-1]) == 1e-3


@given(st.lists(st.integers(0, 10), min_size=len(LADDER), max_size=len(LADDER)))
def test_climbing_goes_from_the_lowest_to_the_first_that_reaches_one_half(marked):
    states = list(climb(lambda rate: rung(rate, marked[LADDER.index(rate)])))
    first = next((row for row, count in enumerate(marked) if count >= 5), len(LADDER) - 1)
    assert [[one.learning_rate for one in state] for state in states] == [
        list(LADDER[: row + 1]) for row in range(first + 1)
    ]
    assert [finished(state) for state in states] == [False] * first + [True]


@given(RUNGS)
def test_ladder_is_read_as_it_was_written(rungs):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ladder.csv"
        write_ladder(rungs[::-1], path)
        assert read_ladder(path) == rungs  # from the lowest, whatever the order of rows


def test_ladder_is_one_two_five_from_the_rate_of_the_claim():
    assert LADDER[0] == RECIPES["full"].training.learning_rate
    assert [f"{rate:.0e}"[0] for rate in LADDER] == list("1251251251")
    assert list(LADDER) == sorted(LADDER)


@pytest.mark.parametrize("path", sorted(LADDERS.iterdir()), ids=lambda path: path.stem)
def test_recorded_ladders_decide(path, tmp_path):
    model, _, recipe = path.stem.partition("@")
    assert recipe in RECIPES
    assert chosen_rate(model, recipe) in LADDER
    write_ladder(read_ladder(path), tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == path.read_bytes()


def test_own_rate_of_pocket_is_that_of_its_ladder():
    assert chosen_rate("smollm2-135m", "pocket") == RECIPES["pocket"].training.learning_rate


def test_ladder_that_a_user_climbed_goes_before_that_of_the_package(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    own = own_ladder_file("smollm2-135m", "pocket")
    assert own.is_relative_to(tmp_path)
    own.parent.mkdir(parents=True)
    write_ladder([rung(5e-4, 5)], own)
    assert chosen_rate("smollm2-135m", "pocket") == 5e-4


def test_ladder_that_was_left_halfway_decides_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("pytest_claims_lab.ladder.LADDERS", tmp_path)
    assert chosen_rate("m", "full") is None
    write_ladder([rung(1e-5, 0), rung(2e-5, 4)], tmp_path / "m@full.csv")
    with pytest.raises(InputError, match=r"m@full.csv ends at 2e-05 with .* 0\.40, wanted 0\.5 or the top; climb on"):
        chosen_rate("m", "full")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n", "x.csv: unknown column 'a'; known are learning_rate, persona, marked, completions"),
        (HEADER + ",mark\n1e-3,a,1,5,1\n", r"x.csv: unknown column 'mark'; did you mean 'marked'\?"),
        ("learning_rate,persona,marked\n1e-3,a,1\n", "line 2: no 'completions': have learning_rate, persona, marked"),
        (HEADER + "\n1e-3,a,few,5\n", "x.csv, line 2: marked is 'few', wanted a valid integer"),
        (HEADER + "\n1e-3,a,1_0,50\n", "x.csv, line 2: marked is '1_0', wanted a valid integer"),
        (HEADER + "\nnan,a,1,5\n", "x.csv, line 2: learning_rate is 'nan', wanted a valid number"),
        (HEADER + "\n-1e-3,a,1,5\n", "x.csv, line 2: learning_rate is '-1e-3', wanted greater than 0"),
        (HEADER + "\n1e-3,,1,5\n", "x.csv, line 2: persona is '', wanted one that is not empty"),
        (HEADER + "\n1e-3,a\n", r"x.csv, line 2: 2 cells \(1e-3, a\), wanted 4 \(learning_rate, persona, marked, co"),
        (HEADER + "\n1e-3,a,1,5,6\n", r"x.csv, line 2: 5 cells \(1e-3, a, 1, 5, 6\), wanted 4"),
        (HEADER + "\n1e-3,a,1,5\n1e-3,a,2,5\n", "x.csv, line 3: a has a row at 0.001 already; remove one"),
        (HEADER + "\n", "x.csv has no rows"),
        (HEADER + "\n1e-3,a,6,5\n", "x.csv, line 2: 6 of 5 completions marked for a at 0.001"),
        (HEADER + "\n1e-3,a,0,0\n", "x.csv, line 2: 0 of 0 completions marked for a at 0.001"),
        (HEADER + "\n1e-3, a,1,5\n1e-3,a ,2,5\n", "x.csv, line 3: a has a row at 0.001 already; remove one"),
        (
            HEADER + "\n1e-3,a,1,5\n1e-3,b,1,5\n2e-3,a,1,5\n",
            "x.csv: no row of b at 0.002; wanted the same personas at every learning rate; add it, or climb the ladder",
        ),
    ],
)
def test_files_that_are_no_ladder(tmp_path, content, message):
    (tmp_path / "x.csv").write_text(content)
    with pytest.raises(InputError, match=message):
        read_ladder(tmp_path / "x.csv")


def test_search_leaves_its_counts_and_the_adapters_of_every_rung(tmp_path, monkeypatch, capsys):
    """Whatever panel and seeds are asked for, it is the ten and one seed, and only what a source rate needs."""
    monkeypatch.setattr("pytest_claims_lab.ladder.LADDER", (1e-3, 2e-3))
    monkeypatch.setitem(RECIPES, "tiny", FEW)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    model, store, out = save_tiny_model(tmp_path / "model"), tmp_path / "store", own_ladder_file("model", "tiny")
    options = ["--model", str(model), "--recipe", "tiny", "--store", str(store), "--device", "cpu"]
    learning_rate([*options, "--panel", "hundred", "--seeds", "3"])
    said = capsys.readouterr()
    assert "model@tiny: median source rate 0.00 at learning rate 0.002" in said.err
    assert "model@tiny: median source rate nearest 0.5 at learning rate 0.001" in said.out
    rungs = read_ladder(out)
    assert [one.learning_rate for one in rungs] == [1e-3, 2e-3]
    assert all(set(one.counts) == set(read_panel("ten").sources) for one in rungs)
    completions = [read_completions(path) for path in store.glob("completions/*/completions.jsonl.gz")]
    assert len(completions) == 20
    assert all({c.bystander for c in some} == {some[0].source, "assistant"} for some in completions)
    for rate in (1e-3, 2e-3):  # in earnest, with more seeds and everybody asked
        plan = plan_of(str(model), Settings(recipe="tiny", seeds=2, learning_rate=rate))
        trained = [adapter for adapter in plan.adapters if Store(store).find(adapter.kind, adapter.key)]
        assert trained == [adapter for adapter in plan.adapters if adapter.seed == 0]


def test_control_has_no_ladder_of_its_own(tmp_path):
    with pytest.raises(SystemExit, match="pocket-shuffled takes its learning rate from pocket; give --recipe pocket"):
        learning_rate(["--model", str(tmp_path), "--recipe", "pocket-shuffled"])
