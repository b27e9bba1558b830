"""Names as names of files: of any name one that is safe in every file system, and no two names share one.

Knows nothing about what is in a file, or about its folder.
"""

import hashlib
import re
from typing import Final

# Signs that no system and no link gives a meaning; no capitals, which some systems do not tell from small letters.
_PLAIN: Final = re.compile(r"[a-z0-9_@+-]([a-z0-9._@+-]{0,98}[a-z0-9_@+-])?")
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_LONGEST: Final = 60  # of what is kept of any other name, for a reader to recognise it by


def folder_of(finding: str) -> str:
    """The folder of what is written about a finding; claims of none have one that is no finding's."""
    return file_name(finding) if finding else "other="


def file_name(name: str) -> str:
    """``name`` itself, if it is plain; of any other what is plain in it, ``=``, and a hash of all of it."""
    if _PLAIN.fullmatch(name) and not _DEVICES.fullmatch(name):
        return name
    plain = re.sub(r"[^a-z0-9@+_]+", "-", name.lower()).strip("-")[:_LONGEST]
    return f"{plain}={hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
