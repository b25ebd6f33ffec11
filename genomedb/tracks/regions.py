"""Many regions at once: whatever a caller has -> arrays of codes, starts and ends."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.region import Region, parse_region
from genomedb.core.spans import Spans
from genomedb.errors import ChromError, UsageError

_MAX_POSITION = 2.0**62


@dataclass(frozen=True)
class Windows:
    """Values of many windows one behind the other; behaves as a sequence of arrays.

    Attributes
    ----------
    values : ndarray, shape (offsets[-1],)
        All values in the order of the regions.
    offsets : ndarray of int64, shape (n + 1,)
        Window ``i`` is ``values[offsets[i]:offsets[i + 1]]``.
    """

    values: NDArray[Any]
    offsets: NDArray[np.int64]

    def __len__(self) -> int:
        return self.offsets.size - 1

    def __getitem__(self, i: int) -> NDArray[Any]:
        if not -len(self) <= i < len(self):
            raise IndexError(f"window {i} of {len(self)}")
        i %= len(self)
        return self.values[self.offsets[i] : self.offsets[i + 1]]

    def __iter__(self) -> Iterator[NDArray[Any]]:
        edges = self.offsets.tolist()
        for a, b in itertools.pairwise(edges):
            yield self.values[a:b]

    def matrix(self) -> NDArray[Any]:
        """Windows as rows, shape (n, width); an error when widths differ."""
        widths = np.diff(self.offsets)
        if widths.size and (widths != widths[0]).any():
            raise UsageError(f"windows have {widths.min()} to {widths.max()} values, not one width")
        return self.values.reshape(len(self), -1)


def region_arrays(regions: Any, chroms: ChromTable) -> Spans:
    """Arrays from a DataFrame, a tuple of three columns, or an iterable of regions.

    Parameters
    ----------
    regions : DataFrame, (chrom, start, end) arrays, or iterable
        Items of an iterable are `Region`, ``(chrom, start, end)`` or text
        ``chrom:start-end``. 0-based half-open.
    chroms : ChromTable
        Gives codes and lengths.

    Raises
    ------
    ChromError
        Unknown chromosome or region not inside it, naming the first.
    UsageError
        For other input, NaN or fractions in coordinates.
    """
    names, start, end = _columns(regions, chroms)
    code_of = {name: chroms.code(name) for name in dict.fromkeys(names)}
    code = np.fromiter(map(code_of.__getitem__, names), np.int64, len(names))
    start, end = positions(start, "start"), positions(end, "end")
    if not code.size == start.size == end.size:
        raise UsageError(f"{code.size} chroms, {start.size} starts and {end.size} ends")
    wrong = np.flatnonzero((start < 0) | (start >= end) | (end > chroms.length_array[code]))
    if wrong.size:
        i = int(wrong[0])
        name = chroms.names[code[i]]
        raise ChromError(
            f"region {i}, {name}:{start[i]}-{end[i]}, is empty or not inside the chromosome",
            fix=f"{name} is {chroms.length(name)} bp long; positions are 0-based half-open",
        )
    return Spans(code, start, end)


def _columns(regions: Any, chroms: ChromTable) -> tuple[list[Any], Any, Any]:
    if hasattr(regions, "columns"):
        absent = [c for c in ("chrom", "start", "end") if c not in regions.columns]
        if absent:
            raise UsageError(f"the DataFrame has no column {absent[0]}")
        return regions["chrom"].tolist(), regions["start"], regions["end"]
    if isinstance(regions, tuple) and len(regions) == 3 and _are_columns(regions):
        return np.asarray(regions[0]).tolist(), regions[1], regions[2]
    if isinstance(regions, (str, Region)):
        regions = [regions]
    rows = [_row(item, chroms) for item in regions]
    if not rows:
        return [], np.empty(0, np.int64), np.empty(0, np.int64)
    names, start, end = zip(*rows, strict=True)
    return list(names), np.array(start), np.array(end)


def _are_columns(three: tuple[Any, ...]) -> bool:
    """Are these the columns chrom, start and end, rather than three regions?"""
    first = three[0]
    if isinstance(first, (str, Region)):
        return False
    return not (isinstance(first, (tuple, list)) and len(first) == 3
                and not isinstance(first[1], str))  # fmt: skip


def _row(item: Any, chroms: ChromTable) -> tuple[Any, Any, Any]:
    if isinstance(item, str):
        item = parse_region(item, chroms)
    if isinstance(item, Region):
        return item.chrom, item.start, item.end
    if isinstance(item, (tuple, list)) and len(item) == 3:
        return item[0], item[1], item[2]
    raise UsageError(f"{item!r} is not a region", fix="Give (chrom, start, end)")


def positions(values: Any, what: str) -> NDArray[np.int64]:
    """Positions as int64; whole numbers in a float array are accepted, anything else is not."""
    array = np.asarray(values)
    if array.size == 0:
        return np.empty(0, np.int64)
    if array.dtype.kind in "uf" and not (np.abs(array) < _MAX_POSITION).all():
        raise UsageError(f"{what} has values that are no positions, or are missing")
    if array.dtype.kind == "f":
        if not np.isfinite(array).all() or (array != np.floor(array)).any():
            raise UsageError(f"{what} has values that are not whole numbers")
    elif array.dtype.kind not in "iu":
        raise UsageError(f"{what} must be whole numbers, not {array.dtype}")
    return np.ascontiguousarray(array, np.int64).reshape(-1)
