"""Chromosome tables: text, or what names its chromosomes itself; alias tables."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from genomedb.errors import ParseError, UsageError
from genomedb.kernels.text import quoted
from genomedb.readers.bam_header import is_alignments, read_alignment_chroms
from genomedb.readers.bbi import BIGBED_MAGICS
from genomedb.readers.bigbed import BigBedFile
from genomedb.readers.bigwig import BigWigFile
from genomedb.readers.fasta import read_sequences
from genomedb.readers.opened import STDIN, Source, line_blocks, open_bytes
from genomedb.readers.records import BIGWIG_MAGICS
from genomedb.readers.two_bit import TWO_BIT_MAGICS, read_two_bit_chroms

_MAX_DIGITS = 18
_INDEXED = {
    **dict.fromkeys(TWO_BIT_MAGICS, "2bit"),
    **dict.fromkeys(BIGWIG_MAGICS, "bigWig"),
    **dict.fromkeys(BIGBED_MAGICS, "bigBed"),
}


def read_chrom_table(path: str | Path) -> list[tuple[str, int]]:
    """Read the names and lengths of chromosomes, in the order of the file.

    Parameters
    ----------
    path : str or Path
        Lines of name, length and fields that are ignored (chrom.sizes, UCSC chromInfo,
        .fai); FASTA, whose letters are counted; the header of BAM or SAM; 2bit, bigWig or
        bigBed; told apart by content. Plain or compressed, ``"-"`` is standard input; but 2bit,
        bigWig and bigBed must be stored, uncompressed files.

    Returns
    -------
    list of (str, int)

    Raises
    ------
    ParseError
        For a line without a length of at least 1, a name met twice, or an empty table.
    FormatError
        If a binary file is truncated or damaged or lists no chromosomes; for CRAM.
    """
    with open_bytes(path) as source:
        head = source.read_block(65_536)
        source.unread(head)
        if head[:4] in _INDEXED:
            return _read_indexed(path, head[:4])
        if is_alignments(head):
            return read_alignment_chroms(source)
        if head.lstrip().startswith(b">"):
            return _count_letters(source)
        sizes: dict[str, int] = {}
        for line, name, size in _pairs(source, "a name and a length"):
            if not size.isdigit() or len(size) > _MAX_DIGITS or int(size) < 1:
                raise ParseError(
                    f"length {quoted(size)} of {quoted(name)} is not a whole number of at least 1",
                    path=source.name,
                    line=line,
                    fix="A line is: name length",
                )
            _add(sizes, name, int(size), source, line)
        if not sizes:
            raise ParseError("no chromosomes", path=source.name, line=None)
        return list(sizes.items())


def read_aliases(path: str | Path) -> list[tuple[str, str]]:
    """Read (alias, chromosome name) pairs from the first two columns of a table.

    Parameters
    ----------
    path : str or Path
        Plain or compressed; lines that start with ``#`` are skipped.

    Returns
    -------
    list of (str, str)

    Raises
    ------
    ParseError
        For a line of one field, an alias met twice with two meanings, or an empty table.
    """
    with open_bytes(path) as source:
        aliases: dict[str, str] = {}
        for line, alias, name in _pairs(source, "an alias and a chromosome name"):
            if aliases.get(_text(alias), _text(name)) != _text(name):
                raise ParseError(
                    f"alias {quoted(alias)} means two chromosomes", path=source.name, line=line
                )
            aliases[_text(alias)] = _text(name)
        if not aliases:
            raise ParseError("no aliases", path=source.name, line=None)
        return list(aliases.items())


def _read_indexed(path: str | Path, magic: bytes) -> list[tuple[str, int]]:
    """Read a table that lies somewhere in the file, to which only a stored file can jump."""
    what = _INDEXED[magic]
    if str(path) == STDIN or not Path(path).is_file():
        raise UsageError(f"{what} cannot be read from a pipe", where=path, fix="Name a file")
    if what == "2bit":
        return read_two_bit_chroms(path)
    kind = BigWigFile if what == "bigWig" else BigBedFile
    with kind(path) as file:
        return list(file.chroms().items())


def _text(field: bytes) -> str:
    return field.decode("utf-8", "backslashreplace")


def _add(sizes: dict[str, int], name: bytes, size: int, source: Source, line: int) -> None:
    text = _text(name)
    if text in sizes:
        raise ParseError(f"chromosome {quoted(name)} is listed twice", path=source.name, line=line)
    sizes[text] = size


def _pairs(source: Source, what: str) -> Iterator[tuple[int, bytes, bytes]]:
    """Line number and first two fields of each line; a table of chromosomes is short."""
    for block, first_line in line_blocks(source):
        for line, text in enumerate(block.split(b"\n"), first_line):
            if not text.strip() or text.startswith(b"#"):
                continue
            fields = text.split(b"\t", 2) if b"\t" in text else text.split(None, 2)
            if len(fields) < 2 or not fields[0].strip() or not fields[1].strip():
                raise ParseError(
                    f"{quoted(text.strip())} is not {what}", path=source.name, line=line
                )
            yield line, fields[0].strip(), fields[1].strip()


def _count_letters(source: Source) -> list[tuple[str, int]]:
    sizes: dict[str, int] = {}
    for name, piece in read_sequences(source):
        sizes[name] = sizes.get(name, 0) + piece.size
    return list(sizes.items())
