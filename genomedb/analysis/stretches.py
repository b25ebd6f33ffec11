"""Stretches: the values of all bins of scope rows, whole rows at a time."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.table import values_of
from genomedb.core.spans import Spans
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Stream, stream_of
from genomedb.expr.syntax import one_expression


class Stretches(NamedTuple):
    """Consecutive rows of a merged scope with the values of their bins.

    Attributes
    ----------
    spans : Spans, shape (m,)
        The scope rows; they do not touch.
    edges : ndarray of int64, shape (m + 1,)
        The bins of row i are ``values[edges[i]:edges[i + 1]]``.
    values : ndarray of float64, shape (n,)
    """

    spans: Spans
    edges: NDArray[np.int64]
    values: NDArray[np.float64]

    def bins(self, at: NDArray[np.int64], width: int) -> tuple[NDArray[np.int64], ...]:
        """Chromosome codes and bin numbers of some of the values."""
        row = np.searchsorted(self.edges, at, "right") - 1
        return self.spans.code[row], self.spans.start[row] // width + at - self.edges[row]


def binned_stream(
    db: GenomeDB, expression: str, scope: Any, *, verb: str, **options: Any
) -> tuple[Stream, int]:
    """Stream over the merged scope and its bin size.

    Raises
    ------
    UsageError
        The iterator has no bins of one width.
    """
    stream = stream_of(db, one_expression(expression), scope, is_union=True, **options)
    if stream.steps.bin_size is None:
        raise UsageError(
            f"{verb} needs bins of one width, which this iterator does not have",
            fix="Give iterator= a bin size in bp or a dense track",
        )
    return stream, stream.steps.bin_size


def stretches(
    stream: Stream, width: int, executor: Executor | int | None, *, what: str
) -> Iterator[Stretches]:
    """Yield whole scope rows, about a million bins together or one row that has more."""
    start, end = stream.scope.start, stream.scope.end
    edges = np.concatenate(([0], np.cumsum(-(-end // width) - start // width)))
    held: list[NDArray[np.float64]] = []
    row, n = 0, 0
    for _, (values,) in stream.map(values_of, executor, what=what):
        held.append(values)
        n += values.size
        stop = int(np.searchsorted(edges, n, "right")) - 1
        if stop > row:
            joined = np.concatenate(held) if len(held) > 1 else held[0]
            local = edges[row : stop + 1] - edges[row]
            yield Stretches(stream.scope[row:stop], local, joined[: local[-1]])
            held, row = [joined[local[-1] :]], stop
