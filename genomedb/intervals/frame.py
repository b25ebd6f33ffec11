"""Intervals between DataFrames and arrays: columns checked on the way in, typed on the way out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans
from genomedb.errors import ChromError, UsageError
from genomedb.intervals.chrom_columns import chrom_column

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("chrom", "start", "end")
STRAND_OF = {"+": 1, "-": -1, ".": 0, "*": 0, "1": 1, "-1": -1, "0": 0}
_MAX_POSITION = 2.0**62
_MANY_ROWS = 50_000
_FEW_ROWS, _FEW_COLUMNS = 16, 8
_NUMBERS = {"integer": np.int64, "floating": np.float64, "mixed-integer-float": np.float64}


# ---- in


def spans_of(
    frame: Any,
    chroms: ChromTable,
    *,
    what: str = "intervals",
    unknown: Literal["error", "drop"] = "error",
) -> Spans:
    """Checked arrays of an interval DataFrame, in the order of its rows.

    Parameters
    ----------
    frame : DataFrame
        Columns ``chrom`` (any spelling of a chromosome: 1, ``"1"``, ``"chr1"``), ``start``,
        ``end``, and optionally ``strand`` (-1, 0, 1, or ``"-"``, ``"."``, ``"+"``).
        0-based half-open.
    chroms : ChromTable
    what : str
        Name of the argument, for messages.
    unknown : {"error", "drop"}
        What becomes of rows on chromosomes that `chroms` does not have.

    Returns
    -------
    Spans
        The arrays may share memory with the frame; do not write into them.

    Raises
    ------
    UsageError
        Missing column, missing or fractional coordinates, bad strand, ``start >= end``.
    ChromError
        Unknown chromosome, or coordinates outside it.

    Examples
    --------
    >>> frame = pd.DataFrame({"chrom": [1], "start": [0], "end": [9]})  # doctest: +SKIP
    >>> spans_of(frame, chroms).code  # doctest: +SKIP
    array([0])
    """
    if (few := few_spans(frame, chroms, inside=True)) is not None:
        return few
    spans = raw_spans(frame, chroms, what=what)
    missing = spans.code < 0
    if missing.any():
        if unknown == "drop":
            spans = spans[~missing]
        else:
            row = int(missing.argmax())
            _refuse_chrom(frame["chrom"].iloc[row], chroms, f"{what}, row {row}")
    check_spans(spans, chroms, what=what)
    return spans


def raw_spans(frame: Any, chroms: ChromTable, *, what: str = "intervals") -> Spans:
    """Arrays of an interval DataFrame, places unchecked; code -1 for unknown chromosomes.

    Raises
    ------
    UsageError
        Missing column, missing or fractional coordinates, bad strand.
    """
    if (few := few_spans(frame, chroms)) is not None:
        return few
    require_columns(frame, COLUMNS, what=what)
    code = chrom_codes(frame["chrom"], chroms, what=f"{what}: column chrom")
    start = positions_of(frame["start"], what=f"{what}: column start")
    end = positions_of(frame["end"], what=f"{what}: column end")
    strand = strand_of(frame["strand"], what=what) if "strand" in frame.columns else None
    return Spans(code, start, end, strand)


def few_spans(
    frame: Any, chroms: ChromTable, names: tuple[str, str, str] = COLUMNS, *, inside: bool = False
) -> Spans | None:
    """As `raw_spans`, value by value: to look at columns takes longer. None for unusual values.

    The columns are called `names`; if `inside`, places off the chromosomes give None too.
    """
    if not hasattr(frame, "columns") or not hasattr(frame, "to_numpy"):
        return None
    n_rows, n_columns = frame.shape
    if not (0 < n_rows <= _FEW_ROWS and 0 < n_columns <= _FEW_COLUMNS):
        return None
    columns = frame.columns
    if "strand" in columns or not all(name in columns for name in names):
        return None
    at = [columns.get_loc(name) for name in names]
    if not all(type(i) is int for i in at):  # a column is there twice
        return None
    places = np.empty((3, n_rows), np.int64)
    for i, (chrom, start, end) in enumerate(zip(*_values_of(frame, at), strict=True)):
        if type(chrom) is not str or type(start) is not int or type(end) is not int:
            return None
        if not -_MAX_POSITION < start < _MAX_POSITION or abs(end) > _MAX_POSITION:
            return None
        places[:, i] = code, _, _ = chroms.find(chrom), start, end
        if inside and not (code >= 0 and 0 <= start < end <= chroms.lengths[code]):
            return None
    return Spans(places[0], places[1], places[2])


def _values_of(frame: Any, at: list[int]) -> list[list[Any]]:
    """Columns of a small frame, without the look that pandas takes at all of it, if it can."""
    known = getattr(frame, "_get_column_array", None)
    if known is None:
        return [list(column) for column in frame.to_numpy()[:, at].T]
    chrom, start, end = map(known, at)
    return [list(chrom), start.tolist(), end.tolist()]


def require_columns(frame: Any, names: tuple[str, ...], *, what: str = "intervals") -> None:
    """Raise `UsageError` unless `frame` is a DataFrame that has each column once."""
    if not hasattr(frame, "columns") or not hasattr(frame, "iloc"):
        raise UsageError(
            f"{type(frame).__name__} is not a DataFrame",
            where=what,
            fix=f"Needs {', '.join(names)}",
        )
    held = list(frame.columns)
    absent = [name for name in names if name not in held]
    if absent:
        raise UsageError(
            f"no column {' and no column '.join(absent)}",
            where=what,
            fix=f"The columns are {', '.join(map(str, held)) or 'none'}",
        )
    twice = [name for name in names if held.count(name) > 1]
    if twice:
        raise UsageError(f"column {twice[0]} is there twice", where=what)


def chrom_codes(
    column: Any, chroms: ChromTable, *, what: str = "column chrom"
) -> NDArray[np.int64]:
    """Positions in `chroms` of a column of chromosome names, -1 for unknown and missing ones.

    Each distinct spelling is looked up once.
    """
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, names = column.cat.codes.to_numpy(), column.cat.categories
    else:
        codes, names = _distinct(column, what)
    table = np.full(len(names) + 1, -1, np.int64)  # the last entry answers code -1
    table[:-1] = [chroms.find(_spelled(name)) for name in names]
    found: NDArray[np.int64] = table[codes]
    return found


def _distinct(column: Any, what: str) -> tuple[NDArray[np.intp], Any]:
    """Number of each row's value, and the values."""
    import pandas as pd

    try:
        codes, names = pd.factorize(column)
    except TypeError:  # lists, or what else has no hash
        raise UsageError("holds neither text nor numbers", where=what) from None
    return codes, names


def known_codes(column: Any, chroms: ChromTable, *, what: str = "chrom") -> NDArray[np.int64]:
    """Like `chrom_codes`, but an unknown or missing name raises `ChromError` with its row."""
    code = chrom_codes(column, chroms, what=what)
    if (code < 0).any():
        row = int((code < 0).argmax())
        _refuse_chrom(column.iloc[row], chroms, f"{what}, row {row}")
    return code


def _spelled(name: Any) -> Any:
    """A chromosome number that a column of floats holds, as the whole number it is."""
    return int(name) if isinstance(name, float) and name.is_integer() else name


def positions_of(column: Any, *, what: str) -> NDArray[np.int64]:
    """Whole numbers of a column as int64.

    Raises
    ------
    UsageError
        For missing values, fractions and other types, naming the first row.
    """
    import pandas as pd

    if len(column) == 0:
        return np.empty(0, np.int64)
    if not isinstance(column.dtype, np.dtype):
        _refuse_first(column.isna().to_numpy(bool), column, what, "is missing")
    values = column.to_numpy() if isinstance(column.dtype, np.dtype) else np.asarray(column)
    if values.dtype.kind == "O":
        _refuse_first(pd.isna(values), column, what, "is missing")
        kind = _NUMBERS.get(pd.api.types.infer_dtype(values))
        try:
            values = values.astype(kind) if kind else values
        except OverflowError:
            raise UsageError("holds numbers beyond 64 bits", where=what) from None
    if values.dtype.kind == "f":
        values = values.astype(np.float64, copy=False)
        _refuse_first(np.isnan(values), column, what, "is missing")
        whole = (np.abs(values) < _MAX_POSITION) & (values == np.floor(values))
        _refuse_first(~whole, column, what, "is not a whole number")
    elif values.dtype.kind not in "iu":
        raise UsageError(f"holds {column.dtype}, not whole numbers", where=what)
    elif values.dtype == np.uint64:
        _refuse_first(values > np.uint64(_MAX_POSITION), column, what, "is no position")
    return np.ascontiguousarray(values, np.int64)


def strand_of(column: Any, *, what: str = "intervals") -> NDArray[np.int8]:
    """Strands as -1, 0 and 1 of a column of those numbers or of ``-``, ``.`` and ``+``.

    Raises
    ------
    UsageError
        For anything else, naming the first row.
    """
    values = column.to_numpy() if isinstance(column.dtype, np.dtype) else None
    if values is not None and values.dtype.kind in "if":
        good = (values == 0) | (values == 1) | (values == -1)
        if good.all():
            return np.ascontiguousarray(values, np.int8)
    codes, names = _distinct(column, f"{what}: column strand")
    table = np.full(len(names) + 1, 2, np.int8)
    table[:-1] = [STRAND_OF.get(str(_spelled(name)), 2) for name in names]
    found: NDArray[np.int8] = table[codes]
    bad = found == 2
    _refuse_first(
        bad, column, f"{what}: column strand", "is not a strand", "Use -1, 0, 1 or -, ., +"
    )
    return found


def check_spans(spans: Spans, chroms: ChromTable, *, what: str = "intervals") -> None:
    """Raise unless each interval has ``0 <= start < end <= length``, naming the first other."""
    code, start, end = spans.code, spans.start, spans.end
    outside = (code < 0) | (code >= len(chroms))
    if outside.any():
        i = int(outside.argmax())
        raise ChromError(
            f"code {code[i]} is none of {len(chroms)} chromosomes", where=f"{what}, row {i}"
        )
    length = chroms.length_array[code] if len(code) else end
    wrong = (start < 0) | (start >= end) | (end > length)
    if not wrong.any():
        return
    i = int(wrong.argmax())
    name, a, b = chroms.names[code[i]], int(start[i]), int(end[i])
    where = f"{what}, row {i} ({name}:{a}-{b})"
    if a >= b:
        raise UsageError(
            "start is not before end", where=where, fix="Positions are 0-based half-open"
        )
    fix = f"{name} is {chroms.lengths[code[i]]} bp long; positions are 0-based half-open"
    if a < 0:
        raise ChromError("start is negative", where=where, fix=fix)
    raise ChromError("end is beyond the chromosome", where=where, fix=fix)


def _refuse_chrom(name: Any, chroms: ChromTable, where: str) -> None:
    """Raise what `ChromTable.code` says of a name, with its place."""
    import pandas as pd

    if pd.isna(name):
        raise ChromError("chrom is missing", where=where)
    try:
        chroms.code(_spelled(name))
    except ChromError as error:
        raise ChromError(error.problem, where=where, fix=error.fix) from None


def _refuse_first(bad: NDArray[Any], column: Any, what: str, problem: str, fix: str = "") -> None:
    if bad.any():
        row = int(bad.argmax())
        raise UsageError(f"row {row} ({column.iloc[row]!s:.40}) {problem}", where=what, fix=fix)


# ---- out


def frame_of(
    spans: Spans,
    chroms: ChromTable,
    columns: Mapping[str, Any] | None = None,
    *,
    copy: bool = True,
) -> pd.DataFrame:
    """DataFrame of intervals in the order given, with a fresh RangeIndex.

    Parameters
    ----------
    spans : Spans, shape (n,)
    chroms : ChromTable
    columns : mapping of str to array of shape (n,), optional
        Further columns, in order.
    copy : bool
        False when nobody else holds the arrays: the frame takes them as they are.

    Returns
    -------
    DataFrame
        ``chrom`` (Categorical of all chromosomes in database order), ``start`` and ``end``
        (int64), ``strand`` (int64; only when the spans have strands), then `columns`.
    """
    import pandas as pd

    made: dict[str, Any] = {
        "chrom": chrom_column(spans.code, chroms),
        "start": spans.start,
        "end": spans.end,
    }
    if spans.strand is not None:
        made["strand"] = spans.strand.astype(np.int64)
    return pd.DataFrame({**made, **(columns or {})}, copy=copy)


def of_columns(columns: dict[str, Any], n: int) -> pd.DataFrame:
    """DataFrame of new arrays of one length, by name, which it takes as they are.

    pandas looks at everything again that it is given, which takes most of the time of a small
    table. Where it has its own way for columns that need no look, that is taken.

    Parameters
    ----------
    columns : dict of str to array
        Arrays of numpy, one-dimensional, or of pandas.
    n : int
        Rows.
    """
    import pandas as pd

    known = getattr(pd.DataFrame, "_from_arrays", None)
    if known is None or n > _MANY_ROWS:  # that way puts columns together, which is to copy them
        return pd.DataFrame(columns, copy=False)
    made: pd.DataFrame = known(
        list(columns.values()), _names_of(tuple(columns)), pd.RangeIndex(n), verify_integrity=False
    )
    return made


@lru_cache(maxsize=16)
def _names_of(columns: tuple[str, ...]) -> pd.Index:
    """Names of columns; what comes out is never changed, only replaced."""
    import pandas as pd

    return pd.Index(list(columns))


def empty_frame(chroms: ChromTable) -> pd.DataFrame:
    """DataFrame of no intervals, typed like any other."""
    return frame_of(Spans.empty(), chroms)
