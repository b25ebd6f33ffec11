"""smooth_track: the values of an expression averaged with their neighbours, as a new track."""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from contextlib import closing
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.new_track import first_column, new_place, provenance_of
from genomedb.core.parallel import check_executor
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import Stream, stream_of
from genomedb.kernels.smooth import Shape, Smoother
from genomedb.tracks.create import Storage, new_dense
from genomedb.virtual.definition import VirtualTrack

ALGORITHMS = tuple(shape.name for shape in (Shape.LINEAR_RAMP, Shape.MEAN))


def smooth_track(
    db: GenomeDB,
    name: str,
    expression: str,
    window: float,
    *,
    threshold: float = 0,
    smooth_nans: bool = False,
    algorithm: str = "LINEAR_RAMP",
    iterator: Any = None,
    description: str = "",
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    created_by: str = "",
    storage: Storage | None = None,
    overwrite: bool = False,
    executor: Executor | int | None = None,
) -> None:
    """Make a dense track of weighted means over the bins around each bin.

    With bins of B bp, the window reaches ``N = floor(window / 2 / B + 1/2)`` bins to either side.
    Bins without a value, and what lies beyond the chromosome, do not count. The time it takes
    does not depend on the window.

    Parameters
    ----------
    db : GenomeDB
        Where the tracks of the expression are, and the new one goes.
    name : str
        Of the new track.
    expression : str
        Walked in bins of one width.
    window : float
        Base pairs, above 0.
    threshold : float
        Least weight of the bins that have a value, in bins as heavy as the middle one; windows
        with less have no value.
    smooth_nans : bool
        Give a value also to bins that have none themselves.
    algorithm : {"LINEAR_RAMP", "MEAN"}
        A bin k bins away weighs N + 1 - k, or all weigh the same.
    iterator, description, virtual, variables, created_by, storage, overwrite, executor
        As in `create_track`.

    Raises
    ------
    UsageError, ExpressionError, ChromError, TrackNotFoundError
        The walk is not in bins of one width, or an argument is not right; nothing was read then.
    TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> smooth_track(db, "smoothed", "dense_track", 500)  # doctest: +SKIP
    """
    place = new_place(db, name, overwrite=overwrite)
    check_executor(executor)
    size = _number(window, "window")
    if not size > 0:
        raise UsageError(f"window is {window!r:.40}", fix="Give base pairs, above 0")
    least = _number(threshold, "threshold")
    if algorithm not in ALGORITHMS:
        raise UsageError(
            f"algorithm {algorithm!r:.40} is unknown", fix=f"Use one of: {', '.join(ALGORITHMS)}"
        )
    stream = stream_of(db, expression, iterator=iterator, virtual=virtual, variables=variables)
    width = stream.steps.bin_size
    if width is None:
        raise UsageError(
            "only bins of one width can be smoothed",
            where=expression,
            fix="Give iterator= a bin size in bp, or the name of a dense track",
        )
    reach = math.floor(min(size / 2 / width + 0.5, 2.0**52))
    provenance = provenance_of(
        name, description, created_by, "smooth_track", repr(expression), window, threshold,
        bool(smooth_nans), algorithm, bin_size=width,
    )  # fmt: skip
    names = db.chroms.names
    with (
        closing(_values(stream, executor, name)) as values,
        new_dense(
            place, bin_size=width, provenance=provenance, storage=storage, overwrite=overwrite
        ) as draft,
    ):
        for code, parts in itertools.groupby(values, key=itemgetter(0)):
            n = -(-db.chroms.lengths[code] // width)
            smoother = Smoother(
                n, reach, shape=Shape[algorithm], threshold=least, fills=bool(smooth_nans)
            )
            draft.write(names[code], iter_smoothed(map(itemgetter(1), parts), smoother))


def iter_smoothed(
    pieces: Iterable[NDArray[np.float32]], smoother: Smoother
) -> Iterator[NDArray[np.float32]]:
    """Smooth the bins of a chromosome, given from left to right.

    Parameters
    ----------
    pieces : iterable of ndarray of float32
        All bins of the chromosome.
    smoother : Smoother

    Yields
    ------
    ndarray of float32
        The next means, in pieces of another size; a few windows are held in memory.
    """
    waiting = iter(pieces)
    held, at = np.empty(0, np.float32), 0  # values from bin `at` on
    for first in range(0, smoother.n, smoother.step):
        last = min(first + smoother.step, smoother.n)
        begin, stop = smoother.needed(first, last)
        held, at = held[begin - at :], begin
        parts, have = [held], held.size
        while have < stop - begin:
            piece = next(waiting)
            parts.append(piece)
            have += piece.size
        if len(parts) > 1:
            held = np.concatenate(parts)
        yield smoother.means(held[: stop - begin], first, last)


def _values(
    stream: Stream, executor: Executor | int | None, what: str
) -> Generator[tuple[int, NDArray[np.float32]], None, None]:
    """Chromosome and values of each piece of the walk."""
    with closing(stream.map(first_column, executor, what=what)) as results:  # type: ignore[type-var]
        for task, values in results:
            at = 0
            for piece in task:
                yield piece.code, values[at : at + len(piece)]
                at += len(piece)


def _number(value: Any, what: str) -> float:
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = math.nan
    if not math.isfinite(found):
        raise UsageError(f"{what} is {value!r:.40}", fix="Give a finite number")
    return found
