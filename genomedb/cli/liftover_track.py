"""genomedb liftover-track.

Copy a track from one assembly of the database to another, under the same name, through a UCSC chain
file. A base of the new assembly that several chains reach is of the one with the best score; a base
of the old one that several chains have goes to each of its places. Of a pair of strands
(--rev-track), reversed blocks swap the two. Bases that were lifted, have no place, and lost theirs
to a better chain are reported.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace
from typing import Any

from genomedb.cli import options

AGGREGATES = ("mean", "median", "sum", "min", "max", "count", "first", "last")


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    add_assemblies(parser)
    parser.add_argument("track", help="track to copy; any type but a sequence")
    parser.add_argument(
        "--rev-track", "--rev_track", metavar="TRACK",
        help="the reverse strand of a pair: copied too, and swapped with TRACK in reversed blocks",
    )  # fmt: skip
    parser.add_argument(
        "--aggregate", choices=AGGREGATES, default="mean",
        help="what several values in one bin become (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "-d", "--dtype",
        help="of a dense track (default: that of the source; means of wide bins are float32)",
    )  # fmt: skip
    options.add_overwrite(parser)


def add_assemblies(parser: ArgumentParser) -> None:
    """From where to where, and by which chains."""
    parser.add_argument("--db", metavar="DIR", help="database directory (default: $GENOME_DB)")
    parser.add_argument("source", metavar="FROM", help="assembly to copy from")
    parser.add_argument("target", metavar="TO", help="assembly to copy to")
    parser.add_argument("chain", metavar="CHAIN", help="UCSC chain file, plain or compressed")


def chains_of(file: Any, target: Any, target_overlap: str) -> Any:
    """Chains of a file that was read, to a database."""
    from genomedb.intervals.chains import Chains

    return Chains.of(file, target.chroms, source_overlap="keep", target_overlap=target_overlap)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.analysis.load_chains import read_chains_between
    from genomedb.db.database import GenomeDB
    from genomedb.errors import TrackExistsError, UsageError

    source, target = GenomeDB(args.db, args.source), GenomeDB(args.db, args.target)
    names = [name for name in (args.track, args.rev_track) if name is not None]
    tracks = [source.open_track(name) for name in names]
    if len(set(names)) < len(names):
        raise UsageError("a track cannot be the reverse strand of itself", where=args.track)
    if args.skip_existing and all(map(target.has_track, names)):
        return
    there = [name for name in names if target.has_track(name)]
    if there and not (args.overwrite or args.skip_existing):
        raise TrackExistsError(
            f"Track '{there[0]}' already exists", where=target.track_path(there[0]),
            fix="Remove it first, or ask to --overwrite it",
        )  # fmt: skip
    file = read_chains_between(args.chain, source.chroms, target.chroms)
    chains = chains_of(file, target, "auto_score")
    for i, (name, track) in enumerate(zip(names, tracks, strict=True)):
        if args.skip_existing and target.has_track(name):
            continue
        mate = tracks[1 - i] if len(tracks) > 1 else None
        _lift(args, target, name, track, mate, chains)
    if not args.quiet:
        sys.stderr.write(_said(tracks[0], chains, chains_of(file, target, "keep")))


def _lift(args: Namespace, target: Any, name: str, track: Any, mate: Any, chains: Any) -> None:
    from genomedb.analysis.liftover_track import liftover_track

    dtype = args.dtype or _dtype(args, track)
    liftover_track(
        target, name, track, chains=chains, aggregate=args.aggregate, turned=mate, dtype=dtype,
        created_by=args.command_line, overwrite=args.overwrite,
    )  # fmt: skip


def _dtype(args: Namespace, track: Any) -> str:
    """The source's dtype, where its values can stay as they are."""
    whole = track.track_type == "dense" and track.dtype.kind in "iu"
    averaged = args.aggregate in ("mean", "median") and track.track_type == "dense"
    if track.track_type != "dense" or (whole and averaged and track.bin_size > 1):
        return "float32"
    return str(track.dtype)


def _said(track: Any, chains: Any, overlapping: Any) -> str:
    """What became of the bases of the source."""
    from genomedb.analysis.lift_source import in_codes_of
    from genomedb.analysis.liftover_intervals import report_of
    from genomedb.core.spans import Spans

    whole = Spans.whole(track.chroms)
    kept = in_codes_of(track, chains)
    every = in_codes_of(track, overlapping)
    best, all_of = (
        report_of(whole, each.place(whole.code, whole.start, whole.end)) for each in (kept, every)
    )
    return (
        f"{best.lifted_bases:,} of {best.bases:,} bases lifted, {all_of.unmapped_bases:,} have no "
        f"place, {all_of.lifted_bases - best.lifted_bases:,} lost theirs to a better chain\n"
    )
