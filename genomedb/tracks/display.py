"""What a notebook shows of a track."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genomedb.errors import GenomeDBError
from genomedb.tracks.base import Track

N_POINTS = 100
WINDOW_BINS = 16  # bins read for one point
LOOKED_AT, TRIED = 100, 4  # chromosomes that may have data, and that may have values
MAX_TEXT = 300
WIDTH, HEIGHT = 300, 40  # of a sparkline, in pixels


def track_html(track: Track) -> str:
    """HTML of a track: what it is, its attributes, and a line over its longest chromosome.

    A file that is damaged or closed is said to be so: a notebook must show something.
    """
    head = f"<b>{escape(track.name)}</b>"
    try:
        facts = track.info()
        line = _line(track)
    except (GenomeDBError, OSError) as error:
        return f"<div>{head}<br>{escape(str(error))}</div>"
    rows = [["type", f"{facts['type']} {facts.get('dtype') or ''}"]]
    if "bin_size" in facts:
        rows.append(["bin size", f"{facts['bin_size']:,} bp"])
    n, total = len(track.chroms), track.chroms.total
    rows.append(["chromosomes", f"{n:,}, {total:,} bp ({facts['assembly']})"])
    if "n_records" in facts:
        rows.append(["records", f"{facts['n_records']:,} in {facts['n_pairs']:,} pairs"])
    rows.append(["size", readable_bytes(facts["size_in_bytes"])])
    for key, value in facts["attributes"].items():
        rows.append([key, value if len(value) <= MAX_TEXT else value[: MAX_TEXT - 3] + "..."])
    return f"<div>{head}{html_table((), rows)}{line}</div>"


def _line(track: Track) -> str:
    """HTML of the longest chromosome that has values to draw, empty if there is none."""
    for chrom in long_chroms(track):
        values = profile(track, chrom)
        if values is None:
            break
        shown = values[np.isfinite(values)]
        if shown.size:
            words = f"{chrom}, {shown.min():.4g} to {shown.max():.4g} in {shown.size} samples"
            return f"<div>{sparkline_svg(values)}<br><small>{escape(words)}</small></div>"
    return ""


def long_chroms(track: Track) -> list[str]:
    """A few of the longest chromosomes on which the track holds data, the longest first."""
    order = np.argsort(-track.chroms.length_array, kind="stable")[:LOOKED_AT].tolist()
    names = [track.chroms.names[code] for code in order]
    return [name for name in names if track.has_chrom(name)][:TRIED]


def profile(track: Track, chrom: str) -> NDArray[np.float64] | None:
    """Means of short windows at equal distances along a chromosome, in a moment.

    Returns
    -------
    ndarray of float64, shape (at most 100,), or None
        NaN where a window holds no values; None for tracks that have none to draw.
    """
    dtype = getattr(track, "dtype", None)
    if dtype is None or dtype.kind not in "iuf" or track.track_type == "sequence":
        return None
    length = track.chroms.length(chrom)
    bin_size = int(getattr(track, "bin_size", 1))
    n = min(N_POINTS, -(-length // bin_size))
    edges = np.linspace(0, length, n + 1).astype(np.int64)
    start, width = edges[:-1], np.diff(edges)
    if getattr(track, "has_pyramid", False):
        keep = width > 0
        start, end = start[keep], (start + width)[keep]
        summary: Any = track.summary(([chrom] * start.size, start, end))  # type: ignore[attr-defined]
        means: NDArray[np.float64] = summary.mean
        return means
    if track.track_type == "dense":
        width = np.minimum(width, WINDOW_BINS * bin_size)
    keep = width > 0
    start, end = start[keep], (start + width)[keep]
    read_many: Any = getattr(track, "read_many", None)
    if read_many is None:
        return None
    found = read_many(([chrom] * start.size, start, end))
    values = getattr(found, "values", None)
    if values is None:
        values = getattr(found, "value", None)
    if not isinstance(values, np.ndarray) or values.ndim != 1:
        return None
    return _means(values.astype(np.float64), found.offsets, track.missing)


def _means(
    values: NDArray[np.float64], offsets: NDArray[np.int64], missing: float | None
) -> NDArray[np.float64]:
    """Mean of each stretch over its values that are not missing; NaN where there are none."""
    there = np.isfinite(values)
    if missing is not None:
        there &= values != missing
    sums = np.concatenate(([0.0], np.cumsum(np.where(there, values, 0.0))))
    counts = np.concatenate(([0], np.cumsum(there)))
    n = np.diff(counts[offsets])
    total = np.diff(sums[offsets])
    means: NDArray[np.float64] = np.divide(total, n, out=np.full(n.size, np.nan), where=n > 0)
    return means


def sparkline_svg(values: NDArray[Any] | Sequence[float]) -> str:
    """A line as inline SVG; breaks where values are missing.

    Parameters
    ----------
    values : sequence of float
        From left to right, NaN for none.

    Returns
    -------
    str
        An ``<svg>`` element, without a line when there is no value.
    """
    data = np.asarray(values, np.float64)
    there = np.isfinite(data)
    paths: list[str] = []
    if there.any():
        low, high = min(data[there].min(), 0.0), data[there].max()
        span = high - low or 1.0
        x = np.linspace(2, WIDTH - 2, data.size) if data.size > 1 else np.array([WIDTH / 2])
        y = HEIGHT - 3 - (data - low) / span * (HEIGHT - 6)
        for stretch in np.split(np.arange(data.size), np.flatnonzero(np.diff(there)) + 1):
            if there[stretch[0]]:
                points = [f"{x[i]:.1f},{y[i]:.1f}" for i in stretch]
                end = f" L{x[stretch[0]] + 1:.1f},{y[stretch[0]]:.1f}" * (stretch.size == 1)
                paths.append("M" + " L".join(points) + end)
    drawn = f'<path d="{" ".join(paths)}" fill="none" stroke="#1f77b4"/>' if paths else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img">{drawn}</svg>'
    )


def html_table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """An HTML table of escaped texts, left-aligned."""
    left = ' style="text-align:left"'
    head = "".join(f"<th{left}>{escape(c)}</th>" for c in columns)
    body = "".join(
        "<tr>" + "".join(f"<td{left}>{escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return (
        f"<table>{f'<thead><tr>{head}</tr></thead>' if head else ''}<tbody>{body}</tbody></table>"
    )


def readable_bytes(n: int) -> str:
    """A size for people: ``312 B``, ``4.7 MB``."""
    value = float(n)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 999.5:
            return f"{value:.3g} {unit}"
        value /= 1000
    return f"{value:.3g} TB"
