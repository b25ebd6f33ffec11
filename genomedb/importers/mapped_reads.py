"""Mapped reads -> tracks: places of reads (sparse), or how deep they lie over bins (dense)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chroms import ChromTable
from genomedb.core.closing import Closing
from genomedb.db.database import GenomeDB
from genomedb.errors import TrackExistsError, UsageError
from genomedb.importers.sources import describe_sources, list_sources
from genomedb.importers.spool import Spool
from genomedb.kernels.binning import accumulate_overlap
from genomedb.kernels.reads import Reads
from genomedb.readers.sam_text import iter_mapped_reads
from genomedb.storage.describe import Provenance
from genomedb.tracks.create import Place, new_dense, new_sparse

TABLE_COLUMNS: Final = (9, 11, 13, 14)
_WINDOW_BINS: Final = 1 << 18
_LONG: Final = 1 << 30
_I8 = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ReadCounts:
    """What became of the reads of a file.

    Attributes
    ----------
    mapped, duplicates : ndarray of int64, shape (chromosomes,)
        Reads of each chromosome of the database, in its order, and how many of them begin where
        an earlier one of the same strand does.
    unmapped : int
        Reads that are nowhere, on chromosomes that the database does not have, or outside.
    """

    mapped: _I8
    duplicates: _I8
    unmapped: int

    @property
    def total(self) -> int:
        """All reads."""
        return int(self.mapped.sum()) + self.unmapped


def import_mapped_reads(
    db: GenomeDB,
    name: str,
    source: str | Path,
    *,
    pileup: int = 0,
    bin_size: int | None = None,
    columns: tuple[int, int, int, int] | None = TABLE_COLUMNS,
    remove_duplicates: bool = True,
    description: str = "",
    created_by: str = "",
    attributes: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> ReadCounts:
    """Make a track of mapped reads.

    A read of the forward strand is at its first base, one of the reverse strand at the position
    after its last: where its sequencing began. Reads of one strand and position are duplicates.

    Parameters
    ----------
    db : GenomeDB
        Where the track goes.
    name : str
        Of the new track.
    source : path
        SAM text, BAM, or a table with tabs; plain or compressed.
    pileup : int
        0 makes a sparse track of one base a position. Otherwise reads are drawn out to this many
        bp from where they begin, and a dense track has how many of them lie over a bin: the
        bases they cover in it, divided by the bin size; 0 where there are none.
    bin_size : int, optional
        Base pairs, with a pileup only.
    columns : tuple of 4 int, optional
        Of a table: where sequence, chromosome, position (0-based) and strand (``+ F`` or
        ``- R``) stand, counted from 1. None for SAM and BAM.
    remove_duplicates : bool
        Count duplicates once: a sparse track has 1 at every position. Otherwise it has the
        number of reads there.
    description, created_by : str
        Stored with the track; `created_by` defaults to the call.
    attributes : mapping, optional
        Further attributes.
    overwrite : bool
        Replace a track of that name.

    Returns
    -------
    ReadCounts

    Raises
    ------
    UsageError
        Arguments that are not right or do not fit together.
    MissingFileError, FormatError, ParseError
        The file is absent, damaged, or no text.
    TrackExistsError, LockedError, WriteError

    Notes
    -----
    Lines that cannot be read count as reads that are not mapped, as do those of flag 4. Secondary
    and supplementary alignments count.

    Examples
    --------
    >>> import_mapped_reads(
    ...     db, "chip", "chip.bam", columns=None, pileup=200, bin_size=20
    ... ).total  # doctest: +SKIP
    """
    _check(pileup, bin_size)
    path = _one_file(source)
    batches = iter_mapped_reads(path, columns)  # refuses columns that are not right
    place = db.place(name)
    if not overwrite and place.path.exists():
        raise TrackExistsError(
            f"Track '{name}' already exists", where=place.path, fix="Remove it first"
        )
    call = f'import_mapped_reads("{name}", "{Path(path).name}", {pileup=}, {bin_size=})'
    kind = {"type": "dense", "binsize": str(bin_size)} if pileup else {}
    provenance = Provenance(
        description=description, created_by=created_by or call.encode("utf-8", "replace").decode(),
        attributes={**kind, **(attributes or {})},
    )  # fmt: skip
    options: dict[str, Any] = {"provenance": provenance, "overwrite": overwrite}
    if pileup:
        with new_dense(place, bin_size=int(bin_size or 1), **options) as dense:
            with _Placed(place, batches) as placed:
                for code, chrom in enumerate(place.chroms.names):
                    strands = [s if not remove_duplicates else s.once() for s in placed.at(code)]
                    length = place.chroms.lengths[code]
                    dense.write(chrom, _depths(strands, int(pileup), dense.bin_size, length))
            dense.add_sources(describe_sources([path]))
    else:
        with new_sparse(place, **options) as sparse:
            with _Placed(place, batches) as placed:
                for code, chrom in enumerate(place.chroms.names):
                    position, count = _joined(placed.at(code), place.chroms.lengths[code])
                    value = np.ones(count.size) if remove_duplicates else count
                    if position.size:
                        sparse.write(chrom, [(position, position + 1, value)])
            sparse.add_sources(describe_sources([path]))
    return placed.counts


def _check(pileup: Any, bin_size: Any) -> None:
    """Refuse a pileup or bin size that cannot be."""
    for what, value in (("pileup", pileup), ("bin_size", bin_size)):
        whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
        if value is not None and not (whole and value < 2**62):
            raise UsageError(f"{what} is {value!r:.40}", fix="Give a whole number of bp")
    if pileup is None or pileup < 0:
        raise UsageError(f"pileup is {pileup}", fix="Give 0, or the bp that reads are drawn out to")
    if pileup == 0 and bin_size is not None:
        raise UsageError(
            "a bin size needs a pileup: without one the track is sparse", fix="Leave bin_size out"
        )
    if pileup and (bin_size is None or bin_size < 1):
        raise UsageError(f"bin_size is {bin_size}", fix="A pileup needs a bin size of at least 1")


def _one_file(source: str | Path) -> str:
    if not isinstance(source, (str, Path)):
        raise UsageError(f"source is {source!r:.60}", fix="Name one file")
    return list_sources(source)[0]


# ---- reading


@dataclass(frozen=True, eq=False)
class _Strand:
    """Reads of one strand of a chromosome: sorted positions, and how many are at each."""

    sign: int
    position: _I8
    count: _I8

    def once(self) -> _Strand:
        """The same with one read a position."""
        return _Strand(self.sign, self.position, np.ones_like(self.count))


class _Placed(Closing):
    """All reads of a file, put down by chromosome.

    Attributes
    ----------
    counts : ReadCounts
        Of the chromosomes that were asked for.
    """

    def __init__(self, place: Place, batches: Iterator[tuple[list[str], Reads]]) -> None:
        chroms = place.chroms
        self._spool = Spool(
            len(chroms), place.path.parent, long_chroms=max(chroms.lengths) >= _LONG
        )
        try:
            unmapped = self._take(chroms, batches)
        except BaseException:
            self.close()
            raise
        none = np.zeros(len(chroms), np.int64)
        self.counts = ReadCounts(none, none.copy(), unmapped)

    def _take(self, chroms: ChromTable, batches: Iterator[tuple[list[str], Reads]]) -> int:
        """Keep where each read begins, and 1 or -1 for its strand; count those left out."""
        names: list[str] = []
        known = np.empty(0, np.int64)
        unmapped = 0
        for listed, reads in batches:
            if len(listed) > len(names):
                more = [chroms.find(name) for name in listed[len(names) :]]
                names, known = listed, np.append(known, np.array(more, np.int64))
            code = np.append(known, -1)[reads.chrom]  # -1, not mapped, finds the last
            inside = (reads.position >= 0) & (reads.position < chroms.length_array[code])
            kept = np.flatnonzero((code >= 0) & inside)
            unmapped += code.size - kept.size
            strand = reads.strand[kept].astype(np.float64)
            position = reads.position[kept]
            position = np.where(strand < 0, position + reads.size[kept], position)
            self._spool.add(code[kept], position, position, strand)
        return unmapped

    def at(self, code: int) -> tuple[_Strand, _Strand]:
        """Reads of both strands of a chromosome; they are counted on the way."""
        found: list[list[NDArray[Any]]] = [[], []]
        for piece in self._spool.pieces(code):
            for parts, mine in zip(found, (piece.value > 0, piece.value < 0), strict=True):
                parts.append(piece.start[mine])
        made = []
        for sign, parts in zip((1, -1), found, strict=True):
            every = np.concatenate(parts) if parts else np.empty(0, np.int64)
            position, count = np.unique(every.astype(np.int64), return_counts=True)
            made.append(_Strand(sign, position, count.astype(np.int64)))
            self.counts.mapped[code] += every.size
            self.counts.duplicates[code] += every.size - position.size
        return made[0], made[1]

    def close(self) -> None:
        """Forget the reads."""
        self._spool.close()


# ---- tracks


def _joined(strands: tuple[_Strand, _Strand], length: int) -> tuple[_I8, NDArray[np.float64]]:
    """Positions inside the chromosome, and reads of both strands at each."""
    both = np.concatenate([strand.position for strand in strands])
    counts = np.concatenate([strand.count for strand in strands])
    position, which = np.unique(both, return_inverse=True)
    count = np.bincount(which.ravel(), weights=counts, minlength=position.size)
    inside = position < length
    return position[inside], count[inside].astype(np.float64)


def _depths(
    strands: list[_Strand], pileup: int, width: int, length: int
) -> Iterator[NDArray[np.float64]]:
    """Bases of reads in each bin by its (whole) width, window by window."""
    n_bins = -(-length // width)
    drawn = [(s.position if s.sign > 0 else s.position - pileup, s.count) for s in strands]
    for first in range(0, n_bins, _WINDOW_BINS):
        n = min(_WINDOW_BINS, n_bins - first)
        total, covered = np.zeros(n), np.zeros(n)
        low, high = first * width, min((first + n) * width, length)
        for start, count in drawn:
            a, b = np.searchsorted(start, [low - pileup, high]).tolist()
            accumulate_overlap(
                start[a:b], np.minimum(start[a:b] + pileup, length), count[a:b], bin_size=width,
                first_bin=first, total=total, covered=covered,
            )  # fmt: skip
        yield total / width
