"""train_markov: which letter follows each word of a genome, by bins of track values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.new_track import checked_bin_size
from genomedb.analysis.synth_cells import cell_table
from genomedb.analysis.synth_model import (
    Dimension,
    MarkovModel,
    checked_order,
    checked_prior,
    posterior,
)
from genomedb.analysis.synth_strata import Strata, by_chrom, rows_of
from genomedb.core.parallel import check_executor
from genomedb.db.database import GenomeDB
from genomedb.db.sequence import sequence_track
from genomedb.errors import UsageError
from genomedb.kernels.markov import MASKED, add_transitions, with_reverse
from genomedb.virtual.definition import VirtualTrack


def train_markov(
    db: GenomeDB,
    dimensions: Sequence[Dimension | tuple[Any, ...]] = (),
    scope: Any = None,
    *,
    k: int = 5,
    mask: Any = None,
    pseudocount: float = 1.0,
    prior: str | ArrayLike = "marginal",
    iterator: int | None = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    executor: Executor | int | None = None,
) -> MarkovModel:
    """Count which letter follows each word of k letters, and make probabilities of it.

    Each word of k + 1 letters counts, and so does its reverse complement. It belongs to the cell
    of its first letter.

    Parameters
    ----------
    db : GenomeDB
        With a sequence.
    dimensions : sequence of tuples
        What the cells are by: ``(expression, breaks)`` or ``(expression, breaks, merge)``, see
        `Dimension.of`; none for one cell. Words whose first letter is in no bin do not count.
    scope : optional
        Where to look, default the whole genome; see `scope_of`. Words lie inside an interval;
        those of overlapping intervals count once for each.
    k : int
        1 to 10.
    mask : optional
        Words that begin in these intervals are left out; given like `scope`.
    pseudocount : float
        How much the prior weighs, in observations of a word.
    prior : {"marginal", "global", "uniform"} or array_like, shape (cells, 4)
        What words that were not seen have: the letters of the cell, of all cells, a quarter each,
        or these probabilities (rows are divided by their sums; sums of 0 are uniform).
    iterator : int, optional
        Bin size in bp that expressions are evaluated with, default as they imply.
    virtual, variables, executor : optional
        As in `summary`; the executor evaluates the expressions.

    Returns
    -------
    MarkovModel

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        An argument is not right, or there is no sequence; nothing was read then.

    Examples
    --------
    >>> train_markov(db, [("gc", [0, 0.4, 1])], iterator=200)  # doctest: +SKIP
    """
    listed = checked_dimensions(dimensions)
    n_cells = prod(one.n_bins for one in listed)
    k = checked_order(k, n_cells=n_cells)
    alpha, known = _checked_weight(pseudocount), checked_prior(prior, n_cells)
    width = None if iterator is None else checked_bin_size(iterator, what="iterator")
    check_executor(executor)
    track, rows = sequence_track(db), rows_of(db, scope)
    hidden = by_chrom(db, mask, what="mask")
    strata = Strata.of(
        db, listed, rows, k=k, table=cell_table(listed), iterator=width, virtual=virtual,
        variables=variables,
    )  # fmt: skip
    counts, skipped = np.zeros((n_cells, 4 ** (k + 1)), np.int64), np.zeros(2, np.int64)
    for stretch in strata.stretches(executor, what="train_markov"):
        cell, letters = stretch.cell, stretch.letters(track)
        if stretch.code in hidden:
            cell = np.where(stretch.painted(hidden), np.int32(MASKED), cell)
        add_transitions(letters, cell, stretch.offset, counts=counts, skipped=skipped)
    return _model(with_reverse(counts), listed, k, skipped, alpha, known, width)


def _model(
    counts: NDArray[np.int64], dimensions: tuple[Dimension, ...], k: int,
    skipped: NDArray[np.int64], alpha: float, prior: Any, iterator: int | None,
) -> MarkovModel:  # fmt: skip
    table = counts.reshape(counts.shape[0], 4**k, 4)
    cdf, pi, n_fallbacks = posterior(table, alpha, prior)
    return MarkovModel(
        k, dimensions, table, cdf, table.sum(axis=(1, 2)), int(skipped[0]), int(skipped[1]), alpha,
        iterator, prior if isinstance(prior, str) else "explicit", pi, n_fallbacks,
    )  # fmt: skip


def checked_dimensions(
    dimensions: Sequence[Dimension | tuple[Any, ...]],
) -> tuple[Dimension, ...]:
    """Dimensions as a tuple.

    Raises
    ------
    UsageError
        One is something else, or its breaks or merges are not right.
    """
    if isinstance(dimensions, Dimension):
        return (dimensions,)
    listed = []
    for i, one in enumerate(dimensions, start=1):
        if isinstance(one, (tuple, list)) and 2 <= len(one) <= 3:
            listed.append(Dimension.of(*one))
        elif isinstance(one, Dimension):
            listed.append(one)
        else:
            raise UsageError(f"dimension {i} is {one!r:.60}", fix="Give (expression, breaks)")
    return tuple(listed)


def _checked_weight(pseudocount: Any) -> float:
    try:
        found = float(pseudocount)
    except (TypeError, ValueError):
        found = np.nan
    if not 0 <= found < np.inf:
        raise UsageError(
            f"pseudocount is {pseudocount!r:.40}", fix="Give a number that is not negative"
        )
    return found
