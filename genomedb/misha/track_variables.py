"""gtrack_var_*: values that are kept with a track, by name."""

from __future__ import annotations

import re
from typing import Any

from genomedb.errors import UsageError
from genomedb.misha.current import FolderDB, current_db
from genomedb.misha.tracks import opened

__all__ = ["gtrack_var_get", "gtrack_var_ls", "gtrack_var_rm", "gtrack_var_set"]


def gtrack_var_ls(track: str, pattern: str = "") -> list[str]:
    """Names of the variables of a track, sorted; an empty list when there are none.

    Parameters
    ----------
    track : str
    pattern : str
        Regular expression that is found in the name.

    Raises
    ------
    TrackNotFoundError
        There is no such track.
    UsageError
        What is given is not a regular expression.
    """
    opened(track)
    try:
        wanted = re.compile(pattern)
    except (re.error, TypeError) as error:
        raise UsageError(f"Invalid regex pattern {pattern!r:.60}: {error}") from error
    return [name for name in current_db().list_variables(track) if wanted.search(name)]


def gtrack_var_get(track: str, var: str) -> Any:
    """Value of a variable.

    Arrays, numbers, texts, lists, dicts and DataFrames are read as what they are. Anything else
    is a pickle, and reading that runs what its author wrote: it is refused unless the database
    was opened with ``allow_pickle=True``.

    Raises
    ------
    TrackNotFoundError
        There is no such track.
    UsageError
        It has no such variable, or that is a pickle.
    """
    db = _with_variable(track, var)
    try:
        return db.get_variable(track, var, allow_pickle=db.allow_pickle)
    except UsageError as error:
        if "allow_pickle" not in error.fix:
            raise
        fix = "Open it with gdb_init(path, allow_pickle=True) if you trust its authors"
        raise UsageError(error.problem, where=error.where, fix=fix) from None


def gtrack_var_set(track: str, var: str, value: Any) -> None:
    """Keep a value with a track, under a name; a value of that name is replaced.

    Parameters
    ----------
    track : str
        A track of the database.
    var : str
        Letters, digits, ``_ . -``.
    value : array, DataFrame, number, text, list, dict with text keys, bool or None
        Other things are pickled if the database was opened with ``allow_pickle=True``, and
        refused if not: they could not be read back.

    Raises
    ------
    TrackNotFoundError
        There is no such track.
    UsageError
        The name is not legal, the value cannot be kept, or the track is one of a dataset.
    """
    opened(track)
    _check_name(var)
    db = current_db()
    try:
        db.set_variable(track, var, value, allow_pickle=db.allow_pickle)
    except UsageError as error:
        if "allow_pickle" not in error.fix:
            raise
        fix = "Convert it (tuples to lists), or open with gdb_init(path, allow_pickle=True)"
        raise UsageError(error.problem, where=error.where, fix=fix) from None


def gtrack_var_rm(track: str, var: str) -> None:
    """Forget a variable; one that is not there is no error.

    Raises
    ------
    TrackNotFoundError
        There is no such track.
    UsageError
        The track is one of a dataset.
    """
    opened(track)
    _check_name(var)
    db = current_db()
    if var in db.list_variables(track):
        db.remove_variable(track, var)


def _with_variable(track: str, var: str) -> FolderDB:
    """The database, whose track has this variable."""
    opened(track)
    _check_name(var)
    db = current_db()
    known = db.list_variables(track)
    if var not in known:
        raise UsageError(
            f"Variable {var!r:.60} does not exist for track '{track}'",
            fix=f"It has {', '.join(known[:10])}" if known else "It has none",
        )
    return db


def _check_name(var: Any) -> None:
    """Refuse what could never be the name of a variable."""
    if not isinstance(var, str) or not var or "/" in var or var.startswith("."):
        raise UsageError(
            f"variable name {var!r:.60} is not legal", fix="Use letters, digits, _ . and -"
        )
