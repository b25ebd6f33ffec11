"""WIG: fixedStep and variableStep blocks, positions counted from 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from genomedb.kernels.textout import format_pairs, format_values
from genomedb.writers.signal import ROWS_AT_ONCE, TextWriter, stretches


class WigWriter(TextWriter):
    """Write a signal as WIG; see `SignalWriter` for the parameters."""

    _next: tuple[str, int, int] | None = None  # where bins would go on with the last block

    def add_runs(self, chrom: str, start: ArrayLike, end: ArrayLike, value: ArrayLike) -> None:
        """Write intervals as variableStep blocks, one per stretch of equal width.

        Raises
        ------
        ChromError
            For an unknown chromosome or an interval outside it.
        """
        starts, ends, values = self.checked_runs(chrom, start, end, value)
        self._next = None
        spans = ends - starts
        edges = np.flatnonzero(np.diff(spans)) + 1
        for first, last in zip([0, *edges.tolist()], [*edges.tolist(), spans.size], strict=True):
            if first == last:
                continue
            self._out.write(f"variableStep chrom={chrom} span={spans[first]}\n".encode())
            for at in range(first, last, ROWS_AT_ONCE):
                rows = slice(at, min(at + ROWS_AT_ONCE, last))
                self._out.write(format_pairs(starts[rows] + 1, values[rows]))

    def add_bins(self, chrom: str, first_start: int, span: int, values: ArrayLike) -> None:
        """Write neighbouring bins of `span` bp as fixedStep blocks, one per stretch without NaN.

        Bins that follow those of the call before go on with its block. A last bin cut at the
        chromosome's end gets a block of its own.

        Raises
        ------
        ChromError
            For an unknown chromosome or bins that start outside it.
        """
        array, n_whole = self.checked_bins(chrom, first_start, span, values)
        for first, last in zip(
            *(edge.tolist() for edge in stretches(array[:n_whole])), strict=True
        ):
            start = first_start + first * span
            if self._next != (chrom, start, span):
                self._out.write(
                    f"fixedStep chrom={chrom} start={start + 1} step={span} span={span}\n".encode()
                )
            self._next = chrom, first_start + last * span, span
            for at in range(first, last, ROWS_AT_ONCE):
                self._out.write(format_values(array[at : min(at + ROWS_AT_ONCE, last)]))
        if n_whole < array.size and not np.isnan(array[-1]):
            start = first_start + n_whole * span
            self.add_runs(chrom, [start], [self.length(chrom)], array[n_whole:])
