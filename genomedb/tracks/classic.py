"""Classic calls of a track: 1-based positions, both ends included, as numpy arrays."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from operator import index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.texts import Texts
from genomedb.errors import ChromError, UsageError
from genomedb.storage import schema

log = logging.getLogger(__name__)


class ClassicTrack:
    """The part of a track that answers the calls of the `genome` library.

    Positions are 1-based and both ends are included: ``get_nparray("chr1", 11, 20)`` has 10
    values. A chromosome is named by text or by a `Chromosome`. Everything else of a track is
    0-based half-open.
    """

    name: str
    chroms: ChromTable
    dtype: np.dtype[Any]

    def has_chromosome(self, chrom: object) -> bool:
        """Does the track hold data on this chromosome?"""
        return bool(self.has_chrom(str(chrom)))  # type: ignore[attr-defined]

    def get_nparray(
        self, chrom: object, start: int | None = None, end: int | None = None
    ) -> NDArray[Any]:
        """Values of ``start`` to ``end``, one a base; a copy.

        Parameters
        ----------
        chrom : str or Chromosome
        start, end : int, optional
            1-based, both included; without them the ends of the chromosome. Of feature tracks
            they count rows.

        Returns
        -------
        ndarray, shape (end - start + 1,)
            In the stored dtype; as floats with NaN where values are missing: on a chromosome
            without data, between the records of a sparse track. Rows of feature tracks are
            structured, their ``start`` and ``end`` 1-based and included.

        Raises
        ------
        ChromError
            Unknown chromosome, or positions outside it or in the wrong order.

        Examples
        --------
        >>> track.get_nparray("chr12", 1_000_000, 1_000_100).size  # doctest: +SKIP
        101
        """
        name = self.chroms.name(str(chrom))
        if self._has_rows:
            rows = self._classic_rows(name)
            first, last = self._closed(name, start, end, len(rows), "rows")
            chosen: NDArray[Any] = rows[first:last].copy()
            return chosen
        first, last = self._closed(name, start, end, self.chroms.length(name), "bp")
        return self._per_base(name, first, last)

    def get_val(self, chrom: object, pos: int) -> Any:
        """Value at a 1-based position; NaN for a chromosome without data."""
        return self.get_nparray(chrom, pos, pos)[0]

    def get_seq_str(self, chrom: object, start: int | None = None, end: int | None = None) -> str:
        """Letters of ``start`` to ``end`` (1-based, both included) of a sequence.

        Raises
        ------
        UsageError
            The track holds no characters.
        ChromError
            As for `get_nparray`.
        """
        if self.dtype != np.uint8 or self._has_rows:
            raise UsageError("holds no sequence", where=self.name, fix="Open the track of sequence")
        name = self.chroms.name(str(chrom))
        first, last = self._closed(name, start, end, self.chroms.length(name), "bp")
        if not self.has_chrom(name):  # type: ignore[attr-defined]
            return "N" * (last - first)
        return self._per_base(name, first, last).tobytes().decode("latin-1")

    def get_array(self, chrom: object) -> ClassicArray | None:
        """All of a chromosome as something that is read when sliced (from 0, as numpy does).

        None, and one warning in the log, for a chromosome without data.
        """
        name = self.chroms.name(str(chrom))
        if not self.has_chrom(name):  # type: ignore[attr-defined]
            warned: set[str] = self.__dict__.setdefault("_warned", set())
            if name not in warned:
                warned.add(name)
                log.warning("%s: has no data on %s", self.name, name)
            return None
        return ClassicArray(self, name)

    # ---- inside

    @property
    def _has_rows(self) -> bool:
        return bool(self.track_type == schema.FEATURES)  # type: ignore[attr-defined]

    def _closed(
        self, name: str, start: int | None, end: int | None, size: int, unit: str
    ) -> tuple[int, int]:
        """0-based half-open form of a 1-based closed range, checked."""
        try:
            first = 1 if start is None else index(start)
            last = size if end is None else index(end)
        except TypeError:
            raise UsageError(f"positions must be whole numbers: {start!r}, {end!r}") from None
        if start is None and end is None and not size:
            return 0, 0
        if not 1 <= first <= last <= size:
            inside = "is not inside the chromosome" if unit == "bp" else "are no rows of it"
            problem = "start is after end" if first > last else inside
            raise ChromError(
                f"{name}:{first}-{last} {problem}", where=self.name,
                fix=f"{name} has {size} {unit}; positions count from 1, both ends included",
            )  # fmt: skip
        return first - 1, last

    def _per_base(self, name: str, start: int, end: int) -> NDArray[Any]:
        """Values of ``[start, end)`` of a chromosome."""
        track: Any = self
        if not track.has_chrom(name):
            return np.full(end - start, np.nan, np.float32)
        kind = track.track_type
        if kind in schema.BINNED:
            values: NDArray[Any] = track.read(name, start, end)
            if track.bin_size > 1:
                at = start % track.bin_size
                values = np.repeat(values, track.bin_size)[at : at + end - start]
            if kind == schema.DENSE and values.dtype.kind != "f" and track.missing is not None:
                gone = values == track.missing
                if gone.any():
                    return np.where(gone, np.nan, values.astype(_float_for(values.dtype)))
            return values if values.flags.writeable and values.base is None else values.copy()
        if kind == schema.SPARSE:
            return _spread(start, end, *track.read(name, start, end))
        raise UsageError(
            f"a {kind} track has no value a base", where=self.name, fix="Use read or to_frame"
        )

    def _classic_rows(self, name: str) -> NDArray[Any]:
        """All features of a chromosome as a structured array, 1-based."""
        found = self.read(name)  # type: ignore[attr-defined]
        columns: dict[str, NDArray[Any]] = {"start": found.start + 1, "end": found.end}
        if found.strand is not None:
            columns["strand"] = found.strand
        for key, values in found.columns.items():
            texts = isinstance(values, Texts)
            columns[key] = np.array(values.tolist() or [""])[: len(values)] if texts else values
        rows = np.empty(found.start.size, [(k, v.dtype) for k, v in columns.items()])
        for key, column in columns.items():
            rows[key] = column
        return rows


def _spread(
    start: int, end: int, starts: NDArray[np.int64], ends: NDArray[np.int64], value: NDArray[Any]
) -> NDArray[Any]:
    """Values of sparse records at each base, NaN between them."""
    dtype = _float_for(value.dtype)
    edges = np.empty(2 * starts.size + 2, np.int64)
    edges[0], edges[-1] = start, end
    edges[1:-1:2], edges[2:-1:2] = starts, ends
    np.clip(edges, start, end, out=edges)
    held = np.full(2 * starts.size + 1, np.nan, dtype)
    held[1::2] = value
    return np.repeat(held, np.diff(edges))


def _float_for(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """The smallest float type that holds NaN and the values."""
    return np.result_type(dtype, np.float32)


class ClassicArray:
    """A chromosome of a track, read when it is sliced; items count from 0, as in numpy.

    Attributes
    ----------
    dtype : numpy dtype
    """

    def __init__(self, track: ClassicTrack, chrom: str) -> None:
        self._track, self._chrom = track, chrom
        self._rows = track._classic_rows(chrom) if track._has_rows else None
        empty = track._per_base(chrom, 0, 0) if self._rows is None else self._rows[:0]
        self.dtype: np.dtype[Any] = empty.dtype
        self._item: tuple[int, ...] = empty.shape[1:]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of items (and of columns, of a liftover table)."""
        return (len(self), *self._item)

    def __len__(self) -> int:
        if self._rows is not None:
            return len(self._rows)
        return self._track.chroms.length(self._chrom)

    def __getitem__(self, which: Any) -> Any:
        if self._rows is not None:
            return self._rows[which]
        if isinstance(which, tuple):
            return self[:][which]
        if isinstance(which, slice):
            first, last, step = which.indices(len(self))
            if step < 0:
                return self[:][which]
            return self._track._per_base(self._chrom, first, max(first, last))[::step]
        if isinstance(which, (list, np.ndarray)):
            return self[:][which]
        at = index(which)
        if not -len(self) <= at < len(self):
            raise IndexError(f"item {at} of {len(self)}")
        return self._track._per_base(self._chrom, at % len(self), at % len(self) + 1)[0]

    def __iter__(self) -> Iterator[Any]:
        return iter(self[:])

    def __array__(self, dtype: Any = None, copy: Any = None) -> NDArray[Any]:
        return np.asarray(self[:], dtype)

    def __repr__(self) -> str:
        return f"<{self._track.name} {self._chrom}: {self.dtype}, shape {self.shape}>"
