"""Findings whose data are labelled arrays and which need no code for it, as a user meets them."""

import court as _imported  # noqa: F401  what it imports, runs within this process would forget
import numpy as np
import pytest
import xarray as xr
from opened import opened

from pytest_claims import Measurement
from pytest_claims.data.measurement_file import write_measurement
from pytest_claims.judge_command import judge_file
from pytest_claims.verdicts.record import read_record

TOML = """
title = "The trained order is answered"
source = "made up"
{data}
outcomes = "answers"
remedy = "add it or run with --claims-model"

[units]
fact = {{}}
seed = {{ shared = false }}

[factors]
order = {{}}

[measured]
right = {{ successes = "hits", trials = "tries" }}
base = {{ optional = true }}
"""
CLAIM = '''
import numpy as np
from pytest_claims import claim, paired_difference, swapped

@claim("{name}-order", source="made up", null=swapped("order", within="fact"))
def test_order(table):
    """The trained order is answered more often."""
    of_facts = np.nanmean(table.cells("right", "fact", "order", "seed"), axis=2)
    place = table.names("order").index("trained")
    found = paired_difference(of_facts[:, place], of_facts[:, 1 - place])
    assert found.value > 0
    assert found.p < 0.05

@claim("{name}-base", source="made up")
def test_base(table):
    """The base model answers none."""
    assert table["base"].max() == 0
'''
VIEWS = """
from pytest_claims.views import Reply

def replies(subject):
    yield Reply(condition="all", prompt="?", text=str(dict(subject.measurement.data.sizes)), speaks="for")
"""
DIMS = ("order", "fact", "seed", "wording")
LIVE = """
import pathlib
from pytest_claims import Subject
from pytest_claims.data.measurement_file import read_measurement

HERE = pathlib.Path(__file__).parent

def pytest_claims_subjects():
    return [Subject(name="m@live", load=lambda: read_measurement(HERE / "live.nc"), recorded=False, finding="orders")]
"""


def measured(name: str, better: float = 0.6) -> Measurement:
    """Eight facts in two orders, of three seeds in two wordings; the wordings are declared nowhere."""
    draw, shape = np.random.default_rng(1), (2, 8, 3, 2)
    tries = np.full(shape, 5)
    tries[:, 7, 2] = 0
    hits = draw.binomial(tries, np.array([0.2 + better, 0.2]).reshape(2, 1, 1, 1))
    labels = (["trained", "reverse"], [f"f{place}" for place in range(8)], [0, 1, 2], ["w", "v"])
    arrays = {"hits": (DIMS, hits), "tries": (DIMS, tries), "layers": (("wording",), [1, 2])}
    data = xr.Dataset(arrays, coords=dict(zip(DIMS, labels, strict=True)))
    return Measurement(name=name, data=data, provenance={"base model": "tiny", "date": "2026-11-01"})


class Orders:
    """A finding ``orders`` whose data are arrays."""

    def __init__(self, pytester: pytest.Pytester) -> None:
        self.pytester = pytester
        self.folder = pytester.path / "claims" / "orders"
        self.folder.mkdir(parents=True)
        self.declare('data = "m@here.nc.gz"')
        (self.folder / "test_orders.py").write_text(CLAIM.format(name="orders"))
        write_measurement(measured("m@here"), self.folder / "m@here.nc.gz")

    def declare(self, data: str) -> None:
        (self.folder / "finding.toml").write_text(TOML.format(data=data))

    def judge(self, *options: str) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess("claims", "--claims-robustness=none", *options)

    @property
    def record(self):
        return read_record(self.pytester.path / "reports" / "claims.json")


@pytest.fixture
def orders(pytester):
    return Orders(pytester)


def test_finding_of_arrays_is_judged_recorded_and_shown(orders):
    (orders.folder / "views.py").write_text(VIEWS)
    orders.judge().assert_outcomes(passed=1, skipped=1)
    record, (subject,) = orders.record, orders.record.subjects
    assert record.matrix == {"orders-order": {"m@here": "held, robust"}, "orders-base": {"m@here": "undecided"}}
    assert (subject.name, subject.sha256, subject.count) == ("m@here", measured("m@here").sha256, 46)
    assert subject.levels == {"fact": 8, "seed": 3}
    assert subject.provenance["base model"] == "tiny"
    assert {name: len(values) for name, values in subject.columns.items()} == {"hits": 46, "tries": 46, "right": 46}
    gap = next(one.answer.gap for one in record.verdicts if one.claim.id == "orders-base")
    assert str(gap).startswith("no column 'base': have ")
    assert str(gap).endswith("; add it or run with --claims-model")
    reports = orders.pytester.path / "reports"
    assert "a: m@here" in (reports / "claims.md").read_text()
    view = opened((reports / "index.html").read_text())["subject=m%40here"]
    assert view["rows"]["data"]["data"]["row"][-2:] == ["f7 / 1 / trained", "f7 / 1 / reverse"]
    assert "base model" in view["html"]
    assert "&#39;wording&#39;: 2" in view["html"]  # views are shown the arrays themselves


def test_recorded_given_and_live_arrays_are_the_same_table(orders):
    orders.declare("")
    (orders.pytester.path / "recorded").mkdir()
    write_measurement(measured("m@there"), orders.pytester.path / "recorded" / "m@there.nc.gz")
    write_measurement(measured("m@given"), orders.pytester.path / "given.nc")
    write_measurement(measured("m@live"), orders.pytester.path / "live.nc")
    orders.pytester.makeconftest(
        LIVE.replace("return [", 'return [*recorded_in(HERE / "recorded", finding="orders"), ').replace(
            "import Subject", "import Subject, recorded_in"
        )
    )
    orders.judge("--claims-measurement=given.nc").assert_outcomes(passed=3, skipped=3)
    subjects = orders.record.subjects
    assert {one.name: one.recorded for one in subjects} == {"m@there": True, "m@given": True, "m@live": False}
    assert len({(one.rows, tuple(one.columns.items())) for one in subjects}) == 1


def test_arrays_for_all_are_none_for_a_finding_of_tables(orders):
    write_measurement(measured("m@given"), orders.pytester.path / "given.nc")
    orders.judge("--claims-measurement=given.nc")
    assert [one.name for one in orders.record.subjects] == ["m@given", "m@here"]
    orders.declare('data = "table.csv"')
    (orders.folder / "table.csv").write_text("fact,seed,order,hits,tries\na,1,trained,1,2\na,1,reverse,1,2\n")
    orders.judge("--claims-measurement=given.nc")
    assert [one.name for one in orders.record.subjects] == ["table"]


def test_data_are_shown_with_what_was_summed_and_not_read(orders):
    result = orders.judge("--claims-data")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "*m@here: 46 rows",
            "*fact: 8 levels (f0, f1, *",
            "*order: 2 levels (trained 23, reverse 23 rows)",
            "*tries: 10 to 10, 1 different",
            "*summed over   wording (2)",
            "*not read      layers",
        ]
    )


def test_file_of_arrays_is_judged_by_the_command(orders, monkeypatch, capsys):
    monkeypatch.chdir(orders.pytester.path)
    for better, status in ((0.6, 0), (-0.1, 1)):
        write_measurement(measured("other", better), orders.pytester.path / "other.nc.gz")
        assert judge_file(["other.nc.gz", "--finding", "claims/orders", "--robustness=none"]) == status
    assert "orders-order" in capsys.readouterr().out


def test_live_measurement_without_an_array_is_told_what_it_lacks(orders):
    orders.declare("")
    one = measured("m@live")
    write_measurement(Measurement(name=one.name, data=one.data.drop_vars("hits")), orders.pytester.path / "live.nc")
    orders.pytester.makeconftest(LIVE)
    result = orders.judge()
    result.assert_outcomes(errors=2)
    said = "m@live: no column 'hits': have order, fact, seed, wording, tries, layers; add it or run with --claims-model"
    result.stdout.fnmatch_lines([f"*m@live could not be measured: {said}*"])


def test_hook_of_ones_own_goes_before_the_declaration(orders):
    (orders.folder / "conftest.py").write_text(
        "import numpy as np\nfrom pytest_claims import Table\n"
        "def pytest_claims_table(measurement, design):\n"
        "    columns = {'right': np.array([0.5, 1]), 'base': np.zeros(2)}\n"
        "    return Table(subject=measurement.name, rows=('a', 'b'), columns=columns, design=design)\n"
    )
    orders.judge("-k", "orders-base")
    assert read_record(orders.pytester.path / "reports" / "claims.partial.json").subjects[0].rows == ("a", "b")
