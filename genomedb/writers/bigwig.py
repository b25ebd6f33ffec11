"""BigWig: blocks of values, their index and zoom levels."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import deflate
import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.errors import UsageError
from genomedb.writers.bigwig_index import BLOCK, block_tree, chrom_tree
from genomedb.writers.bigwig_zoom import SUMMARY, join_pieces, summarise_runs, widen_summaries
from genomedb.writers.compressed import publish_file
from genomedb.writers.signal import SignalWriter, stretches

_MAGIC: Final = 0x888FFC26
_VERSION: Final = 4
_HEADER: Final = "<IHHQQQHHQQIQ"
_ZOOM_HEADER: Final = "<IIQQ"
_MAX_POSITION: Final = 2**32 - 1
_MAX_ZOOMS: Final = 10
_ITEMS_PER_BLOCK: Final = 1024
_SUMMARIES_PER_BLOCK: Final = 512
_ROWS_WAITING: Final = 64 * _ITEMS_PER_BLOCK
_LONG_STRETCH: Final = 256  # mean bins of a stretch from which fixed steps are the smaller form
_SMALLEST_ZOOM: Final = 10
_BLOCKS_AT_ONCE: Final = 128
_FEW_SUMMARIES: Final = 8192  # wider bins than these would only lose detail
_ZOOM_FACTOR: Final = 4
_FIRST_ZOOM: Final = 16  # in mean distances between values
_LEVEL: Final = 6
_LARGEST: Final = float(np.finfo(np.float32).max)
_BUFFER: Final = 1_000_000
_BEDGRAPH, _VARIABLE_STEP, _FIXED_STEP = 1, 2, 3
_FORMS: Final = {
    _BEDGRAPH: np.dtype([("start", "<u4"), ("end", "<u4"), ("value", "<f4")]),
    _VARIABLE_STEP: np.dtype([("start", "<u4"), ("value", "<f4")]),
    _FIXED_STEP: np.dtype([("value", "<f4")]),
}


class _BlockList:
    """Blocks as they are written, and where they went."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._rows: list[tuple[int, int, int, int, int, int]] = []
        self.largest = 0  # bytes of a block before compression

    def __len__(self) -> int:
        return len(self._rows)

    def write(self, chroms: tuple[int, int], start: int, end: int, data: bytes) -> None:
        packed = bytes(deflate.zlib_compress(data, _LEVEL))
        offset = self._file.tell()
        self._file.write(packed)
        self._rows.append((chroms[0], start, chroms[1], end, offset, len(packed)))
        self.largest = max(self.largest, len(data))

    def table(self) -> NDArray[Any]:
        return np.array(self._rows, BLOCK)

    def read(self) -> Iterator[bytearray]:
        """Yield the data of each block again."""
        self._file.flush()
        for *_, offset, size in self._rows:  # by position: the file is written to meanwhile
            yield deflate.zlib_decompress(os.pread(self._file.fileno(), size, offset), self.largest)


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

    _file: BinaryIO
    _blocks: _BlockList

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
            if not name or not 1 <= length <= _MAX_POSITION:
                raise UsageError(f"chromosome {name} of {length} bp cannot be in a bigWig file")
        if not 0 <= zooms <= _MAX_ZOOMS:
            raise UsageError(f"zoom levels must be 0 to {_MAX_ZOOMS}, not {zooms}")
        self._zooms = zooms
        self._codes = {name: i for i, name in enumerate(self.lengths)}
        self._at = (0, 0)  # chromosome and position up to which values are given
        self._waiting: list[NDArray[Any]] = []
        self._n_waiting = 0
        self._n_values = self._extent = 0
        self._covered, self._total, self._squares = 0, 0.0, 0.0
        self._smallest, self._largest = np.inf, -np.inf

    def _open(self, stack: ExitStack) -> None:
        stack.enter_context(self._writing())

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with (
            publish_file(self.path, overwrite=self._overwrite) as part,
            part.open("x+b", buffering=_BUFFER) as file,
        ):
            self._begin(file)
            yield
            self._finish()

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
            For intervals that overlap or are not in order, and infinite values.
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
        stored = self._storable(chrom, starts, values)
        self._advance(chrom, int(starts[0]), int(ends[-1]))
        self._count(stored, ends - starts)
        rows = np.empty(starts.size, _FORMS[_BEDGRAPH])
        rows["start"], rows["end"], rows["value"] = starts, ends, stored
        self._waiting.append(rows)
        self._n_waiting += rows.size
        if self._n_waiting >= _ROWS_WAITING:
            self._flush()

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
        ChromError, UsageError
            As for `add_runs`.
        """
        given, n_whole = self.checked_bins(chrom, first_start, span, values)
        starts = first_start + np.arange(given.size, dtype=np.int64) * span
        array = self._storable(chrom, starts, given)
        first, last = stretches(array[:n_whole])
        if first.size:
            self._flush()
            self._advance(chrom, int(starts[first[0]]), int(starts[last[-1] - 1]) + span)
            kept = np.flatnonzero(~np.isnan(array[:n_whole]))
            self._count(array[kept], span)
            if kept.size >= _LONG_STRETCH * first.size:
                for one, stop in zip(first.tolist(), last.tolist(), strict=True):
                    rows = np.empty(stop - one, _FORMS[_FIXED_STEP])
                    rows["value"] = array[one:stop]
                    self._write(_FIXED_STEP, starts[one:stop], rows, span)
            else:
                rows = np.empty(kept.size, _FORMS[_VARIABLE_STEP])
                rows["start"], rows["value"] = starts[kept], array[kept]
                self._write(_VARIABLE_STEP, starts[kept], rows, span)
        if n_whole < given.size:
            self.add_runs(chrom, starts[n_whole:], [self.length(chrom)], given[n_whole:])

    def _storable(
        self, chrom: str, starts: NDArray[np.int64], values: NDArray[Any]
    ) -> NDArray[np.float32]:
        """Values as float32, if that is possible; zoom levels make no sense of infinity."""
        wrong = np.abs(values.astype(np.float64)) > _LARGEST
        if wrong.any():
            i = int(wrong.argmax())
            raise UsageError(
                f"value {values[i]} at {chrom}:{starts[i]} cannot be in a bigWig file",
                where=self.path,
            )
        return values.astype(np.float32)

    def _advance(self, chrom: str, start: int, end: int) -> None:
        """Check that values come in the order of the file."""
        code = self._codes[chrom]
        if (code, start) < self._at:
            raise UsageError(
                f"{chrom}:{start} comes after what is written already",
                where=self.path,
                fix="Write chromosomes in the order given, and positions upwards",
            )
        if code != self._at[0]:
            self._flush()
            self._at = (code, start)
        self._extent += end - self._at[1]
        self._at = (code, end)

    def _count(self, stored: NDArray[np.float32], widths: NDArray[np.int64] | int) -> None:
        """Add values to the summary of the whole file."""
        values = stored.astype(np.float64)
        self._n_values += values.size
        self._covered += int(np.broadcast_to(widths, values.shape).sum())
        self._total += float((values * widths).sum())
        self._squares += float((values * values * widths).sum())
        self._smallest = min(self._smallest, float(values.min()))
        self._largest = max(self._largest, float(values.max()))

    def _flush(self) -> None:
        """Write the intervals that wait for more of them."""
        if self._waiting:
            rows = np.concatenate(self._waiting)
            self._waiting, self._n_waiting = [], 0
            self._write(_BEDGRAPH, rows["start"], rows, 0)

    def _write(self, form: int, starts: NDArray[Any], rows: NDArray[Any], span: int) -> None:
        code = self._at[0]
        for at in range(0, rows.size, _ITEMS_PER_BLOCK):
            part = rows[at : at + _ITEMS_PER_BLOCK]
            start, last = int(starts[at]), int(starts[at + part.size - 1])
            end = int(part["end"][-1]) if form == _BEDGRAPH else last + span
            step = span if form == _FIXED_STEP else 0
            head = struct.pack("<IIIIIBBH", code, start, end, step, span, form, 0, part.size)
            self._blocks.write((code, code), start, end, head + part.tobytes())

    def _begin(self, file: BinaryIO) -> None:
        """Leave room for the header and write the chromosomes."""
        self._file, self._blocks = file, _BlockList(file)
        self._summary_at = struct.calcsize(_HEADER) + _MAX_ZOOMS * struct.calcsize(_ZOOM_HEADER)
        self._tree_at = self._summary_at + 40
        file.write(bytes(self._tree_at))
        file.write(chrom_tree(self.lengths, self._tree_at))
        self._data_at = file.tell()
        file.write(bytes(8))

    def _finish(self) -> None:
        """Write what follows the values, then the header."""
        self._flush()
        index_at = self._file.tell()
        self._file.write(block_tree(self._blocks.table(), index_at, _ITEMS_PER_BLOCK))
        zooms = list(self._write_zooms()) if self._n_values else []
        largest = max([self._blocks.largest, _SUMMARIES_PER_BLOCK * SUMMARY.itemsize])
        self._file.write(struct.pack("<I", _MAGIC))
        self._file.seek(self._data_at)
        self._file.write(struct.pack("<Q", len(self._blocks)))
        self._file.seek(0)
        places = (self._tree_at, self._data_at, index_at, 0, 0, 0, self._summary_at)
        header = struct.pack(_HEADER, _MAGIC, _VERSION, len(zooms), *places, largest, 0)
        self._file.write(header)
        for width, data_at, zoom_index_at in zooms:
            self._file.write(struct.pack(_ZOOM_HEADER, width, 0, data_at, zoom_index_at))
        self._file.seek(self._summary_at)
        limits = (self._smallest, self._largest) if self._n_values else (0.0, 0.0)
        self._file.write(struct.pack("<Qdddd", self._covered, *limits, self._total, self._squares))

    def _write_zooms(self) -> Iterator[tuple[int, int, int]]:
        """Width, data offset and index offset of each zoom level, wider and wider.

        The first bins hold many values, so that the level is small beside them; each level is
        made from the one before, down to what a screen shows of a whole genome.
        """
        longest = max(self.lengths.values())
        lengths = np.array(list(self.lengths.values()), np.int64)
        width = max(_SMALLEST_ZOOM, _FIRST_ZOOM * -(-self._extent // self._n_values))
        below: _BlockList | None = None
        n_rows = _FEW_SUMMARIES + 1
        for _ in range(self._zooms):
            if width > longest or n_rows <= _FEW_SUMMARIES:
                break
            pieces = self._pieces(below, width)
            data_at, level, n_rows = self._file.tell(), _BlockList(self._file), 0
            self._file.write(bytes(4))
            for table in _in_blocks(join_pieces(pieces, width, lengths)):
                n_rows += table.size
                chroms = (int(table["chrom"][0]), int(table["chrom"][-1]))
                level.write(chroms, int(table["start"][0]), int(table["end"][-1]), table.tobytes())
            index_at = self._file.tell()
            self._file.write(block_tree(level.table(), index_at, _SUMMARIES_PER_BLOCK))
            end = self._file.tell()
            self._file.seek(data_at)
            self._file.write(struct.pack("<I", n_rows))
            self._file.seek(end)
            yield width, data_at, index_at
            below, width = level, width * _ZOOM_FACTOR

    def _pieces(self, below: _BlockList | None, width: int) -> Iterator[dict[str, NDArray[Any]]]:
        """Yield pieces for bins of `width` from the values, or from the level below."""
        if below is not None:
            for group in _grouped(below.read()):
                yield widen_summaries(np.frombuffer(b"".join(group), SUMMARY), width)
            return
        for group in _grouped(self._blocks.read()):
            columns = [np.concatenate(column) for column in zip(*map(_runs, group), strict=True)]
            chrom, start, end, value = columns
            yield from summarise_runs(chrom, start, end, value, width)


def _grouped(blocks: Iterator[bytearray]) -> Iterator[list[bytearray]]:
    """Yield blocks in groups: long arrays cost less for each value."""
    while group := list(islice(blocks, _BLOCKS_AT_ONCE)):
        yield group


def _runs(data: bytearray) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Chromosome, start, end and value of what a block holds."""
    code, first, _, step, span, form, _, n = struct.unpack_from("<IIIIIBBH", data)
    rows = np.frombuffer(data, _FORMS[form], n, 24)
    if form == _FIXED_STEP:
        start = first + step * np.arange(n, dtype=np.int64)
    else:
        start = rows["start"].astype(np.int64)
    end = rows["end"].astype(np.int64) if form == _BEDGRAPH else start + span
    return np.full(n, code, np.int64), start, end, rows["value"].astype(np.float64)


def _in_blocks(tables: Iterator[NDArray[Any]]) -> Iterator[NDArray[Any]]:
    """Summaries in blocks of the usual number of rows; a block is of one chromosome."""
    rest = np.empty(0, SUMMARY)
    for table in tables:
        rest = np.concatenate((rest, table))
        while rest.size > _SUMMARIES_PER_BLOCK:
            cut = _block_stop(rest)
            yield rest[:cut]
            rest = rest[cut:]
    while rest.size:
        cut = _block_stop(rest)
        yield rest[:cut]
        rest = rest[cut:]


def _block_stop(table: NDArray[Any]) -> int:
    """How many rows the first block of a table has."""
    chrom = table["chrom"][:_SUMMARIES_PER_BLOCK]
    return int(np.searchsorted(chrom, chrom[0], "right"))
