"""Dense and sequence tracks: values of a genome in bins of equal width."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import index
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.lazy import lazy
from genomedb.core.spans import Spans
from genomedb.core.summary import Summary
from genomedb.core.track_stats import LetterStats, TrackStats
from genomedb.errors import ChromError, FormatError, UsageError
from genomedb.storage.columns import Column
from genomedb.storage.dense import all_bins, n_bins, open_bins
from genomedb.storage.handle import TrackFile
from genomedb.storage.layout import Section
from genomedb.storage.pyramid import ReadBins, summarise_bins
from genomedb.storage.pyramid_file import PyramidFile
from genomedb.storage.track_stats import read_stats
from genomedb.tracks.base import Track
from genomedb.tracks.regions import Windows, region_arrays

BLOCK_BYTES = 1 << 22


class Block(NamedTuple):
    """A stretch of a chromosome and its values.

    ``start`` and ``end`` are positions in bp, 0-based half-open.
    """

    chrom: str
    start: int
    end: int
    values: NDArray[Any]


class DenseTrack(Track):
    """Values of a genome in bins of equal width.

    Attributes
    ----------
    bin_size : int
        Width of a bin in base pairs; the last bin of a chromosome may be shorter.
    """

    def __init__(
        self, file: TrackFile, name: str, chroms: ChromTable, columns: dict[str, Any]
    ) -> None:
        super().__init__(file, name, chroms, columns)
        self.bin_size: int = file.header.bin_size
        self._columns: dict[str, Any] = columns

    def read(
        self, chrom: str, start: int = 0, end: int | None = None, *, out: NDArray[Any] | None = None
    ) -> NDArray[Any]:
        """Values of the bins that touch ``[start, end)`` (0-based, half-open).

        Parameters
        ----------
        chrom : str
            Any spelling of a chromosome.
        start, end : int
            Positions in bp; `end` None means the end of the chromosome.
        out : ndarray, optional
            Contiguous array of the right length and stored dtype, filled and returned.

        Returns
        -------
        ndarray, shape (ceil(end / bin_size) - start // bin_size,)
            In the stored dtype: a read-only view of the file when the track is not
            compressed, else a new array.

        Raises
        ------
        ChromError
            Unknown chromosome, or positions that are not inside it.
        FormatError
            The file is damaged there.
        """
        column = self._columns.get(chrom)
        if column is None or self._open_file is None:
            column = self._column(chrom)
        try:
            first = index(start) // self.bin_size
            last = column.size if end is None else -(-index(end) // self.bin_size)
        except TypeError:
            raise UsageError(f"positions must be whole numbers: {start!r}, {end!r}") from None
        if end is None and start >= self.chroms.length(chrom):
            raise self._outside(chrom, start, end)
        if start < 0 or last > column.size or (end is not None and start > end):
            raise self._outside(chrom, start, end)
        if last == column.size and max(start, end or 0) > self.chroms.length(chrom):
            raise self._outside(chrom, start, end)
        if out is None:
            return column.read(first, max(first, last))
        return column.read(first, max(first, last), self._checked_out(out, last - first))

    def read_many(self, regions: Any) -> Windows:
        """Values of many windows in one call; each stored chunk is decoded once.

        Parameters
        ----------
        regions : DataFrame, (chrom, start, end) arrays, or iterable of regions
            0-based half-open, any order, overlaps allowed.

        Returns
        -------
        Windows
            A sequence of arrays in the order of the regions; ``.values`` and ``.offsets``
            hold them flat, ``.matrix()`` as rows when all have one width.
        """
        wanted = region_arrays(regions, self.chroms)
        first = wanted.start // self.bin_size
        last = -(-wanted.end // self.bin_size)
        offsets = np.concatenate(([0], np.cumsum(last - first)))
        out = np.empty(int(offsets[-1]), self.dtype)
        if self._is_indexed and wanted.code.size:
            self._require_data(wanted.code)
            whole, begin = self._all
            whole.read_windows(first + begin[wanted.code], last + begin[wanted.code], out)
            return Windows(out, offsets)
        for code in np.unique(wanted.code).tolist():
            column = self._column(self.chroms.names[code])
            mine = np.flatnonzero(wanted.code == code)
            a, b = int(mine[0]), int(mine[-1]) + 1
            if b - a == mine.size:  # the usual case: regions come by chromosome
                column.read_windows(first[a:b], last[a:b], out[offsets[a] : offsets[b]])
            else:
                values = column.read_windows(first[mine], last[mine])
                width = (last - first)[mine]
                shift = offsets[:-1][mine] - (np.cumsum(width) - width)
                out[np.arange(values.size) + np.repeat(shift, width)] = values
        return Windows(out, offsets)

    def iter_chrom_blocks(
        self,
        chroms: Iterable[str] | None = None,
        *,
        block_bins: int | None = None,
        reuse: bool = False,
    ) -> Iterator[Block]:
        """Yield the whole track in blocks of bounded size, chromosome by chromosome.

        Parameters
        ----------
        chroms : iterable of str, optional
            Which chromosomes, in which order; None means all with data.
        block_bins : int, optional
            Bins in a block; None makes blocks of about 4 MB.
        reuse : bool
            True hands out the same buffer again and again: faster, but a block must not be
            kept.
        """
        size = block_bins or max(1, BLOCK_BYTES // self.dtype.itemsize)
        buffer = np.empty(size, self.dtype) if reuse else None
        names = [n for n in self.chroms.names if self.has_chrom(n)] if chroms is None else chroms
        for name in names:
            chrom = self.chroms.name(name)
            column, length = self._column(chrom), self.chroms.length(chrom)
            for first in range(0, column.size, size):
                last = min(first + size, column.size)
                out = None if buffer is None or column.view is not None else buffer[: last - first]
                values = column.read(first, last, out)
                yield Block(chrom, first * self.bin_size, min(last * self.bin_size, length), values)

    def summary(self, regions: Any = None) -> Summary:
        """Statistics of the bins that touch each region, exact, without reading most of them.

        Parameters
        ----------
        regions : DataFrame, (chrom, start, end) arrays, region or iterable of regions, optional
            0-based half-open, any order, overlaps allowed; the name of a chromosome means all
            of it. None means every chromosome with data, in the order of the database.

        Returns
        -------
        Summary
            ``n_bins count sum sumsq min max mean std`` of one item a region; values that are
            missing are not counted.

        Examples
        --------
        >>> track.summary("chr2L").mean  # doctest: +SKIP
        array([3.1])
        """
        if isinstance(regions, str) and (code := self.chroms.find(regions)) >= 0:
            n = self._n_bins[code]
            return self._pyramids.of(code).summarise([0], [n], self._reader(code))
        wanted = self._whole() if regions is None else region_arrays(regions, self.chroms)
        first, last = wanted.start // self.bin_size, -(-wanted.end // self.bin_size)
        parts: list[Summary] = []
        order: list[NDArray[np.int64]] = []
        short = self._pyramids.is_short[wanted.code]
        if self._is_indexed and short.any():  # all at once: they may be a hundred thousand
            mine = np.flatnonzero(short)
            self._require_data(wanted.code[mine])
            begin = self._all[1][wanted.code[mine]]
            parts.append(
                summarise_bins(
                    first[mine] + begin, last[mine] + begin, reader_of(self._all[0]), self.missing
                )
            )
            order.append(mine)
        else:
            short = np.zeros(short.size, np.bool_)
        for code in np.unique(wanted.code[~short]).tolist():
            mine = np.flatnonzero(wanted.code == code)
            pyramid = self._pyramids.of(code)
            parts.append(pyramid.summarise(first[mine], last[mine], self._reader(code)))
            order.append(mine)
        return Summary.joined(parts, order)

    def stored_stats(self, chrom: str) -> TrackStats | LetterStats | None:
        """Statistics stored with a chromosome; None when there are none (`get_track_stats`)."""
        return read_stats(self._file, self.chroms.name(chrom))

    def _whole(self) -> Spans:
        """Every chromosome with data."""
        if self._is_indexed:
            code = np.flatnonzero(np.diff(self._all[1]))
        else:
            code = np.flatnonzero([self._file.has(name) for name in self.chroms.names])
        return Spans(code, np.zeros_like(code), self.chroms.length_array[code])

    @property
    def has_pyramid(self) -> bool:
        """Is a summary pyramid stored?"""
        return bool(self._pyramids.levels)

    @lazy
    def _pyramids(self) -> PyramidFile:
        key = "\tpyramid"  # a tab: no chromosome is called that
        found: PyramidFile | None = self._columns.get(key)
        if found is None:
            found = PyramidFile(self._file, self.chroms, self.missing)
            self._keep(key, found)
        return found

    @lazy
    def _n_bins(self) -> list[int]:
        return [n_bins(length, self.bin_size) for length in self.chroms.lengths]

    def _reader(self, code: int) -> Any:
        """Reader of the bins of many ranges of a chromosome, opened when it is called."""
        return reader_of(self._column(self.chroms.names[code]))

    @property
    def _all(self) -> tuple[Column, NDArray[np.int64]]:
        """Values of all chromosomes of an indexed track, and where each begins."""
        key = "\tall"  # a tab: no chromosome is called that
        found: tuple[Column, NDArray[np.int64]] | None = self._columns.get(key)
        if found is None:
            found = all_bins(self._file, self.chroms)
            assert found is not None
            self._keep(key, found)
        return found

    def _require_data(self, codes: NDArray[np.int64]) -> None:
        """Complain of the first chromosome without data."""
        begin = self._all[1]
        empty = codes[begin[codes] == begin[codes + 1]]
        if empty.size:
            self._column(self.chroms.names[int(empty[0])])

    def has_chrom(self, chrom: str) -> bool:
        """Does the track hold data on this chromosome?"""
        code = self.chroms.find(chrom)
        if code < 0:
            return False
        if self._is_indexed:
            begin = self._all[1]
            return bool(begin[code + 1] > begin[code])
        return self._file.has(self.chroms.names[code])

    def is_mapped(self, chrom: str) -> bool:
        """Does reading give a view of the file, since its values are not compressed?"""
        return self._column(chrom).view is not None

    def n_bins(self, chrom: str) -> int:
        """Bins of a chromosome."""
        return n_bins(self.chroms.length(chrom), self.bin_size)

    def _column(self, chrom: str) -> Column | Section:
        """Open a chromosome's values when first asked for them."""
        file = self._file
        found: Column | Section | None = self._columns.get(chrom)
        if found is not None:
            return found
        name = self.chroms.name(chrom)
        column: Column | Section | None = self._columns.get(name)
        if column is None:
            column = open_bins(file, self.chroms, self.chroms.code(name))
            if column is None:
                raise ChromError(
                    f"has no data on {name}", where=self.name, fix="Check with has_chrom first"
                )
            self._keep(name, column)
        if isinstance(chrom, str):
            self._keep(chrom, column)
        return column

    def _checked_out(self, out: NDArray[Any], n: int) -> NDArray[Any]:
        if out.shape != (n,) or out.dtype != self.dtype or not out.flags.c_contiguous:
            raise UsageError(
                f"out has shape {out.shape} and dtype {out.dtype}",
                fix=f"Give a contiguous array of shape ({n},) and dtype {self.dtype}",
            )
        return out

    def _outside(self, chrom: str, start: int, end: int | None) -> ChromError:
        name = self.chroms.name(chrom)
        return ChromError(
            f"{name}:{start}-{'' if end is None else end} is not inside the chromosome",
            where=self.name,
            fix=f"{name} is {self.chroms.length(name)} bp long; positions are 0-based half-open",
        )

    def _facts(self) -> str:
        return f"{self.dtype.name} in bins of {self.bin_size} bp, {len(self.chroms)} chromosomes"


def reader_of(column: Column | Section) -> ReadBins:
    """Reader of the bins of many ranges of a column."""

    def read_bins(
        first: NDArray[np.int64], last: NDArray[np.int64]
    ) -> tuple[NDArray[Any], NDArray[np.int64]]:
        return column.read_windows(first, last), np.concatenate(([0], np.cumsum(last - first)))

    return read_bins


class SequenceTrack(DenseTrack):
    """Letters of a genome, one byte a base; case is kept and means soft masking."""

    def text(self, chrom: str, start: int = 0, end: int | None = None) -> str:
        """Letters of ``[start, end)`` (0-based, half-open)."""
        try:
            return self.read(chrom, start, end).tobytes().decode("ascii")
        except UnicodeDecodeError:
            raise FormatError(
                f"{chrom}:{start}-{'' if end is None else end} holds bytes that are no letters",
                where=self.path,
            ) from None

    def _facts(self) -> str:
        return f"{self.chroms.total} bp, {len(self.chroms)} chromosomes"
