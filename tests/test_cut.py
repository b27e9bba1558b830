"""Which adapters share a stack: as before, if they were trained or begun before."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_stages import ADAPTER, EXAMPLE

from pytest_claims.base.errors import InputError
from pytest_claims_lab.crew import Crew
from pytest_claims_lab.cut import stack_size
from pytest_claims_lab.store import Store

TEN = [replace(ADAPTER, examples=(replace(EXAMPLE, answer=f"{number}"),)) for number in range(10)]


def stored(store, stages, *, numbers=None, stack=None):
    for number, stage in enumerate(stages):
        place = {"stack": stack or len(stages), "number": number}
        if numbers is None or number in numbers:
            store.get(stage.kind, stage.key, lambda folder: (folder / "training.json").write_text(json.dumps(place)))  # noqa: B023


def cuts(stages, store, fitting):
    found = []
    while stages:
        found.append(stack_size(stages, store, fitting=fitting))
        stages = stages[found[-1] :]
    return found


def test_nothing_begun_is_cut_by_memory(tmp_path):
    assert cuts(TEN, Store(tmp_path), 4) == [4, 4, 2]
    assert cuts(TEN, Store(tmp_path), 99) == [10]


def test_stack_of_which_some_are_stored_is_the_same_again_whatever_memory_is_free(tmp_path):
    """With dropout another stack makes other adapters, and memory is other every day."""
    store = Store(tmp_path)
    stored(store, TEN[:6], numbers={2, 5})
    assert cuts(TEN, store, 3) == [6, 3, 1]
    assert cuts(TEN, store, 99) == [6, 4]


def test_stack_that_was_cut_short_is_the_same_again(tmp_path):
    store = Store(tmp_path)
    store.unfinished([stage.key for stage in TEN[:5]]).put(lambda folder: (folder / "x").write_text("x"))
    assert cuts(TEN, store, 3) == [5, 3, 2]
    stored(store, TEN[:5])
    store.unfinished([stage.key for stage in TEN[5:9]]).put(lambda folder: (folder / "x").write_text("x"))
    assert cuts(TEN, store, 99) == [5, 4, 1]


def test_more_seeds_are_stacks_of_their_own(tmp_path):
    """All were trained again with the new ones."""
    store = Store(tmp_path)
    stored(store, TEN)
    assert cuts([*TEN, *(replace(stage, seed=1) for stage in TEN)], store, 99) == [10, 10]


@given(before=st.integers(1, 4), now=st.integers(1, 4), fitting=st.integers(1, 12), left=st.sets(st.integers(0, 9)))
def test_whatever_crew_goes_on_nothing_stored_is_in_the_way(tmp_path_factory, before, now, fitting, left):
    store = Store(tmp_path_factory.mktemp("store"))
    for rank in range(before):
        share = Crew(rank=rank, size=before).share(TEN)
        stored(store, share, numbers={number for number, stage in enumerate(share) if TEN.index(stage) not in left})
    for rank in range(now):
        share = Crew(rank=rank, size=now).share(TEN)
        found = cuts(share, store, fitting)
        assert sum(found) == len(share)
        assert min(found, default=1) > 0
        if before == now and any(TEN.index(stage) not in left for stage in share):
            assert found == [len(share)]


def test_stack_that_lost_all_its_adapters_is_not_cut_like_the_one_behind_it(tmp_path):
    """Three that were one stack became three stacks of one, because one adapter stood alone behind them."""
    store = Store(tmp_path)
    stored(store, TEN[9:])
    stored(store, TEN[6:9])
    assert cuts(TEN, store, 99) == [6, 3, 1]
    assert cuts(TEN, store, 4) == [4, 2, 3, 1]


@pytest.mark.parametrize("device", ["nonsense", "", "meta", "cuda:99"])
def test_device_that_is_not_there_is_told_in_one_line(device):
    """Each was a traceback of torch."""
    remedy = "give auto, cpu, or a GPU that is there, as cuda"
    said = rf"a number on --claims-device '{device}' cannot be read \(.+\); {remedy}"
    with pytest.raises(InputError, match=said):
        Crew().device(device)
    assert Crew().device("cpu") == "cpu"
