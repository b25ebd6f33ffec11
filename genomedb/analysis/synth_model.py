"""MarkovModel: which letter follows a word, by bins of track values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.breaks import binning_of
from genomedb.errors import UsageError
from genomedb.kernels.markov import MAX_ORDER

_F8 = NDArray[np.float64]
_I8 = NDArray[np.int64]
MAX_ENTRIES: Final = 1 << 28  # numbers of a table, 2 GB
PRIORS: Final = ("global", "marginal", "uniform")


@dataclass(frozen=True, eq=False)
class Dimension:
    """An expression, and the bins ``(breaks[i], breaks[i + 1]]`` that tell models apart.

    Attributes
    ----------
    expression : str
        Such as ``"gc"``.
    breaks : ndarray of float64, shape (bins + 1,)
        Increasing edges.
    bin_map : ndarray of int32, shape (bins,), or None
        The bin that each bin counts as; see `bin_map`.
    """

    expression: str
    breaks: _F8
    bin_map: NDArray[np.int32] | None = None

    @classmethod
    def of(
        cls, expression: str, breaks: ArrayLike, merge: Iterable[Mapping[str, Any]] | None = None
    ) -> Dimension:
        """Check and make one.

        Parameters
        ----------
        expression : str
        breaks : array_like of float
        merge : list of dict, optional
            Bins that count as others; see `bin_map`.

        Raises
        ------
        UsageError
            The breaks do not increase, or a bin to merge with is not there.
        """
        (text,), binning = binning_of(expression, breaks)
        edges = binning.breaks[0]
        ranges = [] if merge is None else _listed(merge)
        return cls(text, edges, bin_map(edges, ranges) if ranges else None)

    @property
    def n_bins(self) -> int:
        """Bins."""
        return self.breaks.size - 1


@dataclass(frozen=True, eq=False)
class MarkovModel:
    """Probabilities of the letter behind each word of k letters, in cells of track values.

    Attributes
    ----------
    k : int
        Letters that the next one depends on; 0 for letters that depend on nothing.
    dimensions : tuple of Dimension
        What the cells are by; none for one cell. The first dimension is the fastest.
    counts : ndarray of int64, shape (cells, 4**k, 4)
        How often each letter was seen behind each word, on both strands.
    cdf : ndarray of float64, shape (cells, 4**k, 4)
        Cumulated probabilities of A, C, G, T.
    kmers : ndarray of int64, shape (cells,)
        Words of k + 1 letters counted.
    n_masked, n_other : int
        Words left out: masked ones, others with a letter that is not A, C, G or T.
    pseudocount : float
        Weight of `prior` against the counts.
    iterator : int or None
        Bin size of the expressions.
    prior_name : str
        ``marginal``, ``global``, ``uniform`` or ``explicit``.
    prior : ndarray of float64, shape (cells, 4), or None
    n_fallbacks : int
        Cells without counts, whose marginal prior is uniform.
    min_obs : int
        Kept, not used.
    """

    k: int
    dimensions: tuple[Dimension, ...]
    counts: NDArray[Any]
    cdf: _F8
    kmers: _I8
    n_masked: int = 0
    n_other: int = 0
    pseudocount: float = 1.0
    iterator: int | None = None
    prior_name: str = "uniform"
    prior: _F8 | None = None
    n_fallbacks: int = 0
    min_obs: int = 0

    @classmethod
    def independent(cls, probabilities: ArrayLike) -> MarkovModel:
        """Letters that depend on nothing.

        Parameters
        ----------
        probabilities : array_like of float, shape (4,)
            Of A, C, G, T; divided by their sum.

        Raises
        ------
        UsageError
            They are not four numbers, one is below 0, or all are 0.
        """
        weight = np.asarray(probabilities, np.float64)
        if weight.shape != (4,) or not (weight >= 0).all() or not 0 < weight.sum() < np.inf:
            raise UsageError(
                f"{np.asarray(probabilities).tolist()} are no probabilities of A, C, G and T",
                fix="Give four numbers that are not negative",
            )
        cdf = cumulated(weight / weight.sum()).reshape(1, 1, 4)
        counts = np.zeros((1, 1, 4), np.int64)
        return cls(0, (), counts, cdf, np.zeros(1, np.int64), prior_name="explicit")

    @property
    def shape(self) -> tuple[int, ...]:
        """Bins of each dimension; ``(1,)`` where there is none."""
        return tuple(one.n_bins for one in self.dimensions) or (1,)

    @property
    def probabilities(self) -> _F8:
        """Probabilities of A, C, G, T behind each word, shape (cells, 4**k, 4)."""
        return np.diff(self.cdf, axis=-1, prepend=0.0)

    def weights(self) -> _F8:
        """Cumulated counts of words from 0 on, shape (cells, 4**k + 1)."""
        return np.pad(self.counts.sum(axis=-1, dtype=np.float64).cumsum(axis=-1), ((0, 0), (1, 0)))

    def __repr__(self) -> str:
        cells = f"{prod(self.shape)} cells" if self.dimensions else "one cell"
        by = ", ".join(one.expression for one in self.dimensions)
        cells += by and f" by {by}"
        return f"<MarkovModel of order {self.k}, {cells}, {self.kmers.sum():,} k-mers>"


def bin_map(breaks: ArrayLike, merge: Sequence[Mapping[str, Any]]) -> NDArray[np.int32]:
    """Which bin each bin counts as.

    Parameters
    ----------
    breaks : array_like of float
        Edges of the bins.
    merge : sequence of dict
        ``{"from": (low, high), "to": (low, high)}``: bins whose middle is in the one range count
        as the bin that the middle of the other is in. ``"from": low`` has no upper end. Later
        ones win.

    Returns
    -------
    ndarray of int32, shape (bins,)

    Raises
    ------
    UsageError
        There is no bin; a range is not one; ``to`` is missing or touches no bin.

    Examples
    --------
    >>> bin_map([0, 1, 2, 3], [{"from": (2, 3), "to": (1, 2)}]).tolist()
    [0, 1, 1]
    """
    try:
        edges = np.asarray(breaks, np.float64)
    except (TypeError, ValueError):
        raise UsageError(f"{breaks!r:.60} are not numbers", where="breaks") from None
    if edges.ndim != 1 or edges.size < 2:
        raise UsageError(f"{edges.size} breaks make no bin", where="breaks", fix="Give at least 2")
    found = np.arange(edges.size - 1, dtype=np.int32)
    middle = _middle(edges[:-1], edges[1:])
    for i, one in enumerate(_listed(merge)):
        where = f"merge {i + 1}"
        if not isinstance(one, Mapping) or one.get("to") is None:
            raise UsageError("has no 'to'", where=where, fix="Give the range of a bin")
        low, high = _range(one["to"], where, is_point=True)
        target = int(np.searchsorted(edges[:-1], _middle(low, high), side="right")) - 1
        target = min(max(target, 0), found.size - 1)
        if not (edges[target] <= high and edges[target + 1] >= low):
            raise UsageError(
                f"'to' ({low:g}, {high:g}) is in none of the bins from {edges[0]:g} to "
                f"{edges[-1]:g}",
                where=where,
            )
        if one.get("from") is None:
            continue
        low, high = _range(one["from"], where, is_point=False)
        found[(low <= middle) & (middle <= high)] = target
    return found


def _listed(merge: Any) -> list[Any]:
    """Items of a list of bins to merge."""
    if isinstance(merge, (str, Mapping)) or not isinstance(merge, Iterable):
        raise UsageError(f"bins to merge are {merge!r:.60}", fix="Give a list of dicts")
    return list(merge)


def _middle(low: Any, high: Any) -> Any:
    with np.errstate(invalid="ignore"):
        return (np.float64(low) + high) / 2.0


def _range(given: Any, where: str, *, is_point: bool) -> tuple[float, float]:
    """Two numbers; one is a point, or has no upper end."""
    try:
        if np.ndim(given) == 0:
            return float(given), float(given) if is_point else np.inf
        low, high = given
        return float(low), float(high)
    except (TypeError, ValueError):
        raise UsageError(
            f"{given!r:.60} is no range", where=where, fix="Give (low, high)"
        ) from None


def checked_order(k: Any, *, n_cells: int = 1) -> int:
    """An order as int.

    Raises
    ------
    UsageError
        It is not a whole number from 1 to 10, or the tables would be too large.
    """
    whole = int(k) if isinstance(k, (int, np.integer, float)) and k == k // 1 else None
    if whole is None or isinstance(k, bool):
        raise UsageError(f"k must be an integer, got {k!r:.40}")
    if not 1 <= whole <= MAX_ORDER:
        raise UsageError(f"Markov order k must be in [1, {MAX_ORDER}], got {whole}")
    if n_cells * 4 ** (whole + 1) > MAX_ENTRIES:
        size = n_cells * 4 ** (whole + 1) * 8 / 1e9
        raise UsageError(
            f"{n_cells:,} cells of order {whole} need {size:.0f} GB",
            fix="Give a smaller k or fewer bins",
        )
    return whole


def posterior(
    counts: NDArray[Any], pseudocount: float, prior: str | ArrayLike
) -> tuple[_F8, _F8, int]:
    """Cumulated probabilities of counts: ``(n + pseudocount * prior) / (sum n + pseudocount)``.

    Parameters
    ----------
    counts : ndarray, shape (cells, 4**k, 4)
    pseudocount : float
        Words that were never seen have the prior, also where this is 0.
    prior : {"marginal", "global", "uniform"} or array_like of shape (cells, 4)
        See `train_markov`.

    Returns
    -------
    cdf : ndarray of float64, shape (cells, 4**k, 4)
    prior : ndarray of float64, shape (cells, 4)
    n_fallbacks : int
    """
    pi, fallbacks = _prior_of(counts, prior)
    probability = counts + pseudocount * pi[:, None, :]
    total = probability.sum(axis=-1, keepdims=True)
    np.divide(probability, total, out=probability, where=total > 0)
    np.copyto(probability, pi[:, None, :], where=total == 0)
    return cumulated(probability), pi, fallbacks


def checked_prior(prior: Any, n_cells: int) -> str | _F8:
    """The name of a prior, or its probabilities by rows.

    Raises
    ------
    UsageError
        There is none of that name; the array has not 4 columns and a row a cell, or a number
        below 0.
    """
    if isinstance(prior, str):
        if prior not in PRIORS:
            raise UsageError(
                f"prior must be one of {', '.join(PRIORS)} or an array, got {prior!r:.40}"
            )
        return prior
    try:
        matrix = np.array(prior, np.float64)
    except (TypeError, ValueError):
        raise UsageError(f"prior {prior!r:.60} is neither a name nor an array") from None
    if matrix.ndim != 2 or matrix.shape != (n_cells, 4):
        raise UsageError(
            f"explicit prior has shape {matrix.shape}",
            fix=f"Give an array of shape ({n_cells}, 4): one row a cell, columns A, C, G, T",
        )
    if not ((matrix >= 0) & (matrix < np.inf)).all():
        raise UsageError("explicit prior has a number that is negative or not finite")
    return matrix


def _prior_of(counts: NDArray[Any], prior: str | ArrayLike) -> tuple[_F8, int]:
    n_cells = counts.shape[0]
    pi = np.full((n_cells, 4), 0.25)
    if isinstance(prior, str):
        if prior == "uniform":
            return pi, 0
        letters = counts.sum(axis=1, dtype=np.float64)
        if prior == "global":
            letters = np.broadcast_to(letters.sum(axis=0), letters.shape)
    else:
        letters = np.asarray(prior, np.float64)
    total = letters.sum(axis=1, keepdims=True)
    np.divide(letters, total, out=pi, where=total > 0)
    return pi, int((total == 0).sum()) if isinstance(prior, str) and prior == "marginal" else 0


def cumulated(probability: _F8) -> _F8:
    """Cumulated probabilities along the last axis, which end with 1 exactly."""
    cdf: _F8 = np.cumsum(probability, axis=-1)
    cdf[..., -1] = 1.0
    return cdf
