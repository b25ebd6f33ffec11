"""gtrack_array_*: tracks of several named values an interval."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from genomedb.analysis.from_intervals import checked_intervals
from genomedb.core.spans import Spans
from genomedb.errors import MissingFileError, ParseError, UsageError
from genomedb.intervals.frame import frame_of, raw_spans
from genomedb.iterators.scope import scope_of
from genomedb.misha.arguments import text_of
from genomedb.misha.compat import as_peer
from genomedb.misha.current import FolderDB, current_db
from genomedb.misha.track_creation import new_name
from genomedb.misha.tracks import opened
from genomedb.storage import schema
from genomedb.storage.describe import Provenance
from genomedb.storage.edit import replace_attributes
from genomedb.storage.spec import ColumnSpec, check_columns
from genomedb.tracks.array import ArrayTrack
from genomedb.writers.compressed import open_output

__all__ = [
    "gtrack_array_create", "gtrack_array_extract", "gtrack_array_get_colnames",
    "gtrack_array_import", "gtrack_array_set_colnames",
]  # fmt: skip
_PLACE = ["chrom", "start", "end"]
_MISSING = ["", "NA", "NaN", "nan"]


# ---- columns


def gtrack_array_get_colnames(track: str) -> list[str]:
    """Names of the columns of an array track.

    Raises
    ------
    TrackNotFoundError
        There is no such track.
    UsageError
        It is no array track.
    """
    return list(_array(track).columns)


def gtrack_array_set_colnames(track: str, colnames: Sequence[str]) -> None:
    """Give the columns of an array track other names.

    Parameters
    ----------
    track : str
        A track of the database.
    colnames : list of str
        As many as there are columns, all different.

    Raises
    ------
    TrackNotFoundError
        There is no such track.
    UsageError
        It is no array track, or one of a dataset; the names are not right.
    """
    found, db = _array(track), current_db()
    names = _names(colnames)
    if len(names) != len(found.columns):
        raise UsageError(
            f"there are {len(names)} names for {len(found.columns)} columns", where=f"'{track}'"
        )
    if db.root_of(track) != db.path:
        raise UsageError(f"Track '{track}' is of a dataset, which is only read", where=found.path)
    replace_attributes(found.path, {schema.COLUMNS: json.dumps(names)})


def _names(colnames: Iterable[str]) -> list[str]:
    """Names of columns, all of them legal and different."""
    if isinstance(colnames, str) or not hasattr(colnames, "__iter__"):
        raise UsageError(f"colnames is {colnames!r:.60}", fix="Give a list of texts")
    names = list(colnames)
    for name in ("chrom", "intervalID"):  # which tables of its rows have too
        if name in names:
            raise UsageError(f"a column cannot be called {name}", fix="Rename it")
    check_columns([ColumnSpec(name, "float32") for name in names])
    return names


def _array(track: str) -> ArrayTrack:
    found = opened(track)
    if not isinstance(found, ArrayTrack):
        raise UsageError(
            f"Track '{track}' is {found.track_type}, not an array track", where=found.path
        )
    return found


# ---- reading


def gtrack_array_extract(
    track: str,
    slice: Sequence[str] | Sequence[int] | str | int | None = None,
    intervals: Any = None,
    file: str | os.PathLike[str] | None = None,
) -> Any:
    """Intervals and values of an array track.

    Parameters
    ----------
    track : str
    slice : list of str or int, optional
        Columns by name, or by number from 0; default all.
    intervals : optional
        Scope, default the whole genome. Rows are cut at its rows and repeated for each.
    file : path, optional
        Write tab-separated text, which `gtrack_array_import` reads, and give None.

    Returns
    -------
    pandas.DataFrame or None
        ``chrom start end``, a column a value, ``intervalID``: number of the scope row, from 1.

    Raises
    ------
    TrackNotFoundError
        There is no such track.
    UsageError, ChromError
        It is no array track, has no such column, or the scope is wrong.
    """
    found, db = _array(track), current_db()
    names = _chosen(found, slice)
    scope = scope_of(db, intervals, what="intervals")
    if not isinstance(scope, Spans):
        raise UsageError("intervals has two dimensions", fix="Give chrom, start and end")
    records = found.read_many(frame_of(scope, db.chroms), columns=names)
    row = np.repeat(np.arange(len(scope)), np.diff(records.offsets))
    start = np.maximum(records.start, scope.start[row])
    end = np.minimum(records.end, scope.end[row])
    frame = frame_of(Spans(scope.code[row], start, end), db.chroms)
    for i, name in enumerate(names):
        frame[name] = records.values[:, i].astype(np.float64)
    if file is None:
        return as_peer(frame.assign(intervalID=row + 1))
    with open_output(os.fspath(file), overwrite=True) as out:
        out.write(frame.to_csv(sep="\t", index=False).encode())
    return None


def _chosen(track: ArrayTrack, slice: Any) -> list[str]:
    """Names of the columns that are asked for."""
    if slice is None:
        return list(track.columns)
    listed = [slice] if isinstance(slice, (str, int, np.integer)) else slice
    if not isinstance(listed, Iterable):
        raise UsageError(f"slice is {slice!r:.60}", fix="Give names or numbers of columns")
    names = []
    for item in listed:
        if isinstance(item, (int, np.integer)) and not isinstance(item, bool):
            if not 0 <= item < len(track.columns):
                raise UsageError(
                    f"slice has column {item}", where=f"'{track.name}'",
                    fix=f"Columns are numbered 0 to {len(track.columns) - 1}",
                )  # fmt: skip
            item = track.columns[item]
        if item not in track.columns:
            raise UsageError(
                f"slice has column {item!r:.60}", where=f"'{track.name}'",
                fix=f"It has {', '.join(track.columns[:10])}",
            )  # fmt: skip
        names.append(item)
    if len(set(names)) != len(names):
        raise UsageError("slice has a column twice", where=f"'{track.name}'")
    return names


# ---- making


def gtrack_array_create(
    track: str, description: str, intervals: Any, values: ArrayLike, colnames: Sequence[str]
) -> None:
    """Make an array track of intervals, in any order, that do not overlap.

    Parameters
    ----------
    track, description : str
    intervals : DataFrame
        ``chrom start end``; rows on unknown chromosomes are left out, ends beyond the
        chromosome are cut.
    values : array_like, shape (rows, columns)
        NaN is missing.
    colnames : list of str
        Names of the columns.

    Raises
    ------
    TrackExistsError
        The name is taken.
    UsageError, ChromError
        Shapes do not fit, names are not right, intervals overlap or are wrong.
    """
    db = current_db()
    name, text = new_name(db, track), text_of(description, "description")
    names = _names(colnames)
    table = _table(values, names)
    if not hasattr(intervals, "columns"):
        raise UsageError(f"intervals is {intervals!r:.60}", fix="Give a DataFrame")
    if len(intervals) != len(table):
        raise UsageError(f"there are {len(table)} rows of values for {len(intervals)} intervals")
    shown = ", ".join(map(repr, names[:50]))
    call = f'gtrack_array_create("{track}", description, intervals, values, colnames=[{shown}])'
    _create(db, name, text, call, intervals=intervals, values=table, names=names)


def _table(values: ArrayLike, names: list[str]) -> NDArray[np.float64]:
    try:
        table = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise UsageError("values are not numbers", where="values") from None
    if table.ndim != 2 or table.shape[1] != len(names):
        raise UsageError(
            f"values have shape {table.shape}, not (intervals, {len(names)})",
            fix="Give a row an interval and a column a name",
        )
    return np.where(np.isfinite(table), table, np.nan)


def _create(
    db: FolderDB, name: str, description: str, call: str, *, intervals: Any,
    values: NDArray[np.float64], names: list[str],
) -> None:  # fmt: skip
    """Sort the rows, and write them chromosome by chromosome."""
    spans, row = checked_intervals(db, intervals, np.arange(len(values)))
    rows = row.astype(np.int64)
    records = {
        db.chroms.names[code]: (spans.start[mine], spans.end[mine], values[rows[mine]])
        for code, mine in spans.groups()
    }
    provenance = Provenance(description=description, created_by=call)
    db.create_array(name, names, records, provenance=provenance)


# ---- files


def gtrack_array_import(track: str, description: str, *srcs: str) -> None:
    """Make an array track of several sources, joined by their intervals.

    Parameters
    ----------
    track, description : str
    *srcs : str
        Array tracks, or text files with tabs and a header ``chrom start end`` and columns, as
        `gtrack_array_extract` writes them. Columns of one name are one, whose values must not
        differ. Intervals without any value are left out, as are chromosomes that the database
        does not have.

    Raises
    ------
    TrackExistsError
        The name is taken.
    MissingFileError
        A source is neither track nor file.
    UsageError, ChromError, ParseError
        No source is given, one is no array track or malformed, values differ, intervals overlap
        without being the same.
    """
    import pandas as pd

    db = current_db()
    name, text = new_name(db, track), text_of(description, "description")
    if not srcs:
        raise UsageError("no source is given", fix="Name array tracks or text files")
    frames = [_source(db, src) for src in srcs]
    names = list(dict.fromkeys(n for frame in frames for n in frame.columns[3:]))
    _names(names)
    groups = pd.concat(frames, ignore_index=True).groupby(_PLACE, sort=False)[names]
    low, high = groups.min(), groups.max()
    differ = (low != high) & low.notna()
    if differ.to_numpy().any():
        i, j = (int(found[0]) for found in np.nonzero(differ.to_numpy()))
        code, start, end = low.index[i]
        raise UsageError(
            f"values {low.iloc[i, j]:g} and {high.iloc[i, j]:g} of column {names[j]!r} at "
            f"{db.chroms.names[code]}:{start}-{end} differ",
            where=", ".join(map(str, srcs)), fix="Rename the column in one of them",
        )  # fmt: skip
    whole = low.dropna(how="all").reset_index()
    whole["chrom"] = np.array(db.chroms.names, object)[whole["chrom"].to_numpy(np.int64)]
    shown = ", ".join(f'"{src}"' for src in srcs[:20])
    _create(
        db, name, text, f'gtrack_array_import("{track}", description, {shown})',
        intervals=whole[_PLACE], values=_table(whole[names], names), names=names,
    )  # fmt: skip


def _source(db: FolderDB, src: Any) -> Any:
    """Codes of chromosomes, starts, ends and values of one source."""
    if not isinstance(src, (str, os.PathLike)):
        raise UsageError(f"a source is {src!r:.60}", fix="Name array tracks or text files")
    if Path(src).is_file():
        frame = _text_frame(os.fspath(src))
    elif isinstance(src, str) and _is_track(db, src):
        _array(src)
        frame = gtrack_array_extract(src).drop(columns="intervalID")
    else:
        raise MissingFileError("there is neither a track nor a file of this name", where=str(src))
    code = raw_spans(frame[_PLACE], db.chroms).code
    return frame.assign(chrom=code)[code >= 0]


def _is_track(db: FolderDB, name: str) -> bool:
    try:
        return db.has_track(name)
    except UsageError:
        return False


def _text_frame(path: str) -> Any:
    import pandas as pd

    try:
        frame = pd.read_csv(
            path, sep="\t", dtype={"chrom": "str"}, na_values=_MISSING, keep_default_na=False
        )
    except (ValueError, UnicodeDecodeError, OSError) as error:
        raise ParseError(f"is no table: {error}", path=path, line=None) from error
    if list(frame.columns[:3]) != _PLACE or len(frame.columns) < 4:
        raise ParseError(
            "the header is not chrom, start, end and columns", path=path, line=1,
            fix="Separate them by tabs",
        )  # fmt: skip
    for column in frame.columns[1:]:
        if len(frame) and frame[column].dtype.kind not in "iuf":
            raise ParseError(f"column {column} has what is no number", path=path, line=None)
    return frame
