"""Alignment headers: chromosome names and lengths of BAM and SAM."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from genomedb.errors import FormatError, ParseError
from genomedb.kernels.text import quoted
from genomedb.readers.exact import Exact
from genomedb.readers.opened import Source, line_blocks

BAM_MAGIC: Final = b"BAM\1"
CRAM_MAGIC: Final = b"CRAM"
_SAM: Final = re.compile(rb"@(HD|SQ|RG|PG|CO)\t")
_MAX_NAME: Final = 4096
_MAX_DIGITS: Final = 18


def is_alignments(head: bytes) -> bool:
    """Tell by its first bytes whether an (unpacked) file is BAM, CRAM or SAM with a header."""
    return head[:4] in (BAM_MAGIC, CRAM_MAGIC) or _SAM.match(head) is not None


def read_alignment_chroms(source: Source) -> list[tuple[str, int]]:
    """Read the reference sequences that a BAM or SAM file lists in its header.

    Parameters
    ----------
    source : Source
        At its beginning. Of BAM only as many blocks are unpacked as the header fills.

    Returns
    -------
    list of (str, int)
        Name and length, in the order of the header.

    Raises
    ------
    FormatError
        If a BAM header is truncated or damaged or lists nothing; for CRAM.
    ParseError
        For an @SQ line of SAM without name or length, a name met twice, or no @SQ lines.
    """
    head = source.read_block(4)
    source.unread(head)
    if head == CRAM_MAGIC:
        raise FormatError(
            "CRAM headers are not read",
            where=source.name,
            fix="Give the output of `samtools view -H`, which names the same chromosomes",
        )
    return _bam(source) if head == BAM_MAGIC else _sam(source)


def read_bam_chroms(header: Exact) -> dict[str, int]:
    """Read what follows the magic of a BAM header, up to its first record.

    Parameters
    ----------
    header : Exact
        Behind the magic.

    Returns
    -------
    dict of str to int
        Lengths by name, in the order of the header, as they are there.

    Raises
    ------
    FormatError
        It is truncated or damaged, or lists a chromosome twice.
    """
    (n_text,) = header.unpack("i")
    if n_text < 0:
        raise header.damaged(f"a text of {n_text} bytes")
    header.skip(n_text)
    (count,) = header.unpack("i")
    if count < 0:
        raise header.damaged(f"{count} chromosomes")
    sizes: dict[str, int] = {}
    for _ in range(count):
        (n_name,) = header.unpack("i")
        if not 1 <= n_name <= _MAX_NAME:
            raise header.damaged(f"a chromosome name of {n_name} bytes")
        stored = header.take(n_name)
        if stored[-1]:
            raise header.damaged("a chromosome name has no end")
        name = header.name(stored[:-1], sizes)
        (sizes[name],) = header.unpack("i")
    return sizes


def _bam(source: Source) -> list[tuple[str, int]]:
    header = Exact(source.read_block, source.name, "BAM header")
    header.skip(len(BAM_MAGIC))
    sizes = read_bam_chroms(header)
    for name, size in sizes.items():
        if size < 1:
            raise header.damaged(f"chromosome {name} has length {size}")
    if not sizes:
        raise FormatError("the BAM header lists no chromosomes", where=source.name)
    return list(sizes.items())


def _sam(source: Source) -> list[tuple[str, int]]:
    sizes: dict[str, int] = {}
    line = None
    for line, text in _header_lines(source):
        if not text.startswith(b"@SQ\t"):
            continue
        fields = dict((f[:3], f[3:]) for f in text.split(b"\t")[1:])
        name, size = fields.get(b"SN:", b""), fields.get(b"LN:", b"")
        problem = ""
        if not name:
            problem = "an @SQ line has no name (SN)"
        elif not size.isdigit() or len(size) > _MAX_DIGITS or int(size) < 1:
            problem = f"length (LN) {quoted(size)} of {quoted(name)} is not a whole number"
        elif (known := name.decode("utf-8", "backslashreplace")) in sizes:
            problem = f"chromosome {quoted(name)} is listed twice"
        if problem:
            raise ParseError(
                problem, path=source.name, line=line, fix="A line is: @SQ SN:name LN:length"
            )
        sizes[known] = int(size)
    if not sizes:
        raise ParseError("the SAM header has no @SQ lines", path=source.name, line=line)
    return list(sizes.items())


def _header_lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """Line numbers and lines up to the first alignment."""
    for block, first_line in line_blocks(source):
        for line, text in enumerate(block.split(b"\n"), first_line):
            if not text.startswith(b"@"):
                if text.strip():
                    return
                continue
            yield line, text.rstrip(b"\r")
