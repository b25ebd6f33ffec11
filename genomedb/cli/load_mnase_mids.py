"""genomedb load-mnase-mids.

Make a track of the dyads of nucleosomes: the middles of fragments of read pairs, or the 75th base
from the 5' end of reads without a mate.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import alignment_options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    parser.add_argument("track", help="track to make")
    alignment_options.add_files(parser)
    kind = parser.add_mutually_exclusive_group(required=True)
    kind.add_argument("--single-end", "--single_end", action="store_true", help="reads are single")
    kind.add_argument("--paired-end", "--paired_end", action="store_true", help="reads are pairs")
    parser.add_argument(
        "--rev-track", "--rev_track", metavar="TRACK",
        help="track of the reverse strand; then TRACK has the forward strand",
    )  # fmt: skip
    alignment_options.add_sizes(parser, 117, 172)
    alignment_options.add_values(parser)
    alignment_options.add_common(parser)


def run(args: Namespace) -> None:
    """Do it."""
    alignment_options.import_tracks(
        args, {"dyads": args.track, "dyads_reverse": args.rev_track}, dyads_paired=args.paired_end
    )
