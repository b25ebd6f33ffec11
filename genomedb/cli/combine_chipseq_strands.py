"""genomedb combine-chipseq-strands.

Make one track of the reads of two strands: those of the forward strand moved right, those of the
reverse strand moved left, to the middles of their fragments. By how much is estimated: the shift,
from 20 to 249 bp, at which the two strands agree best on one chromosome.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options
from genomedb.cli.combine_tracks import add_dtype, said


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("fwd", help="track of the forward strand, one value a base")
    parser.add_argument("rev", help="track of the reverse strand")
    parser.add_argument("combined", help="track to make")
    parser.add_argument("--shift", type=int, metavar="BP", help="default: the estimated one")
    parser.add_argument(
        "--chrom", help="where the shift is estimated (default: chr21, chr2L or the longest)"
    )
    add_dtype(parser)
    parser.add_argument("--description", default="", help="text stored with the track")
    options.add_storage(parser)
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.analysis.combine_strands import combine_strands

    db = options.database(args)
    if args.skip_existing and db.has_track(args.combined):
        return
    made = combine_strands(
        db, args.fwd, args.rev, args.combined, shift=args.shift, chrom=args.chrom,
        dtype=args.dtype, saturate=args.saturate, description=args.description,
        storage=options.storage(args), overwrite=args.overwrite,
    )  # fmt: skip
    if not args.quiet:
        sys.stderr.write(f"moved by {made.shift} bp\n")
        sys.stderr.write(said(db.track_path(args.combined), made.dtype, made.n_saturated))
