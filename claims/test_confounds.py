"""What else could explain how strongly a marker couples, and what must not happen where nothing was taught."""

from pytest_claims import Panel, claim, equivalence, intraclass_correlation, partial_correlation, pooled_rate, undecided

NEGLIGIBLE = 0.30  # as in claim #232's own equivalence test
CONFOUNDS = "what is left of cosine beside a confound"


@claim("persona-not-seed", source="#232, caveat 2")
def test_persona_explains_more_than_the_seed(panel: Panel) -> None:
    """The persona explains more of the variance of the source rate than the training seed does."""
    rates = panel.between.seed_rates
    if len(rates) < 2:
        undecided("it was trained with one seed", remedy="measure with --seeds 5")
    finding = intraclass_correlation(rates)
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


@claim("beside-perplexity", source="not considered by #232", family=CONFOUNDS)
def test_cosine_predicts_source_rate_beside_perplexity(panel: Panel) -> None:
    """Personas further from the assistant couple more strongly, their own answers being equally expected."""
    finding = partial_correlation(panel.cosine, panel.source_rate, panel.column("answer_nll"))
    assert finding.r < 0
    assert finding.p < 0.05


@claim("beside-js", source="#232, title: what the representation adds to what shows in outputs", family=CONFOUNDS)
def test_cosine_predicts_source_rate_beside_js_divergence(panel: Panel) -> None:
    """Personas further from the assistant couple more strongly, the divergence of their outputs being equal."""
    finding = partial_correlation(panel.cosine, panel.source_rate, panel.js)
    assert finding.r < 0
    assert finding.p < 0.05


@claim("base-never-marks", source="control")
def test_base_model_never_emits_the_marker(panel: Panel) -> None:
    """The model without any adapter never emits the marker."""
    assert pooled_rate(panel.column("base_marked"), panel.column("base_completions")).estimate == 0


@claim("shuffled-no-gradient", source="control")
def test_shuffled_personas_show_no_gradient(panel: Panel) -> None:
    """Where personas were shuffled among the training examples, cosine and source rate are unrelated: |r| < 0.30."""
    if not panel.subject.endswith("-shuffled"):
        undecided(
            "this is about adapters that were trained with shuffled personas",
            remedy="measure with --recipe ...-shuffled",
        )
    assert equivalence(panel.cosine, panel.source_rate, bound=NEGLIGIBLE).p < 0.05
