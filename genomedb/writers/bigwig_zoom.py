"""Summaries of a signal over wider and wider bins: the zoom levels of a bigWig file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

SUMMARY: Final = np.dtype(
    [
        ("chrom", "<u4"),
        ("start", "<u4"),
        ("end", "<u4"),
        ("covered", "<u4"),
        ("smallest", "<f4"),
        ("largest", "<f4"),
        ("total", "<f4"),
        ("squares", "<f4"),
    ]
)
_PIECES_AT_ONCE: Final = 1_000_000

Pieces = dict[str, NDArray[Any]]


def summarise_runs(
    chrom: NDArray[np.int64],
    start: NDArray[np.int64],
    end: NDArray[np.int64],
    value: NDArray[np.float64],
    width: int,
) -> Iterator[Pieces]:
    """Cut intervals at the edges of bins; the pieces of a bin are not joined yet."""
    first = start // width
    counts = (end - 1) // width - first + 1
    stops = np.cumsum(counts)
    total = int(stops[-1]) if stops.size else 0
    for at in range(0, total, _PIECES_AT_ONCE):
        piece = np.arange(at, min(at + _PIECES_AT_ONCE, total))
        run = np.searchsorted(stops, piece, "right")
        bins = first[run] + piece - (stops[run] - counts[run])
        covered = np.minimum(end[run], (bins + 1) * width) - np.maximum(start[run], bins * width)
        values = value[run]
        yield {
            "chrom": chrom[run],
            "bin": bins,
            "covered": covered,
            "smallest": values,
            "largest": values,
            "total": values * covered,
            "squares": values * values * covered,
        }


def widen_summaries(summaries: NDArray[Any], width: int) -> Pieces:
    """Summaries of one level as pieces of a level with wider bins."""
    pieces = {name: summaries[name] for name in ("chrom", "covered", "smallest", "largest")}
    pieces["bin"] = summaries["start"].astype(np.int64) // width
    pieces["total"] = summaries["total"].astype(np.float64)
    pieces["squares"] = summaries["squares"].astype(np.float64)
    return pieces


def join_pieces(
    batches: Iterable[Pieces], width: int, lengths: NDArray[np.int64]
) -> Iterator[NDArray[Any]]:
    """Join the pieces of each bin, which follow each other, into one summary.

    Parameters
    ----------
    batches : iterable of dict of ndarray
        From `summarise_runs` or `widen_summaries`.
    width : int
        Base pairs of a bin.
    lengths : ndarray of int64
        Lengths of the chromosomes.

    Yields
    ------
    ndarray of SUMMARY
    """
    rest: Pieces | None = None
    for batch in batches:
        joined = _join(batch if rest is None else _followed(rest, batch))
        rest = {name: column[-1:] for name, column in joined.items()}  # may go on in the next batch
        yield _summaries({name: column[:-1] for name, column in joined.items()}, width, lengths)
    if rest is not None:
        yield _summaries(rest, width, lengths)


def _followed(first: Pieces, second: Pieces) -> Pieces:
    return {name: np.concatenate((first[name], second[name])) for name in first}


def _join(pieces: Pieces) -> Pieces:
    """One row for each stretch of rows of one bin."""
    chrom, bins = pieces["chrom"], pieces["bin"]
    is_new = (np.diff(bins) != 0) | (np.diff(chrom.astype(np.int64)) != 0)
    at = np.concatenate(([0], np.flatnonzero(is_new) + 1))
    joined = {"chrom": chrom[at], "bin": bins[at]}
    for name in ("covered", "total", "squares"):
        joined[name] = np.add.reduceat(pieces[name], at)
    joined["smallest"] = np.minimum.reduceat(pieces["smallest"], at)
    joined["largest"] = np.maximum.reduceat(pieces["largest"], at)
    return joined


def _summaries(joined: Pieces, width: int, lengths: NDArray[np.int64]) -> NDArray[Any]:
    table = np.empty(joined["bin"].size, SUMMARY)
    for name in ("chrom", "covered", "smallest", "largest"):
        table[name] = joined[name]
    limit = float(np.finfo(np.float32).max)
    for name in ("total", "squares"):  # sums that float32 cannot hold stay at its largest
        table[name] = np.clip(joined[name], -limit, limit)
    table["start"] = joined["bin"] * width
    table["end"] = np.minimum((joined["bin"] + 1) * width, lengths[joined["chrom"]])
    return table
