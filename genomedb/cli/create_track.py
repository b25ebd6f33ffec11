"""genomedb create-track.

Make a track of files, one value a base. The format is told by the file name unless given. Files
are of the whole genome or of one chromosome each, plain or compressed. The content says which
chromosome; where it does not (points, WIG without chrom=, FASTA with another header) the name of
the file does.
"""

from __future__ import annotations

import math
import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from genomedb.cli import executors, options

FORMATS = {
    "auto": None, "fasta": "fasta", "wiggle": "wig", "wig": "wig", "bedgraph": "bedgraph",
    "xb": "xb", "txtfile": "points", "bigwig": "bigwig", "bed": "bed", "tab": "tab",
}  # fmt: skip

FUNCTIONS = (
    "weighted.mean", "weighted.sum", "max", "min", "count", "coverage", "median",
)  # fmt: skip


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="track to make, e.g. dnase/wi38")
    parser.add_argument("files", nargs="+", metavar="FILE", help="input files; - is stdin")
    parser.add_argument(
        "-f", "--format", choices=FORMATS, default="auto",
        help="default: by the file name; txtfile holds positions (from 1) and values in columns",
    )  # fmt: skip
    parser.add_argument(
        "-d", "--dtype",
        help="float32 float64 int8 uint8 int16 uint16 int32 uint32 "
        "(default: uint8 for fasta and xb, else float32)",
    )  # fmt: skip
    parser.add_argument(
        "-p", "--pos-idx", "--pos_idx", type=int, metavar="N",
        help="column of the positions in a txtfile, counted from 0 (default: 0)",
    )  # fmt: skip
    parser.add_argument(
        "-v", "--val-idx", "--val_idx", type=int, metavar="N",
        help="column of the values in a txtfile, counted from 0 (default: 1)",
    )  # fmt: skip
    parser.add_argument(
        "-s", "--strand", choices=("forward", "reverse"), help="strand of xb (default: forward)"
    )
    parser.add_argument(
        "-b", "--bin-size", type=int, default=1, metavar="BP",
        help="bin width (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--function", choices=FUNCTIONS, default=FUNCTIONS[0],
        help="what a base or bin makes of the records that lie in it (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--sparse", action="store_true", help="store the intervals as they are instead of bins"
    )
    parser.add_argument(
        "--defval", type=float, metavar="X",
        help="value of bases that nothing covers (default: missing in floats, else 0)",
    )  # fmt: skip
    parser.add_argument(
        "--clip", action="store_true",
        help="cut intervals at the end of their chromosome and count them, instead of refusing",
    )  # fmt: skip
    parser.add_argument(
        "--saturate", action="store_true",
        help="cut values to what the dtype holds and count them, instead of refusing",
    )  # fmt: skip
    options.add_storage(parser)
    options.add_provenance(parser)
    options.add_overwrite(parser)
    executors.add_jobs(parser, "read, bin and compress the chromosomes")


def run(args: Namespace) -> None:
    """Do it."""
    db = options.database(args)
    if args.skip_existing and db.has_track(args.track):
        return
    described = {
        "storage": options.storage(args),
        "description": args.description,
        "attributes": options.attributes(args),
        "command": args.command_line,
        "overwrite": args.overwrite,
    }
    format = _format(args)
    _check(args, format)
    make = {"fasta": _sequence, "xb": _xb}.get(format or "", _signal)
    report = make(db, args, format, described)
    if not args.quiet:
        what = "records" if make is _signal else "sequences" if make is _sequence else "chromosomes"
        sys.stderr.write(f"{db.track_path(args.track)}: {report.n_records:,} {what}\n")


def _format(args: Namespace) -> str | None:
    """Format asked for, or that of the first file if it takes a journey of its own."""
    from genomedb.readers.records import detect_format, unpacked_name

    known: str | None = FORMATS[args.format]
    if known is None and args.files[0] != "-":
        if unpacked_name(args.files[0]).lower().endswith(".xb"):
            return "xb"
        return "fasta" if detect_format(args.files[0]) == "fasta" else None
    return known


def _check(args: Namespace, format: str | None) -> None:
    """Refuse options that have no meaning here."""
    from genomedb.errors import UsageError

    if format != "points" and (args.pos_idx is not None or args.val_idx is not None):
        raise UsageError("-p and -v are columns of a txtfile", fix="Say -f txtfile")
    if format != "xb" and args.strand is not None:
        raise UsageError("-s is the strand of an xb file", fix="Say -f xb")
    alone = format in ("fasta", "xb")
    if alone and (args.bin_size != 1 or args.clip or args.sparse or args.defval is not None):
        raise UsageError(f"--bin-size, --clip, --sparse and --defval are not for {format}")
    if alone and args.function != FUNCTIONS[0]:
        raise UsageError(f"--function is not for {format}")
    if format == "fasta" and args.dtype not in (None, "uint8"):
        raise UsageError(f"a sequence is stored as uint8, not {args.dtype}")


def _sequence(db: Any, args: Namespace, format: str | None, described: dict[str, Any]) -> Any:
    from genomedb.importers.sequence import import_fasta

    return import_fasta(db, args.track, args.files, **described)


def _xb(db: Any, args: Namespace, format: str | None, described: dict[str, Any]) -> Any:
    from genomedb.importers.xb import import_xb

    return import_xb(
        db, args.track, args.files, strand=args.strand or "forward", dtype=args.dtype or "uint8",
        saturate=args.saturate, **described,
    )  # fmt: skip


def _signal(db: Any, args: Namespace, format: str | None, described: dict[str, Any]) -> Any:
    from genomedb.importers.signal import import_signal

    dtype = args.dtype or "float32"
    defval = args.defval
    if defval is None:
        defval = math.nan if dtype.startswith("float") or args.sparse else 0.0
    columns = (args.pos_idx or 0, 1 if args.val_idx is None else args.val_idx)
    return import_signal(
        db, args.track, args.files, bin_size=None if args.sparse else args.bin_size,
        format=format, dtype=dtype, defval=defval, function=args.function, clip=args.clip,
        saturate=args.saturate, columns=columns, executor=executors.executor(args), **described,
    )  # fmt: skip
