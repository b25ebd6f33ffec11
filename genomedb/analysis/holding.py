"""How many values a walk has, and how to hold them in little room."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.expr.stream import Walk


def count_rows(stream: Walk) -> int:
    """Intervals of the whole walk; none of them is kept."""
    return sum(len(piece) for task in stream.tasks() for piece in task)


def compact(values: NDArray[np.float64]) -> NDArray[Any]:
    """The same values as float32 where that loses nothing: most tracks hold no more."""
    with np.errstate(over="ignore", under="ignore"):
        narrow = values.astype(np.float32)
    return narrow if np.array_equal(narrow, values, equal_nan=True) else values
