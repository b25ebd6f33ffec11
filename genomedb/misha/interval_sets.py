# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gintervals_*: saved interval sets and their attributes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from genomedb.db import interval_sets as sets
from genomedb.db.paths import file_of
from genomedb.db.set_columns import MARKER
from genomedb.errors import UsageError
from genomedb.intervals.frame import chrom_codes
from genomedb.intervals.two_d import is_2d
from genomedb.misha.compat import found, frame_named
from genomedb.misha.current import FolderDB, current_db
from genomedb.misha.dates import with_peer_dates
from genomedb.tracks.create import settable

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "gintervals_2d_convert_to_indexed", "gintervals_attr_export", "gintervals_attr_get",
    "gintervals_attr_import", "gintervals_attr_set", "gintervals_convert_to_indexed",
    "gintervals_dataset", "gintervals_dbs", "gintervals_exists", "gintervals_is_bigset",
    "gintervals_is_indexed", "gintervals_load", "gintervals_ls", "gintervals_path",
    "gintervals_rm", "gintervals_save", "gintervals_update",
]  # fmt: skip


# ---- intervals


def gintervals_save(intervals: Any, intervals_set: str) -> None:
    """Keep intervals or rectangles in the database, under a name.

    They are checked and sorted; columns of numbers, bools and text are kept with them.

    Parameters
    ----------
    intervals : DataFrame
        ``chrom start end`` or ``chrom1 start1 end1 chrom2 start2 end2``, and further columns.
    intervals_set : str
        A name that no set and no track has.

    Raises
    ------
    TrackExistsError
        The name is taken; the peer lets a track and a set share one.
    UsageError, ChromError
        There are no rows, a row is no interval, or a column cannot be kept.
    """
    sets.save_set(current_db(), intervals, intervals_set)


def gintervals_load(
    intervals_set: Any,
    chrom: Any = None,
    chrom1: Any = None,
    chrom2: Any = None,
    progress: bool = False,
) -> pd.DataFrame | None:
    """Read an interval set, or that part of it which lies on a chromosome.

    Parameters
    ----------
    intervals_set : str or DataFrame
        A DataFrame is given back, or its rows on the chromosome.
    chrom : str, int or sequence, optional
        Of a set of intervals; the peer takes one only.
    chrom1, chrom2 : str, int or sequence, optional
        Of a set of rectangles.
    progress : bool
        Changes nothing.

    Returns
    -------
    pandas.DataFrame or None
        Sorted, with all columns; None when there is nothing.

    Raises
    ------
    TrackNotFoundError
        There is no such set; the message lists near names.
    ChromError, UsageError
        Unknown chromosome, or one of an axis that the set has not.
    """
    del progress
    db, wanted = current_db(), {"chrom": chrom, "chrom1": chrom1, "chrom2": chrom2}
    if isinstance(intervals_set, str):
        return found(sets.load_set(db, intervals_set, **wanted))
    return found(_on_chroms(db, frame_named(intervals_set, what="intervals_set"), wanted))


def _on_chroms(db: FolderDB, frame: Any, wanted: Mapping[str, Any]) -> Any:
    """Rows of a frame on some chromosomes."""
    for column, names in wanted.items():
        if names is None:
            continue
        if column not in frame.columns:
            shape = "rectangles" if is_2d(frame) else "intervals"
            raise UsageError(f"{column} is given, but these are {shape}, without that column")
        listed = [names] if isinstance(names, (str, int)) else list(names)
        codes = [db.chroms.code(name) for name in listed]
        is_there = (chrom_codes(frame[column], db.chroms)[:, None] == codes).any(axis=1)
        frame = frame[is_there].reset_index(drop=True)
    return frame


def gintervals_update(
    intervals_set: str, intervals: Any, chrom: Any = None, chrom1: Any = None, chrom2: Any = None
) -> None:
    """Replace the rows of one chromosome, or pair of chromosomes, of a set.

    Parameters
    ----------
    intervals_set : str
    intervals : DataFrame or None
        The new rows, all on that chromosome; None deletes them.
    chrom : str or int
        Of a set of intervals.
    chrom1, chrom2 : str or int
        Of a set of rectangles; both are needed.

    Raises
    ------
    TrackNotFoundError, ChromError, UsageError
        Also when no row would be left.
    """
    if intervals is not None and not hasattr(intervals, "columns"):
        raise UsageError(f"intervals is {intervals!r:.60}", fix="Give a DataFrame, or None")
    sets.update_set(
        current_db(), intervals_set, intervals, chrom=chrom, chrom1=chrom1, chrom2=chrom2
    )


def gintervals_rm(intervals_set: str, force: bool = False) -> None:
    """Delete an interval set; with `force`, one that is not there is no error.

    Raises
    ------
    TrackNotFoundError
        There is no such set; a track of that name is left alone.
    """
    sets.remove_set(current_db(), intervals_set, force=force)


# ---- names


def gintervals_ls(pattern: str = "", ignore_case: bool = False) -> list[str]:
    """Names of the interval sets that a regular expression is found in, sorted.

    In a working folder, those in it, by their names there.
    """
    db = current_db()
    inside = f"{db.folder}/" if db.folder else ""
    try:
        wanted = re.compile(pattern or "", re.IGNORECASE if ignore_case else 0)
    except (re.error, TypeError) as error:
        raise UsageError(f"pattern {pattern!r} is not a regular expression: {error}") from None
    names = [_shown(db, name) for name in sets.list_sets(db) if name.startswith(inside)]
    return sorted(name for name in names if wanted.search(name))


def _shown(db: FolderDB, name: str) -> str:
    """Name of a set as it is listed: seen from the working folder, joined by dots."""
    return db.shown_name(name).replace("/", ".")


def gintervals_exists(name: str) -> bool:
    """Is there an interval set of this name? False for names that none could have."""
    try:
        return sets.is_set(current_db(), name)
    except UsageError:
        return False


def gintervals_path(name: str) -> str:
    """File of an interval set.

    Raises
    ------
    TrackNotFoundError
        There is no such set.
    """
    return str(sets.set_path(current_db(), name))


def gintervals_dataset(intervals: str | None = None) -> str | None:
    """Root of the database or dataset that holds a set, None when none does."""
    if intervals is None:
        raise UsageError("intervals cannot be None", fix="Give the name of an interval set")
    if not gintervals_exists(intervals):
        return None
    return str(sets.set_root(current_db(), intervals))


def gintervals_dbs(
    intervals: str | Sequence[str], dataframe: bool = False
) -> dict[str, list[str]] | pd.DataFrame:
    """Roots that hold each set, the one that answers to its name first.

    Returns
    -------
    dict of str to list of str, or DataFrame
        With `dataframe`, a row for each root of each set: ``intervals db``. Names that no set
        has are left out.
    """
    import pandas as pd

    db = current_db()
    names = [intervals] if isinstance(intervals, str) else list(intervals)
    there = {
        name: [str(root) for root in db.datasets if file_of(root, db.full_name(name)).is_file()]
        for name in names
        if gintervals_exists(name)
    }
    if not dataframe:
        return there
    rows = [(name, root) for name, roots in there.items() for root in roots]
    return pd.DataFrame(rows, columns=["intervals", "db"])


# ---- files


def gintervals_is_bigset(intervals_set: str) -> bool:
    """False: a set is one file, whatever its size."""
    return False


def gintervals_is_indexed(intervals_set: str) -> bool:
    """True of every set: each is one file.

    Raises
    ------
    TrackNotFoundError
        There is no such set.
    """
    return bool(gintervals_path(intervals_set))


def gintervals_convert_to_indexed(
    set_name: str, remove_old: bool = False, force: bool = False
) -> None:
    """Changes nothing: a set is one file already.

    Raises
    ------
    TrackNotFoundError
        There is no such set.
    """
    del remove_old, force
    gintervals_path(set_name)


def gintervals_2d_convert_to_indexed(
    set_name: str, remove_old: bool = False, force: bool = False
) -> None:
    """Changes nothing, as `gintervals_convert_to_indexed`."""
    gintervals_convert_to_indexed(set_name, remove_old, force)


# ---- attributes


def gintervals_attr_get(intervals_set: str, attr: str) -> str:
    """Attribute of an interval set, ``""`` when it has none of this name.

    Raises
    ------
    TrackNotFoundError
        There is no such set.
    """
    held = with_peer_dates(sets.set_attributes_of(current_db(), intervals_set))
    return str(held.get(attr, ""))


def gintervals_attr_set(intervals_set: str, attr: str, value: Any) -> None:
    """Set an attribute of an interval set to text; ``""`` removes it.

    Raises
    ------
    TrackNotFoundError
        There is no such set.
    UsageError
        The attribute is read-only or its name not legal, the value is None, or the set is of a
        dataset.
    """
    if value is None:
        raise UsageError("value cannot be None", fix='Give text; "" removes the attribute')
    db, text = current_db(), str(value)
    if text or attr in sets.set_attributes_of(db, intervals_set):
        sets.change_set_attributes(db, intervals_set, {attr: text or None})


def gintervals_attr_export(
    intervals_set: str | Sequence[str] | None = None, attrs: str | Sequence[str] | None = None
) -> pd.DataFrame:
    """Attributes of interval sets.

    Parameters
    ----------
    intervals_set : str or sequence of str, optional
        Default all.
    attrs : str or sequence of str, optional
        Default all, those that most sets have first. Sets saved here have ``created.by`` and
        its like too.

    Returns
    -------
    pandas.DataFrame
        A row for each set, with its name as index, and a column for each attribute; ``""``
        where a set has none.

    Raises
    ------
    TrackNotFoundError
        There is no such set.
    """
    import pandas as pd

    names = gintervals_ls() if intervals_set is None else _listed(intervals_set)
    db = current_db()
    held = [with_peer_dates(sets.set_attributes_of(db, name)) for name in names]
    counts = Counter(sorted(key for one in held for key in one))
    columns = [key for key, _ in counts.most_common()] if attrs is None else _listed(attrs)
    return pd.DataFrame(
        {key: [one.get(key, "") for one in held] for key in columns}, index=names, columns=columns
    )


def gintervals_attr_import(table: Any, remove_others: bool = False) -> None:
    """Set attributes of interval sets from a table; all is checked before anything is written.

    Parameters
    ----------
    table : DataFrame
        As `gintervals_attr_export` gives it. ``""`` removes an attribute, missing cells are
        passed over.
    remove_others : bool
        Remove attributes that are not in the table, but for the read-only ones.

    Raises
    ------
    TrackNotFoundError
        There is no such set.
    UsageError
        No table, or a set or attribute that comes twice, is read-only or of no legal name.
    """
    if not hasattr(table, "columns") or not len(table) or not len(table.columns):
        raise UsageError("table is no DataFrame with rows and columns")
    for what, names in (("interval set", table.index), ("attribute", table.columns)):
        if not names.is_unique:
            raise UsageError(f"{what} {names[names.duplicated()][0]} comes twice", where="table")
    db = current_db()
    columns = [str(name) for name in table.columns]
    _refuse_read_only(db, columns)
    changes = {}
    for name, cells in zip(table.index, table.astype(object).to_numpy().tolist(), strict=True):
        held = set(sets.set_attributes_of(db, name))
        kept = {k: str(cell) for k, cell in zip(columns, cells, strict=True) if cell == cell}
        others = held - {*columns, *db.readonly_attributes} if remove_others else set()
        asked = {k: text or None for k, text in kept.items() if text or k in held}
        changes[name] = {**asked, **dict.fromkeys(others)}
    for name, change in changes.items():
        if change:
            sets.change_set_attributes(db, name, change)


def _refuse_read_only(db: FolderDB, columns: list[str]) -> None:
    for name in columns:
        if name in (*db.readonly_attributes, MARKER):
            raise UsageError(f"attribute '{name}' is read-only", where="table")
        settable(name)


def _listed(names: str | Sequence[str]) -> list[str]:
    return [names] if isinstance(names, str) else list(names)
