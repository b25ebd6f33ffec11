"""Making interval frames: from columns, texts, tuples, centres and matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.axis import order_of
from genomedb.intervals.frame import (
    check_spans,
    empty_frame,
    frame_of,
    known_codes,
    positions_of,
    spans_of,
    strand_of,
)

if TYPE_CHECKING:
    import pandas as pd

_TEXT = r"^(?P<chrom>.+):(?P<start>[0-9][0-9,]*)-(?P<end>[0-9][0-9,]*)(?::(?P<strand>[-+.]))?$"


def intervals(
    chrom: Any, starts: Any = 0, ends: Any = -1, *, chroms: ChromTable, strand: Any = None
) -> pd.DataFrame:
    """Sorted intervals of columns; a column of one value serves all rows.

    Parameters
    ----------
    chrom : str, int or sequence
        Chromosomes in any spelling.
    starts, ends : int or sequence of int
        0-based half-open; an end of -1 is the end of the chromosome.
    chroms : ChromTable
    strand : int, str or sequence, optional
        -1, 0, 1 or ``-``, ``.``, ``+``.

    Returns
    -------
    DataFrame
        chrom, start, end, and strand when it is given.

    Raises
    ------
    UsageError
        Columns of different lengths, ``start >= end``, a bad strand.
    ChromError
        Unknown chromosome, or coordinates outside it.

    Examples
    --------
    >>> intervals(["chr2", 1], 10, [20, -1], chroms=chroms)  # doctest: +SKIP
      chrom  start   end
    0  chr1     10  1000
    1  chr2     10    20
    """
    code, start, end, signs = _broadcast(
        chrom=known_codes(_column(chrom), chroms),
        starts=positions_of(_column(starts), what="starts"),
        ends=positions_of(_column(ends), what="ends"),
        strand=np.empty(1, np.int8) if strand is None else strand_of(_column(strand)),
    )
    end = np.where(end == -1, chroms.length_array[code], end)
    spans = Spans.of(code, start, end, None if strand is None else signs)
    return _checked(spans, chroms)


def from_strings(texts: str | Sequence[str], chroms: ChromTable) -> pd.DataFrame:
    """Sorted intervals of texts ``chr1:10,000-20,000``, ``chr1:5-8:-`` or ``chr1`` (all of it).

    0-based half-open, as typed. The result has a strand when one of the texts has.

    Raises
    ------
    UsageError
        A text of another form.
    ChromError
        Unknown chromosome, or coordinates outside it.
    """
    import pandas as pd

    if not np.iterable(texts):
        raise UsageError(f"{texts!r:.60} is neither text nor a list of texts")
    column = pd.Series([texts] if isinstance(texts, str) else list(texts), dtype=object)
    if not column.size:
        return empty_frame(chroms)
    wrong = ~column.map(type).eq(str).to_numpy(bool)
    if wrong.any():
        raise UsageError(f"text {wrong.argmax()}: {column[wrong.argmax()]!r:.60} is not text")
    parts = column.str.strip().str.extract(_TEXT)
    whole = parts["start"].isna().to_numpy(bool)
    _refuse_form(column, whole, chroms)
    code = known_codes(parts["chrom"].where(~whole, column.str.strip()), chroms, what="text")
    edges = {}
    for name in ("start", "end"):
        digits = parts[name].where(~whole, "0").str.replace(",", "", regex=False)
        if (digits.str.len() > 18).any():
            row = int((digits.str.len() > 18).argmax())
            raise ChromError(f"text {row}: {column[row]!r:.60} lies outside its chromosome")
        edges[name] = digits.to_numpy(object).astype(np.int64)
    end = np.where(whole, chroms.length_array[code], edges["end"])
    strand = None
    if parts["strand"].notna().any():
        strand = strand_of(parts["strand"].where(parts["strand"].notna(), "."))
    return _checked(Spans.of(code, edges["start"], end, strand), chroms, what="text")


def _refuse_form(column: Any, whole: NDArray[np.bool_], chroms: ChromTable) -> None:
    """Raise for the first text with a colon that is neither an interval nor a chromosome."""
    for row in np.flatnonzero(whole & column.str.contains(":", regex=False).to_numpy(bool)):
        if chroms.find(column[row].strip()) < 0:
            raise UsageError(
                f"text {row}: {column[row]!r:.60} is not an interval",
                fix="Write chrom:start-end, chrom:start-end:+ or chrom",
            )


def from_tuples(
    rows: Sequence[Any] | None, chroms: ChromTable, *, strand: Any = None
) -> pd.DataFrame:
    """Sorted intervals of tuples (chrom, start, end), (chrom, start, end, strand), or mappings.

    Parameters
    ----------
    rows : sequence
        All of one form. Mappings have those names as keys.
    chroms : ChromTable
    strand : int, str or sequence, optional
        For rows that have none.

    Raises
    ------
    UsageError
        Rows of different forms, and for what `intervals` refuses.
    """
    if rows is not None and not np.iterable(rows):
        raise UsageError(f"{rows!r:.60} is no list of rows")
    rows = list(rows if rows is not None else ())
    if not rows:
        return empty_frame(chroms)
    if all(isinstance(row, Mapping) for row in rows):
        return _of_mappings(rows, chroms, strand)
    sizes = {len(row) if isinstance(row, (tuple, list)) else 0 for row in rows}
    if not sizes <= {3, 4} or len(sizes) > 1:
        raise UsageError("rows must all be (chrom, start, end), or all (chrom, start, end, strand)")
    chrom, start, end, *more = zip(*rows, strict=True)
    if more and strand is not None:
        raise UsageError("strand is given twice", fix="Leave strand out of the rows or the call")
    return intervals(
        list(chrom), list(start), list(end), chroms=chroms, strand=list(more[0]) if more else strand
    )


def _of_mappings(rows: list[Mapping[str, Any]], chroms: ChromTable, strand: Any) -> pd.DataFrame:
    keys = set(rows[0])
    if not {"chrom", "start", "end"} <= keys or any(set(row) != keys for row in rows):
        raise UsageError("each row must have the same keys, chrom, start and end among them")
    if "strand" in keys:
        strand = [row["strand"] for row in rows]
    chrom, start, end = ([row[key] for row in rows] for key in ("chrom", "start", "end"))
    return intervals(chrom, start, end, chroms=chroms, strand=strand)


def whole_genome(chroms: ChromTable) -> pd.DataFrame:
    """Every chromosome from end to end, in database order."""
    return frame_of(Spans.whole(chroms), chroms)


def window(chrom: Any, centers: Any, half_width: int, *, chroms: ChromTable) -> pd.DataFrame:
    """Intervals ``[center - half_width, center + half_width)``, cut at the chromosome's ends.

    Rows keep their order.

    Raises
    ------
    UsageError
        When half_width is below 1.
    ChromError
        Unknown chromosome, or a window that lies outside it.
    """
    if not hasattr(half_width, "__index__") or np.ndim(half_width) or half_width < 1:
        raise UsageError(
            f"half_width={half_width!r:.40}", fix="It must be a whole number, at least 1"
        )
    code, center = _broadcast(
        chrom=known_codes(_column(chrom), chroms),
        centers=positions_of(_column(centers), what="centers"),
    )
    length = chroms.length_array[code]
    start, end = np.maximum(center - half_width, 0), np.minimum(center + half_width, length)
    outside = start >= end
    if outside.any():
        i = int(outside.argmax())
        name = chroms.names[code[i]]
        raise ChromError(
            f"row {i}: the window around {center[i]} lies outside {name}",
            where="centers",
            fix=f"{name} is {chroms.lengths[code[i]]} bp long",
        )
    return frame_of(Spans(code, start, end), chroms, copy=False)


def concat(frames: Sequence[Any], chroms: ChromTable) -> pd.DataFrame:
    """The rows of several interval frames, one frame behind the other.

    Raises
    ------
    UsageError
        When their columns differ, and for bad intervals (see `spans_of`).
    """
    import pandas as pd

    frames = [frame for frame in frames if frame is not None]
    if not frames:
        return empty_frame(chroms)
    all_spans = [spans_of(f, chroms, what=f"intervals {i}") for i, f in enumerate(frames, 1)]
    columns = list(frames[0].columns)
    for i, frame in enumerate(frames[1:], 2):
        if set(frame.columns) != set(columns):
            differ = sorted(map(str, set(frame.columns) ^ set(columns)))
            raise UsageError(
                f"column {differ[0]} is not in all of the intervals", where=f"intervals {i}"
            )
    parts = [frame[columns] for frame in frames]
    for part in parts:
        part.attrs = {}  # pandas cannot put those of `canonical` together
    joined = pd.concat(parts, ignore_index=True)
    code, start, end = (
        np.concatenate([getattr(s, name) for s in all_spans]) for name in ("code", "start", "end")
    )
    made = frame_of(Spans(code, start, end), chroms, copy=False)
    if "strand" in columns:
        strands = [s.strand for s in all_spans if s.strand is not None]
        made["strand"] = np.concatenate(strands).astype(np.int64)
    rest = [name for name in columns if name not in made.columns]
    return pd.concat([made, joined[rest]], axis=1)[columns] if rest else made[columns]


# ---- pieces


def _column(values: Any) -> Any:
    """A column of a scalar or of a sequence."""
    import pandas as pd

    if isinstance(values, pd.Series):
        return values.reset_index(drop=True)
    try:
        n_axes = 0 if isinstance(values, str) else np.ndim(values)
    except ValueError:  # lists of lists of different lengths
        n_axes = 2
    if n_axes > 1:
        raise UsageError(f"{values!r:.60} is neither one value nor a list of values")
    return pd.Series([values] if n_axes == 0 else values)


def _broadcast(**columns: NDArray[Any]) -> list[NDArray[Any]]:
    """Columns of one length; those of one value are repeated."""
    sizes = {name: column.size for name, column in columns.items() if column.size != 1}
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{size} {name}" for name, size in sizes.items())
        raise UsageError(f"the columns differ in length: {told}", fix="Give one value, or as many")
    n = next(iter(sizes.values()), 1)
    return [column if column.size == n else np.repeat(column, n) for column in columns.values()]


def _checked(spans: Spans, chroms: ChromTable, *, what: str = "intervals") -> pd.DataFrame:
    check_spans(spans, chroms, what=what)
    return frame_of(spans[order_of(spans, chroms)], chroms, copy=False)
