"""export_bedpe: any 2D track as BEDPE, or as a table of rectangles with values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.progress import Progress
from genomedb.core.texts import Texts
from genomedb.errors import UsageError
from genomedb.kernels.texts import gather
from genomedb.storage import schema
from genomedb.storage.pair_scan import ManyPairs, scan_together
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
    written, names = 0, COLUMNS if header else ()
    with (
        Progress(track.n_records(), track.name, unit=" records") as progress,
        RowWriter(path, names, empty=b"nan" if header else b".", overwrite=overwrite) as writer,
    ):
        for block in scan_together(track._file, track.chroms):
            progress.advance(block.records.value.size)
            rows = _upper(block) if upper else slice(None)
            x1, x2, y1, y2, value = (None if c is None else c[rows] for c in block.records)
            columns: list[Cells] = []
            for axis, start, end in ((0, x1, x2), (1, y1, y2)):
                assert start is not None
                start = start.astype(np.int64)
                columns += [_chroms(track.chroms, block, axis, rows), start]
                columns.append(start + 1 if end is None else end)
            assert value is not None
            writer.add([*columns, *([] if header else ["."]), value], value.size)
            written += value.size
    return written


def _upper(block: ManyPairs) -> NDArray[np.int64]:
    """Rows of the records that do not begin below the diagonal."""
    code1, code2 = block.code_columns()
    on_diagonal = (code1 == code2) & (block.records.x1 <= block.records.y1)
    return np.flatnonzero((code1 < code2) | on_diagonal)


def _chroms(
    chroms: ChromTable, block: ManyPairs, axis: int, rows: slice | NDArray[np.int64]
) -> Cells:
    """Name of a chromosome of each record."""
    used, number = np.unique(block.codes[:, axis], return_inverse=True)
    names: list[str] = [chroms.names[code] for code in used.tolist()]
    if len(names) == 1:
        return names[0]
    texts = Texts.of(names)
    return Texts(*gather(texts.data, texts.offset, np.repeat(number, np.diff(block.edges))[rows]))


def require_pairs(track: Any, what: str) -> None:
    """Raise `UsageError` unless it is an open 2D track."""
    if isinstance(track, PairTrack):
        return
    if isinstance(track, Track):
        raise UsageError(f"a {track.track_type} track is no {what.removeprefix('a ')}",
                         where=track.name, fix="Give a track of points or rectangles")  # fmt: skip
    raise UsageError(f"{track!r:.60} is no open track", fix="Give db[name]")


__all__ = ["export_bedpe", "require_pairs"]
