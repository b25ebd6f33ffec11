"""genomedb make-liftover-tab.

Make a table of where each base of one assembly lies in another, from a UCSC chain file: an array
track in the database of the first, in which single positions are looked up. A base that several
chains have is of the one with the best score.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options
from genomedb.cli.liftover_track import add_assemblies, chains_of


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    add_assemblies(parser)
    parser.add_argument("table", nargs="?", help="track to make (default: liftover_FROM_to_TO_tab)")
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.analysis.liftover_table import make_liftover_table, table_name
    from genomedb.analysis.load_chains import read_chains_between
    from genomedb.db.database import GenomeDB

    source, target = GenomeDB(args.db, args.source), GenomeDB(args.db, args.target)
    name = args.table or table_name(source.assembly, target.assembly)
    if args.skip_existing and source.has_track(name):
        return
    file = read_chains_between(args.chain, source.chroms, target.chroms)
    chains = chains_of(file, target, "keep")
    n = make_liftover_table(source, chains, name, overwrite=args.overwrite)
    if not args.quiet:
        total = source.chroms.total
        sys.stderr.write(f"{source.track_path(name)}: {n:,} of {total:,} bases have a place\n")
