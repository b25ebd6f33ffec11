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

    from genomedb.exporters.signal import export_wig

    track = options.database(args).open_track(args.track)
    named = [track.chroms.name(c) for c in args.chrom] if args.chrom else list(track.chroms.names)
    chroms = [name for name in named if track.has_chrom(name)]
    folder = Path(args.out_dir)
    folder.mkdir(parents=True, exist_ok=True)
    parts = [("combined", chroms)] if args.combine_files else [(c, [c]) for c in chroms]
    for name, regions in parts:
        target = folder / f"{name}.wig.gz"
        if not (args.skip_existing and target.exists()):
            export_wig(track, target, regions=regions, overwrite=args.overwrite)
