"""Texts of bigBed columns as numbers and strands."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.texts import Texts

_WIDEST_NUMBER: Final = 64  # so that one long text does not widen all the others
_IN_NUMBER: Final = np.zeros(256, np.bool_)
_IN_NUMBER[np.frombuffer(b"0123456789+-.eEinfatyINFATY", np.uint8)] = True
_STRANDS: Final = np.full(256, 2, np.int8)
_STRANDS[np.frombuffer(b"+-.", np.uint8)] = (1, -1, 0)


def whole_numbers(texts: Texts) -> Any:
    """Texts, the first at offset 0, as int64; or the number of the first that is none."""
    return _numbers(texts, np.int64)


def real_numbers(texts: Texts) -> Any:
    """Texts as for `whole_numbers`, as float64, the empty ones NaN; or the first that is none."""
    return _numbers(texts, np.float64)


def _numbers(texts: Texts, dtype: type[Any]) -> Any:
    sizes = texts.sizes
    width = int(sizes.max(initial=1))
    if width > _WIDEST_NUMBER:
        return int(sizes.argmax())
    wrong = np.flatnonzero(~_IN_NUMBER[texts.data])
    if wrong.size:
        return int(np.searchsorted(texts.offset, wrong[0], "right")) - 1
    padded = np.zeros((len(texts), width), np.uint8)
    padded[np.arange(width) < sizes[:, None]] = texts.data
    cells = padded.view(f"S{width}").ravel()
    if dtype is np.float64:
        cells = np.where(cells == b"", b"nan", cells)
    try:
        return cells.astype(dtype)
    except (ValueError, OverflowError):
        return next(i for i in range(cells.size) if not _is_number(cells[i : i + 1], dtype))


def _is_number(cell: NDArray[Any], dtype: type[Any]) -> bool:
    try:
        cell.astype(dtype)
    except (ValueError, OverflowError):
        return False
    return True


def strands(texts: Texts) -> NDArray[np.int8] | int:
    """1, -1 and 0 for ``+``, ``-`` and ``.`` or nothing; or the number of the first other."""
    found = np.zeros(len(texts), np.int8)
    sizes = texts.sizes
    given = np.flatnonzero(sizes)
    found[given] = _STRANDS[texts.data[texts.offset[given]]]
    wrong = np.flatnonzero((sizes > 1) | (found == 2))
    return int(wrong[0]) if wrong.size else found
