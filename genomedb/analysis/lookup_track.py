"""lookup_track: values of a table, found by the values of expressions, as a new track."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.breaks import Binning, binning_of
from genomedb.analysis.lookup import checked_table
from genomedb.analysis.new_track import new_place, provenance_of, write_walk
from genomedb.core.parallel import check_executor
from genomedb.db.database import GenomeDB
from genomedb.expr.stream import Evaluation, any_stream_of
from genomedb.iterators.pieces import Task
from genomedb.kernels.finite import finite_float32
from genomedb.tracks.create import Storage
from genomedb.virtual.definition import VirtualTrack


def lookup_track(
    db: GenomeDB,
    name: str,
    table: ArrayLike,
    expressions: str | Sequence[str],
    breaks: Any,
    *,
    include_lowest: bool = False,
    force_binning: bool = True,
    iterator: Any = None,
    description: str = "",
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: tuple[int, int] | None = None,
    created_by: str = "",
    storage: Storage | None = None,
    overwrite: bool = False,
    executor: Executor | int | None = None,
) -> None:
    """Make a track of what `lookup` finds over the whole genome.

    Parameters
    ----------
    db : GenomeDB
        Where the tracks of the expressions are, and the new one goes.
    name : str
        Of the new track.
    table, expressions, breaks, include_lowest, force_binning
        As in `lookup`.
    iterator, description, virtual, variables, band, created_by, storage, overwrite, executor
        As in `create_track`.

    Raises
    ------
    UsageError, ExpressionError, ChromError, TrackNotFoundError
        The table has not the shape of the bins; the name, breaks, iterator or an expression is
        not right. Nothing was read then.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> lookup_track(db, "levels", [10, 20], "chip", [0, 0.1, 0.2])  # doctest: +SKIP
    """
    place = new_place(db, name, overwrite=overwrite)
    check_executor(executor)
    listed, binning = binning_of(expressions, breaks, include_lowest=include_lowest)
    cells = checked_table(table, binning)
    stream = any_stream_of(
        db, listed, iterator=iterator, virtual=virtual, variables=variables, band=band
    )
    provenance = provenance_of(
        name, description, created_by, "lookup_track", "table", *map(repr, listed),
        bin_size=stream.steps.bin_size,
    )  # fmt: skip
    work = partial(_looked_up, binning, finite_float32(cells), clamp=bool(force_binning))
    write_walk(
        stream, place, work, provenance, storage=storage, overwrite=overwrite, executor=executor
    )


def _looked_up(
    binning: Binning, cells: NDArray[np.float32], evaluation: Evaluation, task: Task, *, clamp: bool
) -> NDArray[np.float32]:
    """Values of all intervals of a task."""
    parts = [
        cells[binning.numbers(evaluation.run(block), clamp=clamp)]
        for piece in task
        for block in piece.blocks()
    ]
    return np.concatenate(parts)
