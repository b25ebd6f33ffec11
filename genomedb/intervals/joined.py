"""Rows of one or two interval frames, picked and put side by side."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.intervals.chrom_columns import chrom_column
from genomedb.intervals.frame import COLUMNS

Ints = NDArray[np.int64]


def columns_of(frame: Any, spans: Spans, chroms: ChromTable) -> dict[str, Any]:
    """Columns of an interval frame as arrays, those that `spans` hold in their typed form.

    Raises
    ------
    UsageError
        When two columns have one name.
    """
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()][0]
        raise UsageError(f"column {twice} is there twice", where="intervals")
    typed: dict[str, Any] = {"chrom": spans.code, "start": spans.start, "end": spans.end}
    if spans.strand is not None:
        typed["strand"] = spans.strand.astype(np.int64)
    typed["chrom"] = chrom_column(spans.code, chroms)
    return {name: typed[name] if name in typed else _array(frame[name]) for name in frame.columns}


def extra_columns(frame: Any) -> list[Any]:
    """Names of the columns other than chrom, start and end."""
    return [name for name in frame.columns if name not in COLUMNS]


def _array(column: Any) -> Any:
    return column.to_numpy() if isinstance(column.dtype, np.dtype) else column.array


def picked(columns: dict[str, Any], rows: Ints | None) -> dict[str, Any]:
    """Some rows of each column; a row of -1 is missing, None means all rows."""
    import pandas as pd

    if rows is None:
        return columns
    fills = bool(rows.size) and int(rows.min()) < 0
    if fills:
        return {k: pd.api.extensions.take(v, rows, allow_fill=True) for k, v in columns.items()}
    return {k: v.take(rows) for k, v in columns.items()}


def second_names(first: Iterable[Any], second: Iterable[Any]) -> dict[Any, Any]:
    """What the columns of a second frame are called beside those of the first.

    chrom, start and end get a 1 behind them, others when the first frame has the name; each
    name that is still taken gets underscores.
    """
    held = set(first)
    taken = set(held)
    found: dict[Any, Any] = {}
    for name in second:
        new = f"{name}1" if name in COLUMNS or name in held else name
        found[name] = free_name(new, taken)
        taken.add(found[name])
    return found


def free_name(name: Any, taken: Iterable[Any]) -> Any:
    """The name, with underscores behind it while it is taken."""
    held = set(taken)
    while name in held:
        name = f"{name}_"
    return name
