"""genomedb combine-tracks.

Make one dense track of many: their sum, mean, least or greatest value in each bin.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("combined", help="track to make")
    parser.add_argument("tracks", nargs="+", metavar="TRACK", help="dense tracks of one bin size")
    parser.add_argument(
        "--how", choices=("sum", "mean", "min", "max"), default="sum",
        help="what becomes of the values of a bin (default: %(default)s)",
    )  # fmt: skip
    add_dtype(parser)
    parser.add_argument("--description", default="", help="text stored with the track")
    options.add_storage(parser)
    options.add_overwrite(parser)


def add_dtype(parser: ArgumentParser) -> None:
    """In which type sums are stored."""
    parser.add_argument(
        "-d", "--dtype", default="auto",
        help="auto (the smallest that surely holds the result), uint8 uint16 uint32 float32 ... "
        "(default: auto)",
    )  # fmt: skip
    parser.add_argument(
        "--saturate", action="store_true",
        help="cut values to what the dtype holds and count them, instead of refusing",
    )  # fmt: skip


def said(path: object, dtype: str, n_saturated: int) -> str:
    """Sentence for people about a track made of sums."""
    cut = f", {n_saturated:,} values were cut to what it holds" if n_saturated else ""
    return f"{path}: {dtype}{cut}\n"


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.analysis.combine_tracks import combine_tracks

    db = options.database(args)
    if args.skip_existing and db.has_track(args.combined):
        return
    made = combine_tracks(
        db, args.tracks, args.combined, how=args.how, dtype=args.dtype, saturate=args.saturate,
        description=args.description, created_by=args.command_line,
        storage=options.storage(args), overwrite=args.overwrite,
    )  # fmt: skip
    if not args.quiet:
        sys.stderr.write(said(db.track_path(args.combined), made.dtype, made.n_saturated))
