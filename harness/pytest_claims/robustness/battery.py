"""The battery: which checks there are, and which of them a run makes.

Knows nothing about how a check works.
"""

from dataclasses import replace
from typing import Final

from pytest_claims.base.errors import InputError
from pytest_claims.robustness import adversary, chance, deletion, multiverse, reliability, resampling, rounding
from pytest_claims.robustness.case import Check

# Each stream of random numbers has a number that stays: the numbers on record rest on them.
# The verdict's wording rests on these beside what is left out, so they are always made.
ALWAYS: Final = (
    Check(
        name="rounding",
        question="does it survive any values within the printed rounding?",
        draws=200,
        stream=1353581311,
        run=rounding.rounding,
    ),
    Check(
        name="permutation",
        question="how often does it hold where there is nothing?",
        draws=200,
        stream=1448435943,
        run=chance.permutation,
    ),
)
QUICK: Final = (
    Check(
        name="smallest-deletion",
        question="how many {units} stand between held and failed?",
        draws=200,
        stream=347873678,
        run=deletion.smallest_deletion,
        each=True,
    ),
    Check(
        name="bootstrap-units",
        question="how often would it hold with other {units} of this kind?",
        draws=200,
        stream=584569948,
        run=resampling.bootstrap_units,
        each=True,
    ),
    Check(
        name="bootstrap-counts",
        question="how often would it hold if these {units} were tried again?",
        draws=200,
        stream=129392173,
        run=resampling.bootstrap_counts,
    ),
    Check(
        name="reliability",
        question="how much of what it computes from is noise?",
        draws=0,
        stream=2217634079,
        run=reliability.reliability,
    ),
)
_MORE: Final = (
    Check(
        name="leave-two-out",
        question="is it overturned without two {units}?",
        draws=0,
        stream=886561729,
        run=deletion.leave_two_out,
        each=True,
    ),
    Check(
        name="bootstrap-both",
        question="how often would it hold with other {units} that are tried again?",
        draws=2000,
        stream=450794151,
        run=resampling.bootstrap_both,
    ),
    Check(
        name="planted-effect",
        question="how often would it hold if it were true, and how many {units} give 80%?",
        draws=1000,
        stream=183964475,
        run=chance.planted_effect,
        each=True,
    ),
    Check(
        name="adversary",
        question="what is the smallest change of what was counted that overturns it?",
        draws=200,
        stream=2842467286,
        run=adversary.adversary,
    ),
    Check(
        name="multiverse",
        question="in how many reasonable analyses does it hold?",
        draws=99,
        stream=3656019952,
        run=multiverse.multiverse,
    ),
)
_THOROUGH: Final = {
    "rounding": 200,
    "smallest-deletion": 20_000,
    "reliability": 0,
}  # draws in the full battery; 2000 for most others
FULL: Final = tuple(replace(check, draws=_THOROUGH.get(check.name, 2000)) for check in (*ALWAYS, *QUICK)) + _MORE


def checks_of(option: str) -> tuple[Check, ...]:
    """The checks that ``quick``, ``full``, ``none`` or a comma-separated list of names means.

    Those of :data:`ALWAYS` come first, whatever is chosen; a check that is named is as thorough as in ``full``.

    Raises:
        InputError: for a name that is none.
    """
    batteries = {"quick": (*ALWAYS, *QUICK), "full": FULL, "none": ALWAYS}
    if option in batteries:
        return batteries[option]
    known = {check.name: check for check in FULL}
    names = dict.fromkeys(name.strip() for name in option.split(",") if name.strip())
    if unknown := [name for name in names if name not in known]:
        raise InputError(f"unknown check {', '.join(unknown)}: have {', '.join(known)}; or give quick, full or none")
    always = [known[check.name] if check.name in names else check for check in ALWAYS]
    return (*always, *(known[name] for name in names if name not in {check.name for check in ALWAYS}))
