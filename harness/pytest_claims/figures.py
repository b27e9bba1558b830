"""What a finding draws its own figures with, in ``figures.py`` beside its claims.

Knows nothing about what they show. Importing it brings matplotlib, so import it where something is drawn.
"""

from pytest_claims.report.captions import captions, subject_title, title
from pytest_claims.report.drawing import Drawing, Named
from pytest_claims.report.figures import drawing_of, margins
from pytest_claims.report.file_name import file_name
from pytest_claims.report.labels import label_points
from pytest_claims.words.number import stated_p

__all__ = [
    "Drawing",
    "Named",
    "captions",
    "drawing_of",
    "file_name",
    "label_points",
    "margins",
    "stated_p",
    "subject_title",
    "title",
]
