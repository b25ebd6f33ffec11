"""A genome in which some regions have other letters -> FASTA."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genomedb.core.progress import Progress
from genomedb.core.spans import Spans
from genomedb.errors import UsageError
from genomedb.tracks.dense import SequenceTrack
from genomedb.writers.fasta import FastaWriter

_PIECE = 1 << 22


def implant(
    track: SequenceTrack,
    path: str | Path,
    places: Spans,
    letters: Sequence[str],
    *,
    line_width: int = 60,
    overwrite: bool = False,
) -> None:
    """Write all chromosomes of a sequence as FASTA, some regions replaced.

    Parameters
    ----------
    track : SequenceTrack
        The reference.
    path : path
        Destination, compressed when the name ends in ``.gz``.
    places : Spans
        Regions inside the chromosomes; where they overlap, the last one wins.
    letters : sequence of str
        New letters of each region, as many as it has bases; case is kept, strands do not matter.
    line_width, overwrite
        As of `export_fasta`.

    Raises
    ------
    UsageError
        Letters of another number than the region, or none at all.
    TrackExistsError, WriteError

    Examples
    --------
    >>> implant(sequence_track(db), "new.fa", spans, ["ACGT"])  # doctest: +SKIP
    """
    if len(letters) != len(places):
        raise UsageError(
            f"there are {len(letters)} texts for {len(places)} regions", fix="Give one a region"
        )
    size = np.array([len(text) for text in letters], np.int64)
    wrong = size != places.end - places.start
    if wrong.any():
        i = int(wrong.argmax())
        chrom = track.chroms.names[places.code[i]]
        raise UsageError(
            f"text {i} has {size[i]} letters, and {chrom}:{places.start[i]}-{places.end[i]} has "
            f"{places.end[i] - places.start[i]} bases",
            fix="Lengths may not change",
        )
    new = _Letters(places, letters, size)
    with (
        FastaWriter(path, line_width=line_width, overwrite=overwrite) as writer,
        Progress(sum(track.chroms.lengths), str(path), unit="bp") as progress,
    ):
        for code, (name, length) in enumerate(
            zip(track.chroms.names, track.chroms.lengths, strict=True)
        ):
            for start in range(0, length, _PIECE):
                end = min(start + _PIECE, length)
                writer.add(name, new.over(code, start, np.array(track.read(name, start, end))))
                progress.advance(end - start)


class _Letters:
    """The new letters of regions, one behind the other."""

    def __init__(self, places: Spans, letters: Sequence[str], size: NDArray[np.int64]) -> None:
        try:
            self._text = np.frombuffer("".join(letters).encode("ascii"), np.uint8)
        except UnicodeEncodeError as error:
            raise UsageError(f"new letters hold {error.object[error.start]!r}") from None
        self._places = places
        self._at = np.cumsum(size) - size

    def over(self, code: int, first: int, piece: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A piece of a chromosome, new letters in their places."""
        places, last = self._places, first + piece.size
        rows = np.flatnonzero((places.code == code) & (places.start < last) & (places.end > first))
        start = np.maximum(places.start[rows], first)
        n = np.minimum(places.end[rows], last) - start
        step = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        source = np.repeat(self._at[rows] + start - places.start[rows], n) + step
        piece[np.repeat(start - first, n) + step] = self._text[source]
        return piece


def write_index(
    path: Path, *, line_width: int, names: Sequence[str], lengths: Sequence[int]
) -> Path:
    """Write the ``.fai`` of an uncompressed FASTA file that a `FastaWriter` made.

    Returns
    -------
    Path
        Its path.
    """
    rows, at = [], 0
    for name, length in zip(names, lengths, strict=True):
        at += len(name.encode()) + 2
        width = min(line_width, length)
        rows.append(f"{name}\t{length}\t{at}\t{width}\t{width + 1}\n")
        at += length + -(-length // line_width)
    index = path.with_name(path.name + ".fai")
    index.write_text("".join(rows), encoding="utf-8")
    return index
