"""genomedb create.

Make a database: a folder DIR/ASSEMBLY with the chromosome table. The chromosomes come from
chrom.sizes, UCSC chromInfo, .fai, FASTA, or the header of SAM or BAM, plain or compressed; or from
2bit, bigWig or bigBed. The content tells which it is.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument(
        "chrom_file",
        help="chromosome names and lengths, FASTA, SAM, BAM, 2bit, bigWig or bigBed; - is stdin",
    )
    parser.add_argument(
        "--aliases", metavar="TSV", help="further spellings: alias, chromosome (two columns)"
    )
    parser.add_argument(
        "--sort", action="store_true",
        help="number the chromosomes as the older library does: autosomes by number, sex "
        "chromosomes, mitochondria, unplaced pieces, haplotypes (default: order of the file)",
    )  # fmt: skip
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from pathlib import Path

    from genomedb.core import settings
    from genomedb.core.chromosomes import in_classic_order
    from genomedb.core.chroms import ChromTable
    from genomedb.db.create import create_database
    from genomedb.db.location import TABLE
    from genomedb.errors import NoDatabaseError
    from genomedb.readers.chrom_sizes import read_aliases, read_chrom_table
    from genomedb.storage.describe import Provenance

    root = args.db or settings.database_root()
    assembly = args.assembly or settings.assembly()
    if not root:
        raise NoDatabaseError("no database named", fix="Set GENOME_DB or give --db")
    if not assembly:
        raise NoDatabaseError("no assembly named", fix="Set GENOME_ASSEMBLY or give --assembly")
    if args.skip_existing and (Path(root).expanduser() / assembly / TABLE).exists():
        return
    chroms = read_chrom_table(args.chrom_file)
    if args.sort:
        ordered = in_classic_order(ChromTable.from_pairs(chroms))
        chroms = list(zip(ordered.names, ordered.lengths, strict=True))
    aliases = dict(read_aliases(args.aliases)) if args.aliases else None
    db = create_database(
        root, assembly, chroms, aliases=aliases, overwrite=args.overwrite,
        provenance=Provenance(created_by="create_database", command=args.command_line),
    )  # fmt: skip
    if not args.quiet:
        sys.stderr.write(f"{db.path}: {len(db.chroms)} chromosomes, {db.chroms.total:,} bp\n")
