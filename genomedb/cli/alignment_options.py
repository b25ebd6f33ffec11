"""What the subcommands that read alignments share: their options, and the import itself."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from genomedb.cli import options

if TYPE_CHECKING:
    from genomedb.db.database import GenomeDB

_FLAGS = 0xF04


def add_files(parser: ArgumentParser) -> None:
    """Input files, which come last."""
    parser.add_argument(
        "bam", nargs="+", help="BAM, CRAM or SAM files, taken together; - is BAM from stdin"
    )


def add_common(parser: ArgumentParser) -> None:
    """Options of all subcommands that read alignments."""
    options.add_database(parser)
    parser.add_argument(
        "--chrom", action="append", metavar="CHROM",
        help="only this chromosome (a name, or its number or a range of numbers in the order of "
        "the database), through the index of the file; may be repeated",
    )  # fmt: skip
    parser.add_argument("--reference", metavar="FASTA", help="sequences of a CRAM file")
    parser.add_argument(
        "--threads", type=int, default=1, metavar="N",
        help="threads that decompress (default: %(default)s)",
    )  # fmt: skip
    _add_filters(parser)
    options.add_provenance(parser)
    options.add_overwrite(parser)


def add_values(parser: ArgumentParser) -> None:
    """How values are stored."""
    parser.add_argument(
        "-d", "--dtype", default="auto",
        help="auto (the smallest unsigned type that holds the largest value), uint8 uint16 uint32 "
        "float32 ... (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--saturate", action="store_true",
        help="store values that are too large as the largest of the dtype, and say how many",
    )  # fmt: skip
    options.add_storage(parser)


def _add_filters(parser: ArgumentParser) -> None:
    """Which reads count."""
    group = parser.add_argument_group("which reads count")
    group.add_argument(
        "-Q", "--min-mapq", "--min_mapq", type=int, default=10, metavar="N",
        help="least mapping quality (default: %(default)s)",
    )  # fmt: skip
    group.add_argument(
        "-F", "--exclude-flags", "--exclude_flags", type=_flags, default=None, metavar="FLAGS",
        help="leave out reads with any of these flags (default: 0xF04: unmapped, secondary, "
        "QC-failed, duplicate, supplementary)",
    )  # fmt: skip
    group.add_argument(
        "--require-flags", "--require_flags", type=_flags, default=0, metavar="FLAGS",
        help="leave out reads without all of these flags",
    )  # fmt: skip
    group.add_argument(
        "--max-duplicates", "--max_duplicates", type=int, default=0, metavar="N",
        help="of reads or fragments of the same place, length and strand count only so many",
    )  # fmt: skip
    group.add_argument(
        "--legacy-filters", "--legacy_filters", action="store_true",
        help="leave out unmapped reads and low mapping quality only; the mate's is not looked at",
    )  # fmt: skip


def add_sizes(parser: ArgumentParser, least: int, most: int) -> None:
    """Lengths of fragments."""
    for name, default in (("min", least), ("max", most)):
        what = "shortest" if name == "min" else "longest"
        parser.add_argument(
            f"--{name}-frag-size", f"--{name}_frag_size", type=int, default=default, metavar="BP",
            help=f"{what} fragment that counts (default: %(default)s)",
        )  # fmt: skip


def add_shifts(parser: ArgumentParser) -> None:
    """Shifts of 5' ends."""
    for name, strand in (("fwd", "forward"), ("rev", "reverse")):
        parser.add_argument(
            f"--shift-{name}", f"--shift_{name}", type=int, default=0, metavar="BP",
            help=f"added to the positions of 5' ends of {strand} reads (ATAC: "
            f"{4 if name == 'fwd' else -5})",
        )  # fmt: skip


def add_deletions(parser: ArgumentParser) -> None:
    """Do deletions count?"""
    parser.add_argument(
        "--count-deletions", "--count_deletions", choices=("yes", "no"), default="yes",
        help="are bases that a read lacks under it? (default: %(default)s)",
    )  # fmt: skip


def import_tracks(
    args: Namespace, tracks: dict[str, str | None], *, dyads_paired: bool = True
) -> None:
    """Make the tracks that have a name, and say what became of the reads."""
    from genomedb.importers.alignments import import_alignments
    from genomedb.kernels.alignments import ReadFilter

    db = options.database(args)
    wanted = {output: name for output, name in tracks.items() if name}
    there = [name for name in wanted.values() if db.has_track(name)]
    if args.skip_existing and len(there) == len(wanted):
        return
    excluded = args.exclude_flags
    if excluded is None:
        excluded = 0x4 if args.legacy_filters else _FLAGS
    filter = ReadFilter(
        min_mapq=args.min_mapq, exclude_flags=excluded, require_flags=args.require_flags,
        min_frag_size=getattr(args, "min_frag_size", 1),
        max_frag_size=getattr(args, "max_frag_size", 1000),
        max_duplicates=args.max_duplicates, shift_fwd=getattr(args, "shift_fwd", 0),
        shift_rev=getattr(args, "shift_rev", 0), mate_mapq=not args.legacy_filters,
        count_deletions=getattr(args, "count_deletions", "yes") == "yes",
    )  # fmt: skip
    report = import_alignments(
        db, args.bam, wanted, filter=filter, dyads_paired=dyads_paired,
        chroms=_chroms(db, args.chrom), reference=args.reference, threads=args.threads,
        dtype=getattr(args, "dtype", "auto"), saturate=getattr(args, "saturate", False),
        storage=options.storage(args) if hasattr(args, "compression") else None,
        description=args.description, attributes=options.attributes(args),
        command=args.command_line, overwrite=args.overwrite,
        skip_existing=args.skip_existing,
    )  # fmt: skip
    if not args.quiet:
        sys.stderr.write("".join(f"{sentence}\n" for sentence in report.sentences()))


def _chroms(db: GenomeDB, words: Sequence[str] | None) -> list[str] | None:
    """Names that words stand for; numbers count from 1."""
    if words is None:
        return None
    names: list[str] = []
    for word in words:
        first, dash, last = word.partition("-")
        if db.chroms.find(word) < 0 and first.isdigit() and (last.isdigit() or not dash):
            places = range(int(first) - 1, int(last) if dash else int(first))
            if len(places) and places[0] >= 0 and places[-1] < len(db.chroms):
                names += [db.chroms.names[place] for place in places]
                continue
        names.append(db.chroms.name(word))
    return names


def _flags(text: str) -> int:
    """Flags as decimal or hexadecimal numbers."""
    try:
        value = int(text, 0)
    except ValueError:
        value = -1
    if not 0 <= value <= 0xFFFF:
        raise ArgumentTypeError(f"{text!r} is no number of flags, 0 to 0xFFFF")
    return value
