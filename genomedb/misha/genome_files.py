# ruff: noqa: FBT001, FBT002 - the peer's signatures
"""gdb_export_fasta, ggenome_*: the sequence as a file, also with some regions replaced."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from genomedb.analysis.sequences import extract_sequence
from genomedb.db.create import create_database
from genomedb.db.database import GenomeDB
from genomedb.db.sequence import sequence_track
from genomedb.errors import MissingFileError, UsageError
from genomedb.exporters.implant import implant, write_index
from genomedb.exporters.sequence import export_fasta
from genomedb.importers.sequence import import_fasta
from genomedb.intervals.frame import spans_of
from genomedb.misha.compat import frame_named
from genomedb.misha.current import current_db
from genomedb.misha.database_creation import SEQUENCE_NAME, gdb_create
from genomedb.readers.chrom_sizes import read_chrom_table

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["gdb_export_fasta", "ggenome_implant", "ggenome_transplant"]
_Path = str | os.PathLike[str]
_FASTA = (".fa", ".fasta", ".fna", ".fa.gz", ".fasta.gz", ".fna.gz")


def gdb_export_fasta(
    file: _Path | None = None,
    groot: _Path | None = None,
    line_width: int = 80,
    chunk_size: int = 1000000,
    overwrite: bool = False,
    verbose: bool = False,
) -> str:
    """Write the sequence of a database as FASTA; case is kept.

    Parameters
    ----------
    file : path
        Compressed if its name ends in ``.gz`` (the peer's is not).
    groot : path, optional
        Folder of the database, default the current one.
    line_width : int
        Letters of a line.
    chunk_size : int
        Changes nothing, but has to be positive.
    overwrite : bool
        Replace a file that is there.

    Returns
    -------
    str
        `file`.

    Raises
    ------
    FileExistsError, MissingFileError, UsageError
        The file is there; its folder, or the database, is not; a number is not positive.
    """
    del verbose
    db = current_db() if groot is None else GenomeDB(groot)
    if chunk_size < 1:
        raise UsageError(f"chunk_size is {chunk_size}", fix="Give a positive number")
    if file is None:
        raise UsageError("file is None", fix="Give the path of a file")
    path = _new_file(file, line_width, overwrite=overwrite)
    export_fasta(sequence_track(db), path, line_width=int(line_width), overwrite=overwrite)
    return os.fspath(file)


def ggenome_implant(
    intervals: pd.DataFrame,
    donor: Any,
    output: _Path,
    *,
    genome_fasta: _Path | None = None,
    create_trackdb: bool = False,
    trackdb_path: _Path | None = None,
    line_width: int = 80,
    overwrite: bool = False,
) -> str:
    """Write a genome in which intervals have other letters as FASTA, with its ``.fai``.

    Parameters
    ----------
    intervals : DataFrame or str
        ``chrom start end``; where they overlap the last row wins. Strands do not matter.
    donor : list of str, or path
        New letters of each row, as many as it has bases; or a database, or a FASTA file, that has
        them at the same places.
    output : path
        FASTA file to make; compressed, and without ``.fai``, if its name ends in ``.gz``.
    genome_fasta : path, optional
        The genome to begin with, default the current database.
    create_trackdb : bool
        Make a database of the result.
    trackdb_path : path, optional
        Its folder, default ``trackdb`` beside the file.
    line_width : int
        Letters of a line.
    overwrite : bool
        Replace a file that is there.

    Returns
    -------
    str
        `output`. Letters keep their case; the peer makes capitals of all.

    Raises
    ------
    UsageError, ChromError
        There are no intervals, they are outside, or the letters are not as many as the bases.
    FileExistsError, MissingFileError
        The file is there; a file, folder or database is not.
    """
    path = _new_file(output, line_width, overwrite=overwrite)
    frame = frame_named(intervals)
    if not len(frame):
        raise UsageError("intervals is empty", fix="Give at least one row")
    places = frame[["chrom", "start", "end"]]
    if create_trackdb:
        folder = path.absolute().parent / "trackdb" if trackdb_path is None else Path(trackdb_path)
        if folder.exists():
            raise FileExistsError(f"{folder} is there already. Choose another trackdb_path")
    with _genome(genome_fasta) as db:
        spans = spans_of(places, db.chroms)
        if isinstance(donor, (str, os.PathLike)):
            with _genome(donor) as other:
                letters = extract_sequence(other, places)
        else:
            letters = _texts(donor)
        implant(
            sequence_track(db), path, spans, letters, line_width=int(line_width),
            overwrite=overwrite,
        )  # fmt: skip
        if path.suffix != ".gz":
            write_index(
                path, line_width=int(line_width), names=db.chroms.names, lengths=db.chroms.lengths
            )
    if create_trackdb:
        gdb_create(folder, path)
    return os.fspath(output)


def ggenome_transplant(
    intervals: pd.DataFrame,
    source_genome: _Path,
    output: _Path,
    *,
    target_genome: _Path | None = None,
    create_trackdb: bool = False,
    trackdb_path: _Path | None = None,
    line_width: int = 80,
    overwrite: bool = False,
) -> str:
    """As `ggenome_implant`, with the letters that another genome has at the same places.

    Parameters
    ----------
    source_genome : path
        Where letters come from: a database, or a FASTA file.
    target_genome : path, optional
        The genome to begin with, default the current database.
    """
    return ggenome_implant(
        intervals, os.fspath(source_genome), output, genome_fasta=target_genome,
        create_trackdb=create_trackdb, trackdb_path=trackdb_path, line_width=line_width,
        overwrite=overwrite,
    )  # fmt: skip


def _new_file(file: _Path, line_width: int, *, overwrite: bool) -> Path:
    """Path of a file to be made, after all that could be wrong with it."""
    path = Path(file)
    if line_width < 1:
        raise UsageError(f"line_width is {line_width}", fix="Give a positive number of letters")
    if not path.absolute().parent.is_dir():
        raise MissingFileError("there is no such folder", where=path.parent, fix="Make it first")
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} is there already. Use overwrite=True to replace it")
    return path


@contextmanager
def _genome(given: Any) -> Iterator[GenomeDB]:
    """The current database, that of a folder, or one made of a FASTA file for the time being."""
    if given is None:
        yield current_db()
        return
    path = Path(given)
    if not os.fspath(path).lower().endswith(_FASTA):
        yield GenomeDB(path)
        return
    if not path.is_file():
        raise MissingFileError("FASTA file not found", where=path)
    with tempfile.TemporaryDirectory(prefix="genomedb-fasta-") as folder:
        db = create_database(folder, "genome", read_chrom_table(path))
        import_fasta(db, SEQUENCE_NAME, [path])
        yield db


def _texts(donor: Any) -> list[str]:
    if not hasattr(donor, "__iter__") or isinstance(donor, (bytes, dict)):
        raise UsageError(f"donor is {donor!r:.60}", fix="Give texts, or the path of a genome")
    found = list(donor)
    for i, text in enumerate(found):
        if not isinstance(text, str):
            raise UsageError(f"donor: text {i} is {text!r:.60}", fix="Give a text an interval")
    return found
