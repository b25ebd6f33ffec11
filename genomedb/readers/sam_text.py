"""Mapped reads of SAM text, BAM, and tables with tabs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from genomedb.core.progress import Progress
from genomedb.errors import FormatError
from genomedb.kernels.reads import ReadParser, Reads, bam_reads
from genomedb.readers.bam_header import BAM_MAGIC, CRAM_MAGIC, read_bam_chroms
from genomedb.readers.exact import Exact
from genomedb.readers.opened import Source, line_blocks, open_bytes

__all__ = ["iter_mapped_reads"]

_BLOCK: Final = 4_000_000
_MOST_RECORD: Final = 256_000_000


def iter_mapped_reads(
    path: str | Path,
    columns: tuple[int, int, int, int] | None = None,
    *,
    progress: Progress | None = None,
) -> Iterator[tuple[list[str], Reads]]:
    """Yield the reads of a file in batches of a few megabytes.

    Parameters
    ----------
    path : str or Path
        SAM text, BAM (told by its content) or a table with tabs; plain or compressed, ``"-"`` is
        standard input.
    columns : tuple of 4 int, optional
        Of a table, as in `ReadParser`; None for SAM and BAM.
    progress : Progress, optional
        Told how many stored bytes have been read.

    Yields
    ------
    names : list of str
        Chromosomes, which the codes of the reads point to.
    reads : Reads
        Positions of SAM and BAM are 0-based, those of a table are as they stand there.

    Raises
    ------
    UsageError
        The columns are not right.
    MissingFileError, FormatError, ParseError
        As `genomedb.readers.opened.open_bytes`; a BAM file is truncated or damaged, the file is
        CRAM, or a line is longer than 16 MB.
    """
    parser = ReadParser(columns)
    return _iter_reads(path, parser, progress, sam=columns is None)


def _iter_reads(
    path: str | Path, parser: ReadParser, progress: Progress | None, *, sam: bool
) -> Iterator[tuple[list[str], Reads]]:
    with open_bytes(path, progress) as source:
        if sam:
            head = source.read_block(4)
            source.unread(head)
            if head == CRAM_MAGIC:
                raise FormatError(
                    "CRAM is not read", where=source.name, fix="Make it SAM or BAM with samtools"
                )
            if head == BAM_MAGIC:
                yield from _iter_bam(source)
                return
        for block, _ in line_blocks(source):
            reads = parser.parse(block)
            if reads.chrom.size:
                yield parser.names, reads


def _iter_bam(source: Source) -> Iterator[tuple[list[str], Reads]]:
    names = _bam_names(source)
    rest, wanted = b"", _BLOCK
    while True:
        more = source.read_block(wanted)
        data = rest + more
        reads, done = bam_reads(data)
        if done < 0:
            raise FormatError("a BAM record is damaged", where=source.name)
        if reads.chrom.size:
            if int(reads.chrom.max()) >= len(names):
                raise FormatError(
                    "a BAM record is on a chromosome that its header does not have",
                    where=source.name,
                )
            yield names, reads
        rest = data[done:]
        if not more:
            break
        # a record that is longer than a block
        wanted = max(_BLOCK, min(int.from_bytes(rest[:4], "little"), _MOST_RECORD))
    if rest:
        raise FormatError(
            "the last BAM record is truncated", where=source.name, fix="Copy the file again"
        )


def _bam_names(source: Source) -> list[str]:
    """Chromosomes of the header; what was read beyond it is put back."""
    taken: list[bytes] = []

    def read(n: int) -> bytes:
        taken.append(source.read_block(n))
        return taken[-1]

    header = Exact(read, source.name, "BAM header")
    header.skip(len(BAM_MAGIC))
    names = list(read_bam_chroms(header))
    source.unread(b"".join(taken)[header.done :])
    return names
