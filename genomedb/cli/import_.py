"""genomedb import.

Make a track of one or many files. The format is told by the file name unless given;
chromosomes are told by the content. Compressed text (gz, bgz, bz2, xz, zip, zst) is recognised by
content; - is standard input. Peaks, GFF, gene tables, VCF and bigBed become features: intervals
with their columns. BED and tables become signals, or features with --features.
"""

from __future__ import annotations

import math
import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from genomedb.cli import executors, options

FORMATS = (
    "auto", "bigwig", "wig", "wiggle", "bedgraph", "bed", "tab", "fasta", "narrowpeak",
    "broadpeak", "table", "gff", "genes", "vcf", "bigbed",
)  # fmt: skip
FEATURES = FORMATS[8:]


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="track to make, e.g. dnase/wi38")
    parser.add_argument("files", nargs="+", metavar="FILE", help="input files; - is stdin")
    add_values(parser)
    options.add_storage(parser)
    options.add_provenance(parser)
    options.add_overwrite(parser)
    executors.add_jobs(parser, "read, bin and compress the chromosomes of a dense track")


def add_values(parser: ArgumentParser) -> None:
    """Which values of the files are stored, and how."""
    parser.add_argument(
        "-f", "--format", choices=FORMATS, default="auto", help="default: by the file name"
    )
    parser.add_argument(
        "-b", "--bin-size", type=int, default=20, metavar="BP",
        help="bin width of a dense track (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--sparse", action="store_true", help="store the intervals as they are instead of bins"
    )
    parser.add_argument(
        "--features", action="store_true",
        help="store BED or a table as features: all columns, overlaps allowed",
    )  # fmt: skip
    parser.add_argument(
        "-d", "--dtype", default=None,
        help="float32 float64 int8 uint8 int16 uint16 int32 uint32 (default: float32)",
    )  # fmt: skip
    parser.add_argument(
        "--defval", type=float, default=math.nan, metavar="X",
        help="value of bases that nothing covers (default: missing)",
    )  # fmt: skip
    parser.add_argument(
        "--clip", action="store_true",
        help="cut intervals at the end of their chromosome instead of refusing them",
    )  # fmt: skip


def values(args: Namespace) -> dict[str, Any]:
    """Arguments of `import_signal` that these options give."""
    return {
        "bin_size": None if args.sparse else args.bin_size,
        # to many files "bed" means signals
        "format": "features" if args.features and args.format == "bed" else _format(args),
        "dtype": args.dtype or "float32",
        "defval": args.defval,
        "clip": args.clip,
    }


def _format(args: Namespace) -> str | None:
    """Format asked for; "features" for that of the file name, as features."""
    said: str = args.format
    if args.features and said in ("auto", "tab"):
        return "features" if said == "auto" else "table"
    return {"wiggle": "wig", "auto": None}.get(said, said)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.errors import UsageError
    from genomedb.importers.features import format_of, import_features
    from genomedb.importers.sequence import import_fasta
    from genomedb.importers.signal import import_signal

    db = options.database(args)
    if args.skip_existing and db.has_track(args.track):
        return
    format = _format(args)
    if format is None and args.files[0] != "-":
        format = format_of(args.files[0])
    as_features = args.features or format in FEATURES
    described = {
        "storage": options.storage(args),
        "description": args.description,
        "attributes": options.attributes(args),
        "command": args.command_line,
        "overwrite": args.overwrite,
    }
    if as_features:
        if args.sparse or args.dtype is not None or not math.isnan(args.defval):
            raise UsageError("--sparse, --dtype and --defval are for signals, not for features")
        report = import_features(
            db, args.track, args.files, format=_format(args), clip=args.clip, **described
        )
    elif format == "fasta":
        if args.dtype not in (None, "uint8"):
            raise UsageError(f"a sequence is stored as uint8, not {args.dtype}")
        if args.sparse or args.clip or not math.isnan(args.defval):
            raise UsageError("--sparse, --clip and --defval are for signals, not for sequences")
        report = import_fasta(db, args.track, args.files, **described)
    else:
        report = import_signal(
            db, args.track, args.files, executor=executors.executor(args), **values(args),
            **described,
        )  # fmt: skip
    if not args.quiet:
        what = "features" if as_features else "sequences" if format == "fasta" else "records"
        sys.stderr.write(f"{db.track_path(args.track)}: {report.n_records:,} {what}\n")
