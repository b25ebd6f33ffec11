"""New tracks of pairs of chromosomes (points, rectangles) from arrays."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import itemgetter
from typing import Any

import numpy as np

from genomedb.errors import UsageError
from genomedb.kernels.quadtree_build import LEAF, build_nodes
from genomedb.kernels.quadtree_query import Records
from genomedb.storage import schema
from genomedb.storage.describe import Provenance, Source, describe, write_sources
from genomedb.storage.files import Draft, publish
from genomedb.storage.layout import layout_for
from genomedb.storage.pair_nodes import NodesBuilder
from genomedb.storage.pair_scan import scan_pairs
from genomedb.storage.pairs_write import PairsWriter
from genomedb.storage.validate import require_sound
from genomedb.storage.write import Storage
from genomedb.tracks.given_pairs import GivenRecords
from genomedb.tracks.pairs import PairTrack
from genomedb.tracks.place import Place, check_dtype, completed

MANY_PAIRS = 100  # above it, datasets of each pair cost more than they are worth


class PairsDraft:
    """A track of points or rectangles being written, pair by pair.

    Attributes
    ----------
    is_points : bool
        Points, or else rectangles.
    n_records : int
        Written so far.
    """

    def __init__(
        self, draft: Draft, place: Place, dtype: str, writer: PairsWriter, *, is_points: bool
    ) -> None:
        self.draft, self.place, self.dtype, self.is_points = draft, place, dtype, is_points
        self.n_records = 0
        self._writer = writer
        self._written: set[tuple[int, int]] = set()

    def write(
        self, chrom1: str, chrom2: str, x1: Any, y1: Any, value: Any, *, x2: Any = None,
        y2: Any = None, is_sorted: bool = False, check: bool = True,
    ) -> None:  # fmt: skip
        """Write the records of a pair of chromosomes, in any order.

        Parameters
        ----------
        chrom1, chrom2 : str
            Of x and of y. (chr1, chr2) and (chr2, chr1) are two pairs; nothing is mirrored.
        x1, y1 : array_like of integers, shape (n,)
            Starts, 0-based.
        value : array_like, shape (n,)
            NaN for none, in float tracks.
        x2, y2 : array_like of integers, optional
            Ends of rectangles; points have none.
        is_sorted : bool
            The records are in Z-order.
        check : bool
            Look for points given twice and for rectangles that overlap; without it, they are
            known to be none.

        Raises
        ------
        ChromError
            A record is not inside its chromosomes, or two overlap: both are named.
        UsageError
            A pair is given twice, arrays differ in length, a position is no whole number, a
            value does not fit the dtype.
        """
        names, codes = self._begin(chrom1, chrom2)
        given = self._given(names, Records(x1, x2, y1, y2, value))
        if not len(given):
            return
        given = given.narrowed(self.position_dtype(*codes))
        if not is_sorted:
            given = given.sorted()
        found = given.as_records()
        nodes = build_nodes(found[:2], found[2:4], found.value)
        if check:
            given.check_apart(nodes)
        self._writer.write(*codes, given.columns, nodes)
        self.n_records += len(given)

    def write_blocks(
        self, chrom1: str, chrom2: str, blocks: Iterable[Records], *, check: bool = True
    ) -> None:
        """Write the records of a pair that come in Z-order, block by block.

        Memory does not grow with their number. Overlaps of rectangles are not looked for; points
        given twice are refused.

        Parameters
        ----------
        chrom1, chrom2 : str
        blocks : iterable of Records
            ``x1 x2 y1 y2 value``, of any size.
        check : bool
            Look whether they come in Z-order, each once; without it, they are known to.

        Raises
        ------
        ChromError, UsageError
            As for `write`, or the records do not come in Z-order.
        """
        names, codes = self._begin(chrom1, chrom2)
        pair, nodes, last = None, NodesBuilder(), None
        dtype = self.position_dtype(*codes)
        for block in _whole_leaves(blocks):
            given = self._given(names, block).narrowed(dtype)
            if check:
                last = given.check_sorted(last)
            pair = pair or self._writer.begin(*codes)
            pair.add(given.columns)
            nodes.add(given.as_records())
        if pair is not None:
            pair.finish(nodes.finish())
            self.n_records += pair.size

    def position_dtype(self, code1: int, code2: int) -> np.dtype[Any]:
        """Type in which positions of a pair are stored; given in it, they are not copied."""
        return self._writer.position_dtype(code1, code2)

    def add_sources(self, sources: tuple[Source, ...]) -> None:
        """Record the input files."""
        write_sources(self.draft, sources)

    def finish(self) -> None:
        """Complete the file."""
        self._writer.close()

    def _begin(self, chrom1: str, chrom2: str) -> tuple[tuple[str, str], tuple[int, int]]:
        """Names and codes of a pair that has not been written yet."""
        chroms = self.place.chroms
        names = chroms.name(chrom1), chroms.name(chrom2)
        codes = chroms.code(names[0]), chroms.code(names[1])
        if codes in self._written:
            raise UsageError(f"{names[0]}-{names[1]} is given twice", where=self.place.name)
        self._written.add(codes)
        return names, codes

    def _given(self, names: tuple[str, str], records: Records) -> GivenRecords:
        return GivenRecords.checked(
            self.place, names, records, dtype=self.dtype, is_points=self.is_points
        )


def _whole_leaves(blocks: Iterable[Records]) -> Iterator[Records]:
    """The same records in blocks of which all but the last have whole leaves."""
    rest: Records | None = None
    for block in blocks:
        if rest is not None and rest.value.size:
            block = _joined(rest, block)
        whole = block.value.size - block.value.size % LEAF
        if whole:
            yield _cut(block, slice(0, whole))
        rest = _cut(block, slice(whole, None))
    if rest is not None and rest.value.size:
        yield rest


def _cut(records: Records, rows: slice) -> Records:
    return Records(*(None if c is None else c[rows] for c in records))  # type: ignore[arg-type]


def _joined(a: Records, b: Records) -> Records:
    parts = zip(a, b, strict=True)
    return Records(*(None if c is None or d is None else np.concatenate((c, d)) for c, d in parts))  # type: ignore[arg-type]


def copy_pairs(old: PairTrack, draft: PairsDraft) -> None:
    """Write all records of a track, which are known to be apart, in the order they have."""
    names = old.chroms.names
    blocks = scan_pairs(old._file, old.chroms)
    for (code1, code2), parts in itertools.groupby(blocks, key=itemgetter(0, 1)):
        # in whatever order they are: it is not for a copy to change it
        given = (records for _, _, records in parts)
        draft.write_blocks(names[code1], names[code2], given, check=False)


@contextmanager
def new_pairs(
    place: Place,
    *,
    is_points: bool,
    dtype: str = "float32",
    storage: Storage | None = None,
    provenance: Provenance | None = None,
    overwrite: bool = False,
    layout: str | None = None,
    n_pairs: int | None = None,
    is_ordered: bool = False,
) -> Iterator[PairsDraft]:
    """Write a track of points or rectangles, published when the block ends without an error.

    Parameters
    ----------
    place : Place
        Where it goes.
    is_points : bool
        Points, or else rectangles.
    dtype : str
        One of ``float32 float64 int8 uint8 int16 uint16 int32 uint32``.
    storage : Storage, optional
        Codec and chunks.
    provenance : Provenance, optional
        Where the values come from.
    overwrite : bool
        Replace a track of that name.
    layout : {"per-chromosome", "indexed"}, optional
        None takes ``indexed`` above 1,000 chromosomes or 100 pairs.
    n_pairs : int, optional
        How many pairs will come, for the choice of layout.
    is_ordered : bool
        Pairs come in the order of the database, which saves an indexed file a detour.

    Examples
    --------
    >>> with new_pairs(db.place("hic"), is_points=True) as draft:  # doctest: +SKIP
    ...     draft.write("chr1", "chr1", [100, 500], [200, 900], [1, 3])
    """
    check_dtype(dtype)
    chroms, kind = place.chroms, schema.POINTS if is_points else schema.RECTANGLES
    if layout is None and (n_pairs or 0) > MANY_PAIRS:
        layout = schema.INDEXED
    layout = layout_for(len(chroms), layout)
    missing = math.nan if np.dtype(dtype).kind == "f" else None
    with publish(place.path, overwrite=overwrite, verify=require_sound) as draft:
        describe(
            draft, kind, chroms, place.assembly, completed(provenance), dtype=dtype,
            missing=missing, layout=layout,
        )  # fmt: skip
        writer = PairsWriter(
            draft, chroms, kind, dtype=dtype, layout=layout, storage=storage or Storage(),
            is_ordered=is_ordered,
        )  # fmt: skip
        made = PairsDraft(draft, place, dtype, writer, is_points=is_points)
        yield made
        made.finish()


__all__ = ["MANY_PAIRS", "PairsDraft", "copy_pairs", "new_pairs"]
