"""What the writers of signals share: one file being written, and checked values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.errors import ChromError, UsageError
from genomedb.writers.published import PublishedFile, PublishedText

ROWS_AT_ONCE: Final = 500_000


class SignalWriter(PublishedFile):
    """A file of intervals with values that is published when its ``with`` block ends well.

    Parameters
    ----------
    path : str or Path
        Destination.
    chroms : sequence of (str, int)
        Names and lengths in bp of the chromosomes that may be written.
    overwrite : bool
        Replace a file that is there already.
    """

    def __init__(
        self, path: str | Path, chroms: Sequence[tuple[str, int]], *, overwrite: bool = False
    ) -> None:
        super().__init__(path, overwrite=overwrite)
        self.lengths = {name: int(length) for name, length in chroms}
        if len(self.lengths) != len(chroms):
            raise UsageError("a chromosome is listed twice", where=path)

    def length(self, chrom: str) -> int:
        """Return the length of a chromosome that may be written."""
        if chrom not in self.lengths:
            raise ChromError(f'chromosome "{chrom}" is not one of this file', where=self.path)
        return self.lengths[chrom]

    def checked_runs(
        self, chrom: str, start: ArrayLike, end: ArrayLike, value: ArrayLike
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[Any]]:
        """Return the columns as arrays of one length, inside the chromosome."""
        length = self.length(chrom)
        starts, ends = np.asarray(start, np.int64), np.asarray(end, np.int64)
        values = np.asarray(value)
        if not starts.shape == ends.shape == values.shape or starts.ndim != 1:
            raise UsageError("start, end and value are not 1-D arrays of one length")
        wrong = (starts < 0) | (starts >= ends) | (ends > length)
        if wrong.any():
            i = int(wrong.argmax())
            raise ChromError(
                f"interval {chrom}:{starts[i]}-{ends[i]} is empty or not inside the {length} bp "
                "of the chromosome"
            )
        return starts, ends, values

    def checked_bins(
        self, chrom: str, first_start: int, span: int, values: ArrayLike
    ) -> tuple[NDArray[Any], int]:
        """Return the values as an array, and how many of them are bins of full width."""
        length = self.length(chrom)
        array = np.asarray(values)
        if array.ndim != 1:
            raise UsageError(f"values of bins must be a 1-D array, not {array.ndim}-D")
        if span < 1 or first_start < 0:
            raise UsageError(f"bins of {span} bp from {first_start} on are not possible")
        if array.size and first_start + (array.size - 1) * span >= length:
            raise ChromError(
                f"{array.size} bins of {span} bp from {first_start} on do not fit in the "
                f"{length} bp of {chrom}"
            )
        return array, array.size - (first_start + array.size * span > length)


class TextWriter(SignalWriter, PublishedText):
    """A signal written as text, plain or gzip by the name; ``"-"`` is standard output."""


def stretches(values: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return first and last + 1 of each stretch of values without NaN."""
    if values.dtype.kind != "f":
        edges = np.array([0, values.size] if values.size else [], np.int64)
    else:
        present = np.zeros(values.size + 2, np.int8)
        np.logical_not(np.isnan(values), out=present[1:-1], casting="unsafe")
        edges = np.flatnonzero(np.diff(present)).astype(np.int64)
    return edges[::2], edges[1::2]
