"""Computed values into the dtype of a new track: missing ones, overflow, saturation."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError
from genomedb.storage import schema
from genomedb.tracks.narrow import narrow

_UNSIGNED = ("uint8", "uint16", "uint32")
_SIGNED = ("int8", "int16", "int32")


def smallest_dtype(low: int, high: int) -> str:
    """Smallest dtype of a track that holds all whole numbers between two; float64 if none does.

    Examples
    --------
    >>> smallest_dtype(0, 300), smallest_dtype(-1, 300)
    ('uint16', 'int16')
    """
    for dtype in _SIGNED if low < 0 else _UNSIGNED:
        limits = np.iinfo(dtype)
        if limits.min <= low and high <= limits.max:
            return dtype
    return "float64"


class Fitting:
    """Brings computed values into the dtype of a track.

    Parameters
    ----------
    dtype : str
        Of the track.
    missing : int, optional
        What NaN becomes in an integer dtype; no value may be that number.
    saturate : bool
        Cut what does not fit to the nearest number that does, instead of raising.

    Attributes
    ----------
    n_saturated : int
        Values cut so far.
    """

    def __init__(self, dtype: str, missing: float | None = None, *, saturate: bool = False) -> None:
        self.dtype, self.missing, self.saturate = dtype, missing, saturate
        self.n_saturated = 0
        self._kind = np.dtype(dtype)
        if self._kind.kind == "f":
            self.missing = None
            limit = float(np.finfo(self._kind).max)
            self._low, self._high = -limit, limit
            return
        limits = np.iinfo(self._kind)
        self._low, self._high = float(limits.min), float(limits.max)
        if missing == limits.max:
            self._high -= 1
        elif missing == limits.min:
            self._low += 1
        elif missing is not None:
            raise UsageError(f"missing value {missing} is not the end of {dtype}")

    def fit(self, values: NDArray[Any], chrom: str, start: int, bin_size: int) -> NDArray[Any]:
        """Values of consecutive bins from position `start` on (float64 or whole numbers).

        Raises
        ------
        UsageError
            One does not fit, naming its position and a dtype that holds it.
        """
        if values.size and not self._surely_fits(values):
            beyond = (values < self._low) | (values > self._high)
            if self._kind.kind == "f":  # infinite values stay as they are
                beyond &= np.isfinite(values)
            n = int(np.count_nonzero(beyond))
            if n and not self.saturate:
                i = int(np.flatnonzero(beyond)[0])
                raise self._overflow(float(values[i]), f"{chrom}:{start + i * bin_size}")
            if n:
                self.n_saturated += n
                values = np.where(beyond, np.clip(values, self._low, self._high), values)
        return narrow(values, self.dtype, self.missing, lambda i: f"{chrom}:{start + i * bin_size}")

    def _surely_fits(self, values: NDArray[Any]) -> bool:
        low, high = np.fmin.reduce(values), np.fmax.reduce(values)  # NaN when there is none
        return not (low < self._low or high > self._high)

    def _overflow(self, value: float, place: str) -> UsageError:
        wider = [
            dtype for dtype in (*_UNSIGNED, *_SIGNED, "float32", "float64")
            if dtype in schema.VALUE_DTYPES and _holds(dtype, value, int(self.missing is not None))
        ]  # fmt: skip
        taken = ", which keeps its largest number for missing values" if self.missing else ""
        return UsageError(
            f"value {value:.10g} at {place} does not fit {self.dtype}{taken}",
            fix=f"Use {wider[0] if wider else 'float64'}, or saturate",
        )


def _holds(dtype: str, value: float, n_reserved: int) -> bool:
    if np.dtype(dtype).kind == "f":
        return abs(value) <= float(np.finfo(dtype).max)
    limits = np.iinfo(dtype)
    return value.is_integer() and limits.min <= value <= limits.max - n_reserved
