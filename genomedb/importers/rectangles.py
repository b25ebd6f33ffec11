"""import_2d: tab-separated tables of rectangles with values, as a 2D track."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.spans import Spans, Spans2D
from genomedb.core.texts import Texts
from genomedb.db.database import GenomeDB
from genomedb.errors import ChromError, ParseError, TrackExistsError
from genomedb.importers.sources import describe_sources, list_sources, shown
from genomedb.intervals.grid import joined_2d
from genomedb.kernels.fields import FieldParser, FieldRows
from genomedb.readers.opened import line_blocks, open_bytes
from genomedb.storage.describe import Provenance
from genomedb.tracks.create import Storage
from genomedb.tracks.from_spans2d import write_spans2d

log = logging.getLogger(__name__)
_COLUMNS: Any = [
    ("chrom1", "chrom"), ("start1", "start"), ("end1", "end"), ("chrom2", "text"),
    ("start2", "whole"), ("end2", "whole"), ("value", "number"),
]  # fmt: skip
_EXPECTED = "A line has chrom1 start1 end1 chrom2 start2 end2 value, separated by tabs"


class _Part(NamedTuple):
    spans: Spans2D
    value: NDArray[np.float64]
    n_unknown: int


def import_2d(
    db: GenomeDB,
    name: str,
    sources: str | Path | Sequence[str | Path],
    *,
    description: str = "",
    created_by: str = "",
    storage: Storage | None = None,
    overwrite: bool = False,
) -> None:
    """Make a 2D track of tables of rectangles with values, as one table.

    It is a track of points where all rectangles are one base pair wide on both sides.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Of the new track.
    sources : path or list of paths
        Tab-separated text, perhaps compressed, with a line of column names. Columns go by their
        place: ``chrom1 start1 end1 chrom2 start2 end2 value``, 0-based half-open; what comes
        after does not matter. Rows on unknown chromosomes are left out, which is logged.
    description, created_by : str
        Attributes of the track.
    storage : Storage, optional
    overwrite : bool
        Replace a track of that name.

    Raises
    ------
    ParseError
        A line has too few columns, or something else than numbers; a rectangle is not inside its
        chromosomes; there is no line of column names. Says the file and the line.
    ChromError
        Rectangles overlap; no row is on known chromosomes.
    UsageError, MissingFileError, TrackExistsError, LockedError, WriteError
    """
    place = db.place(name)
    if not overwrite and place.path.exists():
        raise TrackExistsError(
            f"Track '{name}' already exists", where=place.path, fix="Remove it first"
        )
    paths = list_sources(sources)
    parts = [part for path in paths for part in _parts(path, db.chroms)]
    spans = joined_2d([part.spans for part in parts])
    if not len(spans):
        raise ChromError(
            "No rows map to known chromosomes", where=", ".join(map(shown, paths)),
            fix=f"The database has {', '.join(db.chroms.names[:5])}",
        )  # fmt: skip
    if n_unknown := sum(part.n_unknown for part in parts):
        log.warning("%s: %d rows on unknown chromosomes left out", shown(paths[0]), n_unknown)
    value = np.concatenate([part.value for part in parts])
    provenance = Provenance(
        description=description,
        created_by=created_by or f'import_2d("{name}", {len(paths)} files)',
        sources=describe_sources(paths),
    )
    write_spans2d(place, spans, value, provenance=provenance, storage=storage, overwrite=overwrite)


def _parts(path: str, chroms: ChromTable) -> Iterator[_Part]:
    """Rows of a file on known chromosomes, block by block."""
    name = shown(path)
    parser: FieldParser | None = None
    with open_bytes(path) as source:
        for block, line in line_blocks(source):
            if parser is None:
                head, _, block = block.partition(b"\n")
                _check_head(head.decode("utf-8", "backslashreplace").rstrip("\r"), name)
                parser = FieldParser(
                    name, _COLUMNS, open_ended=True, track_lines=False, first_line=line + 1,
                    expected=_EXPECTED,
                )  # fmt: skip
            rows = parser.parse(block)
            if rows.chrom.size:
                yield _part(rows, parser.names, chroms, name)
    if parser is None:
        raise ParseError("the file is empty", path=name, line=None, fix=_EXPECTED)


def _check_head(head: str, path: str) -> None:
    """The first line has the names of the columns."""
    fields = head.split("\t")
    if len(fields) < len(_COLUMNS):
        raise ParseError(f"{len(fields)} columns, not 7 or more", path=path, line=1, fix=_EXPECTED)
    if fields[1].isdigit() and fields[2].isdigit():
        raise ParseError(
            "the first line has numbers, not the names of the columns", path=path, line=1,
            fix="Put a line chrom1 start1 end1 chrom2 start2 end2 value before it",
        )  # fmt: skip


def _part(rows: FieldRows, names: list[str], chroms: ChromTable, path: str) -> _Part:
    """Rows on known chromosomes, checked."""
    second, start, end, value = (rows.columns[name] for name, _ in _COLUMNS[3:])
    assert isinstance(second, tuple)
    assert not isinstance(start, tuple)
    assert not isinstance(end, tuple)
    assert not isinstance(value, tuple)
    known = np.array([chroms.find(name) for name in names], np.int64)
    sides = (
        Spans(known[rows.chrom], rows.start, rows.end),
        Spans(_codes(Texts(*second), chroms), start.astype(np.int64), end.astype(np.int64)),
    )
    kept = np.flatnonzero((sides[0].code >= 0) & (sides[1].code >= 0))
    for axis, side in enumerate(sides, 1):
        some = side[kept]
        wrong = (some.start >= some.end) | (some.end > chroms.length_array[some.code])
        if wrong.any():
            i = int(wrong.argmax())
            chrom = chroms.names[some.code[i]]
            raise ParseError(
                f"{chrom}:{some.start[i]}-{some.end[i]} (side {axis}) is empty or not inside "
                f"its chromosome of {chroms.lengths[some.code[i]]} bp",
                path=path,
                line=int(rows.line[kept[i]]),
                fix="Positions are 0-based half-open",
            )
    return _Part(
        Spans2D(sides[0][kept], sides[1][kept]), value[kept].astype(np.float64),
        len(rows.chrom) - kept.size,
    )  # fmt: skip


def _codes(texts: Texts, chroms: ChromTable) -> NDArray[np.int64]:
    """Code of each name of a chromosome, -1 for unknown ones."""
    sizes = texts.sizes
    width = max(int(sizes.max()), 1)
    padded = np.zeros((len(texts), width), np.uint8)
    row = np.repeat(np.arange(len(texts)), sizes)
    at = np.arange(int(texts.offset[-1] - texts.offset[0]))
    padded[row, at - (texts.offset[:-1] - texts.offset[0])[row]] = texts.data[
        texts.offset[0] : texts.offset[-1]
    ]
    distinct, number = np.unique(padded.view(f"S{width}").ravel(), return_inverse=True)
    found = [chroms.find(name.decode("utf-8", "backslashreplace")) for name in distinct.tolist()]
    return np.array(found, np.int64)[number]


__all__ = ["import_2d"]
