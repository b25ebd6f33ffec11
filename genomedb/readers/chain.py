"""UCSC chain files: which part of an assembly lies where in another."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from genomedb.core.chains import ChainBlocks
from genomedb.errors import ParseError
from genomedb.kernels.chain_text import ChainParser, ChainRows
from genomedb.readers.opened import line_blocks, open_bytes

_I8 = NDArray[np.int64]


def read_chains(path: str | Path) -> ChainBlocks:
    """Read the blocks of all chains of a file.

    The source is the side that the format calls target (``tName``): what an annotation is lifted
    from with a file named ``fromToTo.over.chain``. Positions on a reverse strand are turned into
    those of the forward strand.

    Parameters
    ----------
    path : str or Path
        Plain or compressed, ``"-"`` is standard input. Blank lines and lines of ``#`` are
        skipped.

    Returns
    -------
    ChainBlocks

    Raises
    ------
    ParseError
        For a header without 13 fields, ranges outside the chromosome, blocks that do not fill
        their chain, a chromosome with two lengths, or a file that ends inside a chain.
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
    sources = _sizes(parser, parser.sources, head["source"], head, "source")
    targets = _sizes(parser, parser.targets, head["target"], head, "target")
    of = rows.chain
    source_strand = head["source_strand"][of].astype(np.int8)
    strand = head["target_strand"][of].astype(np.int8)
    return ChainBlocks(
        sources=sources,
        targets=targets,
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
    parser: ChainParser, names: list[str], code: _I8, head: dict[str, _I8], side: str
) -> dict[str, int]:
    """Name -> length; a chromosome has one length in all headers."""
    size = head[f"{side}_size"]
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
    return dict(zip(names, lengths.tolist(), strict=True))


def _forward(start: _I8, size: _I8, length: _I8, strand: NDArray[np.int8]) -> _I8:
    """Starts on the forward strand."""
    return np.where(strand == 1, length - start - size, start)
