"""What else could explain how strongly a marker couples, and what must not happen where nothing was taught."""

from claims.marker_coupling.between import answers_samples, reflected, seed_counts, seed_rates
from claims.marker_coupling.nulls import DEALT
from pytest_claims import (
    Table,
    claim,
    difference_of_dependent_correlations,
    equivalence,
    intraclass_correlation,
    partial_correlation,
    pearson,
    pooled_rate,
    undecided,
    variance_components,
)

NEGLIGIBLE = 0.30  # as in claim #232's own equivalence test
SEVERAL = "measure with --claims-set data.samples=3 --claims-seeds 9"
CONFOUNDS = "what is left of cosine beside a confound"
NOT_CONSIDERED = "not considered by #232"


@claim("persona-not-seed", source="#232, caveat 2")
def test_persona_explains_more_than_the_seed(table: Table) -> None:
    """The persona explains more of the variance of the source rate than the training seed does."""
    # What a seed does is in it, and what another sample of training answers does only where seeds have several of them;
    # the next claim asks for that alone, and is undecided where they do not.
    rates = seed_rates(table)
    if len(rates) < 2:
        undecided("it was trained with one seed", remedy="measure with --claims-seeds 5")
    estimate = intraclass_correlation(rates)
    assert estimate.low is not None
    assert estimate.low > 0.5


@claim("persona-not-answers", source="#232, caveat 2: which seed, and on which answers, it does not say")
def test_persona_explains_more_than_the_sample_of_answers(table: Table) -> None:
    """The persona explains more of the variance of the source rate than another sample of training answers does."""
    samples = answers_samples(table)
    if len(set(samples)) == 1:
        undecided("all seeds share one sample of training answers; what another does is not known", remedy=SEVERAL)
    if len(set(samples)) == len(samples):
        undecided("each seed has its own sample of training answers; what is either's is not known", remedy=SEVERAL)
    estimate = variance_components(*seed_counts(table), samples)
    assert estimate.low is not None
    assert estimate.low > 0.5


@claim("beside-prompt-length", source=NOT_CONSIDERED, family=CONFOUNDS, null=DEALT)
def test_cosine_predicts_source_rate_beside_prompt_length(table: Table) -> None:
    """Personas further from the assistant couple more strongly, the length of their prompts being equal."""
    estimate = partial_correlation(table["cosine"], table["source_rate"], table["prompt_tokens"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("beside-answer-length", source=NOT_CONSIDERED, family=CONFOUNDS, null=DEALT)
def test_cosine_predicts_source_rate_beside_answer_length(table: Table) -> None:
    """Personas further from the assistant couple more strongly, the length of their own answers being equal."""
    estimate = partial_correlation(table["cosine"], table["source_rate"], table["answer_tokens"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("beside-perplexity", source=NOT_CONSIDERED, family=CONFOUNDS, null=DEALT)
def test_cosine_predicts_source_rate_beside_perplexity(table: Table) -> None:
    """Personas further from the assistant couple more strongly, their own answers being equally expected."""
    estimate = partial_correlation(table["cosine"], table["source_rate"], table["answer_nll"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim(
    "beside-js",
    source="#232, title: what the representation adds to what shows in outputs",
    family=CONFOUNDS,
    null=DEALT,
)
def test_cosine_predicts_source_rate_beside_js_divergence(table: Table) -> None:
    """Personas further from the assistant couple more strongly, the divergence of their outputs being equal."""
    estimate = partial_correlation(table["cosine"], table["source_rate"], table["js"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("shorter-answers-couple", source=NOT_CONSIDERED, null=DEALT, exploratory=True)
def test_personas_with_shorter_answers_couple_more(table: Table) -> None:
    """Personas whose own answers are shorter couple more strongly."""
    estimate = pearson(table["answer_tokens"], table["source_rate"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("answer-length-predicts-better", source=NOT_CONSIDERED, null=DEALT, exploratory=True)
def test_answer_length_predicts_better_than_cosine(table: Table) -> None:
    """The length of a persona's own answers goes with source rates more closely than cosine does, by |r|."""
    # Nobody said with which sign length goes with rates. The data choose it of both columns, so that without any
    # relation neither has the larger |r|.
    length, cosine = reflected(table, "answer_tokens"), reflected(table, "cosine")
    estimate = difference_of_dependent_correlations(length, cosine, table["source_rate"])
    assert estimate.p < 0.05


@claim("js-beside-answer-length", source=NOT_CONSIDERED, null=DEALT, exploratory=True)
def test_js_divergence_predicts_source_rate_beside_answer_length(table: Table) -> None:
    """Personas whose outputs diverge more couple more strongly, the length of their own answers being equal."""
    estimate = partial_correlation(table["js"], table["source_rate"], table["answer_tokens"])
    assert estimate.r > 0
    assert estimate.p < 0.05


@claim("base-never-marks", source="control", null="none")
def test_base_model_never_emits_the_marker(table: Table) -> None:
    """The model without any adapter never emits the marker."""
    assert pooled_rate(table["base_marked"], table["base_completions"]).value == 0


@claim("shuffled-no-gradient", source="control", null="none")
def test_shuffled_personas_show_no_gradient(table: Table) -> None:
    """Where personas were shuffled among the training examples, cosine and source rate are unrelated: |r| < 0.30."""
    if not table.subject.endswith("-shuffled"):
        undecided(
            "this is about adapters that were trained with shuffled personas",
            remedy="measure with --claims-recipe ...-shuffled",
        )
    assert equivalence(table["cosine"], table["source_rate"], bound=NEGLIGIBLE).p < 0.05
