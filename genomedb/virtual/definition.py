"""VirtualTrack: a named function of windows over a source, computed when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, eq=False)
class VirtualTrack:
    """A function of a window around each interval of the iterator.

    Parameters
    ----------
    source : str, DataFrame or None
        Name of a track or of an interval set; intervals as a DataFrame, with one more numeric
        column if they have values; None for functions of the sequence.
    function : str, optional
        Default: ``avg`` of values, ``distance`` to intervals.
    params : optional
        What the function needs: the percentile of ``quantile``, the matrix of ``pwm``, ...
    sshift, eshift : int
        Base pairs added to start and end of each interval. The window is clipped to the
        chromosome; off the chromosome, or empty, it has no value.
    dim : {1, 2}, optional
        Of a 2D iterator, the axis to take the interval from.
    shifts : tuple of 4 int, optional
        ``(sshift1, eshift1, sshift2, eshift2)`` added to the rectangles of a 2D iterator; of a
        source with one dimension, those of axis `dim` are meant.
    mask : DataFrame, str or list of them, optional
        Intervals to leave out of each window.
    columns : sequence of str or int, optional
        Of an array track, the columns to use; default all.
    column_function : {"avg", "min", "max", "sum", "stddev"}
        How the columns of a record become one value.

    Examples
    --------
    >>> VirtualTrack("dense_track", "sum", sshift=-100, eshift=100)
    VirtualTrack('dense_track', 'sum', sshift=-100, eshift=100)
    """

    source: Any = None
    function: str | None = None
    params: Any = None
    sshift: int = field(default=0, kw_only=True)
    eshift: int = field(default=0, kw_only=True)
    dim: int | None = field(default=None, kw_only=True)
    shifts: tuple[int, int, int, int] | None = field(default=None, kw_only=True)
    mask: Any = field(default=None, kw_only=True)
    columns: Any = field(default=None, kw_only=True)
    column_function: str = field(default="avg", kw_only=True)

    def __repr__(self) -> str:
        shown = [_shown(self.source)]
        if self.function is not None or self.params is not None:
            shown.append(repr(self.function))
        if self.params is not None:
            shown.append(_shown(self.params))
        shown += [
            f"{name}={_shown(value)}"
            for name, value, default in (
                ("sshift", self.sshift, 0), ("eshift", self.eshift, 0), ("dim", self.dim, None),
                ("shifts", self.shifts, None), ("mask", self.mask, None),
                ("columns", self.columns, None),
                ("column_function", self.column_function, "avg"),
            )
            if not (value is default or (isinstance(value, (int, str)) and value == default))
        ]  # fmt: skip
        return f"VirtualTrack({', '.join(shown)})"


def _shown(value: Any) -> str:
    if hasattr(value, "columns"):
        return f"<{len(value)} intervals>"
    text = repr(value)
    return text if len(text) <= 60 else f"<{type(value).__name__}>"
