"""New dense tracks from arrays; with `create_records`, the one way a track file comes to be."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.track_stats import TrackStats
from genomedb.errors import ChromError, UsageError
from genomedb.kernels.summary import Stats
from genomedb.storage import schema
from genomedb.storage.dense import DenseWriter, n_bins
from genomedb.storage.describe import Provenance, Source, describe, write_sources
from genomedb.storage.encode import EncodedColumn
from genomedb.storage.files import Draft, publish
from genomedb.storage.layout import layout_for
from genomedb.storage.pyramid import PyramidBuilder, stored_levels
from genomedb.storage.pyramid_file import write_pyramid
from genomedb.storage.track_stats import write_stats
from genomedb.storage.validate import require_sound
from genomedb.storage.write import Storage
from genomedb.tracks.create_records import SparseDraft, new_array, new_features, new_sparse
from genomedb.tracks.early import Early
from genomedb.tracks.letters import LetterCounter
from genomedb.tracks.narrow import narrow
from genomedb.tracks.place import Place, check_dtype, completed, first_time, settable


class DenseDraft:
    """A dense (or sequence) track being written, chromosome by chromosome.

    Statistics of each chromosome are stored with it, unless the layout is indexed.

    Attributes
    ----------
    indexed : bool
        One dataset holds all chromosomes: those that come too early wait in a temporary file.
    has_pyramid : bool
        A summary pyramid is built on the way.
    """

    def __init__(
        self, draft: Draft, place: Place, bin_size: int, dtype: str, storage: Storage,
        missing: float | None, layout: str, *, pyramid: bool, track_type: str = schema.DENSE,
    ) -> None:  # fmt: skip
        self.draft, self.place, self.bin_size = draft, place, bin_size
        self.dtype, self.storage, self.missing = dtype, storage, missing
        self.has_pyramid = pyramid
        self._writer = DenseWriter(draft, place.chroms, layout, bin_size, dtype, storage, missing)
        self.indexed = self._writer.is_indexed
        self._built: dict[int, dict[int, Stats]] = {}
        self._is_sequence = track_type == schema.SEQUENCE
        self._written: set[str] = set()
        self._next = 0  # the first chromosome of an indexed track that is not written yet
        self._early = Early(draft) if self.indexed else None

    def write(self, chrom: str, pieces: Iterable[NDArray[Any]]) -> None:
        """Write all bins of a chromosome, given in pieces from left to right.

        Raises
        ------
        UsageError
            If a value does not fit the dtype, naming its position.
        """
        name = first_time(chrom, self.place, self._written)
        code = self.place.chroms.code(name)
        values = self._narrowed(name, pieces)
        if self._early is not None and code > self._next:
            self._early.keep(code, values)
            return
        self._write(code, name, values)
        self._next = code + 1
        while self._early is not None and self._next in self._early:
            self._write_early(self._next)
            self._next += 1

    def write_encoded(
        self, chrom: str, column: EncodedColumn, levels: Mapping[int, Stats] | None = None,
        stats: TrackStats | None = None,
    ) -> None:  # fmt: skip
        """Write a chromosome encoded elsewhere, with the levels of its pyramid and statistics."""
        name = first_time(chrom, self.place, self._written)
        code = self.place.chroms.code(name)
        self._writer.write_encoded(code, column)
        if levels:
            self._built[code] = dict(levels)
        if stats is not None:
            write_stats(self.draft, name, stats)

    def builder(self, chrom: str) -> PyramidBuilder | LetterCounter | None:
        """What makes a chromosome's pyramid and statistics; None when it will have neither."""
        if self._is_sequence:
            return None if self.indexed else LetterCounter()
        size = n_bins(self.place.chroms.length(chrom), self.bin_size)
        levels = stored_levels(size) if self.has_pyramid else ()
        if self.indexed and not levels:
            return None
        return PyramidBuilder(size, self.dtype, self.missing, levels)

    def finish(self) -> None:
        """Give chromosomes that got no values missing ones, or complain if there are none."""
        for code, name in enumerate(self.place.chroms.names):
            if self._early is not None and code in self._early:
                self._write_early(code)
            elif name not in self._written:
                self._write(code, name, self._all_missing(name))
        self._writer.close()
        write_pyramid(self.draft, self._built)

    def add_sources(self, sources: tuple[Source, ...]) -> None:
        """Record the input files."""
        write_sources(self.draft, sources)

    def _write(self, code: int, name: str, pieces: Iterator[NDArray[Any]]) -> None:
        builder = self.builder(name)
        if builder is None:
            self._writer.write(code, pieces)
            return
        self._writer.write(code, added(builder, pieces))
        if isinstance(builder, PyramidBuilder) and (levels := builder.finish()):
            self._built[code] = levels
        if not self.indexed:
            write_stats(self.draft, name, builder.stats())

    def _write_early(self, code: int) -> None:
        assert self._early is not None
        self._write(code, self.place.chroms.names[code], self._early.take(code, self.dtype))

    def _all_missing(self, name: str) -> Iterator[NDArray[Any]]:
        if self.missing is None:
            raise ChromError(
                f"no values for {name}, and {self.dtype} has no missing value",
                where=self.place.name,
                fix="Give every chromosome, a missing value, or a float dtype",
            )
        left = n_bins(self.place.chroms.length(name), self.bin_size)
        while left > 0:
            step = min(left, 1 << 20)
            yield np.full(step, self.missing, self.dtype)
            left -= step

    def _place(self, chrom: str, first: int, i: int) -> str:
        return f"{chrom}:{(first + i) * self.bin_size}"

    def _narrowed(self, chrom: str, pieces: Iterable[NDArray[Any]]) -> Iterator[NDArray[Any]]:
        at = 0
        for piece in pieces:
            values = np.asarray(piece)
            place = partial(self._place, chrom, at)
            yield narrow(values, self.dtype, self.missing, place)
            at += values.size


def added(
    builder: PyramidBuilder | LetterCounter, pieces: Iterable[NDArray[Any]]
) -> Iterator[NDArray[Any]]:
    """Pass pieces on, adding them to a pyramid or to counts."""
    for piece in pieces:
        yield piece  # the writer first: it knows the place of what is wrong
        builder.add(piece)


@contextmanager
def new_dense(
    place: Place,
    *,
    bin_size: int,
    dtype: str = "float32",
    missing: float | None = None,
    storage: Storage | None = None,
    provenance: Provenance | None = None,
    overwrite: bool = False,
    track_type: str = schema.DENSE,
    layout: str | None = None,
    pyramid: bool = True,
) -> Iterator[DenseDraft]:
    """Write a dense track; it appears under its name when the block ends without an error.

    Parameters
    ----------
    place : Place
        Where it goes.
    bin_size : int
        Bin width in bp.
    dtype : str
        One of ``float32 float64 int8 uint8 int16 uint16 int32 uint32``.
    missing : float, optional
        What a missing value is stored as in an integer dtype; floats use NaN.
    storage : Storage, optional
        Codec and chunks.
    provenance : Provenance, optional
        Where the values come from.
    overwrite : bool
        Replace a track of that name.
    track_type : str
        ``dense`` or ``sequence``.
    layout : {"per-chromosome", "indexed"}, optional
        None takes ``indexed`` above 1,000 chromosomes.
    pyramid : bool
        Store the summary pyramid (of dense tracks).
    """
    check_dtype(dtype)
    if bin_size < 1:
        raise UsageError(f"bin size must be at least 1, not {bin_size}")
    if np.dtype(dtype).kind == "f":
        missing = math.nan
    elif missing is not None:
        narrow(np.array([missing]), dtype, None, lambda _: "the missing value")
    layout = layout_for(len(place.chroms), layout)
    with publish(place.path, overwrite=overwrite, verify=require_sound) as draft:
        describe(
            draft, track_type, place.chroms, place.assembly, completed(provenance),
            dtype=dtype, bin_size=bin_size, missing=missing, layout=layout,
        )  # fmt: skip
        writer = DenseDraft(
            draft, place, bin_size, dtype, storage or Storage(), missing, layout,
            pyramid=pyramid and track_type == schema.DENSE, track_type=track_type,
        )  # fmt: skip
        yield writer
        writer.finish()


__all__ = [
    "Place", "Provenance", "Source", "Storage", "DenseDraft", "SparseDraft", "new_array",
    "new_dense", "new_features", "new_sparse", "narrow", "check_dtype", "settable", "added",
]  # fmt: skip
