"""Genes: transcripts of one strand that lie together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from genomedb.classic.coord import Coord, CoordError
from genomedb.classic.transcript import Transcript


class Gene(Coord):
    """Transcripts on one strand of a chromosome.

    Parameters
    ----------
    transcripts : sequence of Transcript

    Raises
    ------
    CoordError
        There is none, or one is on another chromosome or strand.
    """

    def __init__(self, transcripts: Sequence[Transcript]) -> None:
        if not transcripts:
            raise CoordError("a gene needs a transcript")
        first = transcripts[0]
        super().__init__(first.chrom, first.start, first.end, first.strand)
        self.transcripts: list[Transcript] = []
        for transcript in transcripts:
            self.add_transcript(transcript)

    def add_transcript(self, transcript: Transcript) -> None:
        """Add one of the same chromosome and strand."""
        place = transcript.chrom.idnum, transcript.strand
        if place != (self.chrom.idnum, self.strand):
            raise CoordError(f"{transcript} is on another chromosome or strand", where=str(self))
        self.start, self.end = min(self.start, transcript.start), max(self.end, transcript.end)
        self.transcripts.append(transcript)

    def get_longest_transcript(self) -> Transcript:
        """The one with the most bases in exons; the first of several."""
        return max(self.transcripts, key=Transcript.size)

    def get_merged_exons(self) -> list[Coord]:
        """Union of all exons, from left to right; those that touch become one."""
        exons = sorted((e for t in self.transcripts for e in t.exons), key=Coord.key)
        merged: list[Coord] = []
        for exon in exons:
            if merged and exon.start <= merged[-1].end + 1:
                merged[-1].end = max(merged[-1].end, exon.end)
            else:
                merged.append(Coord(self.chrom, exon.start, exon.end, self.strand))
        return merged

    def get_unique_tss(self) -> list[int]:
        """Positions where transcription begins, each once, from left to right."""
        return sorted({transcript.tss() for transcript in self.transcripts})

    def get_unique_exons(self) -> list[Coord]:
        """Exons of different places, from left to right."""
        return _unique(e for t in self.transcripts for e in t.exons)

    def get_unique_introns(self) -> list[Coord]:
        """Introns of different places, from left to right."""
        return _unique(i for t in self.transcripts for i in t.get_introns())

    def get_exon_mask(self, start: int | None = None, end: int | None = None) -> NDArray[np.bool_]:
        """Is each base of a region in an exon?

        Parameters
        ----------
        start, end : int, optional
            1-based, both included; default those of the gene.

        Returns
        -------
        ndarray of bool, shape (end - start + 1,)
        """
        first = self.start if start is None else start
        last = self.end if end is None else end
        if first > last:
            raise CoordError("start is after end", where=f"{self.chrom}:{first}-{last}")
        mask = np.zeros(last - first + 1, np.bool_)
        for exon in self.get_merged_exons():
            mask[max(exon.start - first, 0) : max(exon.end - first + 1, 0)] = True
        return mask


def group_transcripts(transcripts: Iterable[Transcript]) -> list[Gene]:
    """Genes of transcripts: those of one strand that overlap, also by way of others.

    Returns
    -------
    list of Gene
        By chromosome, then start.
    """
    genes: list[Gene] = []
    for transcript in sorted(transcripts, key=lambda t: t.key(use_strand=True)):
        if genes and genes[-1].overlaps(transcript, use_strand=True):
            genes[-1].add_transcript(transcript)
        else:
            genes.append(Gene([transcript]))
    return sorted(genes, key=Gene.key)


def _unique(coords: Iterable[Coord]) -> list[Coord]:
    return sorted({(c.start, c.end): c for c in coords}.values(), key=lambda c: (c.start, c.end))
