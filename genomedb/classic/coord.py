"""Coordinates: intervals of chromosomes, 1-based, both ends included."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.classic.util import check_open
from genomedb.core.chromosomes import Chromosome
from genomedb.errors import GenomeDBError, ParseError
from genomedb.kernels.overlap import OverlapIndex

_STRANDS = {
    **dict.fromkeys(("+", "1", "f", "F", "fwd", "forward"), 1),
    **dict.fromkeys(("-", "-1", "r", "R", "rev", "reverse"), -1),
    **dict.fromkeys((".", "0", "u", "U", ""), 0),
}
_SHOWN = {1: "+", -1: "-", 0: "."}


class CoordError(GenomeDBError, ValueError):
    """A coordinate is not possible."""


class Coord:
    """An interval of a chromosome.

    Parameters
    ----------
    chrom : Chromosome
    start, end : int
        1-based, both included.
    strand : {1, -1, 0}
        Forward, reverse, unknown.
    score, idnum, name : optional
        Kept as they are.

    Raises
    ------
    CoordError
        It is not inside the chromosome, ends before it starts, or has another strand.

    Examples
    --------
    >>> str(Coord(Chromosome(1, "chr1", 100), 11, 20, strand=1))
    'chr1:11-20(+)'
    """

    def __init__(
        self, chrom: Chromosome, start: int, end: int, strand: int = 0,
        score: Any = None, idnum: Any = None, name: Any = None,
    ) -> None:  # fmt: skip
        where = f"{chrom}:{start}-{end}"
        if start > end:
            raise CoordError("start is after end", where=where)
        if start < 1:
            raise CoordError("positions count from 1", where=where)
        if end > chrom.length:
            raise CoordError(f"{chrom} has {chrom.length} bp", where=where)
        if strand not in _SHOWN:
            raise CoordError(f"strand {strand!r} is not 1, -1 or 0", where=where)
        self.chrom, self.start, self.end, self.strand = chrom, start, end, strand
        self.score, self.idnum, self.name = score, idnum, name

    def __str__(self) -> str:
        before = "" if self.idnum is None else f"{self.idnum} "
        return f"{before}{self.chrom}:{self.start}-{self.end}({_SHOWN[self.strand]})"

    __repr__ = __str__

    def key(self, *, use_strand: bool = False) -> tuple[int, ...]:
        """What coordinates are sorted by: chromosome, (strand,) start."""
        if use_strand:
            return (self.chrom.idnum, self.strand, self.start)
        return (self.chrom.idnum, self.start)

    def length(self) -> int:
        """Bases covered."""
        return self.end - self.start + 1

    def overlaps(self, other: Coord, *, use_strand: bool = False) -> bool:
        """Do the two share a base (and, if asked, the strand)?"""
        if use_strand and self.strand != other.strand:
            return False
        same = self.chrom.idnum == other.chrom.idnum
        return same and self.start <= other.end and other.start <= self.end

    def within(self, other: Coord, *, use_strand: bool = False) -> bool:
        """Does the other hold all of this one?"""
        if use_strand and self.strand != other.strand:
            return False
        same = self.chrom.idnum == other.chrom.idnum
        return same and other.start <= self.start and self.end <= other.end

    def expand(self, n_bp: int) -> None:
        """Move both ends outwards, not beyond the chromosome."""
        start, end = max(1, self.start - n_bp), min(self.chrom.length, self.end + n_bp)
        if start > end:
            raise CoordError(f"nothing is left of it when it shrinks by {-n_bp}", where=str(self))
        self.start, self.end = start, end

    def copy(self) -> Coord:
        """The same interval, without its name."""
        return Coord(self.chrom, self.start, self.end, self.strand, self.score, self.idnum)


class CoordGroup(Coord):
    """A union that grows as coordinates are added.

    Attributes
    ----------
    coords : list of Coord
        Those added so far.
    """

    def __init__(self, coord: Coord) -> None:
        super().__init__(coord.chrom, coord.start, coord.end, coord.strand)
        self.coords = [coord]

    def add_coord(self, coord: Coord, *, force: bool = False, use_strand: bool = False) -> None:
        """Add one that overlaps the group.

        Raises
        ------
        CoordError
            It does not overlap, unless `force`; or it is on another chromosome.
        """
        if coord.chrom.idnum != self.chrom.idnum:
            raise CoordError(f"{coord} is on another chromosome", where=str(self))
        if not force and not self.overlaps(coord, use_strand=use_strand):
            raise CoordError(f"{coord} does not overlap the group", where=str(self))
        self.start, self.end = min(self.start, coord.start), max(self.end, coord.end)
        self.coords.append(coord)

    def num_coords(self) -> int:
        """How many were added."""
        return len(self.coords)

    def copy(self) -> CoordGroup:
        """Another group of the same coordinates."""
        return _group_of(self.coords)

    def split(self, max_per_group: int) -> list[CoordGroup]:
        """Groups of at most so many coordinates, sorted, of sizes that differ by one at most."""
        if max_per_group < 1:
            raise CoordError(f"groups of {max_per_group} are not possible", where=str(self))
        held = sorted(self.coords, key=Coord.key)
        n = -(-len(held) // max_per_group)
        edges = [len(held) * i // n for i in range(n + 1)]
        return [_group_of(held[a:b]) for a, b in itertools.pairwise(edges)]


def _group_of(coords: Sequence[Coord]) -> CoordGroup:
    group = CoordGroup(coords[0])
    for coord in coords[1:]:
        group.add_coord(coord, force=True)
    return group


def parse_strand(text: str) -> int:
    """Strand of a word: 1 for ``+ 1 f F fwd forward``, -1, or 0 for ``. 0 u U`` and nothing.

    Examples
    --------
    >>> parse_strand("-"), parse_strand("fwd"), parse_strand(".")
    (-1, 1, 0)
    """
    found = _STRANDS.get(text.strip() if isinstance(text, str) else text)
    if found is None:
        raise CoordError(f"{text!r:.40} is no strand", fix="Write +, - or .")
    return found


def sort_coords(coords: list[Coord], *, use_strand: bool = False) -> None:
    """Sort in place by chromosome, (strand,) start."""
    coords.sort(key=lambda coord: coord.key(use_strand=use_strand))


def get_overlaps(
    coords1: Sequence[Coord], coords2: Sequence[Coord], *, use_strand: bool = False
) -> list[list[Coord]]:
    """For each of the first list, all of the second that overlap it; in any order."""
    index, offset = _overlaps(_columns(coords1), _columns(coords2), use_strand=use_strand)
    found, edges = [coords2[i] for i in index.tolist()], offset.tolist()
    return [found[a:b] for a, b in itertools.pairwise(edges)]


def get_coord_overlaps(
    coord: Coord, coords: Sequence[Coord], *, use_strand: bool = False
) -> list[Coord]:
    """All of a list that overlap one coordinate."""
    return [other for other in coords if coord.overlaps(other, use_strand=use_strand)]


def get_np_overlaps(
    coords1: NDArray[Any], coords2: NDArray[Any], *, use_strand: bool = False
) -> list[NDArray[np.int64]]:
    """Overlaps of structured arrays with fields ``chromosome_id start end strand``.

    Returns
    -------
    list of ndarray
        For each row of the first, the numbers of the rows of the second that overlap it.
    """
    index, offset = _overlaps(_fields(coords1), _fields(coords2), use_strand=use_strand)
    return np.split(index, offset[1:-1]) if len(coords1) else []


NP_DTYPE = np.dtype(
    [("chromosome_id", "i4"), ("start", "i8"), ("end", "i8"), ("strand", "i1")]
)  # fmt: skip


def coords_to_nparray(coords: Sequence[Coord]) -> NDArray[Any]:
    """Structured array of coordinates, of the type `NP_DTYPE`."""
    rows = np.empty(len(coords), NP_DTYPE)
    for name, column in zip(NP_DTYPE.names or (), _columns(coords), strict=True):
        rows[name] = column
    return rows


_Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def _columns(coords: Sequence[Coord]) -> _Columns:
    table = np.array([(c.chrom.idnum, c.start, c.end, c.strand) for c in coords], np.int64)
    a, b, c, d = table.reshape(-1, 4).T
    return a, b, c, d


def _fields(rows: NDArray[Any]) -> _Columns:
    a, b, c = (rows[name].astype(np.int64) for name in ("chromosome_id", "start", "end"))
    strand = "strand" in (rows.dtype.names or ())
    return a, b, c, rows["strand"].astype(np.int64) if strand else np.zeros(len(rows), np.int64)


def _overlaps(
    one: _Columns, two: _Columns, *, use_strand: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows of `two` over each row of `one`: their numbers in order, and where each row begins."""
    groups = [4 * c[0] + (c[3] + 1 if use_strand else 0) for c in (one, two)]
    n = np.zeros(one[0].size, np.int64)
    rows, hits = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for group in np.unique(groups[0]).tolist():
        mine, theirs = (np.flatnonzero(g == group) for g in groups)
        order = theirs[np.argsort(two[1][theirs], kind="stable")]
        found, offset = OverlapIndex(two[1][order] - 1, two[2][order]).find(
            one[1][mine] - 1, one[2][mine]
        )
        n[mine] = np.diff(offset)
        rows.append(np.repeat(mine, n[mine]))
        hits.append(order[found])
    row, hit = np.concatenate(rows), np.concatenate(hits)
    sort = np.lexsort((hit, row))
    return hit[sort], np.concatenate(([0], np.cumsum(n)))


def coords_from_sites(chrom: Chromosome, sites: ArrayLike) -> list[Coord]:
    """Runs of consecutive positions as coordinates: 1, 2, 10, 11, 20 are 1-2, 10-11, 20-20."""
    at = np.unique(np.asarray(sites, np.int64))
    gap = np.flatnonzero(np.diff(at) > 1)
    starts, ends = at[np.concatenate(([0], gap + 1))[: at.size]], at[np.append(gap, -1)[: at.size]]
    return [Coord(chrom, a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]


def group_by_start_end(
    coords: Iterable[Coord],
) -> tuple[dict[int, list[Coord]], dict[int, list[Coord]]]:
    """Coordinates by their starts, and by their ends."""
    by_start: dict[int, list[Coord]] = {}
    by_end: dict[int, list[Coord]] = {}
    for coord in coords:
        by_start.setdefault(coord.start, []).append(coord)
        by_end.setdefault(coord.end, []).append(coord)
    return by_start, by_end


def read_bed(
    path: str | Path,
    chrom_dict: Mapping[str, Chromosome],
    min_region_size: int | None = None,
    *,
    add_one_to_start: bool = True,
    other_attrib: Sequence[str] = (),
    has_header: bool = False,
) -> list[Coord]:
    """Coordinates of a BED file, plain or gzip; `load_bed` makes a track of one instead.

    Parameters
    ----------
    path : path
        Comments and empty lines are passed over, those of a browser too.
    chrom_dict : mapping
        As of `GenomeDB.get_chromosome_dict`.
    min_region_size : int, optional
        Shorter regions grow to this size around their middle, not beyond the chromosome.
    add_one_to_start : bool
        Starts count from 0, as in BED.
    other_attrib : sequence of str
        Attributes that the columns from the fourth on become, as text.
    has_header : bool
        The first line names columns.

    Raises
    ------
    ParseError
        A line is wrong; says which.
    """
    found = []
    with check_open(path) as file:
        for number, line in enumerate(file, 1):
            fields = line.rstrip("\r\n").split("\t") if "\t" in line else line.split()
            words = line.split(None, 1)
            skipped = not words or words[0].startswith("#") or words[0] in ("track", "browser")
            if skipped or (has_header and number == 1):
                continue
            try:
                chrom = chrom_dict[fields[0]]
                start, end = int(fields[1]) + int(add_one_to_start), int(fields[2])
                coord = Coord(chrom, start, end)
            except KeyError:
                problem = f"chromosome {fields[0]!r:.60} is not in the database"
            except IndexError:
                problem = f"{len(fields)} fields, BED has at least 3"
            except CoordError as error:
                problem = str(error)
            except ValueError:
                problem = f"{fields[1]!r:.40} and {fields[2]!r:.40} are no whole numbers"
            else:
                _grow(coord, min_region_size or 0)
                for name, text in zip(other_attrib, fields[3:], strict=False):
                    setattr(coord, name, text)
                found.append(coord)
                continue
            raise ParseError(problem, path=str(path), line=number, fix="Correct the line")
    return found


def _grow(coord: Coord, size: int) -> None:
    """Make a coordinate at least so long, around its middle."""
    if coord.length() >= size:
        return
    start = (coord.start + coord.end) // 2 - size // 2
    coord.start, coord.end = max(1, start), min(coord.chrom.length, start + size - 1)
