"""Summary: how many values, their sum, mean, spread and extremes, for many regions at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.errors import UsageError

_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]
_SHOWN = 10


@dataclass(frozen=True, eq=False, repr=False)
class Summary:
    """Statistics of the values in some regions, one item a region.

    Attributes
    ----------
    n_bins : ndarray of int64, shape (n,)
        Bins of each region.
    count : ndarray of int64
        Bins with a value; infinite values count, missing ones do not.
    sum, sumsq : ndarray of float64
        Sum of the values and of their squares; 0 where `count` is 0.
    min, max : ndarray of float64
        NaN where `count` is 0.

    Examples
    --------
    >>> one = Summary.of([4], [3], [6.0], [14.0], [1.0], [3.0])
    >>> float(one.mean[0]), float(one.std[0]), float(one.coverage[0])
    (2.0, 1.0, 0.75)
    """

    n_bins: _I8
    count: _I8
    sum: _F8
    sumsq: _F8
    min: _F8
    max: _F8

    @classmethod
    def of(
        cls,
        n_bins: ArrayLike,
        count: ArrayLike,
        sum: ArrayLike,
        sumsq: ArrayLike,
        min: ArrayLike,
        max: ArrayLike,
    ) -> Summary:
        """Summary of numbers, or of anything that numpy makes 1-D arrays of one length of.

        Raises
        ------
        UsageError
            If the columns differ in length or are not one-dimensional.
        """
        n, seen = (np.atleast_1d(np.asarray(column, np.int64)) for column in (n_bins, count))
        total, squares, low, high = (
            np.atleast_1d(np.asarray(column, np.float64)) for column in (sum, sumsq, min, max)
        )
        shapes = {column.shape for column in (n, seen, total, squares, low, high)}
        if len(shapes) > 1 or n.ndim != 1:
            raise UsageError(f"the columns of a summary have the shapes {sorted(shapes)}")
        return cls(n, seen, total, squares, low, high)

    @classmethod
    def joined(cls, parts: Sequence[Summary], places: Sequence[_I8]) -> Summary:
        """Put several together; item ``i`` of ``parts[k]`` goes to ``places[k][i]``."""
        if len(parts) == 1:
            return parts[0]
        n = sum(len(part) for part in parts)
        columns: list[Any] = []
        for item in fields(cls):
            column: Any = np.empty(n, np.int64 if item.name in ("n_bins", "count") else np.float64)
            for part, place in zip(parts, places, strict=True):
                column[place] = getattr(part, item.name)
            columns.append(column)
        return cls(*columns)

    @property
    def mean(self) -> _F8:
        """Mean of the values; NaN where there is none."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(np.where(self.count > 0, self.sum / self.count, np.nan))

    @property
    def std(self) -> _F8:
        """Sample standard deviation (n - 1); NaN where there are fewer than two values.

        Exactly 0 where all values are equal. It comes from sums of squares: where the mean is m
        times the deviation, about ``2 * log10(m)`` of 16 digits are lost.
        """
        n, total, squares = (
            column.astype(np.longdouble) for column in (self.count, self.sum, self.sumsq)
        )
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            spread = (squares - total * (total / n)) / (n - 1)
            spread = np.where(spread < 0, 0, spread)  # rounding; NaN stays
            spread = np.where((self.min == self.max) & np.isfinite(self.min), 0, spread)
            found = np.sqrt(spread).astype(np.float64)
        return np.asarray(np.where(self.count > 1, found, np.nan))

    @property
    def n_missing(self) -> _I8:
        """Bins without a value."""
        return self.n_bins - self.count

    @property
    def coverage(self) -> _F8:
        """Share of the bins that have a value; NaN for a region without bins."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.count / self.n_bins)

    def merged(self) -> Summary:
        """All regions as one, of length 1; a bin in two regions counts twice."""
        kept = self.count > 0
        low = self.min[kept].min() if kept.any() else np.nan
        high = self.max[kept].max() if kept.any() else np.nan
        with np.errstate(invalid="ignore", over="ignore"):
            total, squares = self.sum.sum(), self.sumsq.sum()
        return Summary.of(self.n_bins.sum(), self.count.sum(), total, squares, low, high)

    def to_frame(self) -> Any:
        """`pandas.DataFrame` with a row per region; its columns are all of the above."""
        import pandas as pd

        names = ("n_bins", "count", "n_missing", "coverage", "sum", "mean", "std", "min", "max")
        return pd.DataFrame({name: getattr(self, name) for name in (*names, "sumsq")})

    def __len__(self) -> int:
        return int(self.count.size)

    def __getitem__(self, which: int | slice | Sequence[int] | NDArray[Any]) -> Summary:
        """Summary of some of the regions; a number gives a summary of length 1."""
        if isinstance(which, (int, np.integer)):
            if not -len(self) <= which < len(self):
                raise IndexError(f"region {which} of a summary of {len(self)}")
            which = [int(which)]
        return Summary(
            self.n_bins[which],
            self.count[which],
            self.sum[which],
            self.sumsq[which],
            self.min[which],
            self.max[which],
        )

    def __repr__(self) -> str:
        some = self[:_SHOWN]
        columns = (some.n_bins, some.count, some.mean, some.std, some.min, some.max, some.sum)
        rows: list[tuple[str, ...]] = [("bins", "count", "mean", "std", "min", "max", "sum")]
        rows += [
            tuple(f"{x:.6g}" if isinstance(x, float) else str(x) for x in row)
            for row in zip(*(column.tolist() for column in columns), strict=True)
        ]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [
            "  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True))
            for row in rows
        ]
        more = [f"... {len(self) - _SHOWN} more"] if len(self) > _SHOWN else []
        head = f"Summary of {len(self)} region{'' if len(self) == 1 else 's'}"
        return "\n".join((head, *lines, *more))
