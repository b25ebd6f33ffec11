"""Columns of numbers and texts -> lines of text, without a loop over the rows.

Each column becomes cells in one run of bytes; a compiled gather then lays them out row by row.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.texts import Texts
from genomedb.kernels.textout import format_values
from genomedb.kernels.texts import gather

_TAB, _LINE, _RETURN, _PERCENT = 9, 10, 13, 37
_STRANDS: Final = np.frombuffer(b"-.+", np.uint8)  # of -1, 0, 1
_HEX: Final = np.frombuffer(b"0123456789ABCDEF", np.uint8)

Cells = Texts | NDArray[np.generic] | str


def lines_of(columns: list[Cells], n: int, *, empty: bytes = b"") -> bytes:
    """Lines of `n` rows with tabs between the columns.

    Parameters
    ----------
    columns : list of Texts, ndarray or str
        A str is the same in every row. Numbers are written with the digits that read back to
        the same value. Tabs and line ends inside texts become ``%09 %0A %0D``.
    n : int
        Rows.
    empty : bytes
        Written for an empty text; and for NaN, unless it is empty itself: then NaN is ``nan``.
    """
    if not n:
        return b""
    data, sizes, places = [], [], []  # of cells, and which cell each row shows
    n_cells = 0
    for i, column in enumerate(columns):
        separator = b"\n" if i == len(columns) - 1 else b"\t"
        cells, index = _cells(column, n, separator, empty)
        data.append(cells.data)
        sizes.append(cells.sizes)
        places.append(index + n_cells)
        n_cells += len(cells)
    offset = np.concatenate(([0], np.cumsum(np.concatenate(sizes))))
    order = np.stack(places, axis=1).ravel()
    return gather(np.concatenate(data), offset, order)[0].tobytes()


def strand_texts(strand: NDArray[np.int8]) -> Texts:
    """Strands as ``+``, ``-`` and ``.``."""
    return Texts(_STRANDS[np.clip(strand, -1, 1).astype(np.int64) + 1], np.arange(strand.size + 1))


def escaped(texts: Texts) -> Texts:
    """Texts whose tabs and line ends are written as percent escapes."""
    data = texts.data[texts.offset[0] : texts.offset[-1]]
    offset = texts.offset - texts.offset[0]
    bad = (data == _TAB) | (data == _LINE) | (data == _RETURN)
    if not bad.any():
        return Texts(data, offset)
    n_before = np.concatenate(([0], np.cumsum(bad)))
    out = np.repeat(data, np.where(bad, 3, 1))
    at = np.flatnonzero(bad) + 2 * np.arange(int(n_before[-1]))
    out[at], out[at + 1], out[at + 2] = _PERCENT, _HEX[0], _HEX[data[bad]]
    return Texts(out, offset + 2 * n_before[offset])


def _cells(
    column: Cells, n: int, separator: bytes, empty: bytes
) -> tuple[Texts, NDArray[np.int64]]:
    """Distinct cells with their separators, and the cell of each row."""
    if isinstance(column, str):
        return Texts.of([column.encode() + separator]), np.zeros(n, np.int64)
    rows = np.arange(n)
    if isinstance(column, Texts):
        safe = escaped(column)
        if empty:
            rows = np.where(safe.sizes == 0, n, rows)
        return _ended(safe, separator, empty), rows
    written = np.frombuffer(format_values(column), np.uint8)
    ends = np.flatnonzero(written == _LINE) + 1
    if separator != b"\n":
        written = written.copy()
        written[ends - 1] = separator[0]
    last = np.frombuffer(empty + separator, np.uint8)
    cells = Texts(
        np.concatenate((written, last)),
        np.concatenate(([0], ends, [written.size + last.size])),
    )
    if empty and column.dtype.kind == "f":
        rows = np.where(np.isnan(column.astype(np.float64)), n, rows)
    return cells, rows


def _ended(texts: Texts, separator: bytes, empty: bytes) -> Texts:
    """Each text with the separator behind it, and the empty text's cell at the end."""
    whole = Texts.joined([texts, Texts.of([empty])])
    edges = whole.offset[1:]
    data = np.insert(whole.data, edges, separator[0])
    return Texts(data, whole.offset + np.arange(whole.offset.size))
