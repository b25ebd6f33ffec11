"""Do two tracks hold the same data, and where not?"""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.texts import Texts
from genomedb.kernels.texts import gather
from genomedb.storage import schema
from genomedb.storage.spec import array_value
from genomedb.storage.table import Table, Values
from genomedb.tracks.array import ArrayTrack
from genomedb.tracks.base import Track
from genomedb.tracks.dense import DenseTrack
from genomedb.tracks.diff_pairs import all_records, equal_small, matched
from genomedb.tracks.features import FeatureTrack
from genomedb.tracks.open import open_track
from genomedb.tracks.pairs import PairTrack
from genomedb.tracks.records import RecordsTrack

_BLOCK_BINS = 1 << 20
_BLOCKS_OF_RECORDS = 32  # index blocks read at once
_I8 = NDArray[np.int64]


class Differing(NamedTuple):
    """Something that the two tracks say differently; None where one says nothing."""

    what: str
    first: Any
    second: Any


@dataclass(frozen=True)
class ChromDifference:
    """Where the data of a chromosome differ.

    Attributes
    ----------
    chrom : str
        Of points and rectangles two, as ``chr1 x chr2``.
    n_differing : int
        Bins, or records that are in one track only or have another value.
    first_position : int
        Start in bp of the first of them, on the first chromosome of two.
    largest : float or None
        Largest absolute difference of two finite numbers; None when none differ.
    """

    chrom: str
    n_differing: int
    first_position: int
    largest: float | None


@dataclass(frozen=True)
class Differences:
    """What `diff_tracks` found.

    Attributes
    ----------
    facts : list of Differing
        Of type, dtype, bin size, missing value, columns and chromosomes.
    chroms : list of ChromDifference
        Chromosomes whose data differ.
    attributes : list of Differing
        Attributes that people set; they do not make the data differ.
    """

    facts: list[Differing] = field(default_factory=list)
    chroms: list[ChromDifference] = field(default_factory=list)
    attributes: list[Differing] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Are the data the same? Attributes do not count."""
        return not self.facts and not self.chroms

    def as_dict(self) -> dict[str, Any]:
        """The same as dictionaries, ready for JSON."""
        return {
            "same": self.is_same,
            "facts": [d._asdict() for d in self.facts],
            "chroms": [asdict(d) for d in self.chroms],
            "attributes": [d._asdict() for d in self.attributes],
        }


def diff_tracks(
    a: Track | str | os.PathLike[str], b: Track | str | os.PathLike[str]
) -> Differences:
    """Compare the data of two tracks, value by value.

    Layout, codec, chunks and pyramid are no differences; NaN equals NaN. Data are compared when
    type, bin size and chromosomes are the same; columns when both tracks have them. Memory does
    not grow with the tracks, but with the largest pair of chromosomes of points and rectangles.

    Parameters
    ----------
    a, b : Track or path

    Returns
    -------
    Differences

    Raises
    ------
    FormatError, MissingFileError
        A file is damaged, no track, or not there.

    Examples
    --------
    >>> diff_tracks("a.h5", "b.h5").is_same  # doctest: +SKIP
    True
    """
    one = a if isinstance(a, Track) else open_track(a)
    two = b if isinstance(b, Track) else open_track(b)
    facts = list(_facts(one, two))
    found = Differences(facts, [], list(_attributes(one.attrs, two.attrs)))
    if {"type", "bin_size", "chromosomes"} & {fact.what for fact in facts}:
        return found
    if isinstance(one, PairTrack) and isinstance(two, PairTrack):
        found.chroms.extend(_pair_differences(one, two))
        return found
    for name in one.chroms.names:
        tally = _Tally()
        if isinstance(one, DenseTrack) and isinstance(two, DenseTrack):
            _compare_bins(one, two, name, tally)
        elif isinstance(one, RecordsTrack) and isinstance(two, RecordsTrack):
            _compare_records(one, two, name, tally)
        if tally.n:
            found.chroms.append(tally.difference(name))
    return found


def _facts(a: Track, b: Track) -> Iterator[Differing]:
    yield from _unequal("type", a.track_type, b.track_type)
    if a.chroms.digest != b.chroms.digest:
        where = a.chroms.first_difference(b.chroms)
        yield Differing("chromosomes", f"{len(a.chroms)} chromosomes", where)
    if a.track_type != b.track_type:
        return
    yield from _unequal("dtype", a.dtype.name, b.dtype.name)
    if isinstance(a, DenseTrack) and isinstance(b, DenseTrack):
        yield from _unequal("bin_size", a.bin_size, b.bin_size)
        if a.dtype.kind != "f" and b.dtype.kind != "f":
            yield from _unequal("missing", a.missing, b.missing)
    if isinstance(a, ArrayTrack) and isinstance(b, ArrayTrack):
        yield from _unequal("columns", list(a.columns), list(b.columns))
    if isinstance(a, FeatureTrack) and isinstance(b, FeatureTrack):
        yield from _unequal("columns", _shown(a), _shown(b))
        yield from _unequal("strand", a.has_strand, b.has_strand)


def _unequal(what: str, a: Any, b: Any) -> Iterator[Differing]:
    if a != b:
        yield Differing(what, a, b)


def _shown(track: FeatureTrack) -> list[str]:
    return [f"{spec.name}:{spec.dtype or spec.kind}" for spec in track.columns]


def _attributes(a: dict[str, str], b: dict[str, str]) -> Iterator[Differing]:
    for name in sorted({*a, *b}):
        yield from _unequal(name, a.get(name), b.get(name))


class _Tally:
    """Differences of a chromosome so far."""

    def __init__(self) -> None:
        self.n, self.first, self.largest = 0, -1, math.nan

    def difference(self, name: str) -> ChromDifference:
        """What was found on a chromosome."""
        largest = None if math.isnan(self.largest) else self.largest
        return ChromDifference(name, self.n, self.first, largest)

    def add(self, positions: _I8) -> None:
        """Count differences at these positions."""
        if positions.size:
            low = int(positions.min())
            self.first = low if not self.n else min(self.first, low)
            self.n += positions.size

    def compare(self, a: NDArray[Any], b: NDArray[Any]) -> NDArray[np.bool_]:
        """Which numbers differ; NaN equals NaN."""
        if a.dtype.kind != b.dtype.kind:
            a, b = a.astype(np.float64), b.astype(np.float64)
        differ: NDArray[np.bool_] = a != b
        if a.dtype.kind == "f" and differ.any():
            differ &= ~(np.isnan(a) & np.isnan(b))
        if differ.any():
            with np.errstate(invalid="ignore", over="ignore"):
                gaps = np.abs(a[differ].astype(np.float64) - b[differ].astype(np.float64))
            gaps = gaps[np.isfinite(gaps)]
            if gaps.size:
                self.largest = float(np.fmax(self.largest, gaps.max()))
        return differ


def _compare_bins(a: DenseTrack, b: DenseTrack, name: str, tally: _Tally) -> None:
    if not a.has_chrom(name) and not b.has_chrom(name):
        return
    length, size = a.chroms.length(name), a.bin_size
    if not (a.has_chrom(name) and b.has_chrom(name)):
        tally.add(np.arange(0, length, size))
        return
    for start in range(0, length, _BLOCK_BINS * size):
        end = min(start + _BLOCK_BINS * size, length)
        differ = tally.compare(a.read(name, start, end), b.read(name, start, end))
        tally.add(start + np.flatnonzero(differ) * size)


def _pair_differences(a: PairTrack, b: PairTrack) -> Iterator[ChromDifference]:
    """Where pairs of chromosomes differ; a whole pair of each track is in memory."""
    codes = {*map(tuple, a.pair_codes.tolist()), *map(tuple, b.pair_codes.tolist())}
    for code1, code2 in sorted(codes - equal_small(a, b)):
        tally = _Tally()
        one, two = all_records(a, code1, code2), all_records(b, code1, code2)
        mine, theirs = matched(one, two)
        for records, rows in ((one, mine), (two, theirs)):
            alone = np.ones(len(records), bool)
            alone[rows] = False
            tally.add(records.x1[alone])
        differ = tally.compare(one.value[mine], two.value[theirs])
        tally.add(one.x1[mine[differ]])
        if tally.n:
            yield tally.difference(f"{a.chroms.names[code1]} x {a.chroms.names[code2]}")


def _compare_records(a: RecordsTrack, b: RecordsTrack, name: str, tally: _Tally) -> None:
    """Match records by start and end, stretch by stretch of the chromosome."""
    tables = a._table(name), b._table(name)
    edges = {0, a.chroms.length(name)}
    for table in tables:
        if table is not None:
            edges.update(table.first_start[::_BLOCKS_OF_RECORDS].tolist())
    ordered = sorted(edges)
    columns = _common(a, b)
    for low, high in itertools.pairwise(ordered):
        rows = [(0, 0) if t is None else (t.begun_before(low), t.begun_before(high))
                for t in tables]  # fmt: skip
        keys = [_positions(t, *r) for t, r in zip(tables, rows, strict=True)]
        mine, theirs = _matched(keys[0], keys[1])
        for key, index in zip(keys, (mine, theirs), strict=True):
            alone = np.ones(key[0].size, bool)
            alone[index] = False
            tally.add(key[0][alone])
        if not mine.size:
            continue
        assert tables[0] is not None
        assert tables[1] is not None
        differ = np.zeros(mine.size, bool)
        for first, second in columns:
            one = _picked(tables[0].column(first).read(*rows[0]), mine)
            two = _picked(tables[1].column(second).read(*rows[1]), theirs)
            if isinstance(one, Texts) and isinstance(two, Texts):
                differ |= _texts_differ(one, two)
            elif not isinstance(one, Texts) and not isinstance(two, Texts):
                differ |= tally.compare(one, two)
        tally.add(keys[0][0][mine[differ]])


def _common(a: RecordsTrack, b: RecordsTrack) -> list[tuple[str, str]]:
    """Datasets of the columns that both tracks have."""
    if isinstance(a, ArrayTrack) and isinstance(b, ArrayTrack):
        return [(array_value(a.columns.index(c)), array_value(b.columns.index(c)))
                for c in a.columns if c in b.columns]  # fmt: skip
    if isinstance(a, FeatureTrack) and isinstance(b, FeatureTrack):
        names = [c for c in a.column_names if c in b.column_names]
        if a.has_strand and b.has_strand:
            names.append(schema.STRAND)
        return [(name, name) for name in names]
    return [(schema.VALUE, schema.VALUE)]


def _positions(table: Table | None, first: int, last: int) -> tuple[_I8, _I8]:
    if table is None:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    return table.positions(first, last)


def _matched(a: tuple[_I8, _I8], b: tuple[_I8, _I8]) -> tuple[_I8, _I8]:
    """Rows of both that have one position; equal positions are matched in their order."""
    start, end = (np.concatenate(pair) for pair in zip(a, b, strict=True))
    rank = np.concatenate((_ranks(*a), _ranks(*b)))
    origin = np.repeat([0, 1], [a[0].size, b[0].size])
    order = np.lexsort((origin, rank, end, start))
    same = np.ones(max(order.size - 1, 0), bool)
    for key in (start, end, rank):
        same &= key[order][1:] == key[order][:-1]
    at = np.flatnonzero(same)
    return order[at], order[at + 1] - a[0].size


def _ranks(start: _I8, end: _I8) -> _I8:
    """Number of each record among those of its position."""
    numbers = np.arange(start.size)
    if not start.size:
        return numbers
    begins = np.concatenate(([True], (start[1:] != start[:-1]) | (end[1:] != end[:-1])))
    return numbers - np.maximum.accumulate(np.where(begins, numbers, 0))


def _picked(values: Values, rows: _I8) -> Values:
    if isinstance(values, Texts):
        return Texts(*gather(values.data, values.offset, rows))
    picked: NDArray[Any] = values[rows]
    return picked


def _texts_differ(a: Texts, b: Texts) -> NDArray[np.bool_]:
    differ: NDArray[np.bool_] = a.sizes != b.sizes
    same = np.flatnonzero(~differ)
    one, two = (Texts(*gather(t.data, t.offset, same)) for t in (a, b))
    n_unequal = np.concatenate(([0], np.cumsum(one.data != two.data)))
    differ[same] = n_unequal[one.offset[1:]] > n_unequal[one.offset[:-1]]
    return differ
