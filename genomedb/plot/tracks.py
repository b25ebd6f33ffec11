"""Signal of several tracks over one region, one panel a track."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from genomedb.core.region import Region, check_inside, parse_region
from genomedb.db.database import GenomeDB
from genomedb.errors import MissingDependencyError, UsageError
from genomedb.tracks.base import Track
from genomedb.tracks.dense import DenseTrack, SequenceTrack
from genomedb.tracks.features import FeatureTrack
from genomedb.tracks.sparse import SparseTrack
from genomedb.writers.compressed import publish_file

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis
    from matplotlib.figure import Figure

MAX_POINTS = 2000
MAX_INCHES = 100  # of a figure; at 150 dots an inch it takes 900 MB to paint
COLOURS = ("#1f5f8b", "#b5482a", "#3d7a3a", "#6b4c9a", "#8a6d1f", "#4a4a4a")


def plot_tracks(
    db: GenomeDB,
    names: str | Sequence[str],
    region: str | Region,
    *,
    path: str | Path | None = None,
    width: float = 10.0,
    height: float = 1.3,
) -> Figure:
    """Draw tracks over a region, one panel below the other.

    Dense tracks are drawn as filled signal (means, when there are more bins than pixels, with
    the highest value of each point in a lighter tone); missing values are gaps. Sparse tracks
    are drawn as bars over their intervals, feature tracks as the number of features at each point.

    Parameters
    ----------
    db : GenomeDB
        The database.
    names : str or sequence of str
        Dense, sparse or feature tracks, from top to bottom.
    region : str or Region
        ``"chr2L:1,000,000-1,100,000"`` (0-based half-open) or a chromosome's name.
    path : path, optional
        Where to save the figure: PNG, SVG or PDF by the name; replaces a file of that name.
    width, height : float
        Inches: of the figure, and of one panel.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    MissingDependencyError
        matplotlib is not installed.
    UsageError
        No track, one without signal, or a name that tells no format.
    ChromError, TrackNotFoundError, WriteError
    """
    require_matplotlib()
    from matplotlib.figure import Figure

    if not names:
        raise UsageError("no track to plot")
    check_sizes(width, height, least=0)
    if path is not None:
        format_of_picture(Path(path))
    where = region_of(db, region)
    listed = [names] if isinstance(names, str) else names
    tracks = [db.open_track(name) for name in listed]
    total = height * len(tracks) + 0.7
    check_height(total)
    figure = Figure(figsize=(width, total), layout="constrained")
    panels = figure.subplots(len(tracks), 1, sharex=True, squeeze=False)[:, 0]
    for i, (axes, track) in enumerate(zip(panels, tracks, strict=True)):
        draw_panel(axes, track, where, i)
    panels[-1].set_xlim(where.start, where.end)
    name_axis(panels[-1].xaxis, f"{where.chrom} (bp)", ticks=8)
    if path is not None:
        save_figure(figure, Path(path))
    return figure


def require_matplotlib() -> None:
    """Raise `MissingDependencyError` where matplotlib is not installed."""
    try:
        import matplotlib.figure  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError(
            "plotting needs matplotlib", fix="pip install genomedb[plot]"
        ) from error


def check_sizes(width: Any, height: Any, *, least: float) -> None:
    """Raise `UsageError` unless a figure can be so wide, in inches, with panels so high."""
    are_numbers = all(isinstance(size, (int, float, np.number)) for size in (width, height))
    if not (are_numbers and least < width <= MAX_INCHES and 0 < height <= MAX_INCHES):
        raise UsageError(
            f"a figure cannot be {width!r:.40} wide with panels {height!r:.40} high",
            fix=f"Give inches, {least:g} to {MAX_INCHES} of width",
        )


def check_height(total: float) -> None:
    """Raise `UsageError` for a figure that is too high, in inches."""
    if total > MAX_INCHES:
        raise UsageError(f"a figure cannot be {total:.0f} inches high", fix="Draw fewer tracks")


def region_of(db: GenomeDB, region: str | Region) -> Region:
    """A region with the database's name of its chromosome.

    Raises
    ------
    ChromError, UsageError
    """
    if not isinstance(region, (str, Region)):
        raise UsageError(f"region is {region!r:.60}", fix='Give text such as "chr1:0-50,000"')
    where = parse_region(region, db.chroms) if isinstance(region, str) else region
    chrom = db.chroms.name(where.chrom)
    check_inside(chrom, where.start, where.end, db.chroms.length(chrom))
    return Region(chrom, where.start, where.end)


def draw_panel(axes: Axes, track: Track, where: Region, number: int) -> None:
    """Draw one of several tracks under its name."""
    from matplotlib.ticker import MaxNLocator

    _draw(axes, track, where, COLOURS[number % len(COLOURS)])
    axes.set_title(track.name, loc="left", fontsize=9, pad=3)
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=isinstance(track, FeatureTrack)))
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)


def name_axis(axis: Axis, label: str, *, ticks: int) -> None:
    """Label an axis of positions, with ticks at whole base pairs."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis.set_major_locator(MaxNLocator(ticks, integer=True, min_n_ticks=1))
    axis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:,.0f}"))
    axis.set_label_text(label, fontsize=9)


def save_figure(figure: Figure, path: Path) -> None:
    """Write the picture; the file appears when it is whole and replaces an older one."""
    format = format_of_picture(path)
    with publish_file(path, overwrite=True) as part:
        figure.savefig(part, format=format, dpi=150)


def format_of_picture(path: Path) -> str:
    """Format by the name of a file; raise `UsageError` where that tells none."""
    from matplotlib.backend_bases import FigureCanvasBase

    format, known = path.suffix[1:].lower(), FigureCanvasBase.get_supported_filetypes()
    if format not in known:
        raise UsageError(
            f"{path.suffix or 'no suffix'} names no format of a picture",
            where=path,
            fix=f"Use one of: {', '.join(sorted(known))}",
        )
    return format


def _draw(axes: Axes, track: Track, where: Region, colour: str) -> None:
    if isinstance(track, DenseTrack) and not isinstance(track, SequenceTrack):
        _draw_dense(axes, track, where, colour)
    elif isinstance(track, SparseTrack):
        _draw_sparse(axes, track, where, colour)
    elif isinstance(track, FeatureTrack):
        _draw_features(axes, track, where, colour)
    else:
        raise UsageError(f"a {track.track_type} track has no signal to plot", where=track.name)


def _draw_dense(axes: Axes, track: DenseTrack, where: Region, colour: str) -> None:
    first, last = where.start // track.bin_size, -(-where.end // track.bin_size)
    step = -(-(last - first) // MAX_POINTS)
    edges = np.append(np.arange(first, last, step), last) * track.bin_size
    edges[-1] = min(edges[-1], where.end)
    if step > 1:  # the pyramid answers wide regions
        found = track.summary(([where.chrom] * (edges.size - 1), edges[:-1], edges[1:]))
        mean = found.mean
        axes.stairs(found.max, edges, fill=True, color=colour, alpha=0.3, lw=0)
    else:
        values: NDArray[Any] = track.read(where.chrom, where.start, where.end)
        mean = values.astype(np.float64)
        if track.missing is not None and values.dtype.kind != "f":
            mean[values == track.missing] = np.nan
    axes.stairs(mean, edges, fill=True, color=colour, lw=0)
    if not np.isnan(mean).all():
        axes.axhline(0, color=colour, lw=0.5)


def _draw_sparse(axes: Axes, track: SparseTrack, where: Region, colour: str) -> None:
    """Draw the highest value at each of the points: a narrow record still shows."""
    start, end, value = track.read(where.chrom, where.start, where.end)
    kept = np.flatnonzero(value == value)  # not NaN
    edges = _points(where)
    point, width = _under(edges, start[kept], end[kept], where)
    shown = np.full(edges.size - 1, np.nan)
    np.fmax.at(shown, point, np.repeat(value[kept].astype(np.float64), width))
    axes.stairs(shown, edges, fill=True, color=colour, lw=0)
    axes.axhline(0, color=colour, lw=0.5)


def _draw_features(axes: Axes, track: FeatureTrack, where: Region, colour: str) -> None:
    """Draw how many features lie over each of the points."""
    found = track.read(where.chrom, where.start, where.end, columns=[])
    edges = _points(where)
    point, _ = _under(edges, found.start, found.end, where)
    axes.stairs(np.bincount(point, minlength=edges.size - 1), edges, fill=True, color=colour, lw=0)
    axes.axhline(0, color=colour, lw=0.5)


def _points(where: Region) -> NDArray[np.float64]:
    return np.linspace(where.start, where.end, min(MAX_POINTS, where.end - where.start) + 1)


def _under(
    edges: NDArray[np.float64], start: NDArray[np.int64], end: NDArray[np.int64], where: Region
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Points under each interval, one interval behind the other, and how many of each."""
    first = np.searchsorted(edges, np.maximum(start, where.start), "right") - 1
    last = np.maximum(np.searchsorted(edges, np.minimum(end, where.end), "left"), first + 1)
    width = last - first
    point = np.arange(width.sum()) + np.repeat(first - (np.cumsum(width) - width), width)
    return point, width
