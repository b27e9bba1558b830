"""Logs of evaluations as cells: made by lm-evaluation-harness and inspect_ai themselves, and damaged here."""

import hashlib
import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

import filelock
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_claims import InputError
from pytest_claims.reading.formats import read_cells

MAKER = Path(__file__).parent / "logs.py"


def makers() -> str:
    """A hash of what makes the logs, which are others if it changes."""
    versions = [version(package) for package in ("lm-eval", "inspect-ai", "datasets")]
    return hashlib.sha256("\n".join([sys.version, *versions, MAKER.read_text()]).encode()).hexdigest()[:16]


@pytest.fixture(scope="session")
def made(pytestconfig, tmp_path_factory) -> Path:
    """A copy of all logs, which are made once for all workers, and kept: it takes as long as all the tests."""
    kept = pytestconfig.cache.mkdir("made-logs") / makers()
    with filelock.FileLock(kept.with_suffix(".lock")):
        if not kept.exists():
            part = Path(tempfile.mkdtemp(dir=kept.parent))
            made = subprocess.run([sys.executable, MAKER, part], capture_output=True, text=True, check=False)  # noqa: S603
            assert made.returncode == 0, made.stderr[-2000:]
            part.rename(kept)
    return Path(shutil.copytree(kept, tmp_path_factory.mktemp("made") / "logs"))


@pytest.fixture
def logs(made, tmp_path) -> Path:
    """A copy of all logs, to be damaged."""
    return Path(shutil.copytree(made, tmp_path / "logs"))


def texts(cells) -> dict[str, list[str]]:
    return {name: list(column) for name, column in cells.columns.items()}


def one(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def inspect_log(made: Path, model: str) -> Path:
    """The log of one of the two models."""
    return one(made, f"inspect/{model}_*")


def test_samples_of_lm_eval_have_a_row_for_each_document_and_filter(made):
    cells = read_cells(one(made, "lm_eval/org__one/samples_free_*"))
    found = texts(cells)
    assert found["item"] == [str(row) for row in range(12)] * 2
    assert found["filter"] == ["strict"] * 12 + ["lower"] * 12
    assert set(found["task"]) == {"free"}
    assert set(found["model"]) == {"org/one"}
    assert found["exact_match"] == ["1", "0"] * 12
    assert found["doc.set"] == (["a"] * 6 + ["b"] * 6) * 2
    assert cells.places[3].endswith(".jsonl, line 4")


def test_results_of_lm_eval_agree_with_its_samples_and_have_no_row_for_a_group(made):
    found = texts(read_cells(one(made, "lm_eval/org__two/results_*")))
    marks = [float(mark) for mark in texts(read_cells(one(made, "lm_eval/org__two/samples_choice_*")))["acc"]]
    assert found["task"] == ["choice", "free", "free"]
    assert found["filter"] == ["none", "strict", "lower"]
    assert found["model"] == ["org/two"] * 3
    assert float(found["acc"][0]) == pytest.approx(statistics.mean(marks))
    assert float(found["acc_stderr"][0]) == pytest.approx(statistics.stdev(marks) / 12**0.5)
    assert (found["acc"][1], found["acc_stderr"][1]) == ("", "")
    assert (found["version"], found["shots"], found["samples"]) == (["1", "2", "2"], ["2", "0", "0"], ["12"] * 3)


def test_the_model_of_a_log_without_results_is_that_of_its_folder(logs):
    one(logs, "lm_eval/org__one/results_*").unlink()
    assert set(texts(read_cells(one(logs, "lm_eval/org__one/samples_choice_*")))["model"]) == {"org__one"}


@pytest.mark.parametrize(("model", "suffix"), [("one", "eval"), ("two", "eval"), ("two", "json")])
def test_a_log_of_inspect_has_a_row_for_each_sample_and_epoch(made, model, suffix):
    cells = read_cells(inspect_log(made, model) if suffix == "eval" else one(made, "json/*"))
    found = texts(cells)
    assert found["item"] == ["s0", "s1", "s2", "s3"] * 2
    assert found["epoch"] == ["1"] * 4 + ["2"] * 4
    assert set(found["model"]) == {f"mockllm/{model}"}
    assert found["match"] == list({"one": "01010010", "two": "11111110"}[model])
    assert found["extras.length"] == [{"0": "2", "1": "3"}[mark] for mark in found["match"]]
    assert set(found["extras.polite"]) == {"True"}
    assert found["metadata.set"] == ["a", "a", "b", "b"] * 2
    assert cells.places[0].endswith(f".{suffix}, sample 1")


def test_only_what_is_wanted_is_kept(made):
    for path in (one(made, "lm_eval/org__one/samples_choice_*"), inspect_log(made, "one")):
        cells = read_cells(path, wanted={"item", "model", "none"})
        assert set(cells.columns) == {"item", "model"}
        assert "task" in cells.unread


def test_a_log_of_an_evaluation_that_did_not_end_is_refused(made):
    with pytest.raises(InputError, match=r"its evaluation has the status 'error', so samples are missing; run"):
        read_cells(one(made, "failed/*"))


def changed(path: Path, change) -> Path:
    path.write_text(change(path.read_text()))
    return path


def test_a_newer_version_of_a_log_is_refused(logs):
    path = changed(one(logs, "json/*"), lambda text: re.sub(r'"version": \d+', '"version": 99', text, count=1))
    with pytest.raises(InputError, match=rf"^{re.escape(path.name)} cannot be read as a log \(.*99.*update"):
        read_cells(path)


def test_a_log_that_is_cut_off_is_refused_in_one_line(logs):
    for path in (inspect_log(logs, "one"), one(logs, "json/*")):
        path.write_bytes(path.read_bytes()[:-200])
        with pytest.raises(InputError, match=rf"^{re.escape(path.name)} cannot be read as a log \(") as raised:
            read_cells(path)
        assert "\n" not in str(raised.value)


def test_one_sample_twice_is_refused_with_both(logs):
    path = one(logs, "json/*")
    content = json.loads(path.read_text())
    content["samples"].append(content["samples"][1])
    path.write_text(json.dumps(content))
    with pytest.raises(InputError, match=r"sample 9: s1 of epoch 1 is there already, as sample 2; give each sample"):
        read_cells(path)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text + text, r"line 13: document 0 with filter none is there already, at line 1; remove one"),
        (lambda text: text[:-30], r"line 12 cannot be read as JSON \("),
        (lambda text: text.replace('"doc_id": 3', '"document": 3'), r"line 4: no 'doc_id': have document, doc, target"),
        (lambda text: text + "[]\n", r"line 13 is \[\], wanted an object with keys; correct or remove the line"),
    ],
)
def test_damaged_samples_are_refused_with_their_line(logs, change, message):
    path = changed(one(logs, "lm_eval/org__one/samples_choice_*"), change)
    with pytest.raises(InputError, match=rf"^{re.escape(path.name)}, {message}"):
        read_cells(path)


def test_results_without_tasks_are_refused(logs):
    path = changed(one(logs, "lm_eval/org__one/results_*"), lambda _: '{"results": []}')
    with pytest.raises(InputError, match=rf"^{re.escape(path.name)}: 'results' has no tasks; wanted it as"):
        read_cells(path)


def test_a_log_without_inspect_says_what_to_install(made, monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "inspect_ai"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "inspect_ai", None)
    with pytest.raises(InputError, match=r"not installed: pip install 'pytest-claims\[inspect\]'$"):
        read_cells(inspect_log(made, "one"))


HEARD: list[str] | None = None
NOT_DATA = {"compile", "exec", "pickle.find_class", "subprocess.Popen", "os.system", "os.exec", "socket.connect"}


def listen(event: str, _: object) -> None:
    if HEARD is not None and event in NOT_DATA:
        HEARD.append(event)


def test_nothing_is_run_and_nobody_is_called_when_a_log_is_read(made, monkeypatch):
    paths = [inspect_log(made, "one"), one(made, "json/*"), made / "long.eval"]
    for path in paths:  # inspect_ai is imported
        read_cells(path)
    sys.addaudithook(listen)
    monkeypatch.setitem(globals(), "HEARD", [])
    exec("")  # noqa: S102
    assert HEARD == ["compile", "exec"]
    HEARD.clear()
    for path in paths:
        read_cells(path)
    assert HEARD == []


def test_what_is_a_list_is_not_read_and_named(logs):
    path = one(logs, "lm_eval/org__one/samples_choice_*")
    changed(path, lambda text: text.replace('"acc": ', '"item": 7, "perplexity": [-1.5, 3], "acc": '))
    cells = read_cells(path)
    assert cells.unread == ("perplexity", "doc.choices")
    assert texts(cells)["item"] == [str(row) for row in range(12)]  # whatever a metric is called
    assert read_cells(inspect_log(logs, "one")).unread == ("metadata.tags",)


def test_a_log_that_does_not_name_its_filters_says_so(logs):
    path = one(logs, "lm_eval/org__one/samples_free_*")
    changed(path, lambda text: re.sub(r'"filter": "\w+", ', "", text))
    with pytest.raises(InputError, match=r"line 13: document 0 is there already, at line 1, and no line names its fil"):
        read_cells(path)


def test_results_that_the_user_named_name_the_model(logs):
    results = one(logs, "lm_eval/org__one/results_*")
    results.rename(results.with_name(results.name.replace("results_", "mine_")))
    assert set(texts(read_cells(one(logs, "lm_eval/org__one/samples_free_*")))["model"]) == {"org/one"}


def test_results_of_an_older_harness_are_refused(logs):
    path = changed(one(logs, "lm_eval/org__one/results_*"), lambda _: '{"results": {"arc": {"acc": 0.5}}}')
    with pytest.raises(
        InputError, match=r"no metric of a task is called 'metric,filter', as since version 0\.4; wanted"
    ):
        read_cells(path)


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(), st.lists) | st.just({"a": [1]})


@given(st.data())
def test_results_with_anything_in_them_are_read_or_refused(made, data):
    content = json.loads(one(made, "lm_eval/org__one/results_*").read_text())
    del content["configs"], content["pretty_env_info"]
    place = content
    for _ in range(data.draw(st.integers(0, 2))):
        inner = [key for key, value in place.items() if isinstance(value, dict) and value]
        place = place[data.draw(st.sampled_from(inner))] if inner else place
    place[data.draw(st.sampled_from(list(place)))] = data.draw(JSON)
    path = made / "results_any.json"
    path.write_text(json.dumps(content))
    try:
        assert len(read_cells(path)) > 0
    except InputError as error:
        assert str(error).startswith(path.name)  # noqa: PT017


def with_samples(path: Path, **changes) -> Path:
    """The log with its samples changed, each by its own value."""
    content = json.loads(path.read_text())
    for key, values in changes.items():
        for sample, value in zip(content["samples"], values, strict=False):
            sample[key] = value
    path.write_text(json.dumps(content))
    return path


def test_a_log_that_has_changed_is_read_anew(logs):
    path = one(logs, "json/*")
    read_cells(path)
    assert texts(read_cells(with_samples(path, id=["other"])))["item"][:2] == ["other", "s1"]


def test_a_sample_that_ended_in_an_error_has_no_score_unless_it_was_to_be_scored(logs):
    path = with_samples(one(logs, "json/*"), error=[{"message": "it broke", "traceback": "", "traceback_ansi": ""}])
    found = texts(read_cells(path))
    assert (found["match"], found["extras.polite"][:2]) == (["", *"1111110"], ["", "True"])
    content = json.loads(path.read_text())
    content["eval"]["config"]["score_on_error"] = True
    path.write_text(json.dumps(content))
    assert texts(read_cells(path))["match"] == list("11111110")


def test_a_letter_is_a_mark_only_where_no_other_text_is(logs):
    answers = [{"match": {"value": letter}, "includes": {"value": letter.replace("A", "P")}} for letter in "ACICCCCC"]
    found = texts(read_cells(with_samples(one(logs, "json/*"), scores=answers)))
    assert found["match"] == list("ACICCCCC")
    assert found["includes"] == ["0.5", "1", "0", *"11111"]


def test_long_texts_are_read_whole(made):
    whole, short = read_cells(made / "long.json"), read_cells(made / "long.eval")
    assert texts(short) == texts(whole)
    assert texts(short)["metadata.prompt"][3].endswith("so long s3")
    assert texts(short)["metadata.of.id"][3] == "s3"
    assert texts(read_cells(made / "long.eval", wanted=["metadata.of.id", "match"])) == {
        name: texts(whole)[name] for name in ("match", "metadata.of.id")
    }


def test_a_log_with_samples_that_are_not_valid_is_refused(made):
    with pytest.raises(InputError, match=r"^marked\.eval: samples of it were marked as not valid; run it again or fin"):
        read_cells(made / "marked.eval")


def tutorial(root: Path) -> tuple[str, str]:
    """The declaration and the claim of the tutorial, as they are written there."""
    text = (root / "docs" / "two-models.md").read_text()
    (toml,), (claim,) = (re.findall(rf"```{kind}\n(.*?)```", text, re.DOTALL) for kind in ("toml", "python"))
    return toml, claim


@pytest.mark.parametrize("kind", ["inspect", "lm_eval"])
def test_the_tutorial_compares_two_models_from_two_logs(pytester, root, logs, kind):
    toml, claim = tutorial(root)
    folder = pytester.path / "claims" / "two-models"
    folder.mkdir(parents=True)
    shutil.move(logs / kind, folder / "logs")
    if kind == "inspect":
        claim = claim.replace("org/", "mockllm/")
    else:
        toml = toml.replace('"logs/*.eval"', '"logs/*/samples_choice_*.jsonl"').replace("match =", "acc =")
        toml = re.sub(r"epoch = .*\n", "", toml)
        claim = claim.replace('"match"', '"acc"')
    (folder / "finding.toml").write_text(toml)
    (folder / "test_two_models.py").write_text(claim)
    result = pytester.runpytest_subprocess("claims", "--claims-no-report", "-v")
    value = {"lm_eval": "-0.0833", "inspect": "+0.5"}[kind]
    result.stdout.fnmatch_lines(["a both", "two-is-better", f"*Δ = {value} [[]*"])
    result.assert_outcomes(skipped=1)  # so few items say little


def test_models_are_told_apart_by_the_names_of_their_files(pytester, root, logs):
    toml, claim = tutorial(root)
    folder = pytester.path / "claims" / "two-models"
    (folder / "logs").mkdir(parents=True)
    for name, path in zip(("one", "two"), sorted((logs / "inspect").iterdir()), strict=True):
        shutil.move(path, folder / "logs" / f"{name}.eval")
    cut = "cut = { called = 'logs/(.+)[.]eval' }\n[units]"
    (folder / "finding.toml").write_text(toml.replace("[units]", cut).replace("model = {}", "called = {}"))
    (folder / "test_two_models.py").write_text(claim.replace("org/", "").replace('"model"', '"called"'))
    result = pytester.runpytest_subprocess("claims", "--claims-no-report", "--claims-robustness=none", "-v")
    result.stdout.fnmatch_lines(["a both", "two-is-better", "*Δ = +0.5 [[]*"])
