"""genomedb convert.

Make a track of another type, dtype or bin size from a track. Wider bins are means over the bp
covered; dense to sparse makes a record of each run of equal values; missing values are gaps.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track")
    parser.add_argument("new_name")
    parser.add_argument("--type", choices=("dense", "sparse"), help="default: as the track")
    parser.add_argument(
        "-b", "--bin-size", type=int, metavar="BP",
        help="bin width; of a dense track a multiple of its own",
    )  # fmt: skip
    parser.add_argument(
        "--dtype", help="type of the values (default: as the track; float32 for means of integers)"
    )
    parser.add_argument(
        "--missing",
        type=float,
        metavar="X",
        help="what an integer dtype stores for a missing value",
    )
    options.add_storage(parser)
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.tracks.convert import convert

    db = options.database(args)
    if args.skip_existing and db.has_track(args.new_name):
        return
    convert(
        db.open_track(args.track), db.place(args.new_name), dtype=args.dtype,
        bin_size=args.bin_size, track_type=args.type, missing=args.missing,
        storage=options.storage(args), command=args.command_line, overwrite=args.overwrite,
    )  # fmt: skip
