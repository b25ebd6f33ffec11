"""Breaks: the bins that the values of expressions fall in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.errors import UsageError
from genomedb.kernels.histogram import bin_numbers

MAX_CELLS = 1 << 24  # one float64 each is 128 MB
_F8 = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Binning:
    """Bins ``(breaks[i], breaks[i + 1]]`` in one or several dimensions.

    Attributes
    ----------
    breaks : tuple of ndarray of float64
        Increasing edges, one array a dimension.
    include_lowest : bool
        The first bins have their lower edges too.
    """

    breaks: tuple[_F8, ...]
    include_lowest: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """Bins of each dimension."""
        return tuple(edges.size - 1 for edges in self.breaks)

    @property
    def n_cells(self) -> int:
        """Cells of the table that the dimensions make."""
        return prod(self.shape)

    def numbers(self, columns: Sequence[ArrayLike], *, clamp: bool = False) -> NDArray[np.int64]:
        """Number of the cell of each value, -1 for NaN and outside; see `bin_numbers`."""
        return bin_numbers(columns, self.breaks, include_lowest=self.include_lowest, clamp=clamp)

    def labels(self, dimension: int) -> list[str]:
        """The bins of a dimension, such as ``(0.0, 0.1]``.

        Examples
        --------
        >>> Binning((np.array([0.0, 1.0, 2.0]),), include_lowest=True).labels(0)
        ['[0.0, 1.0]', '(1.0, 2.0]']
        """
        edges = self.breaks[dimension].tolist()
        found = [f"({a}, {b}]" for a, b in pairwise(edges)]
        if self.include_lowest:
            found[0] = "[" + found[0][1:]
        return found


def binning_of(
    expressions: str | Sequence[str], breaks: Any, *, include_lowest: bool = False
) -> tuple[list[str], Binning]:
    """Expressions as a list, and the bins of each, checked.

    Parameters
    ----------
    expressions : str or sequence of str
    breaks : sequence
        Increasing numbers for one expression, a list of such for several. -inf and inf may be
        the ends.

    Raises
    ------
    UsageError
        Fewer than 2 breaks, NaN, or breaks that do not increase, naming the expression; not one
        list of breaks an expression; more than 16,777,216 cells.
    """
    if isinstance(expressions, str):
        listed, given = [expressions], [breaks]
    else:
        if not np.iterable(expressions):
            raise UsageError(f"{expressions!r:.60} is not an expression", fix="Give text")
        listed = list(expressions)
        given = list(breaks) if np.iterable(breaks) else [breaks]
    if not listed:
        raise UsageError("no expression is given", where="breaks")
    if len(given) != len(listed):
        raise UsageError(
            f"{len(listed)} expressions and {len(given)} lists of breaks",
            fix="Give each expression a list of breaks",
        )
    edges = tuple(_edges(e, b) for e, b in zip(listed, given, strict=True))
    binning = Binning(edges, bool(include_lowest))
    if binning.n_cells > MAX_CELLS:
        shape = " x ".join(map(str, binning.shape))
        raise UsageError(
            f"{shape} bins are more than {MAX_CELLS:,} cells", where="breaks", fix="Give fewer"
        )
    return listed, binning


def _edges(expression: str, breaks: Any) -> _F8:
    where = f"breaks of '{expression}'"
    try:
        edges = np.array(breaks, np.float64)
    except (TypeError, ValueError):
        raise UsageError(f"{breaks!r:.60} are not numbers", where=where) from None
    if edges.ndim != 1:
        raise UsageError(
            f"{edges.ndim} dimensions", where=where, fix="Give a list of increasing numbers"
        )
    if edges.size < 2:
        raise UsageError(f"{edges.size} breaks make no bin", where=where, fix="Give at least 2")
    if np.isnan(edges).any():
        raise UsageError(f"break {int(np.isnan(edges).argmax())} is NaN", where=where)
    wrong = ~(edges[1:] > edges[:-1])
    if wrong.any():
        i = int(wrong.argmax())
        raise UsageError(
            f"break {i + 1} ({edges[i + 1]:g}) is not above the one before ({edges[i]:g})",
            where=where,
            fix="Breaks increase",
        )
    return edges
