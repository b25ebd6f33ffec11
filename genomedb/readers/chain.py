"""UCSC chain files: which part of an assembly lies where in another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chains import ChainBlocks, ChainFile
from genomedb.core.chroms import ChromTable
from genomedb.errors import ChromError, ParseError
from genomedb.kernels.chain_text import ChainParser, ChainRows
from genomedb.readers.opened import line_blocks, open_bytes

_I8 = NDArray[np.int64]


def read_chains(
    path: str | Path, *, chroms: ChromTable | None = None, source_chroms: ChromTable | None = None
) -> ChainFile:
    """Read the blocks of all chains of a file.

    The source is the side that the format calls target (``tName``): what an annotation is lifted
    from with a file named ``fromToTo.over.chain``. Positions on a reverse strand are turned into
    those of the forward strand.

    Parameters
    ----------
    path : str or Path
        Plain or compressed, ``"-"`` is standard input. Blank lines and lines of ``#`` are
        skipped.
    chroms, source_chroms : ChromTable, optional
        Assemblies of the target and of the source; chromosomes that both know must have the
        lengths that the file says.

    Returns
    -------
    ChainFile

    Raises
    ------
    ParseError
        For a header without 13 fields, ranges outside the chromosome, blocks that do not fill
        their chain, a chromosome with two lengths, a file without chains or that ends inside one.
    ChromError
        For a chromosome of another length than the assembly's.
    MissingFileError, UsageError, FormatError
        If the file cannot be read.

    Examples
    --------
    >>> len(read_chains("hg19ToHg38.over.chain.gz"))  # doctest: +SKIP
    """
    with open_bytes(path) as source:
        parser = ChainParser(source.name)
        parts = [parser.parse(block) for block, _ in line_blocks(source)]
        parser.finish()
    rows = _joined(parts)
    head = rows.header
    if not head["line"].size:
        raise ParseError("no chains", path=parser.path, line=None)
    sources = _sizes(parser, parser.sources, head, "source", source_chroms)
    targets = _sizes(parser, parser.targets, head, "target", chroms)
    return ChainFile(sources, targets, _blocks(rows))


def _blocks(rows: ChainRows) -> ChainBlocks:
    head, of = rows.header, rows.chain
    source_strand = head["source_strand"][of].astype(np.int8)
    strand = head["target_strand"][of].astype(np.int8)
    return ChainBlocks(
        source=head["source"][of],
        source_start=_forward(rows.source_start, rows.size, head["source_size"][of], source_strand),
        source_strand=source_strand,
        target=head["target"][of],
        target_start=_forward(rows.target_start, rows.size, head["target_size"][of], strand),
        strand=strand,
        size=rows.size,
        chain_id=head["chain_id"][of],
        score=rows.score[of],
    )


def _joined(parts: list[ChainRows]) -> ChainRows:
    """Rows of all buffers; the chain numbers of blocks count through the file already."""
    if not parts:
        parts = [ChainParser("").parse(b"")]
    header = {k: np.concatenate([part.header[k] for part in parts]) for k in parts[0].header}
    columns = [np.concatenate([part[i] for part in parts]) for i in range(1, 6)]
    return ChainRows(header, *columns)


def _sizes(
    parser: ChainParser, names: list[str], head: dict[str, _I8], side: str, known: ChromTable | None
) -> dict[str, int]:
    """Name -> length; a chromosome has one length in all headers, and in the assembly."""
    code, size = head[side], head[f"{side}_size"]
    _, first = np.unique(code, return_index=True)
    lengths = size[first]
    wrong = size != lengths[code]
    if wrong.any():
        i = int(wrong.argmax())
        raise ParseError(
            f"{side} chromosome {names[code[i]]} has length {size[i]} here and "
            f"{lengths[code[i]]} in line {head['line'][first[code[i]]]}",
            path=parser.path,
            line=int(head["line"][i]),
            fix="The chains are of different assemblies",
        )
    for i, name in enumerate(names if known is not None else []):
        found = known.find(name)  # type: ignore[union-attr]
        if found >= 0 and known.lengths[found] != lengths[i]:  # type: ignore[union-attr]
            raise ChromError(
                f"{side} chromosome {name} has length {lengths[i]}, in the database "
                f"{known.lengths[found]}",  # type: ignore[union-attr]
                where=f"{parser.path}:{head['line'][first[i]]}",
                fix="The chains are of another assembly",
            )
    return dict(zip(names, lengths.tolist(), strict=True))


def _forward(start: _I8, size: _I8, length: _I8, strand: NDArray[np.int8]) -> _I8:
    """Starts on the forward strand."""
    return np.where(strand == 1, length - start - size, start)
