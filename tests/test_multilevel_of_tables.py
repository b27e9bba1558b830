"""One model of several subjects of a user's own tables: what a run of pytest writes, and what their data may lack."""

import pytest

DECLARED = """
title = "Longer questions are answered better"
source = "my notes"
pages = ["../README.md"]
data = { "alpha@run" = "alpha.csv", "beta@run" = "beta.csv", "gamma@run" = "gamma.csv" }
[units]
question = {}
[measured]
length = {}
accuracy = { range = [0, 1], successes = "correct", trials = "asked" }
[columns]
length = "length of the question"
[multilevel]
subjects = "*@run"
successes = "correct"
trials = "asked"
predictors = { length = "length-helps" }
"""
CLAIM = '''
from pytest_claims import claim, pearson


@claim("length-helps", source="my notes")
def test_length(table):
    """Longer questions are answered better."""
    assert pearson(table["length"], table["accuracy"]).r > 0
'''
CORRECT = {"alpha": [3, 4, 6, 5, 8, 9], "beta": [4, 4, 5, 7, 6, 8], "gamma": [2, 5, 4, 6, 9, 7]}


@pytest.fixture
def written(pytester):
    """The page of findings, the README and what the terminal said, of a declaration and counts by model."""

    def run(declared: str = DECLARED, correct=CORRECT):
        folder = pytester.path / "claims" / "tuning"
        folder.mkdir(parents=True)
        for model, counts in correct.items():
            rows = [f"q{place},{place},{count},10" for place, count in enumerate(counts)]
            (folder / f"{model}.csv").write_text("\n".join(["question,length,correct,asked", *rows, ""]))
        (folder / "finding.toml").write_text(declared)
        (folder / "test_tuning.py").write_text(CLAIM)
        readme = pytester.path / "claims" / "README.md"
        readme.write_text("# Ours\n\n<!-- claims/tuning: together -->\n<!-- end -->\n")
        said = pytester.runpytest_inprocess("claims", "--claims-findings=F.md", "--claims-robustness=none")
        assert said.ret == 0, said.stdout.str()
        return (pytester.path / "F.md").read_text(), readme.read_text()

    return run


def test_its_table_stands_on_the_page_of_findings_and_between_marks(written):
    page, readme = written(DECLARED)
    for text in (page, readme):
        assert "One binomial model was made of 3 subjects of 3 base models: alpha@run, beta@run and gamma@run. " in text
        assert "They have 6 questions, counted 18 times, in 180 trials." in " ".join(text.split())
        assert "\n| for one standard deviation of | alone | alpha | beta | gamma | models like these |\n" in text
        assert "\n| length of the question | **+0." in text


@pytest.mark.parametrize(
    ("declared", "correct", "said"),
    [
        (DECLARED.replace('successes = "correct"\n', 'successes = "corect"\n'), CORRECT, "no column 'corect'."),
        (
            DECLARED,
            CORRECT | {"alpha": [0] * 6},
            "alpha@run is left out: all trials have the same outcome, or none was",
        ),
    ],
)
def test_what_data_lack_is_said(written, declared, correct, said):
    assert said in " ".join(written(declared, correct)[0].split())
