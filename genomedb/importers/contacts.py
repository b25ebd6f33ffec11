"""import_contacts: pairs of places that touch, as a symmetric track of points."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.progress import Progress
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, TrackExistsError, UsageError
from genomedb.importers.pair_matcher import PairMatcher
from genomedb.importers.pair_spool import PairSpool
from genomedb.importers.sources import (
    STDIN,
    Report,
    describe_sources,
    list_sources,
    require_some,
    shown,
)
from genomedb.kernels.quadtree_query import Records
from genomedb.readers.contacts import (
    ContactBatch,
    PairsHeader,
    contact_format,
    iter_contacts,
)
from genomedb.readers.fends import iter_fend_contacts, read_fends
from genomedb.storage.describe import Provenance
from genomedb.storage.write import Storage
from genomedb.tracks.create_pairs import new_pairs
from genomedb.tracks.place import Place, check_dtype

log = logging.getLogger(__name__)
DUPLICATES = ("sum", "refuse")
_Arrays = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def import_contacts(
    db: GenomeDB,
    name: str,
    sources: str | Path | Sequence[str | Path],
    *,
    format: str | None = None,
    fends: str | Path | None = None,
    columns: Sequence[str] | None = None,
    value: str | None = None,
    duplicates: str = "sum",
    dtype: str = "float32",
    storage: Storage | None = None,
    description: str = "",
    attributes: Mapping[str, str] | None = None,
    command: str = "",
    created_by: str = "",
    overwrite: bool = False,
) -> Report:
    """Make a track of points of files of contacts, taken together.

    The track is symmetric: a contact of x with y is found from both sides. Its place on each side
    is the middle, ``(start + end) // 2``. Contacts of the same two places become one. Files larger
    than memory are sorted beside the track, in a temporary file without a name.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Of the new track.
    sources : path or sequence of paths
        Text, plain or compressed; ``"-"`` is standard input.
    format : {"pairs", "bedpe", "table"}, optional
        4DN pairs, with positions from 1; BEDPE, whose 8th column is the value where it is there; a
        table with a line of names and columns ``chrom1 start1 end1 chrom2 start2 end2 value`` in
        this order, where an empty value is a missing one. By default, by the name of each file:
        .pairs, .bedpe, or else a table.
    fends : path, optional
        Table with columns ``fend chr coord``; the sources then are tables with columns ``fend1
        fend2 count``.
    columns : sequence of str, optional
        Names of the columns of pairs without a ``#columns`` line, such as ``chrom1 pos1 strand1
        chrom2 pos2``; by default ``readID chrom1 pos1 chrom2 pos2``.
    value : str, optional
        Column of pairs that holds the value of each; without it, each counts 1.
    duplicates : {"sum", "refuse"}
        Add up the values of contacts of the same places, or make them an error.
    dtype : str
        Stored type of values.
    storage, description, attributes, command, created_by, overwrite
        As in `import_signal`.

    Returns
    -------
    Report
        ``n_records`` counts contacts that were taken, ``unknown`` those left out, by the first
        chromosome of theirs that is not in the database.

    Raises
    ------
    ParseError
        A line is wrong, a place is not inside its chromosome, a fend is not known; says the file
        and the line.
    ChromError
        No contact is on known chromosomes; contacts come twice and are refused; a file says other
        lengths of chromosomes.
    UsageError, MissingFileError, FormatError, TrackExistsError, LockedError, WriteError

    Examples
    --------
    >>> import_contacts(db, "hic", "gm12878.pairs.gz")  # doctest: +SKIP
    """
    check_dtype(dtype)
    if duplicates not in DUPLICATES:
        raise UsageError(f"duplicates={duplicates!r:.40}", fix="Use one of: sum, refuse")
    if fends is not None and (format is not None or columns is not None or value is not None):
        raise UsageError("fends come with tables of fend1 fend2 count",
                         fix="Leave format, columns and value out")  # fmt: skip
    place = new_place(db, name, overwrite=overwrite)
    paths, report = list_sources(sources), Report()
    if fends is not None:
        list_sources(fends)
        read: Any = partial(iter_fend_contacts, fends=read_fends(fends))
    else:
        read = partial(_read, format=format, columns=columns, value=value, chroms=db.chroms)
    folder, where = existing_folder(place), shown(paths[0])
    with PairSpool(
        db.chroms, folder, mirror=True, add_up=duplicates == "sum", where=where
    ) as spool:
        for path in paths:
            size = None if path == STDIN else Path(path).stat().st_size
            with Progress(size, place.name) as progress:
                matcher = PairMatcher(db.chroms, report, shown(path))
                for batch in read(path, progress=progress):
                    _add(spool, batch, matcher)
        require_some(report, db.chroms, where)
        for sentence in report.sentences():
            log.warning("%s: %s", where, sentence)
        provenance = Provenance(
            description=description,
            created_by=created_by or f'import_contacts("{place.name}", {len(paths)} files)',
            command=command,
            sources=describe_sources(paths),
            attributes=dict(attributes or {}),
        )
        write_spool(
            spool, place, is_points=True, dtype=dtype, storage=storage, provenance=provenance,
            overwrite=overwrite,
        )  # fmt: skip
    return report


def new_place(db: GenomeDB, name: str, *, overwrite: bool) -> Place:
    """Where a track goes; refuses a taken name before any work."""
    place = db.place(name)
    if not overwrite and place.path.exists():
        raise TrackExistsError(
            f"Track '{name}' already exists", where=place.path, fix="Remove it first"
        )
    return place


def existing_folder(place: Place) -> Path:
    """The folder of a track, or the first above it that is there."""
    return next(folder for folder in place.path.parents if folder.is_dir())


def write_spool(
    spool: PairSpool,
    place: Place,
    *,
    is_points: bool,
    ends: Any = None,
    before_end: Any = None,
    **options: Any,
) -> int:
    """Make a track of all that is in a spool; return how many records it has.

    Parameters
    ----------
    spool : PairSpool
    place : Place
    is_points : bool
    ends : callable, optional
        Of rectangles: ends of the bins with these starts on the chromosome of this code.
    before_end : callable, optional
        Called with the draft when all records are written.
    **options
        Of `new_pairs`.
    """
    pairs, names = spool.finish(), place.chroms.names
    with new_pairs(
        place, is_points=is_points, n_pairs=len(pairs), is_ordered=True, **options
    ) as draft:
        for code1, code2 in pairs:
            blocks = _blocks(spool, code1, code2, None if is_points else ends)
            draft.write_blocks(names[code1], names[code2], blocks, check=False)
        if before_end is not None:
            before_end(draft)
    return draft.n_records


def _blocks(spool: PairSpool, code1: int, code2: int, ends: Any) -> Iterator[Records]:
    for x, y, value in spool.blocks(code1, code2):
        if ends is None:
            yield Records(x, None, y, None, value)
        else:
            yield Records(x, ends(code1, x), y, ends(code2, y), value)


def _add(spool: PairSpool, batch: ContactBatch, matcher: PairMatcher) -> None:
    """Contacts of known chromosomes, from the lesser side to the greater."""
    spans, value = matcher.match(batch)
    first, second = spans.first, spans.second
    x, y = ((side.start + side.end) // 2 for side in (first, second))
    spool.add(*ordered(first.code, x, second.code, y), value)


def ordered(
    code1: NDArray[np.int64], x: NDArray[np.int64], code2: NDArray[np.int64], y: NDArray[np.int64]
) -> _Arrays:
    """The same places with the lesser (chromosome, position) first."""
    swapped = (code1 > code2) | ((code1 == code2) & (x > y))
    if not swapped.any():
        return code1, x, code2, y
    return (
        np.where(swapped, code2, code1), np.where(swapped, y, x),
        np.where(swapped, code1, code2), np.where(swapped, x, y),
    )  # fmt: skip


def _read(
    path: str, *, progress: Progress, format: str | None, columns: Sequence[str] | None,
    value: str | None, chroms: ChromTable,
) -> Iterator[ContactBatch]:  # fmt: skip
    given = format or contact_format(path)
    check = partial(_check_lengths, path=shown(path), chroms=chroms)
    return iter_contacts(
        path, given, columns=columns, value=value, progress=progress, on_header=check
    )


def _check_lengths(header: PairsHeader, path: str, chroms: ChromTable) -> None:
    check_lengths(header.chrom_sizes, path, chroms)


def check_lengths(sizes: Mapping[str, int], path: str, chroms: ChromTable) -> None:
    """Raise `ChromError` for a chromosome of another length: it is another assembly."""
    for name, size in sizes.items():
        code = chroms.find(name)
        if code >= 0 and chroms.lengths[code] != size:
            raise ChromError(
                f"chromosome {name} is {size} bp long in the file, {chroms.lengths[code]} in the "
                "database",
                where=path,
                fix="It is of another assembly: import it into a database of that",
            )


__all__ = [
    "DUPLICATES", "check_lengths", "existing_folder", "import_contacts", "new_place", "ordered",
    "write_spool",
]  # fmt: skip
