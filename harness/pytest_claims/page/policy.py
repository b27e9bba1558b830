"""The content security policy of the page: nothing runs and nothing is loaded but what stands in it.

Knows nothing about what scripts and styles do. A script or style that is not among these, whoever put it there, is not
run by a browser.
"""

import base64
import hashlib
from collections.abc import Sequence


def policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    """The policy for a page with these texts of scripts and styles alone."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(map(_hash, scripts))}",
            f"style-src {' '.join(map(_hash, styles))}",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
