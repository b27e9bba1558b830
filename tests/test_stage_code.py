"""No stage gives other results under an old version: the code that each reaches is on record."""

import json

import pytest
from stage_code import PACKAGES, RECORD, ROOT, STARTS, Code, changed, hashes, versions

CODE = Code(ROOT)


@pytest.fixture(scope="module")
def record():
    return json.loads(RECORD.read_text())


def source_of(module: str) -> str:
    """The code of a module, or of a package as such."""
    place = ROOT / PACKAGES[module.partition(".")[0]] / module.replace(".", "/")
    return (place / "__init__.py" if place.is_dir() else place.with_suffix(".py")).read_text()


def edited(module: str, before: str, after: str) -> Code:
    """The project's code with one edit."""
    source = source_of(module)
    assert source.count(before) == 1
    return Code(ROOT, replaced={module: source.replace(before, after)})


def differs(stage: str, code: Code) -> list[str]:
    return changed(hashes(CODE, stage), hashes(code, stage))


@pytest.mark.parametrize("stage", STARTS)
def test_code_of_a_stage_is_that_of_its_version(stage, record):
    entry = record[stage]
    assert versions()[stage] == entry["version"], "python tests/stage_code.py keeps the code of the new version"
    differ = changed(entry["code"], hashes(CODE, stage))
    assert not differ, (
        f"{stage} reaches other code than when it became version {entry['version']}. Raise its version, and run "
        "python tests/stage_code.py; or, if it gives the same results, run python tests/stage_code.py --same-results "
        "'the run that shows it'"
    )


@pytest.mark.parametrize(
    ("stage", "module", "before", "after"),
    [
        ("Readings", "pytest_claims_lab.makers", "halves[number % 2]", "halves[number % 1]"),
        ("Readings", "pytest_claims_lab.running_mean", "(self._sum / self.count)", "self._sum"),
        ("Answers", "pytest_claims_lab.respondent", "top_p=how.top_p", "top_p=1.0"),
        ("Likelihoods", "pytest_claims_lab.respondent", "[[-one for one in nll]", "[[one for one in nll]"),
        ("Readings", "pytest_claims_lab.decoder", "index_copy_(2,", "index_copy_(-2,"),
        ("Adapter", "pytest_claims_lab.recipe", "batch_size: int = 16", "batch_size: int = 8"),
        ("Lengths", "pytest_claims_lab.makers", "chat.length(text) for", "len(text) for"),
        ("Measured", "pytest_claims_lab.scoring", "math.fsum(several), len(several)", "sum(several), len(several)"),
    ],
)  # fmt: skip
def test_change_of_what_a_stage_does_is_seen(stage, module, before, after):
    """A mean that became a median left readings, answers and adapters under their keys."""
    assert differs(stage, edited(module, before, after))


def test_comments_docstrings_and_layout_are_no_change():
    source = source_of("pytest_claims_lab.makers")
    other = source.replace('"""Makers:', '"""Something else:').replace("\n\n\ndef ", "\n\n\n# A remark.\n\ndef ")
    assert other != source
    code = Code(ROOT, replaced={"pytest_claims_lab.makers": other})
    assert not any(differs(stage, code) for stage in STARTS)


def test_what_a_stage_does_not_reach_is_no_change():
    counting = edited("pytest_claims_lab.scoring", "math.fsum(several), len(several)", "sum(several), len(several)")
    assert [stage for stage in STARTS if differs(stage, counting)] == ["Measured"]


def test_what_a_module_does_when_it_is_imported_counts():
    source = source_of("pytest_claims_lab.nucleus")
    for more in ("if torch.cuda.is_available():\n    draw = None", "for name in ():\n    del name", "print(draw)"):
        code = Code(ROOT, replaced={"pytest_claims_lab.nucleus": f"{source}\n{more}\n"})
        assert differs("Answers", code), more
        assert not differs("Measured", code)


@pytest.mark.parametrize(
    ("module", "more"),
    [
        ("pytest_claims_lab.chat", "import os\nos.environ['A'] = 'b'"),  # whose name nothing else there mentions
        ("pytest_claims_lab.nucleus", "torch.backends.cuda.matmul.allow_tf32 = True"),
        ("pytest_claims_lab", "import torch\ntorch.set_default_dtype(torch.float64)"),
    ],
)
def test_what_is_set_when_something_is_imported_counts(module, more):
    assert differs("Answers", Code(ROOT, replaced={module: f"{source_of(module)}\n{more}\n"}))


@pytest.mark.parametrize(
    ("imported", "called"),
    [
        ("import pytest_claims_lab.measure.likelihood", "pytest_claims_lab.measure.likelihood.answer_nll("),
        ("from pytest_claims_lab import measure", "measure.likelihood.answer_nll("),
        ("from pytest_claims_lab.measure import likelihood as g", "g.answer_nll("),
        ("from pytest_claims_lab.measure.likelihood import answer_nll as c", "c("),
    ],
)
def test_code_is_found_however_it_is_imported(imported, called):
    usual = "from pytest_claims_lab.measure.likelihood import answer_nll"
    caller = source_of("pytest_claims_lab.respondent").replace(usual, imported)
    replaced = {"pytest_claims_lab.respondent": caller.replace("in answer_nll(", f"in {called}")}
    before = hashes(Code(ROOT, replaced=replaced), "Likelihoods")
    source = source_of("pytest_claims_lab.measure.likelihood")
    other = source.replace("def answer_nll(", "def answer_nll(more, ")
    assert other != source
    after = hashes(Code(ROOT, replaced=replaced | {"pytest_claims_lab.measure.likelihood": other}), "Likelihoods")
    assert changed(before, after) == ["pytest_claims_lab.measure.likelihood.answer_nll"]


@pytest.mark.parametrize("imported", ["from pytest_claims_lab.chat import *", "from .chat import Chat"])
def test_import_that_cannot_be_followed_is_an_error(imported):
    with pytest.raises(ValueError, match=r"cannot be followed; import by full names"):
        hashes(Code(ROOT, replaced={"pytest_claims_lab.adapters": f"{imported}\nAdapterSlot = Chat"}), "Answers")
