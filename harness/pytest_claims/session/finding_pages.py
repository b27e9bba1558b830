"""The pages of findings of a run: that of each, their index, and the parts of other pages that follow from verdicts.

Knows nothing about judging. It is imported when such pages are asked for.
"""

from collections.abc import Mapping
from pathlib import Path

from pytest_claims.base.given_file import given_text
from pytest_claims.data.finding import Finding
from pytest_claims.report.conclusions import lost
from pytest_claims.report.file_name import folder_of
from pytest_claims.report.findings import Place, findings, index, inserted
from pytest_claims.verdicts.conclusions import conclusions_of
from pytest_claims.verdicts.record import Record


def finding_pages(
    record: Record, path: Path, places: Mapping[str, Place], declared: Mapping[str, Finding | None]
) -> dict[Path, str]:
    """What is to be written where; ``declared`` are the findings of the record by name, and ``path`` names the index.

    Raises:
        InputError: for what a finding declares and does not fit the record, or a page that cannot be filled.
    """
    texts: dict[Path, str] = {}
    for name, finding in declared.items():
        own = record.of(name)
        here = {claim: place for claim, place in places.items() if claim in own.matrix}
        texts[path.with_stem(f"{path.stem}-{folder_of(name)}")] = findings(own, here, finding)
    if len(texts) > 1:
        titles = [finding.title if finding else "" for finding in declared.values()]
        texts[path] = index(record, [page.name for page in texts], titles)
    else:
        texts = dict.fromkeys([path], *texts.values())
    for name, finding in ((name, one) for name, one in declared.items() if one is not None):
        for page in finding.declared.pages:
            file = (finding.folder / page).resolve()
            remedy = f"correct pages in its {name}/finding.toml"
            text = texts.get(file) or given_text(file, kind="a page", remedy=remedy)
            texts[file] = inserted(text, record.of(name), finding, where=page)
    return texts


def lost_conclusions(record: Record, declared: Mapping[str, Finding | None]) -> list[str]:
    """Of each sentence that its verdicts do not carry, why it is not written."""
    several = [(name, finding) for name, finding in declared.items() if finding]
    return [lost(one) for name, finding in several for one in conclusions_of(finding, record.of(name)) if not one.holds]
