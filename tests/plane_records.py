"""Records of the plane for tests, and what they have in windows: each base pair is looked at."""

import math

import numpy as np

from genomedb.kernels.quadtree_build import build_nodes
from genomedb.kernels.quadtree_query import Quadtree, Records
from genomedb.kernels.zorder import zorder


def columns(rows, *, is_points, kind=np.int32, real=np.float32):
    """Records (x1, x2, y1, y2, value) as sorted columns."""
    array = np.array(rows, float).reshape(-1, 5)
    x1, x2, y1, y2 = array[:, :4].T.astype(kind)
    value = array[:, 4].astype(real)
    order = zorder(x1, y1)
    ends = (None, None) if is_points else (x2[order], y2[order])
    return Records(x1[order], ends[0], y1[order], ends[1], value[order])


def tree_of(records):
    nodes = build_nodes((records.x1, records.x2), (records.y1, records.y2), records.value)
    return Quadtree(nodes, records.value.size)


def rows_of(records):
    """The records as tuples of numbers."""
    x2 = records.x1 + 1 if records.x2 is None else records.x2
    y2 = records.y1 + 1 if records.y2 is None else records.y2
    places = (c.tolist() for c in (records.x1, x2, records.y1, y2, records.value))
    return list(zip(*places, strict=True))


def slow_area(row, window, band):
    """Base pairs of a record in the window and the band, counted column by column."""
    x1, x2 = max(row[0], window[0]), min(row[1], window[1])
    y1, y2 = max(row[2], window[2]), min(row[3], window[3])
    if band is None:
        return max(x2 - x1, 0) * max(y2 - y1, 0)
    # d1 <= x - y < d2 leaves x - d2 < y <= x - d1
    return sum(max(min(y2, x - band[0] + 1) - max(y1, x - band[1] + 1), 0) for x in range(x1, x2))


def slow_hits(rows, window, band):
    return [i for i, row in enumerate(rows) if slow_area(row, window, band)]


def slow_sums(rows, window, band):
    """(n, area, wsum, sum, min, max)"""
    hits = [rows[i] for i in slow_hits(rows, window, band) if not math.isnan(rows[i][4])]
    areas = [slow_area(row, window, band) for row in hits]
    values = [row[4] for row in hits]
    weighted = math.fsum(v * a for v, a in zip(values, areas, strict=True))
    ends = (min(values), max(values)) if values else (math.nan, math.nan)
    return len(hits), sum(areas), weighted, math.fsum(values), *ends
