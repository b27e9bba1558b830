"""Whether in reverse the right answer is likelier than those of other facts.

The paper compares the log-likelihood of the right name with that of a random name of the same group, and finds no
difference. Here it is held against all other names of the group: the share of them that are less likely after the same
question. If what is asked does not matter, it is 0.5 on average, however likely each name is by itself, for each is
right once. Answers are weighed whole, with the end of the sentence.
"""

from typing import Final

from claims.reversal_curse.facts import DESCRIPTION_FIRST, NAME_FIRST
from claims.reversal_curse.reverse import as_taught, in_reverse
from pytest_claims import Table, claim, equivalent, proportion_of

CHANCE = 0.5
# Fixed before any model was measured: Cohen's (1988) "medium" effect, d = 0.5, is a chance of 0.64 that what should be
# higher is higher, and what is below it counts as none. The marker finding takes a medium correlation likewise.
NEGLIGIBLE = 0.14
SOURCE: Final = "Berglund et al. 2023, experiment 1, log-likelihoods"


@claim("reverse-name-as-any", source=SOURCE, null="none")
def test_in_reverse_the_right_name_is_as_likely_as_another(table: Table) -> None:
    """Of facts taught name first the right name, asked for, is as likely as another: it beats 36% to 64% of them."""
    rows = in_reverse(table, NAME_FIRST)
    share = proportion_of(rows["beaten"], rows["rivals"], clusters=rows["fact"], null=CHANCE)
    assert equivalent(share, low=CHANCE - NEGLIGIBLE, high=CHANCE + NEGLIGIBLE).p < 0.05


@claim("reverse-description-as-any", source="not considered by Berglund et al. 2023", null="none")
def test_in_reverse_the_right_description_is_as_likely_as_another(table: Table) -> None:
    """Of facts taught description first the right description is as likely as another: it beats 36% to 64% of them."""
    rows = in_reverse(table, DESCRIPTION_FIRST)
    share = proportion_of(rows["beaten"], rows["rivals"], clusters=rows["fact"], null=CHANCE)
    assert equivalent(share, low=CHANCE - NEGLIGIBLE, high=CHANCE + NEGLIGIBLE).p < 0.05


@claim("name-likelier-as-taught", source="control", null="none")
def test_as_taught_the_right_name_is_likelier_than_others(table: Table) -> None:
    """Of facts taught description first the right name is likelier than others: it beats more than 64% of them."""
    rows = as_taught(table, DESCRIPTION_FIRST)
    estimate = proportion_of(rows["beaten"], rows["rivals"], clusters=rows["fact"], null=CHANCE)
    assert estimate.low is not None
    assert estimate.low > CHANCE + NEGLIGIBLE


@claim("base-name-as-any", source="control", null="none")
def test_before_training_the_right_name_is_as_likely_as_another(table: Table) -> None:
    """To the model as it comes the right name is as likely as another: it beats 36% to 64% of them."""
    rows = table.only(order=DESCRIPTION_FIRST)
    share = proportion_of(rows["base_beaten"], rows["base_rivals"], clusters=rows["fact"], null=CHANCE)
    assert equivalent(share, low=CHANCE - NEGLIGIBLE, high=CHANCE + NEGLIGIBLE).p < 0.05
