"""The reader: how the claims of one place see data, by what their finding declares or their conftest.py says.

Knows nothing about judging, or about which subjects there are.
"""

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pytest

from pytest_claims.base.boundary import naming
from pytest_claims.base.errors import InputError
from pytest_claims.session.belonging import finding_at

if TYPE_CHECKING:
    from pytest_claims.data.finding import Finding
    from pytest_claims.data.measurement import Measurement
    from pytest_claims.reading.cells import Cells

_COURT: Final = "pytest_claims.plugin"  # whose own hook is for findings that have none


@dataclass(frozen=True, kw_only=True)
class Reader:
    """How the claims of one place see data; ``place`` tells readers that see them otherwise from each other.

    ``finding`` is theirs, if any. ``declares`` says whether it says itself what the columns of a table of text, and
    labelled arrays, are.
    """

    place: Hashable
    finding: "Finding | None"
    declares: bool
    table_of: "Callable[[Measurement | Cells], object]"

    @property
    def name(self) -> str:
        """The name of the finding; empty without one."""
        return self.finding.name if self.finding else ""

    @property
    def wanted(self) -> "Collection[str] | None":
        """The columns of a table of text that the finding names."""
        from pytest_claims.data.wanted import wanted_columns

        return wanted_columns(self.finding.declared) if self.finding else None


def tables_of(item: pytest.Function) -> list[Callable[..., object]]:
    """The functions that make a table for the claims of a test, where somebody wrote some; the nearest comes last."""
    several = item.ihook.pytest_claims_table.get_hookimpls()
    return [one.function for one in several if one.function.__module__ != _COURT]


def reader_of(item: pytest.Function) -> Reader:
    """How the claims of a test see data: as their finding declares, or as the conftest.py of their folder says."""
    from pytest_claims.data.design import Design
    from pytest_claims.reading.cells import Cells

    finding, hook = finding_at(item.config, item.path), item.ihook.pytest_claims_table
    own = tables_of(item)
    declares = finding is not None and bool(finding.declared.measured) and not own

    def as_it_is(data: "Measurement | Cells") -> object:
        if finding is not None and (declares or isinstance(data, Cells)):
            return finding.table(data)
        if isinstance(data, Cells):
            raise InputError(f"{data.name} is text, and no finding.toml says what its columns are; add one")
        return hook(measurement=data, design=finding.design if finding else Design())

    return Reader(
        place=item.path.parent,
        finding=finding,
        declares=declares,
        table_of=lambda data: _with_variants(as_it_is(data), data, as_it_is),
    )


def _with_variants(
    table: object, data: "Measurement | Cells", table_of: "Callable[[Measurement | Cells], object]"
) -> object:
    """The table, with one more variant for each that its source prints elsewhere."""
    from pytest_claims.data.measurement import Measurement
    from pytest_claims.data.table import Table
    from pytest_claims.data.table_check import check_table

    variants = dict[str, Table]()
    for name, other in data.as_elsewhere().items() if isinstance(data, Measurement) else ():
        with naming(f"elsewhere {name!r}"):
            variant = table_of(other)
            if isinstance(variant, Table):
                check_table(variant)
                variants[name] = variant.fresh()
    return replace(table, variants={**table.variants, **variants}) if isinstance(table, Table) and variants else table
