"""genomedb load-bam-5prime-ends.

Make two tracks, of where reads of the forward and of the reverse strand begin: their 5' ends.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import alignment_options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    parser.add_argument("fwd_track", help="track of the reads of the forward strand")
    parser.add_argument("rev_track", help="track of the reads of the reverse strand")
    alignment_options.add_files(parser)
    alignment_options.add_shifts(parser)
    alignment_options.add_values(parser)
    alignment_options.add_common(parser)


def run(args: Namespace) -> None:
    """Do it."""
    alignment_options.import_tracks(
        args, {"ends_forward": args.fwd_track, "ends_reverse": args.rev_track}
    )
