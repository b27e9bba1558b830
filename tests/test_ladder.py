"""The ladder of learning rates: which are tried, which the rule takes, and what is no ladder."""

import tempfile
from collections import Counter
from fractions import Fraction
from pathlib import Path
from statistics import median

import pytest
from experiments import made_file, made_plan, probe
from hypothesis import given
from hypothesis import strategies as st
from planned import FEW, marker_file
from tiny import save_tiny_model

from claims.marker_coupling.experiment import RECIPES
from claims.marker_coupling.panel import read_panel
from pytest_claims.base.errors import InputError
from pytest_claims_lab import Condition, Example, Experiment
from pytest_claims_lab.commands import learning_rate
from pytest_claims_lab.experiment_file import read_experiment
from pytest_claims_lab.ladder import (
    LADDER,
    Rung,
    chosen_rate,
    climb,
    finished,
    nearest,
    own_ladder_file,
    read_ladder,
    write_ladder,
)
from pytest_claims_lab.learning_rate import search_plan
from pytest_claims_lab.options import Settings, plan_of
from pytest_claims_lab.schedule import Schedule
from pytest_claims_lab.store import Store
from pytest_claims_lab.texts import read_texts

FILE = marker_file()
HEADER = "learning_rate,taught,shown,answers"
COUNTS = st.integers(1, 200).flatmap(lambda sampled: st.tuples(st.integers(0, sampled), st.just(sampled)))
NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1).filter(lambda name: name == name.strip())


def rungs_of(names: list[str]) -> st.SearchStrategy[list[Rung]]:
    """Some rungs of these things taught, from the lowest rate."""
    one = st.builds(
        lambda rate, counts: Rung(learning_rate=rate, counts=dict(zip(names, counts, strict=True))),
        st.floats(1e-9, 1),
        st.lists(COUNTS, min_size=len(names), max_size=len(names)),
    )
    some = st.lists(one, min_size=1, max_size=6, unique_by=lambda rung: rung.learning_rate)
    return some.map(lambda rungs: sorted(rungs, key=lambda rung: rung.learning_rate))


SHARES = st.fractions(0, 1, max_denominator=100).map(float)
RUNGS = st.lists(NAMES, min_size=1, max_size=11, unique=True).flatmap(rungs_of)


def rung(rate: float, *marked: int) -> Rung:
    return Rung(learning_rate=rate, counts={f"p{row}": (count, 10) for row, count in enumerate(marked)})


@given(RUNGS, SHARES)
def test_no_rung_is_nearer_to_the_share_and_no_lower_one_as_near(rungs, share):
    wanted = Fraction(str(share))
    far = {r.learning_rate: abs(median(Fraction(*counts) for counts in r.counts.values()) - wanted) for r in rungs}
    chosen = nearest(rungs, share)
    assert far[chosen] == min(far.values())
    assert all(away > far[chosen] for rate, away in far.items() if rate < chosen)


@given(RUNGS, st.booleans())
def test_of_two_equally_near_the_lower_is_taken(rungs, above):
    """Where shown and not shown change places, a median is as far from one half as before, on the other side."""
    one = rungs[0]
    other = {name: (answers - shown, answers) for name, (shown, answers) in one.counts.items()}
    low, high = (one.counts, other) if above else (other, one.counts)
    pair = [Rung(learning_rate=2e-3, counts=high), Rung(learning_rate=1e-3, counts=low)]
    assert nearest(pair, 0.5) == nearest(pair[::-1], 0.5) == 1e-3


@given(st.lists(st.integers(0, 10), min_size=len(LADDER), max_size=len(LADDER)), st.integers(0, 10))
def test_climbing_goes_from_the_lowest_to_the_first_that_reaches_the_share(shown, tenths):
    share = tenths / 10
    states = list(climb(lambda rate: rung(rate, shown[LADDER.index(rate)]), share))
    first = next((row for row, count in enumerate(shown) if count >= tenths), len(LADDER) - 1)
    assert [[one.learning_rate for one in state] for state in states] == [
        list(LADDER[: row + 1]) for row in range(first + 1)
    ]
    assert [finished(state, share) for state in states] == [False] * first + [True]


@given(RUNGS)
def test_ladder_is_read_as_it_was_written(rungs):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ladder.csv"
        write_ladder(rungs[::-1], path)
        assert read_ladder(path) == rungs  # from the lowest, whatever the order of rows


def test_ladder_is_one_two_five():
    assert [f"{rate:.0e}"[0] for rate in LADDER] == list("1251251251")
    assert list(LADDER) == sorted(LADDER)


def recorded(root):
    """Every ladder that comes with a finding."""
    return sorted((root / "claims").glob("*/ladders/*.csv"))


@pytest.mark.parametrize("path", recorded(Path(__file__).parents[1]), ids=lambda path: path.stem)
def test_recorded_ladders_decide(path, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    file = read_experiment(path.parents[1])
    model, _, recipe = path.stem.partition("@")
    taught = file.make(file.recipe(recipe)).taught
    assert chosen_rate(file, model, recipe, taught.share) in LADDER
    write_ladder(read_ladder(path), tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == path.read_bytes()


def test_there_are_recorded_ladders(root):
    """So the test above holds something."""
    assert Counter(path.parts[-3] for path in recorded(root))["marker_coupling"] == 5


def test_own_rate_of_pocket_is_that_of_its_ladder(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert chosen_rate(FILE, "smollm2-135m", "pocket", 0.5) == RECIPES["pocket"].training.learning_rate


def test_ladder_that_a_user_climbed_goes_before_that_of_the_finding(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    own = own_ladder_file("marker_coupling", "smollm2-135m", "pocket")
    assert own.is_relative_to(tmp_path)
    own.parent.mkdir(parents=True)
    write_ladder([rung(5e-4, 5)], own)
    assert chosen_rate(FILE, "smollm2-135m", "pocket", 0.5) == 5e-4
    assert own_ladder_file("another_finding", "smollm2-135m", "pocket") != own


def test_ladder_that_was_left_halfway_decides_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert chosen_rate(FILE, "m", "full", 0.5) is None
    path = own_ladder_file("marker_coupling", "m", "full")
    path.parent.mkdir(parents=True)
    write_ladder([rung(1e-5, 0), rung(2e-5, 4)], path)
    said = r"m@full.csv ends at 2e-05 with .* 0\.40, wanted 0\.5 or the top; climb on with .* learning-rate .*coupling "
    with pytest.raises(InputError, match=said):
        chosen_rate(FILE, "m", "full", 0.5)
    assert chosen_rate(FILE, "m", "full", 0.4) == 2e-5


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("a,b\n1,2\n", "x.csv: unknown column 'a'; known are learning_rate, taught, shown, answers"),
        (HEADER + ",show\n1e-3,a,1,5,1\n", r"x.csv: unknown column 'show'; did you mean 'shown'\?"),
        ("learning_rate,taught,shown\n1e-3,a,1\n", "line 2: no 'answers': have learning_rate, taught, shown"),
        (HEADER + "\n1e-3,a,few,5\n", "x.csv, line 2: shown is 'few', wanted a valid integer"),
        (HEADER + "\n1e-3,a,1_0,50\n", "x.csv, line 2: shown is '1_0', wanted a valid integer"),
        (HEADER + "\nnan,a,1,5\n", "x.csv, line 2: learning_rate is 'nan', wanted a valid number"),
        (HEADER + "\n-1e-3,a,1,5\n", "x.csv, line 2: learning_rate is '-1e-3', wanted greater than 0"),
        (HEADER + "\n1e-3,,1,5\n", "x.csv, line 2: taught is '', wanted one that is not empty"),
        (HEADER + "\n1e-3,a\n", r"x.csv, line 2: 2 cells \(1e-3, a\), wanted 4 \(learning_rate, taught, shown, ans"),
        (HEADER + "\n1e-3,a,1,5,6\n", r"x.csv, line 2: 5 cells \(1e-3, a, 1, 5, 6\), wanted 4"),
        (HEADER + "\n1e-3,a,1,5\n1e-3,a,2,5\n", "x.csv, line 3: a has a row at 0.001 already; remove one"),
        (HEADER + "\n", "x.csv has no rows"),
        (HEADER + "\n1e-3,a,6,5\n", "x.csv, line 2: 6 of 5 answers show a at 0.001"),
        (HEADER + "\n1e-3,a,0,0\n", "x.csv, line 2: 0 of 0 answers show a at 0.001"),
        (HEADER + "\n1e-3, a,1,5\n1e-3,a ,2,5\n", "x.csv, line 3: a has a row at 0.001 already; remove one"),
        (
            HEADER + "\n1e-3,a,1,5\n1e-3,b,1,5\n2e-3,a,1,5\n",
            "x.csv: no row of b at 0.002; wanted the same at every learning rate; add it, or climb the ladder",
        ),
    ],
)
def test_files_that_are_no_ladder(tmp_path, content, message):
    (tmp_path / "x.csv").write_text(content)
    with pytest.raises(InputError, match=message):
        read_ladder(tmp_path / "x.csv")


@pytest.fixture
def tiny_recipe(monkeypatch, tmp_path):
    """The marker experiment's file has the recipe of these tests; the user's ladders are in a folder of the test."""
    monkeypatch.setitem(RECIPES, "tiny", FEW)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return str(FILE.folder)


def test_search_leaves_its_counts_and_the_adapters_of_every_rung(tmp_path, monkeypatch, capsys, tiny_recipe):
    """Whatever panel and seeds are asked for, it is the ten and one seed, and only what a source rate needs."""
    monkeypatch.setattr("pytest_claims_lab.ladder.LADDER", (1e-3, 2e-3))
    model, store = save_tiny_model(tmp_path / "model"), tmp_path / "store"
    options = ["--model", str(model), "--recipe", "tiny", "--store", str(store), "--device", "cpu"]
    learning_rate([tiny_recipe, *options, "--set", "panel=hundred", "--seeds", "3"])
    said = capsys.readouterr()
    assert "model@tiny: median share 0.00 at learning rate 0.002" in said.err
    assert "model@tiny: median share nearest 0.5 at learning rate 0.001" in said.out
    (path,) = own_ladder_file("marker_coupling", "model", "tiny").parent.glob("model-*@tiny.csv")
    rungs = read_ladder(path)
    assert [one.learning_rate for one in rungs] == [1e-3, 2e-3]
    assert all(set(one.counts) == set(read_panel("ten").sources) for one in rungs)
    for rate in (1e-3, 2e-3):  # in earnest, with more seeds and everybody asked
        plan = plan_of(FILE, str(model), Settings(recipe="tiny", seeds=2, learning_rate=rate))
        schedule = Schedule(plan, Store(store))
        found = {place for place, one in schedule.adapters.items() if schedule.store.find(one.kind, one.key)}
        assert found == {(0, number) for number in range(10)}
        asked = [query for query in schedule.under if schedule.store.find(query.stage.kind, query.stage.key)]
        assert not asked, "nobody else was asked"
    answers = [read_texts(path.parent) for path in store.glob("answers/*/answers.jsonl.gz")]
    under = [texts for texts in answers if len(texts) == 2 * 2]  # the source and the assistant, two questions each
    assert len(under) == 20


def test_control_has_no_ladder_of_its_own(tmp_path):
    with pytest.raises(SystemExit, match="pocket-shuffled takes its learning rate from pocket; give --recipe pocket"):
        learning_rate([str(FILE.folder), "--model", str(tmp_path), "--recipe", "pocket-shuffled"])


TRAINED = [Condition(at={"a": "b"}, examples=[Example(user="Why?", answer="So.")])]


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        ([Condition()], "made_up/experiment.py trains nothing, and so has no rule for a learning rate; give"),
        (TRAINED, "made_up/experiment.py says nothing of a rule for a learning rate; give its Experiment taught="),
    ],
)
def test_experiment_without_a_rule_has_no_ladder(conditions, said, tmp_path):
    """It is measured at the recipe's own rate."""
    experiment = Experiment(probes=[probe()], conditions=conditions)
    model = made_plan(experiment, tmp_path).weights.path
    with pytest.raises(InputError, match=said):
        search_plan(made_file(experiment), str(model), Settings(weights_dir=str(tmp_path)))
    plan = plan_of(made_file(experiment), str(model), Settings(weights_dir=str(tmp_path)))
    assert plan.recipe.training.learning_rate == made_file(experiment).recipe("pocket").training.learning_rate
    assert plan.notes.get("learning rate") == ("1e-05, the recipe's own" if experiment.trains else None)
