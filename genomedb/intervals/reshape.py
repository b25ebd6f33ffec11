"""Changing the extent of intervals, and tables of values by interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.intervals.frame import COLUMNS, positions_of, raw_spans, require_columns, spans_of
from genomedb.intervals.joined import columns_of

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]


def clip_spans(spans: Spans, chroms: ChromTable) -> tuple[Spans, Ints]:
    """Spans cut at the ends of their chromosomes, and the rows of which something is left.

    Codes of -1 and spans outside their chromosome are dropped.
    """
    length = np.append(chroms.length_array, 0)[spans.code]  # the last for code -1
    start, end = np.maximum(spans.start, 0), np.minimum(spans.end, length)
    rows = np.flatnonzero(start < end)
    return Spans(spans.code, start, end, spans.strand)[rows], rows


def resize_spans(spans: Spans, size: int | Ints, chroms: ChromTable) -> Spans:
    """Spans of the given sizes around the same centres, ``(start + end - size) // 2`` onwards.

    At the ends of a chromosome they are moved inside; one that is larger than its chromosome
    becomes the chromosome.
    """
    length = chroms.length_array[spans.code]
    start = (spans.start + spans.end - size) // 2
    start = np.maximum(np.minimum(start, length - size), 0)
    return Spans(spans.code, start, np.minimum(start + size, length), spans.strand)


def force_range(frame: Any, chroms: ChromTable) -> pd.DataFrame:
    """Intervals cut at the ends of their chromosomes, with all their columns.

    Rows that are empty then, and rows on unknown chromosomes, are dropped.

    Raises
    ------
    UsageError
        Missing columns, missing or fractional coordinates.
    """
    spans, rows = clip_spans(raw_spans(frame, chroms), chroms)
    return _with_spans(frame, spans, chroms, rows)


def normalize(frame: Any, size: int | Sequence[int], chroms: ChromTable) -> pd.DataFrame:
    """Intervals of a fixed size around the centres of the given ones, with all their columns.

    Parameters
    ----------
    frame : DataFrame
    size : int or sequence of int
        In bp; a sequence has one size for each row, or repeats a single row.
    chroms : ChromTable

    Returns
    -------
    DataFrame
        From ``(start + end - size) // 2`` on; moved inside at the ends of a chromosome, and
        the whole chromosome when `size` is larger.

    Raises
    ------
    UsageError
        A size below 1, or sizes that fit neither the rows nor a single row.
    """
    import pandas as pd

    spans = spans_of(frame, chroms)
    scalar = np.ndim(size) == 0 if hasattr(size, "ndim") else not np.iterable(size)
    if np.iterable(size) and (isinstance(size, str) or getattr(size, "ndim", 1) > 1):
        raise UsageError(f"size={size!r:.60}", fix="Give one size, or one a row")
    sizes = positions_of(pd.Series([size] if scalar else size), what="size")
    if sizes.size and sizes.min() < 1:
        raise UsageError(f"size={sizes.min()}", fix="Sizes must be at least 1")
    rows = np.arange(len(spans))
    if scalar:
        sizes = np.repeat(sizes, len(spans))
    elif len(spans) == 1:
        rows = np.zeros(sizes.size, np.int64)
    elif sizes.size != len(spans):
        raise UsageError(
            f"{sizes.size} sizes for {len(spans)} intervals", fix="Give one size, or one a row"
        )
    return _with_spans(frame, resize_spans(spans[rows], sizes, chroms), chroms, rows)


def _with_spans(frame: Any, spans: Spans, chroms: ChromTable, rows: Ints) -> pd.DataFrame:
    """Rows of a frame with other places."""
    import pandas as pd

    return pd.DataFrame(columns_of(frame.iloc[rows], spans, chroms))


# ---- tables of values


def to_matrix(
    frame: Any,
    *,
    id_column: str | None = None,
    value_columns: Sequence[str] | None = None,
    labels: bool = True,
) -> pd.DataFrame:
    """Values by interval: the places become the index.

    Parameters
    ----------
    frame : DataFrame
        chrom, start, end and columns of values.
    id_column : str, optional
        Column that becomes the first level of the index.
    value_columns : sequence of str, optional
        Columns to keep; None means all but the places, ``intervalID`` and `id_column`, which
        must then be numbers.
    labels : bool
        False leaves a RangeIndex.

    Raises
    ------
    UsageError
        Missing columns, or a column that is not of numbers among those chosen by default.
    """
    import pandas as pd

    levels = [*([id_column] if id_column is not None else []), *COLUMNS]
    require_columns(frame, (*levels, *(value_columns or ())))
    wanted = value_columns
    if wanted is None:
        left_out = {*levels, "intervalID"}
        wanted = [name for name in frame.columns if name not in left_out]
        texts = [n for n in wanted if not pd.api.types.is_numeric_dtype(frame[n])]
        if texts:
            raise UsageError(f"column {texts[0]} is not of numbers", fix="Give value_columns")
    values: pd.DataFrame = frame[list(wanted)]
    if not labels:
        return values.reset_index(drop=True)
    return values.set_axis(pd.MultiIndex.from_frame(frame[levels]), axis=0)


def from_matrix(matrix: Any) -> pd.DataFrame:
    """Interval frame of what `to_matrix` made; an id level is dropped.

    Raises
    ------
    UsageError
        When the index does not end in chrom, start and end.
    """
    import pandas as pd

    names = list(getattr(getattr(matrix, "index", None), "names", []))
    if tuple(names[-3:]) != COLUMNS:
        raise UsageError(
            "the index has no levels chrom, start, end", fix="Make it by to_matrix with labels"
        )
    places: pd.DataFrame = matrix.index.to_frame(index=False)[list(COLUMNS)]
    return pd.concat([places, matrix.reset_index(drop=True)], axis=1)
