"""Bins that are counted from the start of each scope row."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from genomedb.core.spans import Spans
from genomedb.iterators.pieces import PIECE_ROWS, Piece, SpanPiece
from genomedb.iterators.steps import Steps, expanded


class RelativeBins(Steps):
    """Bins of `width` bp, the first of them at the start of each scope row.

    `bin_size` is None: two rows need not have bins in common.
    """

    def __init__(self, width: int) -> None:
        self.width = width

    def pieces(self, scope: Spans) -> Iterator[Piece]:
        """Yield the bins of each scope row; the last one ends with the row."""
        n = -(-(scope.end - scope.start) // self.width)
        for code, some in scope.groups():
            lower, upper = scope.start[some], scope.end[some]
            for rows, item in expanded(n[some], PIECE_ROWS):
                start = lower[rows] + item * self.width
                end = np.minimum(start + self.width, upper[rows])
                yield SpanPiece(code, start, end, rows + some.start)
