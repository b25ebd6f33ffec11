# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gdb_*: open, make and describe databases."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from genomedb.db.database import GenomeDB
from genomedb.db.examples import copy_examples, examples_path
from genomedb.db.location import TABLE
from genomedb.errors import FormatError, GenomeDBError, MissingFileError, UsageError
from genomedb.misha.current import (
    CONFIG,
    FolderDB,
    Session,
    close_session,
    current,
    current_db,
    existing_folder,
    open_session,
    set_session,
)
from genomedb.readers.misha_root import is_misha_root
from genomedb.storage import schema
from genomedb.storage.genome import read_genome
from genomedb.tracks.rewrite import repack

__all__ = [
    "gdb_convert_to_indexed", "gdb_examples_path",
    "gdb_get_readonly_attrs", "gdb_info", "gdb_init", "gdb_init_examples", "gdb_mark_cache_dirty",
    "gdb_reload", "gdb_set_readonly_attrs", "gdb_unload", "gmax_processes", "gsetroot",
]  # fmt: skip
MAX_PROCESSES = 1024
_Path = str | os.PathLike[str]


# ---- opening


def gdb_init(path: _Path, userpath: _Path | None = None, *, allow_pickle: bool = False) -> None:
    """Open a database: it is the current one from then on.

    Virtual tracks and the working folder of the former are forgotten. When this fails, the former
    stays open.

    Parameters
    ----------
    path : path
        Folder of an assembly, or one that holds a single assembly.
    userpath : path, optional
        Another root of the same assembly, where new tracks go; `path` is then only read.
    allow_pickle : bool
        Let `gtrack_var_get` unpickle variables, which runs whatever their authors wrote. Only
        for files that you trust.

    Raises
    ------
    MissingFileError
        There is no database.
    FormatError
        It is a database of misha's own files; says how to import it.
    ChromError
        `userpath` has other chromosomes.
    """
    _require_own_form(path)
    if userpath is None:
        open_session(path, allow_pickle=allow_pickle)
    else:
        open_session(userpath, datasets=[path], allow_pickle=allow_pickle)


def _require_own_form(path: _Path) -> None:
    """Refuse a folder of misha's own files, saying how to import it."""
    if is_misha_root(Path(path)) and not (Path(path) / TABLE).is_file():
        raise FormatError(
            "is a database of misha, whose files are not read directly",
            where=os.fspath(path),
            fix=f"Import it once: gdb_import_misha({os.fspath(path)!r}, DESTINATION), or genomedb "
            "import misha SOURCE DESTINATION",
        )


def gsetroot(
    groot: _Path,
    subdir: str | None = None,
    rescan: bool = False,
    *,
    dir: str | None = None,
) -> None:
    """Open a database, with a working folder.

    Parameters
    ----------
    groot : path
        As for `gdb_init`.
    subdir : str, optional
        The working folder; `dir` is another name of it.
    rescan : bool
        Changes nothing: files are looked at when they are asked for.

    Raises
    ------
    MissingFileError
        The database or the folder is not there.
    """
    del rescan
    if subdir is not None and dir is not None:
        raise UsageError("subdir and dir are one thing", fix="Give one of them")
    folder = subdir if subdir is not None else dir
    db = FolderDB(groot)
    if folder:
        db = db.seen_from(existing_folder(db, folder))
    set_session(Session(db))


def gdb_init_examples(copy: bool = True) -> str:
    """Open a copy of the examples, which may be changed and goes when the process ends.

    Parameters
    ----------
    copy : bool
        False opens the examples themselves; do not change them.

    Returns
    -------
    str
        Folder of the database.
    """
    if not copy:
        gdb_init(examples_path())
        return str(current_db().path)
    folder = tempfile.mkdtemp(prefix="genomedb-examples-")
    atexit.register(remove_at_exit, folder, os.getpid())
    gdb_init(copy_examples(folder).path)
    return str(current_db().path)


def remove_at_exit(folder: str, owner: int) -> None:
    """Remove a temporary folder when its process ends."""
    if os.getpid() == owner:  # not in a child that was forked
        shutil.rmtree(folder, ignore_errors=True)


def gdb_examples_path() -> str:
    """Folder of the example database; it is made on first use, in a cache."""
    return str(examples_path())


def gdb_reload() -> None:
    """Look at the files again; nothing is kept that could be out of date."""
    session = current()
    session.db = session.db.seen_from(session.db.folder)


def gdb_mark_cache_dirty() -> None:
    """As `gdb_reload`: what is kept of the files is checked against them whenever it is used."""
    gdb_reload()


def gdb_unload() -> None:
    """Close the database; virtual tracks, working folder and datasets are forgotten."""
    close_session()


# ---- describing


def gdb_info(groot: _Path | None = None) -> dict[str, Any]:
    """What a database is.

    Parameters
    ----------
    groot : path, optional
        Its folder, default the current one.

    Returns
    -------
    dict
        ``path``, ``is_db``, and ``error`` where it is none; else ``format``,
        ``num_chromosomes``, ``genome_size`` and ``chromosomes``, a DataFrame of ``chrom`` and
        ``size``. The format is ``indexed``: each track is one file.
    """
    import pandas as pd

    path = current_db().path if groot is None else Path(groot).expanduser().absolute()
    try:
        if not path.is_dir():
            raise MissingFileError("Directory does not exist")
        chroms, _ = read_genome(path / TABLE)
    except GenomeDBError as error:
        return {"path": str(path), "is_db": False, "error": str(error)}
    return {
        "path": str(path),
        "is_db": True,
        "format": "indexed",
        "num_chromosomes": len(chroms),
        "genome_size": chroms.total,
        "chromosomes": pd.DataFrame({"chrom": chroms.names, "size": chroms.lengths}),
    }


def gdb_get_readonly_attrs() -> list[str] | None:
    """Names of the attributes that `gtrack_attr_set` refuses, None if there are none."""
    return list(current_db().readonly_attributes) or None


def gdb_set_readonly_attrs(attrs: Sequence[str] | str | None) -> None:
    """Say which attributes are read-only, for everybody who opens the database; None is none.

    Raises
    ------
    UsageError
        A name is not legal, or comes twice.
    WriteError
        The database cannot be written.
    """
    names = [] if attrs is None else [attrs] if isinstance(attrs, str) else list(attrs)
    current_db().set_readonly_attributes(names)


def gmax_processes(n: int | None = None) -> int:
    """How many processes a call may use; with `n`, set it. 1 is this process alone."""
    if n is not None:
        if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MAX_PROCESSES:
            raise UsageError(f"n is {n!r}", fix=f"Give 1 to {MAX_PROCESSES}")
        CONFIG["max_processes"] = n
    return int(CONFIG["max_processes"])


# ---- layout


def gdb_convert_to_indexed(
    groot: _Path | None = None,
    remove_old_files: bool = False,
    force: bool = False,
    validate: bool = True,
    convert_tracks: bool = False,
    convert_intervals: bool = False,
    verbose: bool = False,
    chunk_size: int = 104_857_600,
    *,
    threads: int | None = None,
) -> None:
    """Store every track in one dataset for all chromosomes, where `convert_tracks` asks for it.

    Each track is one file already, so without `convert_tracks` nothing changes. Answers stay the
    same.

    Parameters
    ----------
    groot : path, optional
        Folder of a database, default the current one.
    convert_tracks : bool
        Store tracks anew; the sequence and interval sets stay as they are.

    Raises
    ------
    NoDatabaseError, MissingFileError
        There is none.
    """
    del remove_old_files, force, validate, convert_intervals, verbose, chunk_size, threads
    db = current_db() if groot is None else GenomeDB(groot)
    if not convert_tracks:
        return
    whole = GenomeDB(db.path)  # every track, not those of the working folder alone
    for kind in ("dense", "sparse", "array"):
        for name in whole.list_tracks(type=kind):
            track = whole.open_track(name)
            if track.layout != schema.INDEXED:
                repack(track, layout=schema.INDEXED)
