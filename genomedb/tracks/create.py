"""New tracks from arrays: the one way a track file comes to be."""

from __future__ import annotations

import getpass
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.names import attribute_name
from genomedb.errors import ChromError, UsageError
from genomedb.storage import schema
from genomedb.storage.dense import n_bins, write_dense
from genomedb.storage.describe import Provenance, Source, describe, write_sources
from genomedb.storage.files import Draft, publish
from genomedb.storage.sparse import write_sparse
from genomedb.storage.validate import require_sound
from genomedb.storage.write import Storage
from genomedb.tracks.regions import positions


@dataclass(frozen=True)
class Place:
    """Where a new track goes: its file, and the assembly it belongs to."""

    path: Path
    name: str
    chroms: ChromTable
    assembly: str


class DenseDraft:
    """A dense (or sequence) track being written, chromosome by chromosome."""

    def __init__(
        self, draft: Draft, place: Place, bin_size: int, dtype: str, storage: Storage,
        missing: float | None,
    ) -> None:  # fmt: skip
        self.draft, self.place, self.bin_size = draft, place, bin_size
        self.dtype, self.storage, self.missing = dtype, storage, missing
        self._written: set[str] = set()

    def write(self, chrom: str, pieces: Iterable[NDArray[Any]]) -> None:
        """Write all bins of a chromosome, given in pieces from left to right.

        Raises
        ------
        UsageError
            If a value does not fit the dtype, naming its position.
        """
        name = _first_time(chrom, self.place, self._written)
        size = n_bins(self.place.chroms.length(name), self.bin_size)
        narrowed = self._narrowed(name, pieces)
        write_dense(self.draft, name, narrowed, size, self.dtype, self.storage, self.missing)

    def finish(self) -> None:
        """Give chromosomes that got no values missing ones, or complain if there are none."""
        for name in self.place.chroms.names:
            if name in self._written:
                continue
            if self.missing is None:
                raise ChromError(
                    f"no values for {name}, and {self.dtype} has no missing value",
                    where=self.place.name,
                    fix="Give every chromosome, a missing value, or a float dtype",
                )
            self.write(name, self._all_missing(name))

    def add_sources(self, sources: tuple[Source, ...]) -> None:
        """Record the input files."""
        write_sources(self.draft, sources)

    def _all_missing(self, name: str) -> Iterator[NDArray[Any]]:
        left = n_bins(self.place.chroms.length(name), self.bin_size)
        assert self.missing is not None
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


def _first_time(chrom: str, place: Place, written: set[str]) -> str:
    """Canonical name of a chromosome that has not been written yet."""
    name = place.chroms.name(chrom)
    if name in written:
        raise UsageError(f"{name} is given twice", where=place.name)
    written.add(name)
    return name


def narrow(
    values: NDArray[Any], dtype: str, missing: float | None, place_of: Callable[[int], str]
) -> NDArray[Any]:
    """Values in the stored dtype; what does not fit is an error that names the position.

    NaN becomes `missing` where an integer dtype has declared one. `place_of` says where the
    value of a given number lies.
    """
    target = np.dtype(dtype)
    if values.dtype == target:
        return values
    if values.dtype.kind not in "iuf":
        raise UsageError(f"values at {place_of(0)} must be numbers, not {values.dtype}")
    if target.kind == "f":
        with np.errstate(over="ignore"):
            stored = values.astype(target)
        if target.itemsize < values.dtype.itemsize and values.dtype.kind == "f":
            _refuse(np.isinf(stored) & np.isfinite(values), values, dtype, place_of)
        return stored
    if values.dtype.kind == "f":
        values = values.astype(np.float64)  # float32 cannot tell the largest int32 from the next
        absent = np.isnan(values)
        if absent.any():
            if missing is None:
                i = int(np.flatnonzero(absent)[0])
                raise UsageError(
                    f"{place_of(i)} has no value, and {dtype} cannot say so",
                    fix="Give a default value (defval 0 for counts), or use float32",
                )
            values = np.where(absent, missing, values)
        _refuse(values != np.floor(values), values, dtype, place_of)
    limits = np.iinfo(target)
    _refuse((values < limits.min) | (values > limits.max), values, dtype, place_of)
    return values.astype(target)


def _refuse(
    bad: NDArray[np.bool_], values: NDArray[Any], dtype: str, place_of: Callable[[int], str]
) -> None:
    if bad.any():
        i = int(np.flatnonzero(bad)[0])
        value = values[i].item()
        whole = math.isfinite(value) and value == math.floor(value)
        wider = "a wider dtype" if whole else "float32"
        raise UsageError(
            f"value {value:g} at {place_of(i)} does not fit {dtype}",
            fix=f"Use {wider}",
        )


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
    """
    check_dtype(dtype)
    if bin_size < 1:
        raise UsageError(f"bin size must be at least 1, not {bin_size}")
    if np.dtype(dtype).kind == "f":
        missing = math.nan
    elif missing is not None:
        narrow(np.array([missing]), dtype, None, lambda _: "the missing value")
    with publish(place.path, overwrite=overwrite, verify=require_sound) as draft:
        describe(
            draft, track_type, place.chroms, place.assembly, completed(provenance),
            dtype=dtype, bin_size=bin_size, missing=missing,
        )  # fmt: skip
        writer = DenseDraft(draft, place, bin_size, dtype, storage or Storage(), missing)
        yield writer
        writer.finish()


def _start(chrom: str, start: NDArray[np.int64], i: int) -> str:
    return f"{chrom}:{start[i]}"


class SparseDraft:
    """A sparse track being written, chromosome by chromosome."""

    def __init__(self, draft: Draft, place: Place, dtype: str, storage: Storage) -> None:
        self.draft, self.place, self.dtype, self.storage = draft, place, dtype, storage
        self._written: set[str] = set()

    def write(
        self,
        chrom: str,
        pieces: Iterable[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]],
        n: int,
    ) -> None:
        """Write `n` records of a chromosome: (start, end, value) pieces sorted by start.

        Raises
        ------
        ChromError
            If a record overlaps the one before or is not inside the chromosome.
        """
        name = _first_time(chrom, self.place, self._written)
        length = self.place.chroms.length(name)
        checked = self._checked(name, length, pieces)
        write_sparse(self.draft, name, checked, n, length, self.dtype, self.storage)

    def add_sources(self, sources: tuple[Source, ...]) -> None:
        """Record the input files."""
        write_sources(self.draft, sources)

    def _checked(self, chrom: str, length: int, pieces: Any) -> Iterator[tuple[Any, Any, Any]]:
        previous_start, previous_end = -1, 0
        for starts, ends, value in pieces:
            start, end = positions(starts, "start"), positions(ends, "end")
            value = np.asarray(value)
            if not start.shape == end.shape == value.shape:
                raise UsageError(
                    f"{chrom}: {start.size} starts, {end.size} ends and {value.size} values"
                )
            if start.size == 0:
                continue
            before = np.concatenate(([previous_end], end[:-1]))
            bad = np.flatnonzero((start < before) | (end <= start) | (end > length))
            if bad.size:
                i = int(bad[0])
                other = previous_start if i == 0 else int(start[i - 1])
                raise ChromError(
                    f"{chrom}:{start[i]}-{end[i]} overlaps {chrom}:{other}-{before[i]} or is not "
                    "inside the chromosome",
                    where=self.place.name,
                    fix="A sparse track holds no overlaps: merge them or give a bin size",
                )
            previous_start, previous_end = int(start[-1]), int(end[-1])
            yield start, end, narrow(value, self.dtype, None, partial(_start, chrom, start))


@contextmanager
def new_sparse(
    place: Place,
    *,
    dtype: str = "float32",
    storage: Storage | None = None,
    provenance: Provenance | None = None,
    overwrite: bool = False,
) -> Iterator[SparseDraft]:
    """Write a sparse track; it appears under its name when the block ends without an error."""
    check_dtype(dtype)
    missing = math.nan if np.dtype(dtype).kind == "f" else None
    with publish(place.path, overwrite=overwrite, verify=require_sound) as draft:
        describe(
            draft, schema.SPARSE, place.chroms, place.assembly, completed(provenance),
            dtype=dtype, missing=missing,
        )  # fmt: skip
        yield SparseDraft(draft, place, dtype, storage or Storage())


def check_dtype(dtype: str) -> None:
    """Raise `UsageError` unless tracks can be stored in this dtype."""
    if dtype not in schema.VALUE_DTYPES:
        raise UsageError(
            f"dtype {dtype!r} is not one a track can have",
            fix=f"Use one of: {', '.join(schema.VALUE_DTYPES)}",
        )


def completed(provenance: Provenance | None) -> Provenance:
    """Provenance with the user filled in and its attributes checked."""
    found = provenance or Provenance()
    for name in found.attributes:
        settable(name)
    if found.user:
        return found
    try:
        return replace(found, user=getpass.getuser())
    except (OSError, KeyError, ImportError):  # no such user in this container
        return found


def settable(name: str) -> str:
    """Check that an attribute is one that people may set."""
    attribute_name(name)
    if name in schema.STRUCTURAL:
        raise UsageError(f"attribute {name} describes the file and cannot be set")
    return name


__all__ = [
    "Place", "Provenance", "Source", "Storage", "DenseDraft", "SparseDraft", "new_dense",
    "new_sparse", "narrow", "check_dtype", "settable",
]  # fmt: skip
