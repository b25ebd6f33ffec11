"""Door to ext/texts.pyx: runs of texts in another order, and as numbers.

A run of n texts is its bytes, `data` (uint8), and n + 1 offsets (int64): text ``i`` is
``data[offset[i]:offset[i + 1]]``. The first offset need not be 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import texts as _texts
from genomedb.errors import UsageError

_U8 = NDArray[np.uint8]
_I64 = NDArray[np.int64]


def gather(data: _U8, offset: _I64, index: _I64) -> tuple[_U8, _I64]:
    """Texts ``index[0]``, ``index[1]``, ... as a run of their own.

    Parameters
    ----------
    data : ndarray of uint8
    offset : ndarray of int64, shape (n + 1,)
    index : ndarray of integers, shape (m,)
        Each from 0 to n - 1, as often and in the order wanted.

    Returns
    -------
    data : ndarray of uint8
    offset : ndarray of int64, shape (m + 1,)
        Begins with 0.

    Raises
    ------
    UsageError
        For an index outside the texts.

    Examples
    --------
    >>> import numpy as np
    >>> letters = np.frombuffer(b"abc", np.uint8)
    >>> data, offset = gather(letters, np.array([0, 1, 3]), np.array([1, 0]))
    >>> bytes(data), offset.tolist()
    (b'bca', [0, 2, 3])
    """
    data, offset = _checked(data, offset)
    index = np.ascontiguousarray(index, np.int64)
    placed = np.empty(index.size + 1, np.int64)
    wrong = _texts.place(offset, index, placed)
    if wrong >= 0:
        raise UsageError(f"index {index[wrong]} is outside {offset.size - 1} texts")
    out = np.empty(int(placed[-1]), np.uint8)
    _texts.gather(data, offset, index, placed, out)
    return out, placed


def parse_numbers(
    data: _U8, offset: _I64, *, missing: bool = False
) -> tuple[NDArray[np.float64], int]:
    """Read each text as a decimal number, whatever the locale.

    Parameters
    ----------
    data, offset
        The run of n texts.
    missing : bool
        ``"."`` and nothing are NaN.

    Returns
    -------
    values : ndarray of float64, shape (n,)
        Filled up to the first text that is no number.
    wrong : int
        Place of that text, -1 when all are numbers. ``nan``, ``na``, ``inf`` and ``infinity``
        in any case are numbers; a number beyond float64 is not.
    """
    data, offset = _checked(data, offset)
    out = np.empty(offset.size - 1, np.float64)
    return out, _texts.parse_numbers(data, offset, missing, out)


def parse_integers(data: _U8, offset: _I64) -> tuple[_I64, int]:
    """Read each text as a 64-bit integer: digits, with or without a sign.

    Returns
    -------
    values : ndarray of int64, shape (n,)
        Filled up to the first text that is no such integer.
    wrong : int
        Place of that text, -1 when all are integers.
    """
    data, offset = _checked(data, offset)
    out = np.empty(offset.size - 1, np.int64)
    return out, _texts.parse_integers(data, offset, out)


def count_items(data: _U8, offset: _I64) -> _I64:
    """Items between commas in each text; a comma at the end begins no further one.

    Examples
    --------
    >>> import numpy as np
    >>> count_items(np.frombuffer(b"1,2,7", np.uint8), np.array([0, 4, 5, 5])).tolist()
    [2, 1, 0]
    """
    data, offset = _checked(data, offset)
    out = np.empty(offset.size - 1, np.int64)
    _texts.count_items(data, offset, out)
    return out


def _checked(data: _U8, offset: _I64) -> tuple[_U8, _I64]:
    """Refuse offsets that would lead outside the bytes."""
    data = np.ascontiguousarray(data, np.uint8)
    offset = np.ascontiguousarray(offset, np.int64)
    if offset.ndim != 1 or not offset.size:
        raise UsageError("offsets of texts have one dimension and at least one item")
    if offset[0] < 0 or offset[-1] > data.size or (np.diff(offset) < 0).any():
        raise UsageError(f"offsets of texts do not rise from 0 to at most {data.size}")
    return data, offset
