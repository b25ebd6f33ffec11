"""Dense and sequence columns: one dataset per chromosome, directly under the root."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.storage.files import Draft
from genomedb.storage.write import Storage, write_column


def n_bins(length: int, bin_size: int) -> int:
    """Bins of a chromosome; the last may be shorter."""
    return -(-length // bin_size)


def write_dense(
    draft: Draft,
    chrom: str,
    pieces: Iterable[NDArray[Any]],
    size: int,
    dtype: str,
    storage: Storage,
    missing: float | None,
) -> None:
    """Write the values of one chromosome, given in pieces from left to right."""
    fill = 0 if missing is None else missing
    write_column(draft, chrom, pieces, size, np.dtype(dtype), storage, fill)
