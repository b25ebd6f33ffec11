"""Slow answers over records of the plane, and records to ask them of."""

import math

import numpy as np

CHROMS = {"chr1": 1000, "chr2": 500, "chr3": 40}


def some_points(rng, chrom1, chrom2, n):
    """Different points of a pair and their values, one in ten missing."""
    a, b = CHROMS[chrom1], CHROMS[chrom2]
    cell = rng.permutation(a * b)[:n]
    value = rng.random(cell.size).astype("f4")
    value[rng.random(cell.size) < 0.1] = np.nan
    return cell // b, cell % b, value


def some_rectangles(rng, chrom1, chrom2, n):
    """Rectangles of a pair that do not overlap: x1, x2, y1, y2, value."""
    x = np.unique(rng.integers(0, CHROMS[chrom1] + 1, 70))
    y = np.unique(rng.integers(0, CHROMS[chrom2] + 1, 50))
    i, j = (g.ravel() for g in np.meshgrid(range(x.size - 1), range(y.size - 1), indexing="ij"))
    keep = rng.permutation(i.size)[:n]
    i, j = i[keep], j[keep]
    value = rng.random(keep.size).astype("f4")
    value[rng.random(keep.size) < 0.1] = np.nan
    return x[i], x[i + 1], y[j], y[j + 1], value


def slow_read(records, window, band=None):
    """Rows (x1, x2, y1, y2, value) of the records in a window, sorted."""
    a, b, c, d = window
    found = []
    for x1, x2, y1, y2, value in zip(*records, strict=True):
        if max(x1, a) < min(x2, b) and max(y1, c) < min(y2, d) and slow_area(
            (x1, x2, y1, y2), window, band
        ):  # fmt: skip
            found.append((int(x1), int(x2), int(y1), int(y2), float(value)))
    return sorted(found)


def slow_area(record, window, band):
    """Base pairs of a record in a window and a band."""
    x1, x2, y1, y2 = (f(int(p), q) for f, p, q in zip((max, min) * 2, record, window, strict=True))
    if x1 >= x2 or y1 >= y2:
        return 0
    if band is None:
        return (x2 - x1) * (y2 - y1)
    # for each x: bases y with x - band[1] < y <= x - band[0]
    return sum(max(0, min(y2, x - band[0] + 1) - max(y1, x - band[1] + 1)) for x in range(x1, x2))


def slow_summary(records, window, band=None):
    """n, area, wsum, sum, min, max."""
    rows = [row for row in slow_read(records, window, band) if not math.isnan(row[4])]
    areas = [slow_area(row[:4], window, band) for row in rows]
    values = [row[4] for row in rows]
    wsum = sum(v * a for v, a in zip(values, areas, strict=True))
    low, high = (min(values), max(values)) if values else (math.nan, math.nan)
    return len(rows), sum(areas), wsum, sum(values), low, high


def rows_of(found):
    """Records2D as rows."""
    return list(zip(*(c.tolist() for c in (found.x1, found.x2, found.y1, found.y2)),
                    found.value.tolist(), strict=True))  # fmt: skip


def as_rectangles(records):
    """Points as records with ends."""
    if len(records) == 5:
        return records
    x, y, value = records
    return x, np.asarray(x) + 1, y, np.asarray(y) + 1, value
