"""Mean of a 50-bp track in each of 100,000 and 1,000,000 intervals of a genome of 5 x 100 Mb.

The intervals, 300 bp that do not overlap, are the iterator; ours and pymisha give the table.
pybigtools reads a bigWig of the same values, and the intervals from a BED file. "cold" begins
without decoded chunks; "warm" has those that the cache of decoded chunks kept.
"""

from __future__ import annotations

import _peer_pymisha as peer_pymisha
import numpy as np
import pandas as pd
from _bench import absent, faster, medians, quick, workdir
from expressions import simulated

from genomedb import create_database
from genomedb.analysis.extract import extract
from genomedb.exporters.signal import export_bigwig
from genomedb.storage.cache import CACHE
from genomedb.storage.columns import decoding_threads
from genomedb.storage.write import Storage

try:
    import pybigtools
except ImportError:
    pybigtools = None
BIN, WIDTH = 50, 300
GOALS = {False: 8, True: 20}  # pymisha: fewer intervals, many
PYBIGTOOLS = 30


def main() -> None:
    small = quick(__doc__)
    n_chroms, length = (2, 5_000_000) if small else (5, 100_000_000)
    chroms = {f"chr{i + 1}": length for i in range(n_chroms)}
    with workdir() as folder:
        db = create_database(folder, "toy", chroms)
        values = simulated(chroms, 0)
        db.create_dense("t", values, bin_size=BIN)
        db.create_dense("flat", values, bin_size=BIN, storage=Storage(None))
        if peer_pymisha.installed():
            peer_pymisha.create_database(folder, chroms)
            peer_pymisha.create_bins("t", values, BIN)
        if pybigtools is not None:
            export_bigwig(db["t"], folder / "t.bw")
        for n, many in ((2_000, False), (20_000, True)) if small else (
            (100_000, False), (1_000_000, True),
        ):  # fmt: skip
            frame = intervals(chroms, n)
            means(db, folder, frame, goal=GOALS[many])


def intervals(chroms, n: int) -> pd.DataFrame:
    """Intervals of whole bins, evenly spread: the same mean by bins and by bases."""
    rng = np.random.default_rng(n)
    parts = []
    for name, length in chroms.items():
        each = n // len(chroms)
        room = length // BIN // each
        first = np.arange(each) * room + rng.integers(0, room - WIDTH // BIN, each, endpoint=True)
        start = first * BIN
        parts.append(pd.DataFrame({"chrom": name, "start": start, "end": start + WIDTH}))
    return pd.concat(parts, ignore_index=True)


def means(db, folder, frame, *, goal: float) -> None:
    """Rows of one number of intervals."""

    def ours(track, *, cold):
        def run():
            if cold:
                CACHE.clear()
            with decoding_threads(1):
                return extract(db, track, iterator=frame)

        return run

    tasks = {
        "compressed, cold": ours("t", cold=True),
        "compressed, warm": ours("t", cold=False),
        "contiguous": ours("flat", cold=False),
    }
    ways = list(tasks)
    found = tasks["compressed, cold"]()["t"].to_numpy()
    np.testing.assert_array_equal(found, tasks["contiguous"]()["flat"])
    if peer_pymisha.installed():
        tasks["pymisha"] = lambda: peer_pymisha.means("t", frame)
        np.testing.assert_allclose(found, tasks["pymisha"](), rtol=1e-6)
    if pybigtools is not None:
        bed = folder / "intervals.bed"
        frame.to_csv(bed, sep="\t", header=False, index=False)
        file = pybigtools.open(str(folder / "t.bw"))
        tasks["pybigtools"] = lambda: list(file.average_over_bed(str(bed)))
        np.testing.assert_allclose(found, tasks["pybigtools"](), rtol=1e-5)
    times = medians(tasks, 3)
    for way in ways:
        what = f"means of {len(frame):,} intervals, {way}"
        for peer, least in ((peer_pymisha.NAME, goal), ("pybigtools", PYBIGTOOLS)):
            if peer in times:
                faster(f"{what}, {peer}", times[way], times[peer], least)
            else:
                absent(what, peer)


if __name__ == "__main__":
    main()
