"""modify_track: other values for some bins of a dense track."""

from __future__ import annotations

import itertools
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.new_track import first_column
from genomedb.core.parallel import check_executor
from genomedb.core.spans import Spans, Spans2D
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError, WriteError
from genomedb.expr.stream import Evaluation, Stream, Work, stream_of
from genomedb.intervals.setops import merge_spans
from genomedb.iterators.pieces import BinPiece, Task
from genomedb.iterators.scope import scope_of
from genomedb.storage import schema
from genomedb.storage.attrs import write_text
from genomedb.storage.copying import take_over
from genomedb.storage.validate import require_intact
from genomedb.tracks.convert import present_values
from genomedb.tracks.create import DenseDraft, new_dense
from genomedb.tracks.dense import DenseTrack, SequenceTrack
from genomedb.tracks.rewrite import has_pyramid, place_of, storage_of_track
from genomedb.virtual.definition import VirtualTrack

_BLOCK_BINS = 1 << 20
_MOST_HISTORY = 10_000  # characters of the attribute that tells what was done
_F8 = NDArray[np.float64]
_Numbers = NDArray[np.int64] | range
_Part = tuple[int, _Numbers, NDArray[Any]]  # chromosome, numbers of bins, their new values


def modify_track(
    db: GenomeDB,
    name: str,
    expression: str,
    scope: Any = None,
    *,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    created_by: str = "",
    executor: Executor | int | None = None,
) -> None:
    """Give bins of a dense track the values of an expression.

    The expression is walked in the track's own bins and sees the values as they were. A new file
    takes the place of the old one when it is whole; when anything fails, the track stays as it
    was. Attributes, variables, layout and codec are kept, and the change is added to the
    attribute ``created.by``.

    Parameters
    ----------
    db : GenomeDB
        Where the track is.
    name : str
        A dense track of the working root.
    expression : str
        Such as ``"signal * 2"``; it may be a number too.
    scope : optional
        Where, default the whole genome; see `scope_of`. Each bin that it touches gets one value:
        that of the part which the scope has of it, from its first base there to its last.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expression.
    created_by : str
        The line that is added to the attribute; default the call.
    executor : Executor, int or None
        Who evaluates; the track is the same.

    Raises
    ------
    UsageError, ExpressionError, ChromError, TrackNotFoundError
        There is no such track, it is not dense or is of a dataset, or the expression or scope is
        not right.
    FormatError
        The file is damaged: a new one would hide that.
    LockedError, WriteError

    Examples
    --------
    >>> modify_track(db, "signal", "signal * 2", "chr1:0-100000")  # doctest: +SKIP
    """
    old = _dense_track(db, name)
    check_executor(executor)
    where = _once_a_bin(scope_of(db, scope), old)
    stream = stream_of(
        db, expression, where, iterator=old.bin_size, virtual=virtual, variables=variables
    )
    require_intact(old.path)
    line = created_by or f"modify_track({name!r}, {expression!r:.2000}, scope)"
    with (
        closing(_parts(stream, executor, old)) as parts,
        new_dense(
            place_of(old), bin_size=old.bin_size, dtype=old.dtype.name, overwrite=True,
            missing=None if old.dtype.kind == "f" else old.missing, layout=old.layout,
            storage=storage_of_track(old), pyramid=has_pyramid(old),
        ) as draft,
    ):  # fmt: skip
        _require_unchanged(old)  # the lock is ours by now
        _write(old, draft, parts)
        take_over(draft.draft, old._file)
        _add_line(draft, old, line)


def _dense_track(db: GenomeDB, name: str) -> DenseTrack:
    """The track, if it can be changed."""
    track = db.open_track(name)
    if not isinstance(track, DenseTrack) or isinstance(track, SequenceTrack):
        raise UsageError(
            f"track '{name}' is {track.track_type}", where=track.path,
            fix="Only dense tracks can be modified",
        )  # fmt: skip
    if db.root_of(name) != db.path:
        raise UsageError(
            f"track '{name}' is of a dataset, which is only read", where=track.path,
            fix="Copy the track to another name",
        )  # fmt: skip
    return track


def _once_a_bin(scope: Spans | Spans2D, track: DenseTrack) -> Spans:
    """The scope in database order; rows that meet in one bin are joined, so that it comes once."""
    if isinstance(scope, Spans2D):
        raise UsageError("the scope is two-dimensional", fix="Give intervals with chrom start end")
    rows = merge_spans(scope, track.chroms)
    same = rows.code[1:] == rows.code[:-1]
    apart = ~(same & ((rows.end[:-1] - 1) // track.bin_size == rows.start[1:] // track.bin_size))
    if not len(rows):
        return rows
    edges = np.flatnonzero(apart) + 1
    first, last = np.append(0, edges), np.append(edges, len(rows)) - 1
    return Spans(rows.code[first], rows.start[first], rows.end[last])


def _parts(
    stream: Stream, executor: Executor | int | None, old: DenseTrack
) -> Generator[_Part, None, None]:
    """Chromosome, bins and new values of each piece of the walk."""
    work: Work[NDArray[Any]] = first_column if old.dtype == np.float32 else _values
    with closing(stream.map(work, executor, what=old.name)) as results:  # type: ignore[type-var]
        for task, values in results:
            at = 0
            for piece in task:
                numbers: _Numbers
                if isinstance(piece, BinPiece):
                    numbers = range(piece.first, piece.last)
                else:
                    numbers = piece.whole().start // old.bin_size
                yield piece.code, numbers, values[at : at + len(piece)]
                at += len(piece)


def _values(evaluation: Evaluation, task: Task) -> _F8:
    """Values in all bins of a task, for tracks that do not keep float32: infinite ones missing."""
    parts = [np.array(evaluation.run(b)[0], np.float64) for piece in task for b in piece.blocks()]
    found = np.concatenate(parts)
    found[~np.isfinite(found)] = np.nan
    return found


def _write(old: DenseTrack, draft: DenseDraft, parts: Iterable[_Part]) -> None:
    """Write every chromosome, in order: those with new values, and those that had some."""
    changed = itertools.groupby(parts, key=itemgetter(0))
    held = next(changed, None)
    for code, chrom in enumerate(old.chroms.names):
        if held is not None and held[0] == code:
            draft.write(chrom, _overlaid(_OldBins(old, chrom), (p[1:] for p in held[1])))
            held = next(changed, None)
        elif old.has_chrom(chrom):
            draft.write(chrom, (b.values for b in old.iter_chrom_blocks([chrom], reuse=True)))


@dataclass(frozen=True)
class _OldBins:
    """The bins of one chromosome as they were."""

    track: DenseTrack
    chrom: str

    @property
    def n(self) -> int:
        return self.track.n_bins(self.chrom)

    def read(self, first: int, last: int) -> NDArray[Any]:
        """A copy of some bins; a chromosome without data has missing values."""
        if not self.track.has_chrom(self.chrom):
            return np.full(last - first, np.nan)
        width, length = self.track.bin_size, self.track.chroms.length(self.chrom)
        values = self.track.read(self.chrom, first * width, min(last * width, length))
        return np.array(present_values(self.track, values))

    def blocks(self, first: int, last: int) -> Iterator[NDArray[Any]]:
        """Copies of some bins, block by block."""
        for at in range(first, last, _BLOCK_BINS):
            yield self.read(at, min(at + _BLOCK_BINS, last))


def _overlaid(
    old: _OldBins, parts: Iterable[tuple[_Numbers, NDArray[Any]]]
) -> Iterator[NDArray[Any]]:
    """Yield all bins of a chromosome, those listed (in order) with their new values."""
    at, n = 0, old.n
    for numbers, values in parts:
        stop = int(numbers[-1]) + 1
        if isinstance(numbers, range):
            yield from old.blocks(at, numbers.start)
            yield values
        else:
            for first in range(at, stop, _BLOCK_BINS):
                last = min(first + _BLOCK_BINS, stop)
                rows = slice(*np.searchsorted(numbers, [first, last]).tolist())
                block = old.read(first, last)
                block[numbers[rows] - first] = values[rows]
                yield block
        at = stop
    yield from old.blocks(at, n)


def _require_unchanged(old: DenseTrack) -> None:
    """Complain when the file was replaced after it was opened: that change would be lost."""
    theirs, now = old._file.status, old.path.stat()
    if (theirs.st_ino, theirs.st_dev, theirs.st_mtime_ns) != (
        now.st_ino, now.st_dev, now.st_mtime_ns
    ):  # fmt: skip
        raise WriteError("was changed by somebody else meanwhile", where=old.path, fix="Try again")


def _add_line(draft: DenseDraft, old: DenseTrack, line: str) -> None:
    """Add a line to the attribute that tells how the track was made."""
    lines = [*old.attrs.get(schema.CREATED_BY, "").splitlines(), line]
    while len(lines) > 2 and sum(map(len, lines)) > _MOST_HISTORY:
        del lines[1]  # the first tells who made it
    draft.draft.h5.attrs.pop(schema.CREATED_BY, None)
    write_text(draft.draft.h5, schema.CREATED_BY, "\n".join(lines))
