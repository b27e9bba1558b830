"""The page of findings where a finding's own data are several subjects: what they answer, and no more."""

import test_findings
from test_findings import DECLARED, FLAT, OPEN, lines_of

court = test_findings.court


def test_more_data_of_the_same_study_answer_what_names_them_and_replicate_nothing(court):
    court.table("second", FLAT)
    file = court.pytester.path / "claims" / "finding.toml"
    named = '[[question]]\nname = "The second table"\nclaims = {claims}\nsubjects = ["second"]\n'
    declared = DECLARED.replace('own = "own"', 'own = ["own", "second"]')
    file.write_text(declared + named.format(claims='["zeta-rises"]'))
    page = court.page()
    own = "In the table of the note: held, robust."
    assert lines_of(page, "Caveat: one model")[-1] == f"**{own} {OPEN} there is no new subject.**"
    assert lines_of(page, "The second table")[-1] == f"**{own} On [second]: inconclusive.**"
    assert "| [second] | the finding's own data |" in page
    file.write_text(declared + named.format(claims='["zeta-rises", "alpha-js"]'))
    said = lines_of(court.page(), "The second table")
    assert said[-1].endswith("On [second]: 2 undecided.**")
    assert not any("new subject" in line for line in said)


def test_question_that_names_a_subject_that_is_none_is_refused(court):
    file = court.pytester.path / "claims" / "finding.toml"
    file.write_text(DECLARED + '[[question]]\nname = "Other"\nclaims = ["zeta-rises"]\nsubjects = ["owl"]\n')
    assert "question 'Other': unknown subject 'owl'; did you mean 'own'?" in court.judge().stdout.str()
