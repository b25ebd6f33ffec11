"""genomedb dump-wig.

Write a track as WIG: one file CHROM.wig.gz a chromosome in a folder, or combined.wig.gz.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("track", help="track to write")
    parser.add_argument("out_dir", help="folder for the files; made when missing")
    parser.add_argument("--chrom", action="append", help="only this chromosome; may be repeated")
    parser.add_argument(
        "--combine-files", "--combine_files", action="store_true",
        help="write one file, combined.wig.gz",
    )  # fmt: skip
    options.add_overwrite(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from pathlib import Path

    from genomedb.errors import UsageError, WriteError
    from genomedb.exporters.signal import export_wig
    from genomedb.storage.sink import write_error

    track = options.database(args).open_track(args.track)
    if track.track_type == "sequence":
        raise UsageError("a sequence track holds no signal", where=track.name)
    named = dict.fromkeys(map(track.chroms.name, args.chrom or track.chroms.names))
    chroms = [name for name in named if track.has_chrom(name)]
    if args.chrom and len(chroms) < len(named):
        lacks = ", ".join(name for name in named if name not in chroms)
        raise UsageError(f"has no data on {lacks}", where=track.name, fix="Leave out --chrom")
    folder = Path(args.out_dir)
    parts = [("combined", chroms)] if args.combine_files else [(c, [c]) for c in chroms]
    targets = {folder / f"{name}.wig.gz": regions for name, regions in parts}
    there = [target for target in targets if target.exists()]
    if there and not (args.overwrite or args.skip_existing):
        raise WriteError("there already", where=there[0], fix="Ask to --overwrite it")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(error, folder) from error
    for target, regions in targets.items():
        if not (args.skip_existing and target in there):
            export_wig(track, target, regions=regions, overwrite=args.overwrite)
