"""A whole misha database -> a database of ours: parallel, resumable, with a report."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Final

from genomedb.core.names import track_name
from genomedb.core.parallel import check_executor, map_tasks
from genomedb.core.progress import Progress
from genomedb.db.create import create_database
from genomedb.db.database import GenomeDB
from genomedb.db.location import TABLE
from genomedb.db.read_only import FILE as READ_ONLY_FILE
from genomedb.errors import ChromError, GenomeDBError, TrackExistsError, UsageError
from genomedb.importers.misha_objects import (
    SEQUENCE_TRACK,
    Options,
    import_motifs,
    import_sequence,
    import_set,
    import_track,
)
from genomedb.importers.misha_report import (
    FAILED,
    IMPORTED,
    SKIPPED,
    UNSUPPORTED,
    MishaObject,
    MishaReport,
)
from genomedb.readers.misha_attributes import read_read_only
from genomedb.readers.misha_root import (
    SEQUENCE,
    MishaNames,
    is_misha_root,
    read_misha_chroms,
    walk_misha,
)
from genomedb.storage.describe import Provenance
from genomedb.tracks.create import Storage

_USER_TASKS: Final = 16  # in flight with an executor whose size is not known
_TAKERS: Final = {
    "sequence": import_sequence,
    "track": import_track,
    "intervals": import_set,
    "motifs": import_motifs,
}
Item = tuple[str, str, Path]  # what it is, name, place
log = logging.getLogger(__name__)


def import_misha(
    source: str | os.PathLike[str],
    destination: str | os.PathLike[str],
    *,
    executor: Executor | int | None = None,
    resume: bool = True,
    on_object: Callable[[MishaObject], None] | None = None,
    storage: Storage | None = None,
    command: str = "",
) -> MishaReport:
    """Make a database of a misha database; what cannot be imported does not stop the rest.

    Tracks, interval sets, sequence (track ``seq``), motif sets, attributes, variables, folders
    and the list of read-only attributes are taken over; the source is only read, and nothing in
    it is executed or unpickled. Each object appears whole or not at all.

    Parameters
    ----------
    source : path
        Root folder of the misha database.
    destination : path
        Folder of the new database; its name is the name of the assembly.
    executor : Executor, int or None
        Who imports: this process (None), so many processes, each an object at a time, or an
        executor.
    resume : bool
        Go on with a destination that is there: what is complete is skipped. False makes such a
        destination an error.
    on_object : callable, optional
        Told of each object as it is done.
    storage : Storage, optional
        Codec and chunks of tracks.
    command : str
        Command line, kept with the tracks.

    Returns
    -------
    MishaReport
        What became of each object. What is wrong with an object is said there.

    Raises
    ------
    MissingFileError
        The source is no misha database.
    TrackExistsError, ChromError
        The destination is there, and `resume` is False or it has other chromosomes.
    UsageError
        The destination is in the source, or is a misha database itself.
    ParseError, FormatError
        The list of chromosomes is damaged.

    Examples
    --------
    >>> import_misha("/misha/hg38", "/data/hg38", executor=4).summary()  # doctest: +SKIP
    '812 imported, 0 skipped, 3 unsupported, 1 failed'
    """
    n = check_executor(executor)
    root, target = Path(source).expanduser().absolute(), Path(destination).expanduser().absolute()
    chroms = read_misha_chroms(root)
    _check_target(root, target)
    names = walk_misha(root)
    if not (target / TABLE).exists():
        made = Provenance(created_by="import_misha", command=command)
        create_database(target.parent, target.name, chroms, provenance=made)
    elif not resume:
        raise TrackExistsError("a database is there already", where=target, fix="Ask to resume")
    db = GenomeDB(target)
    if db.chroms.digest != chroms.digest:
        raise ChromError(
            f"has other chromosomes than {root}: {db.chroms.first_difference(chroms)}",
            where=target, fix="Name another destination",
        )  # fmt: skip
    report = MishaReport()

    def said(found: MishaObject) -> None:
        report.objects.append(found)
        _log(found)
        if on_object is not None:
            on_object(found)

    for found in _small_things(db, root, names):
        said(found)
    items, refused = _planned(root, names)
    for found in refused:
        said(found)
    task = partial(_import_one, db, Options(storage, command))
    with Progress(len(items), target.name, unit=" objects") as progress, closing(
        map_tasks(task, items, executor, in_flight=2 * n or _USER_TASKS)
    ) as results:  # fmt: skip
        for found in _all(results, items):
            progress.advance(1)
            said(found)
    return report


def _check_target(root: Path, target: Path) -> None:
    real, home = os.path.realpath(target), os.path.realpath(root)
    if os.path.commonpath((real, home)) == home:
        raise UsageError("the destination is in the source", where=target, fix="Name another one")
    if is_misha_root(target):
        raise UsageError("is a misha database itself", where=target, fix="Name another destination")


def _planned(root: Path, names: MishaNames) -> tuple[list[Item], list[MishaObject]]:
    """Objects to import, and those whose name another object has."""
    items: list[Item] = [("motifs", name, key) for name, key in names.motifs]
    items += [("track", name, folder) for name, folder in names.tracks]
    items += [("intervals", name, path) for name, path in names.sets]
    if (root / SEQUENCE).is_dir() and any((root / SEQUENCE).iterdir()):
        items.insert(0, ("sequence", SEQUENCE_TRACK, root))
    taken: dict[str, Item] = {}
    kept, refused = [], []
    for item in items:
        kind, name, path = item
        try:
            ours = f"motifs {name}" if kind == "motifs" else track_name(name)
        except GenomeDBError as error:
            refused.append(MishaObject(name, kind, FAILED, f"{path}: {error}"))
            continue
        if ours in taken:
            reason = f"{path}: the name {ours} is taken by {taken[ours][2]}"
            refused.append(MishaObject(name, kind, FAILED, reason))
        else:
            taken[ours] = item
            kept.append(item)
    return kept, refused


def _small_things(db: GenomeDB, root: Path, names: MishaNames) -> Iterator[MishaObject]:
    """Take over folders and the read-only names; name what is nothing of misha."""
    for folder in names.folders:
        try:
            path = db.path / track_name(f"{folder}/x")
            status = SKIPPED if path.parent.is_dir() else IMPORTED
            path.parent.mkdir(parents=True, exist_ok=True)
            yield MishaObject(folder.replace("/", "."), "folder", status)
        except (GenomeDBError, OSError) as error:
            yield MishaObject(folder.replace("/", "."), "folder", FAILED, str(error))
    for path in names.others:
        name = str(path.relative_to(root))
        yield MishaObject(name, "file", UNSUPPORTED, f"{path}: is no object of a misha database")
    try:
        listed = read_read_only(root)
        if listed is not None:
            status = SKIPPED if (db.path / READ_ONLY_FILE).is_file() else IMPORTED
            if status == IMPORTED:
                db.set_readonly_attributes(listed)
            yield MishaObject(READ_ONLY_FILE, "read-only names", status)
    except (GenomeDBError, OSError) as error:
        yield MishaObject(READ_ONLY_FILE, "read-only names", FAILED, str(error))


def _import_one(db: GenomeDB, options: Options, item: Item) -> MishaObject:
    """Import one object, in any process; what goes wrong becomes part of the report."""
    kind, name, path = item
    try:
        return _TAKERS[kind](db, name, path, options)
    except (GenomeDBError, OSError, MemoryError) as error:
        said = str(error) or (
            "not enough memory" if isinstance(error, MemoryError) else type(error).__name__
        )
        return MishaObject(
            name, kind, FAILED, said if str(path) in said else f"{path}: {said}"
        )  # fmt: skip


def _all(results: Iterator[MishaObject], items: list[Item]) -> Iterator[MishaObject]:
    """What became of all objects, also when workers died before the last."""
    done = 0
    try:
        for found in results:
            done += 1
            yield found
    except GenomeDBError as error:
        for kind, name, path in items[done:]:
            yield MishaObject(name, kind, FAILED, f"{path}: {error}")


def _log(found: MishaObject) -> None:
    for note in found.notes:
        log.warning("%s: %s", found.name, note)
    log.info("%s (%s): %s %s", found.name, found.type, found.status, found.reason)
