import pytest
from worlds import rises, world

from harness.answer import ask
from harness.plain import plain

SEEN = []


def with_defaults(panel, limit=0.5, *, note="yes"):
    """Made up."""
    SEEN.append((limit, note))
    assert panel.cosine.max() > limit, "too low"


class Suite:
    def test_method(self, panel):
        assert panel is None


def test_plain_body_says_the_same():
    for seed in range(20):
        panel = world(0.6, 8, seed)
        theirs, ours = ask(rises, panel), ask(plain(rises), panel)
        assert (theirs.outcome, theirs.findings) == (ours.outcome, ours.findings)


def test_plain_body_does_not_explain_its_asserts():
    panel = world(-0.9, 8, seed=0)
    assert "where" in ask(rises_here, panel).reason + str(explained(rises_here, panel))
    assert ask(plain(rises_here), panel).reason == "an assertion without message"


def rises_here(panel):
    assert panel.cosine.max() > 1


def explained(body, panel):
    with pytest.raises(AssertionError) as caught:
        body(panel)
    return caught.value


def test_defaults_and_messages_are_kept():
    panel = world(0.5, 8, seed=0)
    SEEN.clear()
    assert ask(lambda some: plain(with_defaults)(some, limit=2.0), panel).reason == "too low"
    with pytest.raises(AssertionError, match="too low"):
        plain(with_defaults)(panel)
    assert SEEN == [(2.0, "yes"), (0.5, "yes")]


def test_what_cannot_be_compiled_anew_stays_as_it_is():
    outer = 3

    def closure(panel):
        assert len(panel) > outer

    method = Suite().test_method
    for function in (closure, method, eval("lambda panel: None"), len):  # noqa: S307
        assert plain(function) is function
