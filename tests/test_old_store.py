"""A store that was filled under the old names is found and used: its folders, and the keys of all that is in it.

The keys were computed by the code of commit cb9f881, the last with the old names.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_claims_lab.options import command_parser, plan_of, settings_in
from pytest_claims_lab.places import store_dir, weights_dir
from pytest_claims_lab.recipe import with_answers
from pytest_claims_lab.store import digest

# By plan, of each kind of stage the first and the last key.
KEYS = [
    (
        [],
        {
            "answers": ["c514afab099e081f9854af51d479bc1d"],
            "readings": ["55c38b40ac3aaa594938f9a0ed24668f"],
            "unadapted": ["1a46d467da4ccb358d2762105f75ba0b"],
            "lengths": ["a6b491762f4185046dc03d8d435319af"],
            "adapter": ["daf405992fe452169919c4b8223fa6fc", "b795f803f94987fe3b57f93132c638e6"],
            "completions": ["8d0b96ad8742e34d20f27ad3c86cb140", "106f2e572e444dcff6a4423e5d7963a1"],
            "counts": ["5f48c0987e2af2a37bc53418bfe34470"],
            "measurement": ["728340e7f70e2159be61db4a072ca81e"],
        },
    ),
    (
        ["--recipe=full", "--seeds=3", "--dtype=bfloat16"],
        {
            "answers": ["c071d588bb99b83ebf4c7213befa9505"],
            "readings": ["191d7b5a0c0f4307de425a38e7bfa2f6"],
            "unadapted": ["44773c06c3e6c4c5ca1014b2f5f2bf5e"],
            "lengths": ["cbed1b923c2f8fd524f5af7e3eec3da6"],
            "adapter": ["f79dcf52691540509dd1a3fbe2c99210", "ce8d71447e3f50808b683d2fa081bb58"],
            "completions": ["c5edd1137b04137070abe74bdec9bc10", "af494d0ee169df78babb0a5831239012"],
            "counts": ["d4810a7759d55b0f2e16268aaa47cef5"],
            "measurement": ["a4ce0ef6b5cc65ef7514cfbb67054e74"],
        },
    ),
    (
        ["--recipe=full-shuffled", "--panel=hundred", "--learning-rate=2e-4"],
        {
            "answers": ["e5d14c924680526faf6da56148f32702"],
            "readings": ["7d9675426ec772e1b3a3d27088bcc05a"],
            "unadapted": ["d5f258b0bd99789d41246017a2b8e9d9"],
            "lengths": ["b0bef12d143acee3fcb0c95a997d2b0e"],
            "adapter": ["327c0480aba684bc270836a678ac8d3a", "bfa0afdcc37d1f0bf91f230827a94b97"],
            "completions": ["2153c0f66aec7ca73ec3b4e850b4d727", "dc8600646fc52dd8a370881a208a1698"],
            "counts": ["460175c4d243866315a784b98c706a78"],
            "measurement": ["5cec105d383e78c0aa8a68270d7cddba"],
        },
    ),
    (
        ["--recipe=pocket-shuffled", "--panel=my panel.toml", "--questions=q.toml", "--seeds=2"],
        {
            "answers": ["c3e3cb483ab58579826859ecec0ec443"],
            "readings": ["b1871ddee92230de9e417ba5572c76a0"],
            "unadapted": ["08c472a922afb23cac127975ce712e33"],
            "lengths": ["fd4b17267bd3e5eacfe67685397f68f1"],
            "adapter": ["d411c40c611b77d037256cb9ab63472f", "c8ce99fa61dd82a1f1e7e5c8b8bf4e6a"],
            "completions": ["6e9f9129a2867b933f76cdd93419f916", "918d42e105a308cb36fc6c29547edf95"],
            "counts": ["c76cf1530f4577b486b601e007a348ec"],
            "measurement": ["5901ade063d80c1e7fe731780e1ac553"],
        },
    ),
]


@pytest.fixture
def model(tmp_path, monkeypatch):
    """What the plans name, in the folder where they are made."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Own-Model").mkdir()
    (tmp_path / "Own-Model" / "config.json").write_text("{}")
    (tmp_path / "Own-Model" / "model.safetensors").write_bytes(b"")
    names = ("assistant", "a", "b", "c", "d")
    personas = "".join(f'[[personas]]\nname = "{name}"\nprompt = "You are {name}."\n' for name in names)
    (tmp_path / "my panel.toml").write_text('bystanders = ["a", "b"]\n' + personas)
    banks = {"train": 20, "evaluation": 10}
    lines = [f"{bank} = {[f'{bank} {number}?' for number in range(size)]}" for bank, size in banks.items()]
    (tmp_path / "q.toml").write_text("\n".join(lines))
    return "Own-Model"


@pytest.mark.filterwarnings("ignore:own-model has no ladder")
@pytest.mark.parametrize(("words", "keys"), KEYS)
def test_keys_are_those_of_the_old_code(words, keys, model):
    plan = plan_of(model, settings_in(command_parser("test", "").parse_args(words)))
    plan = replace(plan, recipe=with_answers(plan.recipe, "shared"))  # the old code had no others
    found = {stages[0].kind: {digest(stage.key) for stage in (stages[0], stages[-1])} for stages in plan.stages}
    assert found == {kind: set(several) for kind, several in keys.items()}


@pytest.mark.parametrize(
    ("folder", "variable", "place"),
    [(store_dir, "XDG_DATA_HOME", "store"), (weights_dir, "XDG_CACHE_HOME", "weights")],
)
def test_folder_of_the_old_name_is_used_where_there_is_none_of_the_new(folder, variable, place, tmp_path, monkeypatch):
    for name in ("CLAIMS_STORE", "CLAIMS_WEIGHTS_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, str(tmp_path))
    old, new = tmp_path / "executable-claims" / place, tmp_path / "pytest-claims" / place
    assert folder() == new
    old.mkdir(parents=True)
    assert folder() == old
    assert folder("given") == Path("given")
    new.mkdir(parents=True)
    assert folder() == new
