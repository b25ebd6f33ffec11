"""Rectangles between DataFrames and arrays: an interval on each of two axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans, Spans2D
from genomedb.errors import UsageError
from genomedb.intervals.chrom_columns import chrom_column
from genomedb.intervals.frame import (
    check_spans,
    chrom_codes,
    few_spans,
    require_columns,
    spans_of,
)
from genomedb.kernels.rectangles import first_overlap

if TYPE_CHECKING:
    import pandas as pd

COLUMNS_2D = ("chrom1", "start1", "end1", "chrom2", "start2", "end2")
_MAX_PAIRS = 10**8


def is_2d(frame: Any) -> bool:
    """Does a frame have the columns of rectangles?

    Examples
    --------
    >>> names = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
    >>> is_2d(pd.DataFrame(columns=names))  # doctest: +SKIP
    True
    """
    is_frame = hasattr(frame, "iloc") and hasattr(frame, "columns")
    return is_frame and set(COLUMNS_2D) <= set(frame.columns)


# ---- in


def spans2d_of(frame: Any, chroms: ChromTable, *, what: str = "intervals") -> Spans2D:
    """Checked arrays of a DataFrame of rectangles, in the order of its rows.

    Parameters
    ----------
    frame : DataFrame
        Columns ``chrom1 start1 end1 chrom2 start2 end2``; 0-based half-open. Others are not
        looked at.
    chroms : ChromTable
    what : str
        Name of the argument, for messages.

    Raises
    ------
    UsageError
        Missing column, missing or fractional coordinates, ``start >= end``.
    ChromError
        Unknown chromosome, or coordinates outside it.
    """
    require_columns(frame, COLUMNS_2D, what=what)
    return Spans2D(_axis_of(frame, 1, chroms, what), _axis_of(frame, 2, chroms, what))


def _axis_of(frame: Any, axis: int, chroms: ChromTable, what: str) -> Spans:
    few = few_spans(frame, chroms, (f"chrom{axis}", f"start{axis}", f"end{axis}"))
    if few is not None and (few.code >= 0).all():
        check_spans(few, chroms, what=f"{what}, axis {axis}")
        return few
    import pandas as pd

    one = {name: frame[f"{name}{axis}"] for name in ("chrom", "start", "end")}
    return spans_of(pd.DataFrame(one, copy=False), chroms, what=f"{what}, axis {axis}")


def intervals_2d(
    chroms1: Any,
    starts1: Any = 0,
    ends1: Any = -1,
    chroms2: Any = None,
    starts2: Any = 0,
    ends2: Any = -1,
    *,
    chroms: ChromTable,
) -> pd.DataFrame:
    """Make rectangles from names and positions.

    Parameters
    ----------
    chroms1, chroms2 : str, int or sequence
        Chromosomes in any spelling; `chroms2` is `chroms1` by default.
    starts1, ends1, starts2, ends2 : int or sequence
        0-based half-open; an end of -1 is the end of the chromosome. Single values go with
        every row.
    chroms : ChromTable

    Returns
    -------
    DataFrame
        ``chrom1 start1 end1 chrom2 start2 end2``, sorted by both chromosomes, then both starts.

    Raises
    ------
    UsageError
        Columns of other lengths, or ``start >= end``.
    ChromError
        Unknown chromosome, or coordinates outside it.

    Examples
    --------
    >>> intervals_2d(["chr2", "chrX"], 10, [300, 100], 1, chroms=table)  # doctest: +SKIP
    """
    import pandas as pd

    columns = [chroms1, starts1, ends1, chroms1 if chroms2 is None else chroms2, starts2, ends2]
    listed = [_listed(values) for values in columns]
    n = next((len(values) for values in listed if len(values) != 1), 1)
    for name, values in zip(COLUMNS_2D, listed, strict=True):
        if len(values) not in (1, n):
            raise UsageError(
                f"{name} has {len(values)} values, others have {n}",
                fix="Give one value, or one for each row",
            )
    made = {
        name: pd.Series(values * n if len(values) == 1 else values)
        for name, values in zip(COLUMNS_2D, listed, strict=True)
    }
    for axis in (1, 2):
        made[f"end{axis}"] = _ends(made[f"chrom{axis}"], made[f"end{axis}"], chroms)
    return frame2d_of(spans2d_of(pd.DataFrame(made), chroms).sorted(), chroms)


def _listed(values: Any) -> list[Any]:
    scalar = isinstance(values, (str, bytes)) or not hasattr(values, "__iter__")
    return [values] if scalar else list(values)


def _ends(names: Any, ends: Any, chroms: ChromTable) -> Any:
    """Ends with -1 replaced by the length of the chromosome; others are checked later."""
    code = chrom_codes(names, chroms)
    length = np.append(chroms.length_array, -1)[code]
    return ends.where(ends != -1, length)


def whole_spans2d(chroms: ChromTable, *, mode: Literal["diagonal", "full"] = "diagonal") -> Spans2D:
    """Whole chromosome pairs as arrays; see `whole_genome_2d`."""
    n = len(chroms)
    if mode not in ("diagonal", "full"):
        raise UsageError(f"mode {mode!r} is not known", fix="Use 'diagonal' or 'full'")
    if mode == "diagonal":
        whole = Spans.whole(chroms)
        return Spans2D(whole, whole)
    if n * n > _MAX_PAIRS:
        raise UsageError(
            f"{n} chromosomes have {n * n} pairs, too many to list",
            fix="Give the pairs of interest, or mode 'diagonal'",
        )
    every, length = np.arange(n), chroms.length_array
    return Spans2D(_whole(np.repeat(every, n), length), _whole(np.tile(every, n), length))


def _whole(code: NDArray[np.int64], length: NDArray[np.int64]) -> Spans:
    return Spans.of(code, np.zeros(code.size, np.int64), length[code])


def whole_genome_2d(
    chroms: ChromTable, *, mode: Literal["diagonal", "full"] = "diagonal"
) -> pd.DataFrame:
    """Whole chromosome pairs.

    Parameters
    ----------
    chroms : ChromTable
    mode : {"diagonal", "full"}
        Each chromosome with itself, or every ordered pair.

    Returns
    -------
    DataFrame
        ``chrom1 start1 end1 chrom2 start2 end2``, sorted.

    Raises
    ------
    UsageError
        For another mode, or more pairs than can be listed.
    """
    return frame2d_of(whole_spans2d(chroms, mode=mode), chroms)


def rows_that_overlap(spans2d: Spans2D, chroms: ChromTable) -> tuple[int, int] | None:
    """Two rectangles that share a base pair, None when no two do.

    Takes O(n log n) whatever the rectangles.
    """
    a, b = spans2d.first, spans2d.second
    plane = a.code * len(chroms) + b.code
    return first_overlap(plane, (a.start, a.end), (b.start, b.end))


def require_disjoint_2d(spans2d: Spans2D, chroms: ChromTable, *, what: str = "intervals") -> None:
    """Raise `UsageError` when two rectangles share a base pair, naming both."""
    found = rows_that_overlap(spans2d, chroms)
    if found is None:
        return
    shown = [described(spans2d, i, chroms) for i in found]
    raise UsageError(
        f"row {found[0]} ({shown[0]}) and row {found[1]} ({shown[1]}) overlap",
        where=what,
        fix="Rectangles must not overlap here",
    )


def described(spans2d: Spans2D, row: int, chroms: ChromTable) -> str:
    """One rectangle as text, ``chr1:0-10 x chr2:5-9``."""
    axes = (spans2d.first, spans2d.second)
    return " x ".join(f"{chroms.names[s.code[row]]}:{s.start[row]}-{s.end[row]}" for s in axes)


# ---- out


def frame2d_of(
    spans2d: Spans2D, chroms: ChromTable, columns: Mapping[str, Any] | None = None
) -> pd.DataFrame:
    """DataFrame of rectangles in the order given, with a fresh RangeIndex.

    Parameters
    ----------
    spans2d : Spans2D, shape (n,)
    chroms : ChromTable
    columns : mapping of str to array of shape (n,), optional
        Further columns, in order.

    Returns
    -------
    DataFrame
        ``chrom1 start1 end1 chrom2 start2 end2``, then `columns`. Chromosomes are categoricals
        of all names in database order, positions int64.
    """
    import pandas as pd

    made: dict[str, Any] = {}
    for axis, spans in ((1, spans2d.first), (2, spans2d.second)):
        made[f"chrom{axis}"] = chrom_column(spans.code, chroms)
        made[f"start{axis}"], made[f"end{axis}"] = spans.start, spans.end
    return pd.DataFrame({**made, **(columns or {})})
