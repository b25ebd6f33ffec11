"""Elements: the values of one source on one chromosome, in the order of their positions."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.kernels.windows import overlapped
from genomedb.tracks.array import ArrayTrack
from genomedb.tracks.dense import DenseTrack, SequenceTrack
from genomedb.tracks.sparse import SparseTrack
from genomedb.virtual.columns import column_reducer

_I8 = NDArray[np.int64]
_EXACT_AS_FLOAT32 = ("int8", "uint8", "int16", "uint16", "float32")


class Elements(ABC):
    """Values of one source on one chromosome: bins, records, or rows of a frame.

    Attributes
    ----------
    size : int
        Number of elements; 0 where the source has no data.
    is_dense : bool
        Are they bins? Positions of bins are clipped at the start of the window.
    """

    size: int
    is_dense = False

    @abstractmethod
    def ranges(self, start: _I8, end: _I8) -> tuple[_I8, _I8]:
        """Half-open numbers of the elements that overlap each window by at least one base."""

    @abstractmethod
    def read(self, first: int, last: int) -> NDArray[np.floating]:
        """Values of elements, float32 or float64, contiguous; NaN is missing."""

    @abstractmethod
    def starts(self, index: _I8) -> _I8:
        """Positions that elements start at."""

    @abstractmethod
    def ends(self, index: _I8) -> _I8:
        """Positions that elements end at, exclusive."""


class DenseElements(Elements):
    """Bins of a dense track."""

    is_dense = True

    def __init__(self, track: DenseTrack, code: int) -> None:
        self._track, self._name = track, track.chroms.names[code]
        self._length, self._bin = track.chroms.lengths[code], track.bin_size
        self.size = track.n_bins(self._name) if track.has_chrom(self._name) else 0
        exact = track.dtype.name in _EXACT_AS_FLOAT32
        self._as = np.dtype(np.float32 if exact else np.float64)
        self._missing = None if track.dtype.kind == "f" else track.missing

    def ranges(self, start: _I8, end: _I8) -> tuple[_I8, _I8]:
        """Half-open numbers of the bins that overlap each window."""
        if not self.size:
            none = np.zeros(start.size, np.int64)
            return none, none
        if self._bin == 1:
            return start, end
        last = end + (self._bin - 1)
        last //= self._bin
        return start // self._bin, last

    def read(self, first: int, last: int) -> NDArray[np.floating]:
        """Values of bins."""
        if first >= last:
            return np.empty(0, self._as)
        end = min(last * self._bin, self._length)
        stored = self._track.read(self._name, first * self._bin, end)
        values = stored.astype(self._as, copy=False)
        if self._missing is not None:
            values[stored == self._missing] = np.nan  # a copy: the stored are integers
        return values

    def starts(self, index: _I8) -> _I8:
        """Positions that bins start at."""
        return index * self._bin

    def ends(self, index: _I8) -> _I8:
        """Positions that bins end at; the last may be shorter."""
        return np.minimum((index + 1) * self._bin, self._length)


class FrameElements(Elements):
    """Values on intervals that do not overlap, sorted by start.

    Parameters
    ----------
    start, end : ndarray of int64, shape (n,)
    value : ndarray of float32 or float64, shape (n,)
    """

    def __init__(self, start: _I8, end: _I8, value: NDArray[Any]) -> None:
        if not start.size == end.size == value.size:
            raise UsageError(f"{start.size} starts, {end.size} ends and {value.size} values")
        if (end[:-1] > start[1:]).any() or (start >= end).any():
            raise UsageError("intervals overlap or are not sorted", fix="Sort and merge them")
        self._start, self._end = start, end
        self._value = as_floats(value, None)
        self.size = start.size

    def ranges(self, start: _I8, end: _I8) -> tuple[_I8, _I8]:
        """Half-open numbers of the intervals that overlap each window."""
        return overlapped(self._start, self._end, start, end)

    def read(self, first: int, last: int) -> NDArray[np.floating]:
        """Values of intervals."""
        return self._value[first:last]

    def starts(self, index: _I8) -> _I8:
        """Starts of intervals."""
        return self._start[index]

    def ends(self, index: _I8) -> _I8:
        """Ends of intervals."""
        return self._end[index]


class SparseElements(FrameElements):
    """Records of a sparse track."""

    def __init__(self, track: SparseTrack, code: int) -> None:
        found = track.read(track.chroms.names[code])
        super().__init__(found.start, found.end, as_floats(found.value, track.missing))


class ArrayElements(FrameElements):
    """Records of an array track, each with one number made of its columns.

    Parameters
    ----------
    columns : sequence of str, optional
        Which columns; None means all.
    slice_func : {"avg", "min", "max", "sum", "stddev"}
        How the values of a record that are not NaN become one.
    """

    def __init__(
        self,
        track: ArrayTrack,
        code: int,
        *,
        columns: Sequence[str] | None = None,
        slice_func: str = "avg",
    ) -> None:
        reduce = column_reducer(slice_func)
        names = track.columns if columns is None else columns
        unknown = [name for name in names if name not in track.columns]
        if unknown:
            raise UsageError(
                f"no column {unknown[0]!r}",
                where=track.name,
                fix=f"Known columns: {', '.join(track.columns[:10])}",
            )
        chosen = [track.columns.index(name) for name in names]
        blocks = list(track.iter_chrom_blocks([track.chroms.names[code]]))
        missing = track.missing
        parts = [reduce(as_floats(b.values[:, chosen], missing)) for b in blocks]
        super().__init__(
            np.concatenate([np.empty(0, np.int64), *(b.start for b in blocks)]),
            np.concatenate([np.empty(0, np.int64), *(b.end for b in blocks)]),
            np.concatenate([np.empty(0), *parts]),
        )


def as_floats(values: NDArray[Any], missing: float | None) -> NDArray[np.floating]:
    """Values as float32 where that is exact, else float64; missing ones as NaN."""
    wanted = np.float32 if values.dtype.name in _EXACT_AS_FLOAT32 else np.float64
    floats = np.ascontiguousarray(values, wanted)
    if missing is not None and values.dtype.kind in "iu":
        floats[values == missing] = np.nan
    return floats


class ElementSource(Protocol):
    """Elements of every chromosome: called with a code."""

    n_chroms: int

    def __call__(self, code: int) -> Elements:
        """Elements of a chromosome; none where the source has no data."""


class TrackElements:
    """Elements of a dense, sparse or array track; can be pickled.

    Parameters
    ----------
    columns, slice_func
        Of an array track, as in `ArrayElements`.
    """

    def __init__(
        self,
        track: DenseTrack | SparseTrack | ArrayTrack,
        *,
        columns: Sequence[str] | None = None,
        slice_func: str = "avg",
    ) -> None:
        column_reducer(slice_func)
        self.track, self.n_chroms = track, len(track.chroms)
        self._columns, self._slice = columns, slice_func

    def __call__(self, code: int) -> Elements:
        """Elements of a chromosome."""
        track = self.track
        if isinstance(track, ArrayTrack):
            return ArrayElements(track, code, columns=self._columns, slice_func=self._slice)
        if isinstance(track, SparseTrack):
            return SparseElements(track, code)
        return DenseElements(track, code)


class SpanElements:
    """Elements of intervals with values in memory.

    Parameters
    ----------
    spans : Spans
        In any order; they may not overlap.
    value : array_like of numbers, shape (n,)

    Raises
    ------
    UsageError
        If intervals overlap; the message names one.
    """

    def __init__(self, spans: Spans, value: Any, *, chroms: ChromTable) -> None:
        values = np.asarray(value)
        if values.shape != (len(spans),) or values.dtype.kind not in "biuf":
            raise UsageError(
                f"{values.shape} values of dtype {values.dtype} do not go with {len(spans)} "
                "intervals",
                fix="Give one number an interval",
            )
        order = spans.order()
        self._spans, self._values = spans[order], as_floats(values[order], None)
        self.n_chroms = len(chroms)
        code, start, end = self._spans.code, self._spans.start, self._spans.end
        bad = np.flatnonzero((code[1:] == code[:-1]) & (end[:-1] > start[1:]))
        if bad.size:
            i = int(bad[0])
            raise UsageError(
                f"intervals {chroms.names[code[i]]}:{start[i]}-{end[i]} and "
                f"{start[i + 1]}-{end[i + 1]} overlap",
                fix="Values of a frame must lie on intervals that do not overlap",
            )

    def __call__(self, code: int) -> Elements:
        """Elements of a chromosome."""
        a, b = np.searchsorted(self._spans.code, [code, code + 1]).tolist()
        return FrameElements(self._spans.start[a:b], self._spans.end[a:b], self._values[a:b])


def elements_of(
    track: Any, *, columns: Sequence[str] | None = None, slice_func: str = "avg"
) -> TrackElements:
    """Elements of a track by chromosome.

    Parameters
    ----------
    track : DenseTrack, SparseTrack or ArrayTrack
    columns, slice_func
        Of an array track: see `ArrayElements`.

    Raises
    ------
    UsageError
        For a track of another type.
    """
    known = isinstance(track, DenseTrack | SparseTrack | ArrayTrack)
    if not known or isinstance(track, SequenceTrack):
        raise UsageError(
            f"a {track.track_type} track has no values to summarise",
            where=track.name,
            fix="Use a dense, sparse or array track",
        )
    return TrackElements(track, columns=columns, slice_func=slice_func)
