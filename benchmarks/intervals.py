"""Interval algebra: a million random intervals against a million, DataFrames in and out.

Peers get the same frames, with chromosome names as a column of text. polars-bio runs on one
thread and returns pandas frames too. The rows of arrays call the same verbs on spans that are in
memory already, beside the frames of the fastest peer.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from _bench import absent, faster, medians, quick

from genomedb.core.chroms import ChromTable
from genomedb.intervals.frame import spans_of
from genomedb.intervals.nearest import k_nearest
from genomedb.intervals.neighbors import neighbors
from genomedb.intervals.overlaps import overlap, overlap_pairs, subtract
from genomedb.intervals.setops import canonical, merge_spans, subtract_rows

try:
    import bioframe
except ImportError:
    bioframe = None
try:
    import polars_bio
except ImportError:
    polars_bio = None
SIZE = 140_000_000
CHROMS = ChromTable(tuple(f"chr{i}" for i in range(1, 23)), (SIZE,) * 22)
GOALS = {  # verb: (frames against bioframe, frames against polars-bio)
    "overlap": (1, 1), "merge": (1, 1), "subtract": (3, None), "nearest": (3, None),
}  # fmt: skip


def random_frame(n: int, seed: int) -> pd.DataFrame:
    """Intervals of up to 2 kb in no order."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, SIZE - 2000, n)
    names = np.array(CHROMS.names)[rng.integers(0, len(CHROMS), n)]
    return pd.DataFrame({"chrom": names, "start": start, "end": start + rng.integers(1, 2000, n)})


def main() -> None:
    n = 20_000 if quick(__doc__) else 1_000_000
    a, b = random_frame(n, 1), random_frame(n, 2)
    x, y = spans_of(a, CHROMS), spans_of(b, CHROMS)
    frames = {
        "overlap": lambda: overlap(a, b, CHROMS),
        "merge": lambda: canonical(a, CHROMS),
        "subtract": lambda: subtract(a, b, CHROMS),
        "nearest": lambda: neighbors(a, b, CHROMS),
    }
    arrays = {
        "overlap": lambda: overlap_pairs(x, y, CHROMS),
        "merge": lambda: merge_spans(x, CHROMS),
        "subtract": lambda: subtract_rows(x, y, CHROMS),
        "nearest": lambda: k_nearest(x, y, CHROMS),
    }
    peers = {"bioframe": by_bioframe(a, b), "polars-bio": by_polars_bio(a, b)}
    for verb, (goal, other_goal) in GOALS.items():
        tasks = {"ours": frames[verb], "arrays": arrays[verb]}
        tasks.update({name: verbs[verb] for name, verbs in peers.items() if verb in verbs})
        times = medians(tasks, 3)
        for name, at_least in (("bioframe", goal), ("polars-bio", other_goal)):
            what = f"{verb}, {n:,} intervals, frames, {name}"
            if name not in times:
                absent(what, name)
                continue
            faster(what, times["ours"], times[name], at_least)
            faster(f"{verb}, arrays, {name}", times["arrays"], times[name], 5)


def by_bioframe(a: pd.DataFrame, b: pd.DataFrame) -> dict:
    if bioframe is None:
        return {}
    return {
        "overlap": lambda: bioframe.overlap(a, b, how="inner"),
        "merge": lambda: bioframe.merge(a),
        "subtract": lambda: bioframe.subtract(a, b),
        "nearest": lambda: bioframe.closest(a, b),
    }


def by_polars_bio(a: pd.DataFrame, b: pd.DataFrame) -> dict:
    """Its verbs on pandas frames of 0-based half-open intervals, one partition."""
    if polars_bio is None:
        return {}
    polars_bio.set_option("datafusion.execution.target_partitions", "1")
    polars_bio.set_option("datafusion.bio.coordinate_system_check", "false")
    for frame in (a, b):
        frame.attrs["coordinate_system_zero_based"] = True
    how = {"output_type": "pandas.DataFrame"}
    return {
        "overlap": lambda: polars_bio.overlap(a, b, **how),
        "merge": lambda: polars_bio.merge(a, **how),
        "subtract": lambda: polars_bio.subtract(a, b, **how),
        "nearest": lambda: polars_bio.nearest(a, b, **how),
    }


if __name__ == "__main__":
    main()
