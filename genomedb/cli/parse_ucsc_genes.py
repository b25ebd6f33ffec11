"""genomedb parse-ucsc-genes.

Rewrite a gene table of the UCSC browser (knownGene, ensGene, refGene, ccdsGene, flyBaseGene,
refFlat; plain or compressed) as rows of transcripts: ID NAME CHROM START END STRAND EXON.STARTS
EXON.ENDS CDS.START CDS.END, positions from 1. The columns are told by the content.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("gene_file", help="gene table; - is stdin")
    parser.add_argument(
        "-o", "--output", default="-", metavar="FILE", help="default: standard output"
    )
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from pathlib import Path

    from genomedb.exporters.transcripts import export_transcripts

    if args.skip_existing and args.output != "-" and Path(args.output).exists():
        return
    chroms = options.database(args).chroms
    n = export_transcripts(chroms, args.gene_file, args.output, overwrite=args.overwrite)
    if not args.quiet:
        sys.stderr.write(f"{n:,} transcripts\n")
