"""create_track: the values of an expression as a new track."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from typing import Any

from genomedb.analysis.new_track import first_column, new_place, provenance_of, write_walk
from genomedb.core.parallel import check_executor
from genomedb.db.database import GenomeDB
from genomedb.expr.stream import any_stream_of
from genomedb.tracks.create import Storage
from genomedb.virtual.definition import VirtualTrack


def create_track(
    db: GenomeDB,
    name: str,
    expression: str,
    *,
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
    """Make a track of the values that an expression has over the whole genome.

    Bins of one width make a dense track, other intervals a sparse one. Values are float32;
    infinite ones are stored as missing, and intervals without a value stay records of a sparse
    track. When anything fails, nothing is left behind.

    Parameters
    ----------
    db : GenomeDB
        Where the tracks of the expression are, and the new one goes.
    name : str
        Of the new track.
    expression : str
        Such as ``"np.log(chip + 1) - input"``.
    iterator : optional
        How to walk, default as the expression's tracks are; see `steps_of` and `steps2d_of`.
        Rectangles make a 2D track.
    description : str
        For people.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expression.
    band : (int, int), optional
        Of two-dimensional walks, see `any_stream_of`.
    created_by : str
        Kept as the attribute ``created.by``; default the call.
    storage : Storage, optional
        Codec and chunks; ``Storage(compression=None)`` is faster to write, and larger.
    overwrite : bool
        Replace a track of that name, which the expression may name too.
    executor : Executor, int or None
        Who evaluates; the track is the same.

    Raises
    ------
    UsageError, ExpressionError, ChromError, TrackNotFoundError
        The name, iterator or expression is not right; nothing was read then.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> create_track(db, "signal", "np.log(chip + 1) - input", iterator=100)  # doctest: +SKIP
    """
    place = new_place(db, name, overwrite=overwrite)
    check_executor(executor)
    stream = any_stream_of(
        db, expression, iterator=iterator, virtual=virtual, variables=variables, band=band
    )
    provenance = provenance_of(
        name, description, created_by, "create_track", repr(expression),
        f"iterator={iterator if isinstance(iterator, (int, str)) else type(iterator).__name__}",
        bin_size=stream.steps.bin_size,
    )  # fmt: skip
    write_walk(
        stream,
        place,
        first_column,
        provenance,
        storage=storage,
        overwrite=overwrite,
        executor=executor,
    )
