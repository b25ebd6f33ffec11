"""FeatureBatch: a batch of features (intervals with columns) as every feature reader yields it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.texts import Texts


@dataclass(frozen=True)
class FeatureBatch:
    """Features in the order of the file.

    Attributes
    ----------
    names : list of str
        Distinct chromosome names of the file so far, as spelled there.
    chrom : ndarray of int32, shape (n,)
        Codes into `names`.
    start, end : ndarray of int64, shape (n,)
        0-based half-open, ``0 <= start < end``.
    strand : ndarray of int8, shape (n,), or None
        1, -1, and 0 for unknown; None when the format has no strand.
    columns : dict of str to Texts or ndarray
        Further columns in the order of the file, ``n`` items each: arrays where the format says
        that a column is a number, texts elsewhere. A column that a batch lacks and an earlier or
        later one has is empty (or NaN, or 0) in its rows.
    infer : frozenset of str
        Text columns that become numbers when all their texts in the whole file are numbers.
    line : ndarray of int64, shape (n,), or None
        1-based line numbers; None for formats without lines.
    """

    names: list[str]
    chrom: NDArray[np.int32]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    strand: NDArray[np.int8] | None = None
    columns: dict[str, Texts | NDArray[Any]] = field(default_factory=dict)
    infer: frozenset[str] = frozenset()
    line: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return self.chrom.size
