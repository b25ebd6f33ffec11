"""Some tracks and interval sets of a database as a database of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from genomedb.db import manage
from genomedb.db.database import GenomeDB
from genomedb.db.location import TABLE
from genomedb.errors import UsageError
from genomedb.storage import schema
from genomedb.storage.describe import Provenance
from genomedb.storage.genome import write_genome
from genomedb.storage.handle import TrackFile
from genomedb.storage.lock import tag
from genomedb.storage.sink import write_error
from genomedb.tracks.place import completed

ORIGIN = "original_db"  # attribute of the chromosome table


@dataclass(frozen=True)
class DatasetFacts:
    """What a database says of itself; empty texts where it says nothing.

    Attributes
    ----------
    description, author, created : str
        The time is UTC, such as ``2026-01-31T12:00:00Z``.
    original : str
        Folder of the database that it was saved from.
    software : str
        What wrote it.
    """

    description: str
    author: str
    created: str
    original: str
    software: str


def save_dataset(
    db: GenomeDB,
    path: str | os.PathLike[str],
    names: Iterable[str],
    *,
    description: str = "",
    linked: Iterable[str] = (),
) -> Path:
    """Make a database of some tracks of another, with the same chromosomes.

    It is whole or absent: files are gathered under another name first.

    Parameters
    ----------
    db : GenomeDB
        Where the tracks, interval sets and sequence are, perhaps in its datasets.
    path : path
        Folder to make.
    names : iterable of str
        What is copied; the copies are compared with their checksums.
    description : str
        Kept in the chromosome table, with user, time and `db`.
    linked : iterable of str
        What gets a second name instead and takes no space again, on the same disk; on another it
        is copied. Files are never edited, so neither database sees changes of the other.

    Returns
    -------
    Path
        Its absolute path.

    Raises
    ------
    UsageError
        There is something of that name.
    TrackNotFoundError
        `db` has no such track.
    WriteError, FormatError

    Examples
    --------
    >>> save_dataset(db, "/shared/paper", ["chip/ctcf"], description="Fig. 1")  # doctest: +SKIP
    """
    target = Path(path).expanduser().absolute()
    if os.path.lexists(target):
        raise UsageError(f"Path '{target}' already exists", fix="Choose a name that is free")
    copies, links = (list(_files(db, which)) for which in (names, linked))
    provenance = Provenance(description=description, attributes={ORIGIN: str(db.path)})
    part = target.with_name(f".{target.name}.part-{tag()}")
    try:
        part.mkdir(parents=True)
        write_genome(part / TABLE, db.chroms, db.assembly, completed(provenance), overwrite=False)
        for source, inside in copies:
            manage.copy(source, part / inside)
        for source, inside in links:
            link(source, part / inside)
        part.rename(target)
    except BaseException as error:
        shutil.rmtree(part, ignore_errors=True)
        if type(error) is OSError or isinstance(error, PermissionError):
            raise write_error(error, target) from error
        raise
    return target


def _files(db: GenomeDB, names: Iterable[str]) -> Iterator[tuple[Path, Path]]:
    """Files of tracks, and their places below the folder of the database."""
    for name in dict.fromkeys(names):
        path = db.open_track(name).path
        yield path, path.relative_to(db.root_of(name))


def link(source: Path, target: Path) -> None:
    """Give a file a second name (files are never edited), or copy it to another disk."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def dataset_facts(db: GenomeDB) -> DatasetFacts:
    """What the chromosome table of a database says of the database."""
    held = TrackFile(db.path / TABLE).attributes()
    names = (
        schema.DESCRIPTION, schema.CREATED_USER, schema.CREATED_DATE, ORIGIN, schema.SOFTWARE,
    )  # fmt: skip
    return DatasetFacts(*(str(held.get(name, "")) for name in names))
