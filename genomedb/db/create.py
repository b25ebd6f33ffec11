"""A new database: an assembly's folder with its chromosome table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from genomedb.core.chroms import ChromTable
from genomedb.db.database import GenomeDB
from genomedb.db.location import TABLE, check_assembly
from genomedb.errors import TrackExistsError
from genomedb.storage.describe import Provenance
from genomedb.storage.genome import write_genome
from genomedb.tracks.place import completed


def create_database(
    path: str | os.PathLike[str],
    assembly: str,
    chroms: ChromTable | Mapping[str, int] | Iterable[tuple[str, int]],
    *,
    aliases: Mapping[str, str] | None = None,
    provenance: Provenance | None = None,
    overwrite: bool = False,
) -> GenomeDB:
    """Make ``path/assembly`` with a chromosome table, and open it.

    Parameters
    ----------
    path : path
        Directory that holds assemblies; made when missing.
    assembly : str
        Name of the assembly, e.g. ``dm3``.
    chroms : ChromTable, mapping or (name, length) pairs
        Chromosomes; their order is the sort order of every result.
    aliases : mapping, optional
        Further spellings -> name. ``chr1`` = ``1`` and ``MT`` = ``chrM`` need none.
    overwrite : bool
        Replace the table of an existing database.

    Raises
    ------
    TrackExistsError
        The database is there already.
    UsageError
        The table or the assembly's name is not legal.

    Examples
    --------
    >>> db = create_database("genomes", "toy", {"chr1": 1000})  # doctest: +SKIP
    """
    if not isinstance(chroms, ChromTable):
        pairs = chroms.items() if isinstance(chroms, Mapping) else chroms
        chroms = ChromTable.from_pairs(pairs)
    if aliases:
        chroms = ChromTable(chroms.names, chroms.lengths, dict(aliases))
    folder = Path(path).expanduser() / check_assembly(assembly)
    if (folder / TABLE).exists() and not overwrite:
        raise TrackExistsError(
            "a database is there already", where=folder, fix="Choose another name, or overwrite it"
        )
    write_genome(folder / TABLE, chroms, assembly, completed(provenance), overwrite=overwrite)
    return GenomeDB(path, assembly)
