"""The database's own file: chromosome table and aliases of an assembly."""

from __future__ import annotations

from pathlib import Path

from genomedb.core.chroms import ChromTable
from genomedb.errors import FormatError
from genomedb.storage import schema
from genomedb.storage.chroms import chroms_of
from genomedb.storage.columns import read_small
from genomedb.storage.describe import Provenance, describe, text_column
from genomedb.storage.files import publish
from genomedb.storage.handle import TrackFile
from genomedb.storage.validate import require_sound
from genomedb.storage.write import write_table


def write_genome(
    path: Path, chroms: ChromTable, assembly: str, provenance: Provenance, *, overwrite: bool
) -> None:
    """Publish the chromosome table of an assembly."""
    with publish(path, overwrite=overwrite, verify=require_sound) as draft:
        describe(draft, schema.CHROMOSOMES, chroms, assembly, provenance)
        if chroms.aliases:
            write_table(draft, schema.ALIAS_FROM, text_column(chroms.aliases))
            write_table(draft, schema.ALIAS_TO, text_column(chroms.aliases.values()))


def read_genome(path: Path) -> tuple[ChromTable, str]:
    """Chromosome table with its aliases, and the name of the assembly."""
    file = TrackFile(path)
    if file.kind != schema.CHROMOSOMES:
        raise FormatError(f"holds {file.kind}, not a chromosome table", where=path)
    table = chroms_of(file)
    if file.has(schema.ALIAS_FROM):
        names = [read_small(file, n, "S").tolist() for n in (schema.ALIAS_FROM, schema.ALIAS_TO)]
        try:
            aliases = {a.decode(): n.decode() for a, n in zip(*names, strict=True)}
            table = ChromTable(table.names, table.lengths, aliases)
        except ValueError as error:  # UsageError and UnicodeDecodeError are
            raise FormatError(f"alias table is damaged: {error}", where=path) from error
    return table, str(file.attributes().get(schema.ASSEMBLY, ""))
