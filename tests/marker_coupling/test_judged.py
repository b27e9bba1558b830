"""The claims of marker coupling, judged on a table that somebody wrote."""

import pytest

ROWS = "a,-0.1,0.1\nb,0.2,0.2\nc,0.3,0.3\nd,0.4,0.5\ne,0.5,0.4\n"


def judged(pytester, root, header: str) -> pytest.RunResult:
    (pytester.path / "made.csv").write_text(f"{header}\n{ROWS}")
    return pytester.runpytest_subprocess(
        str(root / "claims" / "marker_coupling" / "test_coupling.py::test_cosine_predicts_source_rate"),
        f"--claims-measurement={pytester.path / 'made.csv'}",
        "--claims-subject=made",
        "--claims-robustness=none",
        f"--claims-report-dir={pytester.path}",
        "-pno:cacheprovider",
    )


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("persona,cosine,source_rate", ""),
        ("persona,cosin,source_rate", "made: unknown variable 'cosin'; did you mean 'cosine'? known are marked, "),
        ("Persona,cosine,source_rate", "made: unknown dimension 'Persona'; did you mean 'persona'? known are seed, "),
    ],
)
def test_table_is_judged_or_refused_in_one_line(pytester, root, header, told):
    result = judged(pytester, root, header)
    if told:
        result.assert_outcomes(errors=1)
        assert any(f"made could not be read: {told}" in line for line in result.outlines)
        result.stdout.no_fnmatch_line("*Traceback*")
    else:
        assert "errors" not in result.parseoutcomes()
        assert (pytester.path / "claims.json").is_file() or (pytester.path / "claims.partial.json").is_file()
