"""PairSource: one number of the records of a 2D track in each rectangle."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans, Spans2D
from genomedb.errors import UsageError
from genomedb.iterators.blocks import Block
from genomedb.iterators.records import RecordBlock
from genomedb.iterators.rectangles import Band, RectBlock
from genomedb.kernels.quadtree_query import Sums
from genomedb.storage.pair_tree import PairTree
from genomedb.tracks.pairs import PairTrack
from genomedb.virtual.global_rank import RankTable
from genomedb.virtual.sampling import mixed, window_keys
from genomedb.virtual.source import Source

Shifts = tuple[int, int, int, int]
_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]
_MOST = 2**63 - 1  # an area that is this large may be larger
_PARTS = 64  # of a side of a window: of the longest chromosomes, what these have fits


def _where_any(found: Sums, values: NDArray[np.generic]) -> _F8:
    return np.where(found.n > 0, values.astype(np.float64), np.nan)


def _avg(found: Sums) -> _F8:
    return _where_any(found, found.wsum) / np.maximum(found.area, 1)


_SUMS: dict[str, Callable[[Sums], _F8]] = {
    "avg": _avg,
    "area": lambda found: _where_any(found, found.area),
    "weighted.sum": lambda found: _where_any(found, found.wsum),
    "min": lambda found: found.min,
    "max": lambda found: found.max,
    "size": lambda found: found.n.astype(np.float64),
    "exists": lambda found: (found.n > 0).astype(np.float64),
}
_RANKS = {
    "global.percentile": "avg",
    "global.percentile.min": "min",
    "global.percentile.max": "max",
}
_PICKED = ("first", "last", "sample")
_OF_ONE = ("avg", "min", "max", *_PICKED)  # of a record itself, they are its value
PAIR_FUNCTIONS = (*_SUMS, *_PICKED, *_RANKS)
"""Functions of the records of a 2D track in a window."""


def check_pair_function(name: str) -> str:
    """The function itself, ``mean`` being ``avg``.

    Raises
    ------
    UsageError
        It is none of `PAIR_FUNCTIONS`.
    """
    if name == "mean":
        return "avg"
    if name not in PAIR_FUNCTIONS:
        fix = f"Known: {', '.join(sorted(PAIR_FUNCTIONS))}"
        if name == "sum":
            fix = "weighted.sum is the sum of value times area, avg the mean weighted by area"
        raise UsageError(f"{name!r:.60} is not a function of a 2D track", fix=fix)
    return name


def empty_value(name: str) -> float:
    """What one of `PAIR_FUNCTIONS` makes of a window without records."""
    return 0.0 if name in ("size", "exists") else np.nan


class PairSource(Source):
    """A function of the records that have a base pair in a rectangle (and in the band).

    Records without a value are left out. Sums and means weight a value by the base pairs of its
    record inside the rectangle and the band. ``first`` and ``last`` go by start on axis 1, then
    on axis 2; ``sample`` depends on the window alone.

    Parameters
    ----------
    track : PairTrack
    function : str
        One of `PAIR_FUNCTIONS`.
    shifts : tuple of 4 int, optional
        Added to start and end on axis 1, start and end on axis 2; windows are then cut at the
        ends of the chromosomes, and those without a base pair have no value.
    """

    def __init__(
        self, track: PairTrack, function: str = "avg", *, shifts: Shifts | None = None
    ) -> None:
        self._track, self._function = track, function
        self._shifts = shifts if shifts is not None and any(shifts) else None
        self._table: RankTable | None = None

    def values(self, block: Block) -> _F8:
        """One value a rectangle."""
        assert isinstance(block, RectBlock)
        if (
            isinstance(block, RecordBlock)
            and block.track == self._track.name
            and self._shifts is None
            and self._function in _OF_ONE
        ):
            return block.value.astype(np.float64)
        x, y = block.rects.first, block.rects.second
        tree = self._track.tree(block.code, int(y.code[0]))
        if self._shifts is None:
            return self._windows(tree, block.rects, block.band)
        lengths, moved = self._track.chroms.lengths, self._shifts
        a = _moved(x, moved[0], moved[1], lengths[block.code])
        b = _moved(y, moved[2], moved[3], lengths[int(y.code[0])])
        inside = np.flatnonzero((a.start < a.end) & (b.start < b.end))
        found = np.full(len(block), np.nan)
        if not inside.size:
            return found
        found[inside] = self._windows(tree, Spans2D(a[inside], b[inside]), block.band)
        return found

    def _windows(self, tree: PairTree | None, rects: Spans2D, band: Band) -> _F8:
        """One value a window that lies on the chromosomes."""
        name = _RANKS.get(self._function, self._function)
        if tree is None:
            return np.full(len(rects), empty_value(name))
        x, y = rects.first, rects.second
        if name in _PICKED:
            windows = np.stack((x.start, x.end, y.start, y.end))
            if name == "sample":
                return tree.drawn(windows, _shares(rects), band)
            return tree.extreme(windows, name, band)
        found = _SUMS[name](_sums(tree, (x.start, x.end, y.start, y.end), band))
        if self._function in _RANKS:
            if self._table is None:
                self._table = RankTable(_values(self._track))
            return self._table.share(found)
        return found


def _sums(tree: PairTree, windows: tuple[_I8, _I8, _I8, _I8], band: Band) -> Sums:
    """Sums of windows; areas that 63 bits do not hold are real numbers, put together of parts."""
    found = tree.sums(*windows, band)
    huge = np.flatnonzero(found.area == _MOST)
    if not huge.size:
        return found
    x, y = (
        np.linspace(low[huge], high[huge], _PARTS + 1, dtype=np.int64)
        for low, high in (windows[:2], windows[2:])
    )
    i, j = (k.ravel() for k in np.indices((_PARTS, _PARTS)))
    parts = tree.sums(x[i].ravel(), x[i + 1].ravel(), y[j].ravel(), y[j + 1].ravel(), band)
    area, wsum = found.area.astype(np.float64), found.wsum
    area[huge] = parts.area.astype(np.float64).reshape(-1, huge.size).sum(axis=0)
    wsum[huge] = parts.wsum.reshape(-1, huge.size).sum(axis=0)
    return found._replace(area=area, wsum=wsum)  # type: ignore[arg-type]  # real numbers here


def _shares(rects: Spans2D) -> _F8:
    """A random number from 0 to 1 of each window, always the same."""
    x, y = rects.first, rects.second
    key = window_keys(0, int(x.code[0]), x.start, x.end)
    key = mixed(key ^ window_keys(1, int(y.code[0]), y.start, y.end))
    share: _F8 = (key >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return share


def _moved(spans: Spans, sshift: int, eshift: int, length: int) -> Spans:
    start, end = np.maximum(spans.start + sshift, 0), np.minimum(spans.end + eshift, length)
    return Spans(spans.code, start, end)


def _values(track: PairTrack) -> Iterator[NDArray[np.generic]]:
    """All values that are not missing."""
    for _, _, records in track.iter_blocks():
        value = records.value
        yield value[~np.isnan(value)] if value.dtype.kind == "f" else value.astype(np.float64)


__all__ = ["PAIR_FUNCTIONS", "PairSource", "check_pair_function", "empty_value"]
