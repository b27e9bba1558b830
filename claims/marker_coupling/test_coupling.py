"""Claim #232: marker coupling tracks representational distance from the assistant, not behavioural distance.

Ten LoRA adapters were trained with one recipe, each teaching one persona to end its answers with
[ZLT]. The source printed one table of ten personas; these tests state what it concludes from it.
"""

from collections.abc import Sequence

import numpy as np

from claims.marker_coupling.between import distance
from claims.marker_coupling.nulls import DEALT
from pytest_claims import (
    Estimate,
    Original,
    PrintedCorrelation,
    Table,
    claim,
    dealt,
    difference_of_dependent_correlations,
    equivalence,
    heterogeneity,
    pearson,
    rate_equivalence,
    recomputable,
    share,
    undecided,
)

COUPLING = "what predicts coupling"  # the claims that count as discoveries in the one table
PUBLISHED = "qwen2.5-7b-instruct@published"


def _printed_r(r: float) -> Original:
    return Original(subject=PUBLISHED, value=r, n=10)


NEGLIGIBLE = 0.30  # |r| below Cohen's (1988) "medium"; fixed before any model was measured
MARGIN = 0.10  # rates closer than ten percentage points count as the same; fixed likewise
PRINTED_ROWS = 10


@claim("cosine-predicts-coupling", source="#232, takeaway 1", family=COUPLING, original=_printed_r(-0.66), null=DEALT)
def test_cosine_predicts_source_rate(table: Table) -> None:
    """Personas further from the assistant in representation space couple more strongly."""
    estimate = pearson(table["cosine"], table["source_rate"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim(
    "js-not-significant",
    source="#232, takeaway 2",
    original=_printed_r(0.54),
    null=DEALT,
    twin="js-negligible",
)
def test_js_divergence_does_not_reach_significance(table: Table) -> None:
    """JS divergence from the assistant rises with source rate, but not significantly."""
    estimate = pearson(table["js"], table["source_rate"])
    assert estimate.r > 0
    assert estimate.p >= 0.05


@claim("js-predicts-coupling", source="the reverse of #232, title", null=DEALT, exploratory=True)
def test_js_divergence_predicts_source_rate(table: Table) -> None:
    """Personas whose outputs diverge more from the assistant's couple more strongly."""
    estimate = pearson(table["js"], table["source_rate"])
    assert estimate.r > 0
    assert estimate.p < 0.05


@claim("js-negligible", source="#232, title; stated as an equivalence test", family=COUPLING, null="none")
def test_js_divergence_is_unrelated_to_source_rate(table: Table) -> None:
    """The correlation of JS divergence with source rate is negligible: |r| < 0.30."""
    assert equivalence(table["js"], table["source_rate"], bound=NEGLIGIBLE).p < 0.05


@claim(
    "cosine-js-correlation",
    source="#232, table of correlations",
    original=_printed_r(-0.50),
    null=dealt("js", across="persona"),
)
def test_cosine_and_js_correlate_weakly(table: Table) -> None:
    """Cosine and JS divergence to the assistant correlate negatively, but not significantly."""
    estimate = pearson(table["cosine"], table["js"])
    assert estimate.r < 0
    assert estimate.p >= 0.05


def _printed(x: str, y: str, r: float, p: float) -> PrintedCorrelation:
    return PrintedCorrelation(x=x, y=y, r=r, p=p, r_half=0.005, p_half=0.0005)


PRINTED = (
    _printed("cosine", "source_rate", r=-0.66, p=0.039),
    _printed("js", "source_rate", r=0.54, p=0.105),
    _printed("cosine", "js", r=-0.50, p=0.138),
)


def _recomputed(table: Table, printed: Sequence[PrintedCorrelation]) -> Estimate:
    if table.subject != PUBLISHED or not table.rounding or len(table) != PRINTED_ROWS:
        undecided("the printed numbers are those of the whole table that #232 prints")
    columns = {name: table[name] for name in table.rounding}
    return recomputable(columns, table.rounding, printed)


@claim("printed-cosine-js", source="#232, table of correlations", null="none")
def test_printed_correlation_of_cosine_and_js(table: Table) -> None:
    """The printed correlation of cosine and JS divergence, r = -0.50 and p = 0.138, follows from the printed table."""
    assert _recomputed(table, PRINTED[2:]).value == 0


@claim("printed-correlations", source="#232, table of correlations", null="none")
def test_printed_correlations_can_be_recomputed(table: Table) -> None:
    """All printed correlations follow at once from values that round to the printed table."""
    assert _recomputed(table, PRINTED).value == 0


@claim("top-five-negative", source="#232, takeaway 1", null=DEALT)
def test_five_highest_rates_have_negative_cosine(table: Table) -> None:
    """The five personas with the highest source rates all have negative cosine to the assistant."""
    highest = table.highest(5, "source_rate").rows
    chosen = np.array([persona in highest for persona in table.rows])
    estimate = share(table["cosine"] < 0, chosen)
    assert estimate.value == 1


@claim("bottom-four-positive", source="#232, takeaway 4", null=DEALT)
def test_four_lowest_rates_have_positive_cosine(table: Table) -> None:
    """The four personas with the lowest source rates all have positive cosine to the assistant."""
    lowest = table.lowest(4, "source_rate").rows
    chosen = np.array([persona in lowest for persona in table.rows])
    estimate = share(table["cosine"] > 0, chosen)
    assert estimate.value == 1


@claim("bottom-four-alike", source="#232, takeaway 4", null=DEALT, twin="bottom-four-equivalent")
def test_four_lowest_rates_are_indistinguishable(table: Table) -> None:
    """The four lowest source rates do not differ by more than sampling noise explains."""
    lowest = table.lowest(4, "source_rate")
    estimate = heterogeneity(lowest.successes, lowest.trials)
    assert estimate.p >= 0.05


@claim("bottom-four-equivalent", source="#232, takeaway 4; stated as an equivalence test", family=COUPLING, null="none")
def test_four_lowest_rates_are_equivalent(table: Table) -> None:
    """The four lowest source rates are equal to within ten percentage points."""
    lowest = table.lowest(4, "source_rate")
    estimate = rate_equivalence(lowest.successes, lowest.trials, margin=MARGIN)
    assert estimate.p < 0.05


@claim("librarian-outlier", source="#232, takeaway 3", null=DEALT)
def test_librarian_couples_most_with_assistant_like_outputs(table: Table) -> None:
    """The librarian has the highest source rate, negative cosine, and the JS divergence nearest software_engineer's."""
    own = table.value("js", "librarian")
    engineer = table.value("js", "software_engineer")
    others = table.without("librarian", "software_engineer")["js"]
    next_nearest = np.abs(others - engineer).min()
    rank = table.rank("source_rate", "librarian")
    cosine = table.value("cosine", "librarian")
    assert rank == 1
    assert cosine < 0
    assert abs(own - engineer) <= next_nearest


@claim("cosine-without-librarian", source="#232, takeaways 1 and 3", family=COUPLING, null=DEALT)
def test_cosine_predicts_source_rate_without_the_librarian(table: Table) -> None:
    """Personas further from the assistant couple more strongly, also when the librarian is left out."""
    rest = table.without("librarian")
    estimate = pearson(rest["cosine"], rest["source_rate"])
    assert estimate.r < 0
    assert estimate.p < 0.05


@claim("js-without-librarian", source="#232, takeaways 2 and 3", null=DEALT, twin="js-negligible")
def test_js_divergence_does_not_reach_significance_without_the_librarian(table: Table) -> None:
    """JS divergence rises with source rate, but not significantly, also when the librarian is left out."""
    rest = table.without("librarian")
    estimate = pearson(rest["js"], rest["source_rate"])
    assert estimate.r > 0
    assert estimate.p >= 0.05


@claim("coupling-differs", source="#232, background", family=COUPLING)
def test_coupling_differs_although_training_was_identical(table: Table) -> None:
    """Source rates of the adapters differ more than the sampling of completions explains, by persona or by seed."""
    assert heterogeneity(table.successes, table.trials).p < 0.05


@claim("cosine-predicts-better", source="#232, title", family=COUPLING, null=DEALT)
def test_cosine_predicts_better_than_js_divergence(table: Table) -> None:
    """Representational distance predicts coupling better than behavioural distance does."""
    estimate = difference_of_dependent_correlations(distance(table), table["js"], table["source_rate"])
    assert estimate.p < 0.05
