"""The page of findings where a finding's own data are several subjects: what they answer, and no more."""

import test_findings
from test_findings import DECLARED, FLAT, OPEN, lines_of

court = test_findings.court
NAMED = '[[question]]\nname = "The second table"\nclaims = {claims}\nsubjects = ["second"]\n'


def concluded(page, question):
    """What stands last of a question, whether names are links or not."""
    return lines_of(page, question)[-1].replace("[", "").replace("]", "")


def declare(court, text):
    (court.pytester.path / "claims" / "finding.toml").write_text(text)


def test_more_data_of_the_same_study_answer_what_names_them_and_replicate_nothing(court):
    court.table("second", FLAT)
    declared = DECLARED.replace('own = "own"', 'own = ["own", "second"]')
    declare(court, declared + NAMED.format(claims='["zeta-rises"]'))
    page = court.page()
    own = "In the table of the note: held, robust."
    assert concluded(page, "Caveat: one model") == f"**{own} {OPEN} there is no new subject.**"
    assert concluded(page, "The second table") == f"**{own} On second: inconclusive.**"
    declare(court, declared + NAMED.format(claims='["zeta-rises", "alpha-js"]'))
    assert "second (source)" in court.judge().stdout.str()
    page = court.page_file.read_text()
    assert concluded(page, "The second table").endswith("On second: 2 undecided.**")
    assert not any("new subject" in line for line in lines_of(page, "The second table"))


def test_question_that_names_a_subject_that_is_none_is_refused(court):
    declare(court, DECLARED + NAMED.format(claims='["zeta-rises"]').replace("second", "owl"))
    assert "question 'The owl table': unknown subject 'owl'; did you mean 'own'?" in court.judge().stdout.str()
