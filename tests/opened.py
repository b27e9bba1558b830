"""What a page holds behind its links, as its script unpacks it."""

import base64
import gzip
import json
import re
from typing import Any

_PART = re.compile(r'<script type="text/plain" class="part" data-view="([^"]*)" data-specs="[^"]*">([^<]*)</script>')


def opened(text: str) -> dict[str, dict[str, Any]]:
    """What each part of a page holds, by the name of its view: ``html``, ``charts`` and ``rows``."""
    return {name: json.loads(gzip.decompress(base64.b64decode(packed))) for name, packed in _PART.findall(text)}
