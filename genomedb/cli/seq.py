"""genomedb seq.

Print the sequence of a region as FASTA. Here, as in the older library whose get_seq.py this is,
positions are counted from 1 and both ends are included.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options

WIDTH = 60


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("chrom")
    parser.add_argument("start", type=int, help="first base, counted from 1")
    parser.add_argument("end", type=int, help="last base, included")
    parser.add_argument(
        "strand", nargs="?", choices=("+", "-"), default="+",
        help="- prints the reverse complement (write it after --)",
    )  # fmt: skip
    parser.add_argument("--track", default="seq", help="sequence track (default: %(default)s)")


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.core.dna import reverse_complement
    from genomedb.errors import ChromError, UsageError
    from genomedb.tracks.dense import SequenceTrack

    track = options.database(args).open_track(args.track)
    if not isinstance(track, SequenceTrack):
        raise UsageError(f"a {track.track_type} track holds no sequence", where=track.name)
    name = track.chroms.name(args.chrom)
    length = track.chroms.length(name)
    if not 1 <= args.start <= args.end <= length:
        raise ChromError(
            f"{name}:{args.start}-{args.end} is not inside the chromosome",
            where=track.name,
            fix=f"{name} is {length} bp long; here positions count from 1, both ends included",
        )
    text = track.text(name, args.start - 1, args.end)
    mark = ""
    if args.strand == "-":
        text, mark = reverse_complement(text), "(-)"
    lines = [f">{name}:{args.start}-{args.end}{mark}"]
    lines += [text[i : i + WIDTH] for i in range(0, len(text), WIDTH)]
    sys.stdout.write("\n".join(lines) + "\n")
