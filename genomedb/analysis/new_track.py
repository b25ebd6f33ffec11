"""What verbs that make tracks share: where they go, how they were made, and walks written down."""

from __future__ import annotations

import itertools
from collections.abc import Generator
from concurrent.futures import Executor
from contextlib import closing
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.new_pair_track import write_rectangles
from genomedb.db.database import GenomeDB
from genomedb.errors import TrackExistsError, UsageError
from genomedb.expr.stream import Evaluation, Stream2D, Walk, Work
from genomedb.iterators.blocks import Block
from genomedb.iterators.pieces import Task
from genomedb.kernels.finite import finite_float32
from genomedb.storage.describe import Provenance
from genomedb.tracks.create import Place, Storage, new_dense, new_sparse

_MOST_TEXT = 2000  # of an expression, in the attribute that tells how a track was made


def new_place(db: GenomeDB, name: str, *, overwrite: bool = False) -> Place:
    """Where a new track goes, checked before any work.

    Raises
    ------
    UsageError
        The name is no name of a track.
    TrackExistsError
        There is one of that name, and it is not to be replaced.
    """
    place = db.place(name)
    if not overwrite and place.path.exists():
        raise TrackExistsError(
            f"Track '{name}' already exists", where=place.path, fix="Remove it first"
        )
    return place


def provenance_of(
    name: str, description: str, created_by: str, verb: str, *arguments: Any, bin_size: int | None
) -> Provenance:
    """Description and origin of a new track; `created_by` defaults to ``verb(arguments)``."""
    if not isinstance(description, str):
        raise UsageError(f"description is {description!r:.40}", fix="Give a text")
    shown = ", ".join([repr(name), *(f"{argument!s:.{_MOST_TEXT}}" for argument in arguments)])
    kind = {} if bin_size is None else {"type": "dense", "binsize": str(bin_size)}
    return Provenance(
        description=description, created_by=created_by or f"{verb}({shown})", attributes=kind
    )


def checked_bin_size(bin_size: Any, *, what: str = "bin_size") -> int:
    """A bin size as int.

    Raises
    ------
    UsageError
        It is not a whole number of at least 1.
    """
    is_number = isinstance(bin_size, (int, np.integer)) and not isinstance(bin_size, bool)
    if not is_number or not 1 <= bin_size < 2**62:
        raise UsageError(f"{what} is {bin_size!r:.40}", fix="Give a whole number of bp, at least 1")
    return int(bin_size)


def first_column(evaluation: Evaluation, task: Task) -> NDArray[np.float32]:
    """Values of the first expression in all intervals of a task, as they are stored."""
    found = np.empty(sum(map(len, task)), np.float32)
    at = 0
    for piece in task:
        for block in piece.blocks():
            finite_float32(evaluation.run(block)[0], found[at : at + len(block)])
            at += len(block)
    return found


def write_walk(
    stream: Walk, place: Place, work: Work[NDArray[np.float32]], provenance: Provenance, *,
    storage: Storage | None, overwrite: bool, executor: Executor | int | None,
) -> None:  # fmt: skip
    """Make a track of what `work` finds: dense where all intervals are bins of one width.

    Rectangles make a 2D track: of points, where all are one base pair wide on both sides. Memory
    depends on neither the genome nor the number of intervals; of a 2D track, the records of one
    pair of chromosomes are held.

    Parameters
    ----------
    stream : Walk
        Over the whole genome, in the order of the database.
    place : Place
    work : callable
        ``work(evaluation, task)`` -> one value an interval.
    provenance : Provenance
    storage : Storage, optional
    overwrite : bool
    executor : Executor, int or None
    """
    names, width = place.chroms.names, stream.steps.bin_size
    options: dict[str, Any] = {
        "provenance": provenance, "storage": storage, "overwrite": overwrite
    }  # fmt: skip
    if isinstance(stream, Stream2D):
        with closing(walked_blocks(stream, work, executor, place.name)) as blocks:
            write_rectangles(stream, place, blocks, **options)
        return
    with closing(walked_blocks(stream, work, executor, place.name)) as blocks:
        by_chrom = itertools.groupby(blocks, key=lambda item: item[0].code)
        if width is None:
            with new_sparse(place, **options) as sparse:
                for code, rows in by_chrom:
                    sparse.write(names[code], ((b.start, b.end, v) for b, v in rows))
            return
        with new_dense(place, bin_size=width, **options) as dense:
            for code, rows in by_chrom:
                dense.write(names[code], map(itemgetter(1), rows))


def walked_blocks(
    stream: Walk, work: Work[NDArray[np.float32]], executor: Executor | int | None, what: str
) -> Generator[tuple[Block, NDArray[np.float32]], None, None]:
    """Each piece of the walk as one block, with its values."""
    with closing(stream.map(work, executor, what=what)) as results:  # type: ignore[type-var]
        for task, values in results:
            at = 0
            for piece in task:
                yield piece.whole(), values[at : at + len(piece)]
                at += len(piece)
