"""Transcripts: exons in the order of transcription, as objects and as rows of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import IO, Any, TypeVar

import numpy as np

from genomedb.classic.coord import Coord, CoordError, parse_strand
from genomedb.classic.util import check_open
from genomedb.core.chromosomes import Chromosome
from genomedb.errors import ParseError

COLUMNS = (
    "ID", "NAME", "CHROM", "START", "END", "STRAND", "EXON.STARTS", "EXON.ENDS", "CDS.START",
    "CDS.END",
)  # fmt: skip
OPTIONAL = ("EXON.SCORES", "INTRON.SCORES", "KNOWN.INTRON")
MISSING = "NA"

_T = TypeVar("_T")


class Transcript(Coord):
    """A transcript: from its first exon to its last.

    Parameters
    ----------
    exons : sequence of Coord
        On one chromosome and strand, none overlapping another; in any order.
    cds_start, cds_end : int, optional
        Leftmost and rightmost coding base, 1-based; None for a transcript that codes nothing.
    name, idnum : optional
    intron_scores, known_introns : sequence, optional
        One of each intron, in the order of transcription.

    Attributes
    ----------
    exons : list of Coord
        In the order of transcription: from right to left on the reverse strand.

    Raises
    ------
    CoordError
        Exons overlap or are not together; the coding part is not inside; a list has another
        length.
    """

    def __init__(
        self, exons: Sequence[Coord], *, cds_start: int | None = None, cds_end: int | None = None,
        name: Any = None, idnum: Any = None, score: Any = None,
        intron_scores: Sequence[float] | None = None, known_introns: Sequence[int] | None = None,
    ) -> None:  # fmt: skip
        if not exons:
            raise CoordError("a transcript needs an exon", where=name)
        ordered = sorted(exons, key=Coord.key)
        first = ordered[0]
        super().__init__(
            first.chrom, first.start, ordered[-1].end, first.strand, score, idnum, name
        )
        for left, right in pairwise(ordered):
            if (left.chrom.idnum, left.strand) != (right.chrom.idnum, right.strand):
                raise CoordError(f"exon {right} is elsewhere than {left}", where=name)
            if left.end >= right.start:
                raise CoordError(f"exons {left} and {right} overlap", where=name)
        self.exons = ordered[::-1] if self.strand == -1 else ordered
        self.cds_start, self.cds_end = cds_start, cds_end
        if (cds_start is None) != (cds_end is None):
            raise CoordError("the coding part has one end only", where=str(self))
        if cds_start is not None and cds_end is not None and not (
            self.start <= cds_start <= cds_end <= self.end
        ):  # fmt: skip
            raise CoordError(
                f"the coding part {cds_start}-{cds_end} is not inside", where=str(self)
            )
        for what, held in (("scores of", intron_scores), ("known", known_introns)):
            if held is not None and len(held) != len(exons) - 1:
                raise CoordError(f"{len(held)} {what} introns, there are {len(exons) - 1}",
                                 where=str(self))  # fmt: skip
        self.intron_scores, self.known_introns = intron_scores, known_introns

    def size(self) -> int:
        """Bases of all exons: the length after splicing."""
        return sum(exon.length() for exon in self.exons)

    def is_coding(self) -> bool:
        """Does it have a coding part?"""
        return self.cds_start is not None

    def tss(self) -> int:
        """Position of the first base transcribed."""
        return self.end if self.strand == -1 else self.start

    def get_introns(self) -> list[Coord]:
        """What lies between the exons, in the order of transcription; none between neighbours."""
        ordered = sorted(self.exons, key=Coord.key)
        found = [
            Coord(self.chrom, left.end + 1, right.start - 1, self.strand)
            for left, right in pairwise(ordered)
            if right.start - left.end > 1
        ]
        scores = self.intron_scores
        found = found[::-1] if self.strand == -1 else found
        if scores is not None and len(scores) == len(found):
            for intron, score in zip(found, scores, strict=True):
                intron.score = score
        return found

    def copy(self) -> Transcript:
        """Another transcript of the same exons, without its name."""
        return Transcript(
            [exon.copy() for exon in self.exons], cds_start=self.cds_start, cds_end=self.cds_end,
            idnum=self.idnum, score=self.score, intron_scores=self.intron_scores,
            known_introns=self.known_introns,
        )  # fmt: skip

    def fields(self, *, optional: Iterable[str] = ()) -> list[str]:
        """Texts of a row; see `write_transcripts`."""
        exons, strand = self.exons, {1: "1", -1: "-1", 0: "0"}[self.strand]
        held = {
            "EXON.SCORES": [exon.score for exon in exons], "INTRON.SCORES": self.intron_scores,
            "KNOWN.INTRON": self.known_introns,
        }  # fmt: skip
        return [
            _shown(self.idnum), _shown(self.name), str(self.chrom), str(self.start),
            str(self.end), strand, _list([e.start for e in exons]), _list([e.end for e in exons]),
            _shown(self.cds_start), _shown(self.cds_end), *(_list(held[name]) for name in optional),
        ]  # fmt: skip


def write_transcripts(
    file: IO[str], transcripts: Iterable[Transcript], *, optional: Sequence[str] = ()
) -> None:
    """Write transcripts as rows between tabs, below a header; NA stands for what is missing.

    Parameters
    ----------
    file : text file
    transcripts : iterable of Transcript
    optional : sequence of str
        Further columns: ``EXON.SCORES``, ``INTRON.SCORES``, ``KNOWN.INTRON``.
    """
    file.write("\t".join((*COLUMNS, *optional)) + "\n")
    for transcript in transcripts:
        file.write("\t".join(transcript.fields(optional=optional)) + "\n")


def read_transcripts(path: str | Path, chrom_dict: Mapping[str, Chromosome]) -> list[Transcript]:
    """Transcripts of a file that `write_transcripts` (or parse_ucsc_genes) wrote; plain or gzip.

    Parameters
    ----------
    path : path
    chrom_dict : mapping
        As of `GenomeDB.get_chromosome_dict`.

    Raises
    ------
    ParseError
        A line is wrong; says which.
    """
    with check_open(path) as file:
        return list(_read(file, str(path), chrom_dict))


def _read(
    file: Iterable[str], path: str, chrom_dict: Mapping[str, Chromosome]
) -> Iterator[Transcript]:
    names: list[str] = []
    for number, line in enumerate(file, 1):
        fields = line.rstrip("\r\n").split("\t")
        if not names:
            absent = [name for name in COLUMNS if name not in fields]
            if absent:
                raise ParseError(f"no column {absent[0]}", path=path, line=number,
                                 fix=f"The first line names {' '.join(COLUMNS)}")  # fmt: skip
            names = fields
            continue
        try:
            if len(fields) != len(names):
                raise ValueError(f"{len(fields)} fields, the header has {len(names)}")
            yield _transcript(dict(zip(names, fields, strict=True)), chrom_dict)
        except (ValueError, KeyError) as error:
            said = f"chromosome {error} is not in the database"
            problem = said if type(error) is KeyError else str(error)
            raise ParseError(problem, path=path, line=number, fix="Correct the line") from error


def _transcript(row: Mapping[str, str], chrom_dict: Mapping[str, Chromosome]) -> Transcript:
    starts, ends = (_numbers(row[name], int) for name in ("EXON.STARTS", "EXON.ENDS"))
    scores = _numbers(row.get("EXON.SCORES", MISSING), float)
    if not starts or not ends or len(starts) != len(ends):
        raise ValueError(f"{len(starts or [])} starts of exons and {len(ends or [])} ends")
    if scores is not None and len(scores) != len(starts):
        raise ValueError(f"{len(scores)} scores of {len(starts)} exons")
    chrom, strand = chrom_dict[row["CHROM"]], parse_strand(row["STRAND"])
    exons = [
        Coord(chrom, start, end, strand, scores[i] if scores else None)
        for i, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]
    idnum, name = row["ID"], row["NAME"]
    made = Transcript(
        exons, cds_start=_number(row["CDS.START"]), cds_end=_number(row["CDS.END"]),
        name=None if name == MISSING else name,
        idnum=None if idnum == MISSING else int(idnum) if idnum.isdigit() else idnum,
        intron_scores=_numbers(row.get("INTRON.SCORES", MISSING), float),
        known_introns=_numbers(row.get("KNOWN.INTRON", MISSING), int),
    )  # fmt: skip
    if (made.start, made.end) != (int(row["START"]), int(row["END"])):
        raise ValueError(f"START and END are not those of the exons ({made.start}-{made.end})")
    return made


def _number(text: str) -> int | None:
    return None if text == MISSING else int(text)


def _numbers(text: str, kind: Callable[[str], _T]) -> list[_T] | None:
    bare = text.strip().rstrip(",")
    if bare in ("", MISSING):
        return None
    return [kind("nan" if word == MISSING else word) for word in bare.split(",")]


def _shown(value: Any) -> str:
    missing = value is None or (isinstance(value, float) and np.isnan(value))
    return MISSING if missing else f"{value}"


def _list(values: Sequence[Any] | None) -> str:
    if values is None or all(value is None for value in values):
        return MISSING
    return ",".join(map(_shown, values))
