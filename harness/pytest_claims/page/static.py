"""Charts as files: PNG, SVG or PDF, by the same specifications that the page draws.

Knows nothing about which charts there are. It needs ``vl_convert``, which comes with the extra ``figures``.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from pytest_claims.base.errors import InputError
from pytest_claims.base.whole_file import write_whole
from pytest_claims.page.chart import Chart, plain

_SCALE: Final = 2.0  # pixels of a PNG for each of a page: a picture in a paper is looked at from near


def save(chart: Chart, path: Path) -> None:
    """Write a chart in the format that the suffix says: ``.png``, ``.svg`` or ``.pdf``. Raises OSError."""
    write_whole(_FORMATS[path.suffix](plain(chart)), path)


def _png(spec: dict[str, Any]) -> bytes:
    return bytes(_vl_convert().vegalite_to_png(spec, scale=_SCALE))


def _svg(spec: dict[str, Any]) -> str:
    return str(_vl_convert().vegalite_to_svg(spec))


def _pdf(spec: dict[str, Any]) -> bytes:
    return bytes(_vl_convert().vegalite_to_pdf(spec))


def _vl_convert() -> Any:
    try:
        import vl_convert
    except ImportError as error:
        raise InputError("charts as files need vl-convert-python; pip install 'pytest-claims[figures]'") from error
    return vl_convert


_FORMATS: Final[Mapping[str, Callable[[dict[str, Any]], bytes | str]]] = {".png": _png, ".svg": _svg, ".pdf": _pdf}
FORMATS: Final = tuple(suffix[1:] for suffix in _FORMATS)
