# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gdb_create and its kin: new databases."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from genomedb.core.chroms import ChromTable
from genomedb.db.create import create_database
from genomedb.db.database import GenomeDB
from genomedb.db.save_dataset import link
from genomedb.errors import MissingFileError, UsageError
from genomedb.importers.sequence import import_fasta
from genomedb.readers.chrom_sizes import read_chrom_table

__all__ = ["gdb_create", "gdb_create_linked"]
SEQUENCE_NAME = "seq"
_Path = str | os.PathLike[str]


def gdb_create(
    groot: _Path,
    fasta: Any,
    genes_file: str | None = None,
    annots_file: str | None = None,
    annots_names: list[str] | None = None,
    db_format: str = "indexed",
    verbose: bool = False,
    *,
    format: str | None = None,
) -> Any:
    """Make a database; it is not opened.

    Parameters
    ----------
    groot : path
        Folder to make. Its name is the name of the assembly.
    fasta : path, list of paths, mapping or list of (name, size)
        FASTA files, which give chromosomes and sequence (track ``seq``); or the chromosomes and
        their lengths, in the order that results are sorted in.
    db_format, format : str
        ``indexed`` or ``per-chromosome``: both make the same files here.
    genes_file, annots_file, annots_names
        Not taken: use ``gintervals_import_genes``.

    Returns
    -------
    pandas.DataFrame
        ``name`` and ``size`` of each chromosome.

    Raises
    ------
    FileExistsError
        The folder is there already.
    MissingFileError
        A FASTA file is not there.
    UsageError
        A chromosome comes twice, or there are none.
    """
    import pandas as pd

    del verbose
    if any(given is not None for given in (genes_file, annots_file, annots_names)):
        raise UsageError("genes and annotations are not taken", fix="Use gintervals_import_genes")
    kind = db_format if format is None else format
    if kind not in ("indexed", "per-chromosome"):
        raise UsageError(f"format {kind!r} is unknown", fix="Give indexed or per-chromosome")
    chroms, files = _chromosomes(fasta)
    folder = Path(groot).expanduser().absolute()
    folder.mkdir(parents=True)
    try:
        db = create_database(folder.parent, folder.name, chroms)
        if files:
            import_fasta(db, SEQUENCE_NAME, files)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return pd.DataFrame({"name": db.chroms.names, "size": db.chroms.lengths})


def _chromosomes(given: Any) -> tuple[ChromTable, list[str]]:
    """Chromosomes, and the FASTA files they come from."""
    if isinstance(given, Mapping):
        return ChromTable.from_pairs(given.items()), []
    if hasattr(given, "columns"):
        if len(given.columns) < 2:
            raise _no_chromosomes(given)
        return ChromTable.from_pairs(zip(given.iloc[:, 0], given.iloc[:, 1], strict=True)), []
    listed: Any = [given] if isinstance(given, (str, os.PathLike)) else given
    if not isinstance(listed, Iterable) or isinstance(listed, bytes):
        raise _no_chromosomes(given)
    listed = list(listed)
    if not listed:
        raise UsageError("no FASTA file and no chromosome")
    if all(isinstance(item, (str, os.PathLike)) for item in listed):
        files = [os.fspath(item) for item in listed]
        for file in files:
            if not Path(file).is_file():
                raise MissingFileError("FASTA file not found", where=file)
        return ChromTable.from_pairs(_listed(files)), files
    try:
        return ChromTable.from_pairs([(str(name), int(size)) for name, size in listed]), []
    except TypeError:
        raise _no_chromosomes(given) from None


def _no_chromosomes(given: Any) -> UsageError:
    fix = "Give FASTA files, or names of chromosomes with their sizes"
    return UsageError(f"fasta is {given!r:.60}", fix=fix)


def _listed(files: list[str]) -> Iterable[tuple[str, int]]:
    return [pair for file in files for pair in read_chrom_table(file)]


def gdb_create_linked(path: _Path, parent: _Path) -> bool:
    """Make a database of the chromosomes and the sequence of another, which takes no space again.

    Open both with ``gdb_init(parent, path)`` to see the tracks of both too.

    Raises
    ------
    FileExistsError
        The folder is there already.
    MissingFileError
        There is no database `parent`.
    """
    source = GenomeDB(parent)
    folder = Path(path).expanduser().absolute()
    folder.mkdir(parents=True)
    try:
        db = create_database(folder.parent, folder.name, source.chroms)
        if source.has_track(SEQUENCE_NAME):
            link(source.track_path(SEQUENCE_NAME), db.track_path(SEQUENCE_NAME))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return True
