"""Values of expressions -> bedGraph and bigWig files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import Executor
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.core.spans import Spans2D
from genomedb.db.database import GenomeDB
from genomedb.errors import MissingFileError, UsageError
from genomedb.expr.stream import Evaluation, Stream, stream_of
from genomedb.intervals.setops import merge_spans
from genomedb.iterators.pieces import Task
from genomedb.iterators.scope import scope_of
from genomedb.kernels.textout import format_rows
from genomedb.virtual.definition import VirtualTrack
from genomedb.writers.bedgraph import BedGraphWriter
from genomedb.writers.bigwig import BigWigWriter
from genomedb.writers.signal import ROWS_AT_ONCE

_WHOLE: Final = re.compile(rb"(\t-?[0-9]+)\n")
_CONTROL: Final = re.compile(r'[\x00-\x1f"]')
_Part = tuple[int, NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def export_expression_bedgraph(
    db: GenomeDB,
    expression: str,
    path: str | Path,
    scope: Any = None,
    iterator: Any = None,
    *,
    name: str | None = None,
    header: bool = True,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    executor: Executor | int | None = None,
) -> None:
    """Write the values of an expression as bedGraph; intervals without a value are left out.

    Neighbours of one value stay lines of their own. Values are written with the fewest digits
    that read back to the same float64 (``1.0``, ``0.1``).

    Parameters
    ----------
    db : GenomeDB
        Where tracks and interval sets are.
    expression : str
        A track, or such as ``"np.log(chip + 1) - input"``.
    path : path
        Destination, compressed when the name ends in ``.gz`` or ``.zst``; ``"-"`` is standard
        output.
    scope : optional
        Where, default the whole genome; see `scope_of`. Bases in several rows come once, in the
        order of the database.
    iterator : optional
        How to walk, default as the expression's tracks are; see `steps_of`.
    name : str, optional
        In the ``track`` line; default the expression.
    header : bool
        Begin with a ``track`` line, which some programs refuse.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expression.
    overwrite : bool
        Replace a file of that name.
    executor : Executor, int or None
        Who evaluates; the file is the same.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        The scope, iterator or expression is not right, or has two dimensions; no file is begun.
    MissingFileError
        The folder of the file is not there.
    WriteError

    Examples
    --------
    >>> export_expression_bedgraph(db, "chip * 2", "twice.bedGraph.gz", "chr1")  # doctest: +SKIP
    """
    stream = _stream(
        db, expression, path, scope, iterator=iterator, virtual=virtual, variables=variables
    )
    sizes = list(zip(db.chroms.names, db.chroms.lengths, strict=True))
    title = _CONTROL.sub(" ", expression if name is None else str(name))
    with _Titled(path, sizes, overwrite=overwrite) as writer:
        if header:
            writer.begin(title)
        _write(stream, writer, executor)


def export_expression_bigwig(
    db: GenomeDB,
    expression: str,
    path: str | Path,
    scope: Any = None,
    iterator: Any = None,
    *,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    overwrite: bool = False,
    executor: Executor | int | None = None,
) -> None:
    """Write the values of an expression as bigWig, stored as float32, with zoom levels.

    Parameters and errors are those of `export_expression_bedgraph`; infinite values, which
    bigWig cannot hold, are a `UsageError`.

    Examples
    --------
    >>> export_expression_bigwig(db, "chip * 2", "twice.bw", iterator=100)  # doctest: +SKIP
    """
    stream = _stream(
        db, expression, path, scope, iterator=iterator, virtual=virtual, variables=variables
    )
    sizes = list(zip(db.chroms.names, db.chroms.lengths, strict=True))
    with BigWigWriter(path, sizes, overwrite=overwrite) as writer:
        _write(stream, writer, executor)


class _Titled(BedGraphWriter):
    """A bedGraph file with a ``track`` line, whose values all look like fractions."""

    def begin(self, title: str) -> None:
        """Write the ``track`` line."""
        self._out.write(f'track type=bedGraph name="{title}"\n'.encode())

    def add_runs(self, chrom: str, start: ArrayLike, end: ArrayLike, value: ArrayLike) -> None:
        """Write intervals, 0-based half-open."""
        starts, ends, values = self.checked_runs(chrom, start, end, value)
        for at in range(0, starts.size, ROWS_AT_ONCE):
            rows = slice(at, at + ROWS_AT_ONCE)
            text = format_rows(chrom.encode(), starts[rows], ends[rows], values[rows])
            self._out.write(_WHOLE.sub(rb"\1.0\n", text))


def _stream(db: GenomeDB, expression: str, path: str | Path, scope: Any, **options: Any) -> Stream:
    """Check everything before a file is begun."""
    folder = Path(path).parent
    if str(path) != "-" and not folder.is_dir():
        raise MissingFileError("there is no such folder", where=folder, fix="Make it first")
    where = scope_of(db, scope)
    if isinstance(where, Spans2D):
        raise UsageError(
            "the scope is two-dimensional", where=expression, fix="Give chrom, start and end"
        )
    once = merge_spans(where, db.chroms, unify_touching=False)
    return stream_of(db, expression, once, is_union=True, **options)


def _write(stream: Stream, writer: BedGraphWriter | BigWigWriter, executor: Any) -> None:
    names = stream.db.chroms.names
    with closing(stream.map(_present, executor, what=str(writer.path))) as results:  # type: ignore[type-var]
        for _, parts in results:
            for code, start, end, value in parts:
                writer.add_runs(names[code], start, end, value)


def _present(evaluation: Evaluation, task: Task) -> list[_Part]:
    """Chromosome, starts, ends and values of the intervals of a task that have a value."""
    found = []
    for piece in task:
        for block in piece.blocks():
            value = np.asarray(evaluation.run(block)[0], np.float64)
            kept = np.flatnonzero(~np.isnan(value))
            if kept.size:
                found.append((block.code, block.start[kept], block.end[kept], value[kept]))
    return found
