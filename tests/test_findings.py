"""The page of findings: all of it follows from verdicts, and nothing is left out silently."""

import re

import found_project
import pytest
from found_project import CLAIMS, DECLARED, FALLING, FLAT, OPEN, RISING, lines_of, rows_of

court = found_project.court


def test_every_claim_has_a_mark_for_every_subject_in_the_order_of_its_file(court):
    court.table("new", FLAT)
    court.table("reverse", FALLING)
    rows = rows_of(court.page(), "Every claim on every subject")
    subjects = [row[:2] for row in rows if row[1] in ("own", "new", "reverse")]
    assert subjects == [["a", "own"], ["b", "new"], ["c", "reverse"]]
    assert rows[-3:] == [
        ["claim", "what it says", "a", "b", "c"],
        ["zeta-rises", r"Source rate rises with cosine \| and a pipe.", "`H`", "`?`", "`X`"],
        ["alpha-js", "Source rate rises with divergence.", "`.`", "`.`", "`.`"],
    ]


def test_estimates_of_claims_that_questions_name_have_p_and_what_correction_leaves_of_it(court):
    court.table("new", FLAT)
    (court.pytester.path / "claims" / "test_found.py").write_text(CLAIMS.replace('table["js"]', 'table["cosine"] ** 2'))
    page = court.page()
    head, rises, again = rows_of(page, "Estimates")
    assert head == ["claim", "own", "new"]
    assert rises[0] == "zeta-rises"
    assert re.fullmatch(r"`H` r \+1\.00 \[.*\], p < 0\.001 \(corrected < 0\.001\)", rises[1])
    assert re.fullmatch(r"`\?` r -0\.29 \[.*\], p = 0\.57 \(corrected > 0\.99\)", rises[2])
    assert again[0] == "alpha-js"
    assert page.count("No interval is corrected for their number.") == 1


def test_known_deviation_stands_beside_its_subject(court):
    court.table("new", FLAT, 'deviation = "p3 was asked twice"')
    said = [line for line in lines_of(court.page(), "Every claim on every subject") if "deviates" in line]
    assert said == ["- **new deviates from what was planned**: p3 was asked twice."]


@pytest.mark.parametrize(
    ("new", "conclusion"),
    [
        ({"a": RISING}, "It replicates on a, the one new subject that can tell."),
        ({"a": FALLING}, "It does not replicate on a, the one new subject that can tell."),
        ({"a": RISING, "b": RISING}, "It replicates on all of the 2 new subjects that can tell."),
        ({"a": FALLING, "b": FALLING}, "It does not replicate on any of the 2 new subjects that can tell."),
        ({"a": RISING, "b": FALLING}, "It replicates on 1 (a) of the 2 new subjects that can tell."),
        (
            {"a@one": RISING, "a@two": RISING, "b": RISING},
            "It replicates on all of the 3 new subjects that can tell, which are of 2 base models.",
        ),
        (
            {"a@one": RISING, "a@two": FALLING},
            "It replicates on 1 (a@one) of the 2 new subjects that can tell, which are of one base model.",
        ),
        ({"a": RISING, "b": FLAT}, "It replicates on a, the one new subject that can tell."),
        ({"a": FLAT}, f"{OPEN} inconclusive on 1 of 1 new subjects."),
        (
            {"a": FLAT, "b": [0.5] * 6},
            f"{OPEN} inconclusive on 1 of 2 new subjects and undecided on 1 of 2 new subjects.",
        ),
        ({"a": [0.5] * 6}, f"{OPEN} undecided on 1 of 1 new subjects."),
        ({"a-control": RISING}, f"{OPEN} there is no new subject."),
    ],
)
def test_conclusion_follows_from_verdicts_on_new_subjects(court, new, conclusion):
    for name, rates in new.items():
        court.table(name, rates)
    own = "In the table of the note: held, robust."
    answer = lines_of(court.page(), "Caveat: one model")
    assert answer[0] == "> a single model"
    assert answer[-1] == f"**{own} {conclusion}**"


@pytest.mark.parametrize(("own", "said"), [(FLAT, "inconclusive"), (FALLING, "contradicted, robust, in reverse")])
def test_what_the_finding_does_not_hold_itself_cannot_replicate(court, own, said):
    court.table("own", own)
    court.tables.pop()
    court.table("new", RISING)
    (*_, conclusion) = lines_of(court.page(), "Caveat: one model")
    assert conclusion.endswith(f"{said}. It holds on new, the one new subject that can tell.**")


def test_question_is_answered_by_subjects_with_enough_rows(court):
    court.table("six", RISING)
    (*_, before) = lines_of(court.page(), "Caveat: few rows")
    assert before.endswith("it cannot be told yet: there is no new subject with 7 items or more.**")
    court.table("seven", [*RISING, 0.71])
    (*answer, after) = lines_of(court.page(), "Caveat: few rows")
    assert after.endswith("Of the 2 claims 1 holds on every new subject that can tell, 1 cannot be told yet.**")
    assert any("on seven " in line for line in answer)
    assert not any("six" in line for line in answer if "Corrected for" not in line)  # p is, for all that are asked


def test_check_of_a_question_is_quoted_where_it_applies(court):
    file = court.pytester.path / "claims" / "finding.toml"
    file.write_text(DECLARED + '[[question]]\nname = "Caveat: rounding"\nclaims = ["zeta-rises"]\ncheck = "rounding"')
    court.table("exact", RISING)
    (*_, conclusion) = lines_of(court.page(), "Caveat: rounding")
    assert (
        "no new subject to which the check 'does it survive any values within the printed rounding?' app" in conclusion
    )
    court.table("printed", RISING, "[rounding]\nsource_rate = 0.005\n")
    answer = "\n".join(lines_of(court.page(), "Caveat: rounding"))
    assert "  - rounding, printed: Values within the printed rounding overturn it in none of " in answer
    assert "rounding, exact" not in answer


def test_unit_of_a_question_is_quoted_where_it_can_be_left_out(court):
    file = court.pytester.path / "claims" / "finding.toml"
    file.write_text(DECLARED + '[[question]]\nname = "Caveat: one item"\nclaims = ["zeta-rises"]\nunit = "item"')
    court.table("two", RISING[:2])
    (*_, conclusion) = lines_of(court.page(), "Caveat: one item")
    assert "there is no new subject of which items can be left out one by one.**" in conclusion
    court.table("six", RISING)
    answer = "\n".join(lines_of(court.page(), "Caveat: one item"))
    assert "  - Without any one item the outcome is the same on own and six." in answer.replace(", ", " and ")
    assert "two" not in answer


def test_levels_that_overturn_a_claim_are_named_with_their_subjects(court):
    file = court.pytester.path / "claims" / "finding.toml"
    file.write_text(DECLARED + '[[question]]\nname = "Caveat: one item"\nclaims = ["zeta-rises"]\nunit = "item"')
    court.table("leans", [0.30, 0.36, 0.28, 0.38, 0.33, 0.36, 0.38, 0.50])  # p = .037, and without p7 .18
    answer = lines_of(court.page(), "Caveat: one item")
    assert "  - Without any one item the outcome is the same on own." in answer
    (said,) = [line for line in answer if line.endswith(", each by itself, it is the opposite on leans.")]
    assert "p7" in said


def test_what_stays_open_is_grouped_by_reason(court):
    court.table("new", FLAT)
    court.table("flat", FLAT)
    rows = rows_of(court.page(), "What stays open")
    assert [row[2:] for row in rows[1:]] == [["zeta-rises", ""], ["alpha-js", "own, flat, new"]]
    assert rows[1][0].startswith("inconclusive: the interval holds values that would make it true")
    assert rows[2][:2] == ["no column 'js'", "add it"]


def test_subject_says_where_it_comes_from_and_what_repeats_it(court):
    court.table("new", FLAT, 'repeat = "pytest claims/ --model m"\nmachine = "a_b"\n')
    court.table("other", FLAT, 'origin = "a book, page 7"\n')
    page = court.page()
    rows = {row[0]: row for row in rows_of(page, "Where the numbers come from")}
    assert rows["new"][-2:] == ["a_b", "`pytest claims/ --model m`"]
    assert re.fullmatch("`[0-9a-f]{64}`", rows["new"][2])
    assert rows["other"][-1] == "no command: a book, page 7"
    (line,) = [row for row in rows_of(page, "Every claim on every subject") if row[1] == "new"]
    assert line == ["b", "new", "new", "6 items", "0 / 0 / 2"]


def test_page_that_says_the_same_is_not_written_again(court):
    first = court.page()
    before = court.page_file.stat().st_mtime_ns
    court.judge().stdout.fnmatch_lines(["findings: FINDINGS.md, unchanged"])
    assert court.page_file.stat().st_mtime_ns == before
    court.table("new", FLAT)
    court.judge().stdout.fnmatch_lines(["findings: FINDINGS.md, written"])
    assert court.page_file.read_text() != first


def test_order_of_judging_does_not_matter(court):
    file = court.pytester.path / "claims" / "test_found.py"
    file.write_text(CLAIMS.replace('table["js"]', '-table["cosine"]').replace("p < 0.05\n", "value > 0\n"))
    court.judge()
    result = court.judge("--failed-first", "-v")
    result.stdout.re_match_lines_random(["findings: FINDINGS.md, unchanged"])
    assert result.stdout.str().index("test_js[alpha-js:own]") < result.stdout.str().index("test_rises[zeta-rises:own]")


@pytest.mark.slow
def test_workers_give_the_same_page(court):
    court.table("new", FLAT)
    page = court.page()
    court.page_file.unlink()
    court.pytester.runpytest_subprocess(
        *court.tables, "claims/", "--claims-findings=FINDINGS.md", "--claims-robustness=none", "-n2"
    )
    assert court.page_file.read_text() == page


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (["-k", "rises"], "-k"),
        (["--claims-subject=own"], "--claims-subject"),
        (["--deselect=claims/test_found.py::test_js"], "--deselect"),
        (["--lf"], "--last-failed"),
        (["claims/test_found.py"], "claims/test_found.py"),
        (["claims/test_found.py::test_js"], "claims/test_found.py::test_js"),
    ],
)
def test_part_of_the_claims_is_refused(court, options, word):
    result = court.judge(*options)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: --claims-findings wants every claim on every subject, and {word} leaves*"])
    assert not court.page_file.exists()


@pytest.mark.parametrize(
    ("claims", "options", "said"),
    [
        (CLAIMS.replace('table["js"]', 'table["cosine"].nothing'), [], "2 of 4 claims were judged"),
        (CLAIMS, ["-x"], "* of 4 claims were judged"),
        (CLAIMS + "\nraise ValueError", [], "no claim was judged"),
    ],
)
def test_run_that_did_not_judge_all_is_refused(court, claims, options, said):
    court.table("new", FALLING)
    (court.pytester.path / "claims" / "test_found.py").write_text(claims)
    result = court.judge(*options)
    result.stdout.fnmatch_lines([f"ERROR: FINDINGS.md is not written: {said}*"])
    assert result.ret != 0
    assert not court.page_file.exists()


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (
            DECLARED.replace("zeta-rises", "rises"),
            ", question 'Caveat: one model': unknown claim 'rises'; *zeta-rises*",
        ),
        (DECLARED + 'check = "luck"', ", question 'Caveat: few rows': unknown check 'luck'; known are rounding, *"),
        (DECLARED + 'unit = "itme"', ", question 'Caveat: few rows': unknown unit 'itme'; did you mean 'item'[?] *"),
        (DECLARED.replace('"own"', '"elsewhere"'), ": unknown own subject 'elsewhere'; known are own"),
    ],
)
def test_questions_that_do_not_fit_are_an_error(court, declared, said):
    (court.pytester.path / "claims" / "finding.toml").write_text(declared)
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stdout.fnmatch_lines([f"ERROR: FINDINGS.md is not written: claims/finding.toml{said}"])
    assert not court.page_file.exists()


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        (DECLARED.replace("quote", "qoute"), ": question 1: unknown key 'qoute'; did you mean 'quote'[?] known are *"),
        (DECLARED.replace("= 7", "= '7'"), ": question 2: least_rows is '7', wanted a valid integer; correct it"),
        (DECLARED.replace('title = "Source rate rises"', ""), ": no 'title': have *; add it"),
        ("title = ", " cannot be read as TOML *; correct it"),
    ],
)
def test_declaration_that_is_none_is_refused_before_anything_is_judged(court, declared, said):
    (court.pytester.path / "claims" / "finding.toml").write_text(declared)
    result = court.judge()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: claims/finding.toml{said}"])
    assert not court.page_file.exists()


def test_page_without_questions_has_claims_and_sources(court):
    (court.pytester.path / "claims" / "finding.toml").write_text(DECLARED.partition("[[question]]")[0])
    page = court.page()
    assert "| zeta-rises |" in page
    assert "new subject" not in page
    assert "## Estimates" not in page
