"""genomedb export.

Write a track as bigWig (with zoom levels), bedGraph, WIG or FASTA; text is gzip when the file
name ends in .gz, and - is standard output. Missing values are gaps.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options

FORMATS = ("auto", "bigwig", "bedgraph", "wig", "fasta")


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="track to write")
    parser.add_argument("file", help="destination; - is standard output")
    parser.add_argument(
        "-f", "--format", choices=FORMATS, default="auto", help="default: by the file name"
    )
    parser.add_argument(
        "-r", "--region", action="append", metavar="CHROM[:START-END]",
        help="write only this part (0-based half-open); may be repeated",
    )  # fmt: skip
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from pathlib import Path

    from genomedb.errors import UsageError
    from genomedb.exporters.sequence import export_fasta
    from genomedb.exporters.signal import export_bedgraph, export_bigwig, export_wig
    from genomedb.readers.records import detect_format

    if args.skip_existing and Path(args.file).exists():
        return
    track = options.database(args).open_track(args.track)
    format = args.format
    if format == "auto":
        standard = "fasta" if track.track_type == "sequence" else "bedgraph"
        format = standard if args.file == "-" else detect_format(args.file)
    write = {
        "bigwig": export_bigwig, "bedgraph": export_bedgraph, "wig": export_wig,
        "fasta": export_fasta,
    }.get(format)  # fmt: skip
    if write is None:
        raise UsageError(f"cannot tell the format of {args.file}", fix="Give it with --format")
    write(track, args.file, regions=args.region, overwrite=args.overwrite)
