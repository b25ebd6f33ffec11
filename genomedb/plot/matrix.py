"""Heatmap of a 2D track or expression over a region, square or triangular."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from genomedb.core.region import Region
from genomedb.db.database import GenomeDB
from genomedb.errors import UsageError
from genomedb.plot.cells import Grid, bins_within, cell_values, what_cells_show
from genomedb.plot.tracks import (
    check_height,
    check_sizes,
    draw_panel,
    format_of_picture,
    name_axis,
    region_of,
    require_matplotlib,
    save_figure,
)  # fmt: skip
from genomedb.tracks.base import Track
from genomedb.virtual.definition import VirtualTrack

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.collections import QuadMesh
    from matplotlib.colors import Normalize
    from matplotlib.figure import Figure

SHAPES: Final = ("square", "triangle")
SCALES: Final = ("log", "linear")
_LEFT, _RIGHT, _TOP, _BOTTOM, _GAP, _BAR = 1.15, 0.95, 0.35, 0.5, 0.35, 0.12  # inches
_LEAST_HEIGHT: Final = 0.6
_LONGEST: Final = 2.0  # height of a matrix by its width; what is longer is squeezed
_Values = NDArray[np.float64]


def plot_matrix(
    db: GenomeDB,
    expression: str,
    region: str | Region,
    *,
    region2: str | Region | None = None,
    tracks: str | Sequence[str] = (),
    shape: str = "square",
    function: str | None = None,
    bin_size: int | None = None,
    depth: int | None = None,
    scale: str = "log",
    limits: tuple[float | None, float | None] = (None, None),
    colours: str | None = None,
    virtual: Mapping[str, VirtualTrack] | None = None,
    variables: Mapping[str, Any] | None = None,
    path: str | Path | None = None,
    width: float = 8.0,
    height: float = 1.0,
) -> Figure:
    """Draw a 2D track or expression over a region as a heatmap, with 1D tracks below it.

    The region is cut into cells, whose values are taken from sums over the track: the cost does
    not grow with the records inside. Cells without a value, and on a log scale those that are
    not above 0, stay white.

    Parameters
    ----------
    db : GenomeDB
        The database.
    expression : str
        A track of points or rectangles, or an expression of such tracks.
    region : str or Region
        ``"chr2L:1,000,000-2,000,000"`` (0-based half-open) or a chromosome's name: along x.
    region2 : str or Region, optional
        Along y, from top to bottom; `region` by default. Only of a square.
    tracks : str or sequence of str
        Dense, sparse or feature tracks to draw below, over `region`.
    shape : {"square", "triangle"}
        A triangle shows the half with x <= y, its diagonal as the base; of a track that is not
        symmetric the other half is only in a square.
    function : {"avg", "weighted.sum", "density"}, optional
        What a cell shows of a track: the mean of its records weighted by their areas in it, the
        sum of value times area, or that sum over the area of the cell (what no record covers
        counts as 0). By default ``weighted.sum`` of points, which is the sum of their values,
        and ``avg`` of rectangles.
    bin_size : int, optional
        Width and height of cells, bp; by default the round size that makes at most 400 a side,
        or a multiple of the bins of the matrix that the track was imported from.
    depth : int, optional
        Greatest distance that a triangle shows, bp.
    scale : {"log", "linear"}
        Of the colours. A linear one with values below 0 has 0 in its middle.
    limits : (float, float)
        Values of the ends of the colours; None is the least or greatest value.
    colours : str, optional
        A colour map of matplotlib.
    virtual, variables : mapping, optional
        Virtual tracks, and numbers, by the names they have in the expression.
    path : path, optional
        Where to save the figure: PNG, SVG or PDF by the name; replaces a file of that name.
    width, height : float
        Inches: of the figure, and of the panel of a 1D track.

    Returns
    -------
    matplotlib Figure

    Raises
    ------
    MissingDependencyError
        matplotlib is not installed.
    UsageError
        A word is none of those above, or no value can be shown on the scale.
    ChromError, ExpressionError, TrackNotFoundError, WriteError

    Examples
    --------
    >>> plot_matrix(db, "hic", "chr2L:0-5,000,000", shape="triangle", tracks="ctcf",
    ...             path="hic.png")  # doctest: +SKIP
    """
    require_matplotlib()
    _check_words(shape, scale, colours, depth, region2)
    check_sizes(width, height, least=_LEFT + _RIGHT)
    if path is not None:
        format_of_picture(Path(path))
    first = region_of(db, region)
    second = first if region2 is None else region_of(db, region2)
    unit = bins_within(db, expression, virtual) if bin_size is None else 1
    grid = Grid.over(db, first, second, bin_size, unit=unit)
    below = [db.open_track(name) for name in ([tracks] if isinstance(tracks, str) else tracks)]
    keep = np.ones(grid.shape, bool)
    span = first.end - first.start
    reach = min(span, depth or span)
    if shape == "triangle":
        distance = np.arange(grid.shape[1]) - np.arange(grid.shape[0])[:, None]
        keep = (distance >= 0) & ((distance - 1) * grid.size < reach)
    values = cell_values(
        db, expression, grid, keep, function=function, virtual=virtual, variables=variables
    )
    norm = _norm(values, scale, limits)
    inner = width - _LEFT - _RIGHT
    ratio = reach / span / 2 if shape == "triangle" else (second.end - second.start) / span
    main = min(max(inner * ratio, _LEAST_HEIGHT), inner * _LONGEST)
    figure, axes, panels = _panels(width, main, below, height)
    mesh = _draw_cells(axes, grid, values, norm, colours, is_turned=shape == "triangle")
    bar = axes.inset_axes((1 + _BAR / inner, 0, _BAR / inner, 1))
    figure.colorbar(mesh, cax=bar).ax.tick_params(which="both", labelsize=8)
    bar.set_title(what_cells_show(db, expression, function, virtual), fontsize=8, pad=3)
    axes.set_title(f"{expression}, {grid.size:,} bp", loc="left", fontsize=9, pad=3)
    if shape == "triangle":
        axes.set_ylim(0, reach)
        name_axis(axes.yaxis, "distance (bp)", ticks=3)
        axes.spines[["top", "right"]].set_visible(False)
    else:
        axes.set_ylim(second.end, second.start)
        name_axis(axes.yaxis, f"{second.chrom} (bp)", ticks=5)
    for i, (panel, track) in enumerate(zip(panels, below, strict=True)):
        draw_panel(panel, track, first, i)
    _finish_x([axes, *panels], first)
    if path is not None:
        save_figure(figure, Path(path))
    return figure


def _check_words(
    shape: str, scale: str, colours: str | None, depth: int | None, region2: Any
) -> None:
    from matplotlib import colormaps

    for name, word, known in (("shape", shape, SHAPES), ("scale", scale, SCALES)):
        if word not in known:
            raise UsageError(f"{name} is {word!r}", fix=f"Give one of: {', '.join(known)}")
    if colours is not None and colours not in list(colormaps):
        raise UsageError(f"colours is {colours!r}", fix="Give a colour map such as 'viridis'")
    if shape == "triangle" and region2 is not None:
        raise UsageError("a triangle has one region", fix="Leave region2 out, or draw a square")
    is_number = isinstance(depth, (int, float, np.number))
    if depth is not None and not (shape == "triangle" and is_number and depth > 0):
        raise UsageError(f"depth is {depth!r}", fix="Give base pairs above 0, of a triangle only")


def _norm(values: _Values, scale: str, limits: tuple[float | None, float | None]) -> Normalize:
    """From values to colours; the limits given, or the ends of the values."""
    from matplotlib.colors import LogNorm, Normalize

    try:
        low, high = limits
    except (TypeError, ValueError):
        raise UsageError(f"limits is {limits!r}", fix="Give (low, high), None for either") from None
    known = values[np.isfinite(values)]
    shown = known[known > 0] if scale == "log" else known
    if known.size and not shown.size:
        raise UsageError(
            f"no value is above 0 (the greatest is {known.max():.6g}), which a log scale needs",
            fix='Give scale="linear"',
        )
    least, greatest = (shown.min(), shown.max()) if shown.size else (1.0, 10.0)
    if scale == "linear":
        bound = max(abs(least), abs(greatest)) or 1.0
        least, greatest = (-bound if least < 0 else 0.0), bound
    elif least == greatest:  # one value, in the middle
        least, greatest = least / 2, greatest * 2
    try:
        low = float(least if low is None else low)
        high = float(greatest if high is None else high)
    except (TypeError, ValueError):
        raise UsageError(f"limits is {limits!r}", fix="Give two numbers, None for either") from None
    if not (-math.inf < low < high < math.inf and (scale == "linear" or low > 0)):
        raise UsageError(f"colours cannot go from {low:.6g} to {high:.6g}", where="limits")
    return LogNorm(low, high) if scale == "log" else Normalize(low, high)


def _map_of(norm: Normalize, colours: str | None) -> Any:
    """The colour map asked for, or one that suits; white where there is no value."""
    from matplotlib import colormaps
    from matplotlib.colors import ListedColormap

    if colours is not None:
        chosen = colormaps[colours]
    elif norm.vmin is not None and norm.vmin < 0:
        chosen = colormaps["RdBu_r"]
    else:  # without its lightest tones, in which single contacts are lost on white
        chosen = ListedColormap(colormaps["YlOrRd"](np.linspace(0.15, 1, 256)))
    return chosen.with_extremes(bad="white")


def _panels(
    width: float, main: float, below: Sequence[Track], height: float
) -> tuple[Figure, Axes, list[Axes]]:
    """A figure with a panel for the cells, and one a track, all of one width."""
    from matplotlib.figure import Figure

    total = _TOP + main + len(below) * (_GAP + height) + _BOTTOM
    check_height(total)
    figure = Figure(figsize=(width, total))
    inner = width - _LEFT - _RIGHT

    def panel(top: float, size: float) -> Axes:
        """An axes `size` inches high, so far from the top of the figure."""
        place = _LEFT / width, 1 - (top + size) / total, inner / width, size / total
        return figure.add_axes(place)

    axes = panel(_TOP, main)
    tops = (_TOP + main + _GAP + i * (_GAP + height) for i in range(len(below)))
    return figure, axes, [panel(top, height) for top in tops]


def _draw_cells(
    axes: Axes, grid: Grid, values: _Values, norm: Normalize, colours: str | None, *,
    is_turned: bool,
) -> QuadMesh:  # fmt: skip
    """Draw the cells, upright or on the corners of a triangle."""
    x, y = np.meshgrid(grid.edges1.astype(float), grid.edges2.astype(float), indexing="ij")
    if is_turned:  # the base is the diagonal, the height the distance
        x, y = (x + y) / 2, y - x
    shown = np.ma.masked_invalid(values)
    if type(norm).__name__ == "LogNorm":
        shown = np.ma.masked_less_equal(shown, 0)
    # as an image within SVG and PDF: a path for every cell would make huge files
    map_ = _map_of(norm, colours)
    return axes.pcolormesh(x, y, shown, norm=norm, cmap=map_, rasterized=True)


def _finish_x(panels: Sequence[Axes], where: Region) -> None:
    """The same limits for all; positions below the last."""
    for axes in panels:
        axes.set_xlim(where.start, where.end)
        name_axis(axes.xaxis, f"{where.chrom} (bp)" if axes is panels[-1] else "", ticks=5)
        axes.tick_params(labelsize=8)
    for axes in panels[:-1]:
        axes.tick_params(labelbottom=False)
