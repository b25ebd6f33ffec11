"""bedGraph: chrom, start, end and value between tabs."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from genomedb.kernels.textout import format_rows
from genomedb.writers.signal import ROWS_AT_ONCE, TextWriter


class BedGraphWriter(TextWriter):
    """Write a signal as bedGraph; see `SignalWriter` for the parameters."""

    def add_runs(self, chrom: str, start: ArrayLike, end: ArrayLike, value: ArrayLike) -> None:
        """Write intervals, 0-based half-open; NaN is written as ``nan``.

        Raises
        ------
        ChromError
            For an unknown chromosome or an interval outside it.
        """
        starts, ends, values = self.checked_runs(chrom, start, end, value)
        name = chrom.encode()
        for at in range(0, starts.size, ROWS_AT_ONCE):
            rows = slice(at, at + ROWS_AT_ONCE)
            self._out.write(format_rows(name, starts[rows], ends[rows], values[rows]))

    def add_bins(self, chrom: str, first_start: int, span: int, values: ArrayLike) -> None:
        """Write neighbouring bins of `span` bp, the last one cut at the chromosome's end.

        NaN is a gap: it is not written.

        Raises
        ------
        ChromError
            For an unknown chromosome or bins that start outside it.
        """
        array, _ = self.checked_bins(chrom, first_start, span, values)
        kept = np.flatnonzero(~np.isnan(array))
        starts = first_start + kept * span
        ends = np.minimum(starts + span, self.length(chrom))
        self.add_runs(chrom, starts, ends, array[kept])
