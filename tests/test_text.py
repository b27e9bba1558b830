"""Names, statements and reasons are shown on a page, in the terminal and in JSON, and never interpreted."""

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pytest_claims.base.visible import json_text, visible
from pytest_claims.report.text import Markdown, code, in_cell, inline

PAGE = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# Signs that mean something to Markdown, HTML, a table or a terminal, more often than chance would have them.
SIGNS = st.text(st.one_of(st.sampled_from("\\`*_~$|<>&[]()!#-+=.:;1aA \n\x1b\u202e"), st.characters()), max_size=30)
HTML = ["<script>", "</p>", "&amp;", "&#35;"]
LINKS = ["[x](javascript:y)", "![x](y)", "[a][b]", "[x]: y", "[ ]", "[^1]"]
LINES = ["1. ", "- ", "# ", " #", "* ", "> ", "---", "===", "| a |", "```"]
WORDS = st.lists(st.sampled_from([*HTML, *LINKS, *LINES, "~~a~~", "__a__", "**a**", "\\|", "x"])).map("".join)
TEXTS = st.one_of(SIGNS, WORDS)


def shown(tokens) -> str:
    """The text that a reader sees."""
    inner = [child for token in tokens for child in (token.children or [token])]
    return "".join(" " if child.type == "softbreak" else child.content for child in inner)


def kinds(tokens) -> list[str]:
    return [child.type for token in tokens for child in (token.children or [token]) if child.type != "inline"]


def expected(text: str) -> str:
    return visible(" ".join(re.split(r"[ \t\r\n]+", text))).strip(" ")


def squeezed(text: str) -> str:
    return " ".join(text.split())


CONTEXTS = {
    "{}": {"paragraph_open", "paragraph_close"},
    "# {}": {"heading_open", "heading_close"},
    "**a{}z: held**": {"paragraph_open", "strong_open", "strong_close", "paragraph_close"},
    "- {}: said": {"bullet_list_open", "list_item_open", "paragraph_open", "paragraph_close"}
    | {"list_item_close", "bullet_list_close"},
    "[{}](#there)": {"paragraph_open", "link_open", "link_close", "paragraph_close"},
}


@pytest.mark.parametrize("context", CONTEXTS)
@given(text=TEXTS)
@example(text="[x](javascript:alert(1))")
@example(text="<script>alert(1)</script>")
@example(text="[foo]")
@example(text="1. $x^{$ `a` &amp; a__b__")
@example(text="a #")
def test_text_is_shown_as_it_is_wherever_it_stands(context, text):
    tokens = PAGE.parse(context.format(inline(text)))
    assert set(kinds(tokens)) <= {*CONTEXTS[context], "text"}
    around = re.sub(r"[*#\[\]()]|^- |#there", "", context.replace("(#there)", ""))
    assert squeezed(shown(tokens)) == squeezed(around.format(expected(text)))


@given(texts=st.lists(TEXTS, min_size=2, max_size=4))
def test_table_keeps_its_shape(texts):
    line = "| " + " | ".join(in_cell(text) for text in texts) + " |"
    tokens = PAGE.parse("\n".join(["| a " * len(texts) + "|", "| --- " * len(texts) + "|", line]))
    body = tokens[[token.type for token in tokens].index("tbody_open") :]
    cells = [token for token in body if token.type == "inline"]
    assert [squeezed(shown([cell])) for cell in cells] == [squeezed(expected(text)) for text in texts]
    assert {kind for cell in cells for kind in kinds([cell])} <= {"text"}


@given(text=TEXTS)
@example(text="`")
@example(text="``a`")
def test_code_is_shown_as_it_is(text):
    tokens = PAGE.parse(f"a {code(text)} z")
    wanted = expected(text)
    assert [child.content for child in tokens[1].children if child.type == "code_inline"] == (
        [wanted] if wanted else []
    )


@pytest.mark.parametrize(
    "text",
    ["r_M", "the marker [ZLT] follows", "smollm2-135m@full", "r -0.57 [-0.88, +0.09]", "p < 0.001", "a - b", "χ²/df"],
)
def test_ordinary_words_stay_as_they_are(text):
    assert inline(text) == text


def test_markdown_is_not_escaped_again():
    assert inline(inline("*a*")) == r"\*a\*"
    assert inline(Markdown("*a*")) == "*a*"


@given(text=st.text())
def test_nothing_that_acts_on_a_terminal_is_left(text):
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", visible(text))
    assert visible(visible(text)) == visible(text)
    assert json.loads(json_text([text])) == [text]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", json_text([text]))


def test_words_of_every_script_stay():
    words = "图书馆員 کتاب\u200cدار 👩\u200d🔬 Δr"
    assert visible(words) == words
    assert visible("\x1b[31mred\u202e") == r"\x1b[31mred\u202e"
