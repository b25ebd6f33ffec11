"""Whole chromosomes as WIG: one fixedStep block, one value a base."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import UsageError
from genomedb.kernels.textout import format_values
from genomedb.writers.compressed import open_output

_STEP: Final = 1 << 18  # values written at a time


def write_uint8_wiggle(path: str | Path, chrom: object, values: Any) -> None:
    """Write the values of a chromosome as integers; gzip when the name ends in ``.gz``."""
    _write(path, chrom, values, np.uint8)


def write_float32_wiggle(path: str | Path, chrom: object, values: Any) -> None:
    """Write the values of a chromosome with three decimals; gzip when it ends in ``.gz``."""
    _write(path, chrom, values, np.float32)


def _write(path: str | Path, chrom: object, values: Any, dtype: type[np.generic]) -> None:
    array = np.asarray(values)
    if array.ndim != 1 or array.dtype != dtype:
        raise UsageError(
            f"values are a {array.ndim}-D array of {array.dtype}, not 1-D of {np.dtype(dtype)}"
        )
    with open_output(path, overwrite=False) as out:
        out.write(f"fixedStep chrom={chrom} start=1 step=1\n".encode())
        for first in range(0, array.size, _STEP):
            piece = array[first : first + _STEP]
            out.write(format_values(piece) if dtype is np.uint8 else _thousandths(piece))


def _thousandths(values: NDArray[np.float32]) -> bytes:
    """Lines of values with three decimals; NaN is ``nan``."""
    wide = values.astype(np.float64)
    if not values.size:
        return b""
    if not (np.abs(np.nan_to_num(wide, posinf=1e16, neginf=1e16)) < 1e12).all():
        return ("%.3f\n" * values.size % tuple(wide.tolist())).encode()
    rounded = np.rint(np.nan_to_num(np.abs(wide)) * 1000).astype(np.int64)
    digits = max(1, len(str(int(rounded.max()) // 1000)))
    cells = np.empty((values.size, digits + 6), np.uint8)
    whole = rounded // 1000
    scale = 10 ** np.arange(digits - 1, -1, -1, dtype=np.int64)
    cells[:, 1 : digits + 1] = whole[:, None] // scale % 10 + ord("0")
    cells[:, 0], cells[:, digits + 1], cells[:, -1] = ord("-"), ord("."), ord("\n")
    cells[:, digits + 2 : -1] = rounded[:, None] // np.array([100, 10, 1]) % 10 + ord("0")
    kept = np.ones(cells.shape, np.bool_)
    kept[:, 0] = np.signbit(wide)
    kept[:, 1:digits] = whole[:, None] >= scale[:-1]
    absent = np.isnan(wide)
    cells[absent, :3] = np.frombuffer(b"nan", np.uint8)
    kept[absent] = False
    kept[absent, :3] = kept[absent, -1] = True
    return cells[kept].tobytes()
