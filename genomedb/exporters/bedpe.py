"""export_bedpe: any 2D track as BEDPE, or as a table of rectangles with values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from genomedb.core.progress import Progress
from genomedb.errors import UsageError
from genomedb.storage import schema
from genomedb.tracks.base import Track
from genomedb.tracks.pairs import PairTrack
from genomedb.writers.cells import Cells
from genomedb.writers.tsv import RowWriter

COLUMNS = ("chrom1", "start1", "end1", "chrom2", "start2", "end2", schema.VALUE)


def export_bedpe(
    track: PairTrack,
    path: str | Path,
    *,
    header: bool | None = None,
    upper: bool = False,
    overwrite: bool = False,
) -> int:
    """Write the records of a 2D track as text, 0-based half-open.

    Parameters
    ----------
    track : PairTrack
        Points, which are one base pair wide, or rectangles.
    path : path
        Compressed when its name ends in ``.gz`` or ``.zst``; ``-`` is standard output.
    header : bool, optional
        True writes a line of names, then ``chrom1 start1 end1 chrom2 start2 end2 value``, which
        `import_2d` reads; False BEDPE: the same with a name ``.`` before the value. By default,
        BEDPE where the file is called so.
    upper : bool
        Write only records with ``(chrom1, start1) <= (chrom2, start2)``, in the order of the
        database: each contact of a symmetric track once, as `import_contacts` reads it.
    overwrite : bool
        Replace a file of that name.

    Returns
    -------
    int
        Records written, pair by pair; those of a pair are in no order.

    Raises
    ------
    UsageError
        It is no 2D track.
    WriteError

    Examples
    --------
    >>> export_bedpe(db["hic"], "hic.bedpe.gz", upper=True)  # doctest: +SKIP
    """
    require_pairs(track, "BEDPE")
    if header is None:
        header = ".bedpe" not in Path(path).suffixes
    codes, written = track.chroms.code, 0
    names = COLUMNS if header else ()
    with (
        Progress(track.n_records(), track.name, unit=" records") as progress,
        RowWriter(path, names, empty=b"nan" if header else b".", overwrite=overwrite) as writer,
    ):
        for chrom1, chrom2, records in track.iter_blocks():
            progress.advance(len(records))
            if upper and codes(chrom1) > codes(chrom2):
                continue
            if upper and chrom1 == chrom2:
                records = records[records.x1 <= records.y1]
            columns: list[Cells] = [chrom1, records.x1, records.x2]
            columns += [chrom2, records.y1, records.y2, *([] if header else ["."]), records.value]
            writer.add(columns, len(records))
            written += len(records)
    return written


def require_pairs(track: Any, what: str) -> None:
    """Raise `UsageError` unless it is an open 2D track."""
    if isinstance(track, PairTrack):
        return
    if isinstance(track, Track):
        raise UsageError(f"a {track.track_type} track is no {what.removeprefix('a ')}",
                         where=track.name, fix="Give a track of points or rectangles")  # fmt: skip
    raise UsageError(f"{track!r:.60} is no open track", fix="Give db[name]")


__all__ = ["export_bedpe", "require_pairs"]
