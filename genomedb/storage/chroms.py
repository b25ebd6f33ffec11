"""The chromosome table of a file, checked against its digest."""

from __future__ import annotations

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError, UsageError
from genomedb.storage import schema
from genomedb.storage.columns import read_small
from genomedb.storage.handle import TrackFile


def chroms_of(file: TrackFile, known: ChromTable | None = None) -> ChromTable:
    """Chromosome table of a file; `known` is used when its digest is the file's."""
    if known is not None and known.digest == file.header.chrom_digest:
        return known
    if file.table is None:
        file.table = _read(file)  # two threads may both read it: they read the same
    return file.table


def _read(file: TrackFile) -> ChromTable:
    names = read_small(file, schema.CHROM_NAMES, "S")
    lengths = read_small(file, schema.CHROM_LENGTHS, "i")
    try:
        table = ChromTable(
            tuple(n.decode("utf-8") for n in names.tolist()), tuple(lengths.tolist())
        )
    except (UsageError, UnicodeDecodeError) as error:
        raise FormatError(f"chromosome table is damaged: {error}", where=file.path) from error
    if table.digest != file.header.chrom_digest:
        raise FormatError("chromosome table does not match its digest", where=file.path)
    return table
