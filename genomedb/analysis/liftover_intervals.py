"""liftover_intervals: where intervals of another assembly lie in this one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.chains import Chains
from genomedb.intervals.frame import check_spans, frame_of, raw_spans, require_columns
from genomedb.kernels.chain import Pieces

_I8 = NDArray[np.int64]
_MADE = ("chrom", "start", "end", "strand", "intervalID", "chain_id", "score")


@dataclass(frozen=True)
class LiftReport:
    """What became of intervals, or of the records of a track.

    Attributes
    ----------
    intervals, lifted, unmapped : int
        All, those with a place in the target, and those without.
    bases, lifted_bases, unmapped_bases : int
        Bases of the source; a base counts once for each interval it is in.
    """

    intervals: int
    lifted: int
    bases: int
    lifted_bases: int

    @property
    def unmapped(self) -> int:
        """Intervals without a place."""
        return self.intervals - self.lifted

    @property
    def unmapped_bases(self) -> int:
        """Bases without a place."""
        return self.bases - self.lifted_bases

    def __str__(self) -> str:
        return (
            f"{self.lifted} of {self.intervals} intervals and "
            f"{self.lifted_bases} of {self.bases} bases have a place"
        )


def liftover_intervals(
    intervals: Any,
    chains: Chains,
    *,
    canonic: bool = False,
    score: bool = False,
    columns: Sequence[str] = (),
) -> Any:
    """Lift intervals of another assembly to the one that the chains lead to.

    An interval is cut at the gaps of the alignment, and has a row for each part and each place of
    it. Parts without a place have none.

    Parameters
    ----------
    intervals : DataFrame
        ``chrom start end``, and optionally ``strand``, of the source, in any order. Rows on
        chromosomes without chains have no place.
    chains : Chains
    canonic : bool
        Join rows of one interval and one chain that touch.
    score : bool
        Add the column ``score`` of the chain.
    columns : sequence of str
        Columns of `intervals` to carry along.

    Returns
    -------
    DataFrame
        ``chrom start end`` of the target, ``strand`` if there was one (turned where the alignment
        is), ``intervalID`` (row of `intervals`, from 0), ``chain_id``, then what was asked for.
        Sorted by place in the order of the target's chromosomes. ``attrs["report"]`` is a
        `LiftReport`.

    Raises
    ------
    UsageError
        A missing column, one to carry along that the answer has, ``start >= end``, a bad strand.
    ChromError
        A place outside its chromosome.

    Examples
    --------
    >>> chains = load_chains("hg19ToHg38.over.chain.gz", db.chroms)  # doctest: +SKIP
    >>> liftover_intervals(peaks, chains, columns=["name"])  # doctest: +SKIP
    """
    spans = source_spans(intervals, chains)
    require_columns(intervals, tuple(columns))
    taken = [name for name in columns if name in _MADE]
    if taken:
        raise UsageError(
            f"{taken[0]} is a column of the answer", where="columns", fix="Rename it first"
        )
    pieces = chains.place(spans.code, spans.start, spans.end)
    report = report_of(spans, pieces)
    blocks = chains.blocks
    code, chain = blocks.target[pieces.block], blocks.chain_id[pieces.block]
    points = blocks.score[pieces.block]
    strand = None
    if spans.strand is not None:
        turned = np.where(blocks.is_reverse[pieces.block], -1, 1).astype(np.int8)
        strand = spans.strand[pieces.row] * turned
    start, end = pieces.target_start, pieces.target_end
    order = _by_place(code, start, end, pieces.row)
    if canonic:
        end = _joined(code, start, end, pieces.row, chain, order)
        order = _by_place(code, start, end, pieces.row)
        order = order[end[order] > start[order]]
    row = pieces.row[order]
    made: dict[str, Any] = {"intervalID": row, "chain_id": chain[order]}
    if score:
        made["score"] = points[order]
    for name in columns:
        made[name] = intervals[name].array.take(row)
    lifted = Spans(code[order], start[order], end[order], None if strand is None else strand[order])
    frame = frame_of(lifted, chains.chroms, made, copy=False)
    frame.attrs["report"] = report
    return frame


def source_spans(intervals: Any, chains: Chains, *, what: str = "intervals") -> Spans:
    """Checked arrays of intervals of the source; code -1 for chromosomes without chains.

    Raises
    ------
    UsageError, ChromError
        Naming the first bad row.
    """
    if chains.source is None:
        require_columns(intervals, ("chrom", "start", "end"), what=what)
        spans = raw_spans(intervals, chains.chroms, what=what)
        spans = Spans(np.full(len(spans), -1), spans.start, spans.end, spans.strand)
    else:
        spans = raw_spans(intervals, chains.source, what=what)
    bad = (spans.start < 0) | (spans.start >= spans.end)
    if chains.source is not None:
        bad |= (spans.code >= 0) & (spans.end > chains.source.length_array[spans.code])
    if not bad.any():
        return spans
    row = int(bad.argmax())
    name, a, b = intervals["chrom"].iloc[row], int(spans.start[row]), int(spans.end[row])
    where = f"{what}, row {row} ({name}:{a}-{b})"
    if chains.source is not None and spans.code[row] >= 0:
        try:
            check_spans(spans[row : row + 1], chains.source)
        except (UsageError, ChromError) as error:
            raise type(error)(error.problem, where=where, fix=error.fix) from None
    problem = "start is negative" if a < 0 else "start is not before end"
    raise UsageError(problem, where=where, fix="Positions are 0-based half-open")


def report_of(spans: Spans, pieces: Pieces) -> LiftReport:
    """Count intervals and bases with a place, of all pieces of all intervals."""
    return LiftReport(
        len(spans),
        int((np.diff(pieces.row, prepend=-1) != 0).sum()),
        int((spans.end - spans.start).sum()),
        _covered(pieces),
    )


def _covered(pieces: Pieces) -> int:
    """Source bases in pieces, once an interval; pieces come by interval and source start."""
    row, start, end = pieces.row, pieces.source_start, pieces.source_end
    if not row.size:
        return 0
    again = row[1:] == row[:-1]
    if not (again & (start[1:] < end[:-1])).any():
        return int((end - start).sum())
    width = int(end.max()) + 1  # intervals laid end to end, so that none reaches the next
    _, dense = np.unique(row, return_inverse=True)
    if width * (int(dense.max()) + 1) < 2**62:
        before = np.maximum.accumulate(end + dense * width)[:-1] - dense[1:] * width
    else:  # too long a line: by interval
        before = _running_ends(row, end)[:-1]
    before = np.concatenate(([0], np.where(again, before, 0)))
    return int(np.maximum(end - np.maximum(start, before), 0).sum())


def _running_ends(row: _I8, end: _I8) -> _I8:
    """Largest end so far within each interval."""
    edges = np.flatnonzero(np.diff(row)) + 1
    return np.concatenate([np.maximum.accumulate(part) for part in np.split(end, edges)])


def _by_place(code: _I8, start: _I8, end: _I8, row: _I8) -> _I8:
    """Order of pieces by target; ties by interval, then as they come: by source."""
    if not row.size:
        return row
    width = int(end.max()) + 1
    line = code * width + start  # below 2**62: target chromosomes are within their table
    order = np.argsort(line, kind="stable")
    found = line[order]
    same = found[1:] == found[:-1]
    if same.any():
        tied = np.flatnonzero(np.concatenate(([False], same)) | np.concatenate((same, [False])))
        some = order[tied]
        order[tied] = some[np.lexsort((row[some], end[some], line[some]))]
    return order.astype(np.int64, copy=False)


def _joined(code: _I8, start: _I8, end: _I8, row: _I8, chain: _I8, order: _I8) -> _I8:
    """Join pieces of one interval and chain that touch: ends, those of the joined ones 0."""
    by_interval = order[np.lexsort((chain[order], row[order]))]
    if not by_interval.size:
        return end
    a, b = by_interval[:-1], by_interval[1:]
    follows = (row[a] == row[b]) & (chain[a] == chain[b]) & (code[a] == code[b])
    follows &= end[a] == start[b]
    first = np.concatenate(([True], ~follows))
    last = np.concatenate((~follows, [True]))
    joined = np.zeros_like(end)
    joined[by_interval[first]] = end[by_interval[last]]
    return joined
