"""genomedb repack.

Store tracks in another way: layout, codec, chunks, summary pyramid. What is not given stays as
it is; data, attributes, dates and variables do not change.
"""

from __future__ import annotations

from argparse import ArgumentParser, BooleanOptionalAction, Namespace

from genomedb.cli import options


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("tracks", nargs="+", metavar="TRACK")
    parser.add_argument(
        "--layout", choices=("per-chromosome", "indexed"),
        help="a dataset per chromosome, or one for all (best above 1,000 chromosomes)",
    )  # fmt: skip
    parser.add_argument(
        "--compression", choices=("gzip", "none"),
        help="none stores values so that they are mapped, not copied",
    )  # fmt: skip
    parser.add_argument("--level", type=int, metavar="N", help="gzip level 1-9")
    parser.add_argument(
        "--chunk-bytes", type=int, metavar="N", help="bytes of a chunk before compression"
    )
    parser.add_argument(
        "--pyramid", action=BooleanOptionalAction, default=None,
        help="store the summary pyramid of dense tracks, or drop it",
    )  # fmt: skip


def run(args: Namespace) -> None:
    """Do it."""
    from dataclasses import replace
    from typing import Any

    from genomedb.errors import UsageError
    from genomedb.tracks.rewrite import repack, storage_of_track

    db = options.database(args)
    for name in args.tracks:
        if db.root_of(name) != db.path:
            raise UsageError(f"track '{name}' is of a dataset, which is only read",
                             where=db.root_of(name), fix="Open that database itself")  # fmt: skip
    changes: dict[str, Any] = {}
    if args.compression is not None:
        changes["compression"] = None if args.compression == "none" else "gzip"
    if args.level is not None:
        changes["level"] = args.level
    if args.chunk_bytes is not None:
        changes["chunk_bytes"] = args.chunk_bytes
    for name in args.tracks:
        track = db.open_track(name)
        storage = replace(storage_of_track(track), **changes)
        repack(track, layout=args.layout, storage=storage, pyramid=args.pyramid)
