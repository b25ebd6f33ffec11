"""genomedb plot.

Draw tracks over a region, one panel a track: PNG, SVG or PDF. A track of points or rectangles is
drawn as a heatmap, with the others below it.
"""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from genomedb.cli import options
from genomedb.cli.queries import add_names, names


def add_arguments(parser: ArgumentParser) -> None:
    """Define the words of the command line."""
    options.add_database(parser)
    parser.add_argument("region", help="chr1:0-50,000 (0-based half-open) or a chromosome")
    parser.add_argument("track", nargs="*", help="from top to bottom")
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="picture; it is replaced when there"
    )
    parser.add_argument(
        "-m", "--matrix", metavar="EXPRESSION",
        help="heatmap of an expression of 2D tracks, such as 'np.log2(a / b)' (default: the 2D "
        "track among the tracks)",
    )  # fmt: skip
    parser.add_argument("--region2", metavar="REGION", help="along y of a square heatmap")
    parser.add_argument(
        "--shape", choices=("square", "triangle"), help="of the heatmap (default: square)"
    )  # fmt: skip
    parser.add_argument(
        "--depth", type=int, metavar="BP", help="greatest distance that a triangle shows"
    )
    parser.add_argument(
        "--function", choices=("avg", "weighted.sum", "density"),
        help="what a cell shows of a 2D track (default: weighted.sum of points, avg of rectangles)",
    )  # fmt: skip
    parser.add_argument(
        "--bin-size", type=int, metavar="BP", help="of a cell (default: at most 400 a side)"
    )
    parser.add_argument(
        "--scale", choices=("log", "linear"), help="of the colours (default: log)"
    )  # fmt: skip
    parser.add_argument("--low", type=float, help="value at the lower end of the colours")
    parser.add_argument("--high", type=float, help="value at their upper end")
    parser.add_argument("--colours", metavar="NAME", help="colour map of matplotlib")
    parser.add_argument(
        "--width", type=float, metavar="INCHES", help="of the picture (default: 8, without a "
        "heatmap 10)",
    )  # fmt: skip
    parser.add_argument(
        "--height", type=float, metavar="INCHES", help="of the panel of a track of one dimension"
    )
    add_names(parser)


def run(args: Namespace) -> None:
    """Do it."""
    from genomedb.plot import plot_matrix, plot_tracks

    db = options.database(args)
    sizes = {"width": args.width, "height": args.height}
    given: dict[str, Any] = {
        "path": args.output, **{name: size for name, size in sizes.items() if size is not None}
    }  # fmt: skip
    matrix, below = _sorted_out(db, args)
    if matrix is None:
        _refuse_words_of_heatmaps(args)
        plot_tracks(db, below, args.region, **given)
        return
    plot_matrix(
        db, matrix, args.region, region2=args.region2, tracks=below, shape=args.shape or "square",
        function=args.function, bin_size=args.bin_size, depth=args.depth, scale=args.scale or "log",
        limits=(args.low, args.high), colours=args.colours, **names(args), **given,
    )  # fmt: skip


def _sorted_out(db: Any, args: Namespace) -> tuple[str | None, list[str]]:
    """What the heatmap is of, if there is one, and the tracks below."""
    from genomedb.errors import UsageError
    from genomedb.tracks.pairs import PAIRS

    two = [name for name in args.track if db.open_track(name).track_type in PAIRS]
    if len(two) + (args.matrix is not None) > 1:
        listed = ", ".join([*two, args.matrix] if args.matrix else two)
        raise UsageError(f"one heatmap a picture, not {listed}", fix="Make a picture of each")
    below = [name for name in args.track if name not in two]
    return (two[0] if two else args.matrix), below


def _refuse_words_of_heatmaps(args: Namespace) -> None:
    """Complain of options that have nothing to say of tracks of one dimension."""
    from genomedb.errors import UsageError

    words = (
        "region2", "shape", "depth", "function", "bin_size", "scale", "low", "high", "colours",
        "virtual", "var",
    )  # fmt: skip
    for word in words:
        if getattr(args, word) not in (None, []):
            option = word.replace("_", "-")
            raise UsageError(f"--{option} is of a heatmap", fix="Name a 2D track, or --matrix")
