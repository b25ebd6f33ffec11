"""A small database of 2D tracks for tests, and slow answers about it: record by record."""

import math

import numpy as np
import pandas as pd
from plane_records import slow_area

from genomedb.db.create import create_database

SIZES = {"chr2": 300, "chr10": 200, "chr1": 90}  # in no alphabetical order
PLACES = ["chrom1", "start1", "end1", "chrom2", "start2", "end2"]
PAIRS = (("chr2", "chr2", 120), ("chr2", "chr10", 30), ("chr1", "chr1", 1), ("chr10", "chr2", 7))


def make_toy(folder):
    """`db` with tracks ``points rects all_points one_d``, and their records by name and pair."""
    db = create_database(folder / "root", "toy", SIZES)
    rng = np.random.default_rng(4)
    records = {name: {} for name in ("points", "rects", "all_points")}
    for a, b, n in PAIRS:
        records["points"][a, b] = with_gaps(rng, some_points(rng, a, b, n))
        records["rects"][a, b] = with_gaps(rng, some_rects(rng, a, b, n))
        records["all_points"][a, b] = some_points(rng, a, b, n)
    for name, pairs in records.items():
        columns = {
            pair: tuple(map(np.array, zip(*rows, strict=True))) for pair, rows in pairs.items()
        }
        if name == "rects":
            db.create_rectangles(name, columns)
        else:
            points = {pair: (c[0], c[2], c[4]) for pair, c in columns.items()}
            db.create_points(name, points)
    db.create_dense("one_d", {"chr2": np.arange(30.0)}, bin_size=10)
    return db, records


def some_points(rng, a, b, n):
    """Different points, most near the diagonal, and both corners."""
    x = rng.integers(0, SIZES[a], n)
    y = np.clip(x + rng.integers(-60, 60, n), 0, SIZES[b] - 1)
    x[0], y[0] = SIZES[a] - 1, SIZES[b] - 1
    if n > 1:
        x[1], y[1] = 0, 0
    found = sorted(set(zip(x.tolist(), y.tolist(), strict=True)))
    return [(i, i + 1, j, j + 1, float(rng.integers(1, 40)) / 4) for i, j in found]


def some_rects(rng, a, b, n):
    """Rectangles that do not overlap; some touch, some reach the ends."""
    x = np.unique(np.append(rng.integers(0, SIZES[a], 13), [0, SIZES[a]]))
    y = np.unique(np.append(rng.integers(0, SIZES[b], 13), [0, SIZES[b]]))
    cells = [(i, j) for i in range(x.size - 1) for j in range(y.size - 1)]
    kept = rng.permutation(len(cells))[:n]
    return [
        (int(x[i]), int(x[i + 1]), int(y[j]), int(y[j + 1]), float(rng.integers(1, 40)) / 4)
        for i, j in (cells[k] for k in kept)
    ]


def with_gaps(rng, rows):
    return [(*row[:4], math.nan if rng.random() < 0.1 else row[4]) for row in rows]


def some_windows(seed, n, pairs=(("chr2", "chr2"), ("chr2", "chr10"), ("chr1", "chr1"))):
    """Windows in no order, which may overlap."""
    rng = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        a, b = pairs[rng.integers(len(pairs))]
        x, y = (np.sort(rng.choice(SIZES[c] + 1, 2, replace=False)).tolist() for c in (a, b))
        rows.append((a, *x, b, *y))
    return pd.DataFrame(rows, columns=PLACES)


# ---- slow answers


def slow_rows(records, scope, band=None):
    """Rows (places, value, number of the scope row from 1) of records as iterator."""
    found = []
    for number, (a, x1, x2, b, y1, y2) in enumerate(scope.itertuples(index=False), 1):
        rows = []
        for record in records.get((a, b), ()) if band is None or a == b else ():
            if slow_area(record, (x1, x2, y1, y2), band):
                cut = slow_cut(record, (x1, x2, y1, y2), band)
                rows.append((a, *cut[:2], b, *cut[2:], record[4], number))
        found += sorted(rows, key=lambda row: (row[1], row[4]))
    return found


def slow_cut(record, window, band):
    x1, x2 = max(record[0], window[0]), min(record[1], window[1])
    y1, y2 = max(record[2], window[2]), min(record[3], window[3])
    if band is None:
        return x1, x2, y1, y2
    low, high = band
    return max(x1, y1 + low), min(x2, y2 + high), max(y1, x1 - high), min(y2, x2 - low)


def slow_value(records, function, window, band=None, everything=()):
    """A function of the records in a window ``(chrom1, x1, x2, chrom2, y1, y2)``."""
    a, x1, x2, b, y1, y2 = window
    if not (x1 < x2 and y1 < y2):
        return math.nan
    here = (x1, x2, y1, y2)
    hits = sorted(
        (r[0], r[2], slow_area(r, here, band), r[4])
        for r in (records.get((a, b), ()) if band is None or a == b else ())
        if not math.isnan(r[4]) and slow_area(r, here, band)
    )
    values, areas = [h[3] for h in hits], [h[2] for h in hits]
    if function in ("size", "exists"):
        return float(len(hits) if function == "size" else bool(hits))
    if not hits:
        return math.nan
    total = math.fsum(v * n for v, n in zip(values, areas, strict=True))
    found = {
        "area": sum(areas), "weighted.sum": total, "avg": total / sum(areas), "min": min(values),
        "max": max(values), "first": values[0], "last": values[-1],
    }  # fmt: skip
    if function in found:
        return found[function]
    what = found[{"": "avg"}.get(function.removeprefix("global.percentile").strip("."),
                                 function.removeprefix("global.percentile."))]  # fmt: skip
    known = [v for v in everything if not math.isnan(v)]
    return sum(np.float32(v) <= np.float32(what) for v in known) / len(known)
