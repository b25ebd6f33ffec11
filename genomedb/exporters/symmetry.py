"""Whether both halves of a 2D track hold the same."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from genomedb.kernels.quadtree_query import Records
from genomedb.storage.pair_scan import scan_together
from genomedb.tracks.pairs import PairTrack

_I8 = NDArray[np.int64]
_U8 = NDArray[np.uint64]
_ODD: Final = tuple(
    np.uint64(n)
    for n in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93)
)
_NEAR: Final = 1e-6  # what rounding may make of equal values, by their root sum of squares


def is_mirrored(track: PairTrack) -> bool:
    """Is there for every record the same one from the other side?

    Counts of both halves are looked at first, and sums of those of single chromosomes, which costs
    next to nothing; if they are the same, every record once. Values may differ as far as rounding
    goes.
    """
    return have_like_halves(track) and _hold_the_same(track)


def have_like_halves(track: PairTrack) -> bool:
    """Do both halves hold as many records, and those of each chromosome the same sum?"""
    codes, sizes = track.pair_codes, track.pair_sizes
    order = np.lexsort((codes[:, 0], codes[:, 1]))  # of the pairs turned round
    same = np.array_equal(codes[order][:, ::-1], codes) and np.array_equal(sizes[order], sizes)
    for code in codes[codes[:, 0] == codes[:, 1], 0].tolist() if same else []:
        tree, size = track.tree(code, code), track.chroms.lengths[code]
        assert tree is not None
        upper = tree.sums(0, size, 0, size, (-size, 0))
        lower = tree.sums(0, size, 0, size, (1, size))
        if upper.n[0] != lower.n[0]:
            return False
        if not np.isclose(upper.sum[0], lower.sum[0], rtol=_NEAR, equal_nan=True):
            return False
    return same


def _hold_the_same(track: PairTrack) -> bool:
    """Compare by sums of pseudo-random numbers of the places, which hardly ever are 0 by chance."""
    places, difference, squares = 0, 0.0, 0.0
    for block in scan_together(track._file, track.chroms):
        records = block.records
        value = records.value.astype(np.float64)
        odd = ~np.isfinite(value)  # such values belong to the place
        kind = np.where(odd, 2.0 + np.sign(np.nan_to_num(value)), 0).astype(np.uint64)
        value[odd] = 0
        sides = _sides(records, *block.code_columns())
        one, other = _mixed(*sides, kind), _mixed(*sides[::-1], kind)
        places += int(one.sum(dtype=np.uint64)) - int(other.sum(dtype=np.uint64))
        difference += float((value * (_fraction(one) - _fraction(other))).sum())
        squares += float((value * value).sum())
    return places % 2**64 == 0 and abs(difference) <= _NEAR * squares**0.5


def _sides(records: Records, code1: _I8, code2: _I8) -> tuple[_U8, _U8]:
    """A number of each side of each record."""
    found = []
    for code, start, end in ((code1, records.x1, records.x2), (code2, records.y1, records.y2)):
        side = code.astype(np.uint64) * _ODD[2] + start.astype(np.uint64) * _ODD[0]
        found.append(side if end is None else side + end.astype(np.uint64) * _ODD[1])
    return found[0], found[1]


def _mixed(first: _U8, second: _U8, kind: _U8) -> _U8:
    """A pseudo-random number of two sides in this order."""
    made: _U8 = (first ^ (first >> np.uint64(31))) * _ODD[3] + second + kind
    made ^= made >> np.uint64(29)
    made *= _ODD[1]
    made ^= made >> np.uint64(32)
    made *= _ODD[2]
    return made


def _fraction(number: _U8) -> NDArray[np.float64]:
    found: NDArray[np.float64] = (number >> np.uint64(11)).astype(np.float64)
    found *= 2.0**-53
    return found


__all__ = ["have_like_halves", "is_mirrored"]
