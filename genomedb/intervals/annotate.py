"""Columns of the nearest annotation, put behind intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.intervals.axis import order_of
from genomedb.intervals.frame import spans_of
from genomedb.intervals.joined import Ints, columns_of, extra_columns, picked
from genomedb.intervals.nearest import check_distance, k_nearest
from genomedb.intervals.neighbors import with_lonely

if TYPE_CHECKING:
    import pandas as pd

TIES = ("first", "min.start", "min.end")


def annotate(
    frame: Any,
    annotation: Any,
    chroms: ChromTable,
    *,
    columns: Sequence[str] | None = None,
    column_names: Sequence[str] | None = None,
    dist_column: str | None = "dist",
    max_dist: float = math.inf,
    na_value: Any = math.nan,
    max_neighbors: int = 1,
    tie_method: Literal["first", "min.start", "min.end"] = "first",
    overwrite: bool = False,
    keep_order: bool = True,
    min_dist: float = -math.inf,
    max_signed_dist: float = math.inf,
    use_first_strand: bool = False,
) -> pd.DataFrame:
    """The intervals, with columns of the nearest annotation of each.

    Parameters
    ----------
    frame, annotation : DataFrame
    chroms : ChromTable
    columns : sequence of str, optional
        Columns of `annotation` to copy; None means all but chrom, start and end.
    column_names : sequence of str, optional
        What they are called in the result.
    dist_column : str or None
        Column for the distance (float64, bp; sign as in `k_nearest`); None for no such column.
    max_dist : float
        Annotations whose absolute distance is larger are not copied; the distance is then NaN.
    na_value : scalar or mapping of str to scalar
        Value where nothing is copied, for all columns or by name of the result's column.
    max_neighbors : int
        Nearest annotations to consider; each that is found makes a row.
    tie_method : {"first", "min.start", "min.end"}
        Which of annotations at one distance goes first: by row, by start, or by end.
    overwrite : bool
        Whether columns of the intervals may be replaced.
    keep_order : bool
        False sorts the result by place.
    min_dist, max_signed_dist : float
        Smallest and largest signed distance that counts.
    use_first_strand : bool
        See `k_nearest`.

    Returns
    -------
    DataFrame
        Rows of `frame`, each at least once.

    Raises
    ------
    UsageError
        Unknown column or `tie_method`, names that do not fit `columns`, or a name that `frame`
        has already.
    """
    import pandas as pd

    spans = spans_of(frame, chroms)
    notes = spans_of(annotation, chroms, what="annotation")
    names = _names(annotation, columns, column_names)
    for what, value in (
        ("max_dist", max_dist), ("min_dist", min_dist), ("max_signed_dist", max_signed_dist),
    ):  # fmt: skip
        check_distance(value, what)
    if not isinstance(tie_method, str) or tie_method not in TIES:
        raise UsageError(
            f'tie_method="{tie_method!s:.40}" is unknown', fix=f"Use {', '.join(TIES)}"
        )
    added = [*names.values(), *([dist_column] if dist_column is not None else [])]
    _refuse_clash(frame, added, overwrite=overwrite)
    rank = _rank(notes, tie_method)
    i, j, away = k_nearest(
        spans, notes if rank is None else notes[rank], chroms, k=max_neighbors,
        min_dist=max(min_dist, -max_dist), max_dist=min(max_signed_dist, max_dist),
        use_first_strand=use_first_strand,
    )  # fmt: skip
    j = j if rank is None else rank[j]
    i, j, dist = with_lonely(len(spans), i, j, away.astype(np.float64))
    if not keep_order:
        by_place = order_of(spans[i], chroms)
        i, j, dist = i[by_place], j[by_place], dist[by_place]
    made = picked(columns_of(frame, spans, chroms), i)
    copied = columns_of(annotation, notes, chroms)
    for name, new in names.items():
        value = na_value.get(new, math.nan) if isinstance(na_value, Mapping) else na_value
        made[new] = _filled(copied[name], j, value)
    if dist_column is not None:
        made[dist_column] = dist
    return pd.DataFrame(made)


def _names(
    annotation: Any, columns: Sequence[str] | None, column_names: Sequence[str] | None
) -> dict[str, str]:
    """Column of the annotation -> column of the result."""
    for argument, given in (("columns", columns), ("column_names", column_names)):
        if isinstance(given, str):
            raise UsageError(f'{argument}="{given}" is one text', fix=f'Give ["{given}"]')
    wanted = extra_columns(annotation) if columns is None else list(columns)
    absent = [name for name in wanted if name not in annotation.columns]
    if absent:
        held = ", ".join(map(str, annotation.columns))
        raise UsageError(f"annotation has no column {absent[0]}", fix=f"It has {held}")
    called = wanted if column_names is None else list(column_names)
    if len(called) != len(wanted) or len(set(called)) != len(called):
        raise UsageError(
            f"column_names has {len(called)} names for {len(wanted)} columns",
            fix="Give one different name for each",
        )
    return dict(zip(wanted, called, strict=True))


def _refuse_clash(frame: Any, added: list[str], *, overwrite: bool) -> None:
    places = [name for name in added if name in ("chrom", "start", "end")]
    taken = [name for name in added if name in frame.columns]
    if places or len(set(added)) != len(added):
        raise UsageError(
            f"columns {', '.join(added)} cannot be added", fix="Choose other column_names"
        )
    if taken and not overwrite:
        raise UsageError(
            f"the intervals have a column {taken[0]} already",
            fix="Choose another name (column_names, dist_column), or overwrite=True",
        )


def _rank(notes: Spans, tie_method: str) -> Ints | None:
    """Order that makes ties by row the ties asked for; None for the order there is."""
    if tie_method == "first":
        return None
    key = notes.start if tie_method == "min.start" else notes.end
    return np.argsort(key, kind="stable").astype(np.int64, copy=False)


def _filled(values: Any, rows: Ints, na_value: Any) -> Any:
    """Values of rows, and `na_value` where the row is -1."""
    import pandas as pd

    missing = rows < 0
    if not missing.any():
        return values.take(rows)
    if isinstance(na_value, float) and math.isnan(na_value):
        return pd.api.extensions.take(values, rows, allow_fill=True)
    if not len(values):
        return [na_value] * rows.size
    found = pd.Series(values.take(np.where(missing, 0, rows)))
    is_text = isinstance(found.dtype, pd.StringDtype) and isinstance(na_value, str)
    if not isinstance(found.dtype, np.dtype) and not is_text:
        found = found.astype(object)  # holds any value
    return found.mask(missing, na_value).array
