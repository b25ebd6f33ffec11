"""Door to ext/attributes.pyx: attributes of GFF3, GTF and VCF lines."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from genomedb._ext import attributes as _attributes

_U8 = NDArray[np.uint8]
_I64 = NDArray[np.int64]
_STYLES: Final = {"gff3": 0, "gtf": 1}


class AttributeSplitter:
    """Splits the attributes of one file, given as runs of texts.

    Parameters
    ----------
    style : {"gff3", "gtf"}
        ``key=value;key=value`` with ``%XX`` decoded, or ``key "value"; key value;``.
    max_keys : int
        The first so many keys of the file become columns.
    """

    def __init__(self, style: Literal["gff3", "gtf"], max_keys: int) -> None:
        self._max_keys = max_keys
        self._splitter = _attributes.Splitter(_STYLES[style], max_keys)
        self.keys: list[str] = []

    def split(self, data: _U8, offset: _I64) -> dict[int, tuple[_U8, _I64]]:
        """One run of texts for each key that occurs in these.

        Parameters
        ----------
        data : ndarray of uint8
        offset : ndarray of int64, shape (n + 1,)
            Text ``i``, the attributes of a line, is ``data[offset[i]:offset[i + 1]]``.

        Returns
        -------
        found : dict of int to (data, offset)
            Places in `keys` (in order) to n texts each, empty in rows without the key and joined
            by "," where a row repeats it. Place `max_keys` holds what has no column: further
            keys and tokens without a value, as written and joined by ";".
        """
        size = np.zeros(self._max_keys + 1, np.int64)
        self._splitter.measure(data, offset, size)
        self.keys = self.keys + [
            key.decode("utf-8", "backslashreplace") for key in self._splitter.names(len(self.keys))
        ]
        used = np.flatnonzero(size)
        column = np.full(size.size, -1, np.int32)
        column[used] = np.arange(used.size)
        cursor = np.cumsum(size[used]) - size[used]
        edges = np.empty((used.size, offset.size), np.int64)
        out = np.empty(int(size.sum()), np.uint8)
        self._splitter.fill(data, offset, column, cursor, np.zeros(used.size, np.int64), edges, out)
        return {int(k): (out, edges[i]) for i, k in enumerate(used)}


def info_ends(data: _U8, offset: _I64, row: _I64) -> tuple[_I64, int]:
    """Value of ``END=`` in some of the INFO texts of a VCF file.

    Parameters
    ----------
    data, offset
        The run of texts.
    row : ndarray of int64, shape (m,)
        Texts to look at, each inside the run.

    Returns
    -------
    ends : ndarray of int64, shape (m,)
        -1 where there is none.
    wrong : int
        Place in `row` of the first END that is no whole number, else -1.
    """
    out = np.full(row.size, -1, np.int64)
    return out, _attributes.info_ends(data, offset, row, out)
