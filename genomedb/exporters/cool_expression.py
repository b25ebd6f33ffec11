"""export_expression_cool: values of an expression over the bins of a grid as .cool."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from genomedb.core.spans import Spans2D
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.exporters.cool import (
    DTYPES,
    Grid,
    check_path,
    even_grid,
    is_mcool,
    mark_mcool,
    write_cool,
)  # fmt: skip
from genomedb.expr.stream import Evaluation, Stream2D, any_stream_of
from genomedb.iterators.pieces import Task
from genomedb.iterators.rectangles import GridCells
from genomedb.iterators.touched import TouchedCells
from genomedb.tracks.pairs import PairTrack
from genomedb.virtual.definition import VirtualTrack
from genomedb.virtual.pairs import empty_value
from genomedb.writers.compressed import publish_file

_Pixels = tuple[NDArray[np.int64], NDArray[np.float64]]


def export_expression_cool(
    db: GenomeDB,
    expression: str,
    path: str | Path,
    scope: Any = None,
    *,
    bin_size: int,
    is_symmetric: bool = True,
    dtype: str = "float64",
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    band: Any = None,
    overwrite: bool = False,
) -> int:
    """Write the values of an expression of 2D tracks over a grid as .cool, or .mcool by its name.

    The expression is evaluated in every bin of the grid, as `extract` does with the iterator
    ``(bin_size, bin_size)``: a track's value is the mean of its records weighted by their area
    in the bin; `export_cool` adds up values instead. Bins without a value have no pixel; where
    those without a record have none, they are not looked at, so that the cost goes with the
    records, not with the area.

    Parameters
    ----------
    db : GenomeDB
        Where tracks are.
    expression : str
        Such as ``"np.log2(hic / control)"``.
    path : path
        File to make.
    scope : optional
        Rectangles, default the whole genome; they begin where bins do and do not overlap.
    bin_size : int
        Width of the bins.
    is_symmetric : bool
        Write the upper half only, for expressions that are the same from both sides.
    dtype : {"int32", "int64", "float32", "float64"}
        Of the values written.
    virtual, variables, band
        As in `extract`.
    overwrite : bool
        Replace a file of that name.

    Returns
    -------
    int
        Pixels written.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
    MissingDependencyError
        Without cooler.
    WriteError

    Examples
    --------
    >>> export_expression_cool(db, "hic * 2", "twice.cool", bin_size=10_000)  # doctest: +SKIP
    """
    if dtype not in DTYPES:
        raise UsageError(f"dtype {dtype!r:.40}", fix=f"Use one of: {', '.join(DTYPES)}")
    if not isinstance(bin_size, (int, np.integer)) or bin_size < 1:
        raise UsageError(f"bin_size={bin_size!r:.40} is not a whole number above 0")
    check_path(path)
    stream = any_stream_of(
        db, expression, scope, iterator=(bin_size, bin_size), virtual=virtual,
        variables=variables, band=band, is_union=True,
    )  # fmt: skip
    if not isinstance(stream, Stream2D):
        raise UsageError(
            "the scope is of one dimension", where=expression, fix="Give a scope of rectangles"
        )
    _check_scope(stream.scope, int(bin_size))
    stream = _without_empty_bins(stream, int(bin_size), is_symmetric=is_symmetric)
    grid = even_grid(db.chroms, list(db.chroms.names), int(bin_size))
    written = 0

    def counted() -> Iterator[dict[str, NDArray[Any]]]:
        nonlocal written
        find = partial(_pixels_of, grid=grid, is_symmetric=is_symmetric)
        with closing(stream.map(find, None, what=expression)) as found:  # type: ignore[type-var]
            for _, (key, value) in found:
                written += key.size
                order = np.argsort(key)
                bin1, bin2 = np.divmod(key[order], grid.start.size)
                if key.size:
                    yield {"bin1_id": bin1, "bin2_id": bin2, "count": value[order]}

    with publish_file(path, overwrite=overwrite) as part:
        blocks = counted()
        first = list(islice(blocks, 1))  # cooler cannot sort without any block
        uri = f"{part}::/resolutions/{bin_size}" if is_mcool(path) else str(part)
        write_cool(
            uri, grid, chain(first, blocks), path=path, symmetric_upper=is_symmetric,
            assembly=db.assembly, metadata={"expression": expression},
            dtypes={"count": np.dtype(dtype)}, ordered=not first,
        )  # fmt: skip
        if is_mcool(path):
            mark_mcool(uri)
    return written


def _check_scope(scope: Spans2D, bin_size: int) -> None:
    for axis in (scope.first, scope.second):
        if (axis.start % bin_size).any():
            raise UsageError(
                "the scope does not begin where a bin does", where="scope",
                fix=f"Let it begin at multiples of {bin_size}",
            )  # fmt: skip


def _without_empty_bins(stream: Stream2D, bin_size: int, *, is_symmetric: bool) -> Stream2D:
    """The same walk without bins in which no track has records, if these have no value.

    There are many more of them than of others in a map of a large genome.
    """
    plan, values = stream.plan, {}
    for name in {name for e in plan.expressions for name, _ in e.names}:
        bound = plan.virtual.get(name)
        if not plan.is_2d(name) or (bound is not None and bound.shifts is not None):
            return stream  # it may have a value where no record is
        values[name] = np.array([empty_value("avg" if bound is None else bound.function)])
    if not isinstance(stream.steps, GridCells) or not values:
        return stream
    if not all(np.isnan(each.run(values, 1)[0]) for each in plan.evaluators()):
        return stream
    tracks = cast(list[PairTrack], plan.sources())
    steps = TouchedCells(bin_size, tracks, stream.steps.band, upper=is_symmetric)
    return replace(stream, steps=steps)


def _pixels_of(evaluation: Evaluation, task: Task, grid: Grid, *, is_symmetric: bool) -> _Pixels:
    """Numbers of the pixels of a task that have a value, and values."""
    keys, values = [np.empty(0, np.int64)], [np.empty(0, np.float64)]
    for piece in task:
        for block in piece.blocks():
            value = np.asarray(evaluation.run(block)[0], np.float64)
            bins = []
            for axis in (block.axis(1), block.axis(2)):  # type: ignore[attr-defined]
                bins.append(axis.start // grid.bin_size + grid.first[axis.code])
            kept = ~np.isnan(value)
            if is_symmetric:
                kept &= bins[0] <= bins[1]
            keys.append((bins[0] * grid.start.size + bins[1])[kept])
            values.append(value[kept])
    return np.concatenate(keys), np.concatenate(values)


__all__ = ["export_expression_cool"]
