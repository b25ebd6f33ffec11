"""Tracks of points and rectangles between chromosomes: contacts and other 2D signal."""

from __future__ import annotations

from collections.abc import Iterator
from operator import index
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.region import Region, check_inside, parse_region
from genomedb.errors import UsageError
from genomedb.intervals.band import check_band
from genomedb.kernels.quadtree_query import Records
from genomedb.storage.pair_scan import scan_pairs
from genomedb.storage.pair_tree import PairTree, open_pair
from genomedb.storage.pairs import directory_of
from genomedb.tracks.base import Track
from genomedb.tracks.records2d import Records2D, Summary2D

PAIRS = ("points", "rectangles")
"""Types of 2D tracks."""
_Sides = tuple[int, int, int, int, int, int]


class PairTrack(Track):
    """Records between pairs of chromosomes: x on the first, y on the second.

    (chr1, chr2) and (chr2, chr1) are two pairs; a symmetric map holds both, and both halves of
    chr1 against itself.
    """

    @property
    def is_points(self) -> bool:
        """Points of one base pair, or else rectangles."""
        return self.track_type == "points"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Pairs of chromosomes with data, in the order of the database."""
        names = self.chroms.names
        return [(names[a], names[b]) for a, b in self.pair_codes.tolist()]

    @property
    def pair_codes(self) -> NDArray[np.int64]:
        """Their codes, shape (m, 2), sorted."""
        return directory_of(self._file, self.chroms).codes

    @property
    def pair_sizes(self) -> NDArray[np.int64]:
        """Records of each of them, shape (m,)."""
        return directory_of(self._file, self.chroms).sizes

    def has_chrom(self, chrom: str) -> bool:
        """Does a pair with this chromosome hold data?"""
        code = self.chroms.find(chrom)
        return code >= 0 and bool((self.pair_codes == code).any())

    def n_records(self, chrom1: str | None = None, chrom2: str | None = None) -> int:
        """Records of a pair of chromosomes, or of all.

        Parameters
        ----------
        chrom1, chrom2 : str, optional
            Without `chrom2`, all pairs that begin with `chrom1`; without both, all.
        """
        if chrom1 is not None and chrom2 is not None:
            tree = self.tree(self.chroms.code(chrom1), self.chroms.code(chrom2))
            return 0 if tree is None else tree.n
        sizes, codes = self.pair_sizes, self.pair_codes
        for axis, chrom in enumerate((chrom1, chrom2)):
            if chrom is not None:
                sizes = sizes[codes[:, axis] == self.chroms.code(chrom)]
        return int(sizes.sum())

    def info(self) -> dict[str, Any]:
        """What the track is and where it comes from; also ``n_pairs`` and ``n_records``."""
        sizes = self.pair_sizes
        return {**super().info(), "n_pairs": int(sizes.size), "n_records": int(sizes.sum())}

    def tree(self, code1: int, code2: int) -> PairTree | None:
        """The records of a pair by the codes of its chromosomes; None when it has none.

        It is kept open for the next call.

        Raises
        ------
        FormatError
            The pair is damaged.
        """
        key = f"{code1}\t{code2}"  # a tab: no chromosome is called that
        found: PairTree | None = self._columns.get(key)
        if found is None and key not in self._columns:
            found = open_pair(self._file, self.chroms, code1, code2)
            if found is not None or not self._is_indexed:  # there, asking again costs little
                self._keep(key, found)
        return found

    def read(
        self, chrom1: str, start1: int = 0, end1: int | None = None, chrom2: str | None = None,
        start2: int | None = None, end2: int | None = None, *, band: Any = None,
    ) -> Records2D:  # fmt: skip
        """Records that have a base pair in a rectangle, not clipped.

        Parameters
        ----------
        chrom1, start1, end1
            Side of x, 0-based half-open; a whole chromosome by default.
        chrom2, start2, end2
            Side of y; left out, the same as x, or all of `chrom2` if that is given.
        band : (int, int), optional
            Only base pairs with ``d1 <= x - y < d2`` count; none on two chromosomes.

        Returns
        -------
        Records2D
            Arrays ``x1 x2 y1 y2 value``, sorted by x1, then y1.

        Raises
        ------
        ChromError
            Unknown chromosome, or positions that are not inside it.
        UsageError
            The band is none.

        Examples
        --------
        >>> db["hic"].read("chr1", 0, 1_000_000, band=(-50_000, 50_000))  # doctest: +SKIP
        """
        code1, x1, x2, code2, y1, y2 = self._sides(chrom1, start1, end1, chrom2, start2, end2)
        limits = None if band is None else check_band(band)
        tree = self.tree(code1, code2)
        if tree is None:
            return self._none()
        found = tree.sorted_query(x1, x2, y1, y2, limits)
        return Records2D(found.x1, found.y1, found.value, x2=found.x2, y2=found.y2)

    def summarize(
        self, chrom1: str, start1: int = 0, end1: int | None = None, chrom2: str | None = None,
        start2: int | None = None, end2: int | None = None, *, band: Any = None,
    ) -> Summary2D:  # fmt: skip
        """Count, area and sums of the records in a rectangle, mostly without reading them.

        Takes what `read` takes; records without a value are left out.
        """
        code1, x1, x2, code2, y1, y2 = self._sides(chrom1, start1, end1, chrom2, start2, end2)
        limits = None if band is None else check_band(band)
        tree = self.tree(code1, code2)
        if tree is None:
            return Summary2D(0, 0, 0.0, 0.0, float("nan"), float("nan"))
        found = tree.sums(x1, x2, y1, y2, limits)
        n, area = found.n.item(), found.area.item()
        return Summary2D(n, area, *(column.item() for column in found[2:]))

    def iter_blocks(self) -> Iterator[tuple[str, str, Records2D]]:
        """Yield all records in blocks of bounded size, pair by pair, in no order within a pair."""
        names = self.chroms.names
        for code1, code2, block in scan_pairs(self._file, self.chroms):
            yield names[code1], names[code2], _as_2d(block)

    def to_frame(self, region: Any, region2: Any = None, *, band: Any = None) -> Any:
        """Records that have a base pair in a rectangle, as a DataFrame.

        Parameters
        ----------
        region, region2 : str, Region or (chrom, start, end)
            Sides of x and y: ``"chr2L:1,000-2,000"`` (0-based half-open), or a chromosome's
            name for all of it. `region2` is `region` by default.
        band : (int, int), optional

        Returns
        -------
        pandas.DataFrame
            ``chrom1 start1 end1 chrom2 start2 end2 value``, sorted. Rows are not clipped.
        """
        from genomedb.tracks.frame import pairs_frame

        return pairs_frame(self, region, region2, band)

    def _none(self) -> Records2D:
        n = np.empty(0, np.int64)
        ends = {} if self.is_points else {"x2": n, "y2": n}
        return Records2D(n, n, np.empty(0, self.dtype), **ends)

    def _sides(
        self, chrom1: Any, start1: Any, end1: Any, chrom2: Any, start2: Any, end2: Any
    ) -> _Sides:
        """Codes and limits of both sides, checked."""
        first = self._side(chrom1, start1, end1)
        if chrom2 is None and start2 is None and end2 is None:
            return (*first, *first)
        return (*first, *self._side(chrom1 if chrom2 is None else chrom2, start2 or 0, end2))

    def _side(self, chrom: Any, start: Any, end: Any) -> tuple[int, int, int]:
        code = self.chroms.code(chrom)
        length = self.chroms.lengths[code]
        try:
            start, end = index(start), length if end is None else index(end)
        except TypeError:
            raise UsageError(f"positions must be whole numbers: {start!r}, {end!r}") from None
        check_inside(self.chroms.names[code], start, end, length)
        return code, start, end

    def _facts(self) -> str:
        return f"{self.dtype.name}, {len(self.pair_codes)} pairs of chromosomes"


class PointsTrack(PairTrack):
    """Values of points, one base pair wide on both sides, such as contacts."""


class RectanglesTrack(PairTrack):
    """Values of rectangles that do not overlap."""


def side_of(region: Any, track: PairTrack) -> tuple[str, int, int]:
    """Chromosome, start and end of a region in one of its forms."""
    if isinstance(region, str):
        region = parse_region(region, track.chroms)
    if isinstance(region, Region):
        return region.chrom, region.start, region.end
    if not isinstance(region, (tuple, list)) or len(region) != 3:
        raise UsageError(f"{region!r} is not a region", fix="Give (chrom, start, end)")
    code, start, end = track._side(*region)
    return track.chroms.names[code], start, end


def _as_2d(found: Records) -> Records2D:
    """Records with int64 positions."""
    x1, x2, y1, y2 = (None if a is None else a.astype(np.int64) for a in found[:4])
    assert x1 is not None
    assert y1 is not None
    return Records2D(x1, y1, found.value, x2=x2, y2=y2)


__all__ = ["PAIRS", "PairTrack", "PointsTrack", "RectanglesTrack", "side_of"]
