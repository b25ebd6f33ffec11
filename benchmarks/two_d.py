"""Contact maps: creating, windows, sums of windows and full scans of points with power-law decay.

Peers hold the same points: pymisha as points, cooler and hictkpy as pixels of 10 kb, which is less
to fetch. pymisha takes so long that it gets a part of them, and figures of points a second compare.
"""

from __future__ import annotations

import functools
import importlib.util
import time

import numpy as np
from _bench import absent, absolute, cpu, faster, medians, quick, row, workdir

from genomedb import create_database

LENGTH = 200_000_000
PIXEL = 10_000
REPEATS = 100


def main() -> None:
    small = quick(__doc__)
    n, n_peer = (200_000, 5_000) if small else (10_000_000, 300_000)
    x, y, value = points(n)
    with workdir() as folder:
        db = create_database(folder, "toy", {"chr1": LENGTH})
        pairs = {("chr1", "chr1"): (x, y, value)}
        made = medians(
            {"ours": lambda: db.create_points("map", pairs, overwrite=True)}, 3, choose=min
        )["ours"]
        row("create points, a second", f"{n / made:.3g}", "-", n / made, at_least=5e6)
        track = db.open_track("map")
        absolute("bytes a point", track.path.stat().st_size / n, "bytes", at_most=9)
        sums = medians({"ours": many(lambda: track.summarize("chr1", 60_000_000, 100_000_000))})
        absolute("count and sum of 40 Mb squared", sums["ours"] / REPEATS * 1e6, "us", at_most=100)
        beside_pymisha(folder, db, n_peer)
        windows(folder, track, (x, y, value))


def points(n: int):
    """Different points above and below the diagonal, the fewer the farther apart."""
    rng = np.random.default_rng(1)
    x = rng.integers(0, LENGTH, 2 * n)
    apart = (1_000 * (LENGTH / 1_000) ** rng.random(x.size)).astype(np.int64)
    y = x + apart * rng.choice([-1, 1], x.size)
    inside = (y >= 0) & (y < LENGTH)
    key = np.unique(x[inside] * LENGTH + y[inside])
    key = rng.permutation(key)[:n]
    return key // LENGTH, key % LENGTH, rng.geometric(0.5, key.size).astype(np.float32)


def many(fetch):
    """The same call many times, so that one can be timed."""

    def run() -> None:
        for _ in range(REPEATS):
            fetch()

    return run


def windows(folder, track, records) -> None:
    """A square of 1 Mb on the diagonal, warm.

    hictkpy comes last and by the clock on the wall: it keeps a thread spinning.
    """
    lo, hi = 100_000_000, 101_000_000
    what = "1 Mb squared on the diagonal, {} on pixels of 10 kb"
    ours = many(functools.partial(track.read, "chr1", lo, hi))
    if not importlib.util.find_spec("cooler"):
        absent(what.format("cooler"), "cooler")
        return
    import cooler

    path = write_cool(folder, records)
    matrix = cooler.Cooler(str(path)).matrix(balance=False, as_pixels=True)
    theirs = many(functools.partial(matrix.fetch, ("chr1", lo, hi)))
    compare(what.format("cooler"), ours, theirs, 30)
    if not importlib.util.find_spec("hictkpy"):
        absent(what.format("hictkpy"), "hictkpy")
        return
    import hictkpy

    peer = hictkpy.File(str(path), PIXEL)
    theirs = many(lambda: peer.fetch(f"chr1:{lo}-{hi}").to_df())
    compare(what.format("hictkpy (wall)"), ours, theirs, 1, clock=time.perf_counter)


def compare(what, ours, theirs, goal, clock=cpu) -> None:
    """Row of two calls that were repeated."""
    times = medians({"ours": ours, "theirs": theirs}, clock=clock)
    faster(what, times["ours"] / REPEATS, times["theirs"] / REPEATS, goal)


def write_cool(folder, records):
    """The upper half of the points as pixels."""
    import cooler
    import pandas as pd

    x, y, value = records
    first, second = np.minimum(x, y) // PIXEL, np.maximum(x, y) // PIXEL
    pixels = pd.DataFrame({"bin1_id": first, "bin2_id": second, "count": value.astype(np.int64)})
    pixels = pixels.groupby(["bin1_id", "bin2_id"], as_index=False).sum()
    bins = cooler.binnify(pd.Series({"chr1": LENGTH}), PIXEL)
    path = folder / "peer.cool"
    cooler.create_cooler(str(path), bins, pixels, ordered=True)
    return path


def beside_pymisha(folder, db, n: int) -> None:
    """Creating, a window and a full scan beside pymisha, which holds `n` points."""
    import _peer_pymisha as peer

    if not peer.installed():
        absent("points", peer.NAME)
        return
    import pandas as pd
    import pymisha

    from genomedb import summary

    peer.create_database(folder, {"chr1": LENGTH})
    x, y, value = points(n)
    frame = pd.DataFrame(
        {"chrom1": "chr1", "start1": x, "end1": x + 1, "chrom2": "chr1", "start2": y, "end2": y + 1}
    )

    def theirs() -> None:
        if pymisha.gtrack_exists("map"):
            pymisha.gtrack_rm("map", force=True)
        pymisha.gtrack_2d_create("map", "", frame, value)

    pairs = {("chr1", "chr1"): (x, y, value)}
    times = medians(
        {"ours": lambda: db.create_points("few", pairs, overwrite=True), "theirs": theirs}, 1
    )
    faster(f"create {n:,} points, pymisha", times["ours"], times["theirs"], 50)
    lo, hi = 100_000_000, 101_000_000
    where = pymisha.gintervals_2d("chr1", lo, hi, "chr1", lo, hi)
    every = pymisha.gintervals_2d("chr1", 0, LENGTH, "chr1", 0, LENGTH)
    few = db.open_track("few")
    times = medians(
        {
            "window": many(functools.partial(few.read, "chr1", lo, hi)),
            "their window": lambda: pymisha.gextract("map", where, progress=False),
            "scan": lambda: [block for _, _, block in few.iter_blocks()],
            "summary": lambda: summary(db, "few", iterator="few"),
            "their summary": lambda: pymisha.gsummary("map", every, progress=False),
        },
        3,
    )
    window = times["window"] / REPEATS
    faster(f"1 Mb squared of {n:,} points, pymisha", window, times["their window"], 50)
    full = times["their summary"]
    faster(f"full scan of {n:,} points: summary, pymisha", times["summary"], full, 50)
    faster(f"full scan of {n:,} points: blocks, pymisha's summary", times["scan"], full)


if __name__ == "__main__":
    main()
