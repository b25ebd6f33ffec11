"""Values of the cells of a grid over two regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.names import track_name
from genomedb.core.region import Region
from genomedb.core.spans import Spans, Spans2D
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.bind import plan_of, require_axes
from genomedb.expr.stream import Evaluation
from genomedb.iterators.blocks import BLOCK_ROWS
from genomedb.iterators.rectangles import RectBlock
from genomedb.kernels.quadtree_query import Sums
from genomedb.storage.variables import list_variables, read_variable
from genomedb.tracks.pairs import PairTrack
from genomedb.virtual.definition import VirtualTrack

MATRIX: Final = "matrix"  # variable of tracks that were imported from a binned matrix
FUNCTIONS: Final = ("avg", "weighted.sum", "density")
CELLS: Final = 400  # along the longer side, at most, unless a size is asked for
MAX_CELLS: Final = 2000
_I8 = NDArray[np.int64]


@dataclass(frozen=True)
class Grid:
    """Cells of equal size over two regions; they begin at 0 of their chromosomes.

    Attributes
    ----------
    first, second : Region
        Of x and y. Cells at their ends reach beyond them.
    size : int
        Width and height of a cell, bp; the last of a chromosome is cut.
    edges1, edges2 : ndarray of int64
        Where cells begin and end.
    """

    first: Region
    second: Region
    size: int
    edges1: _I8
    edges2: _I8

    @classmethod
    def over(
        cls, db: GenomeDB, first: Region, second: Region, size: int | None = None, *, unit: int = 1
    ) -> Grid:  # fmt: skip
        """The cells that two regions touch; their size is a multiple of a unit if it is not given.

        Raises
        ------
        UsageError
            `size` is no size, or makes more cells than a picture shows.
        """
        longest = max(region.end - region.start for region in (first, second))
        if size is None:
            size = unit * round_size(-(-longest // (CELLS * unit)))
        elif isinstance(size, bool) or not isinstance(size, (int, np.integer)) or size < 1:
            raise UsageError(f"bin_size is {size!r}", fix="Give a number of base pairs")
        if longest > MAX_CELLS * size:
            raise UsageError(
                f"bin_size={size} makes {-(-longest // size):,} cells a side",
                fix=f"Give at least {-(-longest // MAX_CELLS):,}, or a smaller region",
            )
        edges = (_edges(region, int(size), db.chroms.length(region.chrom))
                 for region in (first, second))  # fmt: skip
        return cls(first, second, int(size), *edges)

    @property
    def shape(self) -> tuple[int, int]:
        """Cells along x and y."""
        return self.edges1.size - 1, self.edges2.size - 1

    def rows(self, keep: NDArray[np.bool_]) -> Iterator[tuple[_I8, _I8]]:
        """Yield numbers of cells along x and y of those kept, in blocks."""
        i, j = np.nonzero(keep)
        for at in range(0, i.size, BLOCK_ROWS):
            yield i[at : at + BLOCK_ROWS], j[at : at + BLOCK_ROWS]

    def corners(self, i: _I8, j: _I8) -> tuple[_I8, _I8, _I8, _I8]:
        """``x1 x2 y1 y2`` of cells."""
        return self.edges1[i], self.edges1[i + 1], self.edges2[j], self.edges2[j + 1]


def round_size(least: int) -> int:
    """The first of 1, 2, 5, 10, 20, ... that is not below."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power >= least:
                return digit * power
        power *= 10


def cell_values(
    db: GenomeDB, expression: str, grid: Grid, keep: NDArray[np.bool_], *,
    function: str | None = None, virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
) -> NDArray[np.float64]:  # fmt: skip
    """Values of the cells of a grid, shape as the grid; NaN where there is none.

    The sums of a track come from its tree: the cost does not grow with the records inside cells.

    Parameters
    ----------
    db : GenomeDB
    expression : str
        A 2D track, or an expression.
    grid : Grid
    keep : ndarray of bool, shape of the grid
        Cells that are wanted.
    function : {"avg", "weighted.sum", "density"}, optional
        Of a track; by default ``weighted.sum`` of points and ``avg`` of rectangles.
    virtual, variables : mapping, optional

    Raises
    ------
    ExpressionError, TrackNotFoundError, UsageError
    """
    values = np.full(grid.shape, np.nan)
    if not isinstance(expression, str):
        raise UsageError(f"{expression!r:.60} is not an expression", fix="Give one, as text")
    if function is not None and function not in FUNCTIONS:
        raise UsageError(f"function is {function!r}", fix=f"Give one of: {', '.join(FUNCTIONS)}")
    track = None if expression in (virtual or {}) else pair_track(db, expression)
    if track is not None:
        function = function or ("weighted.sum" if track.is_points else "avg")
        tree = track.tree(*(db.chroms.code(r.chrom) for r in (grid.first, grid.second)))
        if tree is not None:
            for i, j in grid.rows(keep):
                corners = grid.corners(i, j)
                values[i, j] = _value(tree.sums(*corners), corners, function)
        return values
    if function is not None:
        raise UsageError(
            "function is of a track, not of an expression",
            fix="Make a virtual track with the function",
        )
    plan = plan_of(db, expression, virtual=virtual, variables=variables)
    require_axes(plan)
    evaluation = Evaluation(plan, is_disjoint=True)
    codes = [db.chroms.code(region.chrom) for region in (grid.first, grid.second)]
    for i, j in grid.rows(keep):
        x1, x2, y1, y2 = grid.corners(i, j)
        sides = (Spans(np.full(i.size, code), start, end)
                 for code, start, end in zip(codes, (x1, y1), (x2, y2), strict=True))  # fmt: skip
        block = RectBlock(Spans2D(*sides), np.zeros(i.size, np.int64))
        values[i, j] = evaluation.run(block)[0]
    return values


def what_cells_show(
    db: GenomeDB, expression: str, function: str | None,
    virtual: Mapping[str, VirtualTrack] | None,
) -> str:  # fmt: skip
    """A word for the values that `cell_values` gives; nothing for those of an expression."""
    track = None if expression in (virtual or {}) else pair_track(db, expression)
    if track is None:
        return ""
    function = function or ("weighted.sum" if track.is_points else "avg")
    return {"avg": "mean", "weighted.sum": "sum" if track.is_points else "sum * area"}.get(
        function, "per bp²"
    )


def bins_within(db: GenomeDB, expression: str, virtual: Mapping[str, VirtualTrack] | None) -> int:
    """Width of the bins of the matrix that a track was imported from; 1 of anything else."""
    is_text = isinstance(expression, str) and expression not in (virtual or {})
    track = pair_track(db, expression) if is_text else None
    if track is None or MATRIX not in list_variables(track._file):
        return 1
    facts = read_variable(track._file, MATRIX)
    width = facts.get("bin_size") if isinstance(facts, dict) else None
    return width if isinstance(width, int) and width > 0 else 1


def pair_track(db: GenomeDB, text: Any) -> PairTrack | None:
    """The 2D track of a name; None for what names no track, such as an expression.

    Raises
    ------
    UsageError
        The track has one dimension.
    """
    try:
        if not db.has_track(track_name(text)):
            return None
    except UsageError:
        return None
    track = db.open_track(text)
    if not isinstance(track, PairTrack):
        raise UsageError(
            f"a {track.track_type} track has one dimension", where=track.name,
            fix="Name a track of points or rectangles, or draw it below one",
        )  # fmt: skip
    return track


def _value(found: Sums, corners: tuple[_I8, _I8, _I8, _I8], function: str) -> NDArray[np.float64]:
    x1, x2, y1, y2 = corners
    if function == "density":
        return found.wsum / ((x2 - x1).astype(np.float64) * (y2 - y1))
    values = found.wsum.astype(np.float64)
    if function == "avg":
        with np.errstate(invalid="ignore", divide="ignore"):
            values = values / found.area
    values[found.n == 0] = np.nan
    return values


def _edges(region: Region, size: int, length: int) -> _I8:
    first, last = region.start // size, -(-region.end // size)
    return np.minimum(np.arange(first, last + 1) * size, length)
