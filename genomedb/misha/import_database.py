"""gdb_import_misha: a whole misha database becomes a database of this library."""

from __future__ import annotations

import os
import warnings
from typing import Any

from genomedb.errors import GenomeDBWarning
from genomedb.importers.misha_database import import_misha
from genomedb.importers.misha_report import FAILED
from genomedb.misha.current import executor, storage

__all__ = ["gdb_import_misha"]
_COLUMNS = ("name", "type", "status", "reason", "notes")


def gdb_import_misha(
    src_root: str | os.PathLike[str],
    dest_root: str | os.PathLike[str],
    *,
    processes: int | None = None,
    resume: bool = True,
) -> Any:
    """Make a database of a misha database; `gdb_init` opens it then.

    Tracks, interval sets, sequence, motif sets, attributes, variables and folders are taken over.
    The source is only read; nothing in it is executed or unpickled. Tracks are plain, as they are
    there, unless ``CONFIG["compression"]`` asks. The peer has no such function.

    Parameters
    ----------
    src_root : path
        Root folder of the misha database.
    dest_root : path
        Folder to make; its name is the name of the assembly. It may be copied elsewhere.
    processes : int, optional
        Default ``CONFIG["max_processes"]``.
    resume : bool
        Go on with a destination that is there: what is complete is skipped.

    Returns
    -------
    pandas.DataFrame
        A row an object: ``name type status reason notes``; the status is ``imported``,
        ``skipped``, ``unsupported`` or ``failed``. Objects that failed are told in a
        `GenomeDBWarning` too.

    Raises
    ------
    MissingFileError
        `src_root` is no misha database.
    TrackExistsError, ChromError, UsageError
        `dest_root` is there and `resume` False, has other chromosomes, or lies in the source.

    Examples
    --------
    >>> report = gdb_import_misha("/misha/hg38", "/data/hg38")  # doctest: +SKIP
    >>> gdb_init("/data/hg38")  # doctest: +SKIP
    """
    import pandas as pd

    report = import_misha(
        src_root, dest_root, executor=processes or executor(), resume=resume, storage=storage(),
        command=f"gdb_import_misha({os.fspath(src_root)!r}, {os.fspath(dest_root)!r})",
    )  # fmt: skip
    failed = [found for found in report.objects if found.status == FAILED]
    if failed:
        listed = "; ".join(f"{found.name}: {found.reason}" for found in failed[:5])
        warnings.warn(
            f"{len(failed)} objects were not imported: {listed}", GenomeDBWarning, stacklevel=2
        )
    rows = [
        (found.name, found.type, found.status, found.reason, "; ".join(found.notes))
        for found in report.objects
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS))
