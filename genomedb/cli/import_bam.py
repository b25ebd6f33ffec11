"""genomedb import bam.

Make tracks of alignments (BAM, CRAM or SAM, sorted or not), all that are asked for in one pass:
depth, 5' ends, left ends, coverage and middles of fragments, dyads of nucleosomes, and a table of
the fragments. All but the last are dense tracks of single bases.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import alignment_options

OUTPUTS = {
    "depth": "reads over each base",
    "depth_reverse": "reads of the reverse strand; --depth then has those of the forward strand",
    "ends_forward": "5' ends of reads of the forward strand",
    "ends_reverse": "5' ends of reads of the reverse strand",
    "left_ends": "leftmost bases of reads of both strands",
    "fragment_coverage": "fragments of pairs over each base",
    "fragment_midpoints": "middles of fragments of pairs",
    "dyads": "dyads of nucleosomes",
    "dyads_reverse": "dyads of the reverse strand; --dyads then has those of the forward strand",
    "fragments": "table of the fragments of pairs: a feature track",
}


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    alignment_options.add_files(parser)
    group = parser.add_argument_group("tracks to make")
    for output, what in OUTPUTS.items():
        group.add_argument(f"--{output.replace('_', '-')}", metavar="TRACK", help=what)
    parser.add_argument(
        "--single-end", "--single_end", action="store_true",
        help="dyads are the 75th base from the 5' end of reads, not the middles of fragments",
    )  # fmt: skip
    alignment_options.add_sizes(parser, 1, 1000)
    alignment_options.add_shifts(parser)
    alignment_options.add_deletions(parser)
    alignment_options.add_values(parser)
    alignment_options.add_common(parser)


def run(args: Namespace) -> None:
    """Do it."""
    tracks = {output: getattr(args, output) for output in OUTPUTS}
    alignment_options.import_tracks(args, tracks, dyads_paired=not args.single_end)
