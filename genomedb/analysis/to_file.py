"""extract_to_file: what extract gives, straight into a text table or a Parquet file."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Executor
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.analysis.extract import column_names
from genomedb.analysis.table import IN_FLIGHT, INTERVAL_ID, values_of
from genomedb.core.texts import Texts
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.expr.stream import any_stream_of
from genomedb.iterators.blocks import Block
from genomedb.iterators.pieces import Task
from genomedb.iterators.rectangles import RectBlock
from genomedb.writers.parquet import ParquetWriter
from genomedb.writers.tsv import RowWriter

_PARQUET = (".parquet", ".pq")
Column = str | NDArray[Any]


def extract_to_file(
    db: GenomeDB,
    expressions: str | Sequence[str],
    path: str | os.PathLike[str],
    scope: Any = None,
    *,
    names: Sequence[str] | None = None,
    interval_id: bool = False,
    overwrite: bool = False,
    executor: Executor | int | None = None,
    **options: Any,
) -> int:
    """Write what `extract` gives to a file, which appears when it is whole.

    Parameters
    ----------
    path : path
        ``.parquet`` is Parquet (needs pyarrow), ``.bedpe`` BEDPE of one expression over
        rectangles, with ``.`` as name and for no value; anything else text with tabs and a header.
        Text is compressed when the name ends in ``.gz`` or ``.zst``. ``"-"`` is standard output.
    interval_id : bool
        Write the column ``intervalID`` too.
    overwrite : bool
        Replace a file that is there already.

    The others are those of `extract`.

    Returns
    -------
    int
        Rows written; memory does not depend on how many.

    Raises
    ------
    UsageError, ChromError, ExpressionError, TrackNotFoundError
        As `extract`; no file is begun then.
    WriteError
        The file is there already, or cannot be written; nothing of it stays.
    MissingDependencyError
        Parquet without pyarrow.
    """
    target = Path(path)
    stream = any_stream_of(db, expressions, scope, **options)
    chosen = column_names(expressions, names)
    axes = [""] if stream.n_axes == 1 else ["1", "2"]
    places = [f"{column}{axis}" for axis in axes for column in ("chrom", "start", "end")]
    header = [*places, *chosen, *([INTERVAL_ID] if interval_id else [])]
    is_bedpe = ".bedpe" in target.suffixes
    writer: ParquetWriter | RowWriter
    if target.suffix in _PARQUET:
        writer = ParquetWriter(target, _types(places, header, chosen), overwrite=overwrite)
    elif is_bedpe:
        _check_bedpe(target, header)
        writer = RowWriter(target, empty=b".", overwrite=overwrite)
    else:
        writer = RowWriter(target, header, overwrite=overwrite)
    n = 0
    results = stream.map(values_of, executor, what=target.name, in_flight=IN_FLIGHT)
    with writer, closing(results) as parts:  # type: ignore[type-var]
        for task, values in parts:
            for block, found in _blocks(task, values):
                columns = [*_places(db, block), *(["."] if is_bedpe else []), *found]
                if interval_id:
                    columns.append(block.row + 1)
                n += len(block)
                if isinstance(writer, RowWriter):
                    writer.add(list(columns), len(block))
                else:
                    writer.add(_typed(header, columns, len(block)))
    return n


def _check_bedpe(target: Path, header: list[str]) -> None:
    """BEDPE has six columns of places, a name and one value."""
    if len(header) != 7 or "chrom2" not in header:
        raise UsageError(
            "BEDPE holds rectangles and one value", where=target,
            fix="Give one expression over a 2D scope, without intervalID, or a file called .tsv",
        )  # fmt: skip


def _types(places: list[str], header: list[str], chosen: list[str]) -> dict[str, Any]:
    """Column types of Parquet; None is text."""
    types: dict[str, Any] = dict.fromkeys(header, np.dtype(np.int64))
    types.update({name: np.dtype(np.float64) for name in chosen})
    types.update({name: None for name in places if name.startswith("chrom")})
    return types


def _blocks(task: Task, values: list[NDArray[np.float64]]) -> Any:
    """Yield each block of a task with its part of the values."""
    at = 0
    for piece in task:
        for block in piece.blocks():
            rows = slice(at, at + len(block))
            yield block, [column[rows] for column in values]
            at = rows.stop


def _places(db: GenomeDB, block: Block) -> list[Column]:
    """Chromosome, starts and ends of a block, on each axis."""
    axes = [block.axis(1), block.axis(2)] if isinstance(block, RectBlock) else [block]
    return [column for axis in axes
            for column in (db.chroms.names[axis.code], axis.start, axis.end)]  # fmt: skip


def _typed(header: list[str], columns: list[Column], n: int) -> dict[str, Any]:
    """Columns by name, a name that is the same in every row written out."""
    found: dict[str, Any] = {}
    for name, column in zip(header, columns, strict=True):
        if isinstance(column, str):
            text = np.frombuffer(column.encode(), np.uint8)
            found[name] = Texts(np.tile(text, n), np.arange(n + 1) * text.size)
        else:
            found[name] = column
    return found
