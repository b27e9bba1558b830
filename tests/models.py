"""Every type of network of the zoo against plain transformers and PEFT: `make models`, which writes docs/models.md.

Knows nothing about how anything is compared. Not part of the tests: it takes a quarter of an hour.
"""

import re
from pathlib import Path

import pytest
import torch
import transformers
from held import Held, held
from peft import __version__ as peft_version
from solo import RENAMED
from zoo.build import save
from zoo.kinds import KINDS, REFUSED

from conftest import ROOT
from pytest_claims.base.errors import InputError
from pytest_claims_lab.layers import adapted_of
from pytest_claims_lab.model import load_model

PAGE = ROOT / "docs" / "models.md"
TABLE = re.compile(r"(?<=<!-- types -->\n).*?(?=<!-- end of types -->)", re.DOTALL)
HEAD = "| type | family | answers | readings | training | adapted | why not fast |\n" + "| --- " * 7 + "|\n"
pytestmark = [RENAMED, pytest.mark.filterwarnings("ignore::UserWarning:peft.*")]


@pytest.fixture(scope="module")
def rows():
    """By type, its row; with all of them there, the page is written."""
    found: dict[str, str] = {}
    yield found
    if set(found) == {*KINDS, *REFUSED}:
        write(found)


@pytest.mark.parametrize("kind", KINDS)
def test_type(kind: str, rows: dict[str, str], tmp_path: Path) -> None:
    came = held(save(KINDS[kind], tmp_path))
    rows[kind] = row(kind, came)
    assert came.is_right, came


@pytest.mark.parametrize("kind", REFUSED)
def test_refused_type(kind: str, rows: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        adapted_of(load_model(save(REFUSED[kind], tmp_path), "it", device="cpu", dtype="float32").network)
    said = str(caught.value).partition(";")[0].replace("model 'it' is", "").strip()
    rows[kind] = f"| {kind} | {REFUSED[kind].family} | refused | | | | {said} |"


def row(kind: str, came: Held) -> str:
    """The type as the table shows it."""
    ways = {"answers": came.answers, "readings": came.readings, "training": came.training}
    paths = " | ".join(way.path if came.is_right else f"WRONG ({way.path})" for way in ways.values())
    why = "; ".join(dict.fromkeys(f"{what}: {way.why}" for what, way in ways.items() if not way.is_fast))
    adapted = came.adapted.said.replace(" linear layers of the decoder", "")
    return f"| {kind} | {KINDS[kind].family} | {paths} | {adapted} | {why.replace('|', '/')} |"


def write(found: dict[str, str]) -> None:
    """Put the table where the page has it."""
    right = sum("WRONG" not in line and "refused" not in line for line in found.values())
    said = (
        f"{right} of {len(KINDS)} types are measured as plain code computes them, {len(REFUSED)} are refused by name; "
        f"transformers {transformers.__version__}, peft {peft_version}, torch {torch.__version__}, on a CPU, in "
        "float32.\n\n"
    )
    lines = "\n".join(found[kind] for kind in (*KINDS, *REFUSED))
    PAGE.write_text(TABLE.sub(lambda _: f"{said}{HEAD}{lines}\n", PAGE.read_text()))
