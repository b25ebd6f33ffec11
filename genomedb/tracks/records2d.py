"""Records of the plane, and what a window over them sums up to."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.lazy import lazy
from genomedb.kernels.plane_order import plane_order

_I8 = NDArray[np.int64]


class Records2D:
    """Points or rectangles between two chromosomes, and their values.

    Parameters
    ----------
    x1, y1 : ndarray of int64, shape (n,)
        Starts on the first and the second chromosome, 0-based.
    value : ndarray, shape (n,)
        As stored.
    x2, y2 : ndarray of int64, optional
        Ends; None for points, which are one base pair wide.

    Attributes
    ----------
    x1, x2, y1, y2 : ndarray of int64, shape (n,)
        Half-open extents; not to be written to.
    value : ndarray, shape (n,)

    Examples
    --------
    >>> Records2D(np.array([5]), np.array([7]), np.array([1.0])).y2
    array([8])
    """

    def __init__(
        self, x1: _I8, y1: _I8, value: NDArray[Any], *, x2: _I8 | None = None,
        y2: _I8 | None = None,
    ) -> None:  # fmt: skip
        self.x1, self.y1, self.value = x1, y1, value
        self.is_points = x2 is None
        if x2 is not None and y2 is not None:
            self.__dict__["x2"], self.__dict__["y2"] = x2, y2

    @lazy
    def x2(self) -> _I8:
        """Ends on the first chromosome."""
        return self.x1 + 1

    @lazy
    def y2(self) -> _I8:
        """Ends on the second chromosome."""
        return self.y1 + 1

    def __len__(self) -> int:
        return int(self.x1.size)

    def __getitem__(self, which: slice | NDArray[Any]) -> Records2D:
        """Some of the records: a slice, a mask or an array of row numbers."""
        more = {} if self.is_points else {"x2": self.x2[which], "y2": self.y2[which]}
        return Records2D(self.x1[which], self.y1[which], self.value[which], **more)

    def order(self) -> _I8:
        """Row numbers by x1, then y1."""
        return plane_order(self.x1, self.y1)

    def __repr__(self) -> str:
        kind = "points" if self.is_points else "rectangles"
        return f"<Records2D: {len(self):,} {kind}>"


@dataclass(frozen=True)
class Summary2D:
    """What the records of a track have in a window.

    Attributes
    ----------
    n : int
        Records with a value that have a base pair in the window.
    area : int
        Sum of the areas of their parts in the window.
    wsum : float
        Sum of value times that area.
    sum, min, max : float
        Of their values, however much of them is in the window; min and max are NaN without
        records.
    """

    n: int
    area: int
    wsum: float
    sum: float
    min: float
    max: float

    @property
    def mean(self) -> float:
        """Mean weighted by area: ``wsum / area``; NaN without records."""
        return self.wsum / self.area if self.area else math.nan


__all__ = ["Records2D", "Summary2D"]
