"""genomedb export.

Write a track as bigWig (with zoom levels), bedGraph, WIG, BED, TSV, Parquet or FASTA, whole or in
regions. Text is compressed when the file name ends in .gz or .zst, and - is standard output.
Missing values are gaps. BED takes feature and sparse tracks, TSV and Parquet all but sequences and
2D tracks, which `genomedb export bedpe` and `export cool` write.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options

FORMATS = ("auto", "bigwig", "bedgraph", "wig", "bed", "tsv", "parquet", "fasta")
_TABLES = {".bed": "bed", ".tsv": "tsv", ".parquet": "parquet"}
_STANDARD = {"sequence": "fasta", "features": "bed", "array": "tsv"}


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="track to write")
    parser.add_argument("file", help="destination; - is standard output")
    parser.add_argument(
        "-f", "--format", choices=FORMATS, default="auto", help="default: by the file name"
    )
    parts = parser.add_mutually_exclusive_group()
    parts.add_argument(
        "-r", "--region", action="append", metavar="CHROM[:START-END]",
        help="write only this part (0-based half-open); may be repeated",
    )  # fmt: skip
    parts.add_argument("--regions", metavar="FILE.bed", help="write only the regions of a BED file")
    parser.add_argument(
        "-b", "--bin-size", type=int, metavar="BP",
        help="write means over bins of this width; any width",
    )  # fmt: skip
    parser.add_argument(
        "-c", "--columns", metavar="NAME[,NAME...]",
        help="columns of a feature or array track, for TSV and Parquet (default: all)",
    )  # fmt: skip
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from pathlib import Path
    from typing import Any

    from genomedb.errors import UsageError
    from genomedb.exporters import sequence, signal, tables
    from genomedb.readers.records import detect_format

    if args.skip_existing and Path(args.file).exists():
        return
    track = options.database(args).open_track(args.track)
    format = args.format
    if format == "auto":
        bare = args.file.lower().removesuffix(".gz").removesuffix(".bgz").removesuffix(".zst")
        if args.file == "-":
            format = _STANDARD.get(track.track_type, "bedgraph")
        else:
            format = _TABLES.get(Path(bare).suffix) or detect_format(args.file)
    write: Any = {
        "bigwig": signal.export_bigwig, "bedgraph": signal.export_bedgraph,
        "wig": signal.export_wig, "bed": tables.export_bed, "tsv": tables.export_tsv,
        "parquet": tables.export_parquet, "fasta": sequence.export_fasta,
    }.get(format)  # fmt: skip
    if write is None:
        raise UsageError(f"cannot tell the format of {args.file}", fix="Give it with --format")
    given: dict[str, Any] = {}
    if args.bin_size is not None:
        if format in ("bed", "fasta"):
            raise UsageError(f"{format} has no bins", fix="Leave --bin-size out")
        given["bin_size"] = args.bin_size
    if args.columns is not None:
        if format not in ("tsv", "parquet"):
            raise UsageError(f"columns are not chosen for {format}", fix="Leave --columns out")
        given["columns"] = args.columns.split(",")
    regions = Path(args.regions) if args.regions else args.region
    write(track, args.file, regions=regions, overwrite=args.overwrite, **given)
