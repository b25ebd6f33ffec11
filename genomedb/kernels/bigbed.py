"""Door to ext/bigbed.pyx: items of bigBed blocks as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import bigbed as _bigbed
from genomedb.errors import FormatError, UsageError


class Items(NamedTuple):
    """Items of some blocks.

    Attributes
    ----------
    data : ndarray of uint8
        The blocks, one behind the other.
    chrom, start, end : ndarray of int64, shape (n,)
        `chrom` is the file's code.
    edges : ndarray of int64, shape (n, columns + 1)
        Text of column ``j`` of item ``i`` is ``data[edges[i, j]:edges[i, j + 1] - 1]``.
    """

    data: NDArray[np.uint8]
    chrom: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    edges: NDArray[np.int64]

    def text_column(self, column: int) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        """Bytes of all texts of one column, and the n + 1 offsets of the texts in them."""
        if not 0 <= column < self.edges.shape[1] - 1:
            raise UsageError(f"column {column} of {self.edges.shape[1] - 1}")
        offset = np.zeros(self.start.size + 1, np.int64)
        np.cumsum(self.edges[:, column + 1] - self.edges[:, column] - 1, out=offset[1:])
        data = np.empty(offset[-1], np.uint8)
        _bigbed.copy_column(self.data, self.edges, column, offset, data)
        return data, offset


def split_items(blocks: Sequence[bytes | bytearray], order: str, n_columns: int) -> Items:
    """Take blocks apart into their items.

    Parameters
    ----------
    blocks : sequence of bytes
        Unpacked; each holds whole items: three 4-byte numbers, columns between tabs, a zero byte.
    order : {"<", ">"}
        Byte order of the numbers.
    n_columns : int
        Columns behind the numbers; with 0 there is one, which is empty.

    Returns
    -------
    Items

    Raises
    ------
    FormatError
        If an item does not end within its block, or has another number of columns.
    UsageError
        For another byte order, or fewer than 0 columns.
    """
    if order not in ("<", ">") or n_columns < 0:
        raise UsageError(f"byte order {order!r} with {n_columns} columns cannot be")
    data = np.frombuffer(b"".join(blocks), np.uint8)
    n = _bigbed.count_items(data, np.cumsum([len(block) for block in blocks], dtype=np.int64))
    if n < 0:
        raise FormatError("its items do not end where they should")
    chrom, start, end = (np.empty(n, np.int64) for _ in range(3))
    if n * (12 + max(n_columns, 1)) > data.size:  # so damage cannot ask for much memory
        raise FormatError(f"its items do not have {n_columns + 3} columns")
    edges = np.empty((n, max(n_columns, 1) + 1), np.int64)
    if _bigbed.split_items(data, order == ">", n_columns, chrom, start, end, edges) >= 0:
        raise FormatError(f"its items do not have {n_columns + 3} columns")
    return Items(data, chrom, start, end, edges)
