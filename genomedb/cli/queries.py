"""Options of subcommands that evaluate expressions."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from genomedb.cli import executors, options

if TYPE_CHECKING:
    from genomedb.virtual.definition import VirtualTrack


def add_query(parser: ArgumentParser, *, many: bool = False) -> None:
    """Expressions, scope, iterator, virtual tracks, variables and processes."""
    options.add_database(parser)
    what = "such as 'np.log(chip + 1) - input'"
    if many:
        parser.add_argument("expression", nargs="+", help=f"one column each, {what}")
    else:
        parser.add_argument("expression", help=what)
    parser.add_argument(
        "-s", "--scope", metavar="WHERE",
        help="chr1:0-50,000 (0-based half-open), a chromosome, an interval set, a sparse track "
        "or a file in BED format (default: the whole genome); of 2D tracks two of the former, "
        "such as 'chr1:0-50,000 x chr2', a 2D set or track (default: all pairs of chromosomes)",
    )  # fmt: skip
    parser.add_argument(
        "-i", "--iterator", metavar="HOW",
        help="bin size in bp, a track, an interval set, a BED file, or -1 for the scope's own "
        "rows; of 2D tracks also WIDTHxHEIGHT in bp (default: as the tracks of the expression "
        "are)",
    )  # fmt: skip
    parser.add_argument(
        "--band", metavar="D1:D2",
        help="of 2D tracks, only base pairs with D1 <= x - y < D2 on one chromosome; write "
        "--band=D1:D2 where D1 is negative",
    )  # fmt: skip
    add_names(parser)
    executors.add_jobs(parser, "work side by side")


def add_names(parser: ArgumentParser) -> None:
    """Virtual tracks and variables."""
    parser.add_argument(
        "--virtual", action="append", default=[], metavar="NAME=SOURCE:FUNCTION[:START:END]",
        help="virtual track: a function of SOURCE around each interval, whose start and end are "
        "moved by START and END bp, such as near=chip:max:-500:500; a parameter follows the "
        "function, as in chip:quantile,0.9; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--var", action="append", default=[], metavar="NAME=NUMBER",
        help="number that the expressions call NAME; may be repeated",
    )  # fmt: skip


def query(args: Namespace, db: Any) -> dict[str, Any]:
    """Keyword arguments of a verb, from the options."""
    return {
        "scope": _scope(args.scope, db),
        "band": _band(args.band),
        "iterator": _iterator(args.iterator, db),
        **names(args),
        "executor": executors.executor(args),
    }


def names(args: Namespace) -> dict[str, Any]:
    """What the names of expressions stand for, from the options."""
    return {
        "virtual": dict(_virtual(text) for text in args.virtual),
        "variables": dict(_variable(text) for text in args.var),
    }


def _scope(text: str | None, db: Any) -> Any:
    """A scope; two regions are a rectangle."""
    first, is_pair, second = (text or "").partition(" x ")
    if not is_pair:
        return _intervals(text, db)
    from genomedb.core.spans import Spans, Spans2D
    from genomedb.iterators.scope import scope_of

    sides = [scope_of(db, side.strip()) for side in (first, second)]
    one, other = (side if isinstance(side, Spans) else Spans.empty() for side in sides)
    if not len(one) == len(other) == 1:
        from genomedb.errors import UsageError

        raise UsageError(f"{text!r:.60} is no pair of regions", fix="Write 'chr1:0-500 x chr2'")
    return Spans2D(one, other)


def _band(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    low, _, high = text.replace(",", "").partition(":")
    try:
        return int(low), int(high)
    except ValueError:
        from genomedb.errors import UsageError

        raise UsageError(
            f"band {text!r:.40} is not D1:D2", fix="Write, for example, --band=-50000:50000"
        ) from None


def _intervals(text: str | None, db: Any) -> Any:
    """A scope or iterator; what ends like a BED file is read."""
    bare = "" if text is None else text.lower().removesuffix(".gz")
    if not bare.endswith(".bed"):
        return text
    from genomedb.importers.intervals import read_bed

    assert text is not None
    return read_bed(text, db.chroms)


def _iterator(text: str | None, db: Any) -> Any:
    if text is None:
        return None
    width, is_cell, height = text.partition("x")
    if is_cell and width.isdigit() and height.isdigit():
        return int(width), int(height)
    try:
        return float(text) if "." in text and "/" not in text else int(text)
    except ValueError:
        return _intervals(text, db)


def _virtual(text: str) -> tuple[str, VirtualTrack]:
    """NAME=SOURCE:FUNCTION[,PARAMETER][:START:END] as a name and a definition."""
    from genomedb.errors import UsageError
    from genomedb.virtual.definition import VirtualTrack

    name, is_given, rest = text.partition("=")
    source, *parts = rest.split(":")
    if not (is_given and name and source and len(parts) in (1, 3)):
        raise UsageError(
            f"virtual track {text!r} is not NAME=SOURCE:FUNCTION[:START:END]",
            fix="Write, for example, near=chip:max:-500:500",
        )
    function, _, parameter = parts[0].partition(",")
    try:
        params = float(parameter) if parameter else None
        sshift, eshift = (int(p) for p in parts[1:]) if len(parts) == 3 else (0, 0)
    except ValueError:
        raise UsageError(
            f"virtual track {text!r} has a parameter or shift that is no number",
            fix="Write, for example, near=chip:max:-500:500",
        ) from None
    return name, VirtualTrack(source, function or None, params, sshift=sshift, eshift=eshift)


def _variable(text: str) -> tuple[str, float]:
    from genomedb.errors import UsageError

    name, _, value = text.partition("=")
    try:
        return name, float(value)
    except ValueError:
        raise UsageError(f"variable {text!r} is not NAME=NUMBER") from None
