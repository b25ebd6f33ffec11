"""Items of bigBed blocks as arrays: coordinates, and the texts behind them by column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.texts import Texts

_COORDINATES: Final = 12  # bytes: chromosome, start, end
_WIDEST_NUMBER: Final = 64
_IN_NUMBER: Final = np.zeros(256, np.bool_)
_IN_NUMBER[np.frombuffer(b"0123456789+-.eEinfatyINFATY", np.uint8)] = True
_STRANDS: Final = np.full(256, 2, np.int8)
_STRANDS[np.frombuffer(b"+-.", np.uint8)] = (1, -1, 0)


@dataclass(frozen=True)
class Items:
    """Items of some blocks.

    Attributes
    ----------
    chrom, start, end : ndarray of int64, shape (n,)
        `chrom` is the file's code.
    data : ndarray of uint8
        The blocks, the coordinates blanked.
    edges : ndarray of int64, shape (n, columns + 1)
        Text of column ``j`` of item ``i`` is ``data[edges[i, j]:edges[i, j + 1] - 1]``.
    """

    chrom: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    data: NDArray[np.uint8]
    edges: NDArray[np.int64]

    def texts(self, column: int) -> Texts:
        """Texts of one column, the bytes copied together."""
        first = self.edges[:, column]
        sizes = self.edges[:, column + 1] - 1 - first
        offset = np.zeros(sizes.size + 1, np.int64)
        np.cumsum(sizes, out=offset[1:])
        places = np.arange(offset[-1]) + np.repeat(first - offset[:-1], sizes)
        return Texts(self.data[places], offset)


def split_items(blocks: list[bytes | bytearray], order: str, n_columns: int) -> Items | str:
    """Take blocks apart into their items.

    Parameters
    ----------
    blocks : list of bytes
        Unpacked; each holds whole items: three 4-byte numbers, columns between tabs, a zero byte.
    order : {"<", ">"}
        Byte order of the numbers.
    n_columns : int
        Columns behind the coordinates.

    Returns
    -------
    Items or str
        What is wrong, when the blocks are no such items.
    """
    data = np.frombuffer(b"".join(blocks), np.uint8).copy()
    begins = np.concatenate(([0], np.cumsum([len(block) for block in blocks])))
    found = _item_starts(data, begins[:-1])
    if found is None:
        return "its items do not end where they should"
    places = found[:, None] + np.arange(_COORDINATES)
    numbers = data[places].view(order + "u4").astype(np.int64)
    data[places] = 1  # neither tab nor end
    breaks = np.flatnonzero((data == 0) | (data == 9))
    width = max(n_columns, 1)
    if breaks.size != found.size * width:
        return f"its items do not have {n_columns + 3} columns"
    ends = breaks.reshape(-1, width)
    edges = np.column_stack((found + _COORDINATES, ends + 1))
    if data[ends[:, -1]].any() or (not n_columns and (edges[:, 1] > edges[:, 0] + 1).any()):
        return f"its items do not have {n_columns + 3} columns"
    return Items(numbers[:, 0], numbers[:, 1], numbers[:, 2], data, edges)


def _item_starts(data: NDArray[np.uint8], begins: NDArray[Any]) -> NDArray[np.int64] | None:
    """Where the items begin, None if they do not follow each other to the end.

    An item ends at the first zero byte behind its coordinates, and these hold zero bytes too: where
    one begins depends on all before it. So the item that would follow is found at once for every
    place behind a zero byte, and the chains that start with the blocks are followed in steps that
    double.
    """
    zeros = np.flatnonzero(data == 0)
    if not zeros.size or zeros[-1] != data.size - 1:
        return None
    n = zeros.size
    starts = np.concatenate(([0], zeros + 1))  # the last one is the end of the data
    following = np.searchsorted(zeros, starts + _COORDINATES) + 1
    following = np.minimum(following, n)  # an item without end: found out below
    first = np.searchsorted(zeros, begins)
    if (starts[first] != begins).any():
        return None
    met = np.zeros(n + 1, np.bool_)
    met[first] = True
    jump, n_met = following, 0
    while n_met != (n_met := int(np.count_nonzero(met))):
        met[jump[np.flatnonzero(met)]] = True
        jump = jump[jump]
    met[n] = True
    chain = np.flatnonzero(met)
    found = starts[chain]
    # an item that runs into the end lacks its coordinates or its zero byte
    if (following[chain[:-1]] != chain[1:]).any() or found[-1] - found[-2] <= _COORDINATES:
        return None
    return found[:-1]


def whole_numbers(texts: Texts) -> Any:
    """Texts that `Items.texts` made as int64; or the number of the first other."""
    return _numbers(texts, np.int64)


def real_numbers(texts: Texts) -> Any:
    """Texts as `whole_numbers` takes them as float64, empty ones NaN; or the first other."""
    return _numbers(texts, np.float64)


def _numbers(texts: Texts, dtype: type[Any]) -> Any:
    sizes = texts.sizes
    width = int(sizes.max(initial=1))
    if width > _WIDEST_NUMBER:
        return int(sizes.argmax())
    wrong = np.flatnonzero(~_IN_NUMBER[texts.data])
    if wrong.size:
        return int(np.searchsorted(texts.offset, wrong[0], "right")) - 1
    padded = np.zeros((len(texts), max(width, 1)), np.uint8)
    padded[np.arange(max(width, 1)) < sizes[:, None]] = texts.data
    cells = padded.view(f"S{max(width, 1)}").ravel()
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
