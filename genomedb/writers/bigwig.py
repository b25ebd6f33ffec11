"""BigWig, through pyBigWig, with checks it leaves out."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.errors import UsageError, WriteError
from genomedb.writers.compressed import publish_file
from genomedb.writers.signal import ROWS_AT_ONCE, SignalWriter, stretches

_MAX_POSITION: Final = 2**32 - 1
_MAX_ZOOMS: Final = 10
_LONG_STRETCH: Final = 32  # mean bins of a stretch from which fixed steps are the faster form
_SUMMARY: Final = (44, "<Q")  # where the header says where the summary of all values is


class BigWigWriter(SignalWriter):
    """Write a bigWig file; published when its ``with`` block ends well.

    Parameters
    ----------
    path : str or Path
        Destination.
    chroms : sequence of (str, int)
        Names and lengths in bp of all chromosomes, in the order they will be written.
    zooms : int
        Most zoom levels, 0 to 10.
    overwrite : bool
        Replace a file that is there already.

    Raises
    ------
    UsageError
        For chromosomes that bigWig cannot hold: none, or one of 4 Gbp and more.
    WriteError
        If the file exists or cannot be written.
    """

    def __init__(
        self,
        path: str | Path,
        chroms: Sequence[tuple[str, int]],
        *,
        zooms: int = _MAX_ZOOMS,
        overwrite: bool = False,
    ) -> None:
        super().__init__(path, chroms, overwrite=overwrite)
        if str(path) == "-":
            raise UsageError("bigWig cannot be written to standard output", fix="Name a file")
        if not self.lengths:
            raise UsageError("a bigWig file needs at least one chromosome", where=path)
        for name, length in self.lengths.items():
            if not 1 <= length <= _MAX_POSITION:
                raise UsageError(f"chromosome {name} of {length} bp cannot be in a bigWig file")
        if not 0 <= zooms <= _MAX_ZOOMS:
            raise UsageError(f"zoom levels must be 0 to {_MAX_ZOOMS}, not {zooms}")
        self._zooms = zooms
        self._order = {name: i for i, name in enumerate(self.lengths)}
        self._at = (0, 0)  # chromosome and position up to which values are written
        self._file: Any = None
        self._n_values = 0

    def __enter__(self) -> BigWigWriter:
        import pyBigWig

        self._part = self._stack.enter_context(publish_file(self.path, overwrite=self._overwrite))
        try:
            self._file = pyBigWig.open(str(self._part), "w")
            self._file.addHeader(list(self.lengths.items()), maxZooms=self._zooms)
        except RuntimeError as error:
            failed = self._failed(error)
            self._stack.__exit__(type(failed), failed, failed.__traceback__)
            raise failed from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            self._finish(complete=kind is None)
        except BaseException as failed:
            if kind is None:
                self._stack.__exit__(type(failed), failed, failed.__traceback__)
                raise
        self._stack.__exit__(kind, error, trace)

    def add_runs(self, chrom: str, start: ArrayLike, end: ArrayLike, value: ArrayLike) -> None:
        """Write intervals, 0-based half-open, in order and without overlap.

        Parameters
        ----------
        chrom : str
            Chromosomes come in the order they were given in.
        start, end : array_like of int64, shape (n,)
        value : array_like, shape (n,)
            Stored as float32; an interval whose value is NaN is left out.

        Raises
        ------
        ChromError
            For an unknown chromosome or an interval outside it.
        UsageError
            For intervals that overlap or are not in order.
        WriteError
            If the file cannot be written.
        """
        starts, ends, values = self.checked_runs(chrom, start, end, value)
        present = ~np.isnan(values)
        if not present.all():
            starts, ends, values = starts[present], ends[present], values[present]
        if not starts.size:
            return
        wrong = starts[1:] < ends[:-1]
        if wrong.any():
            i = int(wrong.argmax())
            raise UsageError(
                f"intervals {chrom}:{starts[i]}-{ends[i]} and {chrom}:{starts[i + 1]}-"
                f"{ends[i + 1]} overlap or are not in order"
            )
        self._advance(chrom, int(starts[0]), int(ends[-1]))
        values = values.astype(np.float64)
        for at in range(0, starts.size, ROWS_AT_ONCE):
            rows = slice(at, at + ROWS_AT_ONCE)
            n = starts[rows].size
            names = np.full(n, chrom)
            self._add(names, starts[rows], ends=ends[rows], values=values[rows])
        self._n_values += starts.size

    def add_bins(self, chrom: str, first_start: int, span: int, values: ArrayLike) -> None:
        """Write neighbouring bins of equal width.

        Parameters
        ----------
        chrom : str
        first_start : int
            First base of the first bin.
        span : int
            Base pairs of a bin; the last one is cut at the end of the chromosome.
        values : array_like, shape (n,)
            Stored as float32; NaN is a gap.

        Raises
        ------
        ChromError, UsageError, WriteError
            As for `add_runs`.
        """
        given, n_whole = self.checked_bins(chrom, first_start, span, values)
        array = given.astype(np.float64)
        first, last = stretches(array[:n_whole])
        if first.size:
            self._advance(
                chrom, first_start + int(first[0]) * span, first_start + int(last[-1]) * span
            )
            n = int((last - first).sum())
            if n >= _LONG_STRETCH * first.size:
                for one, stop in zip(first.tolist(), last.tolist(), strict=True):
                    start = first_start + one * span
                    self._add(chrom, start, values=array[one:stop], span=span, step=span)
            else:
                kept = np.flatnonzero(~np.isnan(array[:n_whole]))
                self._add(chrom, first_start + kept * span, values=array[kept], span=span)
            self._n_values += n
        if n_whole < array.size:
            self.add_runs(
                chrom, [first_start + n_whole * span], [self.length(chrom)], array[n_whole:]
            )

    def _advance(self, chrom: str, start: int, end: int) -> None:
        """Values come in the order of the file, which pyBigWig takes on trust."""
        code = self._order[chrom]
        if (code, start) < self._at:
            raise UsageError(
                f"{chrom}:{start} comes after what is written already",
                where=self.path,
                fix="Write chromosomes in the order given, and positions upwards",
            )
        self._at = (code, end)

    def _add(self, chrom: str | NDArray[Any], start: Any, **columns: Any) -> None:
        try:
            self._file.addEntries(chrom, start, validate=False, **columns)
        except RuntimeError as error:
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> WriteError:
        return WriteError(
            f"cannot be written: {error}", where=self.path, fix="Is the disk full, or read-only?"
        )

    def _finish(self, *, complete: bool) -> None:
        """Write zoom levels and indexes; see that they are there."""
        try:
            self._file.close()
        except RuntimeError as error:
            raise self._failed(error) from error
        if not complete:
            return
        size = self._part.stat().st_size
        with self._part.open("r+b") as part:
            magic = part.read(4)
            part.seek(max(size - 4, 0))
            if part.read(4) != magic or len(magic) < 4:
                raise self._failed(RuntimeError("the file is not whole"))
            if not self._n_values:  # the smallest value of none would stay at the largest double
                part.seek(_SUMMARY[0])
                (summary,) = struct.unpack(_SUMMARY[1], part.read(8))
                part.seek(summary)
                part.write(bytes(40))
