"""genomedb load-bam-read-depth.

Make a track of how many reads lie over each base. Deletions count unless told otherwise, skipped
stretches (N) do not; mates count separately.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import alignment_options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    parser.add_argument("track", help="track to make")
    alignment_options.add_files(parser)
    parser.add_argument(
        "--rev-track", "--rev_track", metavar="TRACK",
        help="track of the reads of the reverse strand; then TRACK has those of the forward strand",
    )  # fmt: skip
    alignment_options.add_deletions(parser)
    alignment_options.add_values(parser)
    alignment_options.add_common(parser)


def run(args: Namespace) -> None:
    """Do it."""
    alignment_options.import_tracks(args, {"depth": args.track, "depth_reverse": args.rev_track})
