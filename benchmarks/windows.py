"""One random 1-kb window of a compressed 1-bp track at a time.

Uncached: the cache of decoded chunks is emptied before each of our reads, and h5py has none.
pymisha stores 1-bp values uncompressed, and gets a shorter chromosome of the same values.
"""

from __future__ import annotations

import _peer_pymisha as peer_pymisha
import h5py
import numpy as np
from _bench import absent, absolute, depth, faster, floats, medians, quick, workdir

from genomedb import create_database
from genomedb.storage.cache import CACHE

WIDTH = 1000


def main() -> None:
    small = quick(__doc__)
    n, count = (4_000_000, 100) if small else (64_000_000, 500)
    with workdir() as folder:
        db = create_database(folder, "toy", {"chr1": n, "chr2": n // 8})
        for values in (depth(n, 30), floats(n)):
            name = values.dtype.name
            track = db.create_dense(
                name, {"chr1": values, "chr2": values[: n // 8]}, bin_size=1, dtype=name
            )
            against_h5py(track, values, count)
        short = depth(n // 8, 30)
        track = db.create_dense(
            "short", {"chr1": depth(n, 5), "chr2": short}, bin_size=1, dtype="uint16"
        )
        against_pymisha(track, short, folder, count // 5)


def ours_uncached(track, chrom: str, starts: list[int]) -> None:
    for a in starts:
        CACHE.clear()
        track.read(chrom, a, a + WIDTH)


def against_h5py(track, values, count: int) -> None:
    starts = np.random.default_rng(0).integers(0, values.size - WIDTH, count).tolist()
    with h5py.File(track.path, rdcc_nbytes=0) as file:
        dataset = file["chr1"]

        def by_h5py() -> None:
            for a in starts:
                dataset[a : a + WIDTH]

        for a in starts[:20]:
            assert np.array_equal(track.read("chr1", a, a + WIDTH), dataset[a : a + WIDTH])
        times = medians({"ours": lambda: ours_uncached(track, "chr1", starts), "peer": by_h5py})
    what = f"1-kb window, {values.dtype.name}"
    faster(f"{what}, uncached, h5py", times["ours"] / count, times["peer"] / count, 2.5)

    again = [a for a in starts[:20] for _ in range(500)]

    def cached() -> None:
        for a in again:
            track.read("chr1", a, a + WIDTH)

    absolute(f"{what}, cached", medians({"ours": cached})["ours"] / len(again) * 1e6, "us", 5)


def against_pymisha(track, values, folder, count: int) -> None:
    what = "1-kb window, uncached, pymisha"
    if not peer_pymisha.installed():
        absent(what, peer_pymisha.NAME)
        return
    peer_pymisha.create_database(folder, {"chr2": values.size})
    peer_pymisha.create_track("t", "chr2", values)
    starts = np.random.default_rng(0).integers(0, values.size - WIDTH, count).tolist()

    def by_pymisha() -> None:
        for a in starts:
            peer_pymisha.window("t", "chr2", a, a + WIDTH)

    a = starts[0]
    peer = peer_pymisha.window("t", "chr2", a, a + WIDTH)
    assert np.array_equal(track.read("chr2", a, a + WIDTH), peer)
    times = medians({"ours": lambda: ours_uncached(track, "chr2", starts), "peer": by_pymisha})
    faster(what, times["ours"] / count, times["peer"] / count, 15)


if __name__ == "__main__":
    main()
