"""What else could explain how strongly a marker couples: the seed, and how long prompts and answers are."""

from harness import Panel, claim, intraclass_correlation, partial_correlation

CONFOUNDS = "what is left of cosine beside a confound"


@claim("persona-not-seed", source="#232, caveat 2")
def test_persona_explains_more_than_the_seed(panel: Panel) -> None:
    """The persona explains more of the variance of the source rate than the training seed does."""
    finding = intraclass_correlation(panel.between.seed_rates)
    assert finding.low is not None
    assert finding.low > 0.5


@claim("beside-prompt-length", source="not considered by #232", family=CONFOUNDS)
def test_cosine_predicts_source_rate_beside_prompt_length(panel: Panel) -> None:
    """Personas further from the assistant couple more strongly, the length of their prompts being equal."""
    finding = partial_correlation(panel.cosine, panel.source_rate, panel.column("prompt_tokens"))
    assert finding.r < 0
    assert finding.p < 0.05


@claim("beside-answer-length", source="not considered by #232", family=CONFOUNDS)
def test_cosine_predicts_source_rate_beside_answer_length(panel: Panel) -> None:
    """Personas further from the assistant couple more strongly, the length of their own answers being equal."""
    finding = partial_correlation(panel.cosine, panel.source_rate, panel.column("answer_tokens"))
    assert finding.r < 0
    assert finding.p < 0.05


@claim("beside-js", source="#232, title: what the representation adds to what shows in outputs", family=CONFOUNDS)
def test_cosine_predicts_source_rate_beside_js_divergence(panel: Panel) -> None:
    """Personas further from the assistant couple more strongly, the divergence of their outputs being equal."""
    finding = partial_correlation(panel.cosine, panel.source_rate, panel.js)
    assert finding.r < 0
    assert finding.p < 0.05
